//! Makes raw platform text storable and readable: NFC, no NUL, no invisible tricks, a bounded length.

use unicode_normalization::UnicodeNormalization;

/// The longest text kept of one message, in characters. What is longer is cut with a visible mark.
pub const LONGEST: usize = 8_000;

/// Ends a text that was cut.
const CUT_MARK: &str = " […]";

/// Combining marks kept on one character: Vietnamese needs two, "Zalgo" stacks hundreds.
const MARKS: usize = 4;

/// The text without what cannot be seen or stored. Line breaks become `\n`; direction overrides, zero-width characters
/// and control characters go; joiners stay where they hold an emoji together.
#[must_use]
pub fn clean(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut marks = 0_usize;
    let mut chars = raw.nfc().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' => {
                chars.next_if_eq(&'\n');
                out.push('\n');
            }
            '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{b}' | '\u{c}' => out.push('\n'),
            '\t' => out.push(' '),
            '\u{200d}' => {
                if joins_emoji(&out) && chars.peek().is_some_and(|next| !next.is_alphanumeric()) {
                    out.push(c);
                }
            }
            c if is_invisible(c) => {}
            c if unicode_normalization::char::is_combining_mark(c) => {
                marks = marks.saturating_add(1);
                if marks <= MARKS {
                    out.push(c);
                }
                continue;
            }
            c => out.push(c),
        }
        marks = 0;
    }
    // What went may have stood between a letter and its accent.
    tidy_ends(&out.nfc().collect::<String>())
}

/// The text cut to [`LONGEST`] characters, with a mark that shows the cut.
#[must_use]
pub(super) fn cap(text: String) -> String {
    let Some((cut, _)) = text.char_indices().nth(LONGEST) else { return text };
    let mut kept = text.get(..cut).unwrap_or_default().trim_end().to_owned();
    kept.push_str(CUT_MARK);
    kept
}

fn joins_emoji(before: &str) -> bool {
    before.chars().next_back().is_some_and(|last| !last.is_alphanumeric() && !last.is_whitespace())
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180e}' | '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

/// No white space at the ends of the text or of a line.
fn tidy_ends(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.trim().lines() {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(line.trim_end());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::receive;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decomposed_vietnamese_is_composed() {
        assert_eq!(clean("Tie\u{302}\u{301}ng Vie\u{323}\u{302}t"), "Tiếng Việt");
    }

    #[test]
    fn nul_zero_width_and_direction_tricks_go() {
        assert_eq!(clean("a\0b\u{200b}c\u{202e}d\u{feff}e\u{2066}f\u{7}"), "abcdef");
    }

    #[test]
    fn emoji_families_stay_together() {
        assert_eq!(clean("👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}"), "👨\u{200d}👩\u{200d}👧 ❤\u{fe0f}");
    }

    #[test]
    fn a_joiner_between_letters_goes() {
        assert_eq!(clean("ho\u{200d}àn ti\u{200c}ền"), "hoàn tiền");
    }

    #[test]
    fn every_line_break_is_the_same_line_break() {
        assert_eq!(clean("a\r\nb\rc\u{2028}d \n\n e\t f "), "a\nb\nc\nd\n\n e  f");
    }

    #[test]
    fn stacked_marks_are_cut_down() {
        let zalgo = format!("h{}i", "\u{336}".repeat(500));
        assert!(clean(&zalgo).chars().count() <= 2 + MARKS);
    }

    #[test]
    fn a_hundred_kilobytes_are_kept_to_the_cap_and_the_cut_shows() {
        let kept = receive(&"đơn hàng ".repeat(12_000));
        assert!(kept.ends_with(" […]"));
        assert!(kept.chars().count() <= LONGEST + 4);
    }

    proptest! {
        #[test]
        fn what_is_received_can_always_be_stored(raw: String) {
            let kept = receive(&raw);
            prop_assert!(!kept.contains('\0'));
            prop_assert!(kept.chars().all(|c| c == '\n' || !c.is_control()));
        }

        #[test]
        fn cleaning_twice_changes_nothing(raw: String) {
            let once = clean(&raw);
            prop_assert_eq!(clean(&once), once);
        }
    }
}
