//! Products: lists, one by its stock keeping unit, upserts.

use super::caller::Caller;
use super::check::{self, Check};
use super::customers::Paged;
use super::input::{At, Input, Nothing, Params};
use super::page::{Listing, Slice};
use super::problem::{Code, Problem};
use super::shape::Written;
use crate::state::Shared;
use axum::Json;
use axum::extract::State;
use lara_core::model::{Product, ProductId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The most pieces that can be in stock.
const STOCK: i64 = 1_000_000_000;

/// A product.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProductView {
    #[schema(format = Uuid)]
    id: String,
    /// Stock keeping unit.
    sku: String,
    name: String,
    category: Option<String>,
    /// In the currency's smallest unit.
    price_minor: i64,
    /// ISO 4217.
    currency: String,
    /// Pieces; null when the shop does not count.
    stock: Option<i64>,
    url: Option<String>,
    description: Option<String>,
}

impl From<Product> for ProductView {
    fn from(product: Product) -> Self {
        Self {
            id: product.id.to_string(),
            sku: product.sku,
            name: product.name,
            category: product.category,
            price_minor: product.price_minor,
            currency: product.currency,
            stock: product.stock,
            url: product.url,
            description: product.description,
        }
    }
}

/// A product as the shop tells it. What is missing or null is not known any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProductInput {
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    #[schema(min_length = 1, max_length = 200)]
    category: Option<String>,
    /// In the currency's smallest unit.
    #[schema(minimum = 0, maximum = 100_000_000_000_000_i64)]
    price_minor: i64,
    /// ISO 4217.
    #[schema(min_length = 3, max_length = 3, pattern = "^[A-Za-z]{3}$")]
    currency: String,
    /// Pieces; left out when the shop does not count.
    #[schema(minimum = 0, maximum = 1_000_000_000)]
    stock: Option<i64>,
    #[schema(format = Uri, max_length = 2000)]
    url: Option<String>,
    #[schema(min_length = 1, max_length = 2000)]
    description: Option<String>,
}

#[utoipa::path(
    get, path = "/api/v1/products", tag = "products", operation_id = "list_products", params(Paged),
    summary = "List products", security(("token" = ["read"])),
    responses((status = 200, description = "A page of products", body = Listing<ProductView>)),
)]
pub(crate) async fn list(
    State(state): State<Shared>,
    caller: Caller,
    Params(query): Params<Paged>,
) -> Result<Json<Listing<ProductView>>, Problem> {
    let slice = Slice::read(query.limit, query.after.as_deref())?;
    let rows = state.pages.list_products(caller.brand()?, slice.behind(ProductId::new), slice.rows()).await?;
    Ok(Json(slice.page(rows, |row| row.id.get(), ProductView::from)))
}

#[utoipa::path(
    get, path = "/api/v1/products/{sku}", tag = "products", operation_id = "get_product",
    params(("sku" = String, Path, min_length = 1, max_length = 100, description = "Stock keeping unit")),
    summary = "A product", security(("token" = ["read"])),
    responses((status = 200, description = "The product", body = ProductView)),
)]
pub(crate) async fn show(
    State(state): State<Shared>,
    caller: Caller,
    At(sku): At<String>,
    _: Params<Nothing>,
) -> Result<Json<ProductView>, Problem> {
    let sku = check::in_path("sku", &sku)?;
    let product = state.pages.product(caller.brand()?, &sku).await?;
    product.map(|product| Json(product.into())).ok_or_else(|| Problem::new(Code::NotFound))
}

#[utoipa::path(
    put, path = "/api/v1/products/{sku}", tag = "products", operation_id = "put_product",
    params(("sku" = String, Path, min_length = 1, max_length = 100, description = "Stock keeping unit")),
    summary = "Add a product, or change it", security(("token" = ["write"])), request_body = ProductInput,
    responses(
        (status = 200, description = "Changed, or so already", body = Written),
        (status = 201, description = "Added", body = Written),
    ),
)]
pub(crate) async fn put(
    State(state): State<Shared>,
    caller: Caller,
    At(sku): At<String>,
    _: Params<Nothing>,
    Input(input): Input<ProductInput>,
) -> Result<Written, Problem> {
    let brand = caller.brand()?;
    let sku = check::in_path("sku", &sku)?;
    let mut check = Check::default();
    if input.stock.is_some_and(|stock| !(0..=STOCK).contains(&stock)) {
        check.fault("stock", format!("is not between 0 and {STOCK}"));
    }
    let product = Product {
        id: ProductId::new(state.ids.next()),
        brand,
        sku: sku.clone(),
        name: check.needed("name", &input.name, check::NAME),
        category: check.text("category", input.category, check::NAME),
        price_minor: check.money("price_minor", input.price_minor),
        currency: check.currency("currency", &input.currency),
        stock: input.stock,
        url: check.page("url", input.url),
        description: check.text("description", input.description, check::LONG),
    };
    check.done()?;
    let imported = state.directory.put_products(brand, vec![product], state.clock.now()).await?;
    let product = state.pages.product(brand, &sku).await?.ok_or_else(|| Problem::new(Code::NotFound))?;
    Ok(Written { id: product.id.to_string(), outcome: imported.into() })
}
