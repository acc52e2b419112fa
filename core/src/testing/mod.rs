//! Things other crates' tests need: a clock that stands still, ids that count, a platform that remembers.

mod fakes;
mod one_brand;
pub mod stage;
mod things;

pub use fakes::{FakeClock, FakePush, ScriptedClassifier, SeqIds};
pub use one_brand::OneBrand;
