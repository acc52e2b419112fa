//! How long replies are cut.

use super::super::limits::Unit;
use super::*;
use crate::model::ChannelKind::{Discord, Instagram, Messenger, Telegram, Whatsapp};
use proptest::prelude::*;

/// Cut to `limit` characters of plain text.
fn cut(markup: &str, limit: usize) -> Vec<String> {
    let plain = |part: &Document| crate::act::markup::to_plain(part);
    let fits = |part: &Document| plain(part).chars().count() <= limit;
    split(&parse(markup), &fits).iter().map(plain).collect()
}

/// Cut as Discord counts, at `limit`.
fn cut_discord(markup: &str, limit: usize) -> Vec<String> {
    let fits = |part: &Document| write(Discord, part).chars().count() <= limit;
    split(&parse(markup), &fits).iter().map(|part| write(Discord, part)).collect()
}

#[test]
fn what_fits_is_one_piece() {
    assert_eq!(pieces(Telegram, "Dạ *có* ạ", false), ["Dạ <b>có</b> ạ"]);
    assert_eq!(pieces(Messenger, "Dạ *có* ạ", true), ["Dạ có ạ"]);
    assert!(pieces(Telegram, " \n ", false).is_empty());
}

#[test]
fn it_is_cut_between_blocks_then_lines_then_sentences_then_words_then_graphemes() {
    assert_eq!(cut("một hai\n\nba bốn\nnăm", 12), ["một hai", "ba bốn\nnăm"]);
    assert_eq!(cut("một hai\nba bốn\nnăm", 14), ["một hai\nba bốn", "năm"]);
    assert_eq!(cut("Dạ có ạ. Shop mở cửa. Mời chị!", 22), ["Dạ có ạ. Shop mở cửa.", "Mời chị!"]);
    assert_eq!(cut("một hai ba bốn", 8), ["một hai", "ba bốn"]);
    assert_eq!(cut("nghiêng", 4), ["nghi", "êng"]);
    assert_eq!(cut("- một\n- hai\n- ba", 12), ["- một\n- hai", "- ba"]);
}

#[test]
fn what_a_person_reads_as_one_letter_stays_one() {
    // A family of seven characters, a flag of two, and letters written as a base with its marks.
    let family = "👨\u{200d}👩\u{200d}👧\u{200d}👦";
    assert_eq!(cut(&family.repeat(3), 8), [family; 3]);
    assert_eq!(cut("🇻🇳🇻🇳🇻🇳", 5), ["🇻🇳🇻🇳", "🇻🇳"]);
    let decomposed = "e\u{302}\u{323}";
    assert_eq!(cut(&decomposed.repeat(3), 4), [decomposed; 3]);
}

#[test]
fn marks_and_code_that_are_cut_are_closed_and_opened_again() {
    assert_eq!(cut_discord("*một hai _ba bốn_*", 14), ["**một hai**", "**_ba bốn_**"]);
    let code = "```\nlet a = 1;\n\n    let b = 2;\n```";
    assert_eq!(cut_discord(code, 22), ["```\nlet a = 1;\n\n```", "```\n    let b = 2;\n```"]);
    assert_eq!(cut_discord("`một hai ba`", 10), ["`một hai`", "`ba`"]);
}

#[test]
fn the_rest_of_an_item_has_no_bullet_of_its_own() {
    assert_eq!(cut("- một hai ba bốn\n- năm", 10), ["- một hai", "ba bốn", "- năm"]);
}

#[test]
fn a_link_is_never_cut_unless_it_fits_nowhere() {
    assert_eq!(
        cut("Xem [ở đây nhé](https://a.vn/1?x=2) nha chị", 36),
        ["Xem ở đây nhé: https://a.vn/1?x=2", "nha chị"]
    );
    assert_eq!(cut("Xem https://a.vn/1?x=2 nha", 20), ["Xem", "https://a.vn/1?x=2", "nha"]);
    let long = format!("https://a.vn/{}", "x".repeat(30));
    let parts = cut(&format!("[ở đây]({long})"), 20);
    assert!(parts.iter().all(|part| part.chars().count() <= 20));
    assert_eq!(parts.concat(), format!("ở đây:{long}"));
}

#[test]
fn each_platform_counts_in_its_own_unit() {
    // 1,500 letters of three bytes; 3,000 emoji of two UTF-16 units.
    let letters = "ệ".repeat(1_500);
    assert_eq!(pieces(Messenger, &letters, false).len(), 1);
    assert_eq!(pieces(Instagram, &letters, false).len(), 5);
    let emoji = "👍".repeat(3_000);
    assert_eq!(pieces(Telegram, &emoji, false).len(), 2);
    assert_eq!(pieces(Whatsapp, &emoji, false).len(), 1);
    assert_eq!(pieces(Discord, &emoji, false).len(), 2);
}

#[test]
fn telegrams_tags_count_nothing_and_discords_marks_do() {
    let bold = format!("*{}*", "a".repeat(4_096));
    assert_eq!(pieces(Telegram, &bold, false).len(), 1);
    let bold = format!("*{}*", "a".repeat(2_000));
    assert_eq!(pieces(Discord, &bold, false).len(), 2);
}

#[test]
fn buttons_leave_less_room_on_whatsapp_in_the_last_piece_only() {
    let text = "một hai ba bốn. ".repeat(300);
    assert_eq!(pieces(Whatsapp, &text, false).len(), 2);
    let with_buttons = pieces(Whatsapp, &text, true);
    assert!(with_buttons.first().unwrap().chars().count() > 1_024);
    assert!(with_buttons.last().unwrap().chars().count() <= 1_024);
}

#[test]
fn a_hostile_reply_is_cut_in_no_time() {
    for shape in [
        "a",
        "a\n",
        "a\n\n",
        "- a\n",
        "*a* ",
        "[a](https://a.vn/b) ",
        "`a` ",
        "e\u{301}\u{302}",
        "a.",
        "```\na\n```\n",
    ] {
        let text = shape.repeat(16_000 / shape.len());
        for kind in [Discord, Instagram] {
            assert!(!pieces(kind, &text, true).is_empty());
        }
    }
}

/// What is read, without the space: what must not be lost.
fn letters(blocks: &[Block]) -> String {
    fn of(line: &[Inline], out: &mut String) {
        for piece in line {
            match piece {
                Inline::Text(text) | Inline::Code(text) => out.push_str(text),
                Inline::Bold(inside) | Inline::Italic(inside) => of(inside, out),
                Inline::Link { label, href } => out.extend([label.as_str(), href]),
            }
        }
    }
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Paragraph(lines) | Block::List(lines) => lines.iter().for_each(|line| of(line, &mut out)),
            Block::Code(code) => out.push_str(code),
        }
    }
    out.retain(|c| !c.is_whitespace());
    out
}

const FAMILY: &str = "👨\u{200d}👩\u{200d}👧\u{200d}👦";

fn markup() -> impl Strategy<Value = String> {
    let words = prop::sample::select(vec![
        "đơn",
        "hàng ",
        "của em ",
        "nghiêng",
        " ",
        ". ",
        "! ",
        "\n",
        "\n\n",
        "- ",
        "*",
        " *đậm* ",
        "_",
        " _vừa_ ",
        "`",
        " `mã 1` ",
        "```\n",
        "\n```\n",
        "\\",
        FAMILY,
        "🇻🇳",
        "e\u{302}\u{323}",
        "#",
        "> ",
        "<b>",
        "@everyone",
        "~",
        " [xem đây](https://a.vn/b?c=d) ",
        "https://a.vn/x_y ",
        "MH-10234 ",
        "。",
    ]);
    prop::collection::vec(words, 0..80).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn nothing_is_lost_and_every_part_fits(
        markup in markup(),
        kind in prop::sample::select(vec![Discord, Telegram, Messenger, Instagram, Whatsapp]),
        limit in 48..160_usize,
    ) {
        let unit = if kind == Instagram { Unit::Bytes } else { limits(kind).unit };
        let document = parse(&markup);
        let parts = split(&document, &|part| unit.count(&shown(kind, part)) <= limit);
        for part in &parts {
            let text = shown(kind, part);
            prop_assert!(unit.count(&text) <= limit, "{}", text);
            prop_assert!(!text.trim().is_empty());
            let cut_letter = text.starts_with(['\u{200d}', '\u{302}', '\u{323}']);
            prop_assert!(!cut_letter);
        }
        let joined: Vec<Block> = parts.iter().flat_map(|part| part.0.clone()).collect();
        prop_assert_eq!(letters(&joined), letters(&document.0));
        let whole: usize = parts.iter().map(|part| shown(kind, part).matches(FAMILY).count()).sum();
        prop_assert_eq!(whole, markup.matches(FAMILY).count());
    }

}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_said_goes_out_within_the_limits(text in "(\\PC|\n|\u{301}){0,3000}", has_buttons: bool) {
        for kind in [Discord, Telegram, Messenger, Instagram, Whatsapp] {
            let limits = limits(kind);
            let pieces = pieces(kind, &crate::act::markup::escape(&text), has_buttons);
            for (n, piece) in pieces.iter().enumerate() {
                let limit = limits.of_text(has_buttons && n + 1 == pieces.len()).unwrap();
                // Telegram counts the text after its HTML is read.
                let read = piece.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
                let counted = if kind == Telegram { &read } else { piece };
                prop_assert!(limits.unit.count(counted) <= limit);
                prop_assert!(!piece.trim().is_empty());
            }
        }
    }
}
