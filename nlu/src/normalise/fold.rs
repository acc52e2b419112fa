//! Character level: what is dropped, what is folded, how Vietnamese loses its accents.

use unicode_normalization::UnicodeNormalization;

/// Characters that print nothing and split words for anyone who types or pastes them: zero-width, bidi marks,
/// soft hyphen, variation selectors, byte-order mark, skin tones.
pub(crate) const fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}'
        | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Typographic twins of ASCII characters, so that one word has one spelling.
pub(crate) const fn fold_twin(c: char) -> char {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2bc}' | '\u{b4}' | '`' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '\u{ff1f}' => '?',
        '\u{ff01}' => '!',
        '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{3000}' => ' ',
        c => c,
    }
}

/// Emoji and other pictographs (Unicode blocks that hold nothing else).
pub(crate) const fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{27bf}' | '\u{2900}'..='\u{297f}'
        | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
}

/// The letter without its marks: `ế` to `e`, `đ` to `d`. Letters of other scripts come back as they are.
pub(crate) fn strip_mark(c: char) -> char {
    if c.is_ascii() {
        return c;
    }
    match c {
        'đ' => 'd',
        'Đ' => 'D',
        c => std::iter::once(c).nfd().next().filter(char::is_ascii).unwrap_or(c),
    }
}

/// The text as a person without a Vietnamese keyboard types it.
#[must_use]
pub fn strip_accents(text: &str) -> String {
    text.nfc().map(strip_mark).collect()
}

/// Letters that Vietnamese has and English lacks.
pub(crate) const fn is_vietnamese_letter(c: char) -> bool {
    matches!(
        c,
        'ă' | 'â'
            | 'đ'
            | 'ê'
            | 'ô'
            | 'ơ'
            | 'ư'
            | 'à'
            | 'á'
            | 'ã'
            | 'è'
            | 'é'
            | 'ì'
            | 'í'
            | 'ĩ'
            | 'ò'
            | 'ó'
            | 'õ'
            | 'ù'
            | 'ú'
            | 'ũ'
            | 'ý'
            | 'ỳ'
            | 'ỵ'
            | 'ỷ'
            | 'ỹ'
            | '\u{1ea0}'..='\u{1ef1}'
    )
}

/// Moves the tone mark of `oa oe uy` to the place most people type it (`hoà` to `hòa`): both are in use.
pub(crate) fn settle_tone(word: &mut String) {
    const PAIRS: [(&str, &str); 15] = [
        ("oà", "òa"),
        ("oá", "óa"),
        ("oả", "ỏa"),
        ("oã", "õa"),
        ("oạ", "ọa"),
        ("oè", "òe"),
        ("oé", "óe"),
        ("oẻ", "ỏe"),
        ("oẽ", "õe"),
        ("oẹ", "ọe"),
        ("uỳ", "ùy"),
        ("uý", "úy"),
        ("uỷ", "ủy"),
        ("uỹ", "ũy"),
        ("uỵ", "ụy"),
    ];
    if word.is_ascii() || word.starts_with('q') {
        return;
    }
    if let Some((tail, settled)) = PAIRS.iter().find(|(tail, _)| word.ends_with(tail)) {
        word.truncate(word.len() - tail.len());
        word.push_str(settled);
    }
}

/// Shortens letters held down for feeling: `soooo` to `so`, `goooood` to `good`, `quáaaa` to `quá`.
pub(crate) fn shorten_runs(word: &mut String) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let base: Vec<char> = letters.iter().copied().map(strip_mark).collect();
    let mut kept = String::with_capacity(word.len());
    let mut start = 0;
    let mut shortened = false;
    for run in base.chunk_by(PartialEq::eq) {
        let end = start + run.len();
        let keep = match run.len() {
            0..=2 => run.len(),
            _ if end == base.len() => 1,
            _ => 2,
        };
        shortened |= keep < run.len();
        kept.extend(letters.iter().skip(start).take(keep));
        start = end;
    }
    if shortened {
        *word = kept;
    }
    shortened
}
