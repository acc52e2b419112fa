//! What people tell of themselves is kept, used and forgotten, and by whom.

use super::*;
use crate::model::{Level, PreferenceSource};

/// What a turn learns, as one reads it.
fn learnt(turn: &Turn) -> String {
    let keep = turn.person.learnt.iter().map(|like| format!("{}={}", like.key, like.value));
    let forget = turn.person.forgotten.iter().map(|key| format!("-{key}"));
    keep.chain(forget).collect::<Vec<_>>().join(" ")
}

#[test]
fn a_stranger_says_how_to_call_them_and_is_called_so() {
    let mut stage = talking();
    let turn = stage.says("gọi em là chị Lan nhé", unsure(vi("edit_account")));
    assert_snapshot!(shown(&turn), @"
    [reply noted said_of_themselves]
    Dạ chị Lan, từ giờ shop sẽ xưng hô như vậy ạ.
    ");
    assert_eq!(learnt(&turn), "address_form=chị name=Lan");
    assert_eq!(stage.memory.address.level, Level::Claimed);
    let like = &turn.person.learnt[0];
    assert_eq!((like.source, like.address, like.at), (PreferenceSource::Stated, Some(turn.address), turn.at));
    let next = stage.says("shop mở cửa mấy giờ", vi("opening_hours"));
    assert!(said(&next).starts_with("Dạ chị Lan,"), "{}", said(&next));
    assert!(next.decision.known.contains(&"preference:address_form".to_owned()), "{:?}", next.decision.known);
    assert!(!next.decision.known.iter().any(|name| name.contains("Lan") || name.contains("chị")));
    assert_eq!(next.person, PersonChange::default());

    let mut stage = talking();
    assert_snapshot!(shown(&stage.says("please call me Minh", unsure(en("greeting")))), @"
    [reply noted said_of_themselves]
    Of course, Minh, I'll call you that from now on.
    ");
    assert_snapshot!(shown(&stage.says("how do you deliver?", en("delivery_options"))), @"
    [reply answer fact]
    Here is how we deliver, Minh:

    - Nationwide: 35.000 ₫ (2–4 days)
    ");
}

#[test]
fn what_is_said_beside_a_question_is_kept_in_silence() {
    let turn = lan().says("em mặc size M, shop mở mấy giờ?", vi("opening_hours"));
    assert_eq!((policy(&turn), learnt(&turn).as_str()), (("answer", DecisionKind::Reply), "size=M"));
    assert!(!said(&turn).contains("ghi nhận"), "{}", said(&turn));
    let turn = lan().says("có size M không shop?", vi("availability"));
    assert_eq!(learnt(&turn), "");
}

#[test]
fn sizes_allergies_and_wishes_are_acknowledged_in_both_languages() {
    let mut stage = lan();
    assert_snapshot!(shown(&stage.says("em mặc size M", unsure(vi("product_question")))), @"
    [reply noted said_of_themselves]
    Dạ chị Lan, shop ghi nhận rồi ạ. Size của chị: M.
    ");
    assert_snapshot!(shown(&stage.says("em dị ứng đậu phộng với tôm ạ", unsure(vi("product_question")))), @"
    [reply noted said_of_themselves]
    Dạ chị Lan, shop ghi nhận rồi ạ. Cần tránh: đậu phộng và tôm.
    ");
    assert_snapshot!(shown(&stage.says("nhớ giúp chị là gói quà bằng giấy dó", unsure(vi("product_question")))), @r#"
    [reply noted said_of_themselves]
    Dạ chị Lan, shop ghi nhận rồi ạ. Shop giữ nguyên lời chị dặn: "gói quà bằng giấy dó".
    "#);
    let turn = stage.says("quên size của em đi", unsure(vi("product_question")));
    assert_eq!(learnt(&turn), "-size");
    assert_snapshot!(shown(&turn), @"
    [reply noted said_of_themselves]
    Dạ chị Lan, shop ghi nhận rồi ạ. Điều chị muốn shop quên thì shop đã xoá rồi ạ.
    ");
    let mut stage = minh();
    assert_snapshot!(shown(&stage.says("I'm vegetarian. No nuts please", unsure(en("product_question")))), @"
    [reply noted said_of_themselves]
    Noted, Minh, thank you. To avoid: nuts. Your diet: vegetarian.
    ");
    let turn = stage.says("forget that", unsure(en("greeting")));
    assert!(turn.person.forgotten == ["avoid:nut"] || turn.person.forgotten == ["diet"], "{}", learnt(&turn));
}

#[test]
fn said_again_it_is_neither_stored_nor_answered_twice() {
    let mut stage = lan();
    stage.says("em mặc size M", unsure(vi("product_question")));
    let again = stage.says("em mặc size M", unsure(vi("product_question")));
    assert_eq!(again.person, PersonChange::default());
    assert!(matches!(again.decision.kind, DecisionKind::Reply | DecisionKind::Silent), "{}", shown(&again));
}

#[test]
fn what_only_sounds_like_a_wish_or_harm_is_a_statement() {
    let turn = talking().says("gọi em là chị Lan nhé", vi("human_agent"));
    assert_eq!(policy(&turn), ("noted", DecisionKind::Reply));
    let turn = talking().says("I'm allergic to peanuts", urgent(en("out_of_scope")));
    assert_eq!(
        (policy(&turn), learnt(&turn).as_str()),
        (("noted", DecisionKind::Reply), "avoid:peanut=peanuts")
    );
    let hurt = talking().says("I'm allergic to peanuts and your cake had them", urgent(en("out_of_scope")));
    assert_eq!((policy(&hurt).0, hurt.owner), ("danger", Owner::Waiting));
    let turn = lan().says("gọi gặp nhân viên", vi("human_agent"));
    assert_eq!(policy(&turn).0, "asks_for_human");
}

#[test]
fn a_request_beside_a_statement_is_never_only_noted() {
    for (text, reading) in [
        ("Em mặc size M, hủy đơn", vi("cancel_order")),
        ("em mac size M, huy don", vi("cancel_order")),
        ("em mặc size M huỷ đơn giúp em", vi("cancel_order")),
        ("I wear size M, cancel my order", en("cancel_order")),
        ("I wear size M, cancel it", en("cancel_order")),
    ] {
        let turn = lan().says(text, reading);
        assert_eq!((policy(&turn).0, learnt(&turn).as_str()), ("needs_human", "size=M"), "{text}");
    }
    for text in [
        "Em mặc size M, đừng nhắn nữa",
        "em mac size M, dung nhan nua nhe",
        "I wear size M, stop",
        "I wear size M, stop messaging me please",
    ] {
        let turn = lan().says(text, unsure(vi("product_question")));
        assert_eq!(policy(&turn), ("opt_out", DecisionKind::OptOut), "{text}");
    }
    for text in
        ["Em mặc size M, gặp nhân viên", "em mac size M, gap nhan vien a", "I wear size M, human please"]
    {
        let turn = lan().says(text, unsure(vi("product_question")));
        assert_eq!(policy(&turn), ("asks_for_human", DecisionKind::Escalate), "{text}");
    }
    for text in [
        "Dạ chào shop ạ, em mặc size M, cảm ơn shop nhé",
        "da chao shop, em mac size M",
        "Hi there, I wear size M, thanks",
    ] {
        let turn = lan().says(text, unsure(vi("product_question")));
        assert_eq!(policy(&turn).0, "noted", "{text}");
    }
}

#[test]
fn what_was_half_understood_is_asked_about_and_then_goes_to_a_human() {
    let mut stage = lan();
    let turn = stage.says("em mặc size M, cái kia sao rồi ấy nhỉ", unsure(vi("product_question")));
    assert_eq!((policy(&turn).0, learnt(&turn).as_str()), ("unsure", "size=M"));
    assert!(!said(&turn).contains("ghi nhận"), "{}", said(&turn));
    let mut stage = minh();
    stage.conversation.misses = 1;
    let turn = stage.says("I wear a size 38, you know how it goes", unsure(en("product_question")));
    assert_eq!((policy(&turn), turn.owner), (("unsure", DecisionKind::Escalate), Owner::Waiting));
}

#[test]
fn an_allergy_that_may_be_harm_goes_to_a_human_and_is_noted() {
    for text in [
        "em bị dị ứng tôm!",
        "em bi di ung tom",
        "I'm severely allergic to shrimp",
        "I'm allergic to shrimp!",
    ] {
        let turn = talking().says(text, urgent(vi("out_of_scope")));
        assert_eq!((policy(&turn).0, turn.owner), ("danger", Owner::Waiting), "{text}");
        assert!(learnt(&turn).starts_with("avoid:shrimp="), "{text}");
    }
    for text in ["em dị ứng tôm ạ", "em di ung tom", "I'm allergic to shrimp"] {
        let turn = lan().says(text, urgent(vi("out_of_scope")));
        assert_eq!(policy(&turn).0, "noted", "{text}");
        let mut arrived = order("MH-10001", OrderStatus::Delivered, &["Mắm tôm"]);
        arrived.shipment.delivered_at = Some(arrived.ordered_at);
        let turn = lan().with_order(arrived.clone()).says(text, urgent(vi("out_of_scope")));
        assert_eq!((policy(&turn).0, turn.owner), ("danger", Owner::Waiting), "{text}");
        arrived.shipment.delivered_at =
            Some(Timestamp::from_millis(arrived.ordered_at.millis() - 5 * 86_400_000));
        let turn = lan().with_order(arrived).says(text, urgent(vi("out_of_scope")));
        assert_eq!(policy(&turn).0, "noted", "{text}");
    }
}

#[test]
fn a_word_about_themselves_does_not_end_what_was_asked() {
    let mut stage = minh();
    stage.says("where is my order", en("track_order"));
    let noted = stage.says("please call me Minh", unsure(en("greeting")));
    assert_eq!(policy(&noted).0, "noted");
    let answered = stage.says("the first one", unsure(en("greeting")));
    assert!(said(&answered).contains("MH-10198"), "{}", said(&answered));
}

#[test]
fn at_an_unproven_address_only_what_was_said_there_is_used() {
    let mut claimed = lan().claimed().likes("size", "M");
    let turn = claimed.says("cho em đổi hàng", vi("exchange_item"));
    assert!(!said(&turn).contains('M') && !said(&turn).contains("chị"), "{}", said(&turn));
    claimed = lan().claimed();
    claimed.says("gọi em là anh Minh nhé", unsure(vi("greeting")));
    let turn = claimed.says("shop mở mấy giờ", vi("opening_hours"));
    assert!(said(&turn).starts_with("Dạ anh Minh"), "{}", said(&turn));
    let other = claimed.says("quên sở thích của em đi", unsure(vi("greeting")));
    assert_eq!(learnt(&other), "", "what is not known here cannot be forgotten from here");
}

#[test]
fn in_public_nothing_is_learnt_and_nothing_known_is_used() {
    for place in [Visibility::Public, Visibility::PublicAddressed] {
        let turn = lan().said_in(place).says("gọi em là anh Minh nhé, em mặc size M", unsure(vi("greeting")));
        assert_eq!(turn.person, PersonChange::default());
        assert!(!said(&turn).contains("Minh") && !said(&turn).contains("anh "), "{}", said(&turn));
    }
}

#[test]
fn what_is_said_while_an_agent_answers_is_kept_too() {
    let mut stage = lan();
    stage.conversation.owner = Owner::Agent;
    let turn = stage.says("em mặc size L nha", unsure(vi("greeting")));
    assert_eq!((turn.reply.as_ref(), learnt(&turn).as_str()), (None, "size=L"));
}

#[test]
fn what_a_known_person_asks_about_is_noted_once_a_day() {
    let pottery = || {
        let of = |sku: &str, name: &str| crate::model::Product {
            category: Some("Gốm".to_owned()),
            ..crate::testing::stage::product(sku, name)
        };
        vec![of("LY-01", "Ly gốm Men Tro"), of("BA-01", "Bát gốm Men Lam")]
    };
    let mut stage = lan().selling(pottery());
    let turn = stage.says("ly gốm men tro bao nhiêu", vi("price_question"));
    assert_eq!(learnt(&turn), "asked:gom=Gốm");
    assert_eq!(turn.person.learnt[0].source, PreferenceSource::Observed);
    assert_eq!(learnt(&stage.says("còn bát gốm men lam không", vi("availability"))), "");
    stage.now = stage.now.plus(Millis::minutes(24 * 60));
    assert_eq!(learnt(&stage.says("ly gốm men tro bao nhiêu", vi("price_question"))), "asked:gom=Gốm");
    stage.memory.preferences.clear();
    stage.memory.forgotten.push("asked:gom".to_owned());
    assert_eq!(learnt(&stage.says("còn ly gốm men tro không", vi("availability"))), "");
    for mut stranger in [talking().selling(pottery()), lan().claimed().selling(pottery())] {
        assert_eq!(learnt(&stranger.says("ly gốm men tro bao nhiêu", vi("price_question"))), "");
    }
}

#[test]
fn who_complains_is_heard_first() {
    let turn = lan().says("gọi em là chị Lan, hàng vỡ hết rồi", angry(vi("damaged_item"), 0.8));
    assert_eq!(policy(&turn).0, "complaint");
    assert_eq!(learnt(&turn), "address_form=chị name=Lan");
}

proptest::proptest! {
    #[test]
    fn nobody_is_called_by_a_form_they_did_not_choose(
        name in "(Nguyễn Thị |Trần Văn )?(Lan|Minh|Hoa|Hùng|Chi|An|Emma|Quỳnh Anh)",
        intent in proptest::sample::select(Intent::STARTERS),
        answered in proptest::bool::ANY,
    ) {
        let mut stage = Stage::new().verified(&name);
        stage.memory.answered_before = answered;
        let text = said(&stage.says("shop ơi cho hỏi", vi(intent)));
        let called = crate::wording::called(&name);
        for form in ["anh", "chị", "cô", "chú", "bác", "em"] {
            proptest::prop_assert!(!text.to_lowercase().contains(&format!("{form} {}", called.to_lowercase())), "{}", text);
        }
        proptest::prop_assert!(!text.contains(called) || text.contains(&format!("bạn {called}")), "{}", text);
    }
}
