//! A language Lara does not speak.

use super::*;

fn foreign(intent: &str) -> Reading {
    Reading { language: MessageLanguage::Other, ..vi(intent) }
}

#[test]
fn lara_says_which_languages_she_speaks_offers_a_human_and_guesses_nothing() {
    for intent in ["out_of_scope", "store_location", "cancel_order", "thanks"] {
        let turn = talking().says("quanto custa o frete para Lisboa", foreign(intent));
        assert_eq!(policy(&turn), ("other_language", DecisionKind::Reply), "{intent}");
    }
    let mut stage = talking();
    assert_snapshot!(shown(&stage.says("Bonjour, vous livrez à Paris ?", unsure(foreign("greeting")))), @"
    [reply other_language other_language]
    Dạ, ở đây shop đọc được tiếng Việt và tiếng Anh, nhờ bạn nhắn giúp bằng một trong hai nhé. Hoặc nhắn gặp nhân viên để có người hỗ trợ.
    You can also write in English, or say human.
    <A human> <Gặp nhân viên>
    ");
    assert_snapshot!(shown(&stage.says("Je ne parle pas anglais", unsure(foreign("greeting")))), @"
    [escalate other_language other_language_again] [queue: normal misses 1]
    Dạ, ở đây shop đọc được tiếng Việt và tiếng Anh, nhờ bạn nhắn giúp bằng một trong hai nhé.
    You can also write in English.

    Dạ, shop chuyển lời ngay ạ. Nhân viên tiếp nhận ngay và sẽ trả lời bạn tại đây ạ. Trong lúc chờ, bạn cứ nhắn trước việc cần giúp nhé.
    ");
    assert_eq!(stage.conversation.owner, Owner::Waiting);
    let third = stage.says("Bonjour ?", unsure(foreign("greeting")));
    assert_eq!(third.decision.policy, "waiting");
}

#[test]
fn who_speaks_english_to_lara_is_told_in_english() {
    let mut stage = talking();
    stage.says("When do you open?", en("opening_hours"));
    let turn = stage.says("spreekt u Nederlands?", unsure(foreign("out_of_scope")));
    assert_snapshot!(shown(&turn), @"
    [reply other_language other_language]
    I can read English and Vietnamese here: please write to me in one of them. Or say human and a colleague will help.
    Tiếng Việt cũng được ạ, hoặc nhắn gặp nhân viên.
    <A human> <Gặp nhân viên>
    ");
    // Slang that looks like another language is believed when what it wants is beyond doubt.
    let turn = stage.says("addy plz", foreign("store_location"));
    assert_eq!(policy(&turn), ("answer", DecisionKind::Reply));
}

#[test]
fn what_sounds_like_a_complaint_in_another_language_calls_a_human() {
    let turn = talking().says("Mein Becher ist kaputt!!!", angry(foreign("damaged_item"), 0.8));
    assert_eq!(policy(&turn), ("other_language", DecisionKind::Escalate));
    assert!(matches!(turn.queue, QueueChange::Put(_)));
    assert!(said(&turn).contains("tiếng Việt và tiếng Anh") && !said(&turn).contains("gặp nhân viên"));
}

#[test]
fn an_order_number_is_one_in_every_language() {
    for text in ["pedido MH-10234", "MH-10234", "MH-10234 por favor"] {
        let turn = lan().says(text, unsure(foreign("out_of_scope")));
        assert_eq!(policy(&turn), ("answer", DecisionKind::Reply), "{text}");
        assert!(said(&turn).contains("MH-10234 (Ly gốm Men Tro)"), "{}", said(&turn));
    }
}

#[test]
fn numbers_emoji_and_ok_are_no_other_language() {
    for text in ["ok", "123", "👍", "..."] {
        let reading = Reading { language: MessageLanguage::Undetermined, ..unsure(vi("out_of_scope")) };
        let turn = talking().says(text, reading);
        assert_ne!(turn.decision.policy, "other_language", "{text}");
    }
    let run = [("salut", unsure(foreign("greeting"))), ("shop mở mấy giờ", vi("opening_hours"))];
    let turn = talking().says_all(&run, unsure(foreign("opening_hours")));
    assert_eq!(policy(&turn), ("answer", DecisionKind::Reply));
}

#[test]
fn a_number_of_the_brands_shape_that_is_nobodys_is_not_guessed_at() {
    let mut shaped = lan().ruled(|brand| brand.settings.order_pattern = Some("MH-#####".to_owned()));
    let turn = shaped.says("mh 99999 đâu rồi", vi("track_order"));
    assert!(!said(&turn).contains("MH-10234"), "{}", said(&turn));
    let turn = shaped.says("đơn mh10234 đâu rồi", vi("track_order"));
    assert!(said(&turn).contains("MH-10234"), "{}", said(&turn));
    let named: Vec<_> = turn.decision.reading.entities.iter().map(|entity| entity.value.clone()).collect();
    assert_eq!(named, [crate::model::EntityValue::Order("MH-10234".to_owned())]);
}
