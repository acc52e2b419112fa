//! One word is silence wherever a person is known, and one word ends it.

use crate::harness::{Author, Customer, Database, Lara, each_database};
use crate::platforms::shops::{self, Mode};
use crate::platforms::stood_in::OnTelegram;
use crate::platforms::talk::{Shape, Talk};
use crate::stand_in::telegram::Telegram;
use serde_json::json;

each_database!(
    stop_on_one_channel_is_silence_on_every_channel_of_the_person,
    stop_where_somebody_is_only_said_to_be_silences_that_address_alone,
);

/// Lan opens her link on her phone.
async fn linked<'a>(telegram: &'a Telegram, lan: &Customer) -> OnTelegram<'a> {
    let code = lan.takes_a_code().await["code"].as_str().unwrap().to_owned();
    let mut phone = OnTelegram { telegram, person: 77, seen: 0 };
    phone.says(&format!("/start {code}")).await;
    phone.hears(Shape::Text).await;
    phone
}

/// Nothing is said to this, and nothing was said since.
async fn is_met_with_silence(lara: &Lara, lan: &mut Customer, text: &str) {
    lan.says(text).await;
    lara.settles_with_every_message_decided_once().await;
    let last = lan.transcript().await.pop().unwrap();
    assert_eq!((last.author, last.text.as_str()), (Author::Customer, text), "nothing is said");
}

async fn stop_on_one_channel_is_silence_on_every_channel_of_the_person(database: Database) {
    for (stop, start) in [("STOP", "START"), ("đừng nhắn nữa", "tiếp tục")] {
        let database = match &database {
            Database::Sqlite => Database::Sqlite,
            Database::Postgres(_) => Database::fresh_postgres().await,
        };
        let (telegram, lara) = shops::on_telegram(database, Mode::Polling).await;
        let mut lan = lara.lan().await;
        lan.says("Shop mở cửa lúc mấy giờ?").await;
        lan.lara_says("21:00").await;
        let mut phone = linked(&telegram, &lan).await;
        phone.says(stop).await;
        phone.hears(Shape::Text).await;
        is_met_with_silence(&lara, &mut lan, "Shop có bán nến không?").await;

        phone.says(start).await;
        phone.hears(Shape::Text).await;
        let mut lan = lan.with_only_what_follows().await;
        lan.says("Shop mở cửa lúc mấy giờ?").await;
        lan.lara_says("21:00").await;
    }
}

/// Somebody with Lan's number, of whom nobody knows whether they are her.
async fn stop_where_somebody_is_only_said_to_be_silences_that_address_alone(database: Database) {
    let (telegram, lara) = shops::on_telegram(database, Mode::Polling).await;
    let mut lan = lara.lan().await;
    let mut card = telegram.text(78, "");
    card["message"].as_object_mut().unwrap().remove("text");
    card["message"]["contact"] =
        json!({ "phone_number": "+84901234567", "first_name": "Lan", "user_id": 78 });
    telegram.offers([card]);
    let mut somebody = OnTelegram { telegram: &telegram, person: 78, seen: 0 };
    somebody.hears(Shape::Text).await;
    somebody.says("STOP").await;
    somebody.hears(Shape::Text).await;
    lan.says("Shop mở cửa lúc mấy giờ?").await;
    lan.lara_says("21:00").await;
}
