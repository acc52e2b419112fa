//! `LARA_*` environment variables. An unknown one is refused: a typing error must not silently change nothing.

use super::understanding::{EncoderFolders, EngineKind};
use super::{LogFormat, Settings, nearest};
use anyhow::{Result, anyhow, bail};
use secrecy::SecretString;
use std::net::IpAddr;
use std::str::FromStr;

/// Variables that set something here.
const SETTINGS: &[&str] = &[
    "LARA_LISTEN",
    "LARA_DATA_DIR",
    "LARA_DATABASE_URL",
    "LARA_PUBLIC_URL",
    "LARA_TRUSTED_PROXIES",
    "LARA_LOG",
    "LARA_LOG_FORMAT",
    "LARA_DEMO",
    "LARA_ALLOW_PRIVATE_WEBHOOKS",
    "LARA_ENGINE",
    "LARA_ENCODER",
    "LARA_SENTIMENT_MODEL",
    "LARA_ENCODER_DEADLINE_MS",
    "LARA_CASCADE",
];

/// Variables read elsewhere: by clap (`--config`, `--token`), by the vault of secrets and by the tests.
const ELSEWHERE: &[&str] =
    &["LARA_CONFIG", "LARA_TOKEN", "LARA_SECRET_KEY", "LARA_TEST_POSTGRES", "LARA_TEST_ENCODERS"];

/// Reads the settings among `vars`.
pub(super) fn read(vars: impl Iterator<Item = (String, String)>) -> Result<Settings> {
    let mut settings = Settings::default();
    for (name, value) in vars.filter(|(name, _)| name.starts_with("LARA_")) {
        match name.as_str() {
            "LARA_LISTEN" => {
                settings.listen = Some(value_of(&name, &value, "an address and port, e.g. 0.0.0.0:8080")?);
            }
            "LARA_DATA_DIR" => settings.data_dir = Some(value.into()),
            "LARA_DATABASE_URL" => settings.database_url = Some(SecretString::from(value)),
            "LARA_PUBLIC_URL" => {
                settings.public_url = Some(value_of(&name, &value, "a URL, e.g. https://lara.example.vn")?);
            }
            "LARA_TRUSTED_PROXIES" => settings.trusted_proxies = Some(proxies(&name, &value)?),
            "LARA_LOG" => settings.log = Some(value),
            "LARA_LOG_FORMAT" => settings.log_format = Some(log_format(&name, &value)?),
            "LARA_DEMO" => settings.demo = Some(value_of(&name, &value, "true or false")?),
            "LARA_ALLOW_PRIVATE_WEBHOOKS" => {
                settings.allow_private_webhooks = Some(value_of(&name, &value, "true or false")?);
            }
            "LARA_ENGINE" => settings.understanding.engine = Some(engine(&name, &value)?),
            "LARA_ENCODER" => settings.understanding.encoder = Some(EncoderFolders::One(value.into())),
            "LARA_SENTIMENT_MODEL" => settings.understanding.sentiment_model = Some(value.into()),
            "LARA_ENCODER_DEADLINE_MS" => {
                settings.understanding.deadline_ms =
                    Some(value_of(&name, &value, "a number of milliseconds")?);
            }
            "LARA_CASCADE" => {
                settings.understanding.cascade = Some(value_of(&name, &value, "a confidence from 0 to 1")?);
            }
            other if ELSEWHERE.contains(&other) => {}
            other => {
                let known = SETTINGS.iter().chain(ELSEWHERE).copied();
                let hint = nearest(other, known)
                    .map(|right| format!(" - did you mean {right}?"))
                    .unwrap_or_default();
                bail!("environment: unknown variable {other}{hint}");
            }
        }
    }
    Ok(settings)
}

fn value_of<T: FromStr>(name: &str, value: &str, wanted: &str) -> Result<T> {
    value.parse().map_err(|_| anyhow!("environment: {name}={value:?} is not {wanted}"))
}

fn proxies(name: &str, value: &str) -> Result<Vec<IpAddr>> {
    let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| value_of(name, part, "a list of IP addresses separated by commas")).collect()
}

fn engine(name: &str, value: &str) -> Result<EngineKind> {
    match value {
        "linear" => Ok(EngineKind::Linear),
        "bert" => Ok(EngineKind::Bert),
        _ => bail!("environment: {name}={value:?} is not linear or bert"),
    }
}

fn log_format(name: &str, value: &str) -> Result<LogFormat> {
    match value {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => bail!("environment: {name}={value:?} is not text or json"),
    }
}
