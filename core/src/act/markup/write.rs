//! Writes a parsed reply in the format of a channel. Adapters call [`write()`] and add nothing, so that every format and
//! every escape stands in one place.

use super::html::to_html;
use super::style::{DISCORD, PLAIN, Style, TELEGRAM, VISIBLE, WHATSAPP};
use super::{Block, Document, Inline};
use crate::model::ChannelKind;

/// The text as the platform takes it: HTML for the chat widget and for Telegram (`parse_mode=HTML`), Markdown for Discord,
/// WhatsApp's own marks, plain text for everybody else.
#[must_use]
pub fn write(kind: ChannelKind, document: &Document) -> String {
    match kind {
        ChannelKind::Web => to_html(document),
        ChannelKind::Telegram => styled(&TELEGRAM, document),
        ChannelKind::Discord => styled(&DISCORD, document),
        ChannelKind::Whatsapp => styled(&WHATSAPP, document),
        ChannelKind::Messenger | ChannelKind::Instagram | ChannelKind::App | ChannelKind::Local => {
            to_plain(document)
        }
    }
}

/// The text whose length the platform limits. Telegram counts what is left after its HTML is read; everybody else counts
/// what was sent.
#[must_use]
pub fn shown(kind: ChannelKind, document: &Document) -> String {
    match kind {
        ChannelKind::Telegram => styled(&VISIBLE, document),
        _ => write(kind, document),
    }
}

/// Plain text: links as `label: address`, list items with a dash, a blank line between blocks.
#[must_use]
pub fn to_plain(document: &Document) -> String {
    styled(&PLAIN, document)
}

fn styled(style: &Style, document: &Document) -> String {
    let mut out = String::new();
    for (n, block) in document.0.iter().enumerate() {
        if n > 0 {
            out.push_str("\n\n");
        }
        let (lines, bullet) = match block {
            Block::Paragraph(lines) => (lines, ""),
            Block::List(items) => (items, style.bullet),
            Block::Code(code) => {
                out.push_str(style.block.0);
                (style.inside_block)(code, &mut out);
                out.push_str(style.block.1);
                continue;
            }
        };
        for (n, line) in lines.iter().enumerate() {
            if n > 0 {
                out.push('\n');
            }
            out.push_str(bullet);
            inlines(style, line, &mut out);
        }
    }
    out
}

fn inlines(style: &Style, pieces: &[Inline], out: &mut String) {
    for piece in pieces {
        match piece {
            Inline::Text(text) => (style.text)(text, out),
            Inline::Bold(inside) => wrapped(style, style.bold, inside, out),
            Inline::Italic(inside) => wrapped(style, style.italic, inside, out),
            Inline::Code(code) if (style.can_be_code)(code) => {
                out.push_str(style.code.0);
                (style.inside_code)(code, out);
                out.push_str(style.code.1);
            }
            Inline::Code(code) => (style.text)(code, out),
            Inline::Link { label, href } => (style.link)(label, href, out),
        }
    }
}

/// What stands inside a mark; without the mark where the platform cannot escape and would end it too early.
fn wrapped(style: &Style, mark: (&str, &str), inside: &[Inline], out: &mut String) {
    let marks = style.escapes || !holds(inside, mark.1);
    if marks {
        out.push_str(mark.0);
    }
    inlines(style, inside, out);
    if marks {
        out.push_str(mark.1);
    }
}

fn holds(pieces: &[Inline], mark: &str) -> bool {
    pieces.iter().any(|piece| match piece {
        Inline::Text(text) | Inline::Code(text) => text.contains(mark),
        Inline::Bold(inside) | Inline::Italic(inside) => holds(inside, mark),
        Inline::Link { label, href } => label.contains(mark) || href.contains(mark),
    })
}
