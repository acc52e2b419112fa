//! The formats of the platforms: their marks, and how a text is kept literal between them.

/// One format.
pub(super) struct Style {
    /// Marks around strong text.
    pub(super) bold: (&'static str, &'static str),
    /// Marks around stressed text.
    pub(super) italic: (&'static str, &'static str),
    /// Marks around code within a line.
    pub(super) code: (&'static str, &'static str),
    /// Marks around a block of code.
    pub(super) block: (&'static str, &'static str),
    /// What begins the item of a list.
    pub(super) bullet: &'static str,
    /// Whether the format can escape its marks. One that cannot loses the marks around a text that holds them.
    pub(super) escapes: bool,
    /// Writes a text literally, after what is written so far.
    pub(super) text: fn(&str, &mut String),
    /// Writes a link from its label and its address.
    pub(super) link: fn(&str, &str, &mut String),
    /// Whether this can be written as code within a line; else it is written as text.
    pub(super) can_be_code: fn(&str) -> bool,
    /// Writes what is code within a line.
    pub(super) inside_code: fn(&str, &mut String),
    /// Writes what is a block of code.
    pub(super) inside_block: fn(&str, &mut String),
}

/// Plain text: Messenger, Instagram, the app, the terminal.
pub(super) const PLAIN: Style = Style {
    bold: ("", ""),
    italic: ("", ""),
    code: ("", ""),
    block: ("", ""),
    bullet: "- ",
    escapes: true,
    text: as_it_is,
    link: link_in_text,
    can_be_code: |_| true,
    inside_code: as_it_is,
    inside_block: as_it_is,
};

/// Telegram's HTML (`parse_mode=HTML`): <https://core.telegram.org/bots/api#html-style>.
pub(super) const TELEGRAM: Style = Style {
    bold: ("<b>", "</b>"),
    italic: ("<i>", "</i>"),
    code: ("<code>", "</code>"),
    block: ("<pre>", "</pre>"),
    bullet: "• ",
    escapes: true,
    text: telegram_text,
    link: telegram_link,
    can_be_code: |_| true,
    inside_code: telegram_text,
    inside_block: telegram_text,
};

/// What is left of [`TELEGRAM`] after Telegram has read the HTML; a label stands for its link.
pub(super) const VISIBLE: Style =
    Style { bullet: "• ", link: |label, _, out| out.push_str(label), ..PLAIN };

/// Discord's Markdown: <https://support.discord.com/hc/en-us/articles/210298617>.
pub(super) const DISCORD: Style = Style {
    bold: ("**", "**"),
    italic: ("_", "_"),
    code: ("`", "`"),
    block: ("```\n", "\n```"),
    bullet: "- ",
    escapes: true,
    text: discord_text,
    link: discord_link,
    can_be_code: |code| !code.contains('`'),
    inside_code: as_it_is,
    inside_block: no_fence,
};

/// WhatsApp's marks: <https://faq.whatsapp.com/539178204879377>. It has no escape.
pub(super) const WHATSAPP: Style = Style {
    bold: ("*", "*"),
    italic: ("_", "_"),
    code: ("```", "```"),
    block: ("```", "```"),
    bullet: "- ",
    escapes: false,
    text: whatsapp_text,
    link: whatsapp_link,
    can_be_code: |code| !code.contains('`'),
    inside_code: as_it_is,
    inside_block: no_fence,
};

/// Joins without a break and without a width: keeps a mark from being one, and is not seen.
const JOINER: char = '\u{2060}';

fn as_it_is(text: &str, out: &mut String) {
    out.push_str(text);
}

fn link_in_text(label: &str, href: &str, out: &mut String) {
    if label != href {
        out.push_str(label);
        out.push_str(": ");
    }
    out.push_str(href);
}

fn telegram_text(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

fn telegram_link(label: &str, href: &str, out: &mut String) {
    out.push_str("<a href=\"");
    telegram_text(href, out);
    out.push_str("\">");
    telegram_text(label, out);
    out.push_str("</a>");
}

fn discord_text(text: &str, out: &mut String) {
    literal(text, out, |_, c, out| {
        let anywhere = matches!(c, '\\' | '*' | '_' | '~' | '`' | '|' | '[' | ']' | '(' | ')' | '@' | '<');
        // Headings, quotes and lists begin a line; elsewhere these are letters like others, as in "MH-10234".
        let begins = matches!(c, '#' | '>' | '-') && begins_line(out);
        if anywhere || begins {
            out.push('\\');
        }
        out.push(c);
    });
}

fn discord_link(label: &str, href: &str, out: &mut String) {
    // Discord shows no link whose label looks like another address.
    if label == href || label.contains("://") || label.contains("www.") {
        if label != href {
            discord_text(label, out);
            out.push_str(": ");
        }
        out.push_str(href);
        return;
    }
    out.push('[');
    discord_text(label, out);
    out.push_str("](");
    for c in href.chars() {
        match c {
            '(' => out.push_str("%28"),
            ')' => out.push_str("%29"),
            '<' => out.push_str("%3C"),
            '>' => out.push_str("%3E"),
            '\\' => out.push_str("%5C"),
            c => out.push(c),
        }
    }
    out.push(')');
}

fn whatsapp_text(text: &str, out: &mut String) {
    literal(text, out, |rest, c, out| {
        if c == '>' && begins_line(out) {
            out.push(JOINER);
        }
        let in_word = out.chars().next_back().is_some_and(char::is_alphanumeric);
        let next = rest.chars().nth(1);
        out.push(c);
        // A mark opens before a word; what follows the last one here is not known.
        let opens = !in_word && !next.is_some_and(char::is_whitespace);
        if c == '`' || (matches!(c, '*' | '_' | '~') && (opens || next.is_none())) {
            out.push(JOINER);
        }
    });
}

fn whatsapp_link(label: &str, href: &str, out: &mut String) {
    if label != href {
        whatsapp_text(label, out);
        out.push_str(": ");
    }
    out.push_str(href);
}

/// Writes a text character by character; web addresses in it as they are, because an escaped one leads elsewhere. `one`
/// gets the text from its character on, the character, and what is written so far.
fn literal(text: &str, out: &mut String, one: impl Fn(&str, char, &mut String)) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = address(rest, out);
        if length > 0 {
            let (address, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
            out.push_str(address);
            rest = after;
        } else {
            one(rest, c, out);
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
        }
    }
}

/// How many bytes of the text are a web address that begins here; 0 if none does.
fn address(text: &str, before: &str) -> usize {
    let begins = text.starts_with("https://") || text.starts_with("http://");
    if !begins || before.chars().next_back().is_some_and(char::is_alphanumeric) {
        return 0;
    }
    text.find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '`')).unwrap_or(text.len())
}

/// Whether what is written next begins a line, or the item of a list.
fn begins_line(out: &str) -> bool {
    let line = out.rsplit('\n').next().unwrap_or_default().trim();
    line.is_empty() || line == "-"
}

/// Code that cannot end its block: of three backticks in a row the second is no neighbour of the first.
fn no_fence(code: &str, out: &mut String) {
    let mut run = 0_usize;
    for c in code.chars() {
        run = if c == '`' { run.saturating_add(1) } else { 0 };
        if run > 1 {
            out.push(JOINER);
        }
        out.push(c);
    }
}
