//! A secret as it is written in `lara.toml` or on the command line: where it is to be had, so that it need not stand there.

use anyhow::{Context, Result, bail, ensure};
use secrecy::{ExposeSecret, SecretString};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::io::BufRead;
use std::path::PathBuf;
use std::str::FromStr;

/// Where a secret is to be had. Never printed.
#[derive(Clone)]
pub(crate) enum SecretRef {
    /// `env:NAME`: in the environment.
    Env(String),
    /// `file:PATH`: the first line of a file, as Docker and Kubernetes mount secrets.
    File(PathBuf),
    /// `-`: the next line of standard input (command line only).
    Input,
    /// It stands there itself.
    Plain(SecretString),
}

impl SecretRef {
    /// The secret.
    pub(crate) fn read(&self) -> Result<SecretString> {
        let text = match self {
            Self::Plain(secret) => return Ok(secret.clone()),
            Self::Env(name) => std::env::var(name).with_context(|| {
                format!("the environment has no {name}: set it, or write the secret otherwise")
            })?,
            Self::File(path) => {
                std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?
            }
            Self::Input => {
                let mut line = String::new();
                std::io::stdin().lock().read_line(&mut line).context("cannot read standard input")?;
                line
            }
        };
        let secret = text.lines().next().unwrap_or_default().trim();
        ensure!(!secret.is_empty(), "{self} holds no secret: its first line is empty");
        Ok(SecretString::from(secret))
    }

    /// Whether it stands in clear where it was written.
    pub(crate) const fn is_plain(&self) -> bool {
        matches!(self, Self::Plain(_))
    }
}

impl FromStr for SecretRef {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let text = text.trim();
        match text.split_once(':') {
            Some(("env" | "file", "")) => bail!("write env:NAME or file:PATH"),
            Some(("env", name)) => Ok(Self::Env(name.to_owned())),
            Some(("file", path)) => Ok(Self::File(path.into())),
            _ if text == "-" => Ok(Self::Input),
            _ if text.is_empty() => bail!("the secret is empty"),
            _ => Ok(Self::Plain(SecretString::from(text))),
        }
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
            Self::Input => f.write_str("standard input"),
            Self::Plain(_) => f.write_str("what was written"),
        }
    }
}

impl fmt::Debug for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A mistake must not put the secret into the error, as serde does with what it did not expect.
impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;

        impl Visitor<'_> for Written {
            type Value = SecretRef;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a secret in quotes, \"env:NAME\" or \"file:PATH\"")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<SecretRef, E> {
                match text.parse() {
                    Ok(SecretRef::Input) => {
                        Err(E::custom("a file has no standard input: use env:NAME or file:PATH"))
                    }
                    Ok(secret) => Ok(secret),
                    Err(error) => Err(E::custom(error)),
                }
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<SecretRef, E> {
                Err(E::custom("a secret is a text: put it in quotes"))
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<SecretRef, E> {
                Err(E::custom("a secret is a text: put it in quotes"))
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<SecretRef, E> {
                Err(E::custom("a secret is a text: put it in quotes"))
            }
        }

        deserializer.deserialize_any(Written)
    }
}

/// The secret in clear, for where it is hashed or sealed.
pub(crate) fn clear(secret: &SecretString) -> &str {
    secret.expose_secret()
}
