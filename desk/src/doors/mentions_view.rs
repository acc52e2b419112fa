//! Mentions as they are shown, and the chart of their moods.

use super::queue::{channel_icon, mood_icon};
use super::said_view::outside;
use crate::auth::Visitor;
use crate::frame::texts;
use crate::view::{Zone, span};
use crate::words::{self, codes};
use lara_core::model::{Author, MessageState, Owner, Sentiment, Timestamp, Visibility};
use lara_store::pages::{Mention, MentionDay};
use std::fmt::Write as _;

/// The decision line of a complaint (DESIGN section 10).
const COMPLAINS: f64 = 0.5;

/// Height of the chart.
const HEIGHT: i64 = 72;
/// Width of a day with its gap, and of its bar.
const STEP: i64 = 12;
const BAR: i64 = 9;

pub(crate) struct MoodView {
    pub(crate) code: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) text: &'static str,
}

#[expect(clippy::struct_excessive_bools, reason = "each is asked by the page once, where it stands")]
pub(crate) struct MentionView {
    pub(crate) key: String,
    pub(crate) conversation: String,
    pub(crate) name: String,
    pub(crate) channel: String,
    pub(crate) channel_icon: &'static str,
    pub(crate) since: String,
    pub(crate) machine: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) withdrawn: bool,
    pub(crate) addressed: bool,
    pub(crate) mood: Option<MoodView>,
    pub(crate) complaint: bool,
    pub(crate) urgent: bool,
    pub(crate) intent: Option<String>,
    pub(crate) spoken: Option<String>,
    pub(crate) link: Option<String>,
    pub(crate) answer: &'static str,
    pub(crate) answer_tone: &'static str,
    /// Why, where Lara decided.
    pub(crate) why: String,
}

/// A part of a bar.
pub(crate) struct Block {
    pub(crate) x: i64,
    pub(crate) y: i64,
    pub(crate) height: i64,
    pub(crate) mood: &'static str,
}

/// A day: an area to point at, and what it says.
pub(crate) struct DayView {
    pub(crate) x: i64,
    pub(crate) title: String,
    pub(crate) blocks: Vec<Block>,
}

/// What a colour means, and how many.
pub(crate) struct Legend {
    pub(crate) mood: &'static str,
    pub(crate) text: &'static str,
    pub(crate) number: i64,
}

/// The chart.
pub(crate) struct Chart {
    pub(crate) width: i64,
    pub(crate) height: i64,
    pub(crate) bar: i64,
    pub(crate) days: Vec<DayView>,
    pub(crate) legend: Vec<Legend>,
    pub(crate) sum: String,
    pub(crate) first: String,
    pub(crate) last: String,
}

/// Whether and how it was answered, and the tone of that.
fn answered(l: &words::ListeningWords, mention: &Mention) -> (&'static str, &'static str) {
    match mention.answer {
        Some(answer) => match (answer.state, answer.author) {
            (MessageState::Failed | MessageState::Uncertain, _) => (l.answer_lost, "red"),
            (MessageState::Queued | MessageState::Sending, _) => (l.answer_on_way, "amber"),
            (_, Author::Agent) => (l.answered_agent, "green"),
            _ if answer.aside => (l.answered_both, "green"),
            _ => (l.answered_public, "green"),
        },
        None if mention.reading.is_none() => (l.unread, "amber"),
        None if mention.owner == Owner::Waiting => (l.waits, "red"),
        None if mention.visibility == Visibility::Public => (l.listened, ""),
        None => (l.silent, ""),
    }
}

/// One mention.
pub(crate) fn mention_view(visitor: &Visitor, zone: &Zone, mention: &Mention, now: Timestamp) -> MentionView {
    let w = texts(visitor);
    let (l, said) = (words::listening(visitor.language), words::said(visitor.language));
    let language = visitor.language;
    let reading = mention.reading.as_ref();
    let (answer, answer_tone) = answered(l, mention);
    let withdrawn = mention.withdrawn_at.is_some();
    let text = match mention.text.as_str() {
        _ if withdrawn => said.withdrawn.to_owned(),
        "" if mention.parts > 0 => l.with_parts.to_owned(),
        "" => w.said_nothing.to_owned(),
        text => text.to_owned(),
    };
    MentionView {
        key: mention.id.to_string(),
        conversation: format!("/desk/c/{}", mention.conversation),
        name: mention.name.clone().unwrap_or_else(|| w.visitor.to_owned()),
        channel: format!("{} · {}", codes::channel(language, mention.channel_kind), mention.channel_name),
        channel_icon: channel_icon(mention.channel_kind),
        since: span(language, now.since(mention.at)).unwrap_or_else(|| w.just_now.to_owned()),
        machine: Zone::machine(mention.at),
        title: zone.moment(mention.at),
        text,
        withdrawn,
        addressed: mention.visibility == Visibility::PublicAddressed,
        mood: reading.map(|reading| MoodView {
            code: reading.mood.as_str(),
            icon: mood_icon(reading.mood),
            text: codes::mood(language, reading.mood),
        }),
        complaint: reading.is_some_and(|reading| reading.complaint >= COMPLAINS),
        urgent: reading.is_some_and(|reading| reading.urgent),
        intent: reading.map(|reading| codes::key(language, &reading.intent).into_owned()),
        spoken: reading.map(|reading| codes::spoken(language, &reading.language).into_owned()),
        link: mention.link.as_deref().and_then(outside),
        answer,
        answer_tone,
        why: reading.map(|reading| codes::reason(language, &reading.reason).into_owned()).unwrap_or_default(),
    }
}

/// The moods from the bottom of a bar to its top.
const MOODS: [Option<Sentiment>; 4] =
    [Some(Sentiment::Negative), Some(Sentiment::Neutral), Some(Sentiment::Positive), None];

/// The chart of the last `days` days; `None` when nothing was said.
pub(crate) fn chart(
    visitor: &Visitor,
    zone: &Zone,
    counts: &[MentionDay],
    now: Timestamp,
    offset: i64,
    days: i64,
) -> Option<Chart> {
    const DAY: i64 = 24 * 60 * 60 * 1_000;
    let l = words::listening(visitor.language);
    let word = |mood: Option<Sentiment>| mood.map_or(l.unread, |mood| codes::mood(visitor.language, mood));
    let code = |mood: Option<Sentiment>| mood.map_or("unread", Sentiment::as_str);
    let last = now.millis().saturating_add(offset).div_euclid(DAY);
    let first = last - (days - 1);
    let of = |day: i64, mood: Option<Sentiment>| -> i64 {
        counts.iter().filter(|one| one.day == day && one.mood == mood).map(|one| one.number).sum()
    };
    let in_day = |day: i64| MOODS.iter().map(|mood| of(day, *mood)).sum::<i64>();
    let most = (first..=last).map(in_day).max().filter(|most| *most > 0)?;
    let name = |day: i64| zone.day(Timestamp::from_millis(day * DAY - offset));
    let drawn = (first..=last).map(|day| {
        let x = (day - first) * STEP;
        let (mut title, mut blocks, mut below) = (name(day), Vec::new(), 0);
        for mood in MOODS {
            let number = of(day, mood);
            if number == 0 {
                continue;
            }
            // Writing to a String cannot fail.
            let _ = write!(title, ", {}: {number}", word(mood));
            let bottom = below * HEIGHT / most;
            below += number;
            let height = (below * HEIGHT / most - bottom).max(1);
            blocks.push(Block { x, y: HEIGHT - bottom - height, height, mood: code(mood) });
        }
        if blocks.is_empty() {
            let _ = write!(title, ": {}", l.none);
        }
        DayView { x, title, blocks }
    });
    let total = |mood| (first..=last).map(|day| of(day, mood)).sum::<i64>();
    let legend =
        MOODS.iter().rev().map(|mood| Legend { mood: code(*mood), text: word(*mood), number: total(*mood) });
    let complaints: i64 = counts.iter().filter(|one| one.day >= first).map(|one| one.complaints).sum();
    let all: i64 = (first..=last).map(in_day).sum();
    Some(Chart {
        width: days * STEP,
        height: HEIGHT,
        bar: BAR,
        days: drawn.collect(),
        legend: legend.filter(|one| one.number > 0).collect(),
        sum: words::fill(l.in_all, &[("n", &all.to_string()), ("c", &complaints.to_string())]),
        first: name(first),
        last: name(last),
    })
}
