//! The file about a person in the two forms people ask for: JSON, and one page that can be read, printed and sent. The page
//! holds everything itself: no script, no address of anybody else's.

use crate::act::markup::{parse, to_plain};
use crate::model::{Author, Direction, Language, Level, Message, Timestamp};
use crate::ports::{PersonFile, TalkRecord};
use crate::wording;
use jiff::tz::TimeZone;
use serde_json::Value;

/// The file as JSON, with moments as RFC 3339 in UTC.
pub fn json(file: &PersonFile) -> Result<Value, serde_json::Error> {
    let mut value = serde_json::to_value(file)?;
    readable(&mut value);
    Ok(value)
}

/// Moments, which are stored in milliseconds, as people and other programs read them.
fn readable(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                let millis = field.as_i64().filter(|_| name == "at" || name.ends_with("_at"));
                match millis.and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok()) {
                    Some(moment) => *field = Value::String(moment.to_string()),
                    None => readable(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(readable),
        _ => {}
    }
}

/// The words of the page: English, Vietnamese.
type Words = (&'static str, &'static str);

const TITLE: Words = ("Everything we keep about you", "Mọi thông tin chúng tôi lưu về bạn");
const READ: Words = ("As of", "Tính đến");
const WHO: Words = ("Who you are to us", "Bạn là ai với chúng tôi");
const WHERE: Words = ("Where you write from", "Bạn nhắn từ đâu");
const ORDERS: Words = ("What you bought", "Bạn đã mua gì");
const RETURNS: Words = ("What you sent back", "Bạn đã trả lại gì");
const LIKES: Words = ("What you told us or showed", "Bạn đã cho chúng tôi biết gì");
const JOINS: Words = ("How these came together", "Các thông tin trên được ghép thế nào");
const TALKS: Words = ("What was said", "Nội dung trò chuyện");
const YOU: Words = ("You", "Bạn");
const BOT: Words = ("Our bot", "Bot của chúng tôi");
const AGENT: Words = ("Our staff", "Nhân viên");
const NOTE: Words = ("Note of our staff", "Ghi chú của nhân viên");
const NOTHING: Words = ("Nothing.", "Không có gì.");
const CLAIMED: Words = (
    "somebody wrote from here who said to be you; it was never proven",
    "có người nhắn từ đây và nhận là bạn; chưa được xác minh",
);
const SILENCE: Words = ("wants no messages since", "không muốn nhận tin từ");
const UNDERSTOOD: Words = ("Understood", "Hệ thống hiểu");
const ERASED: Words = ("erased", "đã xoá");

/// The page.
#[must_use]
pub fn page(file: &PersonFile, brand: &str, language: Language, zone: &TimeZone) -> String {
    let mut page = Page { out: String::new(), language, zone, now: file.read_at };
    page.head(brand);
    page.people(file);
    page.belongings(file);
    page.section(TALKS, file.conversations.is_empty());
    for talk in &file.conversations {
        page.talk(file, talk);
    }
    page.out.push_str("</main></body></html>\n");
    page.out
}

struct Page<'a> {
    out: String,
    language: Language,
    zone: &'a TimeZone,
    now: Timestamp,
}

/// `<`, `>`, `&` and quotes as what they look like.
fn escape(text: &str, out: &mut String) {
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

impl Page<'_> {
    const fn word(&self, words: Words) -> &'static str {
        match self.language {
            Language::English => words.0,
            Language::Vietnamese => words.1,
        }
    }

    fn raw(&mut self, html: &str) {
        self.out.push_str(html);
    }

    fn text(&mut self, text: &str) {
        escape(text, &mut self.out);
    }

    fn element(&mut self, name: &str, text: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        self.text(text);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    /// A line of a list, of what there is.
    fn line(&mut self, parts: &[Option<&str>]) {
        let line =
            parts.iter().flatten().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
        self.element("li", &line);
    }

    fn moment(&self, at: Timestamp) -> String {
        wording::moment(at, self.now, self.zone, self.language).unwrap_or_default()
    }

    fn section(&mut self, title: Words, empty: bool) {
        self.element("h2", self.word(title));
        if empty {
            self.element("p", self.word(NOTHING));
        }
    }

    fn head(&mut self, brand: &str) {
        self.raw("<!doctype html>\n<html lang=\"");
        self.raw(self.language.as_str());
        self.raw("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        self.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">");
        let title = format!("{} – {brand}", self.word(TITLE));
        self.element("title", &title);
        self.raw(
            "<style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:48rem;padding:0 1rem}",
        );
        self.raw("h2{margin-top:2.5rem;border-bottom:1px solid #999}blockquote{margin:.2rem 0 1rem;padding-left:1rem;");
        self.raw("border-left:3px solid #999;white-space:pre-wrap;overflow-wrap:anywhere}small{color:#666}</style></head><body><main>\n");
        self.element("h1", &title);
        let read = format!("{} {}", self.word(READ), self.moment(self.now));
        self.element("p", &read);
    }

    fn people(&mut self, file: &PersonFile) {
        self.section(WHO, file.customers.is_empty());
        self.raw("<ul>\n");
        for one in &file.customers {
            let silence = one.opted_out_at.map(|at| format!("{} {}", self.word(SILENCE), self.moment(at)));
            let erased = one.erased_at.map(|at| format!("{} {}", self.word(ERASED), self.moment(at)));
            let since = self.moment(one.created_at);
            self.line(&[
                one.name.as_deref(),
                one.email.as_deref(),
                one.phone.as_deref(),
                one.external_id.as_deref(),
                one.tier.as_deref(),
                one.language.map(Language::as_str),
                silence.as_deref(),
                erased.as_deref(),
                Some(&since),
            ]);
        }
        self.raw("</ul>\n");
        self.section(WHERE, file.addresses.is_empty());
        self.raw("<ul>\n");
        for one in &file.addresses {
            let silence = one.opted_out_at.map(|at| format!("{} {}", self.word(SILENCE), self.moment(at)));
            let unproven = (one.level != Level::Verified).then(|| self.word(CLAIMED));
            let since = self.moment(one.created_at);
            self.line(&[
                Some(one.channel.as_str()),
                Some(&one.external),
                one.name.as_deref(),
                unproven,
                silence.as_deref(),
                Some(&since),
            ]);
        }
        self.raw("</ul>\n");
    }

    fn belongings(&mut self, file: &PersonFile) {
        self.section(ORDERS, file.orders.is_empty());
        self.raw("<ul>\n");
        for order in &file.orders {
            let money = wording::money(order.total_minor, &order.currency, self.language);
            let items: Vec<_> =
                order.items.iter().map(|item| format!("{} × {}", item.quantity, item.name)).collect();
            let (at, items) = (self.moment(order.ordered_at), items.join(", "));
            let shipment = &order.shipment;
            self.line(&[
                Some(&order.number),
                Some(order.status.as_str()),
                Some(&at),
                Some(&money),
                Some(&items),
                shipment.carrier.as_deref(),
                shipment.number.as_deref(),
                order.tracking_url.as_deref(),
            ]);
        }
        self.raw("</ul>\n");
        self.section(RETURNS, file.returns.is_empty());
        self.raw("<ul>\n");
        for back in &file.returns {
            let at = self.moment(back.asked_at);
            self.line(&[Some(&back.external), Some(back.status.as_str()), back.reason.as_deref(), Some(&at)]);
        }
        self.raw("</ul>\n");
        self.section(LIKES, file.preferences.is_empty());
        self.raw("<ul>\n");
        for record in &file.preferences {
            let one = &record.preference;
            let at = self.moment(one.at);
            self.line(&[Some(&one.key), Some(&one.value), Some(one.source.as_str()), Some(&at)]);
        }
        self.raw("</ul>\n");
        self.section(JOINS, file.joins.is_empty());
        self.raw("<ul>\n");
        for join in &file.joins {
            let at = self.moment(join.at);
            self.line(&[Some(&join.how), Some(&join.evidence), Some(&at)]);
        }
        self.raw("</ul>\n");
    }

    fn talk(&mut self, file: &PersonFile, talk: &TalkRecord) {
        let address = file.addresses.iter().find(|address| address.id == talk.address);
        let channel = address.map_or("", |address| address.channel.as_str());
        let title = format!("{} · {channel}", self.moment(talk.created_at));
        self.element("h3", &title);
        if address.is_some_and(|address| address.level != Level::Verified) {
            self.element("p", self.word(CLAIMED));
        }
        for said in &talk.messages {
            self.said(talk, said);
        }
    }

    fn said(&mut self, talk: &TalkRecord, said: &Message) {
        let who = match (said.direction, said.author) {
            (Direction::Note, _) => NOTE,
            (_, Author::Customer) => YOU,
            (_, Author::Bot) => BOT,
            (_, Author::Agent) => AGENT,
        };
        let by = format!("{} · {}", self.word(who), self.moment(said.at));
        self.element("small", &by);
        // What customers and notes say is plain; what was said to customers is our markup.
        let plain =
            if said.direction == Direction::Out { to_plain(&parse(&said.text)) } else { said.text.clone() };
        let mut lines = vec![plain];
        lines.extend(said.aside.as_deref().map(|aside| to_plain(&parse(aside))));
        for (attachment, file) in talk.attachments(said) {
            let shown = [
                Some(attachment.kind.as_str()),
                attachment.name.as_deref(),
                attachment.note.as_deref(),
                file.and_then(|file| file.mime.as_deref()),
            ];
            lines.push(format!("[{}]", shown.into_iter().flatten().collect::<Vec<_>>().join(" · ")));
        }
        lines.retain(|line| !line.is_empty());
        self.element("blockquote", &lines.join("\n"));
        for decision in talk.decisions.iter().filter(|decision| decision.last_seq == said.seq) {
            let field = |name: &str| {
                decision.reading.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
            };
            let understood =
                format!("{}: {}, {}", self.word(UNDERSTOOD), field("intent"), field("sentiment"));
            self.element("small", &understood);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{BrandId, CustomerId};
    use crate::ports::CustomerRecord;
    use uuid::Uuid;

    fn file() -> PersonFile {
        let id = CustomerId::new(Uuid::from_u128(7));
        PersonFile {
            brand: BrandId::new(Uuid::from_u128(1)),
            person: id,
            read_at: Timestamp::from_millis(1_767_225_600_000),
            customers: vec![CustomerRecord {
                id,
                merged_into: None,
                external_id: Some("C-1".to_owned()),
                name: Some("<script>alert(1)</script> & \"Lan\"".to_owned()),
                email: None,
                phone: None,
                language: Some(Language::Vietnamese),
                tier: None,
                opted_out_at: Some(Timestamp::from_millis(1_767_139_200_000)),
                erased_at: None,
                created_at: Timestamp::from_millis(1_767_052_800_000),
            }],
            addresses: Vec::new(),
            orders: Vec::new(),
            returns: Vec::new(),
            preferences: Vec::new(),
            joins: Vec::new(),
            suggestions: Vec::new(),
            conversations: Vec::new(),
        }
    }

    #[test]
    fn whatever_people_are_called_the_page_stays_a_page() {
        for language in [Language::English, Language::Vietnamese] {
            let page = page(&file(), "Tiệm <May>", language, &TimeZone::UTC);
            assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;Lan&quot;"), "{page}");
            assert!(!page.contains("<script") && !page.contains("Tiệm <May>"));
            assert!(!page.contains("http://") && !page.contains("https://"), "it fetches from nowhere");
        }
        assert!(page(&file(), "May", Language::Vietnamese, &TimeZone::UTC).contains("Bạn nhắn từ đâu"));
    }

    #[test]
    fn moments_are_written_out_in_json() {
        let json = json(&file()).unwrap();
        assert_eq!(json["read_at"], "2026-01-01T00:00:00Z");
        assert_eq!(json["customers"][0]["created_at"], "2025-12-30T00:00:00Z");
        assert_eq!(json["customers"][0]["erased_at"], Value::Null);
    }
}
