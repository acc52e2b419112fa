//! The API from outside: who is who, what they like, what they may ask, and every example of the document.

use super::tests::Shop;
use super::{document, document::operations, examples};
use axum::http::Method;
use lara_core::model::{OrderStatus, Scope};
use serde_json::{Value, json};

async fn shop() -> Shop {
    let shop = Shop::open().await;
    shop.token(shop.world.brand.id, "all", Scope::ALL).await;
    shop
}

async fn customer(shop: &Shop, external: &str, body: Value) -> String {
    let put = shop.put(&format!("/api/v1/customers/by-external-id/{external}"), &body).await.is(201);
    put["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn two_customers_are_merged_and_are_two_again() {
    let shop = shop().await;
    let lan = customer(&shop, "KH-1", json!({ "name": "Lan" })).await;
    let old = customer(&shop, "OLD-1", json!({ "name": "Lan (old shop)" })).await;
    let merge = async |other: &str| {
        let path = format!("/api/v1/customers/{lan}/merge");
        shop.change(Method::POST, &path, &json!({ "other": other })).await
    };
    let join = merge(&old).await.is(201)["id"].as_str().unwrap().to_owned();
    assert_eq!(merge(&old).await.is(409)["code"], "conflict", "they are one already");
    assert_eq!(merge("0190a0a0-0000-7000-8000-000000000002").await.is(404)["code"], "not_found");
    let person = shop.get(&format!("/api/v1/customers/{old}")).await.is(200);
    assert_eq!(person["customer"]["id"], lan.as_str(), "the merged customer is answered as the person");
    assert_eq!(person["merged"][0]["external_id"], "OLD-1");
    let joins = shop.get(&format!("/api/v1/customers/{lan}/joins")).await.is(200);
    assert_eq!((&joins["items"][0]["id"], &joins["items"][0]["merged_id"]), (&json!(join), &json!(old)));

    let undo = async || shop.change(Method::POST, &format!("/api/v1/joins/{join}/undo"), &Value::Null).await;
    undo().await.is(200);
    assert_eq!(undo().await.is(409)["code"], "conflict");
    let person = shop.get(&format!("/api/v1/customers/{old}")).await.is(200);
    assert_eq!(person["customer"]["id"], old.as_str());
}

#[tokio::test]
async fn a_preference_is_noted_and_forgotten() {
    let shop = shop().await;
    let lan = customer(&shop, "KH-1", json!({ "preferences": { "size": "M" } })).await;
    let path = format!("/api/v1/customers/{lan}/preferences/size");
    assert_eq!(shop.get(&path).await.is(200)["value"], "M");
    assert_eq!(shop.put(&path, &json!({ "value": "L" })).await.is(200)["outcome"], "changed");
    assert_eq!(shop.get(&path).await.is(200)["source"], "agent");
    assert_eq!(shop.change(Method::DELETE, &path, &Value::Null).await.is(200)["outcome"], "changed");
    assert_eq!(shop.get(&path).await.is(404)["code"], "not_found");
    let imported = json!({ "preferences": { "size": "S" } });
    shop.put("/api/v1/customers/by-external-id/KH-1", &imported).await.is(200);
    assert_eq!(shop.get(&path).await.is(404)["code"], "not_found", "an import brings nothing forgotten back");
    assert_eq!(shop.put(&path, &json!({ "value": "" })).await.is(422)["errors"][0]["pointer"], "/value");
}

#[tokio::test]
async fn a_person_sees_everything_and_is_forgotten() {
    let shop = shop().await;
    shop.world.lan_complains().await;
    let page = shop.get("/api/v1/customers?external_id=KH-MH-10234").await.is(200);
    let lan = page["items"][0]["id"].as_str().unwrap();
    let export = shop.get(&format!("/api/v1/customers/{lan}/export")).await;
    assert!(export.text.contains("quá thất vọng") && export.text.contains("MH-10234"), "{}", export.text);
    let consent = format!("/api/v1/customers/{lan}/consent");
    shop.put(&consent, &json!({ "messages": false })).await.is(200);
    let known = shop.get(&format!("/api/v1/customers/{lan}")).await.is(200);
    assert!(known["customer"]["opted_out_at"].is_string());

    let erase = async || shop.change(Method::DELETE, &format!("/api/v1/customers/{lan}"), &Value::Null).await;
    assert_eq!(erase().await.is(200)["counts"]["customers"], 1);
    erase().await.is(200);
    for gone in ["", "/orders", "/conversations", "/preferences", "/returns", "/joins"] {
        assert_eq!(
            shop.get(&format!("/api/v1/customers/{lan}{gone}")).await.is(404)["code"],
            "not_found",
            "{gone}"
        );
    }
    assert_eq!(shop.get("/api/v1/customers").await.is(200)["items"], json!([]));
    for list in ["orders", "conversations"] {
        let all = shop.get(&format!("/api/v1/{list}")).await;
        assert!(!all.text.contains("MH-10234") && !all.text.contains("Lan"), "{}", all.text);
    }
}

#[tokio::test]
async fn every_example_of_the_document_works() {
    let shop = shop().await;
    let lan = customer(&shop, "KH-1", json!({})).await;
    let other = customer(&shop, "KH-2", json!({})).await;
    let document = document();
    let mut bodies: Vec<_> = operations(&document)
        .filter(|(_, _, operation)| operation.get("requestBody").is_some())
        .map(|(method, path, operation)| (method, path, operation["operationId"].as_str().unwrap()))
        .collect();
    // Orders come before what goes back of them.
    bodies.sort_by_key(|(_, _, id)| (*id == "put_return", *id == "put_consent"));
    assert!(bodies.len() >= 9, "{bodies:?}");
    for (method, path, id) in bodies {
        let body = examples::body(id).unwrap_or_else(|| panic!("{id} has no example"));
        let shown = document["paths"][path][method.as_str().to_lowercase()]["requestBody"]["content"]["application/json"]["example"].clone();
        assert_eq!(shown, body, "{id}");
        let body = body.to_string().replace("0190a0a0-0000-7000-8000-000000000002", &other);
        let body = body.replace("0190a0a0-0000-7000-8000-000000000001", &lan);
        let path = path
            .replace("{id}", &lan)
            .replace("{number}", "MH-1")
            .replace("{sku}", "AL-M")
            .replace("{key}", "size")
            .replace("customers/by-external-id/{external_id}", "customers/by-external-id/KH-1")
            .replace("{external_id}", "R-1");
        let key = ("idempotency-key", id);
        let headers = [("authorization", "Bearer all"), ("content-type", "application/json"), key];
        let answer = shop.send(method, &path, &headers, body).await;
        let told = format!("{id}: {} {}", answer.status, answer.text);
        // Nobody is written to who has never written.
        let nowhere = id == "write_message" && answer.json()["detail"] == "nowhere";
        assert!(answer.status.is_success() || nowhere, "{told}");
    }
    let returns = shop.get(&format!("/api/v1/customers/{lan}/returns")).await.is(200);
    assert_eq!(returns["items"][0]["external_id"], "R-1");
}

#[tokio::test]
async fn the_page_for_people_is_open_and_plain() {
    let shop = Shop::open().await;
    let page = shop.send(Method::GET, "/api/v1/docs", &[], "").await;
    assert_eq!(page.status.as_u16(), 200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.header("content-security-policy").contains("script-src 'self'"));
    assert!(page.text.contains("put_order") && page.text.contains("Idempotency-Key"));
}

#[tokio::test]
async fn who_did_not_ask_is_written_to_once_and_not_after_they_said_stop() {
    let shop = shop().await;
    shop.world.customer("mai", "Mai", "MH-7", OrderStatus::Shipped).await;
    shop.world.say("mai", "chào shop", shop.world.clock.now()).await;
    let page = shop.get("/api/v1/customers?external_id=KH-MH-7").await.is(200);
    let mai = page["items"][0]["id"].as_str().unwrap();
    let write = async |key: Option<&str>| {
        let mut headers = vec![("authorization", "Bearer all"), ("content-type", "application/json")];
        headers.extend(key.map(|key| ("idempotency-key", key)));
        let body = json!({ "customer_id": mai, "text": "Đơn MH-7 đã tới ạ." }).to_string();
        shop.send(Method::POST, "/api/v1/messages", &headers, body).await
    };
    assert_eq!(write(None).await.is(400)["code"], "bad_key");
    let first = write(Some("a")).await;
    assert_eq!((first.is(202), first.header("idempotency-replayed")), (write(Some("a")).await.is(202), ""));
    let talk = shop
        .get(&format!("/api/v1/conversations/{}", first.json()["conversation_id"].as_str().unwrap()))
        .await;
    assert_eq!(talk.text.matches("đã tới").count(), 1, "{}", talk.text);
    shop.put(&format!("/api/v1/customers/{mai}/consent"), &json!({ "messages": false })).await.is(200);
    let refused = write(Some("b")).await.is(422);
    assert_eq!((&refused["code"], &refused["detail"]), (&json!("refused"), &json!("opted_out")));
}
