//! Training on a handful of rows.

use super::*;
use crate::error::TrainError;
use crate::rows::{Row, examples, read_rows, shots};

fn rows() -> Vec<Row> {
    let pairs = [
        ("where is my parcel", "track"),
        ("track my parcel please", "track"),
        ("parcel status", "track"),
        ("đơn hàng tới đâu rồi", "track"),
        ("my parcel is where", "track"),
        ("how much is it", "price"),
        ("what is the price", "price"),
        ("price please", "price"),
        ("giá bao nhiêu vậy shop", "price"),
        ("cost and price of this", "price"),
        ("hello there", "oos"),
        ("it rains", "oos"),
        ("who won the game", "oos"),
        ("trời mưa quá", "oos"),
    ];
    let lines: Vec<String> = pairs.iter().map(|(text, label)| format!("{text},{label}")).collect();
    read_rows(format!("text,label\n{}\n", lines.join("\n")).as_bytes()).unwrap()
}

#[test]
fn a_handful_of_rows_make_a_head() {
    let head = train(&examples(&rows()), &Options::new(Recipe::Topic)).unwrap();
    assert_eq!(head.labels(), [OUT_OF_SCOPE, "price", "track"]);
    assert_eq!(head.predict("where is the parcel").best, "track");
    assert_eq!(head.predict("the price?").best, "price");
    assert_eq!(head.predict("giá bao nhiêu").best, "price");
    let confidence = head.predict("parcel").confidence;
    assert!((0.0..=1.0).contains(&confidence));
}

#[test]
fn the_same_rows_make_the_same_head() {
    let pack = || {
        let mut writer = Writer::default();
        writer.head(&train(&examples(&rows()), &Options::new(Recipe::Mood)).unwrap());
        writer.0
    };
    assert_eq!(pack(), pack());
}

#[test]
fn a_head_survives_being_written_down() {
    let head = train(&examples(&rows()), &Options::new(Recipe::Mood)).unwrap();
    let mut writer = Writer::default();
    writer.head(&head);
    let read = Reader(&writer.0).head().unwrap();
    for text in ["where is my parcel", "giá?", "", "😀"] {
        let (before, after) = (head.predict(text), read.predict(text));
        assert_eq!(before.best, after.best);
        // Scales and document frequencies are written with sixteen bits.
        assert!((before.confidence - after.confidence).abs() < 0.02, "{before:?} {after:?}");
    }
}

/// Rows whose words say nothing, and an embedding that says it all.
fn embedded() -> Vec<Example> {
    let example = |at: u8, side: f32| Example {
        text: format!("message {at}"),
        label: if side > 0.0 { "left" } else { "right" }.into(),
        weight: 1.0,
        group: usize::from(at),
        embedding: vec![side, 0.1 * f32::from(at), 0.2],
    };
    (0..10).map(|at| example(at, if at % 2 == 0 { 1.0 } else { -1.0 })).collect()
}

#[test]
fn an_embedding_is_learnt_beside_the_words() {
    let head = train(&embedded(), &Options::new(Recipe::Topic)).unwrap();
    let mut writer = Writer::default();
    writer.head(&head);
    let head = Reader(&writer.0).head().unwrap();
    assert_eq!(head.embedding_dims(), 3);
    assert_eq!(head.predict_embedded("message", &[1.0, 0.3, 0.2]).unwrap().best, "left");
    assert_eq!(head.predict_embedded("message", &[-1.0, 0.3, 0.2]).unwrap().best, "right");
}

#[test]
fn an_embedding_of_another_encoder_is_refused() {
    let head = train(&embedded(), &Options::new(Recipe::Topic)).unwrap();
    assert_eq!(
        head.predict_embedded("message", &[1.0, 0.3]).unwrap_err().to_string(),
        "the embedding has 2 dimensions, the model wants 3: use the encoder it was trained with"
    );
    let mut rows = embedded();
    rows[4].embedding.clear();
    assert_eq!(
        train(&rows, &Options::new(Recipe::Topic)).unwrap_err().to_string(),
        "an example has an embedding of 0 dimensions, the first one of 3: embed all or none"
    );
}

#[test]
fn nothing_to_learn_is_an_error() {
    let one = [Row { text: "a".into(), label: "b".into() }];
    assert!(matches!(train(&[], &Options::new(Recipe::Topic)), Err(TrainError::NoRows)));
    assert!(matches!(train(&examples(&one), &Options::new(Recipe::Topic)), Err(TrainError::OneLabel)));
    let headless = read_rows(&b"message,label\nx,y\n"[..]);
    assert!(matches!(headless, Err(TrainError::MissingColumn("text"))), "{headless:?}");
}

#[test]
fn shots_are_drawn_without_replacement_and_follow_the_seed() {
    let rows = rows();
    let drawn = shots(&rows, 3, 7);
    assert_eq!(drawn.len(), 9);
    assert_eq!(drawn, shots(&rows, 3, 7));
    assert_ne!(drawn, shots(&rows, 3, 8));
    let mut texts: Vec<&str> = drawn.iter().map(|row| row.text.as_str()).collect();
    texts.sort_unstable();
    texts.dedup();
    assert_eq!(texts.len(), 9);
    assert_eq!(shots(&rows, 100, 7).len(), rows.len());
}
