//! Lara's engine: **l**isten, **a**nalyze, **r**elate, **a**ct. It names no technology: databases, channels and models
//! are behind [`ports`]. Start with [`turn`], the pure function at the heart, then [`engine`], which feeds it.

pub mod model;
pub mod ports;
