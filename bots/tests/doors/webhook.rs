//! Replies pushed to the brand's own server, which is a real one on this machine.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::IntoResponse as _;
use axum::routing::post;
use lara_bots::PrivateTargets;
use lara_bots::app::{self, Webhook};
use lara_bots::seal::Key;
use lara_core::model::{
    Afterwards, Answers, Author, BrandId, Channel, ChannelId, ChannelKind, ConversationId, Delivery,
    Direction, Message, MessageId, MessageState, Millis, QuickReply, Timestamp, Visibility,
};
use lara_core::ports::{Clock as _, Dispatch, Push as _, SendError};
use lara_core::testing::FakeClock;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use uuid::Uuid;

const SECRET: &str = "secret of the webhook, long enough";

/// What the brand's server was sent.
type Heard = Arc<Mutex<Vec<(HeaderMap, String)>>>;

/// A server that answers every post with this status and Retry-After.
async fn server(status: StatusCode, retry_after: &'static str) -> (String, Heard) {
    let heard = Heard::default();
    let hear = move |State(heard): State<Heard>, headers: HeaderMap, body: Bytes| async move {
        heard.lock().unwrap().push((headers, String::from_utf8(body.to_vec()).unwrap()));
        (status, [("retry-after", retry_after), ("location", "http://127.0.0.1:1/")]).into_response()
    };
    let router = Router::new().route("/lara", post(hear)).with_state(heard.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/lara", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, heard)
}

fn webhook(targets: PrivateTargets) -> Webhook {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = app::client(reqwest::Client::builder().no_proxy(), targets).unwrap();
    Webhook::new(client, targets, Arc::new(FakeClock::default()))
}

fn dispatch(settings: Value) -> Dispatch {
    let id = Uuid::from_u128(7);
    let (brand, conversation) = (BrandId::new(id), ConversationId::new(id));
    let message = Message {
        id: MessageId::new(id),
        brand,
        conversation,
        seq: 4,
        direction: Direction::Out,
        author: Author::Bot,
        agent: None,
        external: None,
        text: "Đơn *MH-1* ở [đây](https://shop.example)".to_owned(),
        quick_replies: vec![QuickReply { title: "Cảm ơn".to_owned() }],
        visibility: Visibility::Direct,
        state: MessageState::Sending,
        at: Timestamp::from_millis(1_772_420_400_000),
        fault: None,
        attachments: Vec::new(),
        aside: None,
        after: Afterwards::default(),
        answers: Some(Answers { first_seq: 2, last_seq: 3 }),
    };
    let mut channel = Channel::new(ChannelId::new(id), brand, ChannelKind::App, "app", Delivery::Push);
    channel.settings = settings;
    Dispatch {
        message,
        channel,
        address: "kh-1".to_owned(),
        attempts: 1,
        last_in_at: None,
        reply_to: None,
        pieces_done: 0,
        unasked: false,
    }
}

async fn sent(targets: PrivateTargets, dispatch: &Dispatch) -> Result<Option<String>, SendError> {
    let webhook = webhook(targets);
    let pieces = webhook.compose(dispatch).unwrap();
    assert_eq!(pieces.len(), 1, "a reply is one post");
    webhook.send(dispatch, &pieces[0], 0).await
}

fn to(url: &str) -> Dispatch {
    dispatch(json!({ "tokens": [], "webhook": { "url": url, "secret": SECRET } }))
}

#[tokio::test]
async fn a_reply_arrives_signed() {
    let (url, heard) = server(StatusCode::NO_CONTENT, "").await;
    assert_eq!(sent(PrivateTargets::Allowed, &to(&url)).await, Ok(None));
    let (headers, body) = heard.lock().unwrap().remove(0);
    assert_eq!(headers["content-type"], "application/json");
    let signed = headers[app::SIGNATURE_HEADER].to_str().unwrap();
    let key = Key::parse(SECRET).unwrap();
    assert_eq!(signed, app::signature(&key, FakeClock::default().now(), &body));
    assert!(signed.starts_with("t=1772420400,v1="), "{signed}");
    let body: Value = serde_json::from_str(&body).unwrap();
    let id = Uuid::from_u128(7);
    assert_eq!(
        body,
        json!({
            "id": id, "address": "kh-1", "conversation_id": id, "cursor": format!("{id}.4"), "author": "bot",
            "text": "Đơn MH-1 ở đây: https://shop.example",
            "markup": "Đơn *MH-1* ở [đây](https://shop.example)",
            "quick_replies": [{ "title": "Cảm ơn" }],
            "answers": { "first": format!("{id}.2"), "last": format!("{id}.3") }, "at": "2026-03-02T03:00:00Z",
        })
    );
}

#[tokio::test]
async fn answers_of_the_shop_mean_what_they_say() {
    let minute = Some(Millis::seconds(60));
    for (status, retry_after, expected) in [
        (500, "", Err(SendError::Retry(None, "webhook_failing"))),
        (503, "60", Err(SendError::Retry(minute, "webhook_failing"))),
        (429, "60", Err(SendError::Retry(minute, "webhook_busy"))),
        (429, "999999", Err(SendError::Retry(Some(Millis::seconds(3_600)), "webhook_busy"))),
        (408, "", Err(SendError::Retry(None, "webhook_busy"))),
        (400, "", Err(SendError::Rejected("webhook_refused"))),
        (401, "", Err(SendError::Rejected("webhook_unauthorized"))),
        (410, "", Err(SendError::Gone("webhook_gone"))),
        (307, "", Err(SendError::Rejected("webhook_redirects"))),
        (200, "", Ok(None)),
    ] {
        let (url, _) = server(StatusCode::from_u16(status).unwrap(), retry_after).await;
        assert_eq!(sent(PrivateTargets::Allowed, &to(&url)).await, expected, "{status}");
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_tried_again() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let sent = sent(PrivateTargets::Allowed, &to(&url)).await;
    assert_eq!(sent, Err(SendError::Retry(None, "webhook_unreachable")));
}

#[tokio::test]
async fn private_addresses_are_never_called() {
    let (url, heard) = server(StatusCode::OK, "").await;
    let by_name = url.replace("127.0.0.1", "localhost");
    for url in [
        &*url,
        &*by_name,
        "http://[::1]/",
        "http://169.254.169.254/latest",
        "http://10.0.0.8/",
        "http://0x7f000001/",
    ] {
        let sent = sent(PrivateTargets::Refused, &to(url)).await;
        assert_eq!(sent, Err(SendError::Rejected("webhook_private_address")), "{url}");
    }
    assert!(heard.lock().unwrap().is_empty());
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_refused_and_named() {
    let short = json!({ "webhook": { "url": "https://shop.example/", "secret": "short" } });
    for (settings, code) in [
        (json!({ "webhook": null }), "webhook_missing"),
        (json!({ "webhook": 1 }), "settings_unreadable"),
        (json!({ "webhook": { "url": "shop", "secret": SECRET } }), "webhook_url_invalid"),
        (short, "webhook_secret_too_short"),
        (json!({ "webhook": { "url": "file:///etc/passwd", "secret": SECRET } }), "webhook_private_address"),
    ] {
        let sent = sent(PrivateTargets::Refused, &dispatch(settings)).await;
        assert_eq!(sent, Err(SendError::Rejected(code)));
    }
}
