//! `lara token`: who may use the REST API, from the command line.

use crate::config::Config;
use crate::wire;
use anyhow::{Context, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use lara_core::model::{ApiToken, Millis, Scope, Timestamp, TokenId};
use lara_core::ports::ApiTokens;

/// How every token begins, so that people and scanners know one where they see it.
const PREFIX: &str = "lara_";
/// Characters of the longest name.
const LONGEST_NAME: usize = 100;
/// The longest life that can be asked for: ten years.
const LONGEST_LIFE: i64 = 3_660;

/// Subcommands of `lara token`.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    /// Make a token and print it, once
    Add {
        /// What it is for, e.g. `webshop`
        #[arg(long)]
        name: String,
        /// What it may do: read, write, messages or privacy (may be repeated)
        #[arg(long = "scope", value_name = "SCOPE", required = true, value_parser = parse_scope)]
        scopes: Vec<Scope>,
        /// When it ends, e.g. `90d` or `12h` (default: when it is revoked)
        #[arg(long, value_name = "SPAN", value_parser = parse_span)]
        expires: Option<Millis>,
        /// Short name of the brand it opens (default: the only one)
        #[arg(long)]
        brand: Option<String>,
    },
    /// List the tokens of a brand
    List {
        /// Short name of the brand (default: the only one)
        #[arg(long)]
        brand: Option<String>,
    },
    /// Refuse a token from now on
    Revoke {
        /// Its id, as lara token list shows it
        id: TokenId,
        /// Short name of the brand (default: the only one)
        #[arg(long)]
        brand: Option<String>,
    },
}

fn parse_scope(word: &str) -> Result<Scope, String> {
    word.parse().map_err(|_| "write read, write, messages or privacy".to_owned())
}

fn parse_span(text: &str) -> Result<Millis, String> {
    let wrong = || format!("write hours or days, as 12h or 90d, at most {LONGEST_LIFE}d");
    let split = text.len().checked_sub(1).filter(|at| text.is_char_boundary(*at)).ok_or_else(wrong)?;
    let (number, unit) = text.split_at(split);
    let number: i64 = number.parse().map_err(|_| wrong())?;
    let hours = match unit {
        "h" => number,
        "d" => number.saturating_mul(24),
        _ => return Err(wrong()),
    };
    let good = (1..=LONGEST_LIFE * 24).contains(&hours);
    good.then(|| Millis::minutes(hours * 60)).ok_or_else(wrong)
}

/// A fresh secret: 256 random bits behind the prefix.
fn secret() -> Result<String> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).context("the system gives no randomness")?;
    Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

fn day(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis())
        .map(|at| at.strftime("%Y-%m-%d %H:%MZ").to_string())
        .unwrap_or_default()
}

fn line(token: &ApiToken, now: Timestamp) -> String {
    let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.as_str()).collect();
    let used = token.used_at.map_or_else(|| "never used".to_owned(), |at| format!("used {}", day(at)));
    let state = match (token.revoked_at, token.valid_until) {
        (Some(at), _) => format!("revoked {}", day(at)),
        (None, Some(until)) if !token.is_good(now) => format!("ended {}", day(until)),
        (None, Some(until)) => format!("until {}", day(until)),
        (None, None) => String::new(),
    };
    format!("{}  {:<20} {:<28} {used}  {state}", token.id, token.name, scopes.join(","))
}

/// Runs `lara token`.
pub(crate) async fn run(config: &Config, command: &Command) -> Result<()> {
    let store = wire::open_store(config).await?;
    match command {
        Command::Add { name, scopes, expires, brand } => {
            let brand = wire::choose_brand(&store, brand.as_deref()).await?;
            let name = name.trim();
            let good = !name.is_empty()
                && name.chars().count() <= LONGEST_NAME
                && !name.chars().any(char::is_control);
            ensure!(good, "a token's name has 1 to {LONGEST_NAME} characters on one line");
            let mut scopes = scopes.clone();
            scopes.sort_unstable();
            scopes.dedup();
            let (secret, now) = (secret()?, wire::now());
            let token = ApiToken {
                id: TokenId::new(wire::uuid()),
                brand: brand.id,
                name: name.to_owned(),
                scopes,
                created_at: now,
                used_at: None,
                valid_until: expires.map(|span| now.plus(span)),
                revoked_at: None,
            };
            store.add_token(&wire::hash(&secret), &token).await?;
            // The token alone on standard output, so that a script can keep it.
            eprintln!("A token for {}; it is shown this once, so keep it now ({}):", brand.name, token.id);
            println!("{secret}");
            Ok(())
        }
        Command::List { brand } => {
            let brand = wire::choose_brand(&store, brand.as_deref()).await?;
            let (now, tokens) = (wire::now(), store.tokens(brand.id).await?);
            if tokens.is_empty() {
                eprintln!("{} has no token yet: lara token add", brand.name);
            }
            for token in tokens {
                println!("{}", line(&token, now).trim_end());
            }
            Ok(())
        }
        Command::Revoke { id, brand } => {
            let brand = wire::choose_brand(&store, brand.as_deref()).await?;
            if !store.revoke_token(brand.id, *id, wire::now()).await? {
                bail!("{} has no such token that is not revoked already: see lara token list", brand.name);
            }
            println!("Revoked {id}.");
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_life_is_hours_or_days() {
        assert_eq!(parse_span("12h"), Ok(Millis::minutes(12 * 60)));
        assert_eq!(parse_span("90d"), Ok(Millis::minutes(90 * 24 * 60)));
        for wrong in ["", "d", "0d", "-1d", "90", "9999999999999999999d", "4000d", "1năm", "90 d"] {
            assert!(parse_span(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn secrets_are_known_by_their_beginning_and_differ() {
        let (one, other) = (secret().unwrap(), secret().unwrap());
        assert!(one.starts_with("lara_") && one.len() == 48, "{one}");
        assert_ne!(one, other);
    }
}
