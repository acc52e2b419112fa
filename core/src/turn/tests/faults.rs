//! When something is wrong: a template, a bot at the other end, a run that cannot be decided.

use super::*;

#[test]
fn a_template_that_fails_gives_the_safe_fallback_and_a_fault() {
    let name = TemplateName { key: "thanks".to_owned(), language: Language::Vietnamese, channel: None };
    let version = TemplateVersion {
        id: crate::model::TemplateId::new(uuid::Uuid::nil()),
        brand: crate::model::BrandId::new(uuid::Uuid::nil()),
        name,
        version: 2,
        body: "Cảm ơn {{customer.name}}!".to_owned(),
        published_by: None,
        published_at: Timestamp::default(),
        restores: None,
    };
    let (templates, faulty) = TemplateSet::compile(&[version]);
    assert!(faulty.is_empty());
    let turn = talking().published(templates).says("cảm ơn shop", vi("thanks"));
    assert_snapshot!(shown(&turn), @"
    [escalate answer template_failed] [queue: normal fault 0]
    Xin lỗi, hệ thống của shop vừa gặp trục trặc. Tin nhắn đã được lưu lại, nhân viên sẽ đọc và trả lời ngay tại đây ạ.
    ");
}

#[test]
fn two_bots_do_not_talk_for_ever() {
    let mut stage = talking();
    let replies = (0..10).filter(|_| stage.says("You're welcome!", en("thanks")).reply.is_some()).count();
    assert_eq!(replies, 1);
    let mut stage = talking();
    let replies =
        (0..10).filter(|_| stage.says("When do you open?", en("opening_hours")).reply.is_some()).count();
    assert!(replies <= 3, "{replies}");
    assert_eq!(stage.conversation.owner, Owner::Waiting);
}

#[test]
fn emoji_alone_are_greeted_once_and_then_left_alone() {
    let mut stage = Stage::new();
    assert!(stage.says("👋", unsure(vi("greeting"))).reply.is_some());
    assert!(stage.says("👍", unsure(vi("greeting"))).reply.is_none());
    assert!(stage.says("", unsure(vi("greeting"))).reply.is_none());
}

#[test]
fn quarantine_says_the_safe_words_and_calls_a_human() {
    let mut stage = lan();
    stage.says("x", unsure(vi("greeting")));
    stage.conversation.owner = Owner::Bot;
    let claim = Claim {
        conversation: stage.conversation.clone(),
        attempts: 6,
        run: stage.run.clone(),
        memory: stage.memory.clone(),
    };
    let moment = Moment { now: stage.now, node: NodeId::new(uuid::Uuid::nil()) };
    let ids = crate::testing::SeqIds::default();
    let turn = quarantine(&claim, &stage.rules, &TemplateSet::shipped(), moment, &ids);
    assert_snapshot!(shown(&turn), @"
    [escalate quarantine quarantined] [queue: high quarantined 50]
    Xin lỗi, hệ thống của shop vừa gặp trục trặc. Tin nhắn đã được lưu lại, nhân viên sẽ đọc và trả lời ngay tại đây ạ.
    ");
    assert_eq!(turn.owner, Owner::Waiting);
}

#[test]
fn a_reply_leaves_as_its_channel_does_and_names_what_it_answers() {
    let mut stage = lan();
    stage.memory.channel.delivery = Delivery::Push;
    let reply = stage.says("đơn đâu", vi("track_order")).reply.unwrap();
    assert_eq!(reply.delivery, Delivery::Push);
    assert_eq!(reply.answers, Some(Answers { first_seq: 1, last_seq: 1 }));
}
