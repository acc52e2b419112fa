//! Configuration: defaults < `lara.toml` < `LARA_*` environment. A wrong key or value is refused with file, line and
//! the nearest right name.

mod alerts;
mod channels;
mod file;
mod notices;
mod env;
mod secret;
mod understanding;

pub(crate) use alerts::{AlertKind, AlertSettings, ChatId};
pub(crate) use channels::{ChannelTable, ConfiguredKind, TelegramGroups, TelegramMode, needed};
pub(crate) use file::nearest;
pub(crate) use notices::NoticeSettings;
pub(crate) use secret::{SecretRef, clear};
#[cfg(feature = "bert")]
pub(crate) use understanding::EncoderFolders;
pub(crate) use understanding::Understanding;

use anyhow::{Context, Result, bail};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

/// What the operator may set; everything is optional.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Settings {
    /// Address and port to listen on.
    pub(crate) listen: Option<SocketAddr>,
    /// Folder of the database file and of keys.
    pub(crate) data_dir: Option<PathBuf>,
    /// `sqlite:PATH` or `postgres://...`.
    pub(crate) database_url: Option<SecretString>,
    /// The address customers and agents see, e.g. `https://lara.example.vn`.
    pub(crate) public_url: Option<url::Url>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Option<Vec<IpAddr>>,
    /// Log filter, e.g. `info` or `lara=debug`.
    pub(crate) log: Option<String>,
    /// How log lines look.
    pub(crate) log_format: Option<LogFormat>,
    /// Whether the first start makes the demo brand.
    pub(crate) demo: Option<bool>,
    /// Whether outgoing webhooks may reach private and loopback addresses (for tests and for apps on the same host).
    pub(crate) allow_private_webhooks: Option<bool>,
    /// What reads the messages.
    #[serde(default)]
    pub(crate) understanding: Understanding,
    /// Channels by name.
    #[serde(default)]
    pub(crate) channels: BTreeMap<String, ChannelTable>,
    /// Whom to wake, by name.
    #[serde(default)]
    pub(crate) alerts: BTreeMap<String, AlertSettings>,
    /// Whom to tell that conversations have ended, by the slug of the brand.
    #[serde(default)]
    pub(crate) notices: BTreeMap<String, NoticeSettings>,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The configuration in force.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    /// Address and port to listen on.
    pub(crate) listen: SocketAddr,
    /// Folder of the database file and of keys.
    pub(crate) data_dir: PathBuf,
    /// Database.
    pub(crate) database_url: SecretString,
    /// The address customers and agents see.
    pub(crate) public_url: url::Url,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// Log filter.
    pub(crate) log: String,
    /// Log format.
    pub(crate) log_format: LogFormat,
    /// Whether the first start makes the demo brand.
    pub(crate) demo: bool,
    /// Whether outgoing webhooks may reach private addresses.
    pub(crate) allow_private_webhooks: bool,
    /// What reads the messages.
    pub(crate) understanding: Understanding,
    /// Channels by name.
    pub(crate) channels: BTreeMap<String, ChannelTable>,
    /// Whom to wake, by name.
    pub(crate) alerts: BTreeMap<String, AlertSettings>,
    /// Whom to tell that conversations have ended, by the slug of the brand.
    pub(crate) notices: BTreeMap<String, NoticeSettings>,
}

impl Config {
    /// Reads the file (named by `--config` or `LARA_CONFIG`, else `lara.toml` if it is there) and the environment.
    pub(crate) fn load(named: Option<&Path>) -> Result<Self> {
        let from_file = match named {
            Some(path) => file::read(path)?,
            None if Path::new("lara.toml").is_file() => file::read(Path::new("lara.toml"))?,
            None => Settings::default(),
        };
        let from_env = env::read(std::env::vars())?;
        Self::merge(from_file, from_env)
    }

    fn merge(file: Settings, env: Settings) -> Result<Self> {
        let listen = env.listen.or(file.listen).unwrap_or_else(default_listen);
        let data_dir = env.data_dir.or(file.data_dir).unwrap_or_else(|| PathBuf::from("data"));
        let database_url = match env.database_url.or(file.database_url) {
            Some(url) => url,
            None => SecretString::from(format!("sqlite:{}", data_dir.join("lara.db").display())),
        };
        check_database_url(&database_url)?;
        let public_url = match env.public_url.or(file.public_url) {
            Some(url) => url,
            None => default_public_url(listen)?,
        };
        for (name, channel) in &file.channels {
            channel
                .check()
                .and_then(|()| channel.check_in_file())
                .with_context(|| format!("lara.toml: [channels.{name}]"))?;
        }
        for (name, alert) in &file.alerts {
            alert.check().with_context(|| format!("lara.toml: [alerts.{name}]"))?;
        }
        for (name, notice) in &file.notices {
            notice.check().with_context(|| format!("lara.toml: [notices.{name}]"))?;
        }
        Ok(Self {
            listen,
            data_dir,
            database_url,
            public_url,
            trusted_proxies: env.trusted_proxies.or(file.trusted_proxies).unwrap_or_default(),
            log: env.log.or(file.log).unwrap_or_else(|| "info".to_owned()),
            log_format: env.log_format.or(file.log_format).unwrap_or(LogFormat::Text),
            demo: env.demo.or(file.demo).unwrap_or(true),
            allow_private_webhooks: env
                .allow_private_webhooks
                .or(file.allow_private_webhooks)
                .unwrap_or(false),
            understanding: env.understanding.or(file.understanding),
            channels: file.channels,
            alerts: file.alerts,
            notices: file.notices,
        })
    }
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

/// A browser cannot open `0.0.0.0`; the machine itself reaches it as localhost.
fn default_public_url(listen: SocketAddr) -> Result<url::Url> {
    let host = if listen.ip().is_unspecified() || listen.ip().is_loopback() {
        "localhost".to_owned()
    } else {
        match listen.ip() {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => format!("[{ip}]"),
        }
    };
    url::Url::parse(&format!("http://{host}:{}", listen.port())).context("listen address makes no public URL")
}

fn check_database_url(url: &SecretString) -> Result<()> {
    let url = url.expose_secret();
    if ["sqlite:", "postgres:", "postgresql:"].iter().any(|scheme| url.starts_with(scheme)) {
        return Ok(());
    }
    let scheme = url.split(':').next().unwrap_or_default();
    bail!("database_url starts with {scheme:?}: use sqlite:PATH or postgres://HOST/DATABASE")
}

#[cfg(test)]
mod tests;
