//! The whole story on every platform: the real client libraries on Lara's side, servers of others where there are any,
//! stand-ins of ours for the rest.

use super::emulated::{self, OnMessenger};
use super::shops::{self, Mode};
use super::stood_in::{self, Meta, OnMeta};
use super::talk::{complains, tells_the_story};
use crate::harness::{Database, Emulator, Lara, each_database};
use crate::stand_in::discord::{LAN, MINH};
use crate::stand_in::graph::APP_SECRET;

each_database!(
    telegram_polled,
    telegram_by_webhook,
    discord_in_the_brands_server,
    messenger,
    telegram_polled_from_the_stand_in,
    discord_in_private,
    messenger_with_every_field_of_today,
    instagram,
    whatsapp,
);

async fn telegram_polled(database: Database) {
    let (emulator, lara) = shops::on_the_telegram_emulator(database, Mode::Polling).await;
    let mut agent = lara.owner().await;
    tells_the_story(&lara, &mut agent, &mut emulated::OnTelegram::new(&emulator, 77, "An")).await;
    complains(&lara, &mut agent, &mut emulated::OnTelegram::new(&emulator, 78, "Bình")).await;
}

async fn telegram_by_webhook(database: Database) {
    let (emulator, lara) = shops::on_the_telegram_emulator(database, Mode::Webhook).await;
    let mut agent = lara.owner().await;
    tells_the_story(&lara, &mut agent, &mut emulated::OnTelegram::new(&emulator, 77, "An")).await;
    complains(&lara, &mut agent, &mut emulated::OnTelegram::new(&emulator, 78, "Bình")).await;
}

async fn discord_in_the_brands_server(database: Database) {
    let (emulator, lara) = shops::on_the_discord_emulator(database).await;
    let mut customer = emulated::OnDiscord::new(&emulator, "3000");
    customer.bot_is_there().await;
    let mut agent = lara.owner().await;
    tells_the_story(&lara, &mut agent, &mut customer).await;
}

async fn messenger(database: Database) {
    // The emulator must know the webhook, and Lara the Graph API: her address is known before she starts.
    let port = Lara::free_port();
    let webhook = format!("http://127.0.0.1:{port}/webhooks/meta");
    let emulator = Emulator::messenger(Meta::Messenger.account(), &webhook, APP_SECRET).await;
    let channel = shops::meta(Meta::Messenger, &format!("{}/v24.0", emulator.place("graph")));
    let lara = Lara::start_at(port, database, &channel).await;
    let page = Meta::Messenger.account();
    let mut agent = lara.owner().await;
    tells_the_story(&lara, &mut agent, &mut OnMessenger::new(&emulator, "1423587017700273", page)).await;
    complains(&lara, &mut agent, &mut OnMessenger::new(&emulator, "1423587017700274", page)).await;
}

async fn telegram_polled_from_the_stand_in(database: Database) {
    let (telegram, lara) = shops::on_telegram(database, Mode::Polling).await;
    let mut agent = lara.owner().await;
    tells_the_story(
        &lara,
        &mut agent,
        &mut stood_in::OnTelegram { telegram: &telegram, person: 77, seen: 0 },
    )
    .await;
    complains(&lara, &mut agent, &mut stood_in::OnTelegram { telegram: &telegram, person: 78, seen: 0 })
        .await;
    assert!(!telegram.calls("answercallbackquery").is_empty(), "the button does not spin for ever");
}

async fn discord_in_private(database: Database) {
    let (discord, lara) = shops::on_discord(database).await;
    let mut agent = lara.owner().await;
    tells_the_story(&lara, &mut agent, &mut stood_in::OnDiscord { discord: &discord, person: LAN, seen: 0 })
        .await;
    complains(&lara, &mut agent, &mut stood_in::OnDiscord { discord: &discord, person: MINH, seen: 0 }).await;
    assert!(!discord.calls("POST /interactions/").is_empty(), "the button does not spin for ever");
}

async fn messenger_with_every_field_of_today(database: Database) {
    on_meta(database, Meta::Messenger).await;
}

async fn instagram(database: Database) {
    on_meta(database, Meta::Instagram).await;
}

async fn whatsapp(database: Database) {
    on_meta(database, Meta::Whatsapp).await;
}

async fn on_meta(database: Database, platform: Meta) {
    let (graph, lara) = shops::on_meta(database, platform).await;
    let somebody = |person: &str| OnMeta {
        graph: &graph,
        webhook: lara.url("/webhooks/meta"),
        platform,
        person: person.to_owned(),
        seen: 0,
    };
    let mut agent = lara.owner().await;
    tells_the_story(&lara, &mut agent, &mut somebody("84900000001")).await;
    complains(&lara, &mut agent, &mut somebody("84900000002")).await;
    assert!(!graph.actions().is_empty(), "an answer that takes a moment is announced");
}
