//! What `WooCommerce`'s webhooks mean (developer.woocommerce.com/docs/apis/rest-api/v3: Orders, Customers, Webhooks).
//! Pure and total: whatever comes is changes, nothing for us, or refused with a reason.

use super::said::{clean, count, currency, email, full_name, id, link, list, money, text, when};
use lara_core::model::{OrderItem, OrderStatus, ReturnStatus, Shipment, Timestamp};
use lara_core::ports::{Person, ShopChange, ShopNews, ShopOrder, ShopReturn};
use serde_json::Value;

/// Where the extension Shipment Tracking, and those that follow it, keep parcels.
const PARCELS: &str = "_wc_shipment_tracking_items";

/// A body that is not what its topic promises.
const UNREADABLE: ShopNews = ShopNews::Refused("unreadable");

/// What an event of this topic means.
pub(super) fn translate(topic: &str, body: &Value) -> ShopNews {
    // The user a webhook delivers as may not read what it is about.
    if body.get("code").and_then(Value::as_str).is_some_and(|code| code.starts_with("woocommerce_rest_")) {
        return ShopNews::Refused("webhook_user_may_not_read");
    }
    match topic {
        "order.created" | "order.updated" | "order.restored" => order(body),
        "order.deleted" => {
            id(body, "id").map_or(UNREADABLE, |id| ShopNews::Changes(vec![ShopChange::Gone(id)]))
        }
        "customer.created" | "customer.updated" => {
            customer(body).map_or(UNREADABLE, |person| ShopNews::Changes(vec![ShopChange::Person(person)]))
        }
        _ => ShopNews::Ignored("topic"),
    }
}

fn order(body: &Value) -> ShopNews {
    let Some(order_id) = id(body, "id") else { return UNREADABLE };
    let Some(number) = text(body, "number").and_then(|number| clean(number.trim_start_matches('#'))) else {
        return UNREADABLE;
    };
    let Some(currency) = currency(body, "currency") else { return UNREADABLE };
    let Some(ordered_at) = gmt(body, "date_created") else { return UNREADABLE };
    let Some(total_minor) = money(body, "total", &currency) else { return UNREADABLE };
    let Some(status) = status(body) else { return ShopNews::Ignored("draft") };
    let changed_at = gmt(body, "date_modified").unwrap_or(ordered_at);
    let parcel = parcel(body);
    let shipped = matches!(status, OrderStatus::Shipped | OrderStatus::Delivered);
    let completed = gmt(body, "date_completed").filter(|_| shipped);
    let order = ShopOrder {
        number,
        buyer: buyer(body),
        status,
        ordered_at,
        changed_at,
        total_minor,
        items: list(body, "line_items").filter_map(item).collect(),
        tracking_url: parcel.as_ref().and_then(|parcel| parcel.page.clone()),
        shipment: Shipment {
            carrier: parcel.as_ref().and_then(|parcel| parcel.carrier.clone()),
            number: parcel.as_ref().and_then(|parcel| parcel.number.clone()),
            shipped_at: parcel.and_then(|parcel| parcel.shipped_at).or(completed),
            delivered_at: None,
        },
        id: order_id.clone(),
        currency: currency.clone(),
    };
    let refunds = list(body, "refunds").filter_map(|one| refund(one, &order_id, &currency, changed_at));
    let mut changes = vec![ShopChange::Order(Box::new(order))];
    changes.extend(refunds.map(ShopChange::Return));
    ShopNews::Changes(changes)
}

/// Where an order is; `None` while it is only being written. "Completed" is what shops set when a parcel leaves: that it
/// arrived, nobody told.
fn status(order: &Value) -> Option<OrderStatus> {
    let word = order.get("status").and_then(Value::as_str).unwrap_or_default();
    let paid = gmt(order, "date_paid").is_some();
    Some(match word.strip_prefix("wc-").unwrap_or(word) {
        "checkout-draft" | "auto-draft" | "draft" => return None,
        "processing" => OrderStatus::Packing,
        "completed" | "shipped" | "partial-shipped" => OrderStatus::Shipped,
        "delivered" => OrderStatus::Delivered,
        "cancelled" | "trash" => OrderStatus::Cancelled,
        "refunded" => OrderStatus::Refunded,
        "returned" => OrderStatus::Returned,
        "pending" | "on-hold" | "failed" => OrderStatus::Placed,
        // A status of the shop's own: whether it is paid says which side of packing it stands on.
        _ if paid => OrderStatus::Packing,
        _ => OrderStatus::Placed,
    })
}

/// A time: the GMT one where it is told.
fn gmt(value: &Value, name: &str) -> Option<Timestamp> {
    when(value.get(format!("{name}_gmt"))?.as_str()?)
}

struct Parcel {
    carrier: Option<String>,
    number: Option<String>,
    page: Option<String>,
    shipped_at: Option<Timestamp>,
}

fn parcel(order: &Value) -> Option<Parcel> {
    let meta =
        list(order, "meta_data").find(|meta| meta.get("key").and_then(Value::as_str) == Some(PARCELS))?;
    let last = meta.get("value")?.as_array()?.last()?;
    let shipped_at = match last.get("date_shipped")? {
        Value::Number(seconds) => seconds.as_i64(),
        Value::String(seconds) => seconds.trim().parse().ok(),
        _ => None,
    };
    Some(Parcel {
        carrier: text(last, "custom_tracking_provider").or_else(|| text(last, "tracking_provider")),
        number: text(last, "tracking_number"),
        page: last.get("custom_tracking_link").and_then(Value::as_str).and_then(link),
        shipped_at: shipped_at.and_then(|at| at.checked_mul(1_000)).map(Timestamp::from_millis),
    })
}

fn item(line: &Value) -> Option<OrderItem> {
    let quantity = count(line, "quantity").unwrap_or(1);
    let name = text(line, "name")?;
    (quantity > 0).then(|| OrderItem { name, quantity, sku: text(line, "sku") })
}

/// Money that went back: its total is told as a negative amount, its time is that of the order's change.
fn refund(refund: &Value, order: &str, currency: &str, at: Timestamp) -> Option<ShopReturn> {
    Some(ShopReturn {
        id: format!("refund-{}", id(refund, "id")?),
        order: order.to_owned(),
        status: ReturnStatus::Refunded,
        reason: text(refund, "reason"),
        items: Vec::new(),
        amount_minor: money(refund, "total", currency).map(i64::abs),
        asked_at: at,
        changed_at: at,
    })
}

/// Who bought: with an account, or as a guest by what they typed.
fn buyer(order: &Value) -> Person {
    let nobody = Value::Null;
    let billing = order.get("billing").unwrap_or(&nobody);
    Person {
        external_id: id(order, "customer_id"),
        name: full_name(billing, in_vietnam(billing)),
        email: email(billing, "email"),
        phone: text(billing, "phone"),
        language: None,
        tier: None,
    }
}

fn customer(body: &Value) -> Option<Person> {
    let nobody = Value::Null;
    let billing = body.get("billing").unwrap_or(&nobody);
    Some(Person {
        external_id: Some(id(body, "id")?),
        name: full_name(body, in_vietnam(billing)).or_else(|| full_name(billing, in_vietnam(billing))),
        email: email(body, "email").or_else(|| email(billing, "email")),
        phone: text(billing, "phone"),
        language: None,
        tier: None,
    })
}

fn in_vietnam(billing: &Value) -> bool {
    billing.get("country").and_then(Value::as_str) == Some("VN")
}
