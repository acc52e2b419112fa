//! What the brand tells its customers, both languages side by side, and how Lara behaves for it.

use super::facts_form::{Wrong, delivery_rows, read, written};
use crate::auth::Visitor;
use crate::error::Fault;
use crate::form::Fields;
use crate::frame::{Frame, Here, Notice, brand, frame, page, texts};
use crate::state::Shared;
use crate::words::{self, Words};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::act::template::needs;
use lara_core::model::{Brand, Language, Millis};
use lara_core::ports::Saved;
use lara_core::relate::OrderNumbers;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How far back missed answers are counted.
const COUNTED: Millis = Millis::minutes(30 * 24 * 60);

struct FieldView {
    id: String,
    label: &'static str,
    lang: &'static str,
    kind: &'static str,
    rows: u32,
    value: String,
    wrong: Option<&'static str>,
    missing: Option<String>,
}

struct Section {
    title: &'static str,
    fields: Vec<[FieldView; 2]>,
}

struct DeliveryRow {
    name: String,
    fee: String,
    days: String,
    wrong: bool,
}

struct Deliveries {
    lang: &'static str,
    name: &'static str,
    rows: Vec<DeliveryRow>,
    missing: Option<String>,
}

#[derive(Template)]
#[template(path = "facts.html")]
struct Page {
    w: &'static Words,
    f: Frame,
    rev: i64,
    missed: Option<String>,
    sections: Vec<Section>,
    deliveries: Vec<Deliveries>,
    language: String,
    settings: Vec<FieldView>,
    /// Offered while the brand has a threshold of its own.
    reset: Option<String>,
    says_bot: bool,
    hours: Vec<FieldView>,
    people: Vec<FieldView>,
    proves_by_order: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    said: String,
    #[serde(default)]
    name: String,
}

/// How many answers each missing fact cost, by field; `""` is all of them.
type Missed = BTreeMap<String, u32>;

async fn missed(state: &Shared, brand: &Brand) -> Result<Missed, Fault> {
    let since = state.clock.now().plus(Millis(-COUNTED.0));
    let mut missed = Missed::new();
    for (known, intent) in state.pages.missing_facts(brand.id, since).await? {
        *missed.entry(String::new()).or_default() += 1;
        let mut names: Vec<&str> = known.iter().filter_map(|name| name.strip_prefix("missing:")).collect();
        if names.is_empty() {
            names = needs(&intent).iter().map(|need| need.name).collect();
        }
        for name in names {
            *missed.entry(name.trim_start_matches("facts.").to_owned()).or_default() += 1;
        }
    }
    Ok(missed)
}

/// Everything a field's view is made of.
struct Made<'a> {
    w: &'static Words,
    fields: &'a Fields,
    live: &'a Fields,
    wrong: &'a Wrong,
    missed: &'a Missed,
    /// The model's own threshold, 0..=1.
    learnt: f32,
}

impl Made<'_> {
    /// What is said under an empty fact: what it cost, or what it will.
    fn missing(&self, name: &str) -> Option<String> {
        let needed = [
            "address",
            "hours",
            "delivery",
            "payment_methods",
            "return_days",
            "promotion",
            "invoice",
            "links.shop",
            "links.account",
            "links.password",
        ];
        match self.missed.get(name) {
            Some(n) => Some(words::fill(self.w.facts_missed, &[("n", &n.to_string())])),
            None => needed.contains(&name).then(|| self.w.facts_empty.to_owned()),
        }
    }

    fn field(
        &self,
        language: Language,
        name: &str,
        label: &'static str,
        kind: &'static str,
        rows: u32,
    ) -> FieldView {
        let id = format!("{language}.{name}");
        let value = self.fields.one(&id).to_owned();
        let live = self.live.one(&id);
        let missing = if live != value && !live.is_empty() && self.fields.one("rev") != self.live.one("rev") {
            Some(format!("{}: {live}", self.w.their_version))
        } else if value.trim().is_empty() {
            self.missing(name)
        } else {
            None
        };
        FieldView {
            lang: language.as_str(),
            label,
            kind,
            rows,
            value,
            wrong: self.wrong.get(&id).copied(),
            missing,
            id,
        }
    }

    fn pair(&self, name: &str, label: &'static str, kind: &'static str, rows: u32) -> [FieldView; 2] {
        [Language::Vietnamese, Language::English]
            .map(|language| self.field(language, name, label, kind, rows))
    }

    fn sections(&self) -> Vec<Section> {
        let w = self.w;
        vec![
            Section {
                title: w.facts_shop,
                fields: vec![
                    self.pair("address", w.facts_address, "text", 2),
                    self.pair("hours", w.facts_hours, "text", 1),
                    self.pair("phone", w.facts_phone, "tel", 1),
                    self.pair("email", w.facts_email, "email", 1),
                ],
            },
            Section {
                title: w.facts_paying,
                fields: vec![
                    self.pair("payment_methods", w.facts_payment, "text", 3),
                    self.pair("return_days", w.facts_return_days, "number", 1),
                    self.pair("return_terms", w.facts_return_terms, "text", 2),
                    self.pair("refund_time", w.facts_refund_time, "text", 1),
                    self.pair("invoice", w.facts_invoice, "text", 2),
                    self.pair("promotion", w.facts_promotion, "text", 2),
                ],
            },
            Section {
                title: w.facts_links,
                fields: vec![
                    self.pair("links.shop", w.facts_link_shop, "url", 1),
                    self.pair("links.returns", w.facts_link_returns, "url", 1),
                    self.pair("links.account", w.facts_link_account, "url", 1),
                    self.pair("links.password", w.facts_link_password, "url", 1),
                    self.pair("links.map", w.facts_link_map, "url", 1),
                ],
            },
        ]
    }

    fn deliveries(&self) -> Vec<Deliveries> {
        let each = |(language, name): (Language, &'static str)| {
            let wrong = self.wrong.contains_key(&format!("{language}.delivery"));
            let typed = delivery_rows(self.fields, language);
            let missing = if typed.is_empty() { self.missing("delivery") } else { None };
            let mut rows: Vec<DeliveryRow> = typed
                .into_iter()
                .map(|(name, fee, days)| DeliveryRow {
                    wrong: wrong && (name.is_empty() || fee.is_empty() || days.is_empty()),
                    name,
                    fee,
                    days,
                })
                .collect();
            // One more, so that a row can be added without script.
            rows.push(DeliveryRow {
                name: String::new(),
                fee: String::new(),
                days: String::new(),
                wrong: false,
            });
            Deliveries { lang: language.as_str(), name, rows, missing }
        };
        [(Language::Vietnamese, "Tiếng Việt"), (Language::English, "English")].map(each).into()
    }

    fn plain(&self, id: &str, label: &'static str, hint: Option<&str>) -> FieldView {
        FieldView {
            id: id.to_owned(),
            label,
            lang: self.w.code,
            kind: "text",
            rows: 1,
            value: self.fields.one(id).to_owned(),
            wrong: self.wrong.get(id).copied(),
            missing: hint.map(ToOwned::to_owned),
        }
    }

    fn settings(&self) -> Vec<FieldView> {
        let w = self.w;
        vec![
            self.plain("time_zone", w.settings_zone, None),
            self.plain("currency", w.settings_currency, None),
            self.plain("settle", w.settings_settle, Some(w.settings_settle_hint)),
            self.plain(
                "answer_from",
                w.settings_answer_from,
                Some(&self.learnt(w.settings_answer_from_hint)),
            ),
            self.plain("order_pattern", w.settings_orders, Some(&self.orders_hint())),
        ]
    }

    /// A text about the threshold, with the one the model learnt.
    fn learnt(&self, text: &str) -> String {
        words::fill(text, &[("learnt", &format!("{:.0}", self.learnt * 100.0))])
    }

    /// What a brand's order numbers are, by the shape that is typed; how to write one where there is none.
    fn orders_hint(&self) -> String {
        match OrderNumbers::read(self.fields.one("order_pattern")) {
            Ok(Some(numbers)) => {
                words::fill(self.w.settings_orders_example, &[("example", &numbers.example())])
            }
            Ok(None) | Err(_) => self.w.settings_orders_hint.to_owned(),
        }
    }

    fn people(&self) -> Vec<FieldView> {
        let w = self.w;
        vec![
            self.plain("quiet_hours", w.settings_quiet, Some(w.settings_quiet_hint)),
            self.plain("unasked_a_week", w.settings_unasked, Some(w.settings_unasked_hint)),
            self.plain("retention_days", w.settings_retention, Some(w.settings_retention_hint)),
            self.plain("ends_after", w.settings_ends, Some(w.settings_ends_hint)),
        ]
    }

    fn hours(&self) -> Vec<FieldView> {
        let w = self.w;
        let days = [w.day_1, w.day_2, w.day_3, w.day_4, w.day_5, w.day_6, w.day_7];
        (1..).zip(days).map(|(n, day)| self.plain(&format!("day.{n}"), day, None)).collect()
    }
}

async fn form(
    state: &Shared,
    visitor: &Visitor,
    brand: &Brand,
    fields: &Fields,
    wrong: &Wrong,
    notice: Option<Notice>,
) -> Result<Response, Fault> {
    let w = texts(visitor);
    let missed = missed(state, brand).await?;
    let live = written(brand);
    let learnt = state.studio.learnt_threshold(brand.id).await?.unwrap_or_default();
    let made = Made { w, fields, live: &live, wrong, missed: &missed, learnt };
    page(&Page {
        w,
        f: frame(state, visitor, Here::Facts, Some(brand), notice).await?,
        rev: brand.rev,
        missed: missed.get("").map(|n| words::fill(w.facts_missed_all, &[("n", &n.to_string())])),
        sections: made.sections(),
        deliveries: made.deliveries(),
        language: fields.one("language").to_owned(),
        settings: made.settings(),
        reset: brand.settings.answer_from.map(|_| made.learnt(w.settings_answer_from_reset)),
        says_bot: fields.one("says_it_is_a_bot") == "yes",
        hours: made.hours(),
        people: made.people(),
        proves_by_order: fields.one("proves_by_order") == "yes",
    })
}

/// `GET /desk/facts`.
pub(crate) async fn show(
    State(state): State<Shared>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let Some(brand) = brand(&state, &visitor).await? else {
        return Ok(Redirect::to("/desk/shop#new").into_response());
    };
    let w = texts(&visitor);
    let notice = match asked.said.as_str() {
        "saved" => Some(Notice::good(w.saved)),
        "made" => Some(Notice::good(words::fill(w.shop_made, &[("name", &asked.name)]))),
        _ => None,
    };
    form(&state, &visitor, &brand, &written(&brand), &Wrong::new(), notice).await
}

/// `POST /desk/facts`.
pub(crate) async fn save(
    State(state): State<Shared>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Fault> {
    let brand = brand(&state, &visitor).await?.ok_or(Fault::Missing)?;
    let w = texts(&visitor);
    let (changed, mut wrong) = read(&fields, &brand, w);
    // The engine has the last word; what only it objects to is told at the field in general words.
    for fault in state.studio.check_brand(&changed) {
        let field = fault.field.trim_start_matches("facts.").trim_start_matches("settings.").to_owned();
        wrong.entry(field).or_insert(w.error_input);
    }
    if !wrong.is_empty() {
        let notice = Some(Notice::bad(w.wrong_fields));
        let shown = form(&state, &visitor, &brand, &fields, &wrong, notice).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
    }
    match state.studio.save_brand(&changed).await? {
        Saved::Done => Ok(Redirect::to("/desk/facts?said=saved").into_response()),
        Saved::Stale | Saved::Taken => {
            let shown = form(&state, &visitor, &brand, &fields, &wrong, Some(Notice::bad(w.stale))).await?;
            Ok((StatusCode::CONFLICT, shown).into_response())
        }
    }
}
