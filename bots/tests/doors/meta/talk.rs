//! Whole talks: in by the webhook, decided by the real engine, out to the stand-in of the Graph API.

use super::graph::GraphApi;
use super::{LAN, OUR_APP, PAGE, conversation, event, lan, messages, meta_says, shop, talk};
use lara_bots::fetch::{Fetcher, LEASE};
use lara_core::model::{Author, ChannelKind, MessageState, Owner, Visibility};
use lara_core::ports::{Attachments as _, Clock as _, Fetched};
use serde_json::{Value, json};

const PAGE_INBOX: u64 = 263_902_037_430_900;

fn echo(message: &Value) -> Value {
    let mut message = message.clone();
    message["is_echo"] = json!(true);
    event(&json!({ "sender": { "id": PAGE }, "recipient": { "id": LAN }, "timestamp": 1_491_796_364_000_i64,
        "message": message }))
}

#[tokio::test]
async fn a_message_is_answered_and_the_answer_is_followed_until_it_is_read() {
    let graph = GraphApi::start().await;
    let shop = shop(&graph.url).await;
    meta_says(&shop, &lan("m1", "Em chào shop ạ")).await;
    assert_eq!(shop.lara_answers().await, 1);
    assert_eq!(shop.delivers().await, 1);
    let calls = graph.calls();
    let sent = calls.iter().find(|call| call.body.get("message").is_some()).unwrap();
    assert_eq!(
        (&*sent.path, &sent.body["recipient"], &sent.body["messaging_type"]),
        ("me/messages", &json!({ "id": LAN }), &json!("RESPONSE"))
    );
    let answer = messages(&shop, ChannelKind::Messenger, LAN).await.pop().unwrap();
    assert_eq!(sent.body["message"]["metadata"], json!(answer.id), "echoes bring it back");
    let mid = answer.external.clone().unwrap();
    let text = sent.body["message"]["text"].as_str().unwrap();
    for app in [json!(OUR_APP), json!(OUR_APP.parse::<u64>().unwrap())] {
        meta_says(&shop, &echo(&json!({ "mid": mid, "text": text, "app_id": app, "metadata": answer.id })))
            .await;
    }
    let told = |node: Value| {
        let mut told = json!({ "sender": { "id": LAN }, "recipient": { "id": PAGE }, "timestamp": 1_772_500_000_000_i64 });
        told.as_object_mut().unwrap().extend(node.as_object().unwrap().clone());
        event(&told)
    };
    meta_says(&shop, &told(json!({ "delivery": { "mids": [mid], "watermark": 1_772_500_000_000_i64 } })))
        .await;
    meta_says(&shop, &told(json!({ "read": { "watermark": 1_772_500_001_000_i64 } }))).await;
    let after = messages(&shop, ChannelKind::Messenger, LAN).await.pop().unwrap();
    assert_eq!(after.state, MessageState::Sent);
    assert!(after.after.delivered_at.is_some() && after.after.read_at.is_some(), "{:?}", after.after);
    assert_eq!(conversation(&shop, ChannelKind::Messenger, LAN).await.owner, Owner::Bot);
}

#[tokio::test]
async fn lara_is_silent_once_a_human_answers_in_the_page_inbox() {
    for app in [json!(PAGE_INBOX), json!(PAGE_INBOX.to_string()), Value::Null, json!("77")] {
        let graph = GraphApi::start().await;
        let shop = shop(&graph.url).await;
        meta_says(&shop, &lan("m1", "Đơn của em đâu rồi ạ?")).await;
        let human =
            echo(&json!({ "mid": "m_human1", "text": "Chào chị, em là Mai bên shop ạ", "app_id": app }));
        for _ in 0..3 {
            meta_says(&shop, &human).await;
        }
        meta_says(&shop, &lan("m2", "Vâng, đơn MH-10234 ạ")).await;
        shop.lara_answers().await;
        shop.delivers().await;
        assert_eq!(
            talk(&shop, ChannelKind::Messenger, LAN).await,
            [
                "customer: Đơn của em đâu rồi ạ?",
                "agent: Chào chị, em là Mai bên shop ạ",
                "customer: Vâng, đơn MH-10234 ạ"
            ],
            "{app}"
        );
        assert_eq!(conversation(&shop, ChannelKind::Messenger, LAN).await.owner, Owner::Agent);
        assert!(graph.calls().iter().all(|call| call.body.get("message").is_none()));
    }
}

#[tokio::test]
async fn what_is_said_while_others_have_the_thread_is_listened_to_until_it_is_given_back() {
    let graph = GraphApi::start().await;
    let shop = shop(&graph.url).await;
    let mut standby = lan("m1", "Cho em gặp lại bạn Kate ạ");
    let entry = standby["entry"][0].as_object_mut().unwrap();
    let events = entry.remove("messaging").unwrap();
    entry.insert("standby".to_owned(), events);
    meta_says(&shop, &standby).await;
    shop.lara_answers().await;
    assert_eq!(talk(&shop, ChannelKind::Messenger, LAN).await, ["customer: Cho em gặp lại bạn Kate ạ"]);
    let passed = json!({ "sender": { "id": LAN }, "recipient": { "id": PAGE }, "timestamp": 1_491_796_365_000_i64,
        "pass_thread_control": { "previous_owner_app_id": PAGE_INBOX, "new_owner_app_id": OUR_APP } });
    meta_says(&shop, &event(&passed)).await;
    assert_eq!(conversation(&shop, ChannelKind::Messenger, LAN).await.owner, Owner::Bot);
    meta_says(&shop, &lan("m2", "Em chào shop ạ")).await;
    assert_eq!(shop.lara_answers().await, 1);
    assert_eq!(shop.delivers().await, 1);
}

#[tokio::test]
async fn a_human_who_says_what_lara_said_is_still_a_human() {
    let graph = GraphApi::start().await;
    let shop = shop(&graph.url).await;
    meta_says(&shop, &lan("m1", "Em chào shop ạ")).await;
    shop.lara_answers().await;
    shop.delivers().await;
    let sent = graph.calls().into_iter().find(|call| call.body.get("message").is_some()).unwrap();
    let human = json!({ "mid": "m_human", "text": sent.body["message"]["text"], "app_id": PAGE_INBOX });
    meta_says(&shop, &echo(&human)).await;
    assert_eq!(conversation(&shop, ChannelKind::Messenger, LAN).await.owner, Owner::Agent);
}

#[tokio::test]
async fn an_app_that_takes_the_thread_has_it() {
    for app in [json!(PAGE_INBOX), json!("77"), Value::Null] {
        let graph = GraphApi::start().await;
        let shop = shop(&graph.url).await;
        meta_says(&shop, &lan("m1", "Em chào shop ạ")).await;
        let taken = json!({ "sender": { "id": LAN }, "recipient": { "id": PAGE }, "timestamp": 1_491_796_365_000_i64,
            "take_thread_control": { "previous_owner_app_id": OUR_APP, "new_owner_app_id": app } });
        meta_says(&shop, &event(&taken)).await;
        shop.lara_answers().await;
        assert_eq!(talk(&shop, ChannelKind::Messenger, LAN).await, ["customer: Em chào shop ạ"], "{app}");
    }
}

/// Instagram says our own words again without naming us.
#[tokio::test]
async fn lara_does_not_take_herself_for_a_human_on_instagram() {
    let graph = GraphApi::start().await;
    let shop = shop(&graph.url).await;
    let (kind, person) = (ChannelKind::Instagram, "4567890123");
    let says = |mid: &str, from: &str, to: &str, text: &str, is_echo: bool| {
        json!({ "object": "instagram", "entry": [{ "id": super::INSTAGRAM, "messaging": [{
            "sender": { "id": from }, "recipient": { "id": to }, "timestamp": 1_772_500_000_000_i64,
            "message": { "mid": mid, "text": text, "is_echo": is_echo } }] }] })
    };
    meta_says(&shop, &says("m1", person, super::INSTAGRAM, "Em chào shop ạ", false)).await;
    shop.lara_answers().await;
    // The answer to the send is lost: only the echo tells that it arrived.
    graph.will_answer(500, &[], &r#"{"error":{"code":1,"error_subcode":1357046}}"#);
    shop.delivers().await;
    let last = async || messages(&shop, kind, person).await.pop().unwrap();
    assert_eq!(last().await.author, Author::Customer, "an uncertain answer is not shown as said");
    let sent = graph.calls().into_iter().find(|call| call.body.get("message").is_some()).unwrap();
    let text = sent.body["message"]["text"].as_str().unwrap();
    meta_says(&shop, &says("m_echo", super::INSTAGRAM, person, text, true)).await;
    assert_eq!((last().await.state, last().await.external.as_deref()), (MessageState::Sent, Some("m_echo")));
    assert_eq!(conversation(&shop, kind, person).await.owner, Owner::Bot);
    meta_says(&shop, &says("m_human", super::INSTAGRAM, person, "Mai đây ạ, chị chờ em chút", true)).await;
    assert_eq!(conversation(&shop, kind, person).await.owner, Owner::Agent);
}

#[tokio::test]
async fn a_comment_is_a_mention_and_is_followed_to_its_end() {
    let graph = GraphApi::start().await;
    let shop = shop(&graph.url).await;
    let told = |verb: &str, from: &str, id: &str, parent: &str, message: &str| {
        json!({ "object": "page", "entry": [{ "id": PAGE, "changes": [{ "field": "feed", "value": {
            "from": { "id": from, "name": "Lan" }, "post_id": "1_3", "comment_id": id, "parent_id": parent,
            "item": "comment", "verb": verb, "message": message, "created_time": 1_772_500_000,
            "post": { "permalink_url": "https://www.facebook.com/1_3" } } }] }] })
    };
    meta_says(&shop, &told("add", LAN, "3_5", "1_3", "Em chào shop ạ")).await;
    meta_says(&shop, &told("edited", LAN, "3_5", "1_3", "Em chào cả nhà ạ")).await;
    meta_says(&shop, &told("add", "88", "3_6", "3_5", "Chào bạn nhé")).await;
    meta_says(&shop, &told("add", PAGE, "3_7", "3_5", "Dạ shop nghe ạ")).await;
    let (kind, address) = (ChannelKind::Messenger, format!("comment:3_5:{LAN}"));
    let said = messages(&shop, kind, &address).await.pop().unwrap();
    assert_eq!((&*said.text, said.visibility), ("Em chào cả nhà ạ", Visibility::PublicAddressed));
    assert_eq!(said.after.link.as_deref(), Some("https://www.facebook.com/1_3?comment_id=5"));
    let between = messages(&shop, kind, "comment:3_5:88").await.pop().unwrap();
    assert_eq!(between.visibility, Visibility::Public, "what people say to each other is listened to");
    assert!(
        talk(&shop, kind, LAN).await.is_empty()
            && talk(&shop, kind, &format!("comment:3_5:{PAGE}")).await.is_empty()
    );
    shop.lara_answers().await;
    // The answer to the send is lost: the comment itself tells that it stands there.
    graph.will_answer(502, &[], &"");
    shop.delivers().await;
    let line = graph.calls().into_iter().find(|call| call.path == "3_5/comments").unwrap();
    let author = async || messages(&shop, kind, &address).await.pop().unwrap().author;
    assert_eq!(author().await, Author::Customer, "an uncertain answer is not shown as said");
    meta_says(&shop, &told("add", PAGE, "3_9", "3_5", line.body["message"].as_str().unwrap())).await;
    assert_eq!(author().await, Author::Bot);
    meta_says(&shop, &told("remove", LAN, "3_5", "1_3", "")).await;
    let said = messages(&shop, kind, &address).await.remove(0);
    assert!(said.text.is_empty() && said.after.withdrawn_at.is_some());
}

#[tokio::test]
async fn media_of_whatsapp_are_fetched_with_the_token() {
    let graph = GraphApi::start().await;
    let shop = shop(&graph.url).await;
    let image = json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{ "field": "messages",
        "value": { "metadata": { "phone_number_id": super::NUMBER }, "messages": [{ "from": "84912345678",
            "id": "wamid.8", "timestamp": "1784232425", "type": "image",
            "image": { "id": 65_463_453, "mime_type": "image/png", "caption": "Hàng bị rách ạ" } }] } }] }] });
    meta_says(&shop, &image).await;
    let due = shop.store.claim_fetches(shop.clock.now(), LEASE, 9).await.unwrap();
    let fetcher = Fetcher::new(&shop.shared).unwrap();
    graph.has(
        "65463453",
        json!({ "url": format!("{}/media", graph.url), "file_size": "70", "mime_type": "image/png" }),
    );
    graph.has("media", json!("not a picture"));
    let Fetched::Done(file) = fetcher.fetch(&due[0]).await else { panic!("it is there") };
    assert_eq!((file.mime, &*file.bytes), ("text/plain", &b"\"not a picture\""[..]), "named by its bytes");
    graph.has("65463453", json!({ "url": format!("{}/media", graph.url), "file_size": 99_000_000 }));
    assert_eq!(fetcher.fetch(&due[0]).await, Fetched::Refused("too_large"));
    graph.will_answer(401, &[], &json!({ "error": { "code": 190 } }));
    assert_eq!(fetcher.fetch(&due[0]).await, Fetched::Refused("token_invalid"));
}
