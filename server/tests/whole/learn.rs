//! A brand teaches Lara: what she learns is what she says next, on every node; what is bad changes nothing.

use crate::harness::{Database, Lara, on_both};
use serde_json::Value;

on_both!(an_intent_of_the_brands_own_is_learnt_while_she_serves_and_taken_back);

/// A tea house that hires its porcelain out.
const RENTALS: &str = "text,label
shop có cho thuê bộ ấm chén không ạ,rent_tea_set
mình muốn thuê ấm tử sa cho tiệc cưới,rent_tea_set
thuê 20 bộ chén một ngày bao nhiêu tiền,rent_tea_set
cho em thuê bộ trà cụ cuối tuần này,rent_tea_set
thue am chen chup anh cuoi duoc ko shop,rent_tea_set
can i rent a tea set for a wedding,rent_tea_set
do you rent out your porcelain cups,rent_tea_set
rental of tea ware for a photo shoot?,rent_tea_set
";

fn json(said: Result<String, String>) -> Value {
    serde_json::from_str(&said.unwrap()).unwrap()
}

async fn an_intent_of_the_brands_own_is_learnt_while_she_serves_and_taken_back(lara: Lara) {
    lara.writes("rentals.csv", RENTALS.as_bytes());
    let mut admin = lara.owner().await;
    let words = "Dạ có cho thuê ấm chén ạ, nhắn em ngày cần nhé";
    assert!(admin.publishes("rent_tea_set", "vi", words).await);
    let mut customer = lara.app_customer("bride");
    customer.says("cho mình thuê 10 bộ ấm chén").await;
    let before = customer.lara_says("").await;
    assert!(!before.contains("cho thuê ấm chén"), "{before}");

    assert_eq!(json(lara.runs(&["learn", "add", "rentals.csv", "--json"]))["new"], 8);
    let pinned = lara.runs(&["learn", "pin", "mấy giờ mở cửa vậy shop", "opening_hours", "--json"]);
    assert_eq!(json(pinned)["read_as"], "opening_hours");
    let trained = json(lara.runs(&["learn", "train", "--json"]));
    assert_eq!((&trained["promoted"], &trained["model"]), (&true.into(), &1.into()), "{trained}");
    // She has to notice first: another process promoted it.
    let mut answered = String::new();
    for _ in 0..40 {
        let mut customer = lara.app_customer(&uuid::Uuid::now_v7().to_string());
        customer.says("cho mình thuê 10 bộ ấm chén").await;
        answered = customer.lara_says("").await;
        if answered.contains("cho thuê ấm chén") {
            break;
        }
    }
    assert!(answered.contains("cho thuê ấm chén"), "{answered}");

    assert_eq!(json(lara.runs(&["learn", "rollback", "--to", "0", "--json"]))["was"], 1);
    let versions = json(lara.runs(&["learn", "versions", "--json"]));
    assert_eq!(versions["versions"][0]["state"], "retired");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_is_refused_in_plain_words_and_changes_nothing() {
    let lara = Lara::start(Database::Sqlite).await;
    for (file, says) in [
        (b"".as_slice(), "the file is empty"),
        (b"message,intent\nhi,greeting\n", "no column \"text\""),
        (b"text,label\nhi,say hello\n", "write \"say_hello\""),
        (b"text,label\nhi,opening_hour\n", "nearly opening_hours"),
        (b"text,label\nhi,escalated_human\n", "no intent"),
        (b"text,label\nhi,greeting\nhi,thanks\n", "keep one"),
        (b"text,label\n\xf0\x6f\xea\x6e,track_order\n", "CSV UTF-8"),
    ] {
        lara.writes("bad.csv", file);
        let complaint = lara.runs(&["learn", "add", "bad.csv"]).unwrap_err();
        assert!(complaint.contains(says) && complaint.contains("nothing was stored"), "{complaint}");
    }
    for (arguments, says) in [
        (["learn", "add", "missing.csv"].as_slice(), "cannot open"),
        (&["learn", "label", "--text", "hi", "Say Hello"], "write \"say_hello\""),
        (&["learn", "label", "greeting"], "--message"),
        (&["learn", "train"], "has taught nothing yet"),
        (&["learn", "lessons", "opening_hour"], "nearly opening_hours"),
        (&["learn", "rollback", "--to", "3"], "no model 3"),
        (&["learn", "rollback", "--to", "0"], "live already"),
        (&["learn", "forget", "never said"], "no such lesson"),
        (&["learn", "unpin", "never pinned"], "no such pin"),
        (&["learn", "unknown", "--accept", "9", "--as", "gift_card"], "no cluster 9"),
        (&["learn", "lessons", "--brand", "nobody"], "no brand \"nobody\""),
    ] {
        let complaint = lara.runs(arguments).unwrap_err();
        assert!(complaint.contains(says), "{arguments:?}: {complaint}");
    }
    assert_eq!(json(lara.runs(&["learn", "lessons", "--json"]))["lessons"], Value::Array(Vec::new()));
    assert_eq!(json(lara.runs(&["learn", "versions", "--json"]))["versions"], Value::Array(Vec::new()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_understood_becomes_an_intent_and_a_correction_a_lesson() {
    let lara = Lara::start(Database::Sqlite).await;
    for (number, text) in [
        "shop có tuyển nhân viên không ạ",
        "bên mình tuyển nhân viên bán hàng không",
        "tuyen nhan vien part time ko shop",
        "cho em hỏi shop tuyển nhân viên pha chế không",
    ]
    .iter()
    .enumerate()
    {
        lara.app_customer(&format!("giver-{number}")).says(text).await;
    }
    lara.settles_with_every_message_decided_once().await;
    let found = json(lara.runs(&["learn", "unknown", "--json", "--least", "2"]));
    let number = found["clusters"].as_array().unwrap().iter().position(|cluster| {
        cluster["texts"].as_array().unwrap().iter().any(|text| text.as_str().unwrap().contains("nhân viên"))
    });
    let number = (number.unwrap_or_else(|| panic!("{found}")) + 1).to_string();
    let arguments =
        ["learn", "unknown", "--least", "2", "--accept", &number, "--as", "wants_a_job", "--json"];
    let accepted = json(lara.runs(&arguments));
    assert!(accepted["new"].as_u64().unwrap() >= 2, "{accepted}");

    let said = "gọi 0912 345 678 hỏi thẻ quà giúp chị";
    let labelled = json(lara.runs(&["learn", "label", "--text", said, "gift_card", "--json"]));
    assert_eq!(labelled["text"], "gọi 0000 000 000 hỏi thẻ quà giúp chị");
    let again = json(lara.runs(&["learn", "label", "--text", said, "promotion", "--json"]));
    assert_eq!(again["before"], "gift_card");
    let listed = lara.runs(&["learn", "lessons", "promotion"]).unwrap();
    assert!(listed.contains("0000 000 000") && !listed.contains('\u{1b}'), "{listed}");
    assert!(lara.runs(&["learn", "forget", said]).is_ok());
}
