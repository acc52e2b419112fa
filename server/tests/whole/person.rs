//! One person, wherever they write: known by what they have proven, and by nothing else.

use crate::harness::{Database, Lara, each_database, eventually, on_both};
use crate::platforms::shops::{self, Mode};
use crate::platforms::stood_in::{OnDiscord, OnTelegram};
use crate::platforms::talk::{Shape, Talk};
use crate::stand_in::discord::{self, Discord, GENERAL};
use crate::stand_in::telegram::{BOT_NAME, Telegram};

const WHERE_IS_IT: &str = "đơn hàng của em tới đâu rồi ạ?";

/// How many people the web, Telegram and Discord addresses of the tests belong to, and how many of those addresses there are.
const PEOPLE: &str = "SELECT COUNT(DISTINCT COALESCE(c.head_id, c.id)) FROM addresses a JOIN customers c ON c.id = a.customer_id \
     JOIN channels h ON h.id = a.channel_id WHERE a.level = 'verified' AND a.external IN ('77', '3000')";
const PROVEN: &str = "SELECT COUNT(*) FROM addresses WHERE level = 'verified' AND external IN ('77', '3000')";

each_database!(
    the_same_person_on_the_web_on_telegram_and_on_discord,
    an_order_is_told_on_telegram_only_after_who_asks_has_proven_whose_it_is,
    before_everybody_nothing_personal_is_said,
    a_code_said_before_everybody_opens_nothing,
);

on_both!(
    a_stranger_with_the_right_number_and_a_wrong_e_mail_learns_nothing,
    a_code_is_not_found_by_guessing,
    a_code_is_good_once,
    a_code_sent_to_somebody_else_shows_nothing_of_theirs,
);

/// Lara on Telegram and Discord, beside the web.
async fn everywhere(database: Database) -> (Telegram, Discord, Lara) {
    let (telegram, discord) = (Telegram::start().await, Discord::start().await);
    let channels = [
        shops::telegram(&telegram.url, &telegram.token, Mode::Polling),
        shops::discord(&discord.rest, &discord.gateway, &discord.token),
    ];
    let lara = Lara::start_with(database, &channels.concat()).await;
    discord.is_connected().await;
    (telegram, discord, lara)
}

/// Order numbers of the demo shop in a text.
fn numbers(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '-');
    words.filter(|word| word.starts_with("MH-")).map(ToOwned::to_owned).collect()
}

async fn the_same_person_on_the_web_on_telegram_and_on_discord(database: Database) {
    let (telegram, discord, lara) = everywhere(database).await;
    let mut lan = lara.lan().await;
    lan.says(WHERE_IS_IT).await;
    let hers = numbers(&lan.lara_says("MH-").await);

    // She opens the link on her phone.
    let link = lan.finds_a_way_to("telegram").await;
    let payload =
        link["url"].as_str().unwrap().strip_prefix(&format!("https://t.me/{BOT_NAME}?start=")).unwrap();
    let mut phone = OnTelegram { telegram: &telegram, person: 77, seen: 0 };
    phone.says(&format!("/start {payload}")).await;
    phone.hears(Shape::Text).await;
    phone.says(WHERE_IS_IT).await;
    assert_eq!(numbers(&phone.hears(Shape::Text).await.text), hers, "her order, on Telegram");

    // In the brand's server she types the command; nobody else sees it.
    let say = lan.finds_a_way_to("discord").await["say"].as_str().unwrap().to_owned();
    discord.links(discord::LAN, GENERAL, say.strip_prefix("/link code:").unwrap());
    eventually("she is known on Discord", async || (lara.count(PROVEN).await == 2).then_some(())).await;
    let mut laptop = OnDiscord { discord: &discord, person: discord::LAN, seen: 0 };
    laptop.says(WHERE_IS_IT).await;
    assert_eq!(numbers(&laptop.hears(Shape::Text).await.text), hers, "her order, on Discord");
    assert!(discord.shows(GENERAL).is_empty(), "not a word in the open");

    lara.settles_with_every_message_decided_once().await;
    assert_eq!(lara.count(PEOPLE).await, 1, "one person");
}

async fn an_order_is_told_on_telegram_only_after_who_asks_has_proven_whose_it_is(database: Database) {
    let (telegram, lara) = shops::on_telegram(database, Mode::Polling).await;
    let mut lan = lara.lan().await;
    lan.says(WHERE_IS_IT).await;
    let hers = lan.lara_says("MH-").await;
    let number = &numbers(&hers)[0];

    let mut phone = OnTelegram { telegram: &telegram, person: 77, seen: 0 };
    phone.says(&format!("đơn {number} của em tới đâu rồi ạ?")).await;
    let how = phone.hears(Shape::Text).await.text;
    assert!(how.contains("email"), "how to prove it: {how}");
    tells_nothing_of(&hers, number, &how);

    phone.says(&format!("{number} lan@example.vn")).await;
    let told = phone.hears(Shape::Text).await.text;
    for secret in secrets(&hers, number) {
        assert!(told.contains(&secret), "{secret:?} of her own order: {told}");
    }
    lara.settles_with_every_message_decided_once().await;
}

async fn a_stranger_with_the_right_number_and_a_wrong_e_mail_learns_nothing(lara: Lara) {
    let mut lan = lara.lan().await;
    lan.says(WHERE_IS_IT).await;
    let hers = lan.lara_says("MH-").await;
    let number = numbers(&hers)[0].clone();
    let mut answers = Vec::new();
    for (address, guess) in [
        ("right-number", format!("Where is my order {number}? My email is minh.le@example.org")),
        ("wrong-number", "Where is my order MH-99999? My email is minh.le@example.org".to_owned()),
        ("right-e-mail", "Where is my order MH-99999? My email is lan@example.vn".to_owned()),
    ] {
        let mut stranger = lara.app_customer(address);
        stranger.says(&guess).await;
        let answer = stranger.lara_says("").await;
        tells_nothing_of(&hers, &number, &answer);
        answers.push(answer.replace(&number, "N").replace("MH-99999", "N"));
    }
    assert_eq!(answers[0], answers[1], "nobody learns that the number is right");
    assert_eq!(answers[1], answers[2], "nor that the e-mail is");
}

async fn a_code_is_not_found_by_guessing(lara: Lara) {
    let lan = lara.lan().await;
    let code = lan.takes_a_code().await["code"].as_str().unwrap().to_owned();
    let mut guesser = lara.app_customer("guesser");
    for guess in 0..19 {
        guesser.says(&format!("LARA-0000-00{guess:02}")).await;
        lara.settles_with_every_message_decided_once().await;
    }
    guesser.says(&code).await;
    lara.settles_with_every_message_decided_once().await;
    let proven = "SELECT COUNT(*) FROM addresses WHERE external = 'guesser' AND level = 'verified'";
    assert_eq!(lara.count(proven).await, 0, "the twentieth was right, and refused");
    guesser.says("Where is my order?").await;
    lara.settles_with_every_message_decided_once().await;
    let transcript = guesser.transcript().await;
    assert!(transcript.iter().all(|line| numbers(&line.text).is_empty()), "{transcript:#?}");

    // The code itself was good: whoever does not guess may still use it.
    let mut phone = lara.app_customer("phone");
    phone.says(&code).await;
    phone.lara_says("").await;
    phone.says("Where is my order?").await;
    phone.lara_says("MH-").await;
}

async fn a_code_is_good_once(lara: Lara) {
    let lan = lara.lan().await;
    let code = lan.takes_a_code().await["code"].as_str().unwrap().to_owned();
    let (mut first, mut second) = (lara.app_customer("first"), lara.app_customer("second"));
    first.says(&code).await;
    first.lara_says("").await;
    second.says(&code).await;
    second.lara_says("").await;
    second.says("Where is my order?").await;
    let answer = second.lara_says("").await;
    assert!(numbers(&answer).is_empty(), "{answer}");
    first.says("Where is my order?").await;
    first.lara_says("MH-").await;
}

/// Minh is talked into opening Lan's link: he is who he was, and Lan sees nothing of his.
async fn a_code_sent_to_somebody_else_shows_nothing_of_theirs(lara: Lara) {
    let (mut lan, mut minh) = (lara.lan().await, lara.minh().await);
    lan.says(WHERE_IS_IT).await;
    let hers = numbers(&lan.lara_says("MH-").await);
    let mut phone = lara.app_customer("minhs-phone");
    let own = minh.takes_a_code().await["code"].as_str().unwrap().to_owned();
    phone.says(&own).await;
    phone.lara_says("").await;
    phone.says("Where is my order?").await;
    let his = numbers(&phone.lara_says("MH-").await);

    let bait = lan.takes_a_code().await["code"].as_str().unwrap().to_owned();
    phone.says(&bait).await;
    phone.lara_says("").await;
    phone.says("Where is my order?").await;
    assert_eq!(numbers(&phone.lara_says("MH-").await), his, "he stays who he is");
    lan.says(WHERE_IS_IT).await;
    assert_eq!(numbers(&lan.lara_says("MH-").await), hers, "she stays who she is");
    minh.says("Where is my order?").await;
    assert_eq!(numbers(&minh.lara_says("MH-").await), his);
}

async fn before_everybody_nothing_personal_is_said(database: Database) {
    let (telegram, discord, lara) = everywhere(database).await;
    let mut lan = lara.lan().await;
    lan.says(WHERE_IS_IT).await;
    let hers = lan.lara_says("MH-").await;
    let number = &numbers(&hers)[0];
    let payload = lan.finds_a_way_to("telegram").await["url"]
        .as_str()
        .unwrap()
        .split('=')
        .next_back()
        .unwrap()
        .to_owned();
    let mut phone = OnTelegram { telegram: &telegram, person: 77, seen: 0 };
    phone.says(&format!("/start {payload}")).await;
    phone.hears(Shape::Text).await;
    let say = lan.finds_a_way_to("discord").await["say"].as_str().unwrap().to_owned();
    discord.links(discord::LAN, GENERAL, say.strip_prefix("/link code:").unwrap());
    eventually("she is known everywhere", async || (lara.count(PROVEN).await == 2).then_some(())).await;

    // Known in private, she asks in the open, by her own words and by the number.
    for question in [WHERE_IS_IT.to_owned(), format!("đơn {number} của em tới đâu rồi ạ?")] {
        discord.writes(discord::LAN, GENERAL, &format!("<@{}> {question}", discord::BOT));
        telegram.offers([telegram.in_group(-100_500, 77, &format!("@{BOT_NAME} {question}"))]);
    }
    let in_group = "-100500";
    discord.sends.reach(GENERAL, 1).await;
    telegram.sends.reach(in_group, 1).await;
    lara.settles_with_every_message_decided_once().await;
    let open = discord.sends.seen_by(GENERAL).into_iter().map(|sent| sent.body["content"].clone());
    let group = telegram.sends.seen_by(in_group).into_iter().map(|sent| sent.body["text"].clone());
    for said in open.chain(group) {
        let said = said.as_str().unwrap_or_default();
        tells_nothing_of(&hers, number, said);
        assert!(!said.contains("Lan"), "not even her name: {said}");
    }
}

async fn a_code_said_before_everybody_opens_nothing(database: Database) {
    let (telegram, discord, lara) = everywhere(database).await;
    let lan = lara.lan().await;
    let code = lan.takes_a_code().await["code"].as_str().unwrap().to_owned();
    discord.writes(discord::LAN, GENERAL, &format!("<@{}> {code}", discord::BOT));
    telegram.offers([telegram.in_group(-100_500, 77, &format!("/start@{BOT_NAME} {code}"))]);
    let heard = "SELECT COUNT(*) FROM messages WHERE direction = 'in' AND visibility <> 'direct'";
    eventually("both are heard", async || (lara.count(heard).await == 2).then_some(())).await;
    lara.settles_with_every_message_decided_once().await;
    let proven = "SELECT COUNT(*) FROM addresses WHERE level = 'verified' AND (external LIKE '%:77' OR external LIKE '%:3000')";
    assert_eq!(lara.count(proven).await, 0);
    // Nor does it open anything for who read it there.
    let mut reader = lara.app_customer("reader");
    reader.says(&code).await;
    reader.lara_says("").await;
    reader.says("Where is my order?").await;
    let answer = reader.lara_says("").await;
    assert!(numbers(&answer).is_empty(), "{answer}");
}

/// Words of the answer about an order that only the order could have brought in: dates and amounts.
fn secrets(answer: &str, number: &str) -> Vec<String> {
    let words = answer
        .split(|c: char| c.is_whitespace() || c == '*')
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()));
    let tells = |word: &&str| word.chars().filter(char::is_ascii_digit).count() > 2 && *word != number;
    words.filter(|word| word.len() > 3).filter(tells).map(ToOwned::to_owned).collect()
}

fn tells_nothing_of(answer: &str, number: &str, said: &str) {
    let said = said.replace(number, "");
    for secret in secrets(answer, number) {
        assert!(!said.contains(&secret), "{secret:?} of Lan's order: {said}");
    }
}
