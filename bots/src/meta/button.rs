//! Buttons: what stands behind them, and how their titles are cut to what Meta shows.

use unicode_segmentation::UnicodeSegmentation as _;

/// Before the payload of every button of ours: behind it stands what pressing it says.
const SAYS: &str = "say:";

/// The payload of a button, at most so many bytes long.
pub(super) fn payload(title: &str, most: usize) -> String {
    let mut payload = String::from(SAYS);
    for piece in title.graphemes(true) {
        if payload.len() + piece.len() > most {
            break;
        }
        payload.push_str(piece);
    }
    payload
}

/// What a payload of ours says; `None` for others.
pub(super) fn title(payload: &str) -> Option<&str> {
    payload.strip_prefix(SAYS).filter(|title| !title.is_empty())
}

/// A title of at most so many characters, cut with a visible mark.
pub(super) fn cut(title: &str, most: usize) -> String {
    if title.chars().count() <= most {
        return title.to_owned();
    }
    let mut cut = String::new();
    let mut left = most.saturating_sub(1);
    for piece in title.graphemes(true) {
        let length = piece.chars().count();
        if length > left {
            break;
        }
        left -= length;
        cut.push_str(piece);
    }
    let mut cut = cut.trim_end().to_owned();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_says_its_whole_title_however_little_of_it_is_shown() {
        let long = "Cho em hỏi tình trạng đơn hàng MH-10234";
        assert_eq!(cut(long, 20), "Cho em hỏi tình trạ…");
        assert_eq!(cut(long, 20).chars().count(), 20);
        assert_eq!(title(&payload(long, 1_000)), Some(long));
        assert_eq!(cut("Gặp nhân viên", 20), "Gặp nhân viên");
        assert!(payload(long, 20).len() <= 20);
    }

    #[test]
    fn other_peoples_payloads_say_nothing() {
        for other in ["GET_STARTED", "", "say:", "SAY:x"] {
            assert_eq!(title(other), None);
        }
    }
}
