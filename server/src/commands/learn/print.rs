//! Colours on a terminal and nowhere else, and figures as people read them.

use std::io::IsTerminal;

/// How a word is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tone {
    /// Good news.
    Good,
    /// Bad news.
    Bad,
    /// Beside the point.
    Faint,
}

/// `text` in a colour, where a terminal shows it and nobody asked for none (<https://no-color.org>).
pub(super) fn toned(tone: Tone, text: &str) -> String {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if plain || !std::io::stdout().is_terminal() {
        return text.to_owned();
    }
    let code = match tone {
        Tone::Good => 32,
        Tone::Bad => 31,
        Tone::Faint => 2,
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// A fraction as per cent.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// `n` things, one without the plural.
pub(super) fn counted(n: usize, thing: &str) -> String {
    if n == 1 { format!("1 {thing}") } else { format!("{n} {thing}s") }
}

/// A text on one line between quotation marks, its letters as they are: what `{:?}` makes of an emoji nobody can read.
pub(super) fn quoted(text: &str) -> String {
    format!(
        "\"{}\"",
        text.split(|c: char| c.is_whitespace() || c.is_control())
            .filter(|word| !word.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_text_is_quoted_as_people_read_it_and_moves_no_cursor() {
        assert_eq!(quoted("cảm ơn ❤\u{fe0f}\n\u{1b}[2Jshop"), "\"cảm ơn ❤\u{fe0f} [2Jshop\"");
    }
}
