//! The brand's channels as an operator writes them into lara.toml, each pointed at a server that stands in for its platform.

use super::emulated::TELEGRAM_TOKEN;
use super::stood_in::Meta;
use crate::harness::{Database, Emulator, Lara, eventually};
use crate::stand_in::discord::{Discord, GENERAL};
use crate::stand_in::graph::{APP_SECRET, Graph, PAGE_TOKEN};
use crate::stand_in::telegram::Telegram;

/// How Telegram's updates come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Polling,
    Webhook,
}

/// A Telegram channel.
pub(crate) fn telegram(api_url: &str, token: &str, mode: Mode) -> String {
    let mode = match mode {
        Mode::Polling => "polling",
        Mode::Webhook => "webhook",
    };
    format!(
        "[channels.telegram]\nkind = \"telegram\"\nbrand = \"demo\"\ntoken = \"{token}\"\napi_url = \"{api_url}\"\nmode = \"{mode}\"\n"
    )
}

/// A Discord channel; one of the server's channels is watched.
pub(crate) fn discord(api_url: &str, gateway_url: &str, token: &str) -> String {
    format!(
        "[channels.discord]\nkind = \"discord\"\nbrand = \"demo\"\ntoken = \"{token}\"\napi_url = \"{api_url}\"\ngateway_url = \"{gateway_url}\"\nwatched = [\"{GENERAL}\"]\n"
    )
}

/// A channel of one of Meta's platforms.
pub(crate) fn meta(platform: Meta, graph_url: &str) -> String {
    let kind = match platform {
        Meta::Messenger => "messenger",
        Meta::Instagram => "instagram",
        Meta::Whatsapp => "whatsapp",
    };
    let account = platform.account();
    format!(
        "[channels.{kind}]\nkind = \"{kind}\"\nbrand = \"demo\"\naccount = \"{account}\"\ntoken = \"{PAGE_TOKEN}\"\napp_secret = \"{APP_SECRET}\"\nverify_token = \"the word both sides know\"\ngraph_url = \"{graph_url}\"\n"
    )
}

async fn with_telegram(database: Database, channel: &str, mode: Mode) -> Lara {
    match mode {
        Mode::Polling => Lara::start_with(database, channel).await,
        Mode::Webhook => Lara::start_behind_tls(database, channel).await,
    }
}

/// Lara with her bot on the Telegram emulator.
pub(crate) async fn on_the_telegram_emulator(database: Database, mode: Mode) -> (Emulator, Lara) {
    let emulator = Emulator::telegram().await;
    let lara = with_telegram(database, &telegram(emulator.place("api"), TELEGRAM_TOKEN, mode), mode).await;
    if mode == Mode::Webhook {
        eventually("the bot sets its webhook", async || {
            let url = format!("{}/bot{TELEGRAM_TOKEN}/getWebhookInfo", emulator.place("api"));
            let info: serde_json::Value = lara.http.post(url).send().await.ok()?.json().await.ok()?;
            (info["result"]["url"] != "").then_some(())
        })
        .await;
    }
    (emulator, lara)
}

/// Lara with her bot on the Discord emulator.
pub(crate) async fn on_the_discord_emulator(database: Database) -> (Emulator, Lara) {
    let emulator = Emulator::discord().await;
    let rest = emulator.place("rest").trim_end_matches("/api").to_owned();
    let channel = discord(&rest, emulator.place("gateway"), emulator.place("token"));
    let lara = Lara::start_with(database, &channel).await;
    (emulator, lara)
}

/// Lara with her bot on the Bot API stand-in.
pub(crate) async fn on_telegram(database: Database, mode: Mode) -> (Telegram, Lara) {
    let platform = Telegram::start().await;
    let lara = with_telegram(database, &telegram(&platform.url, &platform.token, mode), mode).await;
    if mode == Mode::Webhook {
        platform.webhook().await;
    }
    (platform, lara)
}

/// Lara with her bot on the Discord stand-in.
pub(crate) async fn on_discord(database: Database) -> (Discord, Lara) {
    let platform = Discord::start().await;
    let channel = discord(&platform.rest, &platform.gateway, &platform.token);
    let lara = Lara::start_with(database, &channel).await;
    platform.is_connected().await;
    (platform, lara)
}

/// Lara with her page, account or number on the Graph stand-in.
pub(crate) async fn on_meta(database: Database, platform: Meta) -> (Graph, Lara) {
    let graph = Graph::start(platform.account()).await;
    let lara = Lara::start_with(database, &meta(platform, &graph.url)).await;
    (graph, lara)
}
