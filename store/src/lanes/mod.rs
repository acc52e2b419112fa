//! The lanes: who decides which conversation, and what they need to know for it.

mod commit;
mod pace;

pub(crate) use commit::message_row;

use crate::Store;
use crate::brands::unsealed;
use crate::db::{Reader, all, batch, exec, opt};
use crate::error::{broken, is_unreadable};
use crate::rows::{
    ChannelRow, ConversationRow, EscalationRow, MessageRow, MomentRow, OrderRow, PreferenceRow, WhoRow,
    moment, parse,
};
use crate::sql::lanes as sql;
use crate::vault::Vault;
use lara_core::model::{
    Channel, ChannelId, Conversation, ConversationId, CustomerId, Delivery, Escalation, Message, Millis,
    NodeId, Order, Preference, Timestamp,
};
use lara_core::ports::{Claim, Commit, Lanes, Memory, Pace, StoreResult, Turn};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// How long a lane that cannot be read waits for somebody to repair it.
const ASIDE: Millis = Millis::minutes(60);

/// A row of a batch that is only an id.
#[derive(Serialize)]
pub(crate) struct Id {
    pub(crate) id: String,
}

impl Id {
    /// A batch of ids.
    pub(crate) fn batch<T: ToString>(ids: impl IntoIterator<Item = T>) -> StoreResult<String> {
        batch(&ids.into_iter().map(|id| Self { id: id.to_string() }).collect::<Vec<_>>())
    }
}

#[derive(Serialize)]
struct Waiting {
    id: ConversationId,
    done_seq: i64,
}

#[async_trait::async_trait]
impl Lanes for Store {
    async fn claim(
        &self,
        node: NodeId,
        now: Timestamp,
        lease: Millis,
        limit: u32,
    ) -> StoreResult<Vec<Claim>> {
        let mut tx = self.db.write().await?;
        let rows = all!(
            tx,
            ConversationRow,
            sql::LANES_CLAIM,
            node.to_string(),
            now.millis(),
            now.plus(lease).millis(),
            i64::from(limit)
        )?;
        tx.commit().await?;
        self.load(node, rows).await
    }

    async fn reload(&self, node: NodeId, lanes: &[ConversationId]) -> StoreResult<Vec<Claim>> {
        let mut on = self.db.read().await?;
        let rows = all!(on, ConversationRow, sql::LANES_HELD, Id::batch(lanes)?, node.to_string())?;
        drop(on);
        self.load(node, rows).await
    }

    async fn commit(&self, turns: Vec<Turn>) -> StoreResult<Vec<Commit>> {
        self.commit_turns(&turns).await
    }

    async fn release(&self, node: NodeId, lanes: &[ConversationId], ready_at: Timestamp) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        exec!(tx, sql::LANES_RELEASE, Id::batch(lanes)?, node.to_string(), ready_at.millis())?;
        tx.commit().await
    }

    async fn hand_back_untried(
        &self,
        node: NodeId,
        lanes: &[ConversationId],
        ready_at: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        exec!(tx, sql::LANES_UNTRIED, Id::batch(lanes)?, node.to_string(), ready_at.millis())?;
        tx.commit().await
    }

    async fn next_ready(&self) -> StoreResult<Option<Timestamp>> {
        let mut on = self.db.read().await?;
        Ok(opt!(on, MomentRow, sql::LANES_NEXT)?.and_then(|row| moment(row.at)))
    }
}

impl Store {
    /// Run and memory of leased lanes. Read after the claim was committed, so that it never holds up a writer; the
    /// revisions in the rows tell at commit whether anything moved in between.
    async fn load(&self, node: NodeId, rows: Vec<ConversationRow>) -> StoreResult<Vec<Claim>> {
        match self.load_all(node, rows.clone()).await {
            Err(error) if is_unreadable(&error) => {}
            loaded => return loaded,
        }
        let mut claims = Vec::with_capacity(rows.len());
        let mut unreadable = Vec::new();
        for row in rows {
            let id = row.id.clone();
            match self.load_all(node, vec![row]).await {
                Ok(mut alone) => claims.append(&mut alone),
                Err(error) if is_unreadable(&error) => {
                    tracing::error!(conversation = %id, "lane cannot be read; put aside for an hour");
                    unreadable.push(id);
                }
                Err(error) => return Err(error),
            }
        }
        let mut tx = self.db.write().await?;
        exec!(tx, sql::LANES_PARK, Id::batch(unreadable)?, node.to_string(), ASIDE.0)?;
        tx.commit().await?;
        Ok(claims)
    }

    async fn load_all(&self, node: NodeId, rows: Vec<ConversationRow>) -> StoreResult<Vec<Claim>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let mut lanes = Vec::with_capacity(rows.len());
        for row in rows {
            let attempts = row.attempts;
            lanes.push((Conversation::try_from(row)?, attempts));
        }
        let mut on = self.db.read().await?;
        let mut known = Known::load(&mut on, &lanes).await?;
        drop(on);
        let mut claims = Vec::with_capacity(lanes.len());
        let mut idle = Vec::new();
        for (conversation, attempts) in lanes {
            let run = known.runs.remove(&conversation.id).unwrap_or_default();
            if run.is_empty() {
                idle.push(conversation.id);
                continue;
            }
            let memory = known.memory(&conversation)?;
            claims.push(Claim { conversation, attempts, run, memory });
        }
        if !idle.is_empty() {
            let mut tx = self.db.write().await?;
            exec!(tx, sql::LANES_IDLE, Id::batch(idle)?, node.to_string())?;
            tx.commit().await?;
        }
        Ok(claims)
    }
}

/// Everything loaded for a batch of lanes, by what it belongs to.
struct Known {
    runs: HashMap<ConversationId, Vec<Message>>,
    who: HashMap<ConversationId, WhoRow>,
    channels: HashMap<ChannelId, Channel>,
    escalations: HashMap<ConversationId, Escalation>,
    orders: HashMap<CustomerId, Vec<Order>>,
    preferences: HashMap<CustomerId, Vec<Preference>>,
    paces: HashMap<ConversationId, Pace>,
}

impl Known {
    async fn load(on: &mut Reader, lanes: &[(Conversation, i32)]) -> StoreResult<Self> {
        let waiting: Vec<_> = lanes.iter().map(|(c, _)| Waiting { id: c.id, done_seq: c.done_seq }).collect();
        let waiting = batch(&waiting)?;
        let mut runs: HashMap<_, Vec<Message>> = HashMap::with_capacity(lanes.len());
        for row in all!(on, MessageRow, sql::RUNS, &waiting)? {
            let message = Message::try_from(row)?;
            runs.entry(message.conversation).or_default().push(message);
        }
        let ids = Id::batch(lanes.iter().map(|(c, _)| c.id))?;
        let mut who = HashMap::with_capacity(lanes.len());
        for row in all!(on, WhoRow, sql::LANES_WHO, &ids)? {
            who.insert(parse(&row.conversation_id)?, row);
        }
        let channels: BTreeSet<_> = lanes.iter().map(|(c, _)| c.channel).collect();
        let mut escalations = HashMap::new();
        // A conversation that the bot owns alone has no place in the queue: the common case costs no statement.
        if lanes.iter().any(|(c, _)| c.owner != lara_core::model::Owner::Bot) {
            for row in all!(on, EscalationRow, sql::ESCALATIONS_OF, &ids)? {
                let escalation = Escalation::try_from(row)?;
                escalations.insert(escalation.conversation, escalation);
            }
        }
        let channels = channels_of(on, channels).await?;
        let (orders, preferences) = belongings(on, &who).await?;
        let pushed: Vec<_> = lanes
            .iter()
            .map(|(conversation, _)| conversation)
            .filter(|c| channels.get(&c.channel).is_some_and(|channel| channel.delivery == Delivery::Push))
            .collect();
        let paces = pace::paces(on, &pushed, &runs).await?;
        Ok(Self { runs, who, channels, escalations, orders, preferences, paces })
    }

    fn memory(&mut self, conversation: &Conversation) -> StoreResult<Memory> {
        let who = self.who.remove(&conversation.id).ok_or_else(|| broken("a lane has no address"))?;
        let customer = who.customer()?;
        let of = |id: &CustomerId| self.orders.get(id).cloned().unwrap_or_default();
        let likes = |id: &CustomerId| self.preferences.get(id).cloned().unwrap_or_default();
        let ids = customer.as_ref().map(|customer| customer.id);
        Ok(Memory {
            channel: self
                .channels
                .get(&conversation.channel)
                .cloned()
                .ok_or_else(|| broken("a lane has no channel"))?,
            address: who.address()?,
            orders: ids.as_ref().map(of).unwrap_or_default(),
            preferences: ids.as_ref().map(likes).unwrap_or_default(),
            customer,
            escalation: self.escalations.remove(&conversation.id),
            answered_before: who.answered_before(),
            returning: who.came_before,
            last_bot_text: who.last_bot_text(),
            pace: self.paces.remove(&conversation.id).unwrap_or_default(),
            elsewhere: None,
            proof: lara_core::ports::Proof::Nothing,
        })
    }
}

/// Channels by id, with what the platform knows us by.
pub(crate) async fn sending_channels(
    on: &mut Reader,
    ids: impl IntoIterator<Item = ChannelId>,
    vault: Option<&Vault>,
) -> StoreResult<HashMap<ChannelId, Channel>> {
    let mut channels = HashMap::new();
    for row in all!(on, ChannelRow, sql::CHANNELS_OF, Id::batch(ids)?)? {
        let id = row.id.clone();
        if let Ok(channel) = unsealed(vault, row) {
            channels.insert(channel.id, channel);
        } else {
            tracing::error!(channel = %id, "channel cannot be read");
        }
    }
    Ok(channels)
}

/// Channels by id, without their secrets; one that cannot be read is as good as gone.
pub(crate) async fn channels_of(
    on: &mut Reader,
    ids: impl IntoIterator<Item = ChannelId>,
) -> StoreResult<HashMap<ChannelId, Channel>> {
    let mut channels = HashMap::new();
    for row in all!(on, ChannelRow, sql::CHANNELS_OF, Id::batch(ids)?)? {
        let id = row.id.clone();
        if let Ok(channel) = Channel::try_from(row) {
            channels.insert(channel.id, channel);
        } else {
            tracing::error!(channel = %id, "channel cannot be read");
        }
    }
    Ok(channels)
}

type Belongings = (HashMap<CustomerId, Vec<Order>>, HashMap<CustomerId, Vec<Preference>>);

/// What the people of a batch of lanes bought and like.
async fn belongings(on: &mut Reader, who: &HashMap<ConversationId, WhoRow>) -> StoreResult<Belongings> {
    let people: BTreeSet<&String> = who.values().filter_map(|row| row.customer_id.as_ref()).collect();
    let (mut orders, mut preferences): Belongings = Belongings::default();
    if people.is_empty() {
        return Ok((orders, preferences));
    }
    let people = Id::batch(people)?;
    for row in all!(on, OrderRow, sql::ORDERS_OF, &people)? {
        let order = Order::try_from(row)?;
        orders.entry(order.customer).or_default().push(order);
    }
    for row in all!(on, PreferenceRow, sql::PREFERENCES_OF, &people)? {
        preferences.entry(parse(&row.customer_id)?).or_default().push(row.try_into()?);
    }
    Ok((orders, preferences))
}
