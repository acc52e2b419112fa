//! What each platform is sent.

use super::*;
use crate::model::ChannelKind::{Discord, Instagram, Messenger, Telegram, Whatsapp};

/// A reply with everything in it.
const REPLY: &str = "Dạ *đơn MH-10234* của _chị Lan_ ạ: [theo dõi](https://shop.vn/t?a=1&b=\\(2\\)_x)\n\n- Ly gốm <x>\n- `sku_1`\n\n```\na < b && *c*\n```\nhttps://shop.vn/a_b-c*";

fn written(kind: crate::model::ChannelKind, text: &str) -> String {
    write(kind, &parse(text))
}

#[test]
fn one_reply_in_every_format() {
    insta::assert_snapshot!(written(Telegram, REPLY), @r#"
    Dạ <b>đơn MH-10234</b> của <i>chị Lan</i> ạ: <a href="https://shop.vn/t?a=1&amp;b=(2)_x">theo dõi</a>

    • Ly gốm &lt;x&gt;
    • <code>sku_1</code>

    <pre>a &lt; b &amp;&amp; *c*</pre>

    https://shop.vn/a_b-c*
    "#);
    insta::assert_snapshot!(written(Discord, REPLY), @r#"
    Dạ **đơn MH-10234** của _chị Lan_ ạ: [theo dõi](https://shop.vn/t?a=1&b=%282%29_x)

    - Ly gốm \<x>
    - `sku_1`

    ```
    a < b && *c*
    ```

    https://shop.vn/a_b-c*
    "#);
    insta::assert_snapshot!(written(Whatsapp, REPLY), @"
    Dạ *đơn MH-10234* của _chị Lan_ ạ: theo dõi: https://shop.vn/t?a=1&b=(2)_x

    - Ly gốm <x>
    - ```sku_1```

    ```a < b && *c*```

    https://shop.vn/a_b-c*
    ");
    insta::assert_snapshot!(written(Messenger, REPLY), @"
    Dạ đơn MH-10234 của chị Lan ạ: theo dõi: https://shop.vn/t?a=1&b=(2)_x

    - Ly gốm <x>
    - sku_1

    a < b && *c*

    https://shop.vn/a_b-c*
    ");
    assert_eq!(written(Messenger, REPLY), written(Instagram, REPLY));
}

#[test]
fn telegram_counts_what_is_left_after_its_html_is_read() {
    insta::assert_snapshot!(shown(Telegram, &parse(REPLY)), @"
    Dạ đơn MH-10234 của chị Lan ạ: theo dõi

    • Ly gốm <x>
    • sku_1

    a < b && *c*

    https://shop.vn/a_b-c*
    ");
}

#[test]
fn a_customers_words_ping_nobody_and_format_nothing_on_discord() {
    let words = "# @everyone <@123> **x** ||y|| [a](https://b.vn)\n> q\n- z MH-10234";
    insta::assert_snapshot!(written(Discord, &escape(words)), @r#"
    \# \@everyone \<\@123> \*\*x\*\* \|\|y\|\| \[a\]\(https://b.vn)
    \> q
    \- z MH-10234
    "#);
}

#[test]
fn marks_a_customer_wrote_stay_marks_on_whatsapp() {
    let shown = written(Whatsapp, &escape("*x* _y_ ~z~ `c` 2 * 3 snake_case https://a.vn/_b_"));
    assert_eq!(shown.replace('\u{2060}', ""), "*x* _y_ ~z~ `c` 2 * 3 snake_case https://a.vn/_b_");
    insta::assert_snapshot!(shown.replace('\u{2060}', "⁀"), @"*⁀x* _⁀y_ ~⁀z~ `⁀c`⁀ 2 * 3 snake_case https://a.vn/_b_");
    // A star of the customer's would end the bold too early.
    assert_eq!(written(Whatsapp, "*5\\* xin*"), "5* xin");
}

#[test]
fn code_cannot_end_its_own_block() {
    for kind in [Discord, Whatsapp] {
        let text = written(kind, &format!("```\n{}\n```", escape("a```b")));
        assert_eq!(text.matches("```").count(), 2, "{text}");
        let text = written(kind, &format!("`{}`", escape("a`b")));
        assert_eq!(text.replace(['\\', '\u{2060}'], ""), "a`b");
    }
}

#[test]
fn a_link_that_names_another_address_shows_both_on_discord() {
    let text = written(Discord, "[https://bank.vn](https://evil.vn) [ở đây](https://a.vn/\\(1\\))");
    assert_eq!(text, "https://bank.vn: https://evil.vn [ở đây](https://a.vn/%281%29)");
}

proptest! {
    #[test]
    fn discord_reads_an_escaped_text_as_itself(text in "([a-z*_~`|#>()@<\\[\\]\\\\ -]|đ){1,40}") {
        let written = written(Discord, &escape(&text));
        let mut read = String::new();
        let mut chars = written.chars();
        let mut line_start = true;
        while let Some(c) = chars.next() {
            if c == '\\' {
                read.extend(chars.next());
            } else {
                prop_assert!(!"*_~`|[]()@<".contains(c), "{}", written);
                prop_assert!(!(line_start && "#>-".contains(c)), "{}", written);
                read.push(c);
            }
            line_start &= c == ' ';
        }
        prop_assert_eq!(read, tidy(&text));
    }

    #[test]
    fn telegram_is_sent_no_tags_but_ours(text in "([a-z*_`\\[\\]()\\\\<>&\"\n -]|```|https://|\\PC){0,80}") {
        let mut html = written(Telegram, &text);
        for tag in ["b", "i", "code", "pre"] {
            prop_assert_eq!(html.matches(&format!("<{tag}>")).count(), html.matches(&format!("</{tag}>")).count());
            html = html.replace(&format!("<{tag}>"), "").replace(&format!("</{tag}>"), "");
        }
        let rest = html.replace("</a>", "").replace("<a href=\"http", "");
        prop_assert!(!rest.contains('<'), "{}", rest);
    }
}
