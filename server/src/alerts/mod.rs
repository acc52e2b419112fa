//! Waking a human: whom, how, and with which words. The worker that finds what burns is in `server/src/workers`.

mod email;
mod http;
mod text;

pub(crate) use http::NotSent;
pub(crate) use text::{Written, line, test_line};

use crate::config::{AlertKind, AlertSettings, Config};
use crate::wire;
use anyhow::{Context, Result};
use http::Bot;
use lara_bots::PrivateTargets;
use lara_core::model::{Brand, ChannelKind};
use lara_core::ports::{Alerts, Brands, StoreError};
use lara_store::Store;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// How long a target may take in all; well under the lease of an alert.
const TIMEOUT: Duration = Duration::from_secs(20);
/// How long it may take to pick up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The platforms' own addresses.
const TELEGRAM: &str = "https://api.telegram.org";
const DISCORD: &str = "https://discord.com/api/v10";

/// Sends alerts to the targets of the configuration.
pub(crate) struct Alarm {
    /// Targets by name.
    pub(crate) targets: BTreeMap<String, AlertSettings>,
    store: Arc<Store>,
    platforms: reqwest::Client,
    webhooks: reqwest::Client,
    private: PrivateTargets,
    public_url: Url,
}

impl Alarm {
    /// An alarm for this configuration.
    pub(crate) fn new(config: &Config, store: Arc<Store>) -> Result<Self> {
        let private =
            if config.allow_private_webhooks { PrivateTargets::Allowed } else { PrivateTargets::Refused };
        let builder =
            || reqwest::Client::builder().timeout(TIMEOUT).connect_timeout(CONNECT_TIMEOUT).no_proxy();
        let webhooks = lara_bots::app::client(builder(), private).context("cannot make an HTTP client")?;
        let platforms = builder().redirect(reqwest::redirect::Policy::none()).build()?;
        let public_url = config.public_url.clone();
        Ok(Self { targets: config.alerts.clone(), store, platforms, webhooks, private, public_url })
    }

    /// The address of a page of the desk.
    pub(crate) fn page(&self, path: &str) -> Url {
        self.public_url.join(path).unwrap_or_else(|_| self.public_url.clone())
    }

    /// Sends an alert to a target.
    pub(crate) async fn send(&self, target: &AlertSettings, alert: &Written) -> Result<(), NotSent> {
        let missing = NotSent::Refused("not_configured");
        match target.kind {
            AlertKind::Telegram => {
                let bot = self.bot(target, ChannelKind::Telegram, TELEGRAM).await?;
                let chat = target.chat_id.as_ref().ok_or(missing)?;
                http::telegram(&self.platforms, &bot, chat, alert).await
            }
            AlertKind::Discord => match (&target.webhook_url, &target.user_id) {
                (Some(url), _) => http::discord_webhook(&self.platforms, url, alert).await,
                (None, Some(user)) => {
                    let bot = self.bot(target, ChannelKind::Discord, DISCORD).await?;
                    http::discord_user(&self.platforms, &bot, user, alert).await
                }
                (None, None) => Err(missing),
            },
            AlertKind::Email => {
                let smtp = target.smtp_url.as_ref().ok_or(missing)?;
                let from = target.from.as_deref().ok_or(missing)?;
                let to = target.to.as_deref().ok_or(missing)?;
                email::send(smtp, from, to, alert).await
            }
            AlertKind::Webhook => {
                let url = target.url.as_ref().ok_or(missing)?;
                let secret = target.secret.as_ref().ok_or(missing)?;
                http::webhook(&self.webhooks, self.private, url, secret, wire::now(), alert).await
            }
        }
    }

    /// The bot a target names: by its own token, or that of a channel.
    async fn bot(&self, target: &AlertSettings, kind: ChannelKind, api: &str) -> Result<Bot, NotSent> {
        let api = |given: Option<&str>| Url::parse(given.unwrap_or(api));
        let given = target.api_url.as_ref().map(Url::as_str);
        if let Some(token) = &target.token {
            let api = api(given).map_err(|_| NotSent::Refused("address_invalid"))?;
            return Ok(Bot { token: token.clone(), api });
        }
        let away = |_: StoreError| NotSent::Later(None, "store_away");
        let brand = match &target.brand {
            Some(slug) => self.store.brand_by_slug(slug).await.map_err(away)?.map(|brand| brand.id),
            None => None,
        };
        let channels = self.store.channels(brand).await.map_err(away)?;
        let named = |channel: &&lara_core::model::Channel| {
            channel.kind == kind && Some(&channel.name) == target.channel.as_ref()
        };
        // Two brands may use the same name, and a channel that was removed keeps its own.
        let with_token = |channel: &&lara_core::model::Channel| {
            named(channel) && !channel.is_removed() && channel.secrets.get("token").is_some()
        };
        let channel = channels.iter().find(with_token).or_else(|| channels.iter().find(named));
        let channel = channel.ok_or(NotSent::Refused("no_such_channel"))?;
        let token = channel.secrets.get("token").ok_or(NotSent::Refused("channel_without_token"))?.clone();
        let api = api(given.or_else(|| channel.settings.get("api_url")?.as_str()));
        Ok(Bot { token, api: api.map_err(|_| NotSent::Refused("address_invalid"))? })
    }
}

/// Whether a target is about a brand.
pub(crate) fn concerns(target: &AlertSettings, brand: &Brand) -> bool {
    target.brand.as_ref().map_or(!brand.demo, |slug| *slug == brand.slug)
}

/// What is wrong with the alerts, in plain words: for `lara doctor`.
pub(crate) async fn troubles(config: &Config, store: &Store) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let brands = store.brands().await?;
    for (name, target) in &config.alerts {
        if let Some(slug) = &target.brand
            && !brands.iter().any(|brand| brand.slug == *slug)
        {
            found.push(format!(
                "[alerts.{name}] names the brand {slug:?}, which is not there: lara brand list"
            ));
        }
    }
    for trouble in store.alert_troubles().await? {
        // A target that was taken out of the configuration troubles nobody.
        if config.alerts.contains_key(&trouble.target) {
            found.push(format!(
                "[alerts.{0}]: its last alert may not have arrived ({1}): try it with lara alert test {0}",
                trouble.target, trouble.fault
            ));
        }
    }
    Ok(found)
}
