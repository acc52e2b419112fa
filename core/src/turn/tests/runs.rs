//! What one message of a run of several says, and what is written down about what nobody wrote down.

use super::*;

#[test]
fn start_among_several_messages_is_heard() {
    let silent = || {
        let mut stage = talking();
        stage.says("STOP", unsure(en("thanks")));
        stage
    };
    let runs = [
        [("chào shop", vi("greeting")), ("Bắt đầu", unsure(vi("thanks")))],
        [("START", unsure(en("thanks"))), ("hello again", en("greeting"))],
    ];
    for run in runs {
        let whole = run[0].1.clone();
        let turn = silent().says_all(&run, whole);
        assert_eq!(policy(&turn), ("opt_in", DecisionKind::OptIn));
        assert_eq!(turn.consent, ConsentChange::OptIn);
    }
}

#[test]
fn who_says_start_and_then_stop_is_left_in_peace() {
    let mut stage = talking();
    stage.says("dừng", unsure(vi("thanks")));
    let run = [("bắt đầu", unsure(vi("thanks"))), ("dừng", unsure(vi("thanks")))];
    let turn = stage.says_all(&run, unsure(vi("thanks")));
    assert_eq!(policy(&turn), ("opted_out", DecisionKind::Silent));
}

#[test]
fn who_opted_out_and_asks_for_a_human_among_several_messages_gets_one() {
    let runs = [
        [("chào shop", vi("greeting")), ("gặp nhân viên", unsure(vi("thanks")))],
        [("human", unsure(en("thanks"))), ("hello?", en("greeting"))],
    ];
    for run in runs {
        let mut stage = talking();
        stage.says("STOP", unsure(en("thanks")));
        let turn = stage.says_all(&run, unsure(vi("thanks")));
        assert!(
            matches!(&turn.queue, QueueChange::Put(put) if put.reason == EscalationReason::AskedForHuman)
        );
        assert!(turn.reply.is_none());
    }
}

#[test]
fn a_missing_fact_is_named_so_that_it_can_be_counted() {
    let known = |text: &str, reading| talking().says(text, reading).decision.known;
    assert_eq!(known("có khuyến mãi không shop", vi("promotion")), ["missing:promotion"]);
    assert_eq!(known("how do I order", en("place_order")), ["missing:links.shop"]);
    assert_eq!(known("cho mình xin hóa đơn", vi("get_invoice")), ["missing:invoice"]);
    assert_eq!(known("mấy giờ mở cửa", vi("opening_hours")), ["fact:hours"]);
}
