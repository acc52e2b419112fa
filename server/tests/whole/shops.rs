//! The brand's shop system tells of an order, and the next answer knows it; the brand's own systems are told what became of a
//! conversation.

use crate::harness::{Database, Lara, Posted, Receiver, eventually, on_both};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::StatusCode;
use serde_json::{Value, json};
use sha2::Sha256;
use std::time::Duration;

on_both!(
    the_answer_knows_what_the_shop_told_a_moment_ago,
    what_is_told_once_survives_a_crash_and_counts_once,
    who_is_forgotten_at_the_shop_is_forgotten_here
);

const SECRET: &str = "shpss_of_the_whole_program_tests";
const NUMBER: &str = "MH-99001";
const ORDERS: &str = "SELECT COUNT(*) FROM orders WHERE number = 'MH-99001'";
const SHIPPED: &str = "SELECT COUNT(*) FROM orders WHERE number = 'MH-99001' AND status = 'shipped'";

/// The brand's Shopify.
struct Shopify {
    address: String,
    secret: &'static str,
    http: reqwest::Client,
}

impl Shopify {
    /// Connected as the documents say.
    fn of(lara: &Lara) -> Self {
        lara.writes("shopify.secret", SECRET.as_bytes());
        let said = lara
            .runs(&["shop", "add", "shopify", "--brand", "demo", "--secret-file", "shopify.secret"])
            .unwrap();
        let address =
            said.split_whitespace().find(|word| word.starts_with("http") && word.ends_with("/webhook"));
        let (_, path) = address.unwrap().split_once("/shops/").unwrap();
        Self { address: lara.url(&format!("/shops/{path}")), secret: SECRET, http: lara.http.clone() }
    }

    async fn tells(&self, id: &str, order: &Value) -> (StatusCode, Value) {
        self.tells_of("orders/updated", id, order).await
    }

    async fn tells_of(&self, topic: &str, id: &str, what: &Value) -> (StatusCode, Value) {
        let body = what.to_string();
        let mac =
            Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).unwrap().chain_update(body.as_bytes());
        let told = self
            .http
            .post(&self.address)
            .header("X-Shopify-Topic", topic)
            .header("X-Shopify-Webhook-Id", id)
            .header("X-Shopify-Hmac-Sha256", STANDARD.encode(mac.finalize().into_bytes()))
            .body(body);
        let answer = told.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap_or_default())
    }
}

/// Lan's order, `minutes` after it was placed.
fn order(minutes: i64, parcel: Option<&str>) -> Value {
    let placed = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(20);
    let changed = (placed + jiff::SignedDuration::from_mins(minutes)).to_string();
    let parcels: Vec<Value> = parcel
        .map(|number| {
            json!({
                "id": 1, "status": "success", "created_at": changed, "updated_at": changed, "tracking_company": "GHN",
                "tracking_number": number, "tracking_url": "https://tracking.example/g",
            })
        })
        .into_iter()
        .collect();
    json!({
        "id": 4_711, "name": format!("#{NUMBER}"), "email": "lan@example.vn", "customer": { "id": "lan" }, "created_at": placed.to_string(),
        "updated_at": changed, "currency": "VND", "total_price": "350000", "financial_status": "paid",
        "fulfillment_status": parcel.map(|_| "fulfilled"), "cancelled_at": null,
        "line_items": [{ "name": "Trà sen", "quantity": 1, "sku": "TS-1" }], "fulfillments": parcels,
    })
}

async fn the_answer_knows_what_the_shop_told_a_moment_ago(lara: Lara) {
    let shopify = Shopify::of(&lara);
    let taken = (StatusCode::OK, json!({ "outcome": "taken" }));
    assert_eq!(shopify.tells("e1", &order(1, None)).await, taken);
    let mut lan = lara.lan().await;
    lan.says(&format!("đơn {NUMBER} của em tới đâu rồi ạ?")).await;
    let packing = lan.lara_says(NUMBER).await;
    assert_eq!(shopify.tells("e2", &order(60, Some("GHN1"))).await, taken);
    lan.says(&format!("giờ thì đơn {NUMBER} tới đâu rồi ạ?")).await;
    let shipped = lan.lara_says(NUMBER).await;
    assert_ne!(packing, shipped);
    assert!(shipped.contains("đang giao") || shipped.contains("GHN"), "the answer knows: {shipped}");

    // Who asks without being Lan is shown nothing of it.
    let mut stranger = lara.stranger().await;
    stranger.says(&format!("đơn {NUMBER} tới đâu rồi?")).await;
    assert!(!stranger.lara_says("").await.contains("GHN"));
    let listed = lara.runs(&["shop", "list"]).unwrap();
    assert!(listed.contains("heard 0 min ago"), "{listed}");
}

async fn what_is_told_once_survives_a_crash_and_counts_once(mut lara: Lara) {
    let mut shopify = Shopify::of(&lara);
    let outcome = |word: &str| (StatusCode::OK, json!({ "outcome": word }));
    assert_eq!(shopify.tells("e1", &order(60, Some("GHN1"))).await, outcome("taken"));
    lara.kill();
    lara.wake().await;
    assert_eq!((lara.count(ORDERS).await, lara.count(SHIPPED).await), (1, 1), "acknowledged is stored");
    assert_eq!(shopify.tells("e1", &order(60, None)).await, outcome("replayed"));
    assert_eq!(
        shopify.tells("e0", &order(1, None)).await,
        outcome("ignored"),
        "what is older comes too late"
    );
    assert_eq!((lara.count(ORDERS).await, lara.count(SHIPPED).await), (1, 1));

    // Somebody changed the secret at the shop, and told nobody.
    shopify.secret = "shpss_another_one_since_this_morning";
    assert_eq!(shopify.tells("e2", &order(90, None)).await.0, StatusCode::UNAUTHORIZED);
    let listed = lara.runs(&["shop", "list"]).unwrap();
    assert!(listed.contains("lara shop secret shopify"), "{listed}");
    lara.writes("shopify.secret", shopify.secret.as_bytes());
    lara.runs(&["shop", "secret", "shopify", "--secret-file", "shopify.secret"]).unwrap();
    assert_eq!(shopify.tells("e2", &order(90, Some("GHN2"))).await, outcome("taken"));
    assert_eq!(lara.count(SHIPPED).await, 1);
}

async fn who_is_forgotten_at_the_shop_is_forgotten_here(mut lara: Lara) {
    const MAI: &str = "SELECT COUNT(*) FROM customers WHERE email = 'mai@example.vn'";
    const ERASED: &str = "SELECT COUNT(*) FROM erasures WHERE by_whom = 'shop'";
    let shopify = Shopify::of(&lara);
    let outcome = |word: &str| (StatusCode::OK, json!({ "outcome": word }));
    let mai = json!({ "id": 191_167, "email": "mai@example.vn", "first_name": "Mai" });
    assert_eq!(shopify.tells_of("customers/create", "c1", &mai).await, outcome("taken"));
    assert_eq!(lara.count(MAI).await, 1);
    let about = json!({ "shop_id": 954_889, "customer": { "id": 191_167, "email": "mai@example.vn" } });
    assert_eq!(shopify.tells_of("customers/data_request", "d1", &about).await, outcome("refused"));
    assert_eq!(shopify.tells_of("customers/redact", "r1", &about).await, outcome("taken"));
    lara.kill();
    lara.wake().await;
    assert_eq!(shopify.tells_of("customers/redact", "r1", &about).await, outcome("replayed"));
    assert_eq!((lara.count(MAI).await, lara.count(ERASED).await), (0, 1));
    assert_eq!(
        shopify.tells_of("shop/redact", "s1", &json!({ "shop_id": 954_889 })).await,
        outcome("refused")
    );
    let listed = lara.runs(&["shop", "list"]).unwrap();
    for command in ["lara export person", "lara shop remove"] {
        assert!(listed.contains(command), "{listed}");
    }
    assert!(!listed.contains("mai@") && !listed.contains("191167"), "{listed}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crm_is_told_of_an_ended_conversation_on_sqlite() {
    a_crm_is_told_of_an_ended_conversation(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_crm_is_told_of_an_ended_conversation_on_postgres() {
    a_crm_is_told_of_an_ended_conversation(Database::fresh_postgres().await).await;
}

async fn a_crm_is_told_of_an_ended_conversation(database: Database) {
    let crm = Receiver::listening(Duration::ZERO).await;
    let secret = "a secret the CRM and Lara share";
    let config = format!("[notices.demo]\nurl = \"{}\"\nsecret = \"{secret}\"\n", crm.url);
    let lara = Lara::start_with(database, &config).await;
    let mut agent = lara.owner().await;
    crm.refuses(1);
    let mut customer = lara.app_customer("tells-a-crm");
    customer.says("Cốc giao tới bị vỡ rồi, quá thất vọng!").await;
    customer.lara_says("").await;
    agent.opens(&customer.conversation.clone().unwrap()).await;
    agent.takes_over().await;
    agent.says("Dạ shop gửi lại cốc mới ngay ạ").await;
    agent.resolves().await;

    // The demo brand's past has ended too, and is told of.
    let mine = |post: &Posted| post.reply["conversation_id"].as_str() == customer.conversation.as_deref();
    let told = eventually("the CRM is told", async || crm.got().into_iter().find(mine)).await;
    assert!(told.is_signed_with(secret), "{told:?}");
    let notice = &told.reply;
    assert_eq!(notice["kind"], "conversation_ended");
    assert_eq!(notice["summary"]["resolved_by"], "agent");
    assert_eq!(notice["summary"]["complaint"], true);
    assert!(notice["words"]["vi"].as_str().unwrap().contains("đã xử lý"), "{notice}");
    for said in ["vỡ rồi", "gửi lại"] {
        assert!(!told.body.contains(said), "no word of what was said: {}", told.body);
    }
    let waits = "SELECT COUNT(*) FROM notices WHERE due_at IS NOT NULL";
    eventually("the notice is settled", async || (lara.count(waits).await == 0).then_some(())).await;
    assert_eq!(crm.got().iter().filter(|post| mine(post)).count(), 1);
}
