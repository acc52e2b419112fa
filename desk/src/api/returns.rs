//! What goes back to the shop.

use super::caller::Caller;
use super::check::{self, Check};
use super::customers::person;
use super::input::{At, Input, Nothing, Params};
use super::orders::{Line, lines};
use super::problem::Problem;
use super::shape::{Done, Outcome, moment, return_status};
use crate::state::Shared;
use axum::Json;
use axum::extract::State;
use lara_core::model::{CustomerId, OrderId, Return, ReturnId, ReturnStatus};
use lara_core::ports::{OrderRef, ReturnRow};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something that goes back, or its money.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReturnView {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    order_id: String,
    /// The shop's own id of it.
    external_id: String,
    #[schema(schema_with = return_status)]
    status: String,
    reason: Option<String>,
    items: Vec<Line>,
    /// In the smallest unit of the order's currency.
    amount_minor: Option<i64>,
    #[schema(format = DateTime)]
    asked_at: String,
}

impl From<Return> for ReturnView {
    fn from(back: Return) -> Self {
        Self {
            id: back.id.to_string(),
            order_id: back.order.to_string(),
            external_id: back.external,
            status: back.status.to_string(),
            reason: back.reason,
            items: back.items.into_iter().map(Line::from).collect(),
            amount_minor: back.amount_minor,
            asked_at: moment(back.asked_at),
        }
    }
}

/// The returns of a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Returns {
    /// The newest first; at most 50.
    items: Vec<ReturnView>,
}

#[utoipa::path(
    get, path = "/api/v1/customers/{id}/returns", tag = "customers", operation_id = "list_customer_returns",
    params(("id" = String, Path, format = Uuid, description = "Any customer of the person")),
    summary = "What a person sends back", security(("token" = ["read"])),
    responses((status = 200, description = "The latest returns", body = Returns)),
)]
pub(crate) async fn list(
    State(state): State<Shared>,
    caller: Caller,
    At(id): At<CustomerId>,
    _: Params<Nothing>,
) -> Result<Json<Returns>, Problem> {
    let person = person(&state, &caller, id).await?;
    let rows = state.directory.returns_of(caller.brand()?, person).await?;
    Ok(Json(Returns { items: rows.into_iter().map(ReturnView::from).collect() }))
}

/// A return as the shop tells it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReturnInput {
    /// The number of the order, as it was put.
    #[schema(min_length = 1, max_length = 100)]
    order_number: String,
    #[schema(schema_with = return_status)]
    status: ReturnStatus,
    #[schema(min_length = 1, max_length = 2000)]
    reason: Option<String>,
    #[serde(default)]
    #[schema(max_items = 200)]
    items: Vec<Line>,
    /// In the smallest unit of the order's currency.
    #[schema(minimum = 0, maximum = 100_000_000_000_000_i64)]
    amount_minor: Option<i64>,
    #[schema(format = DateTime)]
    asked_at: String,
    /// When the shop changed it last, by its own clock: what is older than what is stored changes nothing.
    #[schema(format = DateTime)]
    changed_at: Option<String>,
}

#[utoipa::path(
    put, path = "/api/v1/returns/{external_id}", tag = "orders", operation_id = "put_return",
    params(("external_id" = String, Path, min_length = 1, max_length = 100, description = "The shop's own id of it")),
    summary = "Add a return, or change it", security(("token" = ["write"])), request_body = ReturnInput,
    responses((status = 200, description = "Added, changed, or so already", body = Done)),
)]
pub(crate) async fn put(
    State(state): State<Shared>,
    caller: Caller,
    At(external): At<String>,
    _: Params<Nothing>,
    Input(input): Input<ReturnInput>,
) -> Result<Json<Done>, Problem> {
    let brand = caller.brand()?;
    let external = check::in_path("external_id", &external)?;
    let mut check = Check::default();
    let number = check.needed("order_number", &input.order_number, check::ID);
    let id = state.ids.next();
    let back = Return {
        id: ReturnId::new(id),
        brand,
        // Ignored: the number says which.
        order: OrderId::new(id),
        external,
        status: input.status,
        reason: check.text("reason", input.reason, check::LONG),
        amount_minor: input.amount_minor.map(|minor| check.money("amount_minor", minor)),
        asked_at: check.moment("asked_at", &input.asked_at),
        items: lines(&mut check, "", input.items),
    };
    let changed_at = check.moment_if("changed_at", input.changed_at.as_ref());
    check.done()?;
    let row = ReturnRow { back, of: OrderRef::Number(number), changed_at };
    let (imported, unknown) = state.directory.put_returns(brand, vec![row], state.clock.now()).await?;
    if !unknown.is_empty() {
        return Err(Problem::field("/order_number", "is no order of this brand: put the order first"));
    }
    Ok(Json(Done { outcome: Outcome::from(imported) }))
}
