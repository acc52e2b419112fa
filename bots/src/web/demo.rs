//! The demo door: a shop page of the demo brand, and identity tokens for its made-up customers. Neither exists for any
//! other brand.

use super::WebState;
use super::door::Which;
use crate::http::{Body, Params, Problem};
use crate::identity::{self, Claims};
use askama::Template;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Extensions;
use axum::response::Html;
use lara_core::model::{Brand, Language, Product};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// E-mail of a known customer of the demo, Lan. The seed of the demo brand must hold her.
pub const LAN: &str = "lan@example.vn";

/// E-mail of the other known customer of the demo, Minh.
pub const MINH: &str = "minh@example.com";

/// Seconds a demo identity lasts: an afternoon of trying things.
const LASTS: i64 = 6 * 60 * 60;

/// Products on the demo page.
const SHELF: usize = 8;

/// Products they are chosen from.
const STOCK: u32 = 200;

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Who {
    Lan,
    Minh,
}

/// Who to be.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    r#as: Who,
}

/// The token.
#[derive(Debug, Serialize)]
pub(crate) struct Granted {
    identity: String,
}

/// `POST /web/{brand}/demo-token`: mints what a real shop's own server would.
pub(crate) async fn token(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Params(which): Params<Which>,
    extensions: Extensions,
    Body(wish): Body<Wish>,
) -> Result<Json<Granted>, Problem> {
    state.count_network(&extensions)?;
    let door = state.door(&slug, which.name()).await?;
    let nobody = || Problem::missing("no_demo", "only the demo brand hands out demo identities");
    let key = door.settings.identity_key.as_ref().filter(|_| door.brand.demo).ok_or_else(nobody)?;
    let email = match wish.r#as {
        Who::Lan => LAN,
        Who::Minh => MINH,
    };
    let customer = state.directory.customer_by_email(door.brand.id, email).await?.ok_or_else(nobody)?;
    let claims = Claims {
        brand: door.brand.slug.clone(),
        exp: state.clock.now().millis().div_euclid(1_000).saturating_add(LASTS),
        external_id: customer.external_id,
        email: customer.email,
        name: customer.name,
        phone: customer.phone,
        language: customer.language.map(|language| language.as_str().to_owned()),
    };
    Ok(Json(Granted { identity: identity::sign(key, &claims) }))
}

/// `?lang=` and `?as=` of the demo page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Look {
    #[serde(default)]
    lang: Option<Language>,
}

#[derive(Template)]
#[template(path = "shop.html")]
struct Shop<'a> {
    brand: &'a Brand,
    english: bool,
    products: Vec<Tile>,
}

struct Tile {
    name: String,
    category: String,
    price: String,
    sold_out: bool,
    /// Which of the page's backgrounds the tile has, 0..6.
    tint: usize,
    /// Which drawing, a symbol of the page.
    drawing: &'static str,
}

impl Tile {
    fn new(place: usize, product: Product, english: bool) -> Self {
        Self {
            price: price(product.price_minor, &product.currency),
            sold_out: product.stock == Some(0),
            tint: place % 6,
            drawing: drawing(&product.name, product.category.as_deref().unwrap_or_default()),
            // Categories are written in the shop's own language only.
            category: product.category.filter(|_| !english).unwrap_or_default(),
            name: in_language(&product.name, english).to_owned(),
        }
    }
}

/// The demo's products are named in both languages, `Bát men lam – Blue bowl`; a shop window names no sizes.
fn in_language(name: &str, english: bool) -> &str {
    let name = match name.split_once(" – ") {
        Some((_, name)) if english => name,
        Some((name, _)) => name,
        None => name,
    };
    name.split(", size").next().unwrap_or(name)
}

/// `GET /demo`: the shop page of the demo brand, with the widget.
pub(crate) async fn page(
    State(state): State<WebState>,
    Params(look): Params<Look>,
) -> Result<Html<String>, Problem> {
    let brand = state.brands.brands().await?.into_iter().find(|brand| brand.demo);
    let brand = brand.ok_or_else(|| Problem::missing("no_demo", "the demo brand was removed"))?;
    let products = state.directory.products(brand.id, STOCK).await?;
    let english = look.lang.unwrap_or(brand.settings.language) == Language::English;
    let tiles = shelf(products)
        .into_iter()
        .enumerate()
        .map(|(place, product)| Tile::new(place, product, english))
        .collect();
    let page = Shop { brand: &brand, english, products: tiles }.render().map_err(|error| {
        tracing::error!(error = crate::http::problem::chain(&error), "the demo page cannot be rendered");
        Problem::broken()
    })?;
    Ok(Html(page))
}

/// A varied choice: one of each category, then a second of each; sizes of one thing are one thing.
fn shelf(products: Vec<Product>) -> Vec<Product> {
    let mut taken: HashMap<Option<String>, usize> = HashMap::new();
    let mut seen = HashSet::new();
    let mut ranked: Vec<(usize, Product)> = Vec::new();
    for product in products {
        let thing = product.name.split(", size").next().unwrap_or_default().to_owned();
        if seen.insert(thing) {
            let rank = taken.entry(product.category.clone()).or_default();
            ranked.push((*rank, product));
            *rank += 1;
        }
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, product)| product).take(SHELF).collect()
}

/// A price as the shop window shows it: `450.000 ₫`, otherwise `12.50 USD`.
fn price(minor: i64, currency: &str) -> String {
    if currency == "VND" {
        let digits = minor.to_string();
        let mut grouped = String::new();
        for (place, digit) in digits.chars().enumerate() {
            let left = digits.len().saturating_sub(place);
            if place > 0 && left.is_multiple_of(3) {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        format!("{grouped}\u{a0}₫")
    } else {
        format!("{}.{:02}\u{a0}{currency}", minor.div_euclid(100), minor.rem_euclid(100))
    }
}

/// The drawing that fits a product best; each is a symbol of the page.
fn drawing(name: &str, category: &str) -> &'static str {
    const WORDS: [(&str, &[&str]); 10] = [
        ("teapot", &["ấm trà", "bộ trà", "teapot"]),
        ("gift", &["quà", "gift"]),
        ("vase", &["bình", "lọ", "chậu", "vase"]),
        ("candle", &["nến", "trầm", "candle", "incense"]),
        ("dress", &["đầm", "váy", "dress"]),
        ("trousers", &["quần ", "trousers"]),
        ("shirt", &["sơ mi", "shirt", "trang phục"]),
        ("cloth", &["lanh", "khăn", "linen"]),
        ("coffee", &["cà phê", "coffee", "phin", "pha chế"]),
        ("bowl", &["bát", "đĩa", "ly ", "chén", "bowl", "plate", "cup", "gốm"]),
    ];
    let find = |text: &str| {
        let text = text.to_lowercase();
        WORDS.iter().find(|(_, words)| words.iter().any(|word| text.contains(word))).map(|(name, _)| *name)
    };
    find(name).or_else(|| find(category)).unwrap_or("gift")
}
