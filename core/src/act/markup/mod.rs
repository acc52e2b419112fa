//! The small neutral markup every reply is written in: `*bold*`, `_italic_`, `` `code` ``, `[label](https://..)`, line
//! breaks, lines that begin with `- ` as a list, lines between two lines of three backticks as a block of code, blank lines
//! between paragraphs, and a backslash before a character that means itself.
//!
//! Parsing is total: what is not markup is text. A value that went through [`escape`] is text wherever it stands, inside
//! code too. [`write()`] turns the parsed markup into what a channel shows; no channel formats text anywhere else.

mod html;
mod parse;
mod style;
mod write;

pub use html::to_html;
pub use parse::parse;
pub use write::{shown, to_plain, write};

use serde::{Deserialize, Serialize};

/// A parsed reply.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document(pub Vec<Block>);

/// A paragraph, a list or code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// Lines with breaks between them.
    Paragraph(Vec<Vec<Inline>>),
    /// The items of a list, one line each.
    List(Vec<Vec<Inline>>),
    /// Code, its lines as they are; never blank.
    Code(String),
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Inline {
    /// Text as it is.
    Text(String),
    /// Strong.
    Bold(Vec<Inline>),
    /// Stressed.
    Italic(Vec<Inline>),
    /// Code within a line, as it is; never blank.
    Code(String),
    /// A link; `href` begins with `http://` or `https://`.
    Link {
        /// What it says.
        label: String,
        /// Where it leads.
        href: String,
    },
}

/// The text with everything that could be read as markup escaped, so that it stands for itself anywhere: inside bold, as
/// a link's label or address, at the start of a line.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut line_start = true;
    for c in text.chars() {
        if matches!(c, '\\' | '*' | '_' | '`' | '[' | ']' | '(' | ')') || (line_start && c == '-') {
            out.push('\\');
        }
        out.push(c);
        line_start = c == '\n' || (line_start && c.is_whitespace());
    }
    out
}

/// [`escape`] for what a human typed: lines between two lines of three backticks stay a block of code, everything else is
/// literal.
#[must_use]
pub fn escape_but_code(text: &str) -> String {
    let fences = text.lines().filter(|line| parse::is_fence(line)).count();
    if fences < 2 {
        return escape(text);
    }
    // The last of an odd number of fences closes nothing: it is text.
    let fences = fences.saturating_sub(fences % 2);
    let mut out = String::with_capacity(text.len());
    let mut met = 0;
    for (n, line) in text.lines().enumerate() {
        if n > 0 {
            out.push('\n');
        }
        if met < fences && parse::is_fence(line) {
            met = met.saturating_add(1);
            out.push_str(parse::FENCE);
        } else {
            out.push_str(&escape(line));
        }
    }
    out
}

#[cfg(test)]
mod tests;
