//! Brands, channels, templates, changes.

use super::{from_json, moment, parse, parse_opt};
use lara_core::model::{Brand, Channel, ChannelKind, Secrets, TemplateName, TemplateVersion, Timestamp};
use lara_core::ports::{Change, ChangeKind, StoreError};
use sqlx::FromRow;

#[derive(Debug, FromRow)]
pub(crate) struct BrandRow {
    id: String,
    slug: String,
    name: String,
    demo: bool,
    settings: String,
    facts: String,
    rev: i64,
}

impl TryFrom<BrandRow> for Brand {
    type Error = StoreError;

    fn try_from(row: BrandRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            slug: row.slug,
            name: row.name,
            demo: row.demo,
            settings: from_json(&row.settings)?,
            facts: from_json(&row.facts)?,
            rev: row.rev,
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct ChannelRow {
    pub(crate) id: String,
    brand_id: String,
    kind: String,
    name: String,
    delivery: String,
    settings: String,
    account: Option<String>,
    pub(crate) secrets: Option<String>,
    paused_at: Option<i64>,
}

/// Without its secrets, which only the vault opens.
impl TryFrom<ChannelRow> for Channel {
    type Error = StoreError;

    fn try_from(row: ChannelRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            kind: parse(&row.kind)?,
            name: row.name,
            delivery: parse(&row.delivery)?,
            settings: from_json(&row.settings)?,
            account: row.account,
            secrets: Secrets::default(),
            paused_at: moment(row.paused_at),
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct TemplateRow {
    id: String,
    brand_id: String,
    key: String,
    language: String,
    channel: String,
    version: i64,
    body: String,
    published_by: Option<String>,
    published_at: i64,
    restores: Option<i64>,
}

/// The stored word for "every channel without a text of its own".
pub(crate) fn channel_word(channel: Option<ChannelKind>) -> &'static str {
    channel.map_or("", ChannelKind::as_str)
}

impl TryFrom<TemplateRow> for TemplateVersion {
    type Error = StoreError;

    fn try_from(row: TemplateRow) -> Result<Self, StoreError> {
        let channel = if row.channel.is_empty() { None } else { Some(parse(&row.channel)?) };
        Ok(Self {
            id: parse(&row.id)?,
            brand: parse(&row.brand_id)?,
            name: TemplateName { key: row.key, language: parse(&row.language)?, channel },
            version: row.version,
            body: row.body,
            published_by: parse_opt(row.published_by.as_ref())?,
            published_at: Timestamp::from_millis(row.published_at),
            restores: row.restores,
        })
    }
}

#[derive(Debug, FromRow)]
pub(crate) struct ChangeRow {
    number: i64,
    brand_id: String,
    kind: String,
    key: String,
    address_id: Option<String>,
    at: i64,
}

/// The stored word of a kind of change.
pub(crate) const fn change_word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Conversation => "conversation",
        ChangeKind::Brand => "brand",
        ChangeKind::Templates => "templates",
        ChangeKind::Customer => "customer",
        ChangeKind::Model => "model",
        ChangeKind::Channel => "channel",
    }
}

impl TryFrom<ChangeRow> for Change {
    type Error = StoreError;

    fn try_from(row: ChangeRow) -> Result<Self, StoreError> {
        let kind = match row.kind.as_str() {
            "conversation" => ChangeKind::Conversation,
            "brand" => ChangeKind::Brand,
            "templates" => ChangeKind::Templates,
            "customer" => ChangeKind::Customer,
            "model" => ChangeKind::Model,
            "channel" => ChangeKind::Channel,
            other => return Err(crate::error::broken(format!("unknown kind of change {other:?}"))),
        };
        Ok(Self {
            number: row.number,
            brand: parse(&row.brand_id)?,
            kind,
            key: parse(&row.key)?,
            address: parse_opt(row.address_id.as_ref())?,
            at: Timestamp::from_millis(row.at),
        })
    }
}

/// A moment that may be unknown.
pub(crate) fn millis(at: Option<Timestamp>) -> Option<i64> {
    at.map(Timestamp::millis)
}
