//! The heads that ship for the encoders of `scripts/encoders`, made by
//! `cargo run --release -p lara-nlu --features bert --example deep`.

use super::bert::suiting;
use crate::engine::Deep;
use lara_core::model::Language;

const HEADS: [(&[u8], &[Language]); 2] = [
    (include_bytes!("../../models/deep_minilm.bin"), &[Language::English]),
    (include_bytes!("../../models/deep_e5.bin"), &[Language::Vietnamese]),
];

/// The heads for an encoder, and the languages they were trained for; none for an encoder unknown here.
pub(super) fn heads_for(probes: &[Vec<f32>]) -> Option<(Deep, Vec<Language>)> {
    suiting(&HEADS, probes)
}
