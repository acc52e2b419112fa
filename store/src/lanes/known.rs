//! What is loaded for a batch of lanes, in a handful of statements however many lanes there are.

use super::{Id, Waiting, channels_of, pace};
use crate::db::{Reader, all, batch};
use crate::error::broken;
use crate::rows::{EscalationRow, MessageRow, OrderRow, PreferenceRow, ReturnRow, WhoRow, parse};
use crate::sql::lanes as sql;
use lara_core::model::{
    AddressId, Channel, ChannelId, Conversation, ConversationId, CustomerId, Delivery, Escalation, Level,
    Message, Order, OrderId, OrderStatus, Owner, Preference, Return,
};
use lara_core::ports::{Memory, Pace, Proof, StoreResult};
use serde::Serialize;
use std::collections::{BTreeSet, HashMap};

/// A person at one of their addresses.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct At<'a> {
    id: &'a str,
    address_id: &'a str,
}

/// A person in one of their lanes.
#[derive(Serialize)]
struct In<'a> {
    id: &'a str,
    customer_id: &'a str,
}

/// Everything loaded for a batch of lanes, by what it belongs to.
pub(super) struct Known {
    pub(super) runs: HashMap<ConversationId, Vec<Message>>,
    who: HashMap<ConversationId, WhoRow>,
    channels: HashMap<ChannelId, Channel>,
    escalations: HashMap<ConversationId, Escalation>,
    elsewhere: HashMap<ConversationId, Escalation>,
    belongings: Belongings,
    paces: HashMap<ConversationId, Pace>,
}

impl Known {
    pub(super) async fn load(on: &mut Reader, lanes: &[(Conversation, i32)]) -> StoreResult<Self> {
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
        if lanes.iter().any(|(c, _)| c.owner != Owner::Bot) {
            for row in all!(on, EscalationRow, sql::ESCALATIONS_OF, &ids)? {
                let escalation = Escalation::try_from(row)?;
                escalations.insert(escalation.conversation, escalation);
            }
        }
        let channels = channels_of(on, channels).await?;
        let elsewhere = elsewhere(on, &who).await?;
        let belongings = Belongings::load(on, &who).await?;
        let pushed: Vec<_> = lanes
            .iter()
            .map(|(conversation, _)| conversation)
            .filter(|c| channels.get(&c.channel).is_some_and(|channel| channel.delivery == Delivery::Push))
            .collect();
        let paces = pace::paces(on, &pushed, &runs).await?;
        Ok(Self { runs, who, channels, escalations, elsewhere, belongings, paces })
    }

    pub(super) fn memory(&mut self, conversation: &Conversation) -> StoreResult<Memory> {
        let who = self.who.remove(&conversation.id).ok_or_else(|| broken("a lane has no address"))?;
        let (customer, address) = (who.customer()?, who.address()?);
        let person = customer.as_ref().map(|customer| customer.id);
        let at = person.map(|person| (person, address.id));
        let orders =
            person.and_then(|person| self.belongings.orders.get(&person)).cloned().unwrap_or_default();
        let returns = orders
            .iter()
            .filter_map(|order| self.belongings.returns.get(&order.id))
            .flatten()
            .cloned()
            .collect();
        let (preferences, forgotten) =
            at.and_then(|at| self.belongings.told.get(&at)).cloned().unwrap_or_default();
        Ok(Memory {
            channel: self
                .channels
                .get(&conversation.channel)
                .cloned()
                .ok_or_else(|| broken("a lane has no channel"))?,
            address,
            orders,
            returns,
            preferences,
            forgotten,
            customer,
            escalation: self.escalations.remove(&conversation.id),
            answered_before: who.answered_before(),
            returning: who.came_before,
            last_bot_text: who.last_bot_text(),
            pace: self.paces.remove(&conversation.id).unwrap_or_default(),
            elsewhere: self.elsewhere.remove(&conversation.id),
            proof: Proof::Nothing,
        })
    }
}

/// What waits for a human at other addresses of the proven people of a batch.
async fn elsewhere(
    on: &mut Reader,
    who: &HashMap<ConversationId, WhoRow>,
) -> StoreResult<HashMap<ConversationId, Escalation>> {
    let proven = who.values().filter(|row| row.level == Level::Verified.as_str());
    let people: Vec<In<'_>> = proven
        .filter_map(|row| Some(In { id: &row.conversation_id, customer_id: row.customer_id.as_deref()? }))
        .collect();
    let mut found = HashMap::new();
    if people.is_empty() {
        return Ok(found);
    }
    for row in all!(on, EscalationRow, sql::ELSEWHERE_OF, batch(&people)?)? {
        let Some(lane) = row.lane.clone() else { continue };
        // The gravest comes first.
        found.entry(parse(&lane)?).or_insert(Escalation::try_from(row)?);
    }
    Ok(found)
}

/// What the people of a batch of lanes bought, told and like.
#[derive(Default)]
struct Belongings {
    orders: HashMap<CustomerId, Vec<Order>>,
    returns: HashMap<OrderId, Vec<Return>>,
    /// What is known of a person at an address, and the keys of what is to be forgotten.
    told: HashMap<(CustomerId, AddressId), (Vec<Preference>, Vec<String>)>,
}

impl Belongings {
    async fn load(on: &mut Reader, who: &HashMap<ConversationId, WhoRow>) -> StoreResult<Self> {
        let mut all = Self::default();
        let at = |row: &'_ WhoRow| Some((row.customer_id.clone()?, row.address_id.clone()));
        let people: BTreeSet<(String, String)> = who.values().filter_map(at).collect();
        if people.is_empty() {
            return Ok(all);
        }
        let ids: BTreeSet<&String> = people.iter().map(|(person, _)| person).collect();
        for row in all!(on, OrderRow, sql::ORDERS_OF, Id::batch(ids)?)? {
            let order = Order::try_from(row)?;
            all.orders.entry(order.customer).or_default().push(order);
        }
        let people: Vec<_> = people.iter().map(|(id, address_id)| At { id, address_id }).collect();
        for row in all!(on, PreferenceRow, sql::PREFERENCES_OF, batch(&people)?)? {
            let Some(address) = &row.read_for else { continue };
            let (preferences, forgotten) =
                all.told.entry((parse(&row.customer_id)?, parse(address)?)).or_default();
            if row.forgotten_at.is_some() {
                forgotten.push(row.into_key());
            } else {
                preferences.push(row.try_into()?);
            }
        }
        all.load_returns(on).await?;
        Ok(all)
    }

    /// What is still on its way has not come back.
    async fn load_returns(&mut self, on: &mut Reader) -> StoreResult<()> {
        use OrderStatus::{Cancelled, Delivered, Refunded, Returned};
        let arrived = self
            .orders
            .values()
            .flatten()
            .filter(|order| matches!(order.status, Delivered | Returned | Refunded | Cancelled))
            .map(|order| order.id)
            .collect::<Vec<_>>();
        if arrived.is_empty() {
            return Ok(());
        }
        for row in all!(on, ReturnRow, sql::RETURNS_OF, Id::batch(arrived)?)? {
            let back = Return::try_from(row)?;
            self.returns.entry(back.order).or_default().push(back);
        }
        Ok(())
    }
}
