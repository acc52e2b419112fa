//! The brand's name, its channels, the line for its website; making a brand, and removing the demo.

use super::facts_form::link_fits;
use super::queue::channel_icon;
use super::welcome::name_fits;
use crate::assets::query_value;
use crate::auth::{Visitor, hex, set_cookie};
use crate::error::Fault;
use crate::form::Fields;
use crate::frame::{Frame, Here, Notice, brand, frame, page, texts};
use crate::state::Shared;
use crate::words::{self, Words, codes};
use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::model::{
    Brand, BrandId, BrandSettings, Channel, ChannelId, ChannelKind, Delivery, Facts, Language,
};
use lara_core::ports::{ChangeKind, Saved};
use serde::Deserialize;
use serde_json::{Value, json};

struct ChannelView {
    name: String,
    icon: &'static str,
    kind: &'static str,
    delivery: &'static str,
}

struct WebView {
    id: ChannelId,
    name: String,
    origins: String,
    wrong: Option<&'static str>,
}

struct BrandView {
    lead: String,
    rev: i64,
    name: String,
    wrong_name: Option<&'static str>,
    slug: String,
    tag: String,
    channels: Vec<ChannelView>,
    web: Vec<WebView>,
}

#[derive(Default)]
struct New {
    name: String,
    slug: String,
    wrong_name: Option<&'static str>,
    wrong_slug: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "shop.html")]
struct Page {
    w: &'static Words,
    f: Frame,
    brand: Option<BrandView>,
    new: New,
    demo_there: bool,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    said: String,
}

fn origins(channel: &Channel) -> String {
    let list = channel.settings.get("allowed_origins").and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.collect::<Vec<_>>().join("\n")
}

async fn blank(
    state: &Shared,
    visitor: &Visitor,
    about: Option<&Brand>,
    notice: Option<Notice>,
) -> Result<Page, Fault> {
    let w = texts(visitor);
    let language = visitor.language;
    let mut view = None;
    if let Some(brand) = about {
        let channels = state.brands.channels(Some(brand.id)).await?;
        view = Some(BrandView {
            lead: words::fill(w.shop_lead, &[("name", &brand.name)]),
            rev: brand.rev,
            name: brand.name.clone(),
            wrong_name: None,
            slug: brand.slug.clone(),
            tag: format!(
                "<script src=\"{}/widget.js\" data-brand=\"{}\" defer></script>",
                state.public_url, brand.slug
            ),
            channels: channels
                .iter()
                .map(|channel| ChannelView {
                    name: channel.name.clone(),
                    icon: channel_icon(channel.kind),
                    kind: codes::channel(language, channel.kind),
                    delivery: channel.delivery.as_str(),
                })
                .collect(),
            web: channels
                .iter()
                .filter(|channel| channel.kind == ChannelKind::Web)
                .map(|channel| WebView {
                    id: channel.id,
                    name: channel.name.clone(),
                    origins: origins(channel),
                    wrong: None,
                })
                .collect(),
        });
    }
    let demo_there = state.brands.brands().await?.iter().any(|brand| brand.demo);
    let f = frame(state, visitor, Here::Shop, about, notice).await?;
    Ok(Page { w, f, brand: view, new: New::default(), demo_there })
}

/// `GET /desk/shop`.
pub(crate) async fn show(
    State(state): State<Shared>,
    visitor: Visitor,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let w = texts(&visitor);
    let notice = match asked.said.as_str() {
        "saved" => Some(Notice::good(w.saved)),
        "removed" => Some(Notice::good(w.shop_removed)),
        "sure" => Some(Notice::bad(w.shop_remove_confirm)),
        "stale" => Some(Notice::bad(w.stale)),
        _ => None,
    };
    let brand = brand(&state, &visitor).await?;
    page(&blank(&state, &visitor, brand.as_ref(), notice).await?)
}

/// `POST /desk/shop`: the brand's name.
pub(crate) async fn save(
    State(state): State<Shared>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Fault> {
    let brand = brand(&state, &visitor).await?.ok_or(Fault::Missing)?;
    let name = fields.trimmed("name").to_owned();
    if !name_fits(&name) {
        let w = texts(&visitor);
        let mut shown = blank(&state, &visitor, Some(&brand), Some(Notice::bad(w.wrong_fields))).await?;
        if let Some(view) = &mut shown.brand {
            view.name = name;
            view.wrong_name = Some(w.wrong_name);
        }
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)?).into_response());
    }
    let rev = fields.one("rev").parse().unwrap_or(brand.rev);
    let said = match state.studio.save_brand(&Brand { name, rev, ..brand }).await? {
        Saved::Done => "saved",
        Saved::Stale | Saved::Taken => "stale",
    };
    Ok(Redirect::to(&format!("/desk/shop?said={said}")).into_response())
}

/// `POST /desk/shop/channel`: which websites may show a web channel's widget.
pub(crate) async fn save_channel(
    State(state): State<Shared>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Fault> {
    let brand = brand(&state, &visitor).await?.ok_or(Fault::Missing)?;
    let id: ChannelId = fields.one("channel").parse().map_err(|_| Fault::Input)?;
    let mut channels = state.brands.channels(Some(brand.id)).await?.into_iter();
    let mut channel = channels
        .find(|channel| channel.id == id && channel.kind == ChannelKind::Web)
        .ok_or(Fault::Missing)?;
    let mut list = Vec::new();
    for text in fields.one("origins").lines().map(str::trim).filter(|text| !text.is_empty()) {
        let parsed = url::Url::parse(text).ok().filter(|_| link_fits(text));
        let Some(url) = parsed else {
            let w = texts(&visitor);
            let mut shown = blank(&state, &visitor, Some(&brand), Some(Notice::bad(w.wrong_fields))).await?;
            for view in shown.brand.iter_mut().flat_map(|view| &mut view.web).filter(|view| view.id == id) {
                view.wrong = Some(w.wrong_link);
                fields.one("origins").clone_into(&mut view.origins);
            }
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)?).into_response());
        };
        list.push(url.origin().ascii_serialization());
    }
    if let Some(settings) = channel.settings.as_object_mut() {
        settings.insert("allowed_origins".to_owned(), json!(list));
    }
    state.brands.put_channel(&channel, state.clock.now()).await?;
    state.feed.touch(brand.id, ChangeKind::Brand, brand.id.get(), None);
    Ok(Redirect::to("/desk/shop?said=saved").into_response())
}

fn slug_fits(slug: &str) -> bool {
    (2..=40).contains(&slug.len())
        && slug.starts_with(|c: char| c.is_ascii_lowercase())
        && slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// 256 random bits in hex.
fn key() -> Result<String, Fault> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| Fault::Defect(Box::new(error)))?;
    Ok(hex(&bytes))
}

/// `POST /desk/shop/new`: a brand with a web channel.
pub(crate) async fn make(
    State(state): State<Shared>,
    visitor: Visitor,
    fields: Fields,
) -> Result<Response, Fault> {
    let w = texts(&visitor);
    let mut new = New {
        name: fields.trimmed("name").to_owned(),
        slug: fields.trimmed("slug").to_owned(),
        ..New::default()
    };
    new.wrong_name = (!name_fits(&new.name)).then_some(w.wrong_name);
    new.wrong_slug = (!slug_fits(&new.slug)).then_some(w.wrong_slug);
    if new.wrong_name.is_none() && new.wrong_slug.is_none() {
        let made = Brand {
            id: BrandId::new(state.ids.next()),
            slug: new.slug.clone(),
            name: new.name.clone(),
            demo: false,
            settings: BrandSettings { language: visitor.language, ..settings_for(visitor.language) },
            facts: Facts::default(),
            rev: 0,
        };
        match state.brands.add_brand(&made, state.clock.now()).await? {
            Saved::Done => return made_brand(&state, &made).await,
            Saved::Taken | Saved::Stale => new.wrong_slug = Some(w.wrong_taken),
        }
    }
    let brand = brand(&state, &visitor).await?;
    let notice = Some(Notice::bad(w.wrong_fields));
    let shown = Page { new, ..blank(&state, &visitor, brand.as_ref(), notice).await? };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&shown)?).into_response())
}

/// What a new brand starts from: hours and money where its language is spoken.
fn settings_for(language: Language) -> BrandSettings {
    match language {
        Language::Vietnamese => BrandSettings::default(),
        Language::English => BrandSettings {
            time_zone: "UTC".to_owned(),
            currency: "USD".to_owned(),
            ..BrandSettings::default()
        },
    }
}

async fn made_brand(state: &Shared, made: &Brand) -> Result<Response, Fault> {
    let channel = Channel {
        id: ChannelId::new(state.ids.next()),
        brand: made.id,
        kind: ChannelKind::Web,
        name: "web".to_owned(),
        delivery: Delivery::Pull,
        settings: json!({ "visitor_key": key()?, "identity_key": key()?, "allowed_origins": [] }),
        account: None,
        secrets: lara_core::model::Secrets::default(),
        paused_at: None,
    };
    state.brands.put_channel(&channel, state.clock.now()).await?;
    state.feed.touch(made.id, ChangeKind::Brand, made.id.get(), None);
    let target = format!("/desk/facts?said=made&name={}", query_value(&made.name));
    let mut answer = Redirect::to(&target).into_response();
    let cookie = set_cookie("lara_brand", &made.slug, Some(365 * 24 * 3600), state.secure);
    answer.headers_mut().append(SET_COOKIE, cookie);
    Ok(answer)
}

/// `POST /desk/shop/remove-demo`: every demo brand with everything in it.
pub(crate) async fn remove_demo(State(state): State<Shared>, fields: Fields) -> Result<Response, Fault> {
    if fields.one("sure") != "yes" {
        return Ok(Redirect::to("/desk/shop?said=sure#remove").into_response());
    }
    for brand in state.brands.brands().await?.into_iter().filter(|brand| brand.demo) {
        state.brands.remove_brand(brand.id, state.clock.now()).await?;
        state.feed.touch(brand.id, ChangeKind::Brand, brand.id.get(), None);
    }
    Ok(Redirect::to("/desk/shop?said=removed").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_name_is_plain() {
        assert!(slug_fits("moc-mien-2"));
        for wrong in ["", "a", "Mộc", "-a", "2a", "a b", &"x".repeat(41)] {
            assert!(!slug_fits(wrong), "{wrong}");
        }
    }
}
