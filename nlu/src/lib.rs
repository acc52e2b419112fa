//! Local understanding: intent, mood, complaint and language without a network.
//!
//! ```
//! let engine = lara_nlu::Engine::shipped()?;
//! let reading = engine.classify("đơn hàng của mình tới đâu rồi shop");
//! assert_eq!(reading.intent.as_str(), "track_order");
//! # Ok::<(), lara_nlu::EngineError>(())
//! ```
//!
//! A message is normalised ([`strip_accents`] and friends), its word and character n-grams are hashed, and five linear
//! heads look at them: intent, sentiment, complaint, urgent, language. [`train()`] makes a head from labelled rows in
//! seconds; [`evaluate`] measures one. What the labels mean and what the shipped model can do: `nlu/MODEL_CARD.md`.
//! `cargo run --release -p lara-nlu --example train` makes it again from `nlu/training/`.

mod error;
mod rng;
mod normalise;
mod features;
mod linear;
mod head;
mod rows;
pub mod entities;
mod engine;
pub mod learn;
pub mod evaluate;
#[cfg(feature = "bert")]
pub mod encoder;

pub use engine::{DEEP_HEADS, Deep, Engine, HEADS, pack};
pub use error::{EngineError, TrainError};
pub use features::Recipe;
pub use head::{Checked, Example, Head, OUT_OF_SCOPE, Options, Prediction, Scales, train, train_checked};
pub use normalise::strip_accents;
pub use rows::{Row, examples, read_rows, shots};
