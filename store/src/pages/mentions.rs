//! What is said in public: each message with its analysis and what became of it, and counts by day.

use super::{Pages, json, parsed, parsed_if, sql};
use crate::db::all;
use lara_core::model::{
    Attachment, Author, BrandId, ChannelId, ChannelKind, ConversationId, DecisionKind, MessageId,
    MessageState, Owner, Sentiment, Timestamp, Visibility,
};
use lara_core::ports::StoreResult;

/// Which mentions are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MentionFilter {
    /// Of this mood only.
    pub mood: Option<Sentiment>,
    /// Complaints only.
    pub complaints: bool,
    /// Of this channel only.
    pub channel: Option<ChannelId>,
    /// Older than this one: its moment and id.
    pub before: Option<(Timestamp, MessageId)>,
}

/// What was understood of a mention.
#[derive(Debug, Clone, PartialEq)]
pub struct MentionReading {
    /// The code of its language.
    pub language: String,
    /// What it is about.
    pub intent: String,
    /// Its mood.
    pub mood: Sentiment,
    /// How probably it complains, 0..=1.
    pub complaint: f64,
    /// Danger to health, law, press.
    pub urgent: bool,
    /// What Lara did.
    pub decision: DecisionKind,
    /// Why.
    pub reason: String,
}

/// The first answer to a mention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MentionAnswer {
    /// Who gave it.
    pub author: Author,
    /// How far it is.
    pub state: MessageState,
    /// Whether something was said in private beside it.
    pub aside: bool,
}

/// One public message.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// Message.
    pub id: MessageId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// Who may speak there.
    pub owner: Owner,
    /// When.
    pub at: Timestamp,
    /// What was said; empty when it was taken back.
    pub text: String,
    /// Whether the brand was addressed.
    pub visibility: Visibility,
    /// Where it can be looked at.
    pub link: Option<String>,
    /// What came with it.
    pub parts: usize,
    /// Since when it is taken back.
    pub withdrawn_at: Option<Timestamp>,
    /// Kind of its channel.
    pub channel_kind: ChannelKind,
    /// Name of its channel.
    pub channel_name: String,
    /// What the person is called.
    pub name: Option<String>,
    /// What was understood, once it was read.
    pub reading: Option<MentionReading>,
    /// The first answer.
    pub answer: Option<MentionAnswer>,
}

/// How many mentions a day had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MentionDay {
    /// The day, as days since 1970 in the zone asked for.
    pub day: i64,
    /// Their mood; `None` for those nobody has read yet.
    pub mood: Option<Sentiment>,
    /// How many.
    pub number: i64,
    /// How many of them complain.
    pub complaints: i64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    conversation_id: String,
    owner: String,
    at: i64,
    text: String,
    visibility: String,
    link: Option<String>,
    attachments: Option<String>,
    withdrawn_at: Option<i64>,
    channel_kind: String,
    channel_name: String,
    name: Option<String>,
    language: Option<String>,
    intent: Option<String>,
    sentiment: Option<String>,
    complaint: Option<f64>,
    urgent: Option<bool>,
    decision: Option<String>,
    reason: Option<String>,
    answer_author: Option<String>,
    answer_state: Option<String>,
    answer_aside: Option<i64>,
}

impl Row {
    fn understood(self) -> StoreResult<Mention> {
        let reading = match (self.language, self.intent, self.sentiment, self.decision) {
            (Some(language), Some(intent), Some(mood), Some(decision)) => Some(MentionReading {
                language,
                intent,
                mood: parsed(&mood)?,
                complaint: self.complaint.unwrap_or(0.0),
                urgent: self.urgent.unwrap_or(false),
                decision: parsed(&decision)?,
                reason: self.reason.unwrap_or_default(),
            }),
            _ => None,
        };
        let answer = match (self.answer_author, self.answer_state) {
            (Some(author), Some(state)) => Some(MentionAnswer {
                author: parsed(&author)?,
                state: parsed(&state)?,
                aside: self.answer_aside.is_some_and(|aside| aside > 0),
            }),
            _ => None,
        };
        let parts: Vec<Attachment> = self.attachments.as_deref().map_or_else(|| Ok(Vec::new()), json)?;
        Ok(Mention {
            id: parsed(&self.id)?,
            conversation: parsed(&self.conversation_id)?,
            owner: parsed(&self.owner)?,
            at: Timestamp::from_millis(self.at),
            text: self.text,
            visibility: parsed(&self.visibility)?,
            link: self.link,
            parts: parts.len(),
            withdrawn_at: self.withdrawn_at.map(Timestamp::from_millis),
            channel_kind: parsed(&self.channel_kind)?,
            channel_name: self.channel_name,
            name: self.name,
            reading,
            answer,
        })
    }
}

#[derive(sqlx::FromRow)]
struct DayRow {
    day: i64,
    mood: Option<String>,
    number: i64,
    complaints: i64,
}

impl Pages {
    /// What was said in public, the newest first, at most `limit`.
    pub async fn mentions(
        &self,
        brand: BrandId,
        filter: MentionFilter,
        limit: u32,
    ) -> StoreResult<Vec<Mention>> {
        let mut reader = self.db.read().await?;
        let (at, id) =
            filter.before.map_or_else(|| (i64::MAX, String::new()), |(at, id)| (at.millis(), id.to_string()));
        let mood = filter.mood.map(Sentiment::as_str).unwrap_or_default();
        let channel = filter.channel.map(|channel| channel.to_string()).unwrap_or_default();
        let complaints = i64::from(filter.complaints);
        let limit = i64::from(limit);
        let brand = brand.to_string();
        all!(reader, Row, sql::MENTIONS, brand, at, id, mood, complaints, channel, limit)?
            .into_iter()
            .map(Row::understood)
            .collect()
    }

    /// How many there were since `since`, by day and mood. `offset` is the zone's, in milliseconds east of UTC.
    pub async fn mention_days(
        &self,
        brand: BrandId,
        channel: Option<ChannelId>,
        since: Timestamp,
        offset: i64,
    ) -> StoreResult<Vec<MentionDay>> {
        let mut reader = self.db.read().await?;
        let channel = channel.map(|channel| channel.to_string()).unwrap_or_default();
        all!(reader, DayRow, sql::MENTION_DAYS, brand.to_string(), since.millis(), offset, channel)?
            .into_iter()
            .map(|row| {
                Ok(MentionDay {
                    day: row.day,
                    mood: parsed_if(row.mood.as_deref())?,
                    number: row.number,
                    complaints: row.complaints,
                })
            })
            .collect()
    }
}
