//! What people and programs send that nobody expects: a clear answer or a plain error, nothing lost, nothing leaked.

use crate::harness::{Lara, assert_presentable, on_both};
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

on_both!(odd_texts_are_taken_and_answered_or_refused_plainly);

/// Texts a keyboard, a phone or an attacker makes.
fn odd_texts() -> Vec<String> {
    vec![
        "   \n\t ".to_owned(),
        "a\0b\0c".to_owned(),
        "\u{202e}desrever\u{202c} \u{200b}\u{200d}\u{feff}".to_owned(),
        "😡😡😡".to_owned(),
        "<script>alert(1)</script><img src=x onerror=alert(1)>".to_owned(),
        "{{customer.name}} {{{brand}}} {{> hello}} {{#each x}}".to_owned(),
        "*bold* _it_ [click](javascript:alert(1)) [x](https://evil.example) \\*".to_owned(),
        "'; DROP TABLE messages; --".to_owned(),
        "a\u{301}\u{301}\u{301}\u{301}".repeat(200),
        "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}".repeat(50),
        "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!͖̬̰̙̗̿̋ͥͥ̂ͣ̐́́͜͞".to_owned(),
        "4111 1111 1111 1111 is my card".to_owned(),
        "x".repeat(20_000),
    ]
}

async fn odd_texts_are_taken_and_answered_or_refused_plainly(lara: Lara) {
    for (number, text) in odd_texts().into_iter().enumerate() {
        let mut customer = lara.app_customer(&format!("odd-{number}"));
        let receipt = customer.delivers(&Uuid::now_v7().to_string(), &text).await;
        let shown: String = text.chars().take(40).collect();
        if receipt.status == StatusCode::ACCEPTED {
            continue;
        }
        assert!(receipt.status.is_client_error(), "{shown:?}: {} {}", receipt.status, receipt.body);
        assert!(receipt.body["error"]["message"].is_string(), "{shown:?}: {}", receipt.body);
    }
    wrong_requests(&lara).await;
    lara.settles_with_every_message_decided_once().await;
    for number in 0..odd_texts().len() {
        for line in lara.app_customer(&format!("odd-{number}")).transcript().await {
            assert_presentable(&line.text);
        }
    }
    let unmasked = "SELECT COUNT(*) FROM messages WHERE text LIKE '%4111 1111 1111 1111%'";
    assert_eq!(lara.count(unmasked).await, 0, "card numbers are not stored");
    let log = lara.log();
    for secret in ["DROP TABLE", "alert(1)", crate::harness::APP_TOKEN, "4111"] {
        assert!(!log.contains(secret), "{secret:?} stands in the log");
    }
}

async fn wrong_requests(lara: &Lara) {
    let token = crate::harness::APP_TOKEN;
    let post = |path: &str| lara.http.post(lara.url(path)).bearer_auth(token).header("Idempotency-Key", "k");
    let json_type = "application/json";
    let large = "x".repeat(300_000);
    let requests = [
        (
            "no token",
            lara.http.post(lara.url("/app/v1/messages")).json(&json!({ "address": "a", "text": "t" })),
            401,
        ),
        ("no JSON", post("/app/v1/messages").header("Content-Type", json_type).body("{"), 400),
        (
            "a lone surrogate",
            post("/app/v1/messages")
                .header("Content-Type", json_type)
                .body(r#"{"address":"a","text":"\ud800"}"#),
            400,
        ),
        (
            "bytes that are no UTF-8",
            post("/app/v1/messages")
                .header("Content-Type", json_type)
                .body(&b"{\"address\":\"a\",\"text\":\"\xff\"}"[..]),
            400,
        ),
        ("no address", post("/app/v1/messages").json(&json!({ "text": "t" })), 400),
        ("a wrong type", post("/app/v1/messages").json(&json!({ "address": 1, "text": [] })), 400),
        // The server ends a connection whose body it does not read: the next request must not be on it.
        (
            "far too large",
            post("/app/v1/messages")
                .header("Connection", "close")
                .json(&json!({ "address": "a", "text": large })),
            413,
        ),
        ("an unknown brand", lara.http.post(lara.url("/web/nobody/visitor")).json(&json!({})), 404),
        (
            "a made-up visitor",
            lara.http
                .post(lara.url("/web/demo/messages"))
                .bearer_auth("x.y")
                .json(&json!({ "id": "1", "text": "t" })),
            401,
        ),
    ];
    for (what, request, expected) in requests {
        let answer = request.send().await.unwrap_or_else(|error| panic!("{what}: {error}"));
        let (status, text) = (answer.status(), answer.text().await.unwrap_or_default());
        let error: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(status.as_u16(), expected, "{what}: {text}");
        assert!(error["error"]["code"].is_string(), "{what} gets a clear error: {text}");
    }
}
