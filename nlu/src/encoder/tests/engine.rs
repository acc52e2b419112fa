//! The engine `bert`: two opinions on a message, and one where the other does not come.

use super::super::{BertEngine, EncoderError, Folders, Unanswered};
use super::tiny::Tiny;
use super::{MINILM, home};
use crate::Deep;
use crate::engine::Engine;
use lara_core::model::{Language, Reading, Sentiment};
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

fn engine(folders: &[(Option<Language>, PathBuf)]) -> BertEngine {
    let folders = Folders { encoders: folders.to_vec(), sentiment: None };
    BertEngine::open(Engine::shipped().unwrap(), &folders).unwrap()
}

fn both() -> BertEngine {
    engine(&[(None, home().join("all-MiniLM-L6-v2")), (None, home().join("multilingual-e5-small"))])
}

#[test]
fn each_encoder_is_asked_about_its_own_language() {
    let texts = ["my parcel has still not turned up", "đơn hàng của mình tới đâu rồi shop ơi", "12345", "😀"];
    let readings = both().read(&texts).unwrap();
    let models: Vec<&str> = readings.iter().map(|reading| reading.model.as_ref()).collect();
    assert_eq!(
        models,
        ["bert-1 all-MiniLM-L6-v2", "bert-1 multilingual-e5-small", Engine::SHIPPED, Engine::SHIPPED]
    );
    let embeddings = both().embeddings(&texts, |_| ()).unwrap();
    let lengths: Vec<usize> = embeddings.iter().map(Vec::len).collect();
    // The sentence, and two layers further in.
    assert_eq!(lengths, [3 * 384, 3 * 384, 0, 0]);
}

#[test]
fn vietnamese_without_accents_is_left_to_the_words() {
    let readings = both().read(&["don cua minh dau roi shop oi", "đơn của mình đâu rồi shop ơi"]).unwrap();
    assert_eq!(readings[0].model, Engine::SHIPPED);
    assert_eq!(readings[1].model, "bert-1 multilingual-e5-small");
}

#[test]
fn what_no_example_says_in_these_words_is_understood() {
    let engine = both();
    let reading = |text: &str| engine.read(&[text]).unwrap().remove(0);
    assert_eq!(reading("I would like my cash returned to my card please").intent.as_str(), "request_refund");
    assert_eq!(reading("not bad at all, my daughter adores it").sentiment, Sentiment::Positive);
    assert!(reading("the parcel came soaked and nobody bothers to answer me").is_complaint());
}

#[tokio::test]
async fn a_sure_answer_asks_nobody() {
    let engine = both();
    let texts = ["where is my order?"];
    let linear: Vec<Reading> = texts.iter().map(|text| engine.linear().classify(text)).collect();
    let mut readings = linear.clone();
    engine.reconsider(&texts, &mut readings, 0.0, Duration::from_mins(1)).await.unwrap();
    assert_eq!(readings, linear);
    engine.reconsider(&texts, &mut readings, f32::MAX, Duration::from_mins(1)).await.unwrap();
    assert!(readings[0].model.starts_with("bert-1"));
}

#[tokio::test]
async fn without_an_answer_in_time_the_first_one_stands() {
    let engine = both();
    let texts = ["where is my order?"];
    let linear: Vec<Reading> = texts.iter().map(|text| engine.linear().classify(text)).collect();
    let mut readings = linear.clone();
    let late = engine.reconsider(&texts, &mut readings, f32::MAX, Duration::ZERO).await;
    assert_eq!((late, &readings), (Err(Unanswered::Late), &linear));
    engine.fall_over();
    let gone = engine.reconsider(&texts, &mut readings, f32::MAX, Duration::from_mins(1)).await;
    assert_eq!((gone, &readings), (Err(Unanswered::Gone), &linear));
}

#[test]
fn an_encoder_nothing_was_trained_on_is_refused_with_what_to_do() {
    let tiny = Tiny::encoder("bert");
    let folders = Folders { encoders: vec![(None, tiny.path().to_path_buf())], sentiment: None };
    let refused = BertEngine::open(Engine::shipped().unwrap(), &folders);
    let Err(EncoderError::NoHeads(folder)) = refused else { panic!("{refused:?}") };
    assert_eq!(folder, tiny.path());
}

#[test]
fn a_sentiment_model_answers_the_sentiment() {
    let labels = json!({ "0": "negative", "1": "neutral", "2": "positive" });
    let tiny = Tiny::classifier("bert", &labels);
    let folders = Folders { encoders: Vec::new(), sentiment: Some(tiny.path().to_path_buf()) };
    let engine = BertEngine::open(Engine::shipped().unwrap(), &folders).unwrap();
    let said = super::MoodModel::open(tiny.path()).unwrap().read(&["I love it"]).unwrap();
    let reading = engine.read(&["I love it"]).unwrap().remove(0);
    assert_eq!((reading.sentiment, reading.score), (said[0].sentiment, said[0].score));
}

#[test]
fn heads_know_their_encoder_by_what_it_answers() {
    let bytes = include_bytes!("../../../models/deep_minilm.bin");
    let deep = Deep::from_bytes(bytes).unwrap();
    assert!(deep.suits(MINILM.probes()));
    let tiny = Tiny::encoder("bert");
    assert!(!deep.suits(super::Encoder::open(tiny.path()).unwrap().probes()));
    assert_eq!(deep.to_bytes(), bytes);
    assert!(Deep::from_bytes(&bytes[..bytes.len() - 1]).is_err());
}
