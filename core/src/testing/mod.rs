//! Things other crates' tests need: a clock that stands still, ids that count, a platform that remembers.

mod fakes;
pub mod stage;

pub use fakes::{FakeClock, FakePush, ScriptedClassifier, SeqIds};
