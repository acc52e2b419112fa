//! The platforms: real client libraries on Lara's side, third-party servers and stand-ins of our own on the other.

mod servers;
mod talk;
mod emulated;
mod stood_in;
mod shops;
mod stories;
mod outgoing;
mod incoming;
mod gateway;
mod public;
