//! Lara's engine: **l**isten, **a**nalyze, **r**elate, **a**ct. It names no technology: databases, channels and models
//! are behind [`ports`]. Start with [`turn`](mod@turn), the pure function at the heart, then [`engine`], which feeds it.

pub mod model;
pub mod ports;
pub mod text;
pub mod feed;
pub mod identity;
pub mod batch;
pub mod listen;
pub mod relate;
pub mod rules;
pub mod act;
pub mod wording;
pub mod turn;
pub mod engine;
pub mod deliver;
pub mod desk;
pub mod studio;
pub mod privacy;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
