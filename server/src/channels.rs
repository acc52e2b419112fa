//! Channels from `lara.toml` and from the command line: what was written becomes a channel with its settings, its account
//! and its secrets.

use crate::config::{ChannelTable, Config, ConfiguredKind, clear, needed};
use crate::wire;
use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use lara_core::model::{Brand, Channel, ChannelId, ChannelKind, Delivery};
use lara_core::ports::{Brands, Saved};
use lara_store::Store;
use secrecy::SecretString;
use serde_json::{Value, json};

/// Shortest token of an app, in characters.
const APP_TOKEN: usize = 20;

/// What becomes of settings that are not written this time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rest {
    /// They stay.
    Stays,
    /// They go: the file says all there is.
    Goes,
}

/// Brings the channels of `lara.toml` into the store: new ones are added, known ones get the file's settings and secrets.
/// Whether a channel is paused is said elsewhere.
pub(crate) async fn sync(config: &Config, store: &Store) -> Result<()> {
    for (name, table) in &config.channels {
        bring(store, name, table).await.with_context(|| format!("lara.toml: [channels.{name}]"))?;
    }
    Ok(())
}

async fn bring(store: &Store, name: &str, table: &ChannelTable) -> Result<()> {
    let brand = store.brand_by_slug(&table.brand).await?;
    let brand = brand.with_context(|| format!("the brand {:?} is not there: lara brand add", table.brand))?;
    let known = store.channels(Some(brand.id)).await?.into_iter().find(|channel| channel.name == *name);
    let channel = built(&brand, name, table, known.clone(), Rest::Goes)?;
    if known.as_ref() == Some(&channel) {
        return Ok(());
    }
    match store.put_channel(&channel, wire::now()).await? {
        Saved::Done => Ok(()),
        Saved::Taken | Saved::Stale => bail!("{}", taken(&channel)),
    }
}

/// Why a channel was not stored.
pub(crate) fn taken(channel: &Channel) -> String {
    match &channel.account {
        Some(account) => format!(
            "the {} account {account} has a channel already: see lara channel list; remove that one first",
            channel.kind
        ),
        None => format!("the name {:?} is taken: choose another", channel.name),
    }
}

/// The channel a table describes, over what is known of it.
pub(crate) fn built(
    brand: &Brand,
    name: &str,
    table: &ChannelTable,
    known: Option<Channel>,
    rest: Rest,
) -> Result<Channel> {
    let kind = ChannelKind::from(table.kind);
    let mut channel = match known {
        Some(known) if known.kind == kind => known,
        Some(known) => {
            bail!("{name:?} is a channel of kind {} already: choose another name", known.kind)
        }
        None => new(brand, name, table.kind)?,
    };
    if channel.is_removed() {
        channel = Channel { id: channel.id, ..new(brand, name, table.kind)? };
    }
    match table.kind {
        ConfiguredKind::Web => web(&mut channel, table)?,
        ConfiguredKind::App => app(&mut channel, table, rest)?,
        _ => platform(&mut channel, table, rest)?,
    }
    Ok(channel)
}

fn new(brand: &Brand, name: &str, kind: ConfiguredKind) -> Result<Channel> {
    Ok(match kind {
        ConfiguredKind::Web => Channel { name: name.to_owned(), ..wire::new_web_channel(brand, &[])? },
        ConfiguredKind::App => {
            Channel::new(ChannelId::new(wire::uuid()), brand.id, ChannelKind::App, name, Delivery::Pull)
        }
        platform => {
            Channel::new(ChannelId::new(wire::uuid()), brand.id, platform.into(), name, Delivery::Push)
        }
    })
}

fn secret(table: &ChannelTable, name: &str) -> Result<Option<SecretString>> {
    let given = table.secrets().find(|(given, _)| *given == name);
    given.map(|(_, secret)| secret.read().with_context(|| name.to_owned())).transpose()
}

/// What the file does not say of the web channel stays as it was set elsewhere.
fn web(channel: &mut Channel, table: &ChannelTable) -> Result<()> {
    let identity_key = secret(table, "identity_key")?;
    if let Some(object) = channel.settings.as_object_mut() {
        if let Some(key) = identity_key {
            object.insert("identity_key".to_owned(), clear(&key).into());
        }
        if let Some(origins) = &table.allowed_origins {
            object.insert("allowed_origins".to_owned(), origins.clone().into());
        }
    }
    Ok(())
}

/// The app's token is kept as a hash: nobody but the app needs it in clear.
fn app(channel: &mut Channel, table: &ChannelTable, rest: Rest) -> Result<()> {
    let mut settings = channel.settings.as_object().cloned().unwrap_or_default();
    if let Some(token) = secret(table, "token")? {
        ensure!(
            clear(&token).len() >= APP_TOKEN,
            "the token is too short to be a secret: use at least {APP_TOKEN} random characters"
        );
        let may_assert_identity = table.may_assert_identity.unwrap_or(false);
        let token =
            json!({ "hash": wire::hash(clear(&token)).0, "may_assert_identity": may_assert_identity });
        settings.insert("tokens".to_owned(), json!([token]));
    }
    let webhook = table.webhook_url.as_ref().zip(secret(table, "webhook_secret")?);
    if webhook.is_some() || rest == Rest::Goes {
        let webhook = webhook.map(|(url, secret)| json!({ "url": url, "secret": clear(&secret) }));
        settings.insert("webhook".to_owned(), webhook.unwrap_or(Value::Null));
    }
    let pushed = settings.get("webhook").is_some_and(Value::is_object);
    channel.delivery = if pushed { Delivery::Push } else { Delivery::Pull };
    channel.settings = Value::Object(settings);
    Ok(())
}

fn platform(channel: &mut Channel, table: &ChannelTable, rest: Rest) -> Result<()> {
    let given = table.settings();
    match channel.settings.as_object_mut() {
        Some(settings) if rest == Rest::Stays => settings.extend(given),
        _ => channel.settings = Value::Object(given),
    }
    for (name, secret) in table.secrets() {
        channel.secrets.set(name, secret.read().with_context(|| name.to_owned())?);
    }
    if let Some(name) = made_by_us(table.kind)
        && channel.secrets.get(name).is_none()
        && !channel.secrets.are_locked()
    {
        channel.secrets.set(name, SecretString::from(wire::secret(24)?));
    }
    let own = table.account.clone().or_else(|| channel.account.clone());
    channel.account = told_by_token(channel).or(own);
    for key in needed(table.kind) {
        let there = channel.secrets.get(key).is_some() || (*key == "account" && channel.account.is_some());
        ensure!(
            there || channel.secrets.are_locked(),
            "a {} channel needs {key}: docs/channels/{}.md says where it is found",
            channel.kind,
            channel.kind
        );
    }
    Ok(())
}

/// The secret that nobody but us and the platform need know, and which is made when none is given.
pub(crate) const fn made_by_us(kind: ConfiguredKind) -> Option<&'static str> {
    match kind {
        ConfiguredKind::Telegram => Some("webhook_secret"),
        ConfiguredKind::Messenger | ConfiguredKind::Instagram | ConfiguredKind::Whatsapp => {
            Some("verify_token")
        }
        ConfiguredKind::Web | ConfiguredKind::App | ConfiguredKind::Discord => None,
    }
}

/// The bot's id, which its token begins with: in clear at Telegram (core.telegram.org/bots/api, "Authorizing your bot"), in
/// base64 at Discord (docs.discord.com, "Reference", "Authentication" examples).
fn told_by_token(channel: &Channel) -> Option<String> {
    let token = clear(channel.secrets.get("token")?);
    let id = match channel.kind {
        ChannelKind::Telegram => token.split_once(':')?.0.to_owned(),
        ChannelKind::Discord => {
            let first = token.split_once('.')?.0.trim_end_matches('=');
            let decoded = base64::engine::general_purpose::STANDARD_NO_PAD.decode(first).ok()?;
            String::from_utf8(decoded).ok()?
        }
        _ => return None,
    };
    (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit())).then_some(id)
}
