//! Act: the policies that decide, and the templates and markup they speak with.

pub mod asks;
pub mod case;
pub mod keywords;
pub mod markup;
pub mod mood;
pub mod policies;
pub mod template;
pub mod verdict;
mod wants;
