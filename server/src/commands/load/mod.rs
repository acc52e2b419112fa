//! `lara load`: sends messages to a running server at a given rate, through the REST channel or as a platform's webhooks, and
//! measures what comes back: accepted, answered, lost, answered twice, out of order, and how fast.

mod hooks;
mod lane;
mod report;

use super::progress::{self, Shown};
use anyhow::{Context, Result, ensure};
use lane::{Lane, Link};
use report::{Report, Tally};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// The token of the demo brand's REST channel; it exists nowhere else.
pub(crate) const DEMO_TOKEN: &str = "lara-demo-app-channel-token";

/// Arguments of `lara load`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Address of the running server
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    url: url::Url,
    /// Messages a second
    #[arg(long, default_value_t = 100.0)]
    rate: f64,
    /// How many messages
    #[arg(long, default_value_t = 1_000)]
    messages: usize,
    /// How many customers write at the same time
    #[arg(long, default_value_t = 500)]
    customers: usize,
    /// Token of the REST channel [default: the demo brand's]
    #[arg(long, env = "LARA_TOKEN", hide_env_values = true)]
    token: Option<SecretString>,
    /// The way in
    #[arg(long, value_enum, default_value_t = Through::Rest)]
    channel: Through,
    /// Where the platform delivers [default for messenger: /webhooks/meta]
    #[arg(long)]
    webhook: Option<url::Url>,
    /// What webhooks are signed with: the app's secret, Telegram's secret token
    #[arg(long)]
    secret: Option<SecretString>,
    /// The page whose webhooks these are (messenger)
    #[arg(long)]
    account: Option<String>,
    /// Listen here in the place of the platform, where the channel's `api_url` or `graph_url` points; without it only
    /// acknowledgements are measured
    #[arg(long)]
    platform: Option<SocketAddr>,
    /// Seconds without any new answer after which the rest counts as lost
    #[arg(long, default_value_t = 15)]
    patience: u64,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// How messages reach the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Through {
    /// The REST channel.
    Rest,
    /// Webhooks of Telegram, with the secret token.
    Telegram,
    /// Signed webhooks of Messenger.
    Messenger,
}

/// Runs the load and prints the report.
pub(crate) async fn run(args: &Args) -> Result<()> {
    ensure!(args.rate > 0.0 && args.rate.is_finite(), "--rate must be more than 0 messages a second");
    ensure!(args.messages > 0 && args.customers > 0, "--messages and --customers must be at least 1");
    if args.channel != Through::Rest {
        return hooks::run(args).await?.print(args.json);
    }
    let link = Arc::new(Link::new(args)?);
    link.check().await?;
    let rss_before = link.resident_mb().await;
    let tally = Arc::new(Mutex::new(Tally::new(args.messages)));
    let bar = progress::bar(Shown::unless_json(args.json), args.messages, "answered");
    let begin = Instant::now() + Duration::from_millis(50);
    let mut lanes = JoinSet::new();
    for number in 0..args.customers.min(args.messages) {
        let lane = Lane {
            number,
            step: args.customers,
            total: args.messages,
            gap: Duration::from_secs_f64(1.0 / args.rate),
            begin,
            patience: Duration::from_secs(args.patience),
            link: Arc::clone(&link),
            tally: Arc::clone(&tally),
            bar: bar.clone(),
        };
        lanes.spawn(lane.run());
    }
    while let Some(ended) = lanes.join_next().await {
        ended.context("a customer's task ended badly")?;
    }
    bar.finish_and_clear();
    let rss = link.resident_mb().await.or(rss_before);
    let report = Report::of(&tally.lock().unwrap_or_else(std::sync::PoisonError::into_inner), rss);
    report.print(args.json)
}
