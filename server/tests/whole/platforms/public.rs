//! Public places: listened to, answered only when the brand is addressed, and a complaint is not discussed before everybody.

use super::shops;
use crate::harness::{Database, eventually};
use crate::order::QUESTIONS;
use crate::stand_in::discord::{BOT, GENERAL, LAN, MINH};

const HEARD: &str = "SELECT COUNT(*) FROM messages m JOIN channels c ON c.id = m.channel_id \
     WHERE m.direction = 'in' AND c.kind = 'discord' AND m.visibility <> 'direct'";

const ESCALATED: &str = "SELECT COUNT(*) FROM escalations e JOIN conversations v ON v.id = e.conversation_id \
     JOIN addresses a ON a.id = v.address_id JOIN channels c ON c.id = a.channel_id WHERE c.kind = 'discord'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_watched_channel_lara_listens_and_speaks_when_spoken_to() {
    let (discord, lara) = shops::on_discord(Database::Sqlite).await;
    discord.writes(MINH, GENERAL, QUESTIONS[0]);
    eventually("what was said in public is kept", async || (lara.count(HEARD).await == 1).then_some(()))
        .await;
    lara.settles_with_every_message_decided_once().await;
    assert!(discord.sends.asked().is_empty(), "nobody asked her: {:#?}", discord.sends.asked());

    discord.writes(LAN, GENERAL, &format!("<@{BOT}> {}", QUESTIONS[0]));
    discord.sends.reach(GENERAL, 1).await;
    lara.settles_with_every_message_decided_once().await;
    let said = discord.sends.asked();
    assert_eq!(said.len(), 1, "{said:#?}");
    assert_eq!(
        said[0].body["allowed_mentions"]["parse"],
        serde_json::json!([]),
        "nobody is pinged: {said:#?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_complaint_in_public_gets_one_line_there_and_goes_on_in_private() {
    let (discord, lara) = shops::on_discord(Database::Sqlite).await;
    discord.writes(
        LAN,
        GENERAL,
        &format!("<@{BOT}> My parcel never came and nobody answers. I want my money back!"),
    );
    discord.sends.reach(GENERAL, 1).await;
    eventually("a human is called", async || (lara.count(ESCALATED).await == 1).then_some(())).await;
    lara.settles_with_every_message_decided_once().await;
    eventually("there is a way into private", async || {
        let elsewhere = discord.sends.taken().iter().any(|one| one.to != GENERAL);
        let line = &discord.sends.seen_by(GENERAL)[0].body;
        let buttons = line["components"].as_array().is_some_and(|rows| !rows.is_empty());
        (elsewhere || buttons).then_some(())
    })
    .await;
    assert_eq!(discord.sends.seen_by(GENERAL).len(), 1, "one line before everybody");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_closed_their_private_messages_is_not_tried_again_and_again() {
    let (discord, lara) = shops::on_discord(Database::Sqlite).await;
    discord.whispers(MINH, QUESTIONS[0]);
    discord.closes_to(MINH);
    let failed = "SELECT COUNT(*) FROM messages WHERE state = 'failed'";
    eventually("the reply is given up", async || (lara.count(failed).await == 1).then_some(())).await;
    assert_eq!(discord.sends.asked().len(), 1, "refused once (50007), tried once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_help_me_calls_a_human_without_a_word_in_public() {
    let (discord, lara) = shops::on_discord(Database::Sqlite).await;
    eventually("the command is there", async || {
        discord.calls("").iter().any(|call| call.what.ends_with("/commands")).then_some(())
    })
    .await;
    discord.commands(LAN, GENERAL, "help-me");
    eventually("the command is answered", async || {
        (!discord.calls("POST /interactions/").is_empty()).then_some(())
    })
    .await;
    eventually("a human is called", async || (lara.count(ESCALATED).await == 1).then_some(())).await;
    lara.settles_with_every_message_decided_once().await;
    assert!(discord.sends.seen_by(GENERAL).is_empty(), "nobody else reads it: {:#?}", discord.sends.asked());
    // 64: only who used it sees the answer.
    let answers = discord.calls("POST /interactions/");
    assert_eq!(answers[0].body["data"]["flags"], 64, "{answers:#?}");
}
