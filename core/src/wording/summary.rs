//! A conversation that has ended, in one line.

use super::intent_label;
use crate::model::{Intent, Language};
use crate::relate::summary::{ResolvedBy, Summary};

/// What a conversation was about: `Hỏi: đơn đang ở đâu (MH-10234); phàn nàn: giao hàng trễ; Mai đã xử lý.` `agent` is the name of
/// who brought it to its end. Empty where nothing is known.
#[must_use]
pub fn summary_line(summary: &Summary, agent: Option<&str>, language: Language) -> String {
    let (bad, asked): (Vec<&Intent>, Vec<&Intent>) =
        summary.intents.iter().partition(|intent| Summary::is_complaint(intent));
    let orders =
        if summary.orders.is_empty() { String::new() } else { format!(" ({})", summary.orders.join(", ")) };
    let mut parts = Vec::new();
    if !asked.is_empty() {
        let word = in_either(language, "Asked", "Hỏi");
        parts.push(format!("{word}: {}{orders}", names(&asked, language)));
    }
    if !bad.is_empty() || (summary.complaint && asked.is_empty()) {
        let orders = if asked.is_empty() { orders.as_str() } else { "" };
        let word = in_either(language, "complained", "phàn nàn");
        let what = if bad.is_empty() { String::new() } else { format!(": {}", names(&bad, language)) };
        parts.push(format!("{word}{what}{orders}"));
    } else if summary.complaint {
        parts.push(in_either(language, "was not pleased", "không hài lòng").to_owned());
    }
    if parts.is_empty() && summary.runs == 0 {
        return String::new();
    }
    if parts.is_empty() {
        parts.push(in_either(language, "Wrote", "Nhắn tin").to_owned());
    }
    parts.push(ending(summary, agent, language));
    sentence(&parts.join("; "))
}

fn ending(summary: &Summary, agent: Option<&str>, language: Language) -> String {
    let someone = agent.unwrap_or_else(|| in_either(language, "an agent", "nhân viên"));
    match summary.resolved_by {
        ResolvedBy::Agent => match language {
            Language::English => format!("{someone} took care of it"),
            Language::Vietnamese => format!("{someone} đã xử lý"),
        },
        ResolvedBy::Bot => in_either(language, "Lara answered", "Lara đã trả lời").to_owned(),
        ResolvedBy::Nobody => in_either(language, "nobody took care of it", "chưa ai xử lý").to_owned(),
    }
}

const fn in_either(language: Language, english: &'static str, vietnamese: &'static str) -> &'static str {
    match language {
        Language::English => english,
        Language::Vietnamese => vietnamese,
    }
}

/// What requests are called, in the middle of a sentence; a brand's own by their labels.
fn names(intents: &[&Intent], language: Language) -> String {
    let name = |intent: &&Intent| {
        intent_label(intent.as_str(), language).map_or_else(|| intent.as_str().replace('_', " "), lower_first)
    };
    intents.iter().map(name).collect::<Vec<_>>().join(", ")
}

fn lower_first(text: &str) -> String {
    change_first(text, |first| first.to_lowercase().collect())
}

fn sentence(text: &str) -> String {
    change_first(text, |first| first.to_uppercase().collect()) + "."
}

fn change_first(text: &str, change: impl Fn(char) -> String) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| change(first) + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(intents: &[&'static str], complaint: bool, resolved_by: ResolvedBy) -> Summary {
        let intents = intents.iter().map(|intent| Intent::from_static(intent)).collect();
        Summary { intents, complaint, resolved_by, runs: 2, ..Summary::default() }
    }

    #[test]
    fn one_line_says_what_it_was_about() {
        let summary = Summary {
            orders: vec!["MH-10234".to_owned()],
            ..about(&["late_delivery", "track_order"], true, ResolvedBy::Agent)
        };
        assert_eq!(
            summary_line(&summary, Some("Mai"), Language::Vietnamese),
            "Hỏi: đơn đang ở đâu (MH-10234); phàn nàn: giao hàng trễ; Mai đã xử lý."
        );
        assert_eq!(
            summary_line(&summary, Some("Mai"), Language::English),
            "Asked: where is my order (MH-10234); complained: delivery is late; Mai took care of it."
        );
    }

    #[test]
    fn it_says_who_was_there_and_who_was_not() {
        let line = |summary: &Summary, language| summary_line(summary, None, language);
        let nobody = about(&["poor_service"], true, ResolvedBy::Nobody);
        assert_eq!(line(&nobody, Language::Vietnamese), "Phàn nàn: góp ý phục vụ; chưa ai xử lý.");
        let bot = about(&["price_question"], false, ResolvedBy::Bot);
        assert_eq!(line(&bot, Language::English), "Asked: a price; Lara answered.");
        assert_eq!(
            line(&about(&[], false, ResolvedBy::Bot), Language::Vietnamese),
            "Nhắn tin; Lara đã trả lời."
        );
        assert_eq!(line(&Summary::default(), Language::English), "", "of what was erased nothing is said");
    }
}
