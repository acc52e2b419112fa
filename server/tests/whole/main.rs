//! The whole program, from outside: the real binary, spoken to over HTTP, on SQLite and on PostgreSQL.
//!
//! The tests read like chats. `harness` holds the people in them: a customer on the web or in the app, an agent at the
//! desk, and Lara herself, who can be killed and started again.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that cannot go on says where; it lives in real time and starts its own customers"
)]

mod harness;
mod stand_in;
mod story;
mod identity;
mod person;
mod silence;
mod duplicates;
mod order;
mod crash;
mod take_over;
mod outage;
mod webhook;
mod shops;
mod alerts;
mod api;
mod two_nodes;
mod studio;
mod learn;
mod import;
mod hostile;
mod leaks;
mod understood;
mod browser;
mod channels;
mod platforms;
