//! How a run feels, and how grave that is.

use crate::turn::Readings;

/// How a run feels: the worst of its messages, because one calm fragment does not take back an angry one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mood {
    /// Highest probability of a complaint.
    pub complaint: f32,
    /// Lowest score.
    pub score: f32,
    /// Whether any message is urgent.
    pub urgent: bool,
}

impl Mood {
    /// The mood of what was read.
    #[must_use]
    pub fn of(readings: &Readings) -> Self {
        let all = || std::iter::once(&readings.whole).chain(&readings.each);
        Self {
            complaint: all().map(|reading| reading.complaint).fold(0.0, f32::max),
            score: all().map(|reading| reading.score).fold(1.0, f32::min),
            urgent: all().any(|reading| reading.urgent),
        }
    }

    /// 0..=100: mostly how surely it is a complaint, then how angry (0..=1); danger never ranks under 80.
    #[must_use]
    pub fn severity(self, anger: f32) -> i32 {
        let share = (0.6 * self.complaint.clamp(0.0, 1.0) + 0.4 * anger).clamp(0.0, 1.0);
        // Counting up to the share keeps to whole numbers without a cast that could lose any.
        let severity = (1..=100_i16).take_while(|n| f32::from(*n) / 100.0 <= share + f32::EPSILON).count();
        let severity = i32::try_from(severity).unwrap_or(100);
        if self.urgent { severity.max(80) } else { severity }
    }
}
