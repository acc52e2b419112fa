//! `/api/v1`: the queue and a conversation as JSON, for who is signed in.

use crate::auth::Visitor;
use crate::error::Fault;
use crate::frame::brand;
use crate::state::Shared;
use crate::view::Zone;
use axum::Json;
use axum::extract::{Path, State};
use lara_core::act::markup;
use lara_core::model::{ConversationId, Direction};
use lara_store::pages::{Decided, QueueRow, QueueView, Said};
use serde_json::{Value, json};

fn queue_row(row: &QueueRow) -> Value {
    json!({
        "conversation": row.id,
        "owner": row.owner,
        "channel": { "kind": row.channel_kind, "name": row.channel_name },
        "customer": row.customer.as_ref().map(|(id, name)| json!({ "id": id, "name": name })),
        "level": row.level,
        "agent": row.agent.as_ref().map(|(id, name)| json!({ "id": id, "name": name })),
        "escalation": row.place.map(|place| json!({
            "reason": place.reason, "priority": place.priority, "severity": place.severity,
            "opened_at": Zone::machine(place.opened_at), "due_at": Zone::machine(place.due_at),
        })),
        "mood": row.mood,
        "last_at": Zone::machine(row.last_at),
    })
}

/// `GET /api/v1/queue`: waiting and claimed conversations of the chosen brand, what burns first.
pub(crate) async fn queue(State(state): State<Shared>, visitor: Visitor) -> Result<Json<Value>, Fault> {
    let Some(brand) = brand(&state, &visitor).await? else {
        return Ok(Json(json!({ "brand": null, "conversations": [] })));
    };
    let rows = state.pages.queue(brand.id, QueueView::Human, 200).await?;
    let rows: Vec<Value> = rows.iter().map(queue_row).collect();
    Ok(Json(json!({ "brand": brand.slug, "conversations": rows })))
}

fn message(said: &Said) -> Value {
    let text = match said.direction {
        Direction::In => said.text.clone(),
        Direction::Out | Direction::Note => markup::to_plain(&markup::parse(&said.text)),
    };
    json!({
        "id": said.id, "seq": said.seq, "direction": said.direction, "author": said.author,
        "agent": said.agent.as_ref().map(|(id, name)| json!({ "id": id, "name": name })),
        "text": text, "state": said.state, "fault": said.fault, "at": Zone::machine(said.at),
    })
}

fn decision(decided: &Decided) -> Value {
    json!({
        "first_seq": decided.first_seq, "last_seq": decided.last_seq, "decision": decided.kind,
        "policy": decided.policy, "reason": decided.reason, "reading": decided.reading,
        "templates": decided.templates, "known": decided.known, "at": Zone::machine(decided.at),
    })
}

/// `GET /api/v1/conversations/{id}`.
pub(crate) async fn conversation(
    State(state): State<Shared>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Fault> {
    let id: ConversationId = id.parse().map_err(|_| Fault::Missing)?;
    let talk = state.pages.talk(id, None, 500).await?.ok_or(Fault::Missing)?;
    let head = &talk.head;
    Ok(Json(json!({
        "conversation": head.id, "brand": head.brand, "owner": head.owner, "language": head.language,
        "channel": { "kind": head.channel_kind, "name": head.channel_name },
        "customer": head.customer, "level": head.level,
        "agent": head.agent.as_ref().map(|(id, name)| json!({ "id": id, "name": name })),
        "messages": talk.messages.iter().map(message).collect::<Vec<_>>(),
        "more": talk.more,
        "decisions": talk.decisions.iter().map(decision).collect::<Vec<_>>(),
    })))
}
