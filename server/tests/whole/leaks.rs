//! Nothing of a person is logged or counted, however much logging an operator asks for: marked data goes through every door, and
//! what the server printed and measured is searched for the marks.

use crate::harness::{Database, Lara, eventually};
use crate::stand_in::discord::{self, Discord};
use crate::stand_in::telegram::Telegram;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use sha2::Sha256;

/// Everything from everybody: also of the libraries that see what passes through them.
const ALL: &str = "trace,lara=trace,hyper=trace,hyper_util=trace,h2=trace,sqlx=trace,sqlx::query=trace,serenity=trace,\
     serenity::gateway=trace,serenity::http=trace,teloxide=trace,teloxide_core=trace,tungstenite=trace,tokio_tungstenite=trace,\
     reqwest=trace,rustls=trace,handlebars=trace,axum=trace,tower_http=trace,lettre=trace,mio=trace";
/// Stands in everything below that is not a number, in names, addresses, words and secrets.
const MARK: &str = "zvq";
const PHONE: &str = "0979135791";
const CHAT: i64 = 979_246_824;
const IDENTITY_KEY: &str = "zvq-what-the-shop-signs-its-customers-with";
const SHOP_SECRET: &str = "shpss_zvq_of_the_leak_tests";
const UNANSWERED: &str = "SELECT COUNT(*) FROM messages m JOIN conversations c ON c.id = m.conversation_id \
     WHERE m.direction = 'in' AND m.seq > c.done_seq";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_person_is_logged_or_counted_on_sqlite() {
    nothing_of_a_person_is_logged_or_counted(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_person_is_logged_or_counted_on_postgres() {
    nothing_of_a_person_is_logged_or_counted(Database::fresh_postgres().await).await;
}

async fn nothing_of_a_person_is_logged_or_counted(database: Database) {
    let (telegram, discord) = (Telegram::start().await, Discord::start().await);
    let channels = format!(
        "[channels.site]\nkind = \"web\"\nbrand = \"demo\"\nidentity_key = \"{IDENTITY_KEY}\"\n\
         [channels.telegram]\nkind = \"telegram\"\nbrand = \"demo\"\ntoken = \"{}\"\napi_url = \"{}\"\nmode = \"polling\"\n\
         [channels.discord]\nkind = \"discord\"\nbrand = \"demo\"\ntoken = \"{}\"\napi_url = \"{}\"\ngateway_url = \"{}\"\n",
        telegram.token, telegram.url, discord.token, discord.rest, discord.gateway
    );
    let mut lara = Lara::start_logging(database, &channels, ALL).await;
    discord.is_connected().await;
    let mut marks = vec![MARK.to_owned(), PHONE.to_owned(), PHONE[1..].to_owned(), CHAT.to_string()];
    marks.extend([telegram.token.clone(), discord.token.clone(), crate::harness::APP_TOKEN.to_owned()]);

    marks.push(imports(&lara));
    let code = web(&lara).await;
    on_platforms(&lara, &telegram, &discord, &code).await;
    marks.push(code);
    app(&lara).await;
    shop(&lara).await;
    marks.push(api(&lara).await);
    hostile(&lara).await;
    desk(&lara).await;
    eventually("all is decided", async || (lara.count(UNANSWERED).await == 0).then_some(())).await;
    for id in ["zvq-kh-1", "zvq-kh-2", "zvq-web-1"] {
        lara.runs(&["export", "person", id, "-o", id]).unwrap();
        let gone = lara.runs(&["erase", id, "--yes", "--json"]).unwrap();
        assert!(gone.contains("erased"), "{gone}");
    }

    let measured = lara.http.get(lara.url("/metrics")).send().await.unwrap().text().await.unwrap();
    assert!(measured.contains("lara_"), "there are metrics: {measured}");
    lara.stop().await;
    let log = lara.log();
    assert!(log.contains("changed by API") && log.contains("DEBUG"), "it was logged as asked for: {log}");
    for (what, text) in [("log", &log), ("metrics", &measured)] {
        for line in text.lines() {
            let lower = line.to_lowercase();
            let found = marks.iter().find(|mark| lower.contains(&mark.to_lowercase()));
            assert_eq!(found, None, "stands in the {what}: {line}");
        }
    }
}

fn signed(key: &str, text: &str) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).unwrap().chain_update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// Sends it; what came back, whatever it is.
async fn sent(request: RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap_or_default())
}

/// Customers and orders from files, each with a row that is refused. The number of an order.
fn imports(lara: &Lara) -> String {
    let customers = format!(
        "external_id,name,email,phone,language,preferences\n\
         zvq-kh-1,Zvqthị Lan,zvq1@example.vn,{PHONE},vi,\"{{\"\"size\"\":\"\"zvq-M\"\"}}\"\n\
         zvq-kh-2,Zvqvăn Minh,zvq2@example.vn,,en,\n\
         zvq-kh-3,Zvq Bad,no-address-zvq,{PHONE}9999999999,xx,zvq-not-json\n"
    );
    let orders = "number,customer_external_id,status,ordered_at,currency,total,items,carrier,tracking_number\n\
         ZVQ-7001,zvq-kh-1,shipped,2026-11-20,VND,350000,\"[\"\"Ly zvq\"\"]\",GHN,ZVQTRACK1\n\
         ZVQ-7002,zvq-nobody,zvq-status,zvq-day,VND,zvq,,,\n";
    for (what, rows) in [("customers", customers.as_str()), ("orders", orders)] {
        lara.writes("zvq.csv", rows.as_bytes());
        let ran = lara.runs_whole(&["import", what, "zvq.csv", "--json"]);
        let counts: Value = serde_json::from_str(ran.out.trim()).unwrap();
        assert!(counts["added"].as_u64() >= Some(1) && counts["refused"].as_u64() >= Some(1), "{ran:?}");
    }
    "ZVQ-7001".to_owned()
}

/// Somebody the shop signed in talks on its site, and is given a code to go on elsewhere.
async fn web(lara: &Lara) -> String {
    let until = jiff::Timestamp::now().as_second() + 600;
    let claims = json!({
        "brand": "demo", "exp": until, "external_id": "zvq-kh-1", "email": "zvq1@example.vn", "name": "Zvqthị Lan",
        "phone": PHONE,
    });
    let payload = URL_SAFE_NO_PAD.encode(claims.to_string());
    let token = format!("{payload}.{}", URL_SAFE_NO_PAD.encode(signed(IDENTITY_KEY, &payload)));
    let post = |path: &str| lara.http.post(lara.url(&format!("/web/demo/{path}?channel=site")));
    let forged = sent(post("visitor").json(&json!({ "identity": format!("{token}zvq") }))).await;
    assert!((400..500).contains(&forged.0), "{forged:?}");
    let (status, answer) = sent(post("visitor").json(&json!({ "identity": token }))).await;
    assert_eq!((status, &answer["known"]), (200, &json!(true)), "{answer}");
    let visitor = answer["visitor"].as_str().unwrap();
    let says = async |text: &str| {
        let message = json!({ "id": uuid::Uuid::now_v7().to_string(), "text": text });
        let (status, answer) = sent(post("messages").bearer_auth(visitor).json(&message)).await;
        assert_eq!(status, 202, "{answer}");
    };
    says("đơn ZVQ-7001 của mình tới đâu rồi?").await;
    eventually("the order is told", async || {
        let read = lara.http.get(lara.url("/web/demo/messages?channel=site&wait=5")).bearer_auth(visitor);
        let (_, read) = sent(read).await;
        let told = read["messages"].as_array()?.iter().any(|line| {
            line["author"] == "bot" && line["text"].as_str().is_some_and(|text| text.contains("ZVQ-7001"))
        });
        told.then_some(())
    })
    .await;
    says(&format!("gọi em là chị Zvqlan, em mặc size zvq, số em {PHONE}")).await;
    says("giao hàng trễ quá, làm ăn quá tệ zvq!!!").await;
    let (status, given) = sent(post("link").bearer_auth(visitor)).await;
    assert_eq!(status, 200, "{given}");
    given["code"].as_str().unwrap().to_owned()
}

/// The same person types the code on Telegram; others write there and on Discord; a third thing cannot be read at all.
async fn on_platforms(lara: &Lara, telegram: &Telegram, discord: &Discord, code: &str) {
    let marked = |text: &str| {
        let mut update = telegram.text(CHAT, text);
        update["message"]["from"]["first_name"] = json!("Zvqlan");
        update["message"]["chat"]["username"] = json!("zvq_lan");
        update
    };
    let mut broken = marked("zvq broken");
    broken["message"]["chat"] = json!("zvq-no-chat");
    let mut foreign = marked("zvq foreign");
    foreign["message"]["text"] = Value::Null;
    foreign["message"]["pinned_message"] = json!({ "zvq": "zvq" });
    let mut own = marked("zvq own");
    own["message"]["from"]["is_bot"] = json!(true);
    telegram.offers([
        marked(code),
        broken,
        foreign,
        own,
        marked("đơn ZVQ-7001 tới đâu rồi zvq@example.vn?"),
        marked("LARA-ZVQ2-ZVQ3"),
    ]);
    telegram.sends.reach(&CHAT.to_string(), 1).await;
    discord.whispers(discord::LAN, &format!("where is my order ZVQ-7001? zvq@example.vn {PHONE}"));
    discord.sends.reach(&discord.direct(discord::LAN), 1).await;
    eventually("Telegram is heard", async || (telegram.unconfirmed() == 0).then_some(())).await;
    let joined = "SELECT COUNT(*) FROM joins";
    assert!(lara.count(joined).await > 0, "the code held");
}

async fn app(lara: &Lara) {
    let mut customer = lara.app_customer("zvq-addr-1");
    customer.says(&format!("mã đơn ZVQ-7001, email zvq1@example.vn, {PHONE}")).await;
    customer.lara_says("").await;
    let post = |key: &str| {
        lara.http
            .post(lara.url("/app/v1/messages"))
            .bearer_auth(crate::harness::APP_TOKEN)
            .header("Idempotency-Key", key.to_owned())
    };
    let identity =
        json!({ "email": "zvq5@example.vn", "name": "Zvqvăn", "external_id": "zvq-web-1", "phone": PHONE });
    let said = json!({ "address": "zvq-addr-2", "text": "zvq where is my order", "identity": identity });
    assert_eq!(sent(post("zvq-1").json(&said)).await.0, 202);
    for wrong in
        [r#"{"address":"zvq-addr-3","text":5}"#, r#"{"zvq":"#, r#"{"address":"zvq","text":"zvq","zvq":1}"#]
    {
        sent(post("zvq-2").header("Content-Type", "application/json").body(wrong)).await;
    }
}

/// The shop system tells of an order: rightly signed, wrongly signed, and with a body nobody can read.
async fn shop(lara: &Lara) {
    lara.writes("shopify.secret", SHOP_SECRET.as_bytes());
    let said =
        lara.runs(&["shop", "add", "shopify", "--brand", "demo", "--secret-file", "shopify.secret"]).unwrap();
    let address =
        said.split_whitespace().find(|word| word.starts_with("http") && word.ends_with("/webhook")).unwrap();
    let (_, path) = address.split_once("/shops/").unwrap();
    let placed = (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(20)).to_string();
    let order = json!({
        "id": 4_712, "name": "#ZVQ-9001", "email": "zvq1@example.vn", "phone": PHONE, "created_at": placed, "updated_at": placed,
        "currency": "VND", "total_price": "350000", "financial_status": "paid", "fulfillment_status": null,
        "cancelled_at": null, "line_items": [{ "name": "Trà zvq", "quantity": 1, "sku": "zvq-1" }], "fulfillments": [],
        "customer": { "id": 99, "first_name": "Zvq", "last_name": "Lan", "email": "zvq1@example.vn" },
    })
    .to_string();
    let tells = async |id: &str, body: String, secret: &str| {
        let post = lara.http.post(lara.url(&format!("/shops/{path}")));
        let post =
            post.header("X-Shopify-Topic", "orders/updated").header("X-Shopify-Webhook-Id", id.to_owned());
        sent(post.header("X-Shopify-Hmac-Sha256", STANDARD.encode(signed(secret, &body))).body(body)).await
    };
    assert_eq!(tells("e1", order.clone(), SHOP_SECRET).await.1["outcome"], "taken");
    assert_eq!(tells("e2", order.clone(), "zvq-another-secret").await.0, 401);
    tells("e3", r#"{"id": "zvq", "name": {"zvq": 1}}"#.to_owned(), SHOP_SECRET).await;
    tells("e4", order.replace('}', ""), SHOP_SECRET).await;
}

/// The brand's own systems: right and wrong bodies, a wrong token, things there are not. The token.
async fn api(lara: &Lara) -> String {
    let scopes = ["--scope", "read", "--scope", "write", "--scope", "messages", "--scope", "privacy"];
    let token = lara.runs(&[&["token", "add", "--name", "shop"], scopes.as_slice()].concat()).unwrap();
    let token = token.trim().to_owned();
    let ask = |method: reqwest::Method, path: &str| {
        lara.http.request(method, lara.url(&format!("/api/v1/{path}"))).bearer_auth(&token)
    };
    let put = |path: &str, body: &Value| ask(reqwest::Method::PUT, path).json(body);
    let person = json!({ "name": "Zvqthị Hoa", "email": "zvq4@example.vn", "phone": PHONE, "preferences": { "size": "zvq" } });
    let known = sent(put("customers/by-external-id/zvq-kh-4", &person)).await;
    assert!((200..300).contains(&known.0), "{known:?}");
    let order = json!({
        "customer_external_id": "zvq-kh-4", "status": "shipped", "ordered_at": "2026-11-20T09:00:00+07:00", "currency": "VND",
        "total_minor": 1, "items": [{ "name": "zvq" }], "tracking_number": "ZVQTRACK2",
    });
    let known = sent(put("orders/ZVQ-9100", &order)).await;
    assert!((200..300).contains(&known.0), "{known:?}");
    for (path, wrong) in [
        ("customers/by-external-id/zvq-kh-5", json!({ "name": 5, "email": "zvq no address", "zvq": "zvq" })),
        ("customers/zvq/consent", json!({ "messages": "zvq" })),
        (
            "orders/ZVQ-9101",
            json!({ "customer_external_id": "zvq-nobody", "status": "zvq", "ordered_at": "zvq" }),
        ),
        ("orders:batch", json!({ "orders": [{ "number": "ZVQ-1" }, "zvq"] })),
    ] {
        let refused = sent(put(path, &wrong)).await;
        assert!((400..500).contains(&refused.0), "{path}: {refused:?}");
    }
    for path in [
        "orders/ZVQ-9100",
        "orders/ZVQ-none",
        "customers?zvq=zvq",
        "customers?q=zvqthi",
        "customers/zvq/export",
        "zvq",
    ] {
        let answer = sent(ask(reqwest::Method::GET, path)).await;
        assert!(answer.0 < 500, "{path}: {answer:?}");
    }
    let message = json!({ "customer_id": "zvq", "text": "zvq" });
    assert!(sent(ask(reqwest::Method::POST, "messages").json(&message)).await.0 < 500);
    let stranger = lara.http.get(lara.url("/api/v1/orders/ZVQ-9100")).bearer_auth("lara_zvq-no-token");
    assert_eq!(sent(stranger).await.0, 401);
    token
}

/// What no door of ours expects.
async fn hostile(lara: &Lara) {
    let large = "zvq".repeat(700_000);
    for (path, body) in [
        ("/webhooks/meta", r#"{"object":"page","entry":"zvq"}"#),
        ("/webhooks/telegram/zvq", r#"{"update_id":"zvq"}"#),
        ("/zvq/zvq@example.vn", "zvq"),
        ("/web/demo/messages?channel=zvq", "zvq"),
        ("/web/zvq/visitor", r#"{"identity":"zvq.zvq"}"#),
        ("/web/demo/visitor", r#"{"visitor":"zvq","zvq":"#),
        ("/app/v1/messages", large.as_str()),
    ] {
        let post = lara.http.post(lara.url(path)).header("Content-Type", "application/json");
        // A body that is refused while it is still sent breaks the connection.
        if let Ok(answer) =
            post.header("X-Zvq", "zvq").header("Cookie", "zvq=zvq").body(body.to_owned()).send().await
        {
            assert!(answer.status().as_u16() < 500, "{path}: {}", answer.status());
        }
    }
}

/// An agent looks for the person, reads what they wrote and answers.
async fn desk(lara: &Lara) {
    let mut agent = lara.owner().await;
    agent.opens("/desk/people?q=zvqthi").await;
    agent.opens(&format!("/desk/people?q={PHONE}")).await;
    let mut customer = lara.app_customer("zvq-addr-9");
    customer.says("zvq: hàng vỡ hết rồi, quá thất vọng!").await;
    customer.lara_says("").await;
    agent.opens(&customer.conversation.clone().unwrap()).await;
    agent.takes_over().await;
    agent.says("Dạ em gửi lại cho chị Zvqlan ạ").await;
    customer.agent_says("Dạ em gửi lại cho chị Zvqlan ạ").await;
    agent.resolves().await;
}
