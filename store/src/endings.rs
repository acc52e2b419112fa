//! How conversations end, what they were about, and the notices that tell of it.

use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{Reader, Tx, all, batch, exec};
use crate::error::broken;
use crate::lanes::Id;
use crate::rows::{from_json, parse, parse_opt, to_json};
use crate::sql::endings as sql;
use lara_core::model::{AgentId, BrandId, ConversationId, Intent, Millis, NodeId, NoticeId, Timestamp};
use lara_core::ports::{
    ChangeKind, Ended, EndedTalk, Endings, Notice, NoticeEnd, NoticeTrouble, StoreResult, SummedUp,
};
use lara_core::relate::summary::{Past, PastDecision, PastEscalation, Summary};
use serde::Serialize;
use std::collections::HashMap;

#[derive(sqlx::FromRow)]
struct MovedRow {
    id: String,
    brand_id: String,
    address_id: String,
}

#[derive(sqlx::FromRow)]
struct EndedRow {
    id: String,
    brand_id: String,
    language: Option<String>,
    ended_at: i64,
}

#[derive(sqlx::FromRow)]
struct DecidedRow {
    conversation_id: String,
    kind: String,
    intent: String,
    sentiment: String,
    complaint: f64,
    known: String,
}

#[derive(sqlx::FromRow)]
struct EscalatedRow {
    conversation_id: String,
    reason: String,
    state: String,
    agent_id: Option<String>,
    opened_at: i64,
}

impl DecidedRow {
    fn read(&self) -> StoreResult<PastDecision> {
        Ok(PastDecision {
            kind: parse(&self.kind)?,
            intent: Intent::new(self.intent.as_str()),
            sentiment: parse(&self.sentiment)?,
            complaint: self.complaint,
            known: from_json(&self.known)?,
        })
    }
}

impl EscalatedRow {
    fn read(&self) -> StoreResult<PastEscalation> {
        Ok(PastEscalation {
            reason: parse(&self.reason)?,
            state: parse(&self.state)?,
            agent: parse_opt(self.agent_id.as_ref())?,
            opened_at: Timestamp::from_millis(self.opened_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct RepliedRow {
    conversation_id: String,
    author: String,
    number: i64,
}

#[derive(sqlx::FromRow)]
struct NoticeRow {
    id: String,
    brand_id: String,
    subject: String,
    attempts: i64,
}

#[derive(sqlx::FromRow)]
struct TalkRow {
    id: String,
    kind: String,
    name: String,
    address_id: String,
    customer_id: Option<String>,
    external_id: Option<String>,
    created_at: i64,
    ended_at: i64,
    summary: String,
}

#[derive(sqlx::FromRow)]
struct NamedRow {
    id: String,
    name: String,
}

#[derive(sqlx::FromRow)]
struct TroubleRow {
    brand_id: String,
    fault: String,
    number: i64,
}

#[derive(Serialize)]
struct NewSummary {
    id: ConversationId,
    summary: String,
}

#[derive(Serialize)]
struct NewNotice<'a> {
    id: NoticeId,
    brand_id: &'a str,
    subject: &'a str,
    at: i64,
}

#[async_trait::async_trait]
impl Endings for Store {
    async fn end_quiet(
        &self,
        brand: BrandId,
        before: Timestamp,
        now: Timestamp,
        limit: u32,
    ) -> StoreResult<u64> {
        let mut tx = self.db.write().await?;
        let (brand, limit) = (brand.to_string(), i64::from(limit));
        let ended = all!(tx, MovedRow, sql::LANES_END, brand, before.millis(), now.millis(), limit)?;
        tell_of(&mut tx, &ended, now).await?;
        tx.commit().await?;
        u64::try_from(ended.len()).map_err(broken)
    }

    async fn to_sum_up(&self, limit: u32) -> StoreResult<Vec<Ended>> {
        let mut on = self.db.read().await?;
        let rows = all!(on, EndedRow, sql::ENDED, i64::from(limit))?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut pasts = pasts(&mut on, &rows).await?;
        let ended = |row: EndedRow| {
            let past = pasts.remove(&row.id).unwrap_or_default();
            Ok(Ended {
                conversation: parse(&row.id)?,
                brand: parse(&row.brand_id)?,
                ended_at: Timestamp::from_millis(row.ended_at),
                past: Past { language: parse_opt(row.language.as_ref()).ok().flatten(), ..past },
            })
        };
        // What cannot be read is left out: it holds up nobody.
        Ok(rows.into_iter().map(ended).filter_map(StoreResult::ok).collect())
    }

    async fn sum_up(&self, rows: &[SummedUp], now: Timestamp) -> StoreResult<()> {
        let summaries = rows
            .iter()
            .map(|row| Ok(NewSummary { id: row.conversation, summary: to_json(&row.summary)? }))
            .collect::<StoreResult<Vec<_>>>()?;
        let mut tx = self.db.write().await?;
        let moved = all!(tx, MovedRow, sql::SUMMARIES_PUT, batch(&summaries)?)?;
        let mut notices = Vec::new();
        for lane in &moved {
            let notice =
                rows.iter().find(|row| row.conversation.to_string() == lane.id).and_then(|row| row.notice);
            notices.extend(notice.map(|id| NewNotice {
                id,
                brand_id: &lane.brand_id,
                subject: &lane.id,
                at: now.millis(),
            }));
        }
        exec!(tx, sql::NOTICES_ADD, batch(&notices)?)?;
        tell_of(&mut tx, &moved, now).await?;
        tx.commit().await
    }

    async fn claim_notices(
        &self,
        node: NodeId,
        now: Timestamp,
        lease: Millis,
        limit: u32,
    ) -> StoreResult<Vec<Notice>> {
        let (until, limit) = (now.plus(lease).millis(), i64::from(limit));
        let mut tx = self.db.write().await?;
        let rows = all!(tx, NoticeRow, sql::NOTICES_CLAIM, node.to_string(), now.millis(), until, limit)?;
        tx.commit().await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut on = self.db.read().await?;
        let mut talks = talks(&mut on, rows.iter().map(|row| row.subject.as_str())).await?;
        let notice = |row: NoticeRow| {
            let about = talks.remove(&row.subject);
            Ok(Notice { id: parse(&row.id)?, brand: parse(&row.brand_id)?, attempts: row.attempts, about })
        };
        rows.into_iter().map(notice).collect()
    }

    async fn settle_notice(&self, node: NodeId, id: NoticeId, end: NoticeEnd) -> StoreResult<()> {
        let (state, fault, due) = match end {
            NoticeEnd::Sent => ("sent", None, None),
            NoticeEnd::Retry(at, code) => ("queued", Some(code), Some(at.millis())),
            NoticeEnd::Failed(code) => ("failed", Some(code), None),
        };
        let mut tx = self.db.write().await?;
        exec!(tx, sql::NOTICE_SETTLE, node.to_string(), id.to_string(), state, fault, due)?;
        tx.commit().await
    }

    async fn notice_troubles(&self, since: Timestamp) -> StoreResult<Vec<NoticeTrouble>> {
        let mut on = self.db.read().await?;
        let rows = all!(on, TroubleRow, sql::NOTICES_IN_TROUBLE, since.millis())?;
        let trouble = |row: TroubleRow| {
            Ok(NoticeTrouble { brand: parse(&row.brand_id)?, fault: row.fault, count: row.number })
        };
        rows.into_iter().map(trouble).collect()
    }

    async fn prune_notices(&self, before: Timestamp) -> StoreResult<u64> {
        let mut tx = self.db.write().await?;
        let gone = exec!(tx, sql::NOTICES_PRUNE, before.millis())?;
        tx.commit().await?;
        Ok(gone)
    }
}

async fn tell_of(tx: &mut Tx, lanes: &[MovedRow], at: Timestamp) -> StoreResult<()> {
    let told = lanes.iter().map(|lane| {
        Ok(Told {
            brand: parse(&lane.brand_id)?,
            kind: ChangeKind::Conversation,
            key: parse::<ConversationId>(&lane.id)?.get(),
            address: Some(parse(&lane.address_id)?),
            at,
        })
    });
    tell(tx, &told.collect::<StoreResult<Vec<_>>>()?).await
}

/// What is known of conversations, by id.
async fn pasts(on: &mut Reader, rows: &[EndedRow]) -> StoreResult<HashMap<String, Past>> {
    let ids = Id::batch(rows.iter().map(|row| &row.id))?;
    let mut pasts: HashMap<String, Past> = HashMap::new();
    // What cannot be read is left out: it holds up nobody.
    for row in all!(on, DecidedRow, sql::ENDED_DECISIONS, &ids)? {
        if let Ok(decision) = row.read() {
            pasts.entry(row.conversation_id).or_default().decisions.push(decision);
        }
    }
    for row in all!(on, EscalatedRow, sql::ENDED_ESCALATIONS, &ids)? {
        if let Ok(escalation) = row.read() {
            pasts.entry(row.conversation_id).or_default().escalations.push(escalation);
        }
    }
    for row in all!(on, RepliedRow, sql::ENDED_REPLIES, &ids)? {
        let (Ok(author), Ok(number)) = (parse(&row.author), u32::try_from(row.number)) else { continue };
        let replies = (author, number);
        pasts.entry(row.conversation_id).or_default().replies.push(replies);
    }
    Ok(pasts)
}

/// Conversations as the brand's own systems are told of them, by id.
async fn talks(on: &mut Reader, ids: impl Iterator<Item = &str>) -> StoreResult<HashMap<String, EndedTalk>> {
    let mut talks = HashMap::new();
    for row in all!(on, TalkRow, sql::ENDED_TALKS, Id::batch(ids)?)? {
        // A notice without its talk is about nothing, and ends as such.
        let (Ok(conversation), Ok(channel), Ok(address), Ok(customer)) =
            (parse(&row.id), parse(&row.kind), parse(&row.address_id), parse_opt(row.customer_id.as_ref()))
        else {
            continue;
        };
        let talk = EndedTalk {
            conversation,
            channel,
            channel_name: row.name,
            address,
            customer,
            external_id: row.external_id,
            began_at: Timestamp::from_millis(row.created_at),
            ended_at: Timestamp::from_millis(row.ended_at),
            summary: from_json::<Summary>(&row.summary).unwrap_or_default(),
            agent: None,
        };
        talks.insert(row.id, talk);
    }
    let agents: Vec<AgentId> = talks.values().filter_map(|talk| talk.summary.agent).collect();
    let mut names: HashMap<AgentId, String> = HashMap::new();
    for row in all!(on, NamedRow, sql::AGENT_NAMES, Id::batch(agents)?)? {
        names.insert(parse(&row.id)?, row.name);
    }
    for talk in talks.values_mut() {
        talk.agent = talk.summary.agent.and_then(|id| Some((id, names.get(&id)?.clone())));
    }
    Ok(talks)
}
