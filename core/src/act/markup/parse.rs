//! Reads the neutral markup, in one pass and linear time, whatever it is given.

use super::{Block, Document, Inline};
use std::str::Lines;

/// What opens and closes a block of code, on a line of its own; a word may follow where it opens (` ```json `).
pub(super) const FENCE: &str = "```";

/// Whether a line opens or closes a block of code.
pub(super) fn is_fence(line: &str) -> bool {
    let mut words = line.trim().strip_prefix(FENCE).map(str::split_whitespace);
    words.as_mut().is_some_and(|words| !words.clone().any(|word| word.contains('`')) && words.count() <= 1)
}

/// Reads a text; never fails, because what is not markup is text.
#[must_use]
pub fn parse(text: &str) -> Document {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let line = line.trim_end_matches('\r');
        if is_fence(line)
            && let Some((code, rest)) = fenced(&lines)
        {
            blocks.extend(code);
            lines = rest;
            open = false;
            continue;
        }
        if line.trim().is_empty() {
            open = false;
            continue;
        }
        let item = line.trim_start().strip_prefix("- ");
        let pieces = inlines(item.unwrap_or(line).trim());
        match (blocks.last_mut(), item.is_some()) {
            (Some(Block::List(items)), true) if open => items.push(pieces),
            (Some(Block::Paragraph(lines)), false) if open => lines.push(pieces),
            (_, true) => blocks.push(Block::List(vec![pieces])),
            (_, false) => blocks.push(Block::Paragraph(vec![pieces])),
        }
        open = true;
    }
    Document(blocks)
}

/// The block of code up to the fence that closes it, if it says anything, and the lines after it; `None` when no fence
/// closes it: then the one that opened it is text. Only the last fence can be so, so a text is read at most twice.
fn fenced<'a>(lines: &Lines<'a>) -> Option<(Option<Block>, Lines<'a>)> {
    let mut rest = lines.clone();
    let mut code: Vec<String> = Vec::new();
    loop {
        let line = rest.next()?;
        if is_fence(line) {
            let code = code.join("\n");
            return Some(((!code.trim().is_empty()).then_some(Block::Code(code)), rest));
        }
        code.push(unescaped(line.trim_end()));
    }
}

/// The text without the backslashes that stand before special characters.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let special = (c == '\\').then(|| chars.next_if(|next| is_special(*next))).flatten();
        out.push(special.unwrap_or(c));
    }
    out
}

/// A bold or italic stretch that was opened and waits for its end.
struct Open {
    mark: char,
    /// Length of the output when it was opened.
    at: usize,
}

/// Reads one line.
struct Line {
    out: Vec<Inline>,
    text: String,
    open: Vec<Open>,
}

fn inlines(line: &str) -> Vec<Inline> {
    let mut reader = Line { out: Vec::new(), text: String::new(), open: Vec::new() };
    let mut before = ' ';
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or_default();
        let next = after.chars().next();
        rest = match c {
            '\\' if next.is_some_and(is_special) => {
                let special = next.unwrap_or('\\');
                reader.text.push(special);
                before = special;
                after.get(special.len_utf8()..).unwrap_or_default()
            }
            '[' => {
                if let Some((label, href, rest)) = link(after) {
                    reader.flush();
                    reader.out.push(Inline::Link { label, href });
                    before = ')';
                    rest
                } else {
                    reader.text.push(c);
                    before = c;
                    after
                }
            }
            '`' => {
                if let Some((code, rest)) = code(after) {
                    reader.flush();
                    reader.out.push(Inline::Code(code));
                    before = c;
                    rest
                } else {
                    reader.text.push(c);
                    before = c;
                    after
                }
            }
            '*' | '_' => {
                reader.mark(c, before, next);
                before = c;
                after
            }
            _ => {
                reader.text.push(c);
                before = c;
                after
            }
        };
    }
    reader.finish()
}

const fn is_special(c: char) -> bool {
    matches!(c, '\\' | '*' | '_' | '`' | '[' | ']' | '(' | ')' | '-')
}

impl Line {
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.out.push(Inline::Text(std::mem::take(&mut self.text)));
        }
    }

    /// A mark opens before a word and closes after one; anywhere else, as in `snake_case` or `2 * 3`, it is text.
    fn mark(&mut self, mark: char, before: char, next: Option<char>) {
        let opened = self.open.iter().position(|open| open.mark == mark);
        let ends_word = !before.is_whitespace() && !next.is_some_and(char::is_alphanumeric);
        let begins_word = !before.is_alphanumeric() && next.is_some_and(|next| !next.is_whitespace());
        match opened {
            Some(index) if ends_word => self.close(index, mark),
            None if begins_word => {
                self.flush();
                self.open.push(Open { mark, at: self.out.len() });
                // Stands for the mark until its end is found; turned into text when there is none.
                self.out.push(Inline::Text(mark.to_string()));
            }
            _ => self.text.push(mark),
        }
    }

    /// Wraps what stands since the mark was opened. Marks opened inside and not closed are text.
    fn close(&mut self, index: usize, mark: char) {
        self.flush();
        let Some(at) = self.open.get(index).map(|open| open.at) else { return };
        self.open.truncate(index);
        let mut inside = self.out.split_off(at);
        inside.remove(0);
        if inside.is_empty() {
            self.text.push(mark);
            self.text.push(mark);
        } else {
            let inside = merge(inside);
            self.out.push(if mark == '*' { Inline::Bold(inside) } else { Inline::Italic(inside) });
        }
    }

    fn finish(mut self) -> Vec<Inline> {
        self.flush();
        merge(self.out)
    }
}

/// Joins neighbouring texts.
fn merge(pieces: Vec<Inline>) -> Vec<Inline> {
    let mut out: Vec<Inline> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match (out.last_mut(), piece) {
            (Some(Inline::Text(last)), Inline::Text(text)) => last.push_str(&text),
            (_, piece) => out.push(piece),
        }
    }
    out
}

/// Longest label and address of a link, in characters: bounds what an unclosed `[` costs.
const LABEL: usize = 300;
const HREF: usize = 2_000;

/// Reads `` code` `` after a backtick.
fn code(text: &str) -> Option<(String, &str)> {
    let mut escaped = false;
    let end = text.char_indices().take(LABEL).find(|(_, c)| {
        let ends = *c == '`' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    let (inside, rest) = text.split_at_checked(end?.0)?;
    (!inside.trim().is_empty()).then(|| (unescaped(inside), rest.strip_prefix('`').unwrap_or_default()))
}

/// Reads `label](href)` after a `[`.
fn link(text: &str) -> Option<(String, String, &str)> {
    let (label, rest) = until(text, ']', LABEL)?;
    let (href, rest) = until(rest.strip_prefix('(')?, ')', HREF)?;
    let is_web = href.starts_with("https://") || href.starts_with("http://");
    let is_one_word = !href.chars().any(|c| c.is_whitespace() || c.is_control());
    (is_web && is_one_word && !label.trim().is_empty()).then_some((label, href, rest))
}

/// The text up to an unescaped `end`, unescaped, and what follows it.
fn until(text: &str, end: char, longest: usize) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut chars = text.char_indices().take(longest).peekable();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next_if(|(_, next)| is_special(*next)) {
                Some((_, special)) => out.push(special),
                None => out.push(c),
            },
            '[' => return None,
            c if c == end => return Some((out, text.get(at.saturating_add(1)..)?)),
            c => out.push(c),
        }
    }
    None
}
