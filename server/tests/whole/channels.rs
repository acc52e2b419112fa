//! An operator connects a bot from the command line while Lara serves: it works within seconds, its token shows nowhere,
//! and a key that is lost costs nobody else anything.

use crate::harness::{Lara, eventually, on_both};
use crate::stand_in::telegram::Telegram;
use serde_json::Value;

on_both!(
    a_bot_is_connected_paused_and_removed_while_she_serves,
    a_lost_key_explains_itself_and_the_other_channels_go_on,
);

/// Adds the bot with the token in a file.
fn adds(lara: &Lara, telegram: &Telegram, file: &str, more: &[&str]) -> Result<String, String> {
    let mut arguments = vec!["channel", "add", "telegram", "--brand", "demo", "--token-file", file];
    arguments.extend(["--api-url", &telegram.url]);
    arguments.extend(more);
    lara.runs(&arguments)
}

fn listed(lara: &Lara, name: &str) -> Option<Value> {
    let said = lara.runs(&["channel", "list", "--json"]).unwrap();
    let mut channels = said.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    channels.find(|channel| channel["name"] == name)
}

async fn answers(telegram: &Telegram, at_least: usize) {
    eventually("the bot answers", async || (telegram.sends.taken().len() >= at_least).then_some(())).await;
}

async fn a_bot_is_connected_paused_and_removed_while_she_serves(lara: Lara) {
    let telegram = Telegram::start().await;
    lara.writes("wrong.token", b"7000:not-the-token-of-the-bot\n");
    let refused = adds(&lara, &telegram, "wrong.token", &[]).unwrap_err();
    assert!(refused.contains("nothing was stored (token_invalid)"), "{refused}");
    assert!(!refused.contains("not-the-token") && listed(&lara, "telegram").is_none(), "{refused}");

    lara.writes("bot.token", telegram.token.as_bytes());
    let said = adds(&lara, &telegram, "bot.token", &[]).unwrap();
    assert!(said.contains("Telegram knows the token: @shop_bot."), "{said}");
    let again = adds(&lara, &telegram, "bot.token", &[]).unwrap_err();
    assert!(again.contains("--replace"), "{again}");
    telegram.writes(42, "mấy giờ shop mở cửa ạ?");
    answers(&telegram, 1).await;
    let channel = eventually("she has heard the bot's customer", async || {
        listed(&lara, "telegram").filter(|channel| !channel["last_event_at"].is_null())
    })
    .await;
    assert_eq!((&channel["state"], &channel["account"]), (&"well".into(), &"7000".into()), "{channel}");

    lara.runs(&["channel", "pause", "telegram"]).unwrap();
    assert_eq!(listed(&lara, "telegram").unwrap()["state"], "paused");
    telegram.writes(42, "shop còn đó không ạ?");
    lara.runs(&["channel", "resume", "telegram"]).unwrap();
    answers(&telegram, 2).await;

    let tested = lara.runs(&["channel", "test", "telegram", "--json"]).unwrap();
    let doctor = lara.runs(&["doctor"]).unwrap();
    assert!(doctor.contains("telegram (demo): Telegram knows the token: @shop_bot."), "{doctor}");
    let secret = "a-token-of-the-stand-in";
    let everything = format!("{said}{again}{channel}{tested}{doctor}{}", lara.log());
    assert!(!everything.contains(secret), "the token shows");
    for file in ["lara.db", "lara.db-wal"] {
        let bytes = std::fs::read(lara.data_file(file)).unwrap_or_default();
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "the token stands in {file}");
    }

    let removed = lara.runs(&["channel", "remove", "telegram"]).unwrap();
    assert!(removed.contains("conversations stay"), "{removed}");
    assert_eq!(listed(&lara, "telegram"), None);
    adds(&lara, &telegram, "bot.token", &[]).unwrap();
}

async fn a_lost_key_explains_itself_and_the_other_channels_go_on(mut lara: Lara) {
    let telegram = Telegram::start().await;
    lara.writes("bot.token", telegram.token.as_bytes());
    adds(&lara, &telegram, "bot.token", &[]).unwrap();
    lara.stop().await;
    std::fs::remove_file(lara.data_file("secret.key")).unwrap();
    lara.wake().await;

    let locked = listed(&lara, "telegram").unwrap();
    assert_eq!(locked["secrets_locked"], true, "{locked}");
    let said = lara.runs(&["channel", "list"]).unwrap();
    assert!(said.contains("sealed with another key"), "{said}");
    assert!(lara.runs(&["channel", "test", "telegram"]).is_err());
    let mut customer = lara.app_customer("kh-1");
    customer.says("mấy giờ shop mở cửa ạ?").await;
    assert!(!customer.lara_says("").await.is_empty(), "the app goes on");

    // Its token given again, it speaks.
    adds(&lara, &telegram, "bot.token", &["--replace"]).unwrap();
    assert_eq!(listed(&lara, "telegram").unwrap()["secrets_locked"], false);
    telegram.writes(42, "mấy giờ shop mở cửa ạ?");
    answers(&telegram, 1).await;
}
