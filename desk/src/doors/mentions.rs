//! What is said in public: read, counted, and answered only where the brand was addressed.

use super::mentions_view::{Chart, MentionView, chart, mention_view};
use crate::auth::Visitor;
use crate::error::Fault;
use crate::frame::{Frame, Here, brand, frame, page, texts};
use crate::state::Shared;
use crate::view::Zone;
use crate::words::{self, ListeningWords, Words, codes};
use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::model::{Channel, ChannelId, MessageId, Millis, Sentiment, Timestamp};
use lara_store::pages::{Mention, MentionFilter};
use serde::Deserialize;

/// Mentions on a page.
const MENTIONS: u32 = 50;
/// Days of the chart.
const DAYS: i64 = 30;

/// A choice of a filter.
struct Choice {
    value: String,
    text: String,
    chosen: bool,
}

/// The part that stays fresh.
struct Fresh {
    mentions: Vec<MentionView>,
    chart: Option<Chart>,
    older: Option<String>,
    newest: Option<String>,
    refresh: String,
    filtered: bool,
}

#[derive(Template)]
#[template(path = "mentions.html")]
struct Page {
    w: &'static Words,
    l: &'static ListeningWords,
    f: Frame,
    moods: Vec<Choice>,
    channels: Vec<Choice>,
    complaints: bool,
    fresh: Fresh,
}

#[derive(Template)]
#[template(path = "mentions_list.html")]
struct Part {
    w: &'static Words,
    l: &'static ListeningWords,
    fresh: Fresh,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    mood: String,
    #[serde(default)]
    complaints: String,
    #[serde(default)]
    channel: String,
    /// `<milliseconds>.<id>` of the last one on the page before.
    #[serde(default)]
    before: String,
    #[serde(default)]
    fragment: String,
}

impl Asked {
    /// What cannot be understood filters nothing: the address may be somebody's old bookmark.
    fn filter(&self) -> MentionFilter {
        let before = self.before.split_once('.').and_then(|(at, id)| {
            Some((Timestamp::from_millis(at.parse().ok()?), id.parse::<MessageId>().ok()?))
        });
        MentionFilter {
            mood: self.mood.parse().ok(),
            complaints: self.complaints == "1",
            channel: self.channel.parse().ok(),
            before,
        }
    }
}

/// The address of this page with a filter.
fn address(filter: MentionFilter) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(mood) = filter.mood {
        query.append_pair("mood", mood.as_str());
    }
    if filter.complaints {
        query.append_pair("complaints", "1");
    }
    if let Some(channel) = filter.channel {
        query.append_pair("channel", &channel.to_string());
    }
    if let Some((at, id)) = filter.before {
        query.append_pair("before", &format!("{}.{id}", at.millis()));
    }
    let query = query.finish();
    if query.is_empty() { "/desk/mentions".to_owned() } else { format!("/desk/mentions?{query}") }
}

fn moods(visitor: &Visitor, filter: MentionFilter) -> Vec<Choice> {
    let of = |mood: &Sentiment| Choice {
        value: mood.as_str().to_owned(),
        text: codes::mood(visitor.language, *mood).to_owned(),
        chosen: filter.mood == Some(*mood),
    };
    Sentiment::ALL.iter().map(of).collect()
}

fn channels(visitor: &Visitor, all: &[Channel], chosen: Option<ChannelId>) -> Vec<Choice> {
    let of = |channel: &Channel| Choice {
        value: channel.id.to_string(),
        text: format!("{} · {}", codes::channel(visitor.language, channel.kind), channel.name),
        chosen: chosen == Some(channel.id),
    };
    all.iter().map(of).collect()
}

/// `GET /desk/mentions`.
pub(crate) async fn show(
    State(state): State<Shared>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let Some(brand) = brand(&state, &visitor).await? else {
        return Ok(Redirect::to("/desk").into_response());
    };
    let w = texts(&visitor);
    let l = words::listening(visitor.language);
    let zone = Zone::new(&brand.settings.time_zone, visitor.language);
    let filter = asked.filter();
    let mut rows = state.pages.mentions(brand.id, filter, MENTIONS + 1).await?;
    let more = rows.len() > usize::try_from(MENTIONS).unwrap_or(usize::MAX);
    rows.truncate(usize::try_from(MENTIONS).unwrap_or(usize::MAX));
    let after = |last: &Mention| address(MentionFilter { before: Some((last.at, last.id)), ..filter });
    let now = state.clock.now();
    let chart = if filter.before.is_none() {
        let offset = zone.offset(now);
        let since = now.plus(Millis::minutes(-(DAYS - 1) * 24 * 60));
        let days = state.pages.mention_days(brand.id, filter.channel, since, offset).await?;
        chart(&visitor, &zone, &days, now, offset, DAYS)
    } else {
        None
    };
    let first = address(MentionFilter { before: None, ..filter });
    let fresh = Fresh {
        chart,
        older: rows.last().filter(|_| more).map(after),
        newest: filter.before.map(|_| first.clone()),
        // Only the newest page moves.
        refresh: match filter.before {
            None if first.contains('?') => format!("{first}&fragment=mentions"),
            None => format!("{first}?fragment=mentions"),
            Some(_) => String::new(),
        },
        filtered: filter != MentionFilter::default(),
        mentions: rows.iter().map(|row| mention_view(&visitor, &zone, row, now)).collect(),
    };
    if asked.fragment == "mentions" {
        return page(&Part { w, l, fresh });
    }
    let all = state.brands.channels(Some(brand.id)).await?;
    let (moods, channels) = (moods(&visitor, filter), channels(&visitor, &all, filter.channel));
    let f = frame(&state, &visitor, Here::Mentions, Some(&brand), None).await?;
    page(&Page { w, l, f, moods, channels, complaints: filter.complaints, fresh })
}
