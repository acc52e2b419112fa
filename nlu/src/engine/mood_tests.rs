//! How the shipped model takes what customers mean: negation, courtesy, irony, threats, and how people type.

use super::Engine;
use crate::normalise::strip_accents;
use lara_core::model::{MessageLanguage, Reading, Sentiment, Severity};
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::shipped().unwrap());

fn read(message: &str) -> Reading {
    ENGINE.classify(message)
}

#[test]
fn a_negation_turns_what_it_negates() {
    for (good, bad) in [
        ("honestly not bad at all", "honestly not good at all"),
        ("no complaints, works well", "no idea who thought this works"),
        ("I couldn't be happier with it", "I am not happy with it"),
        ("quán này không tệ", "quán này không ngon, đồ ăn dở"),
        ("chất lượng khỏi chê", "chất lượng chán lắm"),
        ("can't wait for my order, so excited", "can't use my order, so annoyed"),
    ] {
        let (good, bad) = (read(good).score, read(bad).score);
        assert!(good > 0.2 + bad, "{good} {bad}");
    }
    assert_ne!(read("honestly not bad at all").sentiment, Sentiment::Negative);
    assert_eq!(read("chẳng thấy ngon gì cả").sentiment, Sentiment::Negative);
}

#[test]
fn a_complaint_stays_one_however_polite() {
    for message in [
        "Hi, sorry to bother you, but my order still hasn't arrived. Could you please have a look? Thank you!",
        "Hello, I hope you're well. The jar arrived cracked, could you help me please?",
        "Dạ em đặt hai tuần trước mà tới giờ vẫn chưa nhận được hàng, shop kiểm tra giúp em với ạ",
        "Dạ em nhận hàng rồi mà bị rách một đường, shop xem giúp em với ạ",
    ] {
        let reading = read(message);
        assert!(reading.is_complaint(), "{message}");
        assert_eq!(reading.severity, Severity::Annoyed, "{message}");
        assert!(!reading.urgent, "{message}");
    }
}

#[test]
fn praise_with_a_but_is_not_mere_praise() {
    for message in
        ["The dress is lovely but the zip broke on the first day", "đồ ăn ngon nhưng giao thiếu mất một món"]
    {
        let reading = read(message);
        assert!(reading.score < 0.5, "{message} {}", reading.score);
        assert!(reading.complaint > 0.4, "{message} {}", reading.complaint);
    }
}

#[test]
fn irony_is_no_praise() {
    for message in [
        "thanks for nothing, still no refund",
        "Great job @NorthRail, another train cancelled and nobody to be found",
        "only 3 hours on hold, what a joke of a service 🙄",
    ] {
        let reading = read(message);
        assert_ne!(reading.sentiment, Sentiment::Positive, "{message}");
        assert!(reading.complaint > 0.4, "{message} {}", reading.complaint);
    }
}

#[test]
fn a_threat_is_told_by_its_kind() {
    for (message, severity) in [
        ("My lawyer will contact you on Monday, I'm suing", Severity::Legal),
        ("tôi sẽ nhờ luật sư khởi kiện shop ra tòa", Severity::Legal),
        ("I ended up in hospital with food poisoning after your burger", Severity::Health),
        ("con tôi bị ngộ độc phải nhập viện vì bánh của quán", Severity::Health),
        ("I'm posting this video on TikTok for all my followers to see what you did", Severity::Viral),
        ("tôi sẽ đăng lên facebook bóc phốt shop cho mọi người biết", Severity::Viral),
        ("I'm closing my account and taking my business elsewhere for good", Severity::Leaving),
    ] {
        let reading = read(message);
        assert_eq!((reading.severity, reading.urgent), (severity, true), "{message}");
    }
    for message in ["where is my order", "còn size M không shop", "I love it, thank you", "xin chào"] {
        assert_eq!(read(message).severity, Severity::None, "{message}");
    }
    assert_eq!(
        read("WHAT THE FUCK IS WRONG WITH YOU IDIOTS, MY ORDER IS WRONG AGAIN!!!").severity,
        Severity::Angry
    );
}

#[test]
fn severity_urgency_and_complaint_agree() {
    for message in [
        "my charger caught fire",
        "đơn hàng bị lỗi",
        "thanks a lot",
        "I'll never buy here again, refund me now",
        "😡😡😡",
        "",
        "42",
    ] {
        let reading = read(message);
        let grave = !matches!(reading.severity, Severity::None | Severity::Annoyed | Severity::Angry);
        assert_eq!(grave, reading.urgent, "{message}");
        assert_eq!(
            reading.severity == Severity::None,
            !reading.is_complaint() && !reading.urgent,
            "{message}"
        );
    }
}

#[test]
fn accents_and_their_encoding_change_nothing_that_matters() {
    for message in [
        "Hàng quá tệ, giao sai mà nhắn tin không ai trả lời",
        "Shop tư vấn nhiệt tình, hàng đẹp lắm, mình rất ưng",
        "đặt hai tuần rồi mà vẫn chưa nhận được hàng",
        "Áo này còn size L không shop?",
    ] {
        let reading = read(message);
        let decomposed: String = message.nfd().collect();
        assert_eq!(read(&decomposed), Reading { entities: read(&decomposed).entities, ..reading.clone() });
        let plain = read(&strip_accents(message));
        assert_eq!((plain.language, plain.sentiment), (reading.language, reading.sentiment), "{message}");
        assert_eq!(plain.is_complaint(), reading.is_complaint(), "{message}");
    }
}

#[test]
fn teencode_is_read() {
    for (message, sentiment, complaint) in [
        ("sp đẹp lắm, sốp tv nhìu thix ghê 😍", Sentiment::Positive, false),
        ("đặt 2 tuần r mà ch nhận đc hag, nt ko ai rep", Sentiment::Negative, true),
        ("hag lỗi r shop ơi, k dùng đc j hết", Sentiment::Negative, true),
        ("cho mk hỏi sp này bn v ạ", Sentiment::Neutral, false),
    ] {
        let reading = read(message);
        assert_eq!((reading.sentiment, reading.is_complaint()), (sentiment, complaint), "{message}");
        assert_eq!(reading.language, MessageLanguage::Vietnamese, "{message}");
    }
}

#[test]
fn one_word_is_enough() {
    for (message, sentiment) in [
        ("awful", Sentiment::Negative),
        ("perfect", Sentiment::Positive),
        ("price", Sentiment::Neutral),
        ("tệ", Sentiment::Negative),
        ("tuyệt", Sentiment::Positive),
        ("giá", Sentiment::Neutral),
        ("😡", Sentiment::Negative),
        ("😍😍😍", Sentiment::Positive),
    ] {
        assert_eq!(read(message).sentiment, sentiment, "{message}");
    }
}

#[test]
fn a_long_message_is_read_to_the_point() {
    let story = "We have been customers of yours for many years and we live on the hill. ".repeat(140);
    assert!(story.len() > 10_000);
    let message = format!("My parcel never arrived and nobody answers, this is awful. {story}");
    let reading = read(&message);
    assert_eq!(reading.language, MessageLanguage::English);
    assert!((-1.0..=1.0).contains(&reading.score) && (0.0..=1.0).contains(&reading.complaint));
}

#[test]
fn short_messages_have_a_language() {
    for (message, language) in [
        ("ship ko", "vi"),
        ("con hang ko", "vi"),
        ("bao nhiu", "vi"),
        ("dep qua", "vi"),
        ("hang dau", "vi"),
        ("size m khong", "vi"),
        ("ok shop nha", "vi"),
        ("how much", "en"),
        ("hi", "en"),
        ("still waiting", "en"),
        ("refund pls", "en"),
        ("ship cho mình cái size M please", "vi"),
        ("order của mình bao giờ delivery vậy", "vi"),
        ("¿dónde está mi pedido?", "other"),
        ("wo ist mein paket", "other"),
        ("où est mon colis", "other"),
        ("di mana pesanan saya", "other"),
        ("สินค้าอยู่ที่ไหน", "other"),
        ("注文はどこですか", "other"),
        ("제 주문 어디에 있나요", "other"),
        ("Где мой заказ", "other"),
        ("😀👍", "und"),
        ("12345", "und"),
    ] {
        assert_eq!(read(message).language.as_str(), language, "{message}");
    }
}
