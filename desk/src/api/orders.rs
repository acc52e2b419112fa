//! Orders: lists, one by its number, upserts of one and of many.

use super::caller::Caller;
use super::check::{self, Check};
use super::customers::Paged;
use super::input::{At, Input, Nothing, Params};
use super::page::{Listing, Slice};
use super::problem::{Code, Problem};
use super::shape::{Written, moment, moment_if, order_status};
use crate::state::Shared;
use axum::Json;
use axum::extract::State;
use lara_core::model::{BrandId, CustomerId, Order, OrderId, OrderItem, OrderStatus, Shipment};
use lara_core::ports::{Buyer, OrderRow, OrderSource};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use utoipa::ToSchema;

/// Orders of one batch.
const BATCH: usize = 500;
/// Lines of one order.
const LINES: usize = 200;

/// A line of an order.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Pieces; 1 when it is left out.
    #[serde(default = "one")]
    #[schema(minimum = 1, default = 1)]
    quantity: u32,
    /// Stock keeping unit.
    #[schema(min_length = 1, max_length = 100)]
    sku: Option<String>,
}

const fn one() -> u32 {
    1
}

impl From<OrderItem> for Line {
    fn from(item: OrderItem) -> Self {
        Self { name: item.name, quantity: item.quantity, sku: item.sku }
    }
}

/// Lines as the model has them; what is wrong is said of `/items/n`.
pub(crate) fn lines(check: &mut Check, at: &str, lines: Vec<Line>) -> Vec<OrderItem> {
    if lines.len() > LINES {
        check.fault("items", format!("has more than {LINES} lines"));
        return Vec::new();
    }
    let mut items = Vec::with_capacity(lines.len());
    for (n, line) in lines.into_iter().enumerate() {
        check.enter(format!("{at}/items/{n}"));
        if line.quantity == 0 {
            check.fault("quantity", "is zero");
        }
        let name = check.needed("name", &line.name, check::NAME);
        items.push(OrderItem { name, quantity: line.quantity, sku: check.text("sku", line.sku, check::ID) });
    }
    check.enter(at);
    items
}

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderView {
    #[schema(format = Uuid)]
    id: String,
    /// The number the customer knows.
    number: String,
    #[schema(format = Uuid)]
    customer_id: String,
    #[schema(schema_with = order_status)]
    status: String,
    #[schema(format = DateTime)]
    ordered_at: String,
    /// When it should arrive, if that was promised.
    #[schema(format = DateTime)]
    due_at: Option<String>,
    /// ISO 4217.
    currency: String,
    /// In the currency's smallest unit.
    total_minor: i64,
    items: Vec<Line>,
    tracking_url: Option<String>,
    carrier: Option<String>,
    /// The carrier's number of it.
    tracking_number: Option<String>,
    #[schema(format = DateTime)]
    shipped_at: Option<String>,
    #[schema(format = DateTime)]
    delivered_at: Option<String>,
}

impl From<Order> for OrderView {
    fn from(order: Order) -> Self {
        Self {
            id: order.id.to_string(),
            number: order.number,
            customer_id: order.customer.to_string(),
            status: order.status.to_string(),
            ordered_at: moment(order.ordered_at),
            due_at: moment_if(order.due_at),
            currency: order.currency,
            total_minor: order.total_minor,
            items: order.items.into_iter().map(Line::from).collect(),
            tracking_url: order.tracking_url,
            carrier: order.shipment.carrier,
            tracking_number: order.shipment.number,
            shipped_at: moment_if(order.shipment.shipped_at),
            delivered_at: moment_if(order.shipment.delivered_at),
        }
    }
}

/// An order as the shop tells it. Exactly one of `customer_external_id` and `customer_id` names who bought.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderInput {
    /// The number the customer knows. Needed in a batch; beside a path it may be left out.
    #[schema(min_length = 1, max_length = 100)]
    number: Option<String>,
    #[schema(min_length = 1, max_length = 100)]
    customer_external_id: Option<String>,
    #[schema(format = Uuid)]
    customer_id: Option<CustomerText>,
    #[schema(schema_with = order_status)]
    status: OrderStatus,
    #[schema(format = DateTime)]
    ordered_at: String,
    #[schema(format = DateTime)]
    due_at: Option<String>,
    /// ISO 4217.
    #[schema(min_length = 3, max_length = 3, pattern = "^[A-Za-z]{3}$")]
    currency: String,
    /// In the currency's smallest unit.
    #[schema(minimum = 0, maximum = 100_000_000_000_000_i64)]
    total_minor: i64,
    #[serde(default)]
    #[schema(max_items = 200)]
    items: Vec<Line>,
    /// The carrier's page. Once known it stays until another is told; the same holds for the four below.
    #[schema(format = Uri, max_length = 2000)]
    tracking_url: Option<String>,
    #[schema(min_length = 1, max_length = 200)]
    carrier: Option<String>,
    #[schema(min_length = 1, max_length = 100)]
    tracking_number: Option<String>,
    #[schema(format = DateTime)]
    shipped_at: Option<String>,
    #[schema(format = DateTime)]
    delivered_at: Option<String>,
    /// When the shop changed it last, by its own clock: what is older than what is stored changes nothing.
    #[schema(format = DateTime)]
    changed_at: Option<String>,
}

/// An id as text, read later so that everything wrong is told together.
type CustomerText = String;

fn buyer(check: &mut Check, input: &OrderInput) -> Option<Buyer> {
    match (&input.customer_external_id, &input.customer_id) {
        (Some(external), None) => {
            Some(Buyer::External(check.needed("customer_external_id", external, check::ID)))
        }
        (None, Some(id)) => {
            let id = id.parse::<CustomerId>();
            if id.is_err() {
                check.fault("customer_id", "is no id");
            }
            id.ok().map(Buyer::Known)
        }
        (Some(_), Some(_)) => {
            check.fault("customer_id", "stands beside customer_external_id: name one of them");
            None
        }
        (None, None) => {
            check.fault("customer_external_id", "is missing, and customer_id, too: name one of them");
            None
        }
    }
}

/// An order as the model has it; `None` where something was wrong, which `check` knows.
fn read(
    check: &mut Check,
    at: &str,
    brand: BrandId,
    id: OrderId,
    number: &str,
    input: OrderInput,
) -> Option<OrderRow> {
    check.enter(at);
    let buyer = buyer(check, &input);
    let shipped_at = check.moment_if("shipped_at", input.shipped_at.as_ref());
    let delivered_at = check.moment_if("delivered_at", input.delivered_at.as_ref());
    let order = Order {
        id,
        brand,
        // Ignored: the buyer says whose it is.
        customer: CustomerId::new(id.get()),
        number: number.to_owned(),
        status: input.status,
        ordered_at: check.moment("ordered_at", &input.ordered_at),
        due_at: check.moment_if("due_at", input.due_at.as_ref()),
        currency: check.currency("currency", &input.currency),
        total_minor: check.money("total_minor", input.total_minor),
        tracking_url: check.page("tracking_url", input.tracking_url),
        shipment: Shipment {
            carrier: check.text("carrier", input.carrier, check::NAME),
            number: check.text("tracking_number", input.tracking_number, check::ID),
            shipped_at,
            delivered_at,
        },
        items: lines(check, at, input.items),
    };
    let changed_at = check.moment_if("changed_at", input.changed_at.as_ref());
    buyer.map(|buyer| OrderRow { order, buyer, source: OrderSource::Api, changed_at })
}

#[utoipa::path(
    get, path = "/api/v1/orders", tag = "orders", operation_id = "list_orders", params(Paged),
    summary = "List orders", security(("token" = ["read"])),
    responses((status = 200, description = "A page of orders", body = Listing<OrderView>)),
)]
pub(crate) async fn list(
    State(state): State<Shared>,
    caller: Caller,
    Params(query): Params<Paged>,
) -> Result<Json<Listing<OrderView>>, Problem> {
    let slice = Slice::read(query.limit, query.after.as_deref())?;
    let rows = state.pages.list_orders(caller.brand()?, slice.behind(OrderId::new), slice.rows()).await?;
    Ok(Json(slice.page(rows, |row| row.id.get(), OrderView::from)))
}

#[utoipa::path(
    get, path = "/api/v1/orders/{number}", tag = "orders", operation_id = "get_order",
    params(("number" = String, Path, min_length = 1, max_length = 100, description = "The number as it was put")),
    summary = "An order", security(("token" = ["read"])),
    responses((status = 200, description = "The order", body = OrderView)),
)]
pub(crate) async fn show(
    State(state): State<Shared>,
    caller: Caller,
    At(number): At<String>,
    _: Params<Nothing>,
) -> Result<Json<OrderView>, Problem> {
    let number = check::in_path("number", &number)?;
    let order = state.pages.order(caller.brand()?, &number).await?;
    order.map(|order| Json(order.into())).ok_or_else(|| Problem::new(Code::NotFound))
}

/// Whom a brand does not know cannot have bought: a row that names such a customer by our id.
async fn stranger(state: &Shared, brand: BrandId, row: &OrderRow) -> Result<bool, Problem> {
    match row.buyer {
        Buyer::Known(id) => Ok(state.pages.person(brand, id).await?.is_none()),
        Buyer::External(_) => Ok(false),
    }
}

#[utoipa::path(
    put, path = "/api/v1/orders/{number}", tag = "orders", operation_id = "put_order",
    params(("number" = String, Path, min_length = 1, max_length = 100, description = "The number the customer knows")),
    summary = "Add an order, or change it", security(("token" = ["write"])), request_body = OrderInput,
    responses(
        (status = 200, description = "Changed, or so already", body = Written),
        (status = 201, description = "Added", body = Written),
    ),
)]
pub(crate) async fn put(
    State(state): State<Shared>,
    caller: Caller,
    At(number): At<String>,
    _: Params<Nothing>,
    Input(input): Input<OrderInput>,
) -> Result<Written, Problem> {
    let brand = caller.brand()?;
    let number = check::in_path("number", &number)?;
    let mut check = Check::default();
    if input.number.as_ref().is_some_and(|named| check::tidy(named, check::ID).as_ref() != Ok(&number)) {
        check.fault("number", "is not the number of the path");
    }
    let row = read(&mut check, "", brand, OrderId::new(state.ids.next()), &number, input);
    check.done()?;
    let unknown =
        || Problem::field("/customer_external_id", "is no customer of this brand: put the customer first");
    let row = row.ok_or_else(unknown)?;
    if stranger(&state, brand, &row).await? {
        return Err(Problem::field("/customer_id", "is no customer of this brand"));
    }
    let (imported, unknown_rows) = state.directory.put_orders(brand, vec![row], state.clock.now()).await?;
    if !unknown_rows.is_empty() {
        return Err(unknown());
    }
    let order = state.pages.order(brand, &number).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(Written { id: order.id.to_string(), outcome: imported.into() })
}

/// Up to 500 orders.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Batch {
    #[schema(min_items = 1, max_items = 500)]
    orders: Vec<OrderInput>,
}

/// What became of one order of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum BatchResult {
    /// It stands as it was sent.
    Written,
    /// Its customer is unknown: put the customer first and send it again.
    UnknownCustomer,
}

/// One order of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchItem {
    /// Its place in the batch, from 0.
    index: usize,
    result: BatchResult,
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BatchDone {
    /// New orders.
    added: u64,
    /// Orders that were there and are different now.
    changed: u64,
    /// Orders that were so already.
    unchanged: u64,
    /// A result an order, in their order.
    results: Vec<BatchItem>,
}

#[utoipa::path(
    put, path = "/api/v1/orders:batch", tag = "orders", operation_id = "put_orders",
    summary = "Add or change up to 500 orders", security(("token" = ["write"])), request_body = Batch,
    description = "One transaction. If a field of any order is wrong, nothing is written and every fault is named. Otherwise all orders \
                   are written but those whose customer is unknown, which `results` names.",
    responses((status = 200, description = "What became of each", body = BatchDone)),
)]
pub(crate) async fn batch(
    State(state): State<Shared>,
    caller: Caller,
    _: Params<Nothing>,
    Input(input): Input<Batch>,
) -> Result<Json<BatchDone>, Problem> {
    let brand = caller.brand()?;
    if !(1..=BATCH).contains(&input.orders.len()) {
        return Err(Problem::field("/orders", format!("does not have 1 to {BATCH} orders")));
    }
    let mut check = Check::default();
    let mut rows = Vec::with_capacity(input.orders.len());
    let mut numbers = HashSet::new();
    for (n, order) in input.orders.into_iter().enumerate() {
        let at = format!("/orders/{n}");
        check.enter(at.as_str());
        let number = check.needed("number", order.number.as_deref().unwrap_or_default(), check::ID);
        if !numbers.insert(number.clone()) {
            check.fault("number", "stands twice in the batch");
        }
        rows.extend(read(&mut check, &at, brand, OrderId::new(state.ids.next()), &number, order));
    }
    check.done()?;
    let mut results: Vec<_> =
        (0..rows.len()).map(|index| BatchItem { index, result: BatchResult::Written }).collect();
    let mut known = Vec::with_capacity(rows.len());
    for (index, row) in rows.into_iter().enumerate() {
        if stranger(&state, brand, &row).await? {
            unknown(&mut results, index);
        } else {
            known.push((index, row));
        }
    }
    let (places, rows): (Vec<_>, Vec<_>) = known.into_iter().unzip();
    let (imported, missing) = state.directory.put_orders(brand, rows, state.clock.now()).await?;
    for place in missing.into_iter().filter_map(|row| places.get(row)) {
        unknown(&mut results, *place);
    }
    let (added, changed, unchanged) = (imported.added, imported.changed, imported.unchanged);
    Ok(Json(BatchDone { added, changed, unchanged, results }))
}

fn unknown(results: &mut [BatchItem], index: usize) {
    if let Some(item) = results.get_mut(index) {
        item.result = BatchResult::UnknownCustomer;
    }
}
