//! The mood of a person over time, as points of a small SVG.

use lara_store::pages::MoodPoint;

/// Width of the drawing.
const WIDTH: f64 = 280.0;
/// Height of the drawing.
const HEIGHT: f64 = 56.0;
/// Room around the points.
const EDGE: f64 = 6.0;

/// One point.
pub(crate) struct Dot {
    pub(crate) x: String,
    pub(crate) y: String,
    pub(crate) mood: &'static str,
}

/// A drawing.
pub(crate) struct Spark {
    /// The line, as `points` of a polyline.
    pub(crate) line: String,
    /// The points.
    pub(crate) dots: Vec<Dot>,
}

/// The drawing of moods, oldest first; `None` for fewer than two.
pub(crate) fn spark(moods: &[MoodPoint]) -> Option<Spark> {
    if moods.len() < 2 {
        return None;
    }
    let steps = f64::from(u32::try_from(moods.len() - 1).ok()?);
    let mut x = EDGE;
    let step = (WIDTH - 2.0 * EDGE) / steps;
    let mut dots = Vec::with_capacity(moods.len());
    for mood in moods {
        let y = HEIGHT / 2.0 - mood.score.clamp(-1.0, 1.0) * (HEIGHT / 2.0 - EDGE);
        dots.push(Dot { x: format!("{x:.1}"), y: format!("{y:.1}"), mood: mood.mood.as_str() });
        x += step;
    }
    let line = dots.iter().map(|dot| format!("{},{}", dot.x, dot.y)).collect::<Vec<_>>().join(" ");
    Some(Spark { line, dots })
}

#[cfg(test)]
mod tests {
    use super::*;
    use lara_core::model::{Sentiment, Timestamp};

    #[test]
    fn a_falling_mood_goes_down_the_drawing() {
        let point = |score: f64, mood| MoodPoint { score, mood, at: Timestamp::from_millis(0) };
        let drawn = spark(&[point(1.0, Sentiment::Positive), point(-3.0, Sentiment::Negative)]).unwrap();
        assert_eq!(drawn.line, "6.0,6.0 274.0,50.0");
        assert!(spark(&[point(0.0, Sentiment::Neutral)]).is_none());
    }
}
