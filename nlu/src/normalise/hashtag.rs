//! The words of a hashtag: `#NeverAgain`, `#never_again` and, where all of it is known, `#neveragain`.

use std::collections::HashSet;
use std::sync::LazyLock;

static KNOWN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lines = include_str!("hashtag_words.txt").lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect()
});

/// The longest known word, in characters.
const LONGEST: usize = 16;
/// Longer tags are left whole.
const MOST: usize = 40;

/// The words of a tag, without its `#`, in lower case.
pub(super) fn pieces(tag: &[char]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = '_';
    for c in tag.iter().take(MOST) {
        let turns = (c.is_uppercase() && !last.is_uppercase()) || (c.is_numeric() != last.is_numeric());
        match words.last_mut() {
            Some(word) if *c != '_' && last != '_' && !turns => word.extend(c.to_lowercase()),
            _ if *c != '_' => words.push(c.to_lowercase().collect()),
            _ => {}
        }
        last = *c;
    }
    words.into_iter().filter(|word| !word.starts_with(char::is_numeric)).flat_map(known).collect()
}

/// The known words a word is made up of, as few as can be; the word itself if there are none.
fn known(word: String) -> Vec<String> {
    if !word.is_ascii() || KNOWN.contains(word.as_str()) {
        return vec![word];
    }
    // `best[end]`: the fewest words that make up the letters before `end`, and where the last of them starts.
    let mut best: Vec<Option<(usize, usize)>> = vec![Some((0, 0))];
    for end in 1..=word.len() {
        let reached = (end.saturating_sub(LONGEST)..end).filter_map(|start| {
            let (count, _) = (*best.get(start)?)?;
            KNOWN.contains(word.get(start..end)?).then_some((count + 1, start))
        });
        let fewest = reached.min();
        best.push(fewest);
    }
    let mut parts = Vec::new();
    let mut end = word.len();
    while end > 0 {
        let Some(Some((_, start))) = best.get(end) else { return vec![word] };
        parts.extend(word.get(*start..end).map(str::to_owned));
        end = *start;
    }
    parts.reverse();
    parts
}
