use super::*;
use proptest::prelude::*;

fn html(text: &str) -> String {
    to_html(&parse(text))
}

fn plain(text: &str) -> String {
    to_plain(&parse(text))
}

/// What a literal text looks like after a round through paragraphs: lines trimmed, blank lines alike.
fn tidy(text: &str) -> String {
    let mut out = String::new();
    let mut blank = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            blank = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank { "\n\n" } else { "\n" });
        }
        blank = false;
        out.push_str(line);
    }
    out
}

fn has_only_text(document: &Document) -> bool {
    document.0.iter().all(|block| match block {
        Block::Paragraph(lines) => lines.iter().flatten().all(|piece| matches!(piece, Inline::Text(_))),
        Block::List(_) | Block::Code(_) => false,
    })
}

#[test]
fn bold_italic_links_lists_and_paragraphs() {
    let text = "Dạ *đơn MH-10234* đang _giao_ ạ.\nXem [ở đây](https://shop.vn/t?a=1&b=2)\n\n- một\n- hai";
    insta::assert_snapshot!(html(text), @r#"<p>Dạ <strong>đơn MH-10234</strong> đang <em>giao</em> ạ.<br>Xem <a href="https://shop.vn/t?a=1&amp;b=2" target="_blank" rel="noopener noreferrer">ở đây</a></p><ul><li>một</li><li>hai</li></ul>"#);
    insta::assert_snapshot!(plain(text), @"
    Dạ đơn MH-10234 đang giao ạ.
    Xem ở đây: https://shop.vn/t?a=1&b=2

    - một
    - hai
    ");
}

#[test]
fn marks_inside_words_and_alone_are_text() {
    for text in ["snake_case_name", "2 * 3 * 4", "* một", "a*b*c", "**", "_", "5*"] {
        assert_eq!(plain(text), text);
        assert!(has_only_text(&parse(text)), "{text}");
    }
}

#[test]
fn bold_may_hold_italic_but_crossing_marks_are_text() {
    assert_eq!(html("*a _b_ c*"), "<p><strong>a <em>b</em> c</strong></p>");
    assert_eq!(html("*a _b* c_"), "<p><strong>a _b</strong> c_</p>");
}

#[test]
fn code_is_kept_as_it_is() {
    let text = "Chạy `npm *i*` nhé:\n```sh\n  npm i\n\n- _x_\n```\nrồi mở lại";
    let Document(blocks) = parse(text);
    assert_eq!(blocks[1], Block::Code("  npm i\n\n- _x_".to_owned()));
    insta::assert_snapshot!(html(text), @"
    <p>Chạy <code>npm *i*</code> nhé:</p><pre><code>  npm i

    - _x_</code></pre><p>rồi mở lại</p>
    ");
    insta::assert_snapshot!(plain(text), @"
    Chạy npm *i* nhé:

      npm i

    - _x_

    rồi mở lại
    ");
}

#[test]
fn a_backtick_or_a_fence_that_nothing_closes_is_text() {
    for text in ["5` nữa", "``", "` `", "```", "a\n```\nb"] {
        assert_eq!(plain(text), text);
    }
}

#[test]
fn what_an_agent_types_is_literal_but_for_blocks_of_code() {
    let typed = "*không* đậm `x`\n```\nlet _a_ = [1](x);\n- 2\n```\n- một\n```";
    let document = parse(&escape_but_code(typed));
    assert_eq!(document.0.len(), 3);
    assert_eq!(document.0[1], Block::Code("let _a_ = [1](x);\n- 2".to_owned()));
    assert_eq!(to_plain(&document), "*không* đậm `x`\n\nlet _a_ = [1](x);\n- 2\n\n- một\n```");
}

#[test]
fn only_web_links_are_links() {
    for text in
        ["[x](javascript:alert(1))", "[x](data:text/html,hi)", "[x]( https://a.vn)", "[](https://a.vn)"]
    {
        assert!(has_only_text(&parse(text)), "{text}");
    }
}

#[test]
fn an_escaped_address_still_leads_where_it_led() {
    let address = "https://a.vn/x_(y)_[z]*";
    let text = format!("[{}]({})", escape("a](b"), escape(address));
    let expected = Inline::Link { label: "a](b".to_owned(), href: address.to_owned() };
    assert_eq!(parse(&text), Document(vec![Block::Paragraph(vec![vec![expected]])]));
}

#[test]
fn a_hostile_line_is_read_in_no_time() {
    for piece in ["*a ", "_a ", "[a](", "[", "\\", "*_", "`", "`a", "```\n", "```a\nb\n"] {
        let _ = html(&piece.repeat(16_000 / piece.len()));
    }
}

proptest! {
    #[test]
    fn an_escaped_text_is_literal_in_code_too(text in "[a-z*_`()\\[\\]\\\\-]{1,30}") {
        let document = parse(&format!("`{0}`\n```\n{0}\n```", escape(&text)));
        let line = Block::Paragraph(vec![vec![Inline::Code(text.clone())]]);
        prop_assert_eq!(document, Document(vec![line, Block::Code(text)]));
    }

    #[test]
    fn an_escaped_text_is_literally_itself(text in "([a-z*_`\\[\\]()\\\\<&\n -]|```|đ|\\PC){0,60}") {
        let document = parse(&escape(&text));
        prop_assert!(has_only_text(&document));
        prop_assert_eq!(to_plain(&document), tidy(&text));
    }

    #[test]
    fn an_escaped_text_stays_literal_inside_bold_and_labels(text in "[a-z*_`()\\[\\]\\\\-]{1,30}") {
        let document = parse(&format!("*x{}x* [{}](https://a.vn)", escape(&text), escape(&text)));
        let expected = vec![
            Inline::Bold(vec![Inline::Text(format!("x{text}x"))]),
            Inline::Text(" ".to_owned()),
            Inline::Link { label: text, href: "https://a.vn".to_owned() },
        ];
        prop_assert_eq!(document, Document(vec![Block::Paragraph(vec![expected])]));
    }

    #[test]
    fn html_holds_no_tags_but_ours(text in "([a-z*_`\\[\\]()\\\\<>&\"'\n -]|```|https://|\\PC){0,80}") {
        let mut html = html(&text);
        for tag in ["p", "br", "ul", "li", "strong", "em", "code", "pre"] {
            html = html.replace(&format!("<{tag}>"), "").replace(&format!("</{tag}>"), "");
        }
        let rest = html.replace("</a>", "").replace("<a href=\"http", "");
        prop_assert!(!rest.contains('<'), "{}", rest);
    }

    #[test]
    fn every_link_leads_to_the_web(text in "(\\[a\\]\\(|javascript:|https://|http://|[a-z.)(\\\\ ]){0,40}") {
        fn check(pieces: &[Inline]) -> bool {
            pieces.iter().all(|piece| match piece {
                Inline::Text(_) | Inline::Code(_) => true,
                Inline::Bold(inside) | Inline::Italic(inside) => check(inside),
                Inline::Link { href, .. } => href.starts_with("https://") || href.starts_with("http://"),
            })
        }
        for block in parse(&text).0 {
            let (Block::Paragraph(lines) | Block::List(lines)) = block else { continue };
            prop_assert!(lines.iter().all(|line| check(line)));
        }
    }
}

mod formats;
