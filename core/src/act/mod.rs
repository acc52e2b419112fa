//! Act: the policies that decide, and the templates and markup they speak with.

pub mod markup;
pub mod template;
