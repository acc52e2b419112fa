//! What Shopify's webhooks mean (shopify.dev/docs/api/webhooks, REST shapes of Order, Fulfillment, Refund and Customer).
//! Pure and total: whatever comes is changes, nothing for us, or refused with a reason.

use super::said::{clean, count, currency, email, full_name, id, link, list, moment, money, page, text};
use lara_core::model::{Language, OrderItem, OrderStatus, ReturnStatus, Shipment, Timestamp};
use lara_core::ports::{Person, ShopChange, ShopNews, ShopOrder, ShopParcel, ShopReturn};
use serde_json::Value;

/// What an event of this topic means. `at` is when Shopify says that it happened.
pub(super) fn translate(topic: &str, body: &Value, at: Timestamp) -> ShopNews {
    let one =
        |change: Option<ShopChange>| change.map_or(UNREADABLE, |change| ShopNews::Changes(vec![change]));
    match topic {
        "orders/create"
        | "orders/updated"
        | "orders/paid"
        | "orders/fulfilled"
        | "orders/partially_fulfilled"
        | "orders/cancelled" => order(body),
        "orders/delete" => one(id(body, "id").map(ShopChange::Gone)),
        "fulfillments/create" | "fulfillments/update" => parcel(body)
            .map_or(ShopNews::Ignored("parcel_cancelled"), |parcel| one(Some(ShopChange::Parcel(parcel)))),
        "fulfillment_events/create" => parcel_event(body),
        "refunds/create" => one(refund(body, None).map(ShopChange::Return)),
        "returns/request" | "returns/approve" | "returns/decline" | "returns/cancel" | "returns/close"
        | "returns/reopen" | "returns/update" => one(back(body, at).map(ShopChange::Return)),
        "customers/create" | "customers/update" | "customers/enable" | "customers/disable" => {
            one(customer(body).map(ShopChange::Person))
        }
        // What an app of Shopify's must answer (shopify.dev/docs/apps/build/compliance/privacy-law-compliance).
        "customers/redact" => {
            body.get("customer").and_then(|who| id(who, "id")).map_or(UNREADABLE, ShopNews::Erase)
        }
        // The operator answers: a file about somebody goes to nobody on a webhook's word.
        "customers/data_request" => ShopNews::Refused("data_request"),
        // All of a brand's past is no webhook's to take: other systems and channels told it too.
        "shop/redact" => ShopNews::Refused("shop_redact"),
        _ => ShopNews::Ignored("topic"),
    }
}

/// A body that is not what its topic promises.
const UNREADABLE: ShopNews = ShopNews::Refused("unreadable");

fn order(body: &Value) -> ShopNews {
    let Some(order_id) = id(body, "id") else { return UNREADABLE };
    let (Some(number), Some(currency)) = (number(body), currency(body, "currency")) else {
        return UNREADABLE;
    };
    let Some(ordered_at) = moment(body, "processed_at").or_else(|| moment(body, "created_at")) else {
        return UNREADABLE;
    };
    let Some(total_minor) =
        money(body, "current_total_price", &currency).or_else(|| money(body, "total_price", &currency))
    else {
        return UNREADABLE;
    };
    let parcels: Vec<&Value> = list(body, "fulfillments").filter(|parcel| is_under_way(parcel)).collect();
    let changed_at = moment(body, "updated_at").unwrap_or(ordered_at);
    let order = ShopOrder {
        number,
        buyer: buyer(body),
        status: status(body, &parcels),
        ordered_at,
        changed_at,
        total_minor,
        items: list(body, "line_items").filter_map(item).collect(),
        tracking_url: parcels.last().and_then(|parcel| tracking_page(parcel)),
        shipment: shipment(&parcels),
        id: order_id.clone(),
        currency: currency.clone(),
    };
    let refunds = list(body, "refunds").filter_map(|one| refund(one, Some((&order_id, &currency))));
    let mut changes = vec![ShopChange::Order(Box::new(order))];
    changes.extend(refunds.map(ShopChange::Return));
    ShopNews::Changes(changes)
}

/// The number the customer knows: `#1001` is 1001, `MH-1001` stays.
fn number(order: &Value) -> Option<String> {
    let name = text(order, "name").or_else(|| id(order, "order_number"))?;
    clean(name.trim_start_matches('#'))
}

/// Money and parcels say together where an order is (shopify.dev: `financial_status`, `fulfillment_status`).
fn status(order: &Value, parcels: &[&Value]) -> OrderStatus {
    let word = |name| order.get(name).and_then(Value::as_str).unwrap_or_default();
    if order.get("cancelled_at").is_some_and(Value::is_string) {
        return OrderStatus::Cancelled;
    }
    match (word("financial_status"), word("fulfillment_status")) {
        ("refunded", _) => OrderStatus::Refunded,
        (_, "restocked") => OrderStatus::Returned,
        (_, "fulfilled") if !parcels.is_empty() && parcels.iter().all(|parcel| has_arrived(parcel)) => {
            OrderStatus::Delivered
        }
        (_, "fulfilled" | "partial") => OrderStatus::Shipped,
        ("paid" | "partially_paid" | "authorized" | "partially_refunded", _) => OrderStatus::Packing,
        _ => OrderStatus::Placed,
    }
}

/// Whether a fulfilment stands: those that failed or were taken back carry nothing.
fn is_under_way(parcel: &Value) -> bool {
    !matches!(parcel.get("status").and_then(Value::as_str), Some("cancelled" | "error" | "failure"))
}

fn has_arrived(parcel: &Value) -> bool {
    parcel.get("shipment_status").and_then(Value::as_str) == Some("delivered")
}

fn tracking_page(parcel: &Value) -> Option<String> {
    page(parcel, "tracking_url").or_else(|| link(first(parcel, "tracking_urls")?))
}

fn first<'a>(parcel: &'a Value, name: &str) -> Option<&'a str> {
    parcel.get(name)?.as_array()?.first()?.as_str()
}

/// How the latest parcel of an order travels, since the first left; it has arrived when all have.
fn shipment(parcels: &[&Value]) -> Shipment {
    let Some(last) = parcels.last() else { return Shipment::default() };
    let arrived = parcels.iter().all(|parcel| has_arrived(parcel));
    Shipment {
        carrier: text(last, "tracking_company"),
        number: text(last, "tracking_number").or_else(|| clean(first(last, "tracking_numbers")?)),
        shipped_at: parcels.iter().filter_map(|parcel| moment(parcel, "created_at")).min(),
        delivered_at: parcels
            .iter()
            .filter_map(|parcel| moment(parcel, "updated_at"))
            .max()
            .filter(|_| arrived),
    }
}

/// A line of an order; what was taken out of it again is none.
fn item(line: &Value) -> Option<OrderItem> {
    let quantity = count(line, "current_quantity").or_else(|| count(line, "quantity")).unwrap_or(1);
    let name = text(line, "name").or_else(|| text(line, "title"))?;
    (quantity > 0).then(|| OrderItem { name, quantity, sku: text(line, "sku") })
}

fn parcel(body: &Value) -> Option<ShopParcel> {
    let order = id(body, "order_id")?;
    if !is_under_way(body) {
        return None;
    }
    let shipment = shipment(&[body]);
    Some(ShopParcel {
        order,
        status: if has_arrived(body) { OrderStatus::Delivered } else { OrderStatus::Shipped },
        tracking_url: tracking_page(body),
        changed_at: moment(body, "updated_at").or(shipment.shipped_at)?,
        shipment,
    })
}

/// The carrier tells how far a parcel is. Only that it arrived is news; Shopify tells nothing else of it then.
fn parcel_event(body: &Value) -> ShopNews {
    let (Some(order), Some(at)) = (id(body, "order_id"), moment(body, "happened_at")) else {
        return UNREADABLE;
    };
    if body.get("status").and_then(Value::as_str) != Some("delivered") {
        return ShopNews::Ignored("parcel_on_its_way");
    }
    let shipment = Shipment { delivered_at: Some(at), ..Shipment::default() };
    let changed_at = moment(body, "updated_at").unwrap_or(at);
    let parcel =
        ShopParcel { order, status: OrderStatus::Delivered, tracking_url: None, shipment, changed_at };
    ShopNews::Changes(vec![ShopChange::Parcel(parcel)])
}

/// A refund; inside an order it does not say of which, nor in which currency.
fn refund(body: &Value, of: Option<(&str, &str)>) -> Option<ShopReturn> {
    let order = of.map(|(order, _)| order.to_owned()).or_else(|| id(body, "order_id"))?;
    let asked_at = moment(body, "created_at").or_else(|| moment(body, "processed_at"))?;
    let paid = |one: &&Value| {
        one.get("kind").and_then(Value::as_str) == Some("refund")
            && one.get("status").and_then(Value::as_str) == Some("success")
    };
    let amounts = list(body, "transactions").filter(paid).filter_map(|one| {
        let own = currency(one, "currency").or_else(|| of.map(|(_, currency)| currency.to_owned()))?;
        money(one, "amount", &own)
    });
    let amount_minor =
        amounts.clone().fold(None, |sum: Option<i64>, amount| Some(sum.unwrap_or(0).saturating_add(amount)));
    let items = list(body, "refund_line_items").filter_map(|line| {
        let quantity = count(line, "quantity").unwrap_or(1);
        let line = line.get("line_item")?;
        let name = text(line, "name").or_else(|| text(line, "title"))?;
        (quantity > 0).then(|| OrderItem { name, quantity, sku: text(line, "sku") })
    });
    Some(ShopReturn {
        id: format!("refund-{}", id(body, "id")?),
        order,
        status: if amount_minor.is_some() { ReturnStatus::Refunded } else { ReturnStatus::Received },
        reason: text(body, "note"),
        items: items.collect(),
        amount_minor,
        asked_at,
        changed_at: moment(body, "processed_at").unwrap_or(asked_at).max(asked_at),
    })
}

/// A return the customer asked for; the body has no time of its own.
fn back(body: &Value, at: Timestamp) -> Option<ShopReturn> {
    let order = id(body.get("order")?, "id")?;
    let status = match body.get("status").and_then(Value::as_str)? {
        "requested" => ReturnStatus::Asked,
        "open" => ReturnStatus::Approved,
        "closed" => ReturnStatus::Received,
        "declined" | "canceled" | "cancelled" => ReturnStatus::Refused,
        _ => return None,
    };
    let reason = list(body, "return_line_items").find_map(|line| text(line, "return_reason"));
    let items = list(body, "return_line_items").filter_map(|line| {
        let quantity = count(line, "quantity")?;
        let line = line.get("fulfillment_line_item")?.get("line_item")?;
        let name = text(line, "name").or_else(|| text(line, "title"))?;
        Some(OrderItem { name, quantity, sku: text(line, "sku") })
    });
    Some(ShopReturn {
        id: format!("return-{}", id(body, "id")?),
        order,
        status,
        reason,
        items: items.collect(),
        amount_minor: None,
        asked_at: at,
        changed_at: at,
    })
}

/// Who bought. What they agreed to in the shop is no consent to be written to here.
fn buyer(order: &Value) -> Person {
    let nobody = Value::Null;
    let part = |name| order.get(name).unwrap_or(&nobody);
    let (who, billing) = (part("customer"), part("billing_address"));
    let language = text(order, "customer_locale").as_deref().and_then(language);
    let family_first = comes_family_first(language, billing);
    Person {
        external_id: id(who, "id"),
        name: full_name(who, family_first)
            .or_else(|| full_name(billing, family_first))
            .or_else(|| text(billing, "name")),
        email: email(order, "email")
            .or_else(|| email(order, "contact_email"))
            .or_else(|| email(who, "email")),
        phone: text(order, "phone").or_else(|| text(who, "phone")).or_else(|| text(billing, "phone")),
        language,
        tier: None,
    }
}

fn customer(body: &Value) -> Option<Person> {
    let nobody = Value::Null;
    let address = body.get("default_address").unwrap_or(&nobody);
    let language = text(body, "locale").as_deref().and_then(language);
    Some(Person {
        external_id: Some(id(body, "id")?),
        name: full_name(body, comes_family_first(language, address)),
        email: email(body, "email"),
        phone: text(body, "phone").or_else(|| text(address, "phone")),
        language,
        tier: None,
    })
}

fn comes_family_first(language: Option<Language>, address: &Value) -> bool {
    let in_vietnam = address.get("country_code").and_then(Value::as_str) == Some("VN");
    language == Some(Language::Vietnamese) || (language.is_none() && in_vietnam)
}

/// The language a tag such as `vi-VN` begins with.
fn language(tag: &str) -> Option<Language> {
    tag.split(['-', '_']).next()?.to_ascii_lowercase().parse().ok()
}
