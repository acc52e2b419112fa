//! Sending: where a reply goes, and what follows when Discord does not take it.

use crate::brand::{Shop, within};
use crate::platform::{BOT, Platform};
use lara_core::deliver;
use lara_core::model::{
    Afterwards, Author, ConversationId, Direction, HealthState, Message, MessageId, MessageState, Millis,
    QuickReply, Visibility,
};
use lara_core::ports::{Clock as _, Dispatch, Marks as _, Scope, SendError};
use serde_json::{Value, json};
use uuid::Uuid;

fn dispatch(shop: &Shop, address: &str, text: &str) -> Dispatch {
    let id = Uuid::from_u128(0x0198_0000_0000_7000_8000_0000_0000_0042);
    let private = !address.contains(':');
    Dispatch {
        message: Message {
            id: MessageId::new(id),
            brand: shop.channel.brand,
            conversation: ConversationId::new(id),
            seq: 2,
            direction: Direction::Out,
            author: Author::Bot,
            agent: None,
            external: None,
            text: text.to_owned(),
            quick_replies: Vec::new(),
            answers: None,
            visibility: if private { Visibility::Direct } else { Visibility::PublicAddressed },
            state: MessageState::Sending,
            at: shop.clock.now(),
            fault: None,
            attachments: Vec::new(),
            aside: None,
            after: Afterwards::default(),
        },
        channel: shop.channel.clone(),
        address: address.to_owned(),
        attempts: 1,
        last_in_at: None,
        reply_to: Some("1573834238149525515".to_owned()),
        pieces_done: 0,
        unasked: false,
    }
}

/// Sends all pieces, as the deliverer does; what the last brought.
async fn send(shop: &Shop, dispatch: &Dispatch) -> Result<Option<String>, SendError> {
    let mut last = Ok(None);
    for (place, piece) in (0..).zip(&deliver::compose(dispatch)) {
        last = shop.push.send(dispatch, piece, place).await;
        if last.is_err() {
            break;
        }
    }
    last
}

/// A code typed in a server is answered where it was typed, to that person alone; what follows goes into direct messages.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_typed_in_a_server_is_answered_there_unseen_and_the_talk_goes_on_in_private() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let listening = shop.listens();
    within("a session", platform.sessions(1)).await;
    let link = json!({
        "id": "1573834238149525516", "application_id": BOT, "type": 2, "token": "t1", "version": 1,
        "channel_id": "2000", "guild_id": "1000", "locale": "vi", "entitlements": [], "app_permissions": "8",
        "attachment_size_limit": 10_485_760, "authorizing_integration_owners": {}, "context": 0,
        "data": { "id": "5001", "name": "link", "type": 1,
            "options": [{ "name": "code", "type": 3, "value": "LARA-7K3M-9QXD" }] },
        "member": { "user": { "id": "3000", "username": "lan", "discriminator": "0", "avatar": null },
            "roles": [], "joined_at": "2026-01-01T00:00:00Z", "deaf": false, "mute": false, "flags": 0 },
    });
    platform.publish("INTERACTION_CREATE", &link);
    let heard = within("the code", shop.hears("3000", 1)).await;
    assert_eq!(heard, ["customer: LARA-7K3M-9QXD"]);
    let first = platform.called("/interactions/1573834238149525516/t1/callback").await;
    assert_eq!(first["data"]["flags"], 64, "only who typed it sees the answer");
    shop.lara_answers().await;
    platform.called("PATCH /webhooks/4000/t1/messages/@original").await;
    send(&shop, &dispatch(&shop, "3000", "Đơn của bạn đang trên đường.")).await.unwrap();
    assert_eq!(platform.shows("93000").len(), 1, "in direct messages");
    assert!(platform.shows("2000").is_empty(), "nobody else reads a word");
    within("the end", listening.ends()).await;
}

async fn refused(status: u16, body: Value) -> (Result<Option<String>, SendError>, Shop, Platform) {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    platform.answers("POST /channels/93000/messages", status, body);
    let sent = send(&shop, &dispatch(&shop, "3000", "Dạ")).await;
    (sent, shop, platform)
}

#[tokio::test]
async fn a_public_reply_answers_its_question_and_pings_nobody() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let mut reply = dispatch(&shop, "2000:3000", "Dạ \\@everyone, bên em còn hàng");
    reply.message.quick_replies = (1..=6).map(|n| QuickReply { title: format!("Màu số {n}") }).collect();
    assert!(send(&shop, &reply).await.unwrap().is_some());
    let sent = &platform.calls("POST /channels/2000/messages")[0].body;
    assert_eq!(sent["allowed_mentions"], json!({ "parse": [] }));
    assert_eq!(
        sent["message_reference"],
        json!({ "type": 0, "message_id": "1573834238149525515", "fail_if_not_exists": false })
    );
    let rows: Vec<usize> = sent["components"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["components"].as_array().unwrap().len())
        .collect();
    assert_eq!(rows, [5, 1]);
    assert_eq!(sent["components"][0]["components"][0]["custom_id"], "lara:say:0:Màu số 1");
    assert_eq!(sent["components"][1]["components"][0]["label"], "Màu số 6");
}

#[tokio::test]
async fn a_long_reply_is_sent_in_pieces_that_differ() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let reply = dispatch(&shop, "3000", &"Dạ vâng ạ. ".repeat(400));
    send(&shop, &reply).await.unwrap();
    let sent = platform.calls("POST /channels/93000/messages");
    assert_eq!(sent.len(), 3);
    let nonces: Vec<&str> = sent.iter().map(|call| call.body["nonce"].as_str().unwrap()).collect();
    assert!(nonces.iter().all(|nonce| nonce.len() <= 25) && nonces[0] != nonces[1] && nonces[1] != nonces[2]);
    assert!(
        nonces[2].ends_with('.') && !nonces[1].ends_with('.'),
        "the last piece says that it is: {nonces:?}"
    );
    assert!(sent.iter().all(|call| call.body["content"].as_str().unwrap().chars().count() <= 2_000));
    assert_eq!(platform.calls("POST /users/@me/channels").len(), 1, "the direct channel is opened once");
}

#[tokio::test]
async fn the_same_piece_sent_twice_stands_there_once() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let reply = dispatch(&shop, "3000", "Dạ");
    platform.answers("POST /users/@me/channels", 502, json!({}));
    assert_eq!(
        send(&shop, &reply).await,
        Err(SendError::Retry(Some(Millis::seconds(3)), "platform_failing"))
    );
    let first = send(&shop, &reply).await.unwrap();
    let second = send(&shop, &reply).await.unwrap();
    assert_eq!(first, second);
    assert_eq!(platform.shows("93000"), ["Dạ"]);
}

#[tokio::test]
async fn a_person_who_closed_their_messages_is_gone() {
    let payload: Value =
        serde_json::from_str(include_str!("../payloads/discord/rest_403_50007.json")).unwrap();
    let (sent, ..) = refused(403, payload).await;
    assert_eq!(sent, Err(SendError::Gone("closed_direct_messages")));
}

#[tokio::test]
async fn a_limit_is_waited_for_and_not_asked_again_before() {
    let payload: Value =
        serde_json::from_str(include_str!("../payloads/discord/rest_429_global.json")).unwrap();
    let (sent, shop, platform) = refused(429, payload).await;
    assert_eq!(sent, Err(SendError::TooFast(Scope::Account, Millis(64_571), "rate_limited")));
    let calls = platform.calls("").len();
    let again = send(&shop, &dispatch(&shop, "3001", "Dạ")).await;
    assert!(matches!(again, Err(SendError::TooFast(Scope::Account, _, "rate_limited"))), "{again:?}");
    assert_eq!(platform.calls("").len(), calls, "nobody was asked");
    shop.clock.advance(Millis::seconds(65));
    assert!(send(&shop, &dispatch(&shop, "3001", "Dạ")).await.is_ok());
}

#[tokio::test]
async fn a_text_that_is_refused_is_refused_for_good() {
    let payload: Value =
        serde_json::from_str(include_str!("../payloads/discord/rest_400_50035_too_long.json")).unwrap();
    let (sent, ..) = refused(400, payload).await;
    assert_eq!(sent, Err(SendError::Rejected("refused_form")));
}

#[tokio::test]
async fn a_refused_token_kills_the_channel_and_keeps_the_message() {
    let (sent, shop, _) = refused(401, json!({ "message": "401: Unauthorized", "code": 0 })).await;
    assert_eq!(sent, Err(SendError::Retry(Some(Millis::minutes(5)), "token_revoked")));
    assert_eq!(shop.is(|_| true).await.state, HealthState::Dead);
}

#[tokio::test]
async fn nobody_there_is_no_reason_to_give_up() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let mut reply = dispatch(&shop, "3000", "Dạ");
    reply.channel.settings["api_url"] = json!("http://127.0.0.1:1");
    assert_eq!(send(&shop, &reply).await, Err(SendError::Retry(None, "platform_unreachable")));
}

#[tokio::test]
async fn a_question_is_answered_in_a_thread_of_its_own_when_the_brand_wants_that() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({ "threads": true })).await;
    send(&shop, &dispatch(&shop, "2000:3000", "Dạ còn ạ")).await.unwrap();
    assert_eq!(platform.shows("1573834238149525515"), ["Dạ còn ạ"]);
    assert!(platform.shows("2000").is_empty());
    let thread = shop.store.mark(shop.channel.id, "thread:1573834238149525515").await.unwrap();
    assert_eq!(thread.as_deref(), Some("public 2000:3000"));
    // A second try finds the thread; without the right to open one, the channel will do.
    let open = "POST /channels/2000/messages/1573834238149525515/threads";
    platform.answers(open, 403, json!({ "code": 50_013 }));
    let mut other = dispatch(&shop, "2000:3001", "Dạ hết ạ");
    other.message.id = MessageId::new(Uuid::from_u128(43));
    send(&shop, &other).await.unwrap();
    assert_eq!(platform.shows("2000"), ["Dạ hết ạ"]);
}

#[tokio::test]
async fn a_complaint_in_the_open_goes_on_in_a_private_thread() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let mut reply = dispatch(&shop, "2000:3000", "Dạ em xin lỗi, em nhắn riêng cho mình nhé");
    reply.message.aside = Some("Mình cho em xin số điện thoại ạ?".to_owned());
    send(&shop, &reply).await.unwrap();
    assert_eq!(platform.shows("2000"), ["Dạ em xin lỗi, em nhắn riêng cho mình nhé"]);
    assert_eq!(platform.shows("2700"), ["Mình cho em xin số điện thoại ạ?"]);
    assert_eq!(platform.calls("POST /channels/2000/threads")[0].body["type"], 12);
    assert_eq!(platform.calls("PUT /channels/2700/thread-members/3000").len(), 1);
    // What an agent writes goes on where the talk went.
    let mut agent = dispatch(&shop, "2000:3000", "Em là Mai ạ");
    agent.message.id = MessageId::new(Uuid::from_u128(44));
    agent.message.author = Author::Agent;
    agent.message.visibility = Visibility::Direct;
    send(&shop, &agent).await.unwrap();
    assert_eq!(platform.shows("2700").len(), 2);
}

#[tokio::test]
async fn where_no_thread_may_be_it_goes_on_in_direct_messages_and_else_behind_a_button() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    let mut reply = dispatch(&shop, "2000:3000", "Dạ em xin lỗi");
    reply.message.aside = Some("Mình cho em xin số điện thoại ạ?".to_owned());
    platform.answers("POST /channels/2000/threads", 403, json!({ "code": 50_013 }));
    send(&shop, &reply).await.unwrap();
    assert_eq!(platform.shows("93000"), ["Mình cho em xin số điện thoại ạ?"]);

    let mut reply = dispatch(&shop, "2000:3001", "Dạ em xin lỗi");
    reply.message.id = MessageId::new(Uuid::from_u128(45));
    reply.message.aside = Some("Mình cho em xin số điện thoại ạ?".to_owned());
    platform.answers("POST /channels/2000/threads", 403, json!({ "code": 50_013 }));
    platform.answers("POST /channels/93001/messages", 403, json!({ "code": 50_007 }));
    send(&shop, &reply).await.unwrap();
    let door = platform.calls("POST /channels/2000/messages").pop().unwrap().body;
    assert_eq!(
        door["components"][0]["components"][0]["custom_id"],
        format!("lara:aside:{}", reply.message.id)
    );
    assert!(!door.to_string().contains("điện thoại"), "nothing private stands in the open");
}

#[tokio::test]
async fn typing_is_shown_where_the_talk_is() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({})).await;
    shop.push.typing(&shop.channel, "2000:3000").await;
    assert_eq!(platform.calls("POST /channels/2000/typing").len(), 1);
    shop.push.typing(&shop.channel, "3000").await;
    assert_eq!(platform.calls("typing").len(), 1, "no channel is opened for that");
}

#[tokio::test]
async fn a_check_says_what_is_missing() {
    let platform = Platform::start().await;
    let shop = Shop::open(&platform, json!({ "watched": ["2000"], "guild": "5" })).await;
    platform.answers("GET /channels/2000/messages", 403, json!({ "code": 50_001 }));
    assert_eq!(
        shop.findings().await,
        [
            "fine token_valid @shopbot",
            "warning intent_missing MESSAGE_CONTENT (message_content)",
            "broken guild_missing -",
            "warning place_unreadable 2000",
        ]
    );
    assert_eq!(platform.calls("GET /users/@me").len(), 2, "{BOT} asked who it is and where");
}
