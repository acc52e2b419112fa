//! The API from outside: a shop's system at work.

use super::{document, router};
use crate::state::{Inner, Shared};
use crate::support::{World, hash};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use lara_core::model::{ApiToken, Brand, BrandId, Millis, Scope, Timestamp, TokenId};
use lara_core::ports::{ApiTokens as _, Brands as _, Ids as _};
use lara_core::testing::FakeClock;
use serde_json::{Value, json};
use std::sync::Arc;
use tower::ServiceExt as _;

/// An answer, read whole.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Answer {
    #[track_caller]
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("{}: {}", self.status, self.text))
    }

    /// The body, when it is this status.
    #[track_caller]
    pub(super) fn is(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self.json()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// A shop with customers, and the API before it.
pub(super) struct Shop {
    pub(super) world: World,
    pub(super) clock: Arc<FakeClock>,
    pub(super) state: Shared,
    pub(super) router: Router,
}

impl Shop {
    pub(super) async fn open() -> Self {
        let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let world = World::open(clock.clone(), "http://localhost:8080").await;
        let state = Inner::new(world.state.clone());
        let router = router(&state);
        Self { world, clock, state, router }
    }

    /// A token of a brand; its secret is its name.
    pub(super) async fn token(&self, brand: BrandId, name: &str, scopes: &[Scope]) -> ApiToken {
        let token = ApiToken {
            id: TokenId::new(self.world.ids.next()),
            brand,
            name: name.to_owned(),
            scopes: scopes.to_vec(),
            created_at: self.world.clock.now(),
            used_at: None,
            valid_until: Some(self.world.clock.now().plus(Millis::minutes(7 * 24 * 60))),
            revoked_at: None,
        };
        self.world.store.add_token(&hash(name), &token).await.unwrap();
        token
    }

    pub(super) async fn other_brand(&self) -> Brand {
        let id = BrandId::new(self.world.ids.next());
        let brand =
            Brand { id, slug: "other".to_owned(), name: "Other".to_owned(), ..self.world.brand.clone() };
        self.world.store.add_brand(&brand, self.world.clock.now()).await.unwrap();
        brand
    }

    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Body>,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = self.router.clone().oneshot(request.body(body.into()).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }

    /// A read with the token `all`.
    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, &[("authorization", "Bearer all")], "").await
    }

    /// A change with the token `all`.
    pub(super) async fn change(&self, method: Method, path: &str, body: &Value) -> Answer {
        let headers = [("authorization", "Bearer all"), ("content-type", "application/json")];
        self.send(method, path, &headers, body.to_string()).await
    }

    pub(super) async fn put(&self, path: &str, body: &Value) -> Answer {
        self.change(Method::PUT, path, body).await
    }
}

/// A shop whose system has the token `all`.
async fn shop() -> Shop {
    let shop = Shop::open().await;
    shop.token(shop.world.brand.id, "all", Scope::ALL).await;
    shop
}

fn order(status: &str) -> Value {
    json!({
        "customer_external_id": "KH-1", "status": status, "ordered_at": "2026-11-20T09:00:00+07:00", "currency": "VND",
        "total_minor": 420_000, "items": [{ "name": "Áo lụa", "quantity": 2 }], "carrier": "GHN",
    })
}

#[tokio::test]
async fn a_shop_puts_a_customer_and_their_order_and_reads_them_back() {
    let shop = shop().await;
    let lan = json!({ "name": "Nguyễn Thị Lan", "email": "Lan@Example.com", "phone": "0912 345 678", "preferences": { "size": "M" } });
    let put = async || shop.put("/api/v1/customers/by-external-id/KH-1", &lan).await;
    let added = put().await.is(201);
    assert_eq!(added["outcome"], "added");
    assert_eq!(put().await.is(200)["outcome"], "unchanged", "the same again is no change");
    let ordered = shop.put("/api/v1/orders/MH-1", &order("packing")).await.is(201);
    assert_eq!(shop.put("/api/v1/orders/MH-1", &order("shipped")).await.is(200)["outcome"], "changed");

    let id = added["id"].as_str().unwrap();
    let person = shop.get(&format!("/api/v1/customers/{id}")).await.is(200);
    assert_eq!(person["customer"]["email"], "lan@example.com");
    assert_eq!(person["lifetime"], json!([{ "currency": "VND", "total_minor": 420_000, "orders": 1 }]));
    let orders = shop.get(&format!("/api/v1/customers/{id}/orders")).await.is(200);
    assert_eq!(orders["items"][0], shop.get("/api/v1/orders/MH-1").await.is(200));
    assert_eq!(orders["items"][0]["id"], ordered["id"]);
    assert_eq!(orders["items"][0]["status"], "shipped");
    assert_eq!(orders["items"][0]["items"][0], json!({ "name": "Áo lụa", "quantity": 2, "sku": null }));
    assert_eq!(orders["items"][0]["ordered_at"], "2026-11-20T02:00:00Z");
    let likes = shop.get(&format!("/api/v1/customers/{id}/preferences")).await.is(200);
    assert_eq!(
        (&likes["items"][0]["key"], &likes["items"][0]["source"]),
        (&json!("size"), &json!("imported"))
    );
}

#[tokio::test]
async fn a_customer_is_looked_up_by_what_the_shop_has() {
    let shop = shop().await;
    let lan = json!({ "name": "Nguyễn Thị Lan", "email": "lan@example.com", "phone": "0912 345 678" });
    shop.put("/api/v1/customers/by-external-id/KH-1", &lan).await.is(201);
    shop.put("/api/v1/customers/by-external-id/KH-2", &json!({ "name": "Minh" })).await.is(201);
    for found in
        ["email=LAN@example.com", "phone=%2B84912345678", "external_id=KH-1", "q=thi%20lan", "q=Th%E1%BB%8B"]
    {
        let page = shop.get(&format!("/api/v1/customers?{found}")).await.is(200);
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "{found}: {page}");
        assert_eq!(page["items"][0]["external_id"], "KH-1");
    }
    for nobody in ["email=x@example.com", "phone=123", "external_id=KH", "q=%25"] {
        assert_eq!(
            shop.get(&format!("/api/v1/customers?{nobody}")).await.is(200)["items"],
            json!([]),
            "{nobody}"
        );
    }
    for wrong in ["q=a&email=b@c", "limit=0", "limit=201", "limit=x", "after=x", "nme=x", "q=%00", "q="] {
        let problem = shop.get(&format!("/api/v1/customers?{wrong}")).await.is(400);
        assert_eq!(problem["code"], "bad_query", "{wrong}");
    }
}

#[tokio::test]
async fn a_long_list_is_read_whole_a_page_at_a_time() {
    let shop = shop().await;
    for n in 0..5 {
        let product = json!({ "name": format!("Trà {n}"), "price_minor": 90_000, "currency": "VND" });
        shop.put(&format!("/api/v1/products/T-{n}"), &product).await.is(201);
    }
    let mut seen = Vec::new();
    let mut path = "/api/v1/products?limit=2".to_owned();
    loop {
        let page = shop.get(&path).await.is(200);
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|item| item["sku"].as_str().unwrap().to_owned()),
        );
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/api/v1/products?limit=2&after={next}");
    }
    assert_eq!(seen, ["T-0", "T-1", "T-2", "T-3", "T-4"]);
}

#[tokio::test]
async fn a_correction_forgets_what_is_null_and_keeps_what_is_not_named() {
    let shop = shop().await;
    let lan = json!({ "name": "Lan", "email": "lan@example.com", "tier": "gold" });
    let id = shop.put("/api/v1/customers/by-external-id/KH-1", &lan).await.is(201)["id"].clone();
    let path = format!("/api/v1/customers/{}", id.as_str().unwrap());
    let edit = json!({ "email": null, "name": "Lan Anh" });
    assert_eq!(shop.change(Method::PATCH, &path, &edit).await.is(200)["outcome"], "changed");
    let known = shop.get(&path).await.is(200)["customer"].clone();
    assert_eq!(
        (&known["name"], &known["email"], &known["tier"]),
        (&json!("Lan Anh"), &Value::Null, &json!("gold"))
    );
    let problem = shop.change(Method::PATCH, &path, &json!({ "email": "nobody" })).await.is(422);
    assert_eq!(problem["errors"][0]["pointer"], "/email");
}

#[tokio::test]
async fn a_batch_with_a_wrong_field_writes_nothing_and_names_every_fault() {
    let shop = shop().await;
    shop.put("/api/v1/customers/by-external-id/KH-1", &json!({})).await.is(201);
    let row = |number: &str, change: Value| {
        let mut row = order("placed");
        row["number"] = number.into();
        row.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        row
    };
    let wrong = json!({ "orders": [row("MH-1", json!({})), row("MH-1", json!({ "total_minor": -1 })),
        row("", json!({ "customer_id": "x" }))] });
    let problem = shop.put("/api/v1/orders:batch", &wrong).await.is(422);
    let pointers: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["pointer"].as_str().unwrap())
        .collect();
    assert_eq!(
        pointers,
        ["/orders/1/number", "/orders/1/total_minor", "/orders/2/number", "/orders/2/customer_id"]
    );
    assert_eq!(shop.get("/api/v1/orders").await.is(200)["items"], json!([]));

    let stranger = json!({ "customer_external_id": "KH-404" });
    let batch = json!({ "orders": [row("MH-1", json!({})), row("MH-2", stranger), row("MH-3", json!({}))] });
    let done = shop.put("/api/v1/orders:batch", &batch).await.is(200);
    assert_eq!(done["added"], 2);
    let results: Vec<_> =
        done["results"].as_array().unwrap().iter().map(|one| one["result"].clone()).collect();
    assert_eq!(results, ["written", "unknown_customer", "written"]);
    assert_eq!(shop.get("/api/v1/orders/MH-2").await.is(404)["code"], "not_found");
}

#[tokio::test]
async fn an_order_of_nobody_is_refused() {
    let shop = shop().await;
    let problem = shop.put("/api/v1/orders/MH-1", &order("placed")).await.is(422);
    assert_eq!(problem["errors"][0]["pointer"], "/customer_external_id");
    let other = shop.other_brand().await;
    let theirs = shop.token(other.id, "theirs", Scope::ALL).await;
    let headers = [("authorization", "Bearer theirs"), ("content-type", "application/json")];
    let put = shop.send(Method::PUT, "/api/v1/customers/by-external-id/KH-1", &headers, "{}").await.is(201);
    assert_eq!(theirs.brand, other.id);
    let mut of_theirs = order("placed");
    of_theirs.as_object_mut().unwrap().remove("customer_external_id");
    of_theirs["customer_id"] = put["id"].clone();
    let problem = shop.put("/api/v1/orders/MH-1", &of_theirs).await.is(422);
    assert_eq!(problem["errors"][0]["pointer"], "/customer_id", "a customer of another brand is nobody here");
}

#[tokio::test]
async fn everything_wrong_under_api_is_a_problem() {
    let shop = shop().await;
    let json = ("content-type", "application/json");
    let all = ("authorization", "Bearer all");
    let product = "/api/v1/products/T-1";
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(1_100_000));
    for (method, path, headers, body, status, code) in [
        (Method::GET, "/api", vec![], "", 404, "not_found"),
        (Method::GET, "/api/v2/customers", vec![], "", 404, "not_found"),
        (Method::GET, "/api/v1/nothing", vec![all], "", 404, "not_found"),
        (Method::POST, "/api/v1/nothing", vec![all], "", 404, "not_found"),
        (Method::GET, "/api/v1/customers/x", vec![all], "", 404, "not_found"),
        (Method::GET, "/api/v1/orders/%ff", vec![all], "", 404, "not_found"),
        (Method::GET, "/api/v1/orders/a%00b", vec![all], "", 422, "invalid"),
        (Method::DELETE, product, vec![all], "", 405, "wrong_method"),
        (Method::POST, "/api/v1/openapi.json", vec![], "", 405, "wrong_method"),
        (Method::PUT, product, vec![all], "{}", 415, "wrong_type"),
        (Method::PUT, product, vec![all, ("content-type", "text/plain")], "{}", 415, "wrong_type"),
        (Method::PUT, product, vec![all, json], "{", 400, "bad_json"),
        (
            Method::PUT,
            product,
            vec![all, json],
            "{\"name\": \"a\", \"price_minor\": 1, \"currency\": \"VND\"} x",
            400,
            "bad_json",
        ),
        (Method::PUT, product, vec![all, json], "[]", 422, "invalid"),
        (Method::PUT, product, vec![all, json], "{\"nme\": 1}", 422, "invalid"),
        (Method::PUT, "/api/v1/products/T-1?x=1", vec![all, json], "{}", 400, "bad_query"),
        (Method::PUT, product, vec![all, json], large.as_str(), 413, "too_large"),
        (Method::PUT, product, vec![all, json, ("idempotency-key", "k")], large.as_str(), 413, "too_large"),
        (Method::PUT, product, vec![all, json, ("idempotency-key", "")], "{}", 400, "bad_key"),
        (Method::GET, product, vec![("authorization", "Basic all")], "", 401, "bad_token"),
        (Method::GET, product, vec![("authorization", "Bearer ")], "", 401, "bad_token"),
        (Method::GET, product, vec![("authorization", "all")], "", 401, "bad_token"),
    ] {
        let answer = shop.send(method.clone(), path, &headers, body.to_owned()).await;
        let problem = answer.is(status);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{method} {path}");
        assert_eq!((&problem["code"], &problem["status"]), (&json!(code), &json!(status)), "{method} {path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{method} {path}");
        if status == 405 {
            assert!(!answer.header("allow").is_empty(), "{method} {path}");
        }
    }
    let head = shop.send(Method::HEAD, "/api/v1/products", &[all], "").await;
    assert_eq!((head.status.as_u16(), head.text.as_str()), (200, ""));
}

#[tokio::test]
async fn twenty_at_once_with_one_key_change_one_thing() {
    let shop = Arc::new(shop().await);
    let mut tries = tokio::task::JoinSet::new();
    for n in 0..20 {
        let shop = shop.clone();
        tries.spawn(async move {
            let headers = [
                ("authorization", "Bearer all"),
                ("content-type", "application/json"),
                ("idempotency-key", "once"),
            ];
            let product = json!({ "name": "Trà sen", "price_minor": 90_000, "currency": "VND" }).to_string();
            (n, shop.send(Method::PUT, "/api/v1/products/T-1", &headers, product).await)
        });
    }
    let (mut first, mut replayed) = (0, 0);
    for (_, answer) in tries.join_all().await {
        match (answer.status.as_u16(), answer.header("idempotency-replayed")) {
            (201, "") => first += 1,
            (201, "true") => replayed += 1,
            (409, "") => assert_eq!(answer.json()["code"], "under_way"),
            other => panic!("{other:?}: {}", answer.text),
        }
    }
    assert_eq!(first, 1, "{replayed} were answered again");
    assert_eq!(shop.get("/api/v1/products").await.is(200)["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_answers_the_same_again_and_nothing_else() {
    let shop = shop().await;
    let put = async |sku: &str, key: &str, price: i64| {
        let headers =
            [("authorization", "Bearer all"), ("content-type", "application/json"), ("idempotency-key", key)];
        let product = json!({ "name": "Trà", "price_minor": price, "currency": "VND" }).to_string();
        shop.send(Method::PUT, &format!("/api/v1/products/{sku}"), &headers, product).await
    };
    let first = put("T-1", "a", 1).await;
    let again = put("T-1", "a", 1).await;
    assert_eq!((first.is(201), again.is(201)), (again.json(), first.json()));
    assert_eq!((first.header("idempotency-replayed"), again.header("idempotency-replayed")), ("", "true"));
    assert_eq!(again.header("content-type"), "application/json");
    assert_eq!(put("T-1", "a", 2).await.is(422)["code"], "key_reused");
    assert_eq!(put("T-2", "a", 1).await.is(422)["code"], "key_reused");
    let wrong = put("T-3", "b", -1).await;
    let wrong_again = put("T-3", "b", -1).await;
    assert_eq!((wrong.is(422)["code"].clone(), wrong_again.json()), (json!("invalid"), wrong.json()));
    assert_eq!(wrong_again.header("content-type"), "application/problem+json");
    shop.clock.set(shop.world.clock.now().plus(Millis::minutes(24 * 60)));
    assert_eq!(put("T-1", "a", 2).await.is(200)["outcome"], "changed", "a day later the key is free");
}

#[tokio::test]
async fn a_tokens_use_is_seen_and_who_guesses_is_slowed() {
    use axum::extract::ConnectInfo;
    use std::net::SocketAddr;
    let shop = shop().await;
    shop.get("/api/v1/products").await.is(200);
    let used = shop.world.store.token(&hash("all")).await.unwrap().unwrap().used_at;
    assert_eq!(used, Some(shop.world.clock.now()));
    let from = SocketAddr::from(([203, 0, 113, 9], 1));
    let knock = async |secret: &str| {
        let request = Request::builder()
            .uri("/api/v1/products")
            .header("authorization", format!("Bearer {secret}"))
            .extension(ConnectInfo(from))
            .body(Body::empty())
            .unwrap();
        let answer = shop.router.clone().oneshot(request).await.unwrap();
        (answer.status().as_u16(), answer.headers().contains_key("retry-after"))
    };
    for n in 0..20 {
        assert_eq!(knock(&format!("lara_{n}")).await, (401, false));
    }
    assert_eq!(knock("lara_20").await, (429, true));
    assert_eq!(knock("all").await, (200, false), "who has a token is let in");
    let agents = shop.state.throttle.try_from(from.ip(), shop.world.clock.now());
    assert!(agents.is_ok(), "and who signs in at the desk");
}

#[tokio::test]
async fn the_document_is_served_to_everybody_and_names_no_brand() {
    let shop = Shop::open().await;
    let answer = shop.send(Method::GET, "/api/v1/openapi.json", &[], "").await;
    assert_eq!(answer.is(200), document());
    assert_eq!(answer.json()["openapi"], "3.1.0");
    assert!(!answer.text.contains("moc-mien"));
}
