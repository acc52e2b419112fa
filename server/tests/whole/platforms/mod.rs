//! The platforms: real client libraries on Lara's side, third-party servers and stand-ins of our own on the other.

mod servers;
pub(crate) mod talk;
mod emulated;
pub(crate) mod stood_in;
pub(crate) mod shops;
mod stories;
mod outgoing;
mod incoming;
mod gateway;
mod public;
