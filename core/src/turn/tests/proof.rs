//! Who proves who they are, and who does not.

use super::*;
use crate::model::{Customer, CustomerId, Intent, JoinHow};
use crate::ports::{Proof, ProofKind, SecretHash, Tried};
use uuid::Uuid;

fn person(id: u128, name: &str) -> Box<Customer> {
    let known = Stage::new().verified(name).memory.customer.unwrap();
    Box::new(Customer { id: CustomerId::new(Uuid::from_u128(id)), ..known })
}

fn code(id: u128, name: &str) -> Proof {
    Proof::Code { hash: SecretHash("hash".to_owned()), person: person(id, name) }
}

fn bought() -> Proof {
    let order = order("MH-10234", OrderStatus::Shipped, &["Ly gốm Men Tro"]);
    Proof::Order { person: person(7, "Nguyễn Thị Lan"), order: Box::new(order) }
}

fn wrong(kind: ProofKind) -> Proof {
    Proof::Wrong { kind, about: vec!["about".to_owned()] }
}

const TYPED: &str = "LARA-7K2M-94QX";

#[test]
fn a_verified_person_gets_a_code_and_a_stranger_is_told_how_to_prove_it() {
    for (said, reading) in [("link my account", en("greeting")), ("liên kết tài khoản", vi("greeting"))]
    {
        let turn = lan().says(said, unsure(reading.clone()));
        let given = turn.person.code.clone().unwrap();
        assert_eq!(given.valid_until, turn.at.plus(Millis::minutes(10)));
        assert!(said_code(&turn), "{}", shown(&turn));
        assert!(!format!("{:?}", turn.decision).contains("LARA-"), "the record does not hold it");

        for mut nobody in [talking(), lan().claimed()] {
            let turn = nobody.says(said, unsure(reading.clone()));
            assert_eq!((policy(&turn).0, &turn.person.code), ("link", &None));
            assert!(!said_code(&turn));
        }
    }
    let public = lan().said_in(Visibility::PublicAddressed).says("link my account", unsure(en("greeting")));
    assert!(public.person.code.is_none() && !said_code(&public), "{}", shown(&public));
    assert_snapshot!(shown(&talking().says("/link", unsure(vi("greeting")))), @"
    [reply link how_to_link]
    Dạ, để liên kết cuộc trò chuyện này, trước hết shop cần biết chắc đó là bạn. Nhờ bạn đăng nhập trên trang của shop, nhắn cho shop ở đó để lấy mã liên kết, rồi gửi mã vào đây nhé. Đăng nhập tại đây: https://shop.example.vn/account

    Hoặc bạn gửi mã đơn hàng kèm email hay số điện thoại đã đặt đơn. Nếu không tiện, bạn nhắn gặp nhân viên ạ.
    ");
}

fn said_code(turn: &Turn) -> bool {
    said(turn).contains("LARA-")
}

#[test]
fn a_good_code_ties_the_address_and_greets_by_first_name_only() {
    let mut stage = talking().offering(code(7, "Nguyễn Thị Lan"));
    let turn = stage.says(TYPED, unsure(vi("greeting")));
    assert_snapshot!(shown(&turn), @"
    [reply proof proved_by_code]
    Cảm ơn bạn Lan, shop đã nhận ra bạn rồi ạ. Từ giờ bạn hỏi đơn ngay tại đây được rồi ạ. Không phải bạn? Nhắn gặp nhân viên nhé.
    ");
    let join = turn.person.join.unwrap();
    assert_eq!((join.customer.get().as_u128(), join.how), (7, JoinHow::Code));
    assert_eq!(join.code, Some(SecretHash("hash".to_owned())));
    assert_eq!(turn.person.tried, Some(Tried { kind: ProofKind::Code, held: true, about: Vec::new() }));

    let mut linked = talking().offering(code(7, "Lan"));
    let turn = linked.says("/start LARA-7K2M-94QX", unsure(en("greeting")));
    assert_eq!(turn.person.join.unwrap().how, JoinHow::Link);
}

#[test]
fn who_is_proven_stays_who_they_are() {
    // Their own code.
    let own = lan().offering(code(1, "Lan")).says(TYPED, unsure(vi("greeting")));
    assert_eq!(
        (own.decision.reason.as_str(), &own.person.join, &own.person.tried),
        ("own_code", &None, &None)
    );
    // Somebody else's good code, and a bad one: the same words.
    let foreign = lan().offering(code(7, "Minh")).says(TYPED, unsure(vi("greeting")));
    let bad = lan().offering(wrong(ProofKind::Code)).says(TYPED, unsure(vi("greeting")));
    assert_eq!((foreign.person.join.is_none(), said(&foreign)), (true, said(&bad)));
    assert!(!said(&foreign).contains("Minh"));
    assert!(!foreign.person.tried.unwrap().held);
    assert_eq!(
        foreign.person.alike,
        Some(CustomerId::new(Uuid::from_u128(7))),
        "an agent may look at the two"
    );
    assert_eq!((own.person.alike, bad.person.alike), (None, None));
}

#[test]
fn what_was_wrong_with_a_proof_is_nobodys_business() {
    for (said_, reading) in [("MH-10234 lan@example.vn", en("track_order")), (TYPED, unsure(vi("greeting")))]
    {
        let replies: Vec<_> = [ProofKind::Order, ProofKind::Code]
            .into_iter()
            .flat_map(|kind| {
                // Tried too often, no such order or code, a wrong e-mail: all the store says of them is what they count against.
                let about = [vec![], vec!["order:mh1".to_owned()], vec!["a".to_owned(), "b".to_owned()]];
                about.map(|about| Proof::Wrong { kind, about })
            })
            .map(|proof| said(&talking().offering(proof).says(said_, reading.clone())))
            .collect();
        let orders = replies.get(..3).unwrap();
        let codes = replies.get(3..).unwrap();
        assert!(orders.windows(2).chain(codes.windows(2)).all(|two| two[0] == two[1]), "{replies:#?}");
    }
}

#[test]
fn a_wrong_code_gets_a_human_the_second_time_and_then_silence() {
    let mut stage = talking();
    let mut heard = Vec::new();
    for _ in 0..4 {
        stage = stage.offering(wrong(ProofKind::Code));
        let turn = stage.says(TYPED, unsure(vi("greeting")));
        assert_eq!(
            turn.person.tried,
            Some(Tried { kind: ProofKind::Code, held: false, about: vec!["about".to_owned()] })
        );
        heard.push(turn.decision.reason.clone());
    }
    assert_eq!(
        heard,
        ["proof_failed", "proof_failed_twice", "proof_failed_while_waiting", "proof_failed_while_waiting"]
    );
}

#[test]
fn while_an_agent_answers_a_code_ties_without_a_word_and_an_order_does_not() {
    for owner in [Owner::Agent, Owner::Closed] {
        let mut stage = talking().offering(code(7, "Lan"));
        stage.conversation.owner = owner;
        let turn = stage.says(TYPED, unsure(vi("greeting")));
        assert!(turn.person.join.is_some() && turn.reply.is_none() && turn.owner == owner);
        let mut stage = talking().offering(bought());
        stage.conversation.owner = owner;
        let turn = stage.says("MH-10234 lan@example.vn", vi("track_order"));
        assert_eq!((turn.person.join, turn.person.tried, turn.reply), (None, None, None));
    }
    let mut stage = talking().offering(code(7, "Lan"));
    stage.memory.address.opted_out_at = Some(stage.now);
    let turn = stage.says(TYPED, unsure(vi("greeting")));
    assert!(turn.person.join.is_some() && turn.reply.is_none());
}

#[test]
fn an_order_and_its_email_open_the_order_and_answer_what_was_asked() {
    let mut stage = talking();
    let asked = stage.says("đơn MH-10234 của em đâu rồi", vi("track_order"));
    assert_snapshot!(shown(&asked), @"
    [reply answer no_order_known]
    Dạ, để giữ riêng tư, shop chỉ mở thông tin đơn cho đúng người đã đặt. Nhờ bạn gửi mã đơn hàng kèm email hoặc số điện thoại đã đặt đơn, hoặc đăng nhập tại đây: https://shop.example.vn/account rồi hỏi lại. Muốn gặp người thật, bạn nhắn gặp nhân viên nhé.
    ");
    let Some(OpenQuestion::Prove { intent, since }) = &asked.open_question else {
        panic!("{}", shown(&asked))
    };
    assert_eq!((intent.as_str(), *since), ("track_order", 1));
    stage = stage.offering(bought());
    let proved = stage.says("lan@example.vn", unsure(vi("greeting")));
    assert_snapshot!(shown(&proved), @"
    [reply proof proved_by_order]
    Cảm ơn bạn Lan, shop đã nhận ra bạn rồi ạ. Từ giờ bạn hỏi đơn ngay tại đây được rồi ạ. Không phải bạn? Nhắn gặp nhân viên nhé.

    Dạ bạn Lan, đơn MH-10234 (Ly gốm Men Tro) đang trên đường giao tới bạn ạ. Dự kiến giao: thứ Tư, 4/3. Theo dõi đơn hàng: https://track.example.vn/MH-10234
    ");
    let join = proved.person.join.unwrap();
    assert_eq!((join.how, join.code), (JoinHow::OrderProof, None));
    assert!(!join.evidence.contains('@') && !join.evidence.contains("10234"), "{}", join.evidence);
    assert_eq!(proved.open_question, None);
}

#[test]
fn one_half_is_asked_for_the_other() {
    for (half, reading) in [("MH-10234", unsure(en("greeting"))), ("0912 345 678", unsure(vi("greeting")))] {
        let mut stage = talking();
        stage.says("where is my order?", en("track_order"));
        let turn = stage.says(half, reading);
        assert_eq!(turn.decision.reason, "half_a_proof", "{half}");
        assert!(matches!(turn.open_question, Some(OpenQuestion::Prove { since: 1, .. })));
    }
    let mut stage = talking();
    stage.says("where is my order?", en("track_order"));
    let other = stage.says("what are your opening hours?", en("opening_hours"));
    assert_eq!(other.decision.policy, "answer");
}

#[test]
fn nothing_is_said_of_a_proof_the_brand_does_not_want() {
    let stage = || talking().ruled(|brand| brand.settings.proves_by_order = false);
    let asked = stage().says("where is my order MH-10234?", en("track_order"));
    assert_eq!(asked.open_question, None);
    assert!(!said(&asked).contains("email"), "{}", said(&asked));
    let offered = stage().offering(bought()).says("MH-10234 lan@example.vn, where is it?", en("track_order"));
    assert!(offered.person.join.is_none() && !said(&offered).contains("MH-10234"), "{}", shown(&offered));
    let public = talking().said_in(Visibility::PublicAddressed).says("where is my order?", en("track_order"));
    assert!(public.open_question.is_none() && !said(&public).contains("email"), "{}", said(&public));
}

#[test]
fn a_guess_dressed_up_as_something_else_counts_and_is_not_spoken_of() {
    for said in ["payment methods? MH/10234 victim@x.vn", "xuất hoá đơn 2000 cho a@b.vn"] {
        let mut stage = talking().offering(wrong(ProofKind::Order));
        let turn = stage.says(said, vi("payment_methods"));
        assert_eq!(turn.decision.policy, "answer", "{said}");
        let about = vec!["about".to_owned()];
        assert_eq!(turn.person.tried, Some(Tried { kind: ProofKind::Order, held: false, about }), "{said}");
    }
}

#[test]
fn what_is_asked_beside_a_proof_is_not_swallowed() {
    let asks = || {
        let mut stage = talking();
        stage.says("đơn của em đâu rồi", vi("track_order"));
        stage.offering(bought())
    };
    let deed = asks().says("MH-10234 lan@example.vn, huỷ đơn giúp em", vi("cancel_order"));
    assert_eq!((deed.decision.policy.as_str(), deed.person.join.is_some()), ("needs_human", true));
    let human = asks().says("MH-10234 lan@example.vn, cho gặp nhân viên", vi("human_agent"));
    assert_eq!((human.decision.policy.as_str(), human.person.join.is_some()), ("asks_for_human", true));
    let burns = lan().offering(code(1, "Lan")).says(TYPED, angry(vi("late_delivery"), 0.9));
    assert!(matches!(burns.queue, QueueChange::Put(_)), "{}", shown(&burns));
}

#[test]
fn who_wants_no_messages_gets_none_for_a_proof() {
    let mut quiet = person(7, "Lan");
    quiet.opted_out_at = Some(talking().now);
    let proof = Proof::Code { hash: SecretHash("hash".to_owned()), person: quiet };
    let turn = talking().offering(proof).says(TYPED, unsure(vi("greeting")));
    assert!(turn.person.join.is_some() && turn.reply.is_none(), "{}", shown(&turn));
    let mut here = lan().offering(wrong(ProofKind::Code));
    here.memory.customer.as_mut().unwrap().opted_out_at = Some(here.now);
    assert!(here.says(TYPED, unsure(vi("greeting"))).reply.is_none());
}

#[test]
fn a_complaint_with_a_proof_still_reaches_a_human() {
    for proof in [code(7, "Lan"), bought(), wrong(ProofKind::Code), wrong(ProofKind::Order)] {
        let mut stage = talking().offering(proof.clone());
        let turn = stage.says("MH-10234 lan@example.vn tệ quá", angry(vi("late_delivery"), 0.9));
        assert!(matches!(turn.queue, QueueChange::Put(_)), "{}", shown(&turn));
        assert_eq!(turn.person.join.is_some(), !matches!(proof, Proof::Wrong { .. }));
        let knows = said(&turn).contains("MH-10234");
        assert_eq!(knows, matches!(proof, Proof::Order { .. }), "{}", shown(&turn));
    }
}

#[test]
fn what_somebody_unproven_says_of_themselves_is_for_an_agent_to_look_at() {
    let turn = talking().says("email em là lan@example.vn", vi("greeting"));
    assert_eq!(turn.person.said.emails, ["lan@example.vn"]);
    assert!(lan().says("email em là lan@example.vn", vi("greeting")).person.said.is_empty());
    let name = talking().says("em là Nguyễn Thị Lan đây, đơn em đâu", vi("track_order"));
    assert!(name.person.said.is_empty() && name.person.join.is_none(), "a name is no evidence");
    let public = talking().in_public().says("lan@example.vn", vi("greeting"));
    assert!(public.person.said.is_empty());
}

#[test]
fn a_wanted_answer_follows_the_proof() {
    let mut stage = talking().offering(bought());
    let turn = stage.says("huỷ đơn MH-10234, email lan@example.vn", vi("cancel_order"));
    assert_eq!(turn.decision.policy, "needs_human");
    assert!(turn.person.join.is_some());
    assert_eq!(Intent::from_static("cancel_order"), turn.decision.reading.intent);
}
