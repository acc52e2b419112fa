//! Talks that would never end.

use super::*;
use crate::model::ChannelKind;

/// Somebody, or something, that asks once more every so many seconds on Telegram.
fn asks(stage: &mut Stage, texts: &[&str], seconds: i64) -> Vec<Turn> {
    let mut turns = Vec::new();
    for (n, text) in texts.iter().enumerate() {
        let reading = if n % 2 == 0 { vi("opening_hours") } else { vi("delivery_options") };
        turns.push(stage.says(text, reading));
        stage.now = stage.now.plus(Millis::seconds(seconds));
    }
    turns
}

fn replies(turns: &[Turn]) -> usize {
    turns.iter().filter(|turn| turn.reply.is_some()).count()
}

#[test]
fn two_bots_do_not_go_on_and_a_human_is_called_once() {
    let mut stage = talking().pushed(ChannelKind::Telegram);
    let texts: Vec<String> = (0..40).map(|n| format!("câu hỏi tự động số {n}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let turns = asks(&mut stage, &texts, 2);
    assert_eq!(replies(&turns), 5, "five in a minute");
    let called: Vec<_> = turns.iter().filter(|turn| turn.queue != QueueChange::Keep).collect();
    assert_eq!(called.len(), 1);
    assert_snapshot!(shown(called[0]), @"[escalate loop_guard reply_budget] [queue: normal loop 1]");
    // However long it goes on, nothing is said until a human breaks it.
    stage.now = stage.now.plus(Millis::minutes(60));
    assert_snapshot!(shown(&stage.says("câu hỏi tự động số 41", vi("opening_hours"))), @"[silent loop_guard goes_in_circles]");
    // Unless it burns.
    let burns = stage.says("hàng của tôi vỡ hết", angry(vi("damaged_item"), 0.9));
    assert_snapshot!(shown(&burns), @"[escalate loop_guard goes_in_circles] [queue: high complaint 90]");
}

#[test]
fn a_slow_loop_ends_too() {
    let mut stage = talking().pushed(ChannelKind::Messenger);
    let texts: Vec<String> = (0..60).map(|n| format!("tin số {n}")).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    assert_eq!(replies(&asks(&mut stage, &texts, 20)), 20, "twenty in ten minutes");
}

#[test]
fn the_same_text_a_third_time_gets_silence() {
    let mut stage = talking().pushed(ChannelKind::Telegram);
    let auto = "Cảm ơn bạn đã liên hệ, chúng tôi sẽ trả lời sau.";
    let turns: Vec<Turn> = (0..4).map(|_| stage.says(auto, unsure(vi("greeting")))).collect();
    assert!(turns[2].reply.is_none() && turns[3].reply.is_none());
    assert_eq!(turns[2].decision.reason, "same_text_again");
    // Who then says something else is heard.
    assert!(stage.says("shop mở cửa mấy giờ", vi("opening_hours")).reply.is_some());
}

#[test]
fn who_insists_on_a_human_gets_one() {
    let mut stage = talking().pushed(ChannelKind::Telegram);
    let turns: Vec<Turn> = (0..4).map(|_| stage.says("gặp nhân viên", unsure(vi("greeting")))).collect();
    assert_eq!(turns[0].decision.policy, "asks_for_human");
    assert!(turns.iter().all(|turn| turn.decision.reason != "same_text_again"));
}

#[test]
fn who_asks_the_same_on_another_day_is_no_loop() {
    let mut stage = talking().pushed(ChannelKind::Telegram);
    for _ in 0..5 {
        assert_ne!(stage.says("shop mở cửa mấy giờ", vi("opening_hours")).decision.policy, "loop_guard");
        stage.now = stage.now.plus(Millis::minutes(24 * 60));
    }
}

#[test]
fn stop_is_always_heard() {
    let mut stage = talking().pushed(ChannelKind::Telegram);
    let texts: Vec<String> = (0..10).map(|n| format!("tin số {n}")).collect();
    asks(&mut stage, &texts.iter().map(String::as_str).collect::<Vec<_>>(), 1);
    assert_eq!(stage.says("STOP", unsure(en("greeting"))).decision.kind, DecisionKind::OptOut);
}

#[test]
fn a_lively_customer_of_the_brands_own_doors_is_answered_as_often_as_they_ask() {
    for mut stage in [talking(), talking().pushed(ChannelKind::App)] {
        let texts: Vec<String> = (0..20).map(|n| format!("câu hỏi số {n}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        assert_eq!(replies(&asks(&mut stage, &texts, 2)), 20);
    }
}
