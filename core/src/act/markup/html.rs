//! Writes a parsed reply as HTML, for the chat widget and the desk.

use super::{Block, Document, Inline};

/// HTML of a fixed set of elements (`p br ul li strong em a code pre`). Everything that is not one of those tags is escaped.
#[must_use]
pub fn to_html(document: &Document) -> String {
    let mut out = String::new();
    for block in &document.0 {
        match block {
            Block::Paragraph(lines) => {
                out.push_str("<p>");
                for (n, line) in lines.iter().enumerate() {
                    if n > 0 {
                        out.push_str("<br>");
                    }
                    html_inlines(line, &mut out);
                }
                out.push_str("</p>");
            }
            Block::List(items) => {
                out.push_str("<ul>");
                for item in items {
                    out.push_str("<li>");
                    html_inlines(item, &mut out);
                    out.push_str("</li>");
                }
                out.push_str("</ul>");
            }
            Block::Code(code) => {
                out.push_str("<pre><code>");
                html_text(code, &mut out);
                out.push_str("</code></pre>");
            }
        }
    }
    out
}

fn html_inlines(pieces: &[Inline], out: &mut String) {
    for piece in pieces {
        match piece {
            Inline::Text(text) => html_text(text, out),
            Inline::Bold(inside) => {
                out.push_str("<strong>");
                html_inlines(inside, out);
                out.push_str("</strong>");
            }
            Inline::Italic(inside) => {
                out.push_str("<em>");
                html_inlines(inside, out);
                out.push_str("</em>");
            }
            Inline::Code(code) => {
                out.push_str("<code>");
                html_text(code, out);
                out.push_str("</code>");
            }
            Inline::Link { label, href } => {
                out.push_str("<a href=\"");
                html_text(href, out);
                out.push_str("\" target=\"_blank\" rel=\"noopener noreferrer\">");
                html_text(label, out);
                out.push_str("</a>");
            }
        }
    }
}

fn html_text(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
}
