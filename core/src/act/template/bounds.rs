//! What a template must keep to before the handlebars compiler may see it: the compiler and the renderer recurse, and a
//! template that nests 1,600 blocks or includes itself aborts the process.

use super::Fault;

/// Longest source of a template, in bytes.
pub const LONGEST: usize = 16 * 1024;
/// Deepest nesting of blocks; each `{{else if}}` counts as one.
pub const DEEPEST: usize = 16;
/// Most tags: bounds the work of compiling whatever the nesting.
const TAGS: usize = 1_000;
/// Deepest nesting of `(helper calls)` in a tag.
const DEEPEST_CALL: usize = 8;

/// The blocks a template may open.
pub(super) const BLOCKS: &[&str] = &["if", "unless", "each", "with"];

/// Everything in `source` that breaks a bound, with its place.
pub(super) fn check(source: &str) -> Vec<Fault> {
    let mut scan = Scan { source, at: 0, open: Vec::new(), faults: Vec::new(), tags: 0 };
    if source.len() > LONGEST {
        scan.fault(0, format!("is longer than {LONGEST} bytes"));
        return scan.faults;
    }
    scan.run();
    scan.faults
}

/// Line and column (in characters, both from 1) of a byte offset.
pub(super) fn place(source: &str, at: usize) -> (usize, usize) {
    let before = source.get(..at).unwrap_or(source);
    let line = before.matches('\n').count().saturating_add(1);
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count().saturating_add(1);
    (line, column)
}

/// A block that waits for its end.
struct Block<'a> {
    name: &'a str,
    at: usize,
    /// Nesting it adds: itself and its `else if`s.
    depth: usize,
}

struct Scan<'a> {
    source: &'a str,
    at: usize,
    open: Vec<Block<'a>>,
    faults: Vec<Fault>,
    tags: usize,
}

impl<'a> Scan<'a> {
    fn fault(&mut self, at: usize, message: impl Into<String>) {
        let (line, column) = place(self.source, at);
        self.faults.push(Fault { line, column, message: message.into(), nearest: None });
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or_default()
    }

    fn run(&mut self) {
        while let Some(found) = self.rest().find("{{") {
            let start = self.at.saturating_add(found);
            if self.source.get(..start).is_some_and(|before| before.ends_with('\\')) {
                self.fault(start, "a backslash before {{ is not supported");
            }
            self.at = start.saturating_add(2);
            self.tags = self.tags.saturating_add(1);
            if self.tags > TAGS {
                self.fault(start, format!("has more than {TAGS} tags"));
                return;
            }
            // After a broken tag nothing further can be told with certainty.
            if self.tag(start).is_none() {
                return;
            }
        }
        while let Some(block) = self.open.pop() {
            let Block { name, at, .. } = block;
            self.fault(at, format!("{{{{#{name}}}}} is never closed"));
        }
    }

    /// Reads one tag after its `{{`; `None` when it cannot be read.
    fn tag(&mut self, start: usize) -> Option<()> {
        let rest = self.rest();
        if rest.starts_with('!') {
            return self.comment(start);
        }
        if rest.starts_with('{') {
            self.fault(start, "{{{ would let a value be read as markup: use {{");
            return None;
        }
        let Some(length) = end_of_tag(rest) else {
            self.fault(start, "this tag is never closed, or holds a bracket or brace");
            return None;
        };
        let inside = rest.get(..length)?;
        self.at = self.at.saturating_add(length).saturating_add(2);
        let inside = inside.trim_start_matches('~').trim_end_matches('~').trim();
        if deepest_call(inside) > DEEPEST_CALL {
            self.fault(start, format!("nests more than {DEEPEST_CALL} helper calls"));
        }
        self.read(start, inside);
        Some(())
    }

    fn read(&mut self, start: usize, inside: &'a str) {
        if let Some(opened) = inside.strip_prefix('#') {
            self.opened(start, opened.trim_start());
        } else if let Some(closed) = inside.strip_prefix('/') {
            self.closed(start, closed.trim());
        } else if inside.starts_with('&') {
            self.fault(start, "{{& would let a value be read as markup: use {{");
        } else if inside.starts_with('*') {
            self.fault(start, "decorators are not supported");
        } else if inside.starts_with('^') {
            self.fault(start, "{{^ is not supported: use {{else}}");
        } else if let Some(chained) = inside.strip_prefix("else") {
            if chained.is_empty() || chained.starts_with(char::is_whitespace) {
                self.chained(start, chained.trim());
            }
        } else if inside.is_empty() {
            self.fault(start, "this tag is empty");
        }
    }

    fn opened(&mut self, start: usize, inside: &'a str) {
        let name = inside.split_whitespace().next().unwrap_or_default();
        if !BLOCKS.contains(&name) {
            let (line, column) = place(self.source, start);
            let message = format!("there is no block {{{{#{name}}}}}");
            let nearest = super::names::nearest(name, BLOCKS.iter().copied());
            self.faults.push(Fault { line, column, message, nearest });
        }
        self.open.push(Block { name, at: start, depth: 1 });
        self.measure(start);
    }

    fn chained(&mut self, start: usize, inside: &str) {
        let Some(block) = self.open.last_mut() else {
            return self.fault(start, "{{else}} stands outside any block");
        };
        if !inside.is_empty() {
            block.depth = block.depth.saturating_add(1);
            self.measure(start);
        }
    }

    fn closed(&mut self, start: usize, name: &str) {
        match self.open.pop() {
            Some(block) if block.name == name => {}
            Some(block) => {
                let message = format!("{{{{/{name}}}}} closes {{{{#{}}}}}", block.name);
                self.fault(start, message);
            }
            None => self.fault(start, format!("{{{{/{name}}}}} closes nothing")),
        }
    }

    fn measure(&mut self, start: usize) {
        let depth: usize = self.open.iter().map(|block| block.depth).sum();
        // Said once: deeper blocks would repeat it a thousand times.
        if depth == DEEPEST.saturating_add(1) {
            self.fault(start, format!("nests more than {DEEPEST} blocks"));
        }
    }

    /// A comment must be one that every reading of handlebars ends at the same place.
    fn comment(&mut self, start: usize) -> Option<()> {
        let rest = self.rest();
        let Some(length) = rest.find("}}") else {
            self.fault(start, "this comment is never closed");
            return None;
        };
        let inside = rest.get(1..length)?.trim().trim_end_matches('~');
        let dashed = inside.starts_with("--");
        if inside.contains("{{") || (dashed && (inside.len() < 4 || !inside.ends_with("--"))) {
            self.fault(start, "a comment may not hold tags");
            return None;
        }
        self.at = self.at.saturating_add(length).saturating_add(2);
        Some(())
    }
}

/// Length of a tag's inside: up to the `}}` outside quotes. `None` when it never comes, or when something stands in it
/// whose end only the compiler could tell.
fn end_of_tag(rest: &str) -> Option<usize> {
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), '\\') => escaped = true,
            (Some(open), c) if open == c => quote = None,
            (None, '"' | '\'') => quote = Some(c),
            (None, '}') => return rest.get(at..)?.starts_with("}}").then_some(at),
            (None, '{' | '[' | ']' | '\\') => return None,
            (Some(_) | None, _) => {}
        }
    }
    None
}

fn deepest_call(inside: &str) -> usize {
    let mut depth = 0_usize;
    let mut deepest = 0_usize;
    for c in inside.chars() {
        match c {
            '(' => depth = depth.saturating_add(1),
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}
