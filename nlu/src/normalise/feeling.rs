//! Feelings typed with signs and syllables: emoticons, laughter, crying.

/// Emoticons and the emoji they stand for; what starts them is punctuation, so they are looked for before it is dropped.
/// Longest first.
const EMOTICONS: &[(&str, &str)] = &[
    (":'-(", "😢"),
    (":'-)", "😂"),
    ("(^_^)", "😊"),
    ("(-_-)", "😒"),
    (">:-(", "😠"),
    ("T__T", "😢"),
    (":'(", "😢"),
    (":')", "😂"),
    (":-)", "🙂"),
    (":-(", "🙁"),
    (":-D", "😀"),
    (":-/", "😕"),
    (":-|", "😐"),
    (":-P", "😛"),
    (":-p", "😛"),
    (":-*", "😘"),
    (";-)", "😉"),
    (">:(", "😠"),
    (">.<", "😣"),
    ("T_T", "😢"),
    ("T.T", "😢"),
    ("T^T", "😢"),
    ("-_-", "😒"),
    ("-.-", "😒"),
    ("=.=", "😒"),
    ("=_=", "😒"),
    ("^_^", "😊"),
    ("^.^", "😊"),
    ("^-^", "😊"),
    ("._.", "😕"),
    ("o.O", "😕"),
    ("O.o", "😕"),
    ("</3", "💔"),
    (":))", "😄"),
    ("=))", "😄"),
    (";))", "😄"),
    (":]]", "😄"),
    ("=]]", "😄"),
    (":((", "😢"),
    ("=((", "😢"),
    (";((", "😢"),
    ("xDD", "😄"),
    ("XDD", "😄"),
    (":)", "🙂"),
    ("=)", "🙂"),
    (":]", "🙂"),
    ("=]", "🙂"),
    (":>", "🙂"),
    (":(", "🙁"),
    ("=(", "🙁"),
    (";(", "🙁"),
    (":[", "🙁"),
    (":D", "😀"),
    ("=D", "😀"),
    ("xD", "😄"),
    ("XD", "😄"),
    (":v", "🙂"),
    (":3", "🙂"),
    (";)", "😉"),
    (":P", "😛"),
    (":p", "😛"),
    (":*", "😘"),
    (":/", "😕"),
    (":|", "😐"),
    (":<", "🙁"),
    (":O", "😮"),
    (":o", "😮"),
    ("<3", "❤"),
    ("^^", "😊"),
    ("@@", "😵"),
];

/// The emoticon that `rest` begins with: how many characters it takes, and the emoji it stands for.
/// `open`: a bracket is waiting to be closed, so that `))` need not be a smile.
pub(super) fn emoticon(rest: &[char], open: bool) -> Option<(usize, &'static str)> {
    let first = *rest.first()?;
    if matches!(first, ')' | '(') {
        // `)))` is a smile without eyes.
        let length = rest.iter().take_while(|c| **c == first).count();
        let sure = if open { length > 2 } else { length > 1 };
        return sure.then_some((length, if first == ')' { "🙂" } else { "🙁" }));
    }
    let (sign, emoji) = EMOTICONS
        .iter()
        .find(|(sign, _)| sign.chars().enumerate().all(|(at, c)| rest.get(at) == Some(&c)))?;
    let last = sign.chars().last()?;
    let mut length = sign.chars().count();
    // `:))))` is one smile.
    length += rest.iter().skip(length).take_while(|c| **c == last).count();
    // `:/` begins a port or a path, `:3` a time, `XD` a name.
    let next = rest.get(length).copied().unwrap_or(' ');
    let apart = !(last.is_alphanumeric() || last == '/') || !(next.is_alphanumeric() || next == '/');
    apart.then_some((length, emoji))
}

/// What a word that is no word says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feeling {
    /// `hahaha`, `hihi`, `kkk`, `lol`.
    Laugh,
    /// `huhu`.
    Cry,
}

/// The feeling a lower-case word is made of.
pub(super) fn feeling(word: &str) -> Option<Feeling> {
    if word.len() > 2 && word.bytes().all(|letter| letter == b'k') {
        return Some(Feeling::Laugh);
    }
    if matches!(word, "lol" | "lmao" | "lmfao" | "rofl" | "loll" | "lolol" | "lmaoo" | "lmaooo") {
        return Some(Feeling::Laugh);
    }
    if !word.is_ascii() || word.len() < 4 {
        return None;
    }
    let syllables = word.trim_start_matches('a').trim_end_matches('h').as_bytes();
    let made_of = |syllable: &[u8]| {
        syllables.len() >= 2 * syllable.len()
            && syllables.chunks(syllable.len()).all(|part| syllable.starts_with(part))
    };
    if [&b"ha"[..], b"hi", b"he", b"ka", b"ja", b"hj"].into_iter().any(made_of) {
        return Some(Feeling::Laugh);
    }
    [&b"hu"[..], b"hic"].into_iter().any(made_of).then_some(Feeling::Cry)
}
