//! How fast a talk goes: what was said lately in lanes of pushed channels, counted for the loop guards.

use crate::db::{Reader, all, batch};
use crate::rows::parse;
use crate::sql::lanes as sql;
use lara_core::model::{Author, Conversation, ConversationId, Direction, Message, Millis, Timestamp};
use lara_core::ports::{Pace, StoreResult};
use serde::Serialize;
use std::collections::HashMap;

/// How far back a public line counts.
const A_DAY: Millis = Millis::minutes(24 * 60);

#[derive(Serialize)]
struct Window {
    id: ConversationId,
    done_seq: i64,
    since: i64,
}

#[derive(sqlx::FromRow)]
struct SaidRow {
    conversation_id: String,
    seq: i64,
    direction: String,
    author: String,
    text: String,
    at: i64,
    has_aside: bool,
}

/// The pace of each of these conversations whose run is to be decided.
pub(super) async fn paces(
    on: &mut Reader,
    lanes: &[&Conversation],
    runs: &HashMap<ConversationId, Vec<Message>>,
) -> StoreResult<HashMap<ConversationId, Pace>> {
    if lanes.is_empty() {
        return Ok(HashMap::new());
    }
    let asked: Vec<_> = lanes
        .iter()
        .map(|lane| Window {
            id: lane.id,
            done_seq: lane.last_seq,
            since: lane.last_at.plus(Millis(-A_DAY.0)).millis(),
        })
        .collect();
    let mut said: HashMap<ConversationId, Vec<SaidRow>> = HashMap::with_capacity(lanes.len());
    for row in all!(on, SaidRow, sql::LANES_PACE, batch(&asked)?)? {
        said.entry(parse(&row.conversation_id)?).or_default().push(row);
    }
    let mut paces = HashMap::with_capacity(said.len());
    for lane in lanes {
        let rows = said.remove(&lane.id).unwrap_or_default();
        let run = runs.get(&lane.id).map(Vec::as_slice).unwrap_or_default();
        paces.insert(lane.id, pace(&rows, lane.last_at, run));
    }
    Ok(paces)
}

/// Counts, newest first.
fn pace(rows: &[SaidRow], now: Timestamp, run: &[Message]) -> Pace {
    let replies_since = |span: Millis| {
        let bot = rows.iter().filter(|row| row.author == Author::Bot.as_str());
        let count = bot.filter(|row| row.at >= now.plus(Millis(-span.0)).millis()).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    };
    // Who says a word three times in one breath has said it once.
    let before = run.iter().map(|message| message.seq).min().unwrap_or(i64::MAX);
    let inbound = rows.iter().filter(|row| row.direction == Direction::In.as_str() && row.seq < before);
    let same = inbound.take_while(|row| run.last().is_some_and(|last| last.text == row.text)).count();
    Pace {
        bot_replies_1m: replies_since(Millis::minutes(1)),
        bot_replies_10m: replies_since(Millis::minutes(10)),
        same_text_before: u32::try_from(same).unwrap_or(u32::MAX),
        aside_at: rows.iter().find(|row| row.has_aside).map(|row| Timestamp::from_millis(row.at)),
    }
}
