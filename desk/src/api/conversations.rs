//! The queue, conversations, and one of them with its messages and why Lara did what she did. A signed-in agent may read the
//! queue and a conversation, too: the same they see at the desk.

use super::caller::Caller;
use super::customers::Paged;
use super::input::{At, Nothing, Params};
use super::page::{Listing, Slice};
use super::problem::{Code, Problem};
use super::shape::{Where, language_or_null, level, moment, moment_if, owner};
use crate::state::Shared;
use axum::Json;
use axum::extract::State;
use lara_core::act::markup;
use lara_core::model::{AgentId, ConversationId, Direction, Language};
use lara_store::pages::{Decided, ListedConversation, Place, QueueRow, QueueView, Said, Talk};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

/// Conversations of the queue that are answered.
const QUEUE: u32 = 200;
/// Messages of a conversation that are answered at once.
const MESSAGES: u32 = 500;

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConversationRow {
    #[schema(format = Uuid)]
    id: String,
    /// Who may speak in it.
    #[schema(schema_with = owner)]
    owner: String,
    channel: Where,
    /// The customer its address is tied to.
    #[schema(format = Uuid)]
    customer_id: Option<String>,
    /// How sure the person is.
    #[schema(schema_with = level)]
    level: String,
    /// The language of replies so far.
    #[schema(schema_with = language_or_null)]
    language: Option<Language>,
    #[schema(format = DateTime)]
    created_at: String,
    /// When the last message came or went.
    #[schema(format = DateTime)]
    last_at: String,
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

impl From<ListedConversation> for ConversationRow {
    fn from(row: ListedConversation) -> Self {
        Self {
            id: row.id.to_string(),
            owner: row.owner.to_string(),
            channel: Where { kind: row.channel_kind.to_string(), name: row.channel_name },
            customer_id: row.customer.map(|id| id.to_string()),
            level: row.level.to_string(),
            language: row.language,
            created_at: moment(row.created_at),
            last_at: moment(row.last_at),
            ended_at: moment_if(row.ended_at),
        }
    }
}

#[utoipa::path(
    get, path = "/api/v1/conversations", tag = "conversations", operation_id = "list_conversations", params(Paged),
    summary = "List conversations", security(("token" = ["read"])),
    responses((status = 200, description = "A page of conversations", body = Listing<ConversationRow>)),
)]
pub(crate) async fn list(
    State(state): State<Shared>,
    caller: Caller,
    Params(query): Params<Paged>,
) -> Result<Json<Listing<ConversationRow>>, Problem> {
    let slice = Slice::read(query.limit, query.after.as_deref())?;
    let behind = slice.behind(ConversationId::new);
    let rows = state.pages.list_conversations(caller.brand()?, None, behind, slice.rows()).await?;
    Ok(Json(slice.page(rows, |row| row.id.get(), ConversationRow::from)))
}

/// Somebody, by id and name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Named {
    #[schema(format = Uuid)]
    id: String,
    name: Option<String>,
}

fn agent(agent: Option<&(AgentId, String)>) -> Option<Named> {
    agent.map(|(id, name)| Named { id: id.to_string(), name: Some(name.clone()) })
}

/// A place in the human queue.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EscalationView {
    reason: String,
    priority: String,
    /// 0 to 100 within the priority.
    severity: i32,
    #[schema(format = DateTime)]
    opened_at: String,
    /// Until when a human should have answered.
    #[schema(format = DateTime)]
    due_at: String,
}

impl From<Place> for EscalationView {
    fn from(place: Place) -> Self {
        Self {
            reason: place.reason.to_string(),
            priority: place.priority.to_string(),
            severity: place.severity,
            opened_at: moment(place.opened_at),
            due_at: moment(place.due_at),
        }
    }
}

/// A conversation that humans have or should have.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Queued {
    #[schema(format = Uuid)]
    conversation: String,
    #[schema(schema_with = owner)]
    owner: String,
    channel: Where,
    customer: Option<Named>,
    #[schema(schema_with = level)]
    level: String,
    agent: Option<Named>,
    escalation: Option<EscalationView>,
    /// The mood of the last run.
    mood: Option<String>,
    #[schema(format = DateTime)]
    last_at: String,
}

impl From<QueueRow> for Queued {
    fn from(row: QueueRow) -> Self {
        Self {
            conversation: row.id.to_string(),
            owner: row.owner.to_string(),
            channel: Where { kind: row.channel_kind.to_string(), name: row.channel_name },
            customer: row.customer.map(|(id, name)| Named { id: id.to_string(), name }),
            level: row.level.to_string(),
            agent: agent(row.agent.as_ref()),
            escalation: row.place.map(EscalationView::from),
            mood: row.mood.map(|mood| mood.to_string()),
            last_at: moment(row.last_at),
        }
    }
}

/// The queue of a brand.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QueueAnswer {
    /// Short name of the brand; null where there is none yet.
    brand: Option<String>,
    /// What burns first; at most 200.
    conversations: Vec<Queued>,
}

#[utoipa::path(
    get, path = "/api/v1/queue", tag = "conversations", operation_id = "get_queue",
    summary = "Conversations that wait for a human or are with one", security(("token" = ["read"]), ("desk" = [])),
    responses((status = 200, description = "What burns first", body = QueueAnswer)),
)]
pub(crate) async fn queue(
    State(state): State<Shared>,
    caller: Caller,
    _: Params<Nothing>,
) -> Result<Json<QueueAnswer>, Problem> {
    let slug = match &caller {
        Caller::Token(token) => state.brands.brand(token.brand).await?.map(|brand| brand.slug),
        Caller::Agent(brand) => brand.as_ref().map(|(_, slug)| slug.clone()),
    };
    let Some(slug) = slug else { return Ok(Json(QueueAnswer { brand: None, conversations: Vec::new() })) };
    let rows = state.pages.queue(caller.brand()?, QueueView::Human, QUEUE).await?;
    let conversations = rows.into_iter().map(Queued::from).collect();
    Ok(Json(QueueAnswer { brand: Some(slug), conversations }))
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageView {
    #[schema(format = Uuid)]
    id: String,
    /// Its place in the conversation.
    seq: i64,
    /// `in`, `out` or `note`: a note is for colleagues.
    direction: String,
    /// `customer`, `bot` or `agent`.
    author: String,
    agent: Option<Named>,
    /// Plain text.
    text: String,
    state: String,
    /// Why it failed or is uncertain.
    fault: Option<String>,
    #[schema(format = DateTime)]
    at: String,
}

impl From<Said> for MessageView {
    fn from(said: Said) -> Self {
        let text = match said.direction {
            Direction::In => said.text,
            Direction::Out | Direction::Note => markup::to_plain(&markup::parse(&said.text)),
        };
        Self {
            id: said.id.to_string(),
            seq: said.seq,
            direction: said.direction.to_string(),
            author: said.author.to_string(),
            agent: agent(said.agent.as_ref()),
            text,
            state: said.state.to_string(),
            fault: said.fault,
            at: moment(said.at),
        }
    }
}

/// Why Lara did what she did for one run of messages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DecisionView {
    first_seq: i64,
    last_seq: i64,
    decision: String,
    /// The policy that decided.
    policy: String,
    reason: String,
    /// What was understood.
    #[schema(value_type = Object)]
    reading: Value,
    /// The templates rendered, with their versions.
    #[schema(value_type = Vec<Object>)]
    templates: Value,
    /// Names of what was known.
    known: Vec<String>,
    #[schema(format = DateTime)]
    at: String,
}

impl From<Decided> for DecisionView {
    fn from(decided: Decided) -> Self {
        Self {
            first_seq: decided.first_seq,
            last_seq: decided.last_seq,
            decision: decided.kind.to_string(),
            policy: decided.policy,
            reason: decided.reason,
            reading: json!(decided.reading),
            templates: json!(decided.templates),
            known: decided.known,
            at: moment(decided.at),
        }
    }
}

/// A conversation with its messages.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TalkView {
    #[schema(format = Uuid)]
    conversation: String,
    #[schema(format = Uuid)]
    brand: String,
    #[schema(schema_with = owner)]
    owner: String,
    #[schema(schema_with = language_or_null)]
    language: Option<Language>,
    channel: Where,
    #[schema(format = Uuid)]
    customer: Option<String>,
    #[schema(schema_with = level)]
    level: String,
    agent: Option<Named>,
    /// The oldest first; at most 500.
    messages: Vec<MessageView>,
    /// Whether there are earlier ones: ask again with `before`.
    more: bool,
    /// Decisions about these messages, the oldest first.
    decisions: Vec<DecisionView>,
}

impl From<Talk> for TalkView {
    fn from(talk: Talk) -> Self {
        let head = talk.head;
        Self {
            conversation: head.id.to_string(),
            brand: head.brand.to_string(),
            owner: head.owner.to_string(),
            language: head.language,
            channel: Where { kind: head.channel_kind.to_string(), name: head.channel_name },
            customer: head.customer.map(|id| id.to_string()),
            level: head.level.to_string(),
            agent: agent(head.agent.as_ref()),
            messages: talk.messages.into_iter().map(MessageView::from).collect(),
            more: talk.more,
            decisions: talk.decisions.into_iter().map(DecisionView::from).collect(),
        }
    }
}

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Before {
    /// Only messages before this place (`seq`).
    before: Option<i64>,
}

#[utoipa::path(
    get, path = "/api/v1/conversations/{id}", tag = "conversations", operation_id = "get_conversation",
    params(("id" = String, Path, format = Uuid, description = "Conversation"), Before),
    summary = "A conversation with its messages and decisions", security(("token" = ["read"]), ("desk" = [])),
    responses((status = 200, description = "The conversation", body = TalkView)),
)]
pub(crate) async fn show(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<ConversationId>,
    Params(query): Params<Before>,
) -> Result<Json<TalkView>, Problem> {
    let talk = state.pages.talk(id, query.before, MESSAGES).await?;
    let talk = talk.filter(|talk| caller.sees(talk.head.brand));
    talk.map(|talk| Json(talk.into())).ok_or_else(|| Problem::new(Code::NotFound))
}
