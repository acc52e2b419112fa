//! Telegram delivers: proven, stored, acknowledged - in this order.

use super::shop::{SECRET, Shop, door, private};
use axum::http::StatusCode;
use lara_core::model::{AttachmentKind, HealthState, Visibility};
use lara_core::ports::{Brands as _, Clock as _};
use serde_json::{Value, json};

async fn shop() -> Shop {
    Shop::open(json!({"mode": "webhook", "username": "shop_bot"})).await
}

#[tokio::test]
async fn only_who_knows_the_secret_is_heard() {
    let shop = shop().await;
    let body = private(1, "Chào shop").to_string();
    for wrong in ["", "a-secret_of_the_webhoo", "a-secret_of_the_webhook2", "A-SECRET_OF_THE_WEBHOOK"] {
        assert_eq!(shop.deliver(wrong, body.clone()).await.0, StatusCode::UNAUTHORIZED, "{wrong}");
    }
    assert!(shop.said("77").await.is_empty());
    assert_eq!(shop.deliver(SECRET, body).await, (StatusCode::OK, String::new()));
    assert_eq!(shop.said("77").await, ["Chào shop"]);
    assert_eq!(shop.health().await.unwrap().state, HealthState::Well);
}

#[tokio::test]
async fn what_is_delivered_five_times_is_said_once() {
    let shop = shop().await;
    for id in [2, 1, 3] {
        for _ in 0..5 {
            shop.hears(private(id, &format!("số {id}"))).await;
        }
    }
    assert_eq!(shop.said("77").await, ["số 2", "số 1", "số 3"]);
}

#[tokio::test]
async fn two_hundred_at_once_are_all_stored() {
    let shop = shop().await;
    let deliveries = (0..200).map(|id| shop.hears(private(id, &format!("tin {id}"))));
    futures_util::future::join_all(deliveries).await;
    assert_eq!(shop.said("77").await.len(), 200);
}

#[tokio::test]
async fn what_is_no_update_is_kept_and_acknowledged() {
    let shop = shop().await;
    for body in [
        "{\"update_id\": 1, \"mess",
        "null",
        "{\"update_id\": 5, \"new_kind\": {\"text\": \"4111 1111 1111 1111\"}}",
    ] {
        assert_eq!(shop.deliver(SECRET, body).await.0, StatusCode::OK);
    }
    let mut odd = shop.odd().await;
    odd.sort();
    let reasons: Vec<&str> = odd.iter().map(|(reason, _)| reason.as_str()).collect();
    assert_eq!(reasons, ["no_update", "not_json", "unknown_update"]);
    assert!(!odd[2].1.contains("4111 1111"), "{}", odd[2].1);
}

#[tokio::test]
async fn ten_megabytes_are_refused_and_nobody_is_slowed_by_nul() {
    let shop = shop().await;
    assert_eq!(shop.deliver(SECRET, vec![b'x'; 10 << 20]).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(shop.deliver("wrong", vec![b'x'; 10 << 20]).await.0, StatusCode::UNAUTHORIZED);
    shop.hears(private(1, "Đơn\u{0}MH-1 đâu?")).await;
    assert_eq!(shop.said("77").await, ["ĐơnMH-1 đâu?"]);
}

#[tokio::test]
async fn a_channel_that_is_not_there_or_pauses_takes_nothing() {
    let shop = shop().await;
    let now = shop.clock.now();
    shop.store.pause_channel(shop.channel.id, Some(now), now).await.unwrap();
    assert_eq!(shop.deliver(SECRET, private(1, "hi").to_string()).await.0, StatusCode::SERVICE_UNAVAILABLE);
    assert!(shop.said("77").await.is_empty());
}

#[tokio::test]
async fn a_store_that_is_away_makes_telegram_come_back() {
    let shop = shop().await;
    shop.hears(private(1, "một")).await;
    shop.store.close().await;
    let (status, _) = shop.deliver(SECRET, private(2, "hai").to_string()).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(shop.deliver(SECRET, "{ not json").await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_button_is_answered_in_the_same_breath() {
    let shop = shop().await;
    let press = json!({"update_id": 9, "callback_query": {
        "id": "4382bf", "from": {"id": 77, "is_bot": false, "first_name": "Lan"}, "chat_instance": "1",
        "data": "say:Đổi size", "message": {"message_id": 5, "date": 1, "chat": {"id": 77, "type": "private"},
            "reply_markup": {"inline_keyboard": [[{"text": "Đổi size", "callback_data": "say:Đổi size"}]]}},
    }});
    for _ in 0..2 {
        let (status, body) = shop.deliver(SECRET, press.to_string()).await;
        let answer: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(status, StatusCode::OK);
        assert_eq!(answer, json!({"method": "answerCallbackQuery", "callback_query_id": "4382bf"}));
    }
    assert_eq!(shop.said("77").await, ["Đổi size"]);
}

#[tokio::test]
async fn an_album_is_one_run_and_its_pictures_are_kept() {
    let shop = shop().await;
    for (id, caption) in [(1, Some("Hàng bị vỡ")), (2, None)] {
        let mut update = private(id, "");
        let message = update["message"].as_object_mut().unwrap();
        message.remove("text");
        message.insert("media_group_id".to_owned(), json!("13579"));
        message.insert(
            "photo".to_owned(),
            json!([{"file_id": format!("small{id}"), "width": 9, "height": 9},
            {"file_id": format!("large{id}"), "width": 90, "height": 90}]),
        );
        message.extend(caption.map(|caption| ("caption".to_owned(), json!(caption))));
        shop.hears(update).await;
    }
    shop.lara_answers().await;
    let talk = shop.talk("77").await;
    let kinds = |at: usize| talk[at].attachments.iter().map(|one| one.kind).collect::<Vec<_>>();
    assert_eq!((kinds(0), kinds(1)), (vec![AttachmentKind::Image], vec![AttachmentKind::Image]));
    let answers = talk[2].answers.unwrap();
    assert_eq!((answers.first_seq, answers.last_seq, talk.len()), (1, 2, 3), "one answer for both");
}

#[tokio::test]
async fn a_shared_phone_number_is_kept_if_it_is_their_own() {
    let shop = shop().await;
    let card = |id, contact: Value| {
        let mut update = private(id, "");
        let message = update["message"].as_object_mut().unwrap();
        message.remove("text");
        message.insert("contact".to_owned(), contact);
        update
    };
    shop.hears(card(1, json!({"phone_number": "+84901", "first_name": "Minh", "user_id": 78}))).await;
    let address = || shop.shared.transcripts.address(shop.channel.id, "77");
    assert_eq!(address().await.unwrap().unwrap().customer, None, "somebody else's card");
    let own = card(2, json!({"phone_number": "+84901234567", "first_name": "Lan", "user_id": 77}));
    shop.hears(own.clone()).await;
    let tied = address().await.unwrap().unwrap();
    assert!(tied.customer.is_some());
    assert_eq!(tied.level, lara_core::model::Level::Claimed, "it opens nothing");
    shop.hears(own).await;
    assert_eq!(address().await.unwrap().unwrap().customer, tied.customer);
}

#[tokio::test]
async fn edits_blocks_and_deletions_change_what_is_there() {
    let shop = shop().await;
    shop.hears(private(1, "đơn MH-1")).await;
    let mut edit = private(1, "đơn MH-2");
    let message = edit["message"].take();
    shop.hears(json!({"update_id": 2, "edited_message": message})).await;
    assert_eq!(shop.said("77").await, ["đơn MH-2"]);

    let member = |status: &str| {
        json!({"update_id": 3, "my_chat_member": {"chat": {"id": 77, "type": "private"},
        "from": {"id": 77}, "new_chat_member": {"user": {"id": 1}, "status": status}}})
    };
    let unreachable = || async {
        shop.shared
            .transcripts
            .address(shop.channel.id, "77")
            .await
            .unwrap()
            .unwrap()
            .unreachable_at
            .is_some()
    };
    shop.hears(member("kicked")).await;
    assert!(unreachable().await);
    shop.hears(member("member")).await;
    assert!(!unreachable().await);

    let mut business = private(1, "xoá giúp em");
    business["message"]["business_connection_id"] = json!("bc1");
    let message = business["message"].take();
    shop.hears(json!({"update_id": 4, "business_message": message})).await;
    assert_eq!(shop.said("77@bc1").await, ["xoá giúp em"]);
    let gone = json!({"update_id": 5, "deleted_business_messages": {"business_connection_id": "bc1",
        "chat": {"id": 77, "type": "private"}, "message_ids": [1]}});
    shop.hears(gone).await;
    assert_eq!(
        (shop.said("77@bc1").await, shop.said("77").await),
        (vec![String::new()], vec!["đơn MH-2".to_owned()])
    );
}

#[tokio::test]
async fn a_group_that_grows_keeps_its_talks() {
    let shop = shop().await;
    let group = |id: i64, chat: i64, members: Value| {
        let mut message = json!({"message_id": id, "date": 1_763_769_600, "chat": {"id": chat, "type": "group"},
            "from": {"id": 77, "is_bot": false, "first_name": "Lan"}});
        message.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        json!({"update_id": id, "message": message})
    };
    shop.hears(group(1, -5, json!({"text": "giao chậm quá"}))).await;
    shop.hears(group(2, -5, json!({"migrate_to_chat_id": -1005}))).await;
    shop.hears(group(1, -1005, json!({"text": "alo shop", "migrate": 0}))).await;
    assert_eq!(shop.said("-1005:77").await, ["giao chậm quá", "alo shop"]);
    assert!(shop.said("-5:77").await.is_empty());
}

#[tokio::test]
async fn start_is_a_greeting_and_from_a_group_it_is_what_was_said_there() {
    let shop = shop().await;
    shop.hears(private(1, "/start")).await;
    assert_eq!(shop.said("77").await, ["Xin chào"]);
    let public = json!({"update_id": 2, "message": {"message_id": 40, "date": 1, "text": "Máy hỏng, chán shop này",
        "from": {"id": 77, "is_bot": false, "first_name": "Lan"}, "chat": {"id": -100, "type": "supergroup"}}});
    shop.hears(public).await;
    shop.hears(private(3, "/start say_-100_0_77_40")).await;
    assert_eq!(shop.said("77").await.last().unwrap(), "Máy hỏng, chán shop này");
    // Nobody learns what others said.
    shop.hears(private(4, "/start say_-100_0_78_40")).await;
    assert_eq!(shop.said("77").await.last().unwrap(), "Xin chào");
}

#[tokio::test]
async fn start_with_a_code_says_the_code_in_private_and_nowhere_else() {
    let shop = shop().await;
    shop.hears(private(1, "/start LARA-7K3M-9QXD")).await;
    assert_eq!(shop.said("77").await, ["/start LARA-7K3M-9QXD"]);
    shop.hears(private(2, "/start LARA-7K3M")).await;
    assert_eq!(shop.said("77").await.last().unwrap(), "Xin chào", "no code, no word of it");
    // `startgroup` puts the same words into a group.
    let group = json!({"update_id": 3, "message": {"message_id": 41, "date": 1, "text": "/start@shop_bot LARA-7K3M-9QXD",
        "entities": [{"type": "bot_command", "offset": 0, "length": 15}],
        "from": {"id": 77, "is_bot": false, "first_name": "Lan"}, "chat": {"id": -100, "type": "supergroup"}}});
    shop.hears(group).await;
    let there = shop.talk("-100:77").await;
    assert_eq!(there.len(), 1);
    assert_eq!(there[0].visibility, Visibility::PublicAddressed, "said before everybody: worth nothing");
    // Who wants no messages may follow the brand's link all the same: it ties without a word.
    shop.hears(private(4, "dừng")).await;
    shop.lara_answers().await;
    shop.hears(private(5, "/start LARA-7K3M-9QXD")).await;
    assert_eq!(shop.said("77").await.last().unwrap(), "/start LARA-7K3M-9QXD");
}

#[tokio::test]
async fn the_webhook_is_set_on_start_and_stays_on_stop() {
    let shop = shop().await;
    let run = tokio::spawn(door().run.unwrap()(shop.shared.clone()));
    let hook = shop.telegram.called("setWebhook", 1).await.remove(0);
    assert_eq!(hook["url"], format!("https://lara.example/webhooks/telegram/{}", shop.channel.id));
    assert_eq!((hook["secret_token"].as_str(), hook["max_connections"].as_i64()), (Some(SECRET), Some(40)));
    assert!(hook["allowed_updates"].as_array().unwrap().contains(&json!("callback_query")));
    shop.shared.shutdown.cancel();
    run.await.unwrap();
    assert!(shop.telegram.calls("deleteWebhook").is_empty());
    assert!(shop.telegram.calls("getUpdates").is_empty());
}
