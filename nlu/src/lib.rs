//! Local understanding: intent, mood, complaint and language without a network.
mod error;
mod rng;
mod normalise;
mod features;
mod linear;
mod head;
mod rows;
mod engine;
pub mod evaluate;

pub use engine::{Engine, HEADS, pack};
pub use error::{EngineError, TrainError};
pub use features::Recipe;
pub use head::{Checked, Example, Head, OUT_OF_SCOPE, Options, Prediction, train, train_checked};
pub use normalise::strip_accents;
pub use rows::{Row, examples, read_rows, shots};
