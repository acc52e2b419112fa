//! Figures checked by hand.

use super::*;

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() < 1e-9
}

#[test]
fn figures_of_a_small_confusion() {
    let pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("b", "b"), ("oos", "b"), ("oos", "oos")]
        .map(|(t, p)| (if t == "oos" { OUT_OF_SCOPE } else { t }, if p == "oos" { OUT_OF_SCOPE } else { p }));
    let report = Report::new(&Confusion::new(pairs), 0.0, 1.0);
    assert_eq!(report.n, 6);
    assert!(close(report.accuracy, 4.0 / 6.0));
    assert!(close(report.macro_recall, (0.5 + 1.0 + 0.5) / 3.0));
    assert!(close(report.macro_f1, (2.0 / 3.0 + 4.0 / 6.0 + 2.0 / 3.0) / 3.0));
    assert!(close(report.in_scope_accuracy.unwrap(), 0.75));
    assert!(close(report.oos_recall.unwrap(), 0.5));
    assert!(close(report.oos_precision.unwrap(), 1.0));
    // By hand: c*s - sum(p t) = 4*6 - (1*2 + 4*2 + 1*2) = 12; spread = sqrt((36-18)(36-12)).
    assert!(close(report.mcc, 12.0 / (18.0_f64 * 24.0).sqrt()));
}

#[test]
fn without_rows_of_none_their_figures_are_null() {
    let report = Report::new(&Confusion::new([("a", "a"), ("b", OUT_OF_SCOPE)]), 0.0, 1.0);
    assert_eq!((report.oos_recall, report.oos_precision), (None, None));
    assert!(close(report.in_scope_accuracy.unwrap(), 0.5));
}

#[test]
fn a_label_the_task_does_not_have_is_refused() {
    let rows = [Row { text: "x".into(), label: "angry".into() }];
    let error = Task::Sentiment.check(&rows).unwrap_err();
    assert_eq!(
        error.to_string(),
        "line 2: \"angry\" is not a label of this task (positive, neutral or negative)"
    );
}

#[test]
fn a_test_file_without_rows_of_none_rejects_nothing() {
    let row = |text: &str, label: &str| Row { text: text.into(), label: label.into() };
    let rows = [
        row("red apple", "fruit"),
        row("green apple", "fruit"),
        row("sweet pear", "fruit"),
        row("old bus", "traffic"),
        row("red bus", "traffic"),
        row("slow train", "traffic"),
        row("blah", OUT_OF_SCOPE),
        row("zzz hm", OUT_OF_SCOPE),
        row("quite nothing", OUT_OF_SCOPE),
    ];
    let judge = train_for(Task::Intent, &rows).unwrap();
    let all_kinds = evaluate(Task::Intent, &judge, &rows).unwrap().report;
    assert!(all_kinds.oos_recall.is_some());
    let report =
        evaluate(Task::Intent, &judge, &[row("zzz blah", "fruit"), row("a bus", "traffic")]).unwrap().report;
    assert_eq!(report.oos_recall, None);
    // "zzz blah" looks like none, yet one of the two labels must be given.
    assert!(report.accuracy >= 0.5);
    assert!(report.messages_per_second > 0.0);
}

#[test]
fn the_shipped_engine_is_measured_on_every_task() {
    let engine = Engine::shipped().unwrap();
    let judge = Judge::Shipped(&engine);
    let row = |text: &str, label: &str| Row { text: text.into(), label: label.into() };
    let cases = [
        (Task::Intent, row("where is my order", "track_order")),
        (Task::Sentiment, row("I love it", "positive")),
        (Task::Complaint, row("it arrived broken and nobody answers", "complaint")),
        (Task::Language, row("hàng đâu", "vi")),
    ];
    for (task, row) in cases {
        let report = evaluate(task, &judge, std::slice::from_ref(&row)).unwrap().report;
        assert!(close(report.accuracy, 1.0), "{row:?}");
    }
}

#[test]
fn a_small_confusion_is_drawn_in_full() {
    let pairs = [("cancel", "cancel"), ("cancel", "refund"), ("refund", "refund")];
    let confusion = Confusion::new(pairs);
    let text = confusion.to_text();
    assert_eq!(
        text,
        "true         1     2\ncancel       1     1   1\nrefund       .     1   2\n\n\
         most frequent mistakes (true -> answered)\n     1  cancel -> refund\n"
    );
}

#[test]
fn a_wide_confusion_is_listed_by_label() {
    let labels: Vec<String> = (10..40).map(|n| format!("intent_{n}")).collect();
    let pairs = labels.iter().map(|label| (label.as_str(), "intent_10"));
    let text = Confusion::new(pairs).to_text();
    assert!(text.starts_with("label        rows  found  right when said\n"), "{text}");
    assert!(text.contains("intent_10       1  100 %              3 %"), "{text}");
    assert!(text.contains("intent_11       1    0 %                -"), "{text}");
}

#[test]
fn a_drawing_escapes_labels_and_names_its_cells() {
    let svg = Confusion::new([("a<b", "a<b"), ("a<b", "\"c\" & d")]).to_svg();
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert!(svg.contains("<title>a&lt;b answered as &quot;c&quot; &amp; d: 1</title>"), "{svg}");
    assert!(!svg.contains("a<b"));
}
