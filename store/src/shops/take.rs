//! Takes an event of a shop system: all it changes and the mark that it was taken are one transaction.

use crate::Store;
use crate::db::{Tx, batch, exec, opt};
use crate::directory::{
    Counts, NewCustomer, find, orders_named, people_moved, put_orders, put_person, put_returns,
};
use crate::fold::fold;
use crate::rows::{IdRow, moment, parse};
use crate::sql::{directory, shops as sql};
use lara_core::model::{
    CustomerId, Language, MONEY, Millis, Order, OrderId, OrderStatus, Return, ReturnId, Shipment, Shop,
    ShopKind, Timestamp,
};
use lara_core::ports::{
    Buyer, Ids, OrderRef, OrderRow, OrderSource, Person, ReturnRow, ShopChange, ShopEvent, ShopNews,
    ShopOrder, ShopOutcome, ShopParcel, ShopReturn, StoreResult,
};

/// How far a shop's clock may be ahead of ours.
const AHEAD: Millis = Millis::minutes(5);

/// A code of why something is no change.
type Why = &'static str;

/// What became of one change.
enum Done {
    /// It is stored.
    Yes,
    /// It is nothing for us.
    Ignored(Why),
    /// It cannot be taken, and the event with it.
    Refused(Why),
}

/// One event being taken.
struct Taking<'a> {
    tx: Tx,
    shop: &'a Shop,
    ids: &'a dyn Ids,
    now: Timestamp,
    /// Orders and customers that changed.
    orders: Vec<String>,
    customers: Vec<String>,
}

#[derive(sqlx::FromRow)]
struct KnownRow {
    customer_id: String,
    external: Option<String>,
    status: String,
    changed_at: Option<i64>,
    due_at: Option<i64>,
}

impl Store {
    pub(super) async fn take(
        &self,
        shop: &Shop,
        event: &ShopEvent,
        ids: &dyn Ids,
        now: Timestamp,
    ) -> StoreResult<ShopOutcome> {
        let changes = match &event.news {
            ShopNews::Changes(changes) => changes,
            ShopNews::Erase(customer) => return self.erase_for(shop, event, customer, ids, now).await,
            ShopNews::Ignored(why) => {
                return self.set_aside(shop, event, ShopOutcome::Ignored(why), now).await;
            }
            ShopNews::Refused(why) => {
                return self.set_aside(shop, event, ShopOutcome::Refused(why), now).await;
            }
        };
        let mut tx = self.db.write().await?;
        if !mark(&mut tx, shop, event, ShopOutcome::Taken, now).await? {
            tx.rollback().await?;
            return Ok(ShopOutcome::Replayed);
        }
        let mut taking = Taking { tx, shop, ids, now, orders: Vec::new(), customers: Vec::new() };
        let mut ignored = None;
        let mut taken = false;
        for change in changes {
            match taking.change(change).await? {
                Done::Yes => taken = true,
                Done::Ignored(why) => ignored = Some(why),
                Done::Refused(why) => {
                    taking.tx.rollback().await?;
                    return self.set_aside(shop, event, ShopOutcome::Refused(why), now).await;
                }
            }
        }
        let outcome = match ignored {
            Some(why) if !taken => ShopOutcome::Ignored(why),
            _ => ShopOutcome::Taken,
        };
        taking.end(event, outcome).await?;
        Ok(outcome)
    }

    /// Marks an event of which nothing is left to be done.
    pub(super) async fn set_aside(
        &self,
        shop: &Shop,
        event: &ShopEvent,
        outcome: ShopOutcome,
        now: Timestamp,
    ) -> StoreResult<ShopOutcome> {
        let mut tx = self.db.write().await?;
        let new = mark(&mut tx, shop, event, outcome, now).await?;
        exec!(tx, sql::SHOP_HEARD, shop.id.to_string(), now.millis())?;
        tx.commit().await?;
        Ok(if new { outcome } else { ShopOutcome::Replayed })
    }
}

const fn word(outcome: ShopOutcome) -> (&'static str, Option<Why>) {
    match outcome {
        ShopOutcome::Taken | ShopOutcome::Replayed => ("taken", None),
        ShopOutcome::Ignored(why) => ("ignored", Some(why)),
        ShopOutcome::Refused(why) => ("refused", Some(why)),
    }
}

/// Marks an event as taken; whether it is new.
async fn mark(
    tx: &mut Tx,
    shop: &Shop,
    event: &ShopEvent,
    outcome: ShopOutcome,
    now: Timestamp,
) -> StoreResult<bool> {
    let (outcome, why) = word(outcome);
    let (id, at) = (shop.id.to_string(), now.millis());
    Ok(exec!(tx, sql::EVENT_ADD, id, &event.external, &event.topic, outcome, why, at)? > 0)
}

impl Taking<'_> {
    async fn change(&mut self, change: &ShopChange) -> StoreResult<Done> {
        match change {
            ShopChange::Person(person) => self.person(person).await,
            ShopChange::Order(order) => self.order(order).await,
            ShopChange::Parcel(parcel) => self.parcel(parcel).await,
            ShopChange::Return(back) => self.back(back).await,
            ShopChange::Gone(order) => {
                if self.is_erased(order).await? {
                    return Ok(Done::Ignored("erased"));
                }
                let (brand, name) = (self.shop.brand.to_string(), self.shop.scoped(order));
                let gone = opt!(self.tx, IdRow, sql::ORDER_GONE, brand, name)?;
                Ok(self.touched(gone))
            }
        }
    }

    fn touched(&mut self, order: Option<IdRow>) -> Done {
        match order {
            Some(row) => {
                self.orders.push(row.id);
                Done::Yes
            }
            None => Done::Ignored("nothing_new"),
        }
    }

    /// A person, with the system's id of them as it is stored.
    fn scoped(&self, person: &Person) -> Person {
        let external_id = person.external_id.as_deref().map(|id| self.shop.customer(id));
        Person { external_id, ..person.clone() }
    }

    /// Whether whose order it was is forgotten: the shop must not bring them back.
    async fn is_erased(&mut self, order: &str) -> StoreResult<bool> {
        let (brand, name) = (self.shop.brand.to_string(), self.shop.scoped(order));
        Ok(opt!(self.tx, IdRow, sql::ORDER_ERASED, brand, name)?.is_some())
    }

    /// A moment as the shop tells it, from 1970 until soon: what is told of 2099 would be the last that is ever taken.
    fn sane(&self, at: Timestamp) -> Timestamp {
        at.clamp(Timestamp::from_millis(0), self.now.plus(AHEAD).max(Timestamp::from_millis(0)))
    }

    fn sane_shipment(&self, told: &Shipment) -> Shipment {
        Shipment {
            shipped_at: told.shipped_at.map(|at| self.sane(at)),
            delivered_at: told.delivered_at.map(|at| self.sane(at)),
            ..told.clone()
        }
    }

    async fn person(&mut self, person: &Person) -> StoreResult<Done> {
        let (person, id) = (self.scoped(person), CustomerId::new(self.ids.next()));
        let (found, changed) = put_person(&mut self.tx, self.shop.brand, id, &person, self.now).await?;
        if changed {
            self.customers.push(found.to_string());
        }
        Ok(Done::Yes)
    }

    async fn order(&mut self, told: &ShopOrder) -> StoreResult<Done> {
        let (brand, name) = (self.shop.brand, self.shop.scoped(&told.id));
        if self.is_erased(&told.id).await? {
            return Ok(Done::Ignored("erased"));
        }
        if told.total_minor.unsigned_abs() > MONEY.unsigned_abs() {
            return Ok(Done::Refused("amount_too_large"));
        }
        let changed_at = self.sane(told.changed_at);
        let known = opt!(self.tx, KnownRow, sql::ORDER_HOLD, brand.to_string(), &told.number)?;
        if known.as_ref().is_some_and(|known| known.external.as_ref().is_some_and(|other| *other != name)) {
            return Ok(Done::Refused("order_number_taken"));
        }
        let newer = known.as_ref().and_then(|known| known.changed_at);
        if newer.is_some_and(|newer| newer > changed_at.millis()) {
            return Ok(Done::Ignored("older"));
        }
        let Some(customer) = self.buyer(&told.buyer, known.as_ref()).await? else {
            return Ok(Done::Refused("order_without_customer"));
        };
        // What has arrived is on its way no more, whatever a shop's own step says.
        let arrived = known.as_ref().is_some_and(|known| known.status == OrderStatus::Delivered.as_str());
        let status = match told.status {
            OrderStatus::Shipped if arrived => OrderStatus::Delivered,
            status => status,
        };
        let order = Order {
            id: OrderId::new(self.ids.next()),
            brand,
            customer,
            number: told.number.clone(),
            status,
            ordered_at: self.sane(told.ordered_at),
            // Shop systems promise no day; one that somebody else told stays.
            due_at: known.and_then(|known| moment(known.due_at)),
            currency: told.currency.clone(),
            total_minor: told.total_minor,
            items: told.items.clone(),
            tracking_url: told.tracking_url.clone(),
            shipment: self.sane_shipment(&told.shipment),
        };
        let source = self.source();
        let row = OrderRow { order, buyer: Buyer::Known(customer), source, changed_at: Some(changed_at) };
        let mut counts = Counts::new(1)?;
        put_orders(&mut self.tx, brand, &[row], &mut counts).await?;
        self.orders.extend(counts.touched());
        exec!(self.tx, sql::ORDER_NAME, brand.to_string(), &told.number, name)?;
        Ok(Done::Yes)
    }

    /// Who bought: by the system's id, and a customer of theirs by an e-mail; a guest is whoever the order has already, or the
    /// very same guest as before. What the brand knows of them stays as it is: a name on an order may be whose door it goes to.
    async fn buyer(&mut self, person: &Person, known: Option<&KnownRow>) -> StoreResult<Option<CustomerId>> {
        let (person, brand) = (self.scoped(person), self.shop.brand);
        if person.external_id.is_none() && person.email.is_none() && person.phone.is_none() {
            return Ok(None);
        }
        let found = match (&person.external_id, known) {
            (None, Some(known)) => Some(parse(&known.customer_id)?),
            (None, None) => self.guest(&person).await?,
            (Some(_), _) => find(&mut self.tx, brand, &person).await?,
        };
        if let Some(found) = found {
            if self.complete(found, &person).await? {
                self.customers.push(found.to_string());
            }
            return Ok(Some(found));
        }
        // People without a unique key are made one at a time.
        opt!(self.tx, IdRow, directory::BRAND_HOLD, brand.to_string())?;
        let found = match &person.external_id {
            Some(_) => find(&mut self.tx, brand, &person).await?,
            None => self.guest(&person).await?,
        };
        if found.is_some() {
            return Ok(found);
        }
        let id = CustomerId::new(self.ids.next());
        let new = NewCustomer::new(id, brand, &person, self.now);
        exec!(self.tx, directory::CUSTOMERS_PUT, batch(&[new])?)?;
        let made = match &person.external_id {
            Some(_) => find(&mut self.tx, brand, &person).await?.unwrap_or(id),
            None => id,
        };
        crate::identity::alike(&mut self.tx, brand, made, self.now).await?;
        self.customers.push(made.to_string());
        Ok(Some(made))
    }

    /// The very same guest of an earlier order. Nobody confirmed the e-mail of a guest: it makes them nobody else.
    async fn guest(&mut self, person: &Person) -> StoreResult<Option<CustomerId>> {
        let (Some(email), Some(phone)) = (&person.email, &person.phone) else { return Ok(None) };
        let (brand, source) = (self.shop.brand.to_string(), self.source().as_str());
        let name = person.name.as_deref();
        let found = opt!(self.tx, IdRow, sql::GUEST, brand, name, email, phone, source)?;
        found.map(|row| parse(&row.id)).transpose()
    }

    const fn source(&self) -> OrderSource {
        match self.shop.kind {
            ShopKind::Shopify => OrderSource::Shopify,
            ShopKind::WooCommerce => OrderSource::WooCommerce,
        }
    }

    async fn complete(&mut self, customer: CustomerId, person: &Person) -> StoreResult<bool> {
        let completed = exec!(
            self.tx,
            sql::CUSTOMER_COMPLETE,
            customer.to_string(),
            person.external_id.as_deref(),
            person.name.as_deref(),
            person.name.as_deref().map(fold),
            person.email.as_deref(),
            person.phone.as_deref(),
            person.phone.as_deref().and_then(lara_core::text::phone_digits),
            person.language.map(Language::as_str),
            self.now.millis()
        )?;
        Ok(completed > 0)
    }

    async fn parcel(&mut self, parcel: &ShopParcel) -> StoreResult<Done> {
        if self.is_erased(&parcel.order).await? {
            return Ok(Done::Ignored("erased"));
        }
        let (shipment, changed_at) = (self.sane_shipment(&parcel.shipment), self.sane(parcel.changed_at));
        let name = OrderRef::External(self.shop.scoped(&parcel.order));
        if orders_named(&mut self.tx, self.shop.brand, std::iter::once(&name)).await?.is_empty() {
            return Ok(Done::Ignored("order_unknown"));
        }
        let travels = opt!(
            self.tx,
            IdRow,
            sql::ORDER_TRAVELS,
            self.shop.brand.to_string(),
            self.shop.scoped(&parcel.order),
            parcel.status.as_str(),
            parcel.tracking_url.as_deref(),
            shipment.carrier.as_deref(),
            shipment.number.as_deref(),
            shipment.shipped_at.map(Timestamp::millis),
            shipment.delivered_at.map(Timestamp::millis),
            changed_at.millis()
        )?;
        Ok(self.touched(travels))
    }

    async fn back(&mut self, told: &ShopReturn) -> StoreResult<Done> {
        if self.is_erased(&told.order).await? {
            return Ok(Done::Ignored("erased"));
        }
        if told.amount_minor.is_some_and(|amount| amount.unsigned_abs() > MONEY.unsigned_abs()) {
            return Ok(Done::Refused("amount_too_large"));
        }
        let back = Return {
            id: ReturnId::new(self.ids.next()),
            brand: self.shop.brand,
            // Ignored: the order is found by its name.
            order: OrderId::new(self.ids.next()),
            external: self.shop.scoped(&told.id),
            status: told.status,
            reason: told.reason.clone(),
            items: told.items.clone(),
            amount_minor: told.amount_minor,
            asked_at: self.sane(told.asked_at),
        };
        let of = OrderRef::External(self.shop.scoped(&told.order));
        let rows = [ReturnRow { back, of, changed_at: Some(self.sane(told.changed_at)) }];
        let mut counts = Counts::new(1)?;
        let (orders, unknown) =
            put_returns(&mut self.tx, self.shop.brand, &rows, &mut counts, self.now).await?;
        if !unknown.is_empty() {
            return Ok(Done::Ignored("order_unknown"));
        }
        if counts.touched().next().is_some() {
            self.orders.extend(orders);
        }
        Ok(Done::Yes)
    }

    /// Tells of everybody of whom something changed, and makes it all true.
    async fn end(mut self, event: &ShopEvent, outcome: ShopOutcome) -> StoreResult<()> {
        let (brand, now) = (self.shop.brand, self.now);
        let id = self.shop.id.to_string();
        if outcome != ShopOutcome::Taken {
            let (word, why) = word(outcome);
            exec!(self.tx, sql::EVENT_END, &id, &event.external, word, why)?;
        }
        people_moved(&mut self.tx, brand, directory::PEOPLE_MOVE, self.customers, now).await?;
        people_moved(&mut self.tx, brand, directory::BUYERS_MOVE, self.orders, now).await?;
        exec!(self.tx, sql::SHOP_HEARD, id, now.millis())?;
        self.tx.commit().await
    }
}
