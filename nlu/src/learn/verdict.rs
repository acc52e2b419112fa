//! No worse: the rule a candidate is promoted by (`docs/decisions/0006-promote-when-no-worse.md`).
//!
//! On each part of the rows ([`PartName`]), two conditions must hold:
//! - the one-sided exact test of `McNemar` (1947; Dietterich, Neural Computation 10, 1998; exact as in Fagerland, Lydersen,
//!   Laake, BMC Med. Res. Methodol. 13:91, 2013) finds no loss: p >= 0.05;
//! - whatever chance could explain, the net loss is at most one row in a hundred (one row, of fewer): a test that has
//!   little to go by finds nothing.
//!
//! Of what is answered and what is turned away only the second is asked: the threshold between them is learnt anew each
//! time, and moves a few rows from one side to the other without anything being forgotten.
//!
//! And every pinned message is read as it must be.
#![expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "counts of rows are far below 2^52")]

use super::compare::{Comparison, Part, PartName, PinCheck};
use std::fmt;

/// A loss less probable than this by chance is one.
const CHANCE: f64 = 0.05;
/// A net loss of more rows than one in so many is one.
const ONE_IN: u64 = 100;

/// Whether a candidate may become live.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// It is no worse.
    Promote,
    /// It is, or may be.
    Keep {
        /// Why, most serious first.
        reasons: Vec<Reason>,
    },
}

/// Why a candidate is kept back. Its text says so in plain words.
#[derive(Debug, Clone, PartialEq)]
pub enum Reason {
    /// A pinned message would be read as something else.
    Pin(PinCheck),
    /// It reads some rows worse.
    Worse(Part),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pin(pin) => write!(
                f,
                "the pinned message \"{}\" must be {} and would be read as {}",
                pin.text, pin.expected, pin.candidate
            ),
            Self::Worse(part) => {
                let rows = match part.part {
                    PartName::Lessons => "the brand's lessons",
                    PartName::Starters => "the starter examples",
                    PartName::Answered => "what is sure enough to be answered",
                    PartName::OutOfScope => "what is out of scope",
                };
                write!(
                    f,
                    "{rows}: {} rows would be read wrongly that are read rightly now, {} the other way round (of {})",
                    part.lost, part.won, part.rows
                )
            }
        }
    }
}

impl Comparison {
    /// The rule.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let pins = self.pins.iter().filter(|pin| pin.candidate != pin.expected).cloned().map(Reason::Pin);
        let worse = self.parts.iter().filter(|part| part.is_worse()).cloned().map(Reason::Worse);
        let reasons: Vec<Reason> = pins.chain(worse).collect();
        if reasons.is_empty() { Verdict::Promote } else { Verdict::Keep { reasons } }
    }
}

impl Part {
    /// Whether the candidate loses here.
    #[must_use]
    pub fn is_worse(&self) -> bool {
        let net = self.lost.saturating_sub(self.won);
        let knowledge = matches!(self.part, PartName::Lessons | PartName::Starters);
        net > (self.rows / ONE_IN).max(1) || (knowledge && net > 0 && self.p < CHANCE)
    }
}

/// The probability of `lost` losses or more among the `lost + won` rows that changed, if a loss and a win were equally
/// probable.
pub(super) fn chance(lost: u64, won: u64) -> f64 {
    let changed = lost + won;
    // ln of a binomial coefficient, from the top down, so that thousands of rows do not overflow.
    let mut ln_ways = 0.0_f64;
    let mut sum = 0.0_f64;
    let halves = changed as f64 * std::f64::consts::LN_2;
    for wins in 0..=won {
        if wins > 0 {
            ln_ways += ((changed - wins + 1) as f64).ln() - (wins as f64).ln();
        }
        sum += (ln_ways - halves).exp();
    }
    sum.min(1.0)
}

#[cfg(test)]
mod tests {
    use super::super::compare::Figures;
    use super::*;
    use lara_core::model::Intent;

    fn part(rows: u64, lost: u64, won: u64) -> Part {
        let figures = Figures { accuracy: 0.9, macro_f1: 0.9 };
        let p = chance(lost, won);
        Part { part: PartName::Starters, rows, live: figures, candidate: figures, won, lost, p }
    }

    #[test]
    fn the_test_is_the_exact_binomial() {
        assert!((chance(0, 0) - 1.0).abs() < 1e-12);
        assert!((chance(5, 0) - 1.0 / 32.0).abs() < 1e-12);
        assert!((chance(3, 2) - 0.5).abs() < 1e-12);
        // scipy.stats.binomtest(60, 100, alternative="greater").pvalue
        assert!((chance(60, 40) - 0.028_443_966_820_490_4).abs() < 1e-9);
        assert!(chance(5_000, 5_000) > 0.5);
    }

    #[test]
    fn a_loss_that_chance_does_not_explain_keeps_the_candidate_back() {
        assert!(part(5_000, 5, 0).is_worse());
        assert!(!part(5_000, 4, 0).is_worse());
        assert!(!part(5_000, 40, 41).is_worse());
        assert!(!part(5_000, 0, 40).is_worse());
    }

    #[test]
    fn a_loss_too_large_to_wait_for_proof_keeps_it_back_too() {
        assert!(part(50, 2, 0).is_worse());
        assert!(!part(50, 1, 0).is_worse());
        assert!(part(500, 56, 50).is_worse());
        assert!(!part(500, 55, 50).is_worse());
    }

    #[test]
    fn a_pinned_message_read_wrongly_keeps_it_back_with_its_reason() {
        let pin = |candidate: &str| PinCheck {
            text: "mấy giờ mở cửa".to_owned(),
            expected: Intent::new("opening_hours"),
            live: Intent::new("greeting"),
            candidate: Intent::new(candidate),
        };
        let with = |pin| Comparison { parts: vec![part(5_000, 1, 0)], pins: vec![pin], threshold: 0.5 };
        assert_eq!(with(pin("opening_hours")).verdict(), Verdict::Promote);
        let Verdict::Keep { reasons } = with(pin("greeting")).verdict() else { panic!("promoted") };
        assert_eq!(
            reasons[0].to_string(),
            "the pinned message \"mấy giờ mở cửa\" must be opening_hours and would be read as greeting"
        );
    }
}
