//! What a stage is furnished with: orders, products, facts, a conversation nobody has spoken in.

use super::fakes::FakeClock;
use crate::model::{
    Address, AddressId, BrandId, Channel, ChannelId, ChannelKind, Conversation, ConversationId, Customer,
    CustomerId, Delivery, DeliveryOption, Escalation, EscalationId, EscalationReason, EscalationState,
    FactSheet, Language, Level, Links, Order, OrderId, OrderItem, OrderStatus, Owner, Priority, Product,
    ProductId, Return, ReturnId, ReturnStatus, Shipment, Timestamp,
};
use crate::ports::{Clock, Memory, Pace, Proof};
use uuid::Uuid;

/// One day.
const DAY: i64 = 86_400_000;

/// An order of the person on stage, due in two days.
#[must_use]
pub fn order(number: &str, status: OrderStatus, items: &[&str]) -> Order {
    let now = FakeClock::default().now().millis();
    Order {
        id: OrderId::new(Uuid::from_u128(1)),
        brand: BrandId::new(Uuid::from_u128(1)),
        customer: CustomerId::new(Uuid::from_u128(1)),
        number: number.to_owned(),
        status,
        ordered_at: Timestamp::from_millis(now - 3 * DAY),
        due_at: Some(Timestamp::from_millis(now + 2 * DAY)),
        currency: "VND".to_owned(),
        total_minor: 475_000,
        items: items
            .iter()
            .map(|name| OrderItem { name: (*name).to_owned(), quantity: 1, sku: None })
            .collect(),
        tracking_url: Some(format!("https://track.example.vn/{number}")),
        shipment: Shipment::default(),
    }
}

/// A product in stock.
#[must_use]
pub fn product(sku: &str, name: &str) -> Product {
    Product {
        id: ProductId::new(Uuid::from_u128(1)),
        brand: BrandId::new(Uuid::from_u128(1)),
        sku: sku.to_owned(),
        name: name.to_owned(),
        category: None,
        price_minor: 185_000,
        currency: "VND".to_owned(),
        stock: Some(12),
        url: Some(format!("https://shop.example.vn/{sku}")),
        description: Some("Men tự nhiên, dùng được trong lò vi sóng.".to_owned()),
    }
}

pub(super) fn sheet(language: Language) -> FactSheet {
    let vietnamese = language == Language::Vietnamese;
    let say = |vi: &str, en: &str| Some(if vietnamese { vi } else { en }.to_owned());
    FactSheet {
        address: say("18 ngõ Hoa Nhài, Hà Nội", "18 Hoa Nhai Lane, Hanoi"),
        hours: say("9:00–21:00 tất cả các ngày", "9:00–21:00 every day"),
        phone: Some("024 3555 0188".to_owned()),
        email: None,
        delivery: vec![DeliveryOption {
            name: if vietnamese { "Toàn quốc" } else { "Nationwide" }.to_owned(),
            fee: "35.000 ₫".to_owned(),
            days: if vietnamese { "2–4 ngày" } else { "2–4 days" }.to_owned(),
        }],
        payment_methods: vec!["MoMo".to_owned(), "COD".to_owned()],
        return_days: Some(30),
        return_terms: None,
        promotion: None,
        invoice: None,
        refund_time: say("3–5 ngày làm việc.", "3–5 working days."),
        links: Links { account: Some("https://shop.example.vn/account".to_owned()), ..Links::default() },
    }
}

/// A customer of whom nothing is known.
pub(super) const fn nobody(id: CustomerId, brand: BrandId) -> Customer {
    Customer {
        id,
        brand,
        external_id: None,
        name: None,
        email: None,
        phone: None,
        language: None,
        tier: None,
        opted_out_at: None,
        rev: 1,
    }
}

pub(super) fn conversation(id: Uuid, now: Timestamp) -> Conversation {
    Conversation {
        id: ConversationId::new(id),
        brand: BrandId::new(id),
        channel: ChannelId::new(id),
        address: AddressId::new(id),
        owner: Owner::Bot,
        epoch: 0,
        rev: 1,
        agent: None,
        language: None,
        open_question: None,
        misses: 0,
        last_seq: 0,
        last_in_seq: 0,
        done_seq: 0,
        created_at: now,
        last_at: now,
    }
}

pub(super) fn memory(id: Uuid) -> Memory {
    Memory {
        channel: Channel::new(ChannelId::new(id), BrandId::new(id), ChannelKind::Web, "web", Delivery::Pull),
        address: Address {
            id: AddressId::new(id),
            brand: BrandId::new(id),
            channel: ChannelId::new(id),
            external: "visitor".to_owned(),
            customer: None,
            level: Level::Anonymous,
            opted_out_at: None,
            name: None,
            language: None,
            unreachable_at: None,
        },
        customer: None,
        orders: Vec::new(),
        returns: Vec::new(),
        preferences: Vec::new(),
        forgotten: Vec::new(),
        escalation: None,
        answered_before: false,
        returning: false,
        last_bot_text: None,
        pace: Pace::default(),
        elsewhere: None,
        proof: Proof::Nothing,
    }
}

/// The return of an order, asked for a day ago.
pub(super) fn sent_back(order: &Order, status: ReturnStatus) -> Return {
    Return {
        id: ReturnId::new(Uuid::from_u128(1)),
        brand: order.brand,
        order: order.id,
        external: "r-1".to_owned(),
        status,
        reason: None,
        items: order.items.clone(),
        amount_minor: Some(order.total_minor),
        asked_at: Timestamp::from_millis(FakeClock::default().now().millis() - DAY),
    }
}

/// What waits in another conversation of the person since yesterday.
pub(super) fn elsewhere(here: &Conversation, reason: EscalationReason, priority: Priority) -> Escalation {
    let opened_at = Timestamp::from_millis(FakeClock::default().now().millis() - DAY);
    Escalation {
        id: EscalationId::new(Uuid::from_u128(7)),
        brand: here.brand,
        conversation: ConversationId::new(Uuid::from_u128(7)),
        reason,
        priority,
        severity: 60,
        state: EscalationState::Open,
        opened_at,
        due_at: opened_at,
        agent: None,
    }
}
