//! What somebody wants forgotten: "quên size của em đi", "forget my size", "forget what I said".

use super::words::Clause;

/// What is to be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forget {
    /// What is known on this topic ([`crate::model::Preference::topic`]).
    Topic(&'static str),
    /// What was said last.
    Last,
}

/// What a topic is called; folded.
const TOPICS: &[(&str, &[&str])] = &[
    ("size", &["size", "sz", "so do"]),
    ("name", &["ten", "name"]),
    ("address_form", &["cach xung ho", "xung ho", "cach goi"]),
    ("avoid", &["di ung", "allergy", "allergies"]),
    ("diet", &["che do an", "diet", "viec an chay"]),
    ("note", &["ghi chu", "note"]),
    ("asked", &["so thich", "interests", "preferences"]),
    ("bought", &["so thich", "interests", "preferences"]),
];

/// What was just said, whatever it was.
const THAT: &[&str] = &[
    "that",
    "what i said",
    "what i told you",
    "what i just said",
    "cai do",
    "dieu do",
    "chuyen do",
    "cai vua noi",
    "dieu vua noi",
    "loi vua noi",
];

pub(super) fn read(clause: &Clause) -> Vec<Forget> {
    if clause.marked {
        return Vec::new();
    }
    let line = clause.words.iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ");
    let Some(what) = wanted(&line) else { return Vec::new() };
    if THAT.contains(&what.as_str()) {
        return vec![Forget::Last];
    }
    TOPICS
        .iter()
        .filter(|(_, called)| called.contains(&what.as_str()))
        .map(|(topic, _)| Forget::Topic(topic))
        .collect()
}

/// What stands between the wish to forget and its end.
fn wanted(line: &str) -> Option<String> {
    const POLITE: &[&str] =
        &["please ", "pls ", "can you ", "you can ", "ok ", "shop ", "shop oi ", "lam on ", "hay ", "nho "];
    const ENDS: &[&str] = &[
        " please",
        " pls",
        " nhe",
        " nha",
        " a",
        " giup em",
        " giup minh",
        " shop",
        " dum",
        " ho",
        " thanks",
    ];
    const OWN: &[&str] = &[
        " cua em",
        " cua minh",
        " cua toi",
        " cua chi",
        " cua anh",
        " cua mk",
        " em",
        " minh",
        " toi",
        " chi",
        " anh",
        " mk",
    ];
    let mut rest = line;
    while let Some(shorter) = POLITE.iter().find_map(|words| rest.strip_prefix(words)) {
        rest = shorter;
    }
    while let Some(shorter) = ENDS.iter().find_map(|words| rest.strip_suffix(words)) {
        rest = shorter;
    }
    if let Some(what) = rest.strip_prefix("forget ") {
        let what = what.strip_prefix("about ").unwrap_or(what);
        return Some(what.strip_prefix("my ").unwrap_or(what).to_owned());
    }
    let vietnamese = rest
        .strip_prefix("quen ")
        .and_then(|what| what.strip_suffix(" di"))
        .or_else(|| rest.strip_prefix("dung nho ").map(|what| what.strip_suffix(" nua").unwrap_or(what)))
        .or_else(|| {
            rest.strip_prefix("khong can nho ").map(|what| what.strip_suffix(" nua").unwrap_or(what))
        })?;
    let what = vietnamese
        .strip_prefix("cai ")
        .filter(|rest| *rest != "do" && *rest != "vua noi")
        .unwrap_or(vietnamese);
    Some(OWN.iter().find_map(|own| what.strip_suffix(own)).unwrap_or(what).to_owned())
}
