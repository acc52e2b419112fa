//! Just enough HTML to use a page as a person without script does: its forms and its links.

/// A form as it would be sent untouched.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) action: String,
    pub(crate) fields: Vec<(String, String)>,
    /// Names of the fields that hide what is typed.
    pub(crate) secrets: Vec<String>,
}

impl Form {
    /// Fills a field in.
    pub(crate) fn fill(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(existing, _)| existing != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// All forms of a page that are posted.
pub(crate) fn forms(page: &str) -> Vec<Form> {
    let bodies = page.split("<form").skip(1).map(|rest| rest.split("</form").next().unwrap_or(rest));
    bodies
        .filter(|body| attribute(tag(body), "method").is_some_and(|m| m.eq_ignore_ascii_case("post")))
        .map(form)
        .collect()
}

fn form(body: &str) -> Form {
    let mut fields = Vec::new();
    let mut secrets = Vec::new();
    for part in body.split('<').skip(1) {
        let tag = tag(part);
        let Some(name) = attribute(tag, "name") else { continue };
        let kind = attribute(tag, "type").unwrap_or_default();
        if part.starts_with("input") {
            if kind == "password" {
                secrets.push(name.clone());
            }
            let unticked = (kind == "checkbox" || kind == "radio") && !tag.contains("checked");
            if !unticked && kind != "submit" {
                fields.push((name, attribute(tag, "value").unwrap_or_default()));
            }
        } else if part.starts_with("textarea") {
            fields.push((name, unescape(&part[(tag.len() + 1).min(part.len())..])));
        }
    }
    Form { action: attribute(tag(body), "action").unwrap_or_default(), fields, secrets }
}

/// Targets of all links with what they say, in order.
pub(crate) fn links(page: &str) -> Vec<(String, String)> {
    let anchors = page.split("<a ").skip(1).map(|rest| rest.split("</a>").next().unwrap_or(rest));
    anchors
        .filter_map(|anchor| {
            Some((attribute(tag(&format!(" {anchor}")), "href")?, visible(&format!("<a {anchor}"))))
        })
        .collect()
}

/// What a person reads: the text without tags, entities written out, blanks folded.
pub(crate) fn visible(page: &str) -> String {
    let body =
        page.split_once("<body").and_then(|(_, rest)| rest.split_once('>')).map_or(page, |(_, body)| body);
    let mut text = String::new();
    let mut rest = body;
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        text.push(' ');
        let hidden = if rest[start..].starts_with("<script") {
            "</script>"
        } else if rest[start..].starts_with("<style") {
            "</style>"
        } else {
            ">"
        };
        let end = rest[start..].find(hidden).map_or(rest.len(), |at| start + at + hidden.len());
        rest = &rest[end..];
    }
    text.push_str(rest);
    unescape(&text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The inside of the tag that `rest` begins in.
fn tag(rest: &str) -> &str {
    let mut quote = None;
    for (at, c) in rest.char_indices() {
        match (quote, c) {
            (None, '>') => return &rest[..at],
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    rest
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let mut from = 0;
    while let Some(found) = tag[from..].find(name) {
        let start = from + found;
        let stands_alone = tag[..start].ends_with(char::is_whitespace);
        let after = tag[start + name.len()..].trim_start();
        if stands_alone && let Some(value) = after.strip_prefix('=') {
            let value = value.trim_start();
            let bare = |value: &str| value.split(char::is_whitespace).next().unwrap_or_default().to_owned();
            let text = match value.chars().next() {
                Some(quote @ ('"' | '\'')) => value[1..].split(quote).next().unwrap_or_default().to_owned(),
                _ => bare(value),
            };
            return Some(unescape(&text));
        }
        from = start + name.len();
    }
    None
}

fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('&') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let entity = rest.find(';').filter(|end| *end < 10).map(|end| &rest[1..end]);
        let written = entity.and_then(|entity| match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "nbsp" => Some(' '),
            number => {
                let digits = number.strip_prefix('#')?;
                let code = match digits.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                    None => digits.parse().ok()?,
                };
                char::from_u32(code)
            }
        });
        if let (Some(written), Some(entity)) = (written, entity) {
            out.push(written);
            rest = &rest[entity.len() + 2..];
        } else {
            out.push('&');
            rest = &rest[1..];
        }
    }
    out.push_str(rest);
    out
}

#[test]
fn forms_links_and_texts_are_read_as_a_person_would() {
    let page = r#"<body><a class=x href="/desk/c/1?a=1&amp;b">Lan &amp; Minh</a><script>var x = "<a>";</script>
        <form method="post" action="/desk/take-over"><input type="hidden" name="csrf" value="a&quot;b">
        <input type=checkbox name=on value=1><textarea name="text">x &lt; y</textarea></form></body>"#;
    assert_eq!(links(page), [("/desk/c/1?a=1&b".to_owned(), "Lan & Minh".to_owned())]);
    assert!(visible(page).starts_with("Lan & Minh"), "{}", visible(page));
    let form = &forms(page)[0];
    assert_eq!(form.action, "/desk/take-over");
    assert_eq!(
        form.fields,
        [("csrf".to_owned(), "a\"b".to_owned()), ("text".to_owned(), "x < y".to_owned())]
    );
}
