//! The small neutral markup every reply is written in: `*bold*`, `_italic_`, `[label](https://..)`, line breaks, lines
//! that begin with `- ` as a list, blank lines between paragraphs, and a backslash before a character that means itself.
//!
//! Parsing is total: what is not markup is text. A value that went through [`escape`] is text wherever it stands.

mod parse;
mod write;

pub use parse::parse;
pub use write::{to_html, to_plain};

use serde::{Deserialize, Serialize};

/// A parsed reply.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document(pub Vec<Block>);

/// A paragraph or a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// Lines with breaks between them.
    Paragraph(Vec<Vec<Inline>>),
    /// The items of a list, one line each.
    List(Vec<Vec<Inline>>),
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
        if matches!(c, '\\' | '*' | '_' | '[' | ']' | '(' | ')') || (line_start && c == '-') {
            out.push('\\');
        }
        out.push(c);
        line_start = c == '\n' || (line_start && c.is_whitespace());
    }
    out
}

#[cfg(test)]
mod tests;
