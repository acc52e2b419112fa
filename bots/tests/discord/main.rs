//! Discord: the gateway through serenity and REST through reqwest, against a small Discord of our own that loses connections,
//! answers late and turns events round. Store and engine are the real ones; only the model, the clock and the ids are fakes.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on says where, and starts its own background work"
)]

#[path = "../support/house.rs"]
mod house;
mod brand;
mod gateway;
mod platform;
mod replies;
