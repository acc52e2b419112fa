//! A shop's own system beside the chat: what it tells by the REST API is what Lara answers from.

use crate::harness::{Lara, on_both};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

on_both!(
    an_order_a_shop_tells_of_is_what_lara_answers_from,
    twenty_at_once_with_one_key_change_one_thing,
    a_revoked_token_opens_nothing_and_no_token_is_in_the_log,
);

/// A fresh token of the demo brand.
fn token(lara: &Lara, scopes: &[&str]) -> String {
    let mut arguments = vec!["token", "add", "--name", "webshop"];
    arguments.extend(scopes.iter().flat_map(|scope| ["--scope", scope]));
    lara.runs(&arguments).unwrap().trim().to_owned()
}

async fn sends(
    lara: &Lara,
    token: &str,
    method: Method,
    path: &str,
    key: Option<&str>,
    body: Option<&Value>,
) -> (StatusCode, Value) {
    let mut request = lara.http.request(method, lara.url(path)).bearer_auth(token);
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().await.unwrap();
    (answer.status(), answer.json().await.unwrap())
}

async fn an_order_a_shop_tells_of_is_what_lara_answers_from(lara: Lara) {
    let token = token(&lara, &["read", "write"]);
    let (_, found) = sends(&lara, &token, Method::GET, "/api/v1/customers?q=lan", None, None).await;
    let lan = found["items"][0]["external_id"].as_str().unwrap().to_owned();
    let order = json!({
        "customer_external_id": lan, "status": "shipped", "ordered_at": "2026-11-20T09:00:00+07:00", "currency": "VND",
        "total_minor": 420_000, "items": [{ "name": "Áo lụa" }], "carrier": "GHN",
    });
    let (status, _) = sends(&lara, &token, Method::PUT, "/api/v1/orders/MH-77777", None, Some(&order)).await;
    assert_eq!(status, StatusCode::CREATED);

    let mut customer = lara.lan().await;
    customer.says("đơn MH-77777 của em tới đâu rồi ạ?").await;
    customer.lara_says("MH-77777").await;
}

async fn twenty_at_once_with_one_key_change_one_thing(lara: Lara) {
    let token = token(&lara, &["read", "write"]);
    let product = json!({ "name": "Trà sen", "price_minor": 90_000, "currency": "VND" });
    let tries = (0..20)
        .map(|_| sends(&lara, &token, Method::PUT, "/api/v1/products/T-77", Some("once"), Some(&product)));
    let answers = futures_util::future::join_all(tries).await;
    let added: Vec<_> = answers.iter().filter(|(status, _)| *status == StatusCode::CREATED).collect();
    assert!(!added.is_empty(), "{answers:?}");
    assert!(added.iter().all(|(_, body)| *body == added[0].1), "the same answer each time: {answers:?}");
    assert!(
        answers.iter().all(|(status, _)| [StatusCode::CREATED, StatusCode::CONFLICT].contains(status)),
        "{answers:?}"
    );
}

async fn a_revoked_token_opens_nothing_and_no_token_is_in_the_log(lara: Lara) {
    let token = token(&lara, &["read"]);
    let read = async || sends(&lara, &token, Method::GET, "/api/v1/products", None, None).await;
    assert_eq!(read().await.0, StatusCode::OK);
    let (status, problem) =
        sends(&lara, &token, Method::PUT, "/api/v1/products/T-1", None, Some(&json!({}))).await;
    assert_eq!((status, &problem["code"]), (StatusCode::FORBIDDEN, &json!("missing_scope")));
    let listed = lara.runs(&["token", "list"]).unwrap();
    assert!(listed.contains("webshop") && listed.contains("used 20") && !listed.contains(&token), "{listed}");
    let id = listed.split_whitespace().next().unwrap();
    lara.runs(&["token", "revoke", id]).unwrap();
    let (status, problem) = read().await;
    assert_eq!((status, &problem["code"]), (StatusCode::UNAUTHORIZED, &json!("bad_token")));
    assert!(!lara.log().contains(&token));
}
