//! Tells a brand's own systems that a conversation has ended: a signed post, in codes and one line of words, never what was
//! said. The worker that sends is in `server/src/workers`.

use crate::config::{Config, NoticeSettings};
use crate::wire;
use anyhow::{Context, Result};
use lara_bots::seal::Key;
use lara_bots::{Guard, PrivateTargets, app};
use lara_core::model::{Brand, BrandId, Language, Millis, Timestamp};
use lara_core::ports::{Brands, EndedTalk, Endings, Notice};
use lara_core::wording::summary_line;
use lara_store::Store;
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

/// How long a receiver may take; well under the lease of a notice.
const TIMEOUT: Duration = Duration::from_secs(10);
/// What did not arrive longer ago than this is no news.
const LATELY: Millis = Millis::minutes(7 * 24 * 60);

/// Why a notice was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotTaken {
    /// Try again: it may have it, and knows it by its id.
    Later(&'static str),
    /// It never will.
    Refused(&'static str),
}

/// Sends notices to the receivers of the configuration.
pub(crate) struct Notifier {
    receivers: BTreeMap<String, NoticeSettings>,
    client: reqwest::Client,
    private: PrivateTargets,
    public_url: Url,
}

impl Notifier {
    /// A notifier for this configuration.
    pub(crate) fn new(config: &Config) -> Result<Self> {
        let private =
            if config.allow_private_webhooks { PrivateTargets::Allowed } else { PrivateTargets::Refused };
        let builder = reqwest::Client::builder().timeout(TIMEOUT).no_proxy();
        let client = app::client(builder, private).context("cannot make an HTTP client")?;
        let public_url = config.public_url.clone();
        Ok(Self { receivers: config.notices.clone(), client, private, public_url })
    }

    /// Whether a brand has a receiver.
    pub(crate) fn tells(&self, brand: &Brand) -> bool {
        self.receivers.contains_key(&brand.slug)
    }

    /// Posts a notice.
    pub(crate) async fn post(
        &self,
        brand: &Brand,
        notice: &Notice,
        talk: &EndedTalk,
    ) -> Result<(), NotTaken> {
        let receiver = self.receivers.get(&brand.slug).ok_or(NotTaken::Refused("no_receiver"))?;
        if !Guard(self.private).admits(&receiver.url) {
            return Err(NotTaken::Refused("private_address"));
        }
        let key =
            Key::parse(receiver.secret.expose_secret()).map_err(|_| NotTaken::Refused("secret_too_short"))?;
        let body = body(brand, notice, talk, &self.public_url).to_string();
        let signed = app::signature(&key, wire::now(), &body);
        let request = self
            .client
            .post(receiver.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header(app::SIGNATURE_HEADER, signed)
            .body(body);
        let answer = request
            .send()
            .await
            .map_err(|error| NotTaken::Later(if error.is_timeout() { "timed_out" } else { "unreachable" }))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            StatusCode::GONE => Err(NotTaken::Refused("gone")),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(NotTaken::Later("unauthorized")),
            status if status.is_server_error() => Err(NotTaken::Later("failing")),
            _ => Err(NotTaken::Later("refused")),
        }
    }
}

/// The body of a notice (docs/how-to/tell-a-crm.md).
fn body(brand: &Brand, notice: &Notice, talk: &EndedTalk, public: &Url) -> Value {
    let agent = talk.agent.as_ref().map(|(_, name)| name.as_str());
    let words = |language| summary_line(&talk.summary, agent, language);
    let page = public.join(&format!("desk/c/{}", talk.conversation)).ok();
    json!({
        "id": notice.id,
        "kind": "conversation_ended",
        "brand": brand.slug,
        "conversation_id": talk.conversation,
        "channel": { "kind": talk.channel, "name": talk.channel_name },
        "address_id": talk.address,
        "customer": talk.customer.map(|id| json!({ "id": id, "external_id": talk.external_id })),
        "began_at": rfc3339(talk.began_at),
        "ended_at": rfc3339(talk.ended_at),
        "summary": talk.summary,
        "words": { "en": words(Language::English), "vi": words(Language::Vietnamese) },
        "link": page,
    })
}

fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis()).map(|moment| moment.to_string()).unwrap_or_default()
}

/// What is wrong with the notices, in plain words: for `lara doctor`.
pub(crate) async fn troubles(config: &Config, store: &Store) -> Result<Vec<String>> {
    let brands = store.brands().await?;
    let mut found: Vec<String> = config
        .notices
        .keys()
        .filter(|slug| !brands.iter().any(|brand| brand.slug == **slug))
        .map(|slug| format!("[notices.{slug}] names a brand that is not there: lara brand list"))
        .collect();
    let slug = |id: BrandId| brands.iter().find(|brand| brand.id == id).map(|brand| brand.slug.clone());
    for trouble in store.notice_troubles(wire::now().plus(Millis(-LATELY.0))).await? {
        // A receiver that was taken out of the configuration troubles nobody.
        if let Some(slug) = slug(trouble.brand).filter(|slug| config.notices.contains_key(slug)) {
            found.push(format!(
                "[notices.{slug}]: {} notices of the last week have not arrived ({}): does its url take a signed post?",
                trouble.count, trouble.fault
            ));
        }
    }
    Ok(found)
}
