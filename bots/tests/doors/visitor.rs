//! Who somebody is, over the widget.

use crate::shop::Shop;
use axum::http::StatusCode;
use lara_bots::Limits;
use lara_bots::identity::{self, Claims};
use lara_bots::seal::Key;
use lara_core::model::Millis;
use serde_json::json;

#[tokio::test]
async fn a_stranger_who_comes_back_finds_the_talk() {
    let shop = Shop::demo().await;
    let first = shop.stranger().await;
    shop.says(&first, 1, "Shop ơi").await;
    let back = shop.visit(&json!({ "visitor": first })).await;
    assert_eq!((&back.body["known"], &back.body["brand"]["name"]), (&json!(false), &json!("Mộc Hiên")));
    assert_eq!(shop.sees(&back.str("visitor")).await, ["customer: Shop ơi"]);
}

#[tokio::test]
async fn a_signed_identity_is_known_on_every_device() {
    let shop = Shop::demo().await;
    let token = Shop::sign(&shop.lan());
    let phone = shop.visit(&json!({ "identity": token })).await;
    assert_eq!((&phone.body["known"], &phone.body["name"]), (&json!(true), &json!("Lan")));
    assert_eq!(phone.body["language"], "vi");
    shop.says(&phone.str("visitor"), 1, "Chào shop").await;
    let laptop = shop.visit(&json!({ "identity": Shop::sign(&shop.lan()) })).await;
    assert_eq!(shop.sees(&laptop.str("visitor")).await, ["customer: Chào shop"]);
}

#[tokio::test]
async fn a_strangers_token_never_reaches_the_person_who_signs_in_later() {
    let shop = Shop::demo().await;
    let stranger = shop.stranger().await;
    shop.says(&stranger, 1, "xin chào").await;
    let lan = shop.visit(&json!({ "identity": Shop::sign(&shop.lan()), "visitor": stranger })).await;
    shop.says(&lan.str("visitor"), 1, "đơn của em").await;
    assert_eq!(shop.sees(&stranger).await, ["customer: xin chào"]);
}

#[tokio::test]
async fn who_signed_out_leaves_nothing_behind() {
    let shop = Shop::demo().await;
    let lan = shop.visit(&json!({ "identity": Shop::sign(&shop.lan()) })).await.str("visitor");
    shop.says(&lan, 1, "đơn của em").await;
    let next = shop.visit(&json!({ "visitor": lan })).await;
    assert_eq!(next.body["known"], json!(false));
    assert!(shop.sees(&next.str("visitor")).await.is_empty());
}

#[tokio::test]
async fn identities_that_prove_nothing_are_refused() {
    let shop = Shop::demo().await;
    let good = Shop::sign(&shop.lan());
    let (payload, signature) = good.split_once('.').unwrap();
    let other_key = identity::sign(&Key::parse("somebody else's key, long").unwrap(), &shop.lan());
    let minh = Shop::sign(&Claims { external_id: Some("minh".to_owned()), ..shop.lan() });
    let (minhs, _) = minh.split_once('.').unwrap();
    let nobody = Claims { external_id: None, email: Some(" \u{0}".to_owned()), ..shop.lan() };
    for (token, code) in [
        ("x".to_owned(), "identity_malformed"),
        (payload.to_owned(), "identity_malformed"),
        (format!("{payload}."), "identity_forged"),
        (format!("{minhs}.{signature}"), "identity_forged"),
        (other_key, "identity_forged"),
        (Shop::sign(&Claims { brand: "other".to_owned(), ..shop.lan() }), "identity_other_brand"),
        (Shop::sign(&nobody), "identity_nobody"),
    ] {
        let answer = shop.visit(&json!({ "identity": token })).await;
        assert_eq!(answer.refusal(), (401, code), "{token}");
    }
    let answer = shop.post("/web/moc/visitor?channel=no-identity", "", &json!({ "identity": good })).await;
    assert_eq!(answer.refusal(), (403, "identity_not_allowed"));
}

#[tokio::test]
async fn an_identity_is_worth_nothing_after_its_time() {
    let shop = Shop::demo().await;
    let token = Shop::sign(&shop.lan());
    assert_eq!(shop.visit(&json!({ "identity": token })).await.status, StatusCode::OK);
    shop.clock.advance(Millis::minutes(61));
    assert_eq!(shop.visit(&json!({ "identity": token })).await.refusal(), (401, "identity_expired"));
}

#[tokio::test]
async fn a_known_visitor_is_asked_again_after_a_day_and_a_stranger_is_not() {
    let shop = Shop::demo().await;
    let lan = shop.visit(&json!({ "identity": Shop::sign(&shop.lan()) })).await.str("visitor");
    let stranger = shop.stranger().await;
    shop.clock.advance(Millis::minutes(24 * 60));
    assert_eq!(shop.says(&lan, 1, "x").await.refusal(), (401, "visitor_expired"));
    assert_eq!(shop.says(&stranger, 1, "x").await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn an_identity_token_is_no_visitor_token() {
    let shop = Shop::demo().await;
    let token = Shop::sign(&shop.lan());
    assert_eq!(shop.says(&token, 1, "x").await.refusal(), (401, "wrong_visitor"));
}

#[tokio::test]
async fn the_demo_lets_one_be_lan_and_no_other_brand_does() {
    let shop = Shop::demo().await;
    let token = shop.post("/web/moc/demo-token", "", &json!({ "as": "lan" })).await.str("identity");
    let lan = shop.visit(&json!({ "identity": token })).await;
    assert_eq!((&lan.body["known"], &lan.body["name"]), (&json!(true), &json!("Lan")));
    let nobody = shop.post("/web/moc/demo-token", "", &json!({ "as": "admin" })).await;
    assert_eq!(nobody.refusal(), (400, "json"));

    let real = Shop::open(false, &[], Limits::default()).await;
    let refused = real.post("/web/moc/demo-token", "", &json!({ "as": "lan" })).await;
    assert_eq!(refused.refusal(), (404, "no_demo"));
}
