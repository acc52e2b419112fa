//! Who may see this: walks every operation of the document as everybody who might try.

use super::tests::{Answer, Shop};
use super::{document, document::operations};
use crate::support::hash;
use axum::http::Method;
use lara_core::model::{Millis, OrderStatus, Role, Scope};
use lara_core::ports::{Agents as _, ApiTokens as _};
use serde_json::Value;

/// Somebody at the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Who {
    Nobody,
    Agent,
    Stranger,
    OtherBrand,
    Lacking,
    Revoked,
    Ended,
    Good,
}

const EVERYBODY: [Who; 8] = [
    Who::Nobody,
    Who::Agent,
    Who::Stranger,
    Who::OtherBrand,
    Who::Lacking,
    Who::Revoked,
    Who::Ended,
    Who::Good,
];

struct Walk {
    shop: Shop,
    customer: String,
    second: String,
    conversation: String,
}

impl Walk {
    async fn begin() -> Self {
        let shop = Shop::open().await;
        let conversation = shop.world.lan_complains().await.to_string();
        let ours = shop.world.brand.id;
        for name in ["good", "revoked", "ended"] {
            shop.token(ours, name, Scope::ALL).await;
        }
        for scope in Scope::ALL {
            let others: Vec<_> = Scope::ALL.iter().copied().filter(|other| other != scope).collect();
            shop.token(ours, &format!("no {scope}"), &others).await;
        }
        let other = shop.other_brand().await;
        shop.token(other.id, "other", Scope::ALL).await;
        let now = shop.world.clock.now();
        let revoked = shop.world.store.token(&hash("revoked")).await.unwrap().unwrap();
        assert!(shop.world.store.revoke_token(ours, revoked.id, now).await.unwrap());
        let ended = shop.world.store.token(&hash("ended")).await.unwrap().unwrap();
        shop.clock.set(ended.valid_until.unwrap());
        // The others live on.
        for name in ["good", "other"] {
            let brand = if name == "good" { ours } else { other.id };
            shop.token(brand, &format!("{name} now"), Scope::ALL).await;
        }
        for scope in Scope::ALL {
            let others: Vec<_> = Scope::ALL.iter().copied().filter(|other| other != scope).collect();
            shop.token(ours, &format!("no {scope} now"), &others).await;
        }
        let agent = shop.world.agent("An", "an@example.com", Role::Owner).await;
        let until = shop.world.clock.now().plus(Millis::minutes(60));
        shop.world.store.open_login(&hash("login"), agent.id, until).await.unwrap();
        let write = [("authorization", "Bearer good now"), ("content-type", "application/json")];
        let product = r#"{"name": "Trà sen", "price_minor": 90000, "currency": "VND"}"#;
        shop.send(Method::PUT, "/api/v1/products/T-1", &write, product).await.is(201);
        let read = [("authorization", "Bearer good now")];
        let page = shop.send(Method::GET, "/api/v1/customers", &read, "").await.is(200);
        let customer = page["items"][0]["id"].as_str().unwrap().to_owned();
        let second = shop.world.customer("minh", "Minh", "MH-2", OrderStatus::Delivered).await.to_string();
        Self { shop, customer, second, conversation }
    }

    async fn send(&self, who: Who, method: &Method, path: &str, scope: &str) -> Answer {
        let id = if path.contains("/conversations/{id}") { &self.conversation } else { &self.customer };
        let path = path
            .replace("{id}", id)
            .replace("{number}", "MH-10234")
            .replace("{external_id}", "KH-MH-10234")
            .replace("{sku}", "T-1")
            .replace("{key}", "size");
        let token = match who {
            Who::Nobody | Who::Agent => None,
            Who::Stranger => Some("lara_stranger".to_owned()),
            Who::OtherBrand => Some("other now".to_owned()),
            Who::Lacking => Some(format!("no {scope} now")),
            Who::Revoked => Some("revoked".to_owned()),
            Who::Ended => Some("ended".to_owned()),
            Who::Good => Some("good now".to_owned()),
        };
        let bearer = token.map(|token| format!("Bearer {token}"));
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(bearer.as_deref().map(|bearer| ("authorization", bearer)));
        if who == Who::Agent {
            headers.push(("cookie", "lara_desk=login; lara_brand=moc-mien"));
        }
        // Nobody is erased before the walk has ended.
        let erases = *method == Method::DELETE && path.ends_with(&self.customer);
        let path = if erases && who == Who::Good { path.replace(&self.customer, &self.second) } else { path };
        let body = if *method == Method::GET { "" } else { "{\"unknown\":1}" };
        self.shop.send(method.clone(), &path, &headers, body).await
    }
}

fn security(operation: &Value) -> (&str, bool) {
    let all = operation["security"].as_array().unwrap();
    (all[0]["token"][0].as_str().unwrap(), all.iter().any(|one| one.get("desk").is_some()))
}

#[tokio::test]
async fn every_operation_opens_for_whom_it_says_and_for_nobody_else() {
    let walk = Walk::begin().await;
    let document = document();
    let mut tried = 0;
    for (method, path, operation) in operations(&document) {
        let (scope, desk) = security(operation);
        for who in EVERYBODY {
            let answer = walk.send(who, &method, path, scope).await;
            let told = format!("{method} {path} as {who:?}: {} {}", answer.status, answer.text);
            let status = answer.status.as_u16();
            match who {
                Who::Agent if desk => assert_eq!(status, 200, "{told}"),
                Who::Nobody | Who::Agent => {
                    assert_eq!((status, &answer.json()["code"]), (401, &"no_token".into()), "{told}");
                    assert!(answer.header("www-authenticate").starts_with("Bearer"), "{told}");
                }
                Who::Stranger | Who::Revoked | Who::Ended => {
                    assert_eq!((status, &answer.json()["code"]), (401, &"bad_token".into()), "{told}");
                    assert!(answer.header("www-authenticate").contains("invalid_token"), "{told}");
                }
                Who::Lacking => {
                    assert_eq!((status, &answer.json()["code"]), (403, &"missing_scope".into()), "{told}");
                    let named = format!("scope=\"{scope}\"");
                    assert!(answer.header("www-authenticate").contains(&named), "{told}");
                }
                Who::OtherBrand => {
                    assert!(!answer.text.contains("Lan") && !answer.text.contains("MH-10234"), "{told}");
                    // A body is read before anything is looked up.
                    let one = operation.get("requestBody").is_none() && path.contains('{');
                    assert_eq!(status == 404, one, "{told}");
                }
                Who::Good => {
                    // What is nobody's is not found by those who may.
                    let nobodys = path.contains("/joins/{id}") || path.contains("/suggestions/{id}");
                    let expected: &[u16] = match method {
                        Method::GET => &[200],
                        _ if nobodys => &[404],
                        _ => &[200, 422],
                    };
                    assert!(expected.contains(&status), "{told}");
                }
            }
            tried += 1;
        }
    }
    assert!(tried > 100, "{tried}");
}
