//! Cuts one line of a reply: after a sentence where it can, else after a word, else between two graphemes. Bold and
//! italic that are cut go on in the next piece; a link stays whole.

use crate::act::markup::Inline;
use unicode_segmentation::UnicodeSegmentation;

/// A line of a block.
pub(super) type Line = Vec<Inline>;

/// A mark around a stretch of the line. Two stretches beside each other differ in `id`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Mark {
    id: usize,
    is_bold: bool,
}

/// A stretch of the line without marks inside.
#[derive(Debug, Clone)]
struct Leaf {
    /// The marks around it, outermost first.
    marks: Vec<Mark>,
    /// What is read.
    text: String,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Text,
    Code,
    /// Leads there; never cut.
    Link(String),
}

/// Where a line may be cut, best first.
#[derive(Clone, Copy)]
enum Level {
    Sentences,
    Words,
    Graphemes,
    Chars,
}

/// The line in pieces of which each fits, as long as can be. Space is lost where it is cut.
pub(super) fn cut_line(line: Line, fits: &dyn Fn(&[Inline]) -> bool) -> Vec<Line> {
    if fits(&line) {
        return vec![line];
    }
    let mut rest = Vec::new();
    flatten(&line, &mut Vec::new(), &mut 0, &mut rest);
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let whole = build(&rest, 0);
        if fits(&whole) {
            pieces.push(whole);
            break;
        }
        let text = read(&rest);
        let cuts = [Level::Sentences, Level::Words, Level::Graphemes, Level::Chars]
            .into_iter()
            .find_map(|level| best_cut(&rest, &text, level, fits));
        let at = match (cuts, rest.first_mut()) {
            (Some(at), _) => at,
            (None, Some(leaf)) if matches!(leaf.kind, Kind::Link(_)) => {
                write_out(leaf);
                continue;
            }
            (None, _) => text.chars().next().map_or(text.len(), char::len_utf8),
        };
        let piece = build(&slice(&rest, 0, trimmed_end(&text, at)), 0);
        if !piece.is_empty() {
            pieces.push(piece);
        }
        rest = slice(&rest, trimmed_start(&text, at), text.len());
    }
    pieces
}

/// The farthest place of this level where what stands before it fits.
fn best_cut(rest: &[Leaf], text: &str, level: Level, fits: &dyn Fn(&[Inline]) -> bool) -> Option<usize> {
    let inside_links = links(rest);
    let in_link = |at: usize| inside_links.iter().any(|(from, to)| *from < at && at < *to);
    let says_something = |at: usize| !text.get(..at).unwrap_or_default().trim().is_empty();
    let cuts: Vec<usize> = places(text, level)
        .into_iter()
        .filter(|at| *at < text.len() && !in_link(*at) && says_something(*at))
        .collect();
    let fitting = cuts.partition_point(|at| fits(&build(&slice(rest, 0, trimmed_end(text, *at)), 0)));
    cuts.get(fitting.checked_sub(1)?).copied()
}

/// Where a text may be cut, in order: byte offsets.
fn places(text: &str, level: Level) -> Vec<usize> {
    let after_space = |at: &usize| {
        text.get(..*at).and_then(|before| before.chars().next_back()).is_some_and(char::is_whitespace)
    };
    match level {
        // "a?b" within an address is no end of a sentence; "。" needs no space after it.
        Level::Sentences => text
            .split_sentence_bound_indices()
            .map(|(at, _)| at)
            .filter(|at| {
                after_space(at) || text.get(..*at).is_some_and(|before| before.ends_with(['。', '！', '？']))
            })
            .collect(),
        Level::Words => text.grapheme_indices(true).map(|(at, _)| at).filter(after_space).collect(),
        Level::Graphemes => text.grapheme_indices(true).map(|(at, _)| at).filter(|at| *at > 0).collect(),
        Level::Chars => text.char_indices().map(|(at, _)| at).filter(|at| *at > 0).collect(),
    }
}

fn trimmed_end(text: &str, at: usize) -> usize {
    text.get(..at).map_or(at, |before| before.trim_end().len())
}

fn trimmed_start(text: &str, at: usize) -> usize {
    let after = text.get(at..).unwrap_or_default();
    at.saturating_add(after.len().saturating_sub(after.trim_start().len()))
}

/// A link that fits nowhere becomes the text of its label and its address.
fn write_out(leaf: &mut Leaf) {
    if let Kind::Link(href) = std::mem::replace(&mut leaf.kind, Kind::Text)
        && leaf.text != href
    {
        leaf.text.push_str(": ");
        leaf.text.push_str(&href);
    }
}

fn read(leaves: &[Leaf]) -> String {
    leaves.iter().map(|leaf| leaf.text.as_str()).collect()
}

/// The places of the links in the text.
fn links(leaves: &[Leaf]) -> Vec<(usize, usize)> {
    let mut at = 0_usize;
    let mut found = Vec::new();
    for leaf in leaves {
        let end = at.saturating_add(leaf.text.len());
        if matches!(leaf.kind, Kind::Link(_)) {
            found.push((at, end));
        }
        at = end;
    }
    found
}

/// What stands between two places of the text; a link that is touched is whole.
fn slice(leaves: &[Leaf], from: usize, to: usize) -> Vec<Leaf> {
    let mut at = 0_usize;
    let mut out = Vec::new();
    for leaf in leaves {
        let end = at.saturating_add(leaf.text.len());
        let (first, last) = (from.max(at), to.min(end));
        if first < last {
            let text = match leaf.kind {
                Kind::Link(_) => leaf.text.clone(),
                Kind::Text | Kind::Code => {
                    let cut = leaf.text.get(first.saturating_sub(at)..last.saturating_sub(at));
                    cut.unwrap_or_default().to_owned()
                }
            };
            out.push(Leaf { text, ..leaf.clone() });
        }
        at = end;
    }
    out
}

fn flatten(line: &[Inline], marks: &mut Vec<Mark>, ids: &mut usize, out: &mut Vec<Leaf>) {
    for piece in line {
        let (text, kind) = match piece {
            Inline::Text(text) => (text, Kind::Text),
            Inline::Code(code) => (code, Kind::Code),
            Inline::Link { label, href } => (label, Kind::Link(href.clone())),
            Inline::Bold(inside) | Inline::Italic(inside) => {
                *ids = ids.saturating_add(1);
                marks.push(Mark { id: *ids, is_bold: matches!(piece, Inline::Bold(_)) });
                flatten(inside, marks, ids, out);
                marks.pop();
                continue;
            }
        };
        out.push(Leaf { marks: marks.clone(), text: text.clone(), kind });
    }
}

fn build(leaves: &[Leaf], depth: usize) -> Line {
    leaves
        .chunk_by(|a, b| a.marks.get(depth).is_some() && a.marks.get(depth) == b.marks.get(depth))
        .filter_map(|together| {
            let leaf = together.first()?;
            let text = leaf.text.clone();
            Some(match (leaf.marks.get(depth), &leaf.kind) {
                (Some(mark), _) => {
                    let inside = build(together, depth.saturating_add(1));
                    if mark.is_bold { Inline::Bold(inside) } else { Inline::Italic(inside) }
                }
                (None, Kind::Text) => Inline::Text(text),
                (None, Kind::Code) => Inline::Code(text),
                (None, Kind::Link(href)) => Inline::Link { label: text, href: href.clone() },
            })
        })
        .collect()
}
