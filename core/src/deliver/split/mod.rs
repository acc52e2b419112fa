//! Splits a reply that is longer than a platform takes: between blocks where it can, else between lines, sentences,
//! words, graphemes. A link stays whole, marks and blocks of code that are cut are closed and opened again, and nothing is
//! lost but the space where it was cut.

mod line;

use super::limits::limits;
use crate::act::markup::{Block, Document, Inline, parse, shown, write};
use crate::model::ChannelKind;
use line::{Line, cut_line};

/// A reply, in neutral markup, as the texts to send on this kind of channel: in the platform's format, in order, each within
/// its limit, none blank. `has_buttons`: the last one carries buttons, which may leave it less room.
#[must_use]
pub fn pieces(kind: ChannelKind, markup: &str, has_buttons: bool) -> Vec<String> {
    let limits = limits(kind);
    let fits = |document: &Document, limit: Option<usize>| {
        limit.is_none_or(|limit| limits.unit.count(&shown(kind, document)) <= limit)
    };
    let mut parts = split(&parse(markup), &|part| fits(part, limits.text));
    if let Some(last) = parts.pop() {
        parts.extend(split(&last, &|part| fits(part, limits.of_text(has_buttons))));
    }
    parts.iter().map(|part| write(kind, part)).collect()
}

/// The reply in parts of which each fits. What fits must also fit when shortened. A link that does not fit even alone is
/// written out as text, and a character that does not is a part nevertheless: nothing is lost.
#[must_use]
pub fn split(document: &Document, fits: &dyn Fn(&Document) -> bool) -> Vec<Document> {
    let mut parts: Vec<Document> = Vec::new();
    let mut open: Vec<Block> = Vec::new();
    let mut rest = document.0.as_slice();
    while !rest.is_empty() {
        let with = |blocks: &[Block]| Document(open.iter().chain(blocks).cloned().collect());
        let (fitting, after) = rest.split_at(most(rest, &|blocks| fits(&with(blocks))));
        open = with(fitting).0;
        rest = after;
        let Some((block, after)) = rest.split_first() else { break };
        parts.push(Document(std::mem::take(&mut open)));
        if !fits(&Document(vec![block.clone()])) {
            let mut cut = cut_block(block, fits);
            // What follows may go on in the last part of a block that was cut.
            open = cut.pop().unwrap_or_default().0;
            parts.extend(cut);
            rest = after;
        }
    }
    parts.push(Document(open));
    parts.retain(|part| !part.0.is_empty());
    parts
}

/// How many of the first ones fit together.
fn most<T>(all: &[T], fit: &dyn Fn(&[T]) -> bool) -> usize {
    let counts: Vec<usize> = (1..=all.len()).collect();
    counts.partition_point(|count| all.get(..*count).is_some_and(fit))
}

/// What a block is made of, to be put together again.
#[derive(Clone, Copy)]
enum Made {
    Paragraph,
    List,
    Code,
}

/// A line of a block; `goes_on` where it is the rest of an item that was cut, and has no bullet of its own.
#[derive(Clone)]
struct Piece {
    line: Line,
    goes_on: bool,
}

/// A block in parts of which each fits.
fn cut_block(block: &Block, fits: &dyn Fn(&Document) -> bool) -> Vec<Document> {
    let (made, lines) = match block {
        Block::Paragraph(lines) => (Made::Paragraph, lines.clone()),
        Block::List(items) => (Made::List, items.clone()),
        Block::Code(code) => {
            (Made::Code, code.lines().map(|line| vec![Inline::Text(line.to_owned())]).collect())
        }
    };
    let pieces: Vec<Piece> = lines.into_iter().flat_map(|line| pieces_of(made, line, fits)).collect();
    let mut parts: Vec<Document> = Vec::new();
    let mut rest = pieces.as_slice();
    while !rest.is_empty() {
        // A piece that fits nowhere is a part of its own.
        let count = most(rest, &|pieces| fits(&put_together(made, pieces))).max(1);
        let (part, after) = rest.split_at(count);
        parts.push(put_together(made, part));
        rest = after;
    }
    parts.retain(|part| !part.0.is_empty());
    parts
}

fn pieces_of(made: Made, line: Line, fits: &dyn Fn(&Document) -> bool) -> Vec<Piece> {
    let alone = |line: &[Inline]| fits(&put_together(made, &[Piece { line: line.to_vec(), goes_on: false }]));
    let lines = cut_line(line, &alone);
    lines.into_iter().enumerate().map(|(n, line)| Piece { line, goes_on: n > 0 }).collect()
}

/// The blocks these pieces make; none when they say nothing.
fn put_together(made: Made, pieces: &[Piece]) -> Document {
    let mut blocks: Vec<Block> = Vec::new();
    for Piece { line, goes_on } in pieces.iter().cloned() {
        match (made, blocks.last_mut()) {
            (Made::Code, Some(Block::Code(code))) => {
                code.push('\n');
                code.push_str(&text_of(&line));
            }
            (Made::Code, _) => blocks.push(Block::Code(text_of(&line))),
            (Made::List, Some(Block::List(items))) if !goes_on => items.push(line),
            (Made::List, _) if !goes_on => blocks.push(Block::List(vec![line])),
            (_, Some(Block::Paragraph(lines))) => lines.push(line),
            (_, _) => blocks.push(Block::Paragraph(vec![line])),
        }
    }
    blocks.retain(|block| !matches!(block, Block::Code(code) if code.trim().is_empty()));
    Document(blocks)
}

fn text_of(line: &[Inline]) -> String {
    line.iter()
        .filter_map(|piece| if let Inline::Text(text) = piece { Some(text.as_str()) } else { None })
        .collect()
}

#[cfg(test)]
mod tests;
