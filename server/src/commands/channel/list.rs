//! `lara channel list`: every channel and how it is.

use super::said;
use crate::wire;
use anyhow::Result;
use lara_core::model::{Channel, Health, HealthState, Language, Millis, Timestamp};
use lara_core::ports::{Brands, ChannelHealth, OddEvents};
use lara_core::wording::channel_trouble;
use lara_store::Store;
use serde_json::json;

/// Arguments of `lara channel list`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Short name of the brand whose channels to list
    #[arg(long)]
    brand: Option<String>,
    /// Print one JSON object a channel
    #[arg(long)]
    json: bool,
}

struct Row {
    brand: String,
    channel: Channel,
    health: Option<Health>,
    odd: i64,
}

impl Row {
    fn state(&self) -> &'static str {
        match (&self.channel.paused_at, &self.health) {
            (Some(_), _) => "paused",
            (None, Some(health)) => health.state.as_str(),
            (None, None) => HealthState::Unknown.as_str(),
        }
    }

    /// The gravest thing that is known, in words.
    fn trouble(&self) -> String {
        if self.channel.secrets.are_locked() {
            return channel_trouble(self.channel.kind, "secrets_locked", None, Language::English).what;
        }
        let Some(health) = &self.health else { return String::new() };
        let gravest = health.findings.iter().max_by_key(|finding| finding.gravity);
        let gravest = gravest.filter(|finding| finding.gravity > lara_core::model::Gravity::Fine);
        let code = gravest.map(|finding| (finding.code.as_str(), finding.detail.as_deref()));
        let ails = matches!(health.state, HealthState::Ailing | HealthState::Dead);
        let code = code.or_else(|| health.last_error.as_deref().filter(|_| ails).map(|code| (code, None)));
        code.map(|(code, detail)| channel_trouble(self.channel.kind, code, detail, Language::English).what)
            .unwrap_or_default()
    }
}

/// Runs `lara channel list`.
pub(super) async fn run(store: &Store, args: &Args) -> Result<()> {
    let only = match &args.brand {
        Some(slug) => Some(wire::choose_brand(store, Some(slug)).await?.id),
        None => None,
    };
    let brands = store.brands().await?;
    let (health, odd) = (store.health(only).await?, store.count_odd(only).await?);
    let rows: Vec<Row> = store
        .channels(only)
        .await?
        .into_iter()
        .filter(|channel| !channel.is_removed())
        .map(|channel| Row {
            brand: brands
                .iter()
                .find(|one| one.id == channel.brand)
                .map(|one| one.slug.clone())
                .unwrap_or_default(),
            health: health.iter().find(|health| health.channel == channel.id).cloned(),
            odd: odd.iter().find(|(id, _)| *id == channel.id).map_or(0, |(_, count)| *count),
            channel,
        })
        .collect();
    if args.json {
        for row in &rows {
            println!("{}", for_machines(row));
        }
    } else if rows.is_empty() {
        println!("There is no channel yet: lara channel add --help");
    } else {
        table(&rows);
    }
    Ok(())
}

fn table(rows: &[Row]) {
    let now = wire::now();
    let widest = |of: fn(&Row) -> usize, least: usize| rows.iter().map(of).max().unwrap_or(0).max(least);
    let name = widest(|row| row.channel.name.chars().count(), 4);
    let brand = widest(|row| row.brand.chars().count(), 5);
    println!(
        "{:<name$}  {:<9}  {:<brand$}  {:<7}  {:>9}  {:>9}",
        "NAME", "KIND", "BRAND", "STATE", "HEARD", "SENT"
    );
    for row in rows {
        let ago = |of: fn(&Health) -> Option<Timestamp>| {
            row.health.as_ref().and_then(of).map_or_else(|| "-".to_owned(), |at| ago(now.since(at)))
        };
        println!(
            "{:<name$}  {:<9}  {:<brand$}  {:<7}  {:>9}  {:>9}",
            row.channel.name,
            row.channel.kind,
            row.brand,
            row.state(),
            ago(|health| health.last_event_at),
            ago(|health| health.last_sent_at),
        );
        let trouble = row.trouble();
        if !trouble.is_empty() {
            println!("  {trouble} More: lara channel test {}", row.channel.name);
        }
        if row.odd > 0 {
            println!("  {} events could not be understood: see the channels page of the desk.", row.odd);
        }
    }
}

/// Everything but the secrets, of which the names stand there.
fn for_machines(row: &Row) -> serde_json::Value {
    let channel = &row.channel;
    let at = |of: fn(&Health) -> Option<Timestamp>| row.health.as_ref().and_then(of).map(Timestamp::millis);
    let secrets: Vec<_> = channel.secrets.expose().map(|(name, _)| name.to_owned()).collect();
    json!({
        "name": channel.name,
        "brand": row.brand,
        "kind": channel.kind,
        "account": channel.account,
        "state": row.state(),
        "paused_at": channel.paused_at.map(Timestamp::millis),
        "last_event_at": at(|health| health.last_event_at),
        "last_sent_at": at(|health| health.last_sent_at),
        "last_error": row.health.as_ref().and_then(|health| health.last_error.clone()),
        "last_error_at": at(|health| health.last_error_at),
        "checked_at": at(|health| health.checked_at),
        "findings": row.health.as_ref().map(|health| said::as_json(channel, &health.findings, Language::English)),
        "secrets": secrets,
        "secrets_locked": channel.secrets.are_locked(),
        "not_understood": row.odd,
    })
}

/// A time that has passed, shortly.
fn ago(passed: Millis) -> String {
    let minutes = passed.0.max(0) / 60_000;
    match minutes {
        0 => "now".to_owned(),
        1..60 => format!("{minutes} min"),
        60..2880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1440),
    }
}
