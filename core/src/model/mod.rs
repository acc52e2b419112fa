//! Plain data: what a brand, a customer, a conversation and a message are. No behaviour beyond their own invariants.

mod names;
mod id;
mod learn;
mod time;
mod alert;
mod api;
mod attachment;
mod brand;
mod channel;
mod people;
mod identity;
mod talk;
mod entity;
mod said_date;
mod reading;
mod shop;
mod template;

pub use alert::*;
pub use api::*;
pub use attachment::*;
pub use brand::*;
pub use channel::*;
pub use entity::*;
pub use id::*;
pub use identity::*;
pub use learn::*;
pub use names::UnknownWord;
pub(crate) use names::words;
pub use people::*;
pub use reading::*;
pub use said_date::*;
pub use shop::*;
pub use talk::*;
pub use template::*;
pub use time::*;
