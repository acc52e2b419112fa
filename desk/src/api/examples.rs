//! A body for every operation that takes one: in the document, on the page, and tried by a test against a shop.

use serde_json::{Value, json};

/// The example of an operation.
pub(crate) fn body(operation: &str) -> Option<Value> {
    let order = || {
        json!({
            "customer_external_id": "KH-1", "status": "shipped", "ordered_at": "2026-11-20T09:00:00+07:00",
            "due_at": "2026-11-24T18:00:00+07:00", "currency": "VND", "total_minor": 420_000,
            "items": [{ "name": "Áo lụa", "quantity": 2, "sku": "AL-M" }], "carrier": "GHN", "tracking_number": "GHN123",
            "tracking_url": "https://ship.example/GHN123",
        })
    };
    let numbered = |number: &str| {
        let mut order = order();
        if let Some(fields) = order.as_object_mut() {
            fields.insert("number".to_owned(), number.into());
        }
        order
    };
    Some(match operation {
        "put_customer" => json!({
            "name": "Nguyễn Thị Lan", "email": "lan@example.com", "phone": "0912 345 678", "language": "vi", "tier": "gold",
            "preferences": { "size": "M", "address_form": "chị" },
        }),
        "correct_customer" => json!({ "phone": "+84 912 345 679", "tier": null }),
        "put_order" => order(),
        "put_orders" => json!({ "orders": [numbered("MH-1"), numbered("MH-2")] }),
        "put_product" => json!({
            "name": "Áo lụa", "category": "Áo", "price_minor": 210_000, "currency": "VND", "stock": 12,
            "url": "https://shop.example/ao-lua",
        }),
        "put_return" => json!({
            "order_number": "MH-1", "status": "approved", "reason": "Too small", "asked_at": "2026-11-25T10:00:00+07:00",
            "items": [{ "name": "Áo lụa", "quantity": 1 }], "amount_minor": 210_000,
        }),
        "put_preference" => json!({ "value": "M" }),
        "put_consent" => json!({ "messages": false }),
        "merge_customers" => json!({ "other": "0190a0a0-0000-7000-8000-000000000002" }),
        "write_message" => json!({
            "customer_id": "0190a0a0-0000-7000-8000-000000000001", "text": "Đơn MH-1 của chị đã tới bưu cục ạ.",
        }),
        _ => return None,
    })
}
