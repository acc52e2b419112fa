//! The platforms: real client libraries on Lara's side, third-party servers and stand-ins of our own on the other.

mod servers;
