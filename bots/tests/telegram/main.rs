//! Telegram, from what it tells us to what we tell it: recorded updates, the webhook, the polling loop and the sender, with
//! the real store in a temporary file and a stand-in of the Bot API on this machine.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::panic,
    clippy::needless_pass_by_value,
    reason = "a test that cannot go on says where, and starts its own background work"
)]

#[path = "../support/house.rs"]
mod house;
mod shop;
mod translate;
mod webhook;
mod polling;
mod sending;
