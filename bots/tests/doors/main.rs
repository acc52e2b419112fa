//! The channels' doors over HTTP, with the real store in a temporary file and the real engine behind them; only the model,
//! the clock and the ids are fakes.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on says where, and starts its own background work"
)]

#[path = "../support/house.rs"]
mod house;
mod shop;
mod web;
mod visitor;
mod stream;
mod cors;
mod link;
mod app;
mod webhook;
mod fetch;
mod meta;
mod shops;
