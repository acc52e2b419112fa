//! Small servers of our own that stand in for the platforms where no emulator does what a test needs: answer 429, accept and fall
//! silent, hang up, replay what was missed. They know the shapes of the platforms' APIs and nothing of Lara.

mod wire;
mod faults;
pub(crate) mod mail;
pub(crate) mod telegram;
pub(crate) mod graph;
pub(crate) mod discord;

pub(crate) use faults::{Fault, Faults};
pub(crate) use wire::{Line, Wires};
