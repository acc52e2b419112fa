//! The servers themselves: those of others start and answer as their drivers say, ours do what their tests rely on.

use crate::harness::{Emulator, Receiver, client};
use crate::stand_in::Fault;
use crate::stand_in::discord::{self, Discord, Resume};
use crate::stand_in::graph::{self, APP_SECRET, Graph, PAGE_TOKEN};
use crate::stand_in::telegram::Telegram;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn the_telegram_emulator_takes_methods_as_teloxide_writes_them() {
    let emulator = Emulator::telegram().await;
    let bot = format!("{}/bot123456789:BBBB", emulator.place("api"));
    let me: Value = client().post(format!("{bot}/GetMe")).send().await.unwrap().json().await.unwrap();
    assert_eq!(me["result"]["has_main_web_app"], json!(false), "{me}");
    let person = json!({ "id": 77, "is_bot": false, "first_name": "A" });
    let chat = json!({ "id": 77, "type": "private", "first_name": "A" });
    let text = json!({ "botToken": "123456789:BBBB", "date": 1_700_000_000, "text": "hi", "chat": chat, "from": person });
    emulator.people("sendMessage", &text).await;
    let updates: Value = client()
        .post(format!("{bot}/GetUpdates"))
        .json(&json!({}))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(updates["result"][0]["message"]["text"], "hi", "{updates}");
    let sent: Value = client()
        .post(format!("{bot}/SendMessage"))
        .json(&json!({ "chat_id": 77, "text": "hello" }))
        .send()
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(sent["ok"], true, "{sent}");
    let heard = emulator.people("getUpdates", &json!({ "token": "123456789:BBBB", "chatId": 77 })).await;
    assert_eq!(heard["result"][0]["message"]["text"], "hello", "{heard}");
}

#[tokio::test]
async fn the_discord_emulator_shows_what_the_bot_says() {
    let emulator = Emulator::discord().await;
    let url = format!("{}/v10/channels/2000/messages", emulator.place("rest"));
    let request = client().post(url).header("Authorization", format!("Bot {}", emulator.place("token")));
    let sent = request.json(&json!({ "content": "hello" })).send().await.unwrap();
    assert!(sent.status().is_success(), "{sent:?}");
    let shown = emulator.people("messages", &json!({})).await;
    assert_eq!(shown[0]["content"], "hello", "{shown}");
}

#[tokio::test]
async fn the_messenger_emulator_signs_its_webhooks_and_checks_what_is_sent() {
    let bot = Receiver::listening(std::time::Duration::ZERO).await;
    let emulator = Emulator::messenger("404217156637689", &bot.url, APP_SECRET).await;
    let script = json!({ "person": "1423587017700273", "page": "404217156637689", "steps": [
        { "says": "hi 😀" }, { "hears": "there" }, { "presses": "GET_STARTED" }, { "hears": "started", "as": "button_template" },
    ]});
    let answers = async {
        let came = bot.has_got(1).await;
        assert_eq!(came[0].reply["entry"][0]["messaging"][0]["message"]["text"], "hi 😀");
        assert_eq!(came[0].hub_signature, graph::signature(APP_SECRET, came[0].body.as_bytes()));
        sends(&emulator, json!({ "text": "hi there", "metadata": "newer than 2.6" })).await;
        bot.has_got(2).await;
        let buttons = json!([{ "type": "postback", "title": "Go", "payload": "go" }]);
        let template = json!({ "template_type": "button", "text": "now started", "buttons": buttons });
        sends(&emulator, json!({ "attachment": { "type": "template", "payload": template } })).await;
    };
    let (played, ()) = tokio::join!(emulator.people("plays", &script), answers);
    assert_eq!(played["failed"], Value::Null, "{played}");
    assert_eq!(played["heard"].as_array().unwrap().len(), 2, "{played}");
}

async fn sends(emulator: &Emulator, message: Value) {
    let url = format!("{}/v24.0/me/messages?access_token=t", emulator.place("graph"));
    let body = json!({ "recipient": { "id": "1423587017700273" }, "messaging_type": "RESPONSE", "message": message });
    let answer: Value = client().post(url).json(&body).send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["recipient_id"], "1423587017700273", "{answer}");
}

#[tokio::test]
async fn a_telegram_update_is_offered_until_the_offset_passes_it() {
    let telegram = Telegram::start().await;
    telegram.writes(1, "one");
    telegram.writes(1, "two");
    let asks = async |fields: Value| -> Value {
        let url = format!("{}/bot{}/GetUpdates", telegram.url, telegram.token);
        client().post(url).json(&fields).send().await.unwrap().json().await.unwrap()
    };
    let first = asks(json!({ "limit": 1 })).await;
    assert_eq!(first, asks(json!({ "limit": 1 })).await, "not confirmed, so offered again");
    let offset = first["result"][0]["update_id"].as_i64().unwrap() + 1;
    let second = asks(json!({ "offset": offset })).await;
    assert_eq!(second["result"][0]["message"]["text"], "two");
    assert_eq!(telegram.unconfirmed(), 1);
}

#[tokio::test]
async fn a_stand_in_fails_as_it_is_told_and_remembers_what_it_took() {
    let graph = Graph::start("1").await;
    graph.sends.plan(&[Fault::TooMany { seconds: 3 }, Fault::CutBefore, Fault::CutAfter]);
    let send = async |text: &str| {
        let url = format!("{}/me/messages?access_token={PAGE_TOKEN}", graph.url);
        let body =
            json!({ "recipient": { "id": "77" }, "messaging_type": "RESPONSE", "message": { "text": text } });
        client().post(url).json(&body).send().await.map(|answer| answer.status().as_u16())
    };
    assert_eq!(send("one").await.unwrap(), 400);
    assert!(send("two").await.is_err(), "the connection is reset");
    assert!(send("three").await.is_err(), "the connection is reset");
    assert_eq!(send("four").await.unwrap(), 200);
    let seen: Vec<_> =
        graph.sends.seen_by("77").into_iter().map(|one| one.body["message"]["text"].clone()).collect();
    assert_eq!(seen, ["three", "four"], "and only the answer was lost for the third");
}

/// A bot that speaks the gateway by hand.
async fn joins(discord: &Discord) -> WebSocketStream<TcpStream> {
    let address = discord.gateway.strip_prefix("ws://").unwrap();
    let stream = TcpStream::connect(address).await.unwrap();
    let url = format!("{}/?v=10&encoding=json", discord.gateway);
    let (mut socket, _) = tokio_tungstenite::client_async(url, stream).await.unwrap();
    assert_eq!(hears(&mut socket).await.unwrap()["op"], 10);
    socket.flush().await.unwrap();
    socket
}

async fn hears(socket: &mut WebSocketStream<TcpStream>) -> Option<Value> {
    let heard = tokio::time::timeout(std::time::Duration::from_secs(5), socket.next()).await.ok()??.ok()?;
    serde_json::from_str(heard.to_text().ok()?).ok()
}

async fn says(socket: &mut WebSocketStream<TcpStream>, what: Value) {
    socket.send(Message::text(what.to_string())).await.unwrap();
}

#[tokio::test]
async fn a_lost_gateway_replays_when_it_is_resumed_and_not_when_it_refuses() {
    let discord = Discord::start().await;
    let token = discord.token.clone();
    let mut socket = joins(&discord).await;
    says(&mut socket, json!({ "op": 2, "d": { "token": token, "intents": 1 } })).await;
    let session = hears(&mut socket).await.unwrap()["d"]["session_id"].clone();
    assert_eq!(hears(&mut socket).await.unwrap()["t"], "GUILD_CREATE");
    discord.goes_down();
    assert!(hears(&mut socket).await.is_none(), "hung up");
    discord.whispers(discord::LAN, "missed");
    discord.comes_up();

    let mut socket = joins(&discord).await;
    let resume = json!({ "op": 6, "d": { "token": token, "session_id": session, "seq": 2 } });
    says(&mut socket, resume.clone()).await;
    assert_eq!(hears(&mut socket).await.unwrap()["d"]["content"], "missed");
    assert_eq!(hears(&mut socket).await.unwrap()["t"], "RESUMED");
    drop(socket);

    discord.resumes(Resume::Refused);
    let mut socket = joins(&discord).await;
    says(&mut socket, resume).await;
    assert_eq!(hears(&mut socket).await.unwrap()["op"], 9);
}

#[tokio::test]
async fn the_same_nonce_is_the_same_message() {
    let discord = Discord::start().await;
    let direct = discord.direct(discord::LAN);
    let url = format!("{}/api/v10/channels/{direct}/messages", discord.rest);
    let mut ids = Vec::new();
    for _ in 0..2 {
        let body = json!({ "content": "hello", "nonce": "n-1", "enforce_nonce": true });
        let request = client().post(&url).header("Authorization", format!("Bot {}", discord.token));
        let answer: Value = request.json(&body).send().await.unwrap().json().await.unwrap();
        ids.push(answer["id"].clone());
    }
    assert_eq!(ids[0], ids[1]);
    assert_eq!(discord.shows(&direct).len(), 1);
    assert_eq!(discord.sends.taken().len(), 1);
}
