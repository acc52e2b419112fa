//! Sends of all three kinds, and every answer of the Graph API.

use super::graph::{Called, GraphApi};
use super::{INSTAGRAM, LAN, NUMBER, OUR_APP, PAGE, channel, shop};
use crate::shop::Shop;
use lara_bots::meta::TOKEN;
use lara_core::model::{
    Afterwards, Author, Channel, ChannelKind, ConversationId, Direction, HealthState, Message, MessageId,
    MessageState, Millis, QuickReply, Visibility,
};
use lara_core::ports::{
    Brands as _, ChannelHealth as _, Clock as _, Dispatch, Marks as _, Piece, PieceTo, Scope, SendError,
};
use serde_json::{Value, json};
use std::path::Path;
use uuid::Uuid;

const HOUR: Millis = Millis::minutes(60);

/// A shop whose customer wrote a moment ago.
struct Desk {
    graph: GraphApi,
    shop: Shop,
}

impl Desk {
    async fn open() -> Self {
        let graph = GraphApi::start().await;
        Self { shop: shop(&graph.url).await, graph }
    }

    async fn channel(&self, kind: ChannelKind) -> Channel {
        let channels = self.shop.store.channels(None).await.unwrap();
        channels.into_iter().find(|channel| channel.kind == kind).unwrap()
    }

    async fn dispatch(&self, kind: ChannelKind, address: &str) -> Dispatch {
        let now = self.shop.clock.now();
        let message = Message {
            id: MessageId::new(Uuid::from_u128(7)),
            brand: self.shop.brand.id,
            conversation: ConversationId::new(Uuid::from_u128(8)),
            seq: 2,
            direction: Direction::Out,
            author: Author::Bot,
            agent: None,
            external: None,
            text: "Dạ, đơn của chị đang trên đường giao ạ".to_owned(),
            quick_replies: Vec::new(),
            answers: None,
            visibility: Visibility::Direct,
            state: MessageState::Sending,
            at: now,
            fault: None,
            attachments: Vec::new(),
            aside: None,
            after: Afterwards::default(),
        };
        Dispatch {
            message,
            channel: self.channel(kind).await,
            address: address.to_owned(),
            attempts: 1,
            last_in_at: Some(now),
            reply_to: Some("m_in".to_owned()),
            pieces_done: 0,
            unasked: false,
        }
    }

    async fn send(&self, dispatch: &Dispatch) -> Result<Option<String>, SendError> {
        let push = self.shop.pushes.iter().find(|push| push.kind() == dispatch.channel.kind).unwrap();
        let mut sent = Ok(None);
        for (place, piece) in (0..).zip(push.compose(dispatch).unwrap()) {
            sent = push.send(dispatch, &piece, place).await;
        }
        sent
    }

    /// What was posted for a dispatch that must go.
    async fn sent(&self, dispatch: &Dispatch) -> Called {
        self.send(dispatch).await.unwrap();
        self.graph.calls().pop().unwrap()
    }

    async fn health(&self, kind: ChannelKind) -> HealthState {
        let channel = self.channel(kind).await;
        let health = self.shop.store.health(None).await.unwrap();
        health.into_iter().find(|one| one.channel == channel.id).map_or(HealthState::Unknown, |one| one.state)
    }
}

fn buttons(titles: &[&str]) -> Vec<QuickReply> {
    titles.iter().map(|title| QuickReply { title: (*title).to_owned() }).collect()
}

fn payload(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payloads").join(name);
    std::fs::read_to_string(path).unwrap()
}

#[tokio::test]
async fn messenger_and_instagram_are_sent_the_same_body() {
    let desk = Desk::open().await;
    for kind in [ChannelKind::Messenger, ChannelKind::Instagram] {
        let mut dispatch = desk.dispatch(kind, LAN).await;
        dispatch.message.quick_replies =
            buttons(&["Gặp nhân viên", "Cho em hỏi tình trạng đơn hàng MH-10234"]);
        let called = desk.sent(&dispatch).await;
        assert_eq!(called.path, "me/messages");
        assert!(called.query.contains("access_token=EAApage"), "as Meta documents it for pages");
        assert_eq!(
            called.body,
            json!({
                "recipient": { "id": LAN }, "messaging_type": "RESPONSE",
                "message": {
                    "text": "Dạ, đơn của chị đang trên đường giao ạ", "metadata": Uuid::from_u128(7),
                    "quick_replies": [
                        { "content_type": "text", "title": "Gặp nhân viên", "payload": "say:Gặp nhân viên" },
                        { "content_type": "text", "title": "Cho em hỏi tình trạ…",
                            "payload": "say:Cho em hỏi tình trạng đơn hàng MH-10234" },
                    ],
                },
            })
        );
    }
}

#[tokio::test]
async fn after_a_day_a_human_answers_under_the_tag_and_after_a_week_nobody_does() {
    let desk = Desk::open().await;
    let mut late = desk.dispatch(ChannelKind::Messenger, LAN).await;
    desk.shop.clock.advance(Millis(HOUR.0 * 25));
    assert_eq!(desk.send(&late).await, Err(SendError::Rejected("window_closed")), "a bot may not");
    late.message.author = Author::Agent;
    let body = desk.sent(&late).await.body;
    assert_eq!((&body["messaging_type"], &body["tag"]), (&json!("MESSAGE_TAG"), &json!("HUMAN_AGENT")));
    desk.shop.clock.advance(Millis(HOUR.0 * 24 * 7));
    assert_eq!(desk.send(&late).await, Err(SendError::Rejected("window_closed")));
    assert!(desk.graph.calls().is_empty());
}

#[tokio::test]
async fn whatsapp_is_sent_to_a_number_or_to_an_id() {
    let desk = Desk::open().await;
    for (address, name) in [("84912345678", "to"), ("VN.1047385771169864", "recipient")] {
        let called = desk.sent(&desk.dispatch(ChannelKind::Whatsapp, address).await).await;
        assert_eq!(called.path, format!("{NUMBER}/messages"));
        let expected = json!({
            "messaging_product": "whatsapp", "recipient_type": "individual", name: address, "type": "text",
            "text": { "body": "Dạ, đơn của chị đang trên đường giao ạ" },
            "biz_opaque_callback_data": Uuid::from_u128(7),
        });
        assert_eq!(called.body, expected);
    }
}

#[tokio::test]
async fn whatsapp_shows_three_buttons_or_a_list() {
    let desk = Desk::open().await;
    let mut dispatch = desk.dispatch(ChannelKind::Whatsapp, "84912345678").await;
    dispatch.message.quick_replies = buttons(&["Có", "Không", "Gặp nhân viên"]);
    let body = desk.sent(&dispatch).await.body;
    assert_eq!(body["interactive"]["type"], "button");
    let first = json!({ "type": "reply", "reply": { "id": "say:Có", "title": "Có" } });
    assert_eq!(body["interactive"]["action"]["buttons"][0], first);
    dispatch.message.quick_replies = buttons(&["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]);
    let body = desk.sent(&dispatch).await.body;
    assert_eq!(body["interactive"]["type"], "list");
    let rows = &body["interactive"]["action"]["sections"][0]["rows"];
    assert_eq!((rows.as_array().unwrap().len(), &rows[3]), (10, &json!({ "id": "say:4", "title": "4" })));
}

#[tokio::test]
async fn buttons_of_whatsapp_that_look_the_same_once_cut_are_numbered() {
    let desk = Desk::open().await;
    let mut dispatch = desk.dispatch(ChannelKind::Whatsapp, "84912345678").await;
    let asked =
        ["Tình trạng đơn hàng MH-10234", "Tình trạng đơn hàng MH-10235", "Tình trạng đơn hàng MH-10234"];
    dispatch.message.quick_replies = buttons(&asked);
    let body = desk.sent(&dispatch).await.body;
    let shown = body["interactive"]["action"]["buttons"].as_array().unwrap();
    let titles: Vec<_> = shown.iter().map(|button| button["reply"]["title"].as_str().unwrap()).collect();
    assert_eq!(titles, ["1. Tình trạng đơn h…", "2. Tình trạng đơn h…"]);
    assert_eq!(
        shown[1]["reply"]["id"],
        json!("say:Tình trạng đơn hàng MH-10235"),
        "what is said is the whole"
    );
    let long: Vec<String> = (0..4).map(|n| format!("{n} {}", "đơn ".repeat(80))).collect();
    dispatch.message.quick_replies = buttons(&long.iter().map(String::as_str).collect::<Vec<_>>());
    let body = desk.sent(&dispatch).await.body;
    let rows = body["interactive"]["action"]["sections"][0]["rows"].as_array().unwrap();
    assert!(rows.len() == 4 && rows.iter().all(|row| row["id"].as_str().unwrap().len() <= 200));
}

#[tokio::test]
async fn a_template_goes_out_where_the_window_is_closed_and_one_is_set() {
    let desk = Desk::open().await;
    for (kind, takes_text) in [(ChannelKind::Whatsapp, true), (ChannelKind::Messenger, false)] {
        let mut late = desk.dispatch(kind, "84912345678").await;
        late.channel.settings["late_template"] =
            json!({ "name": "tra_loi_cham", "language": "vi", "takes_text": takes_text });
        late.message.text = "Dạ có hàng ạ\nchị đặt nhé".to_owned();
        late.last_in_at = Some(desk.shop.clock.now().plus(Millis(-HOUR.0 * 30)));
        let push = desk.shop.pushes.iter().find(|push| push.kind() == kind).unwrap();
        assert!(push.goes_late(&late.channel) && !push.goes_late(&desk.channel(kind).await));
        let body = desk.sent(&late).await.body;
        if kind == ChannelKind::Whatsapp {
            let text = json!([{ "type": "text", "text": "Dạ có hàng ạ chị đặt nhé" }]);
            assert_eq!(
                (&body["type"], &body["template"]["components"][0]["parameters"]),
                (&json!("template"), &text)
            );
        } else {
            assert_eq!(body["messaging_type"], "UTILITY");
            let template = json!({ "name": "tra_loi_cham", "language": { "code": "vi" } });
            assert_eq!(body["message"]["template"], template);
        }
    }
}

#[tokio::test]
async fn a_comment_is_answered_in_its_thread_and_once_in_private() {
    let desk = Desk::open().await;
    for (kind, edge) in [(ChannelKind::Messenger, "comments"), (ChannelKind::Instagram, "replies")] {
        let mut dispatch = desk.dispatch(kind, &format!("comment:1_3:{LAN}")).await;
        dispatch.message.visibility = Visibility::PublicAddressed;
        dispatch.message.text = "Dạ em xin lỗi chị, em nhắn riêng chị ạ".to_owned();
        dispatch.message.aside = Some("Chị cho em xin mã đơn nhé".to_owned());
        dispatch.reply_to = Some("1_9".to_owned());
        desk.send(&dispatch).await.unwrap();
        let calls = desk.graph.calls();
        let said: Vec<_> = calls.iter().map(|call| (&*call.path, &call.body)).collect();
        let thread = format!("1_3/{edge}");
        let public = json!({ "message": "Dạ em xin lỗi chị, em nhắn riêng chị ạ" });
        let private = json!({ "recipient": { "comment_id": "1_9" },
            "message": { "text": "Chị cho em xin mã đơn nhé", "metadata": Uuid::from_u128(7) } });
        assert_eq!(said, [(&*thread, &public), ("me/messages", &private)]);
        dispatch.message.aside = Some("Chị cho em xin mã đơn nhé. ".repeat(200));
        desk.send(&dispatch).await.unwrap();
        let calls = desk.graph.calls();
        assert_eq!(calls.len(), 2, "one private reply for a comment, however long");
        assert!(calls[1].body["message"]["text"].as_str().unwrap().ends_with('…'));
        desk.shop.clock.advance(Millis(HOUR.0 * 24 * 8));
        let push = desk.shop.pushes.iter().find(|push| push.kind() == kind).unwrap();
        let aside = Piece { to: PieceTo::Aside, text: "Chị ơi".to_owned(), quick_replies: Vec::new() };
        assert_eq!(push.send(&dispatch, &aside, 1).await, Err(SendError::Rejected("private_reply_closed")));
    }
}

#[tokio::test]
async fn answers_of_meta_mean_what_they_say() {
    let slow = |scope, seconds| Err(SendError::TooFast(scope, Millis::seconds(seconds), "rate_limited"));
    let code = |code: i64| json!({ "error": { "message": "x", "code": code } }).to_string();
    let usage =
        r#"{"404217156637689":[{"type":"messenger","call_count":100,"estimated_time_to_regain_access":2}]}"#;
    for (status, headers, body, expected) in [
        (
            400,
            None,
            payload("messenger/90_error_window_10_2018278.json"),
            Err(SendError::Rejected("window_closed")),
        ),
        (
            400,
            None,
            payload("messenger/91_error_551_user_unavailable.json"),
            Err(SendError::Gone("unreachable")),
        ),
        (
            400,
            None,
            payload("messenger/92_error_100_2018001_no_user.json"),
            Err(SendError::Gone("unreachable")),
        ),
        (400, None, payload("messenger/95_error_613_rate.json"), slow(Scope::Account, 60)),
        (
            400,
            Some(("x-business-use-case-usage", usage)),
            payload("messenger/95_error_613_rate.json"),
            slow(Scope::Account, 120),
        ),
        (
            400,
            None,
            payload("messenger/97_error_100_too_long.json"),
            Err(SendError::Rejected("bad_parameter")),
        ),
        (400, None, code(131_056), slow(Scope::Place, 16)),
        (400, None, code(131_026), Err(SendError::Gone("unreachable"))),
        (400, None, code(131_047), Err(SendError::Rejected("window_closed"))),
        (500, None, code(2), Err(SendError::Retry(None, "platform_unwell"))),
        (500, None, "<html>".to_owned(), Err(SendError::Uncertain("platform_error"))),
        (429, Some(("retry-after", "7")), String::new(), slow(Scope::Account, 7)),
        (
            200,
            None,
            payload("messenger/98_send_ok.json"),
            Ok(Some(
                "m_AG5Hz2Uq7tuwNEhXfYYKj8mJEM_QPpz5jdCK48PnKAjSdjfipqxqMvK8ma6AC8fplwlqLP_5cgXIbu7I3rBN0P"
                    .to_owned(),
            )),
        ),
        (200, None, "not json".to_owned(), Ok(None)),
    ] {
        let desk = Desk::open().await;
        let headers: Vec<_> = headers.into_iter().collect();
        desk.graph.will_answer(status, &headers, &body);
        let dispatch = desk.dispatch(ChannelKind::Messenger, LAN).await;
        assert_eq!(desk.send(&dispatch).await, expected, "{status} {body}");
    }
}

#[tokio::test]
async fn a_dead_token_is_a_dead_channel_and_messages_wait() {
    let desk = Desk::open().await;
    let dispatch = desk.dispatch(ChannelKind::Messenger, LAN).await;
    desk.graph.will_answer(400, &[], &json!({ "error": { "code": 190, "error_subcode": 460 } }));
    assert_eq!(desk.send(&dispatch).await, Err(SendError::Retry(Some(Millis::minutes(10)), "token_invalid")));
    assert_eq!(desk.health(ChannelKind::Messenger).await, HealthState::Dead);
    super::meta_says(&desk.shop, &super::lan("m1", "Shop ơi")).await;
    assert_eq!(desk.health(ChannelKind::Messenger).await, HealthState::Dead, "hearing proves no token");
}

#[tokio::test]
async fn nobody_there_is_tried_again_and_no_answer_is_not() {
    let desk = Desk::open().await;
    let mut dispatch = desk.dispatch(ChannelKind::Messenger, LAN).await;
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    dispatch.channel.settings["graph_url"] = json!(nobody);
    assert_eq!(desk.send(&dispatch).await, Err(SendError::Retry(None, "platform_unreachable")));
    // Takes the call and hangs up: it may stand there.
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    dispatch.channel.settings["graph_url"] = json!(format!("http://{}", silent.local_addr().unwrap()));
    tokio::spawn(async move {
        use tokio::io::AsyncReadExt as _;
        while let Ok((mut stream, _)) = silent.accept().await {
            let mut heard = [0; 4_096];
            let _ = stream.read(&mut heard).await;
        }
    });
    assert_eq!(desk.send(&dispatch).await, Err(SendError::Uncertain("no_answer")));
}

#[tokio::test]
async fn typing_is_shown_and_what_was_said_is_marked_as_seen() {
    let desk = Desk::open().await;
    for (kind, address) in [(ChannelKind::Messenger, LAN), (ChannelKind::Whatsapp, "84912345678")] {
        let push = desk.shop.pushes.iter().find(|push| push.kind() == kind).unwrap();
        if kind == ChannelKind::Whatsapp {
            let said = json!({ "object": "whatsapp_business_account", "entry": [{ "id": "1", "changes": [{
                "field": "messages", "value": { "metadata": { "phone_number_id": NUMBER }, "messages": [
                    { "from": address, "id": "wamid.7", "timestamp": "1784232425", "type": "text",
                      "text": { "body": "Alo shop" } }] } }] }] });
            super::meta_says(&desk.shop, &said).await;
        }
        push.typing(&desk.channel(kind).await, address).await;
        push.typing(&desk.channel(kind).await, &format!("comment:1_3:{LAN}")).await;
        let said: Vec<Value> = desk.graph.calls().into_iter().map(|call| call.body).collect();
        if kind == ChannelKind::Whatsapp {
            assert_eq!(
                said,
                [json!({ "messaging_product": "whatsapp", "status": "read", "message_id": "wamid.7",
                "typing_indicator": { "type": "text" } })]
            );
        } else {
            let action = |action: &str| json!({ "recipient": { "id": LAN }, "sender_action": action });
            assert_eq!(said, [action("mark_seen"), action("typing_on")]);
        }
    }
}

#[tokio::test]
async fn a_check_says_what_is_missing_and_subscribes_anew() {
    let desk = Desk::open().await;
    let found = async |channel: &Channel| {
        let findings = lara_bots::check(&desk.shop.shared, channel).await;
        findings.into_iter().map(|one| (one.code, one.detail.unwrap_or_default())).collect::<Vec<_>>()
    };
    let said = |found: &[(String, String)], code: &str, detail: &str| {
        assert!(
            found.iter().any(|(known, with)| known == code && with.contains(detail)),
            "{code}: {found:?}"
        );
    };
    let page = desk.channel(ChannelKind::Messenger).await;
    desk.graph.has("me", json!({ "id": PAGE, "name": "Mộc Hiên" }));
    desk.graph.has("me/subscribed_apps", json!({ "data": [] }));
    desk.graph.has(
        "debug_token",
        json!({ "data": { "is_valid": true, "expires_at": 1_790_000_000, "scopes": ["pages_messaging"] } }),
    );
    desk.graph.has(
        "205552219930699/subscriptions",
        json!({ "data": [
        { "object": "page", "callback_url": "https://old.example/hook", "active": true, "fields": [] }] }),
    );
    let findings = found(&page).await;
    for (code, detail) in [
        ("token_valid", "Mộc Hiên"),
        ("token_expires", "2026-09-21"),
        ("permission_missing", "pages_manage_metadata"),
        ("webhook_subscribed", "message_echoes"),
        ("webhook_elsewhere", "old.example"),
    ] {
        said(&findings, code, detail);
    }
    let subscribed =
        desk.graph.calls().into_iter().find(|call| call.method == axum::http::Method::POST).unwrap();
    assert_eq!(subscribed.path, "me/subscribed_apps");
    assert!(subscribed.body["subscribed_fields"].as_str().unwrap().contains("standby"));

    desk.graph.has("me", json!({ "id": "1", "name": "Another" }));
    said(&found(&page).await, "account_mismatch", "Another");
    let number = desk.channel(ChannelKind::Whatsapp).await;
    desk.graph.has(
        NUMBER,
        json!({ "display_phone_number": "+84 912", "verified_name": "Mộc Hiên", "quality_rating": "RED" }),
    );
    said(&found(&number).await, "quality_low", "RED");
    desk.graph.has(INSTAGRAM, json!({ "username": "moc.hien" }));
    let instagram = desk.channel(ChannelKind::Instagram).await;
    said(&found(&instagram).await, "token_valid", "moc.hien");
    // What they are called is kept, for the links that lead there.
    let called = async |channel: &Channel| desk.shop.store.mark(channel.id, "public_name").await.unwrap();
    assert_eq!(called(&instagram).await.as_deref(), Some("moc.hien"));
    assert_eq!(called(&number).await.as_deref(), Some("84912"));
    desk.graph.will_answer(401, &[], &json!({ "error": { "code": 190 } }));
    assert_eq!(found(&page).await, [("token_invalid".to_owned(), String::new())]);

    let mut bare = channel(&desk.shop, ChannelKind::Messenger, "9", &desk.graph.url);
    bare.secrets = lara_core::model::Secrets::default();
    let findings = found(&bare).await;
    for code in ["token_missing", "app_secret_missing", "verify_token_missing"] {
        said(&findings, code, "");
    }
    assert!(bare.secrets.get(TOKEN).is_none() && OUR_APP.len() > 3);
}
