//! Real encoders, tiny ones of every family, and folders that only look like a model.

mod engine;
mod tiny;

use super::*;
use serde_json::json;
use std::path::PathBuf;
use std::sync::LazyLock;
use tiny::Tiny;

/// The folders of `scripts/encoders`.
fn home() -> PathBuf {
    std::env::var_os("LARA_TEST_ENCODERS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../.encoders"), PathBuf::from)
}

/// One of them. A test of encoders without encoders has failed.
fn real(name: &str) -> Encoder {
    Encoder::open(home().join(name)).unwrap_or_else(|error| panic!("{error}; run scripts/encoders first"))
}

static MINILM: LazyLock<Encoder> = LazyLock::new(|| real("all-MiniLM-L6-v2"));
static E5: LazyLock<Encoder> = LazyLock::new(|| real("multilingual-e5-small"));

fn embed(encoder: &Encoder, texts: &[&str]) -> Vec<Vec<f32>> {
    encoder.embed(texts, |_| ()).unwrap()
}

fn likeness(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Whether the first message is more like the second than like the third.
fn nearer(encoder: &Encoder, message: &str, like: &str, unlike: &str) -> bool {
    let vectors = embed(encoder, &[message, like, unlike]);
    likeness(&vectors[0], &vectors[1]) > likeness(&vectors[0], &vectors[2])
}

fn refusal(folder: &Tiny) -> String {
    Encoder::open(folder.path()).unwrap_err().to_string()
}

#[test]
fn the_english_encoder_hears_the_same_wish_in_other_words() {
    assert!(nearer(
        &MINILM,
        "my parcel never arrived",
        "where is the package I bought?",
        "what a lovely lamp"
    ));
    assert!(nearer(&MINILM, "I want my money back", "please refund me", "do you ship to Hanoi?"));
}

#[test]
fn the_other_encoder_hears_vietnamese_and_english_alike() {
    assert!(nearer(&E5, "tôi muốn hủy đơn hàng", "I want to cancel my order", "where is your store?"));
    assert!(nearer(&E5, "hàng bị vỡ rồi shop ơi", "đồ giao tới bị bể", "shop mở cửa mấy giờ"));
    assert!(nearer(&E5, "toi muon huy don hang", "tôi muốn hủy đơn hàng", "shop mở cửa mấy giờ"));
}

#[test]
fn a_message_reads_the_same_alone_and_in_company() {
    let long = "my order came broken and nobody answers ".repeat(20);
    let messages = ["hi", "where is my order?", &long, "", "đơn của mình đâu rồi shop 😡"];
    for encoder in [&*MINILM, &*E5] {
        let together = embed(encoder, &messages);
        assert_eq!(together.len(), messages.len());
        for (message, vector) in messages.iter().zip(&together) {
            assert_eq!(vector.len(), encoder.dimensions());
            assert!((likeness(vector, vector) - 1.0).abs() < 1e-4, "{message:?} is of length 1");
            assert!(likeness(vector, &embed(encoder, &[message])[0]) > 0.9999, "{message:?}");
        }
    }
}

#[test]
fn odd_messages_have_a_vector() {
    let messages = [
        "",
        " ",
        "\0",
        "\u{301}",
        "😀😀😀",
        "\u{202e}kcab",
        &"a".repeat(100_000),
        &"đơn hàng bị lỗi ".repeat(7_000),
    ];
    for vector in embed(&MINILM, &messages).into_iter().chain(embed(&E5, &messages)) {
        assert!(vector.iter().all(|value| value.is_finite()));
    }
}

#[test]
fn many_messages_come_back_in_order_and_are_counted() {
    let messages: Vec<String> = (0..600).map(|at| format!("order {at}")).collect();
    let mut counts = Vec::new();
    let vectors = MINILM.embed(&messages, |count| counts.push(count)).unwrap();
    assert!(counts.is_sorted() && counts.len() > 10 && counts.last() == Some(&600), "{counts:?}");
    for at in [0, 1, 511, 512, 599] {
        assert!(likeness(&vectors[at], &embed(&MINILM, &[&messages[at]])[0]) > 0.9999, "{at}");
    }
}

#[tokio::test]
async fn conversations_that_ask_at_once_are_each_answered() {
    let ask = |text: &str| MINILM.ask(vec![text.to_owned()], Duration::from_mins(1));
    let (lan, minh) = tokio::join!(ask("where is my order?"), ask("I want my money back"));
    let (lan, minh) = (lan.unwrap(), minh.unwrap());
    assert!(likeness(&lan[0], &minh[0]) < 0.9);
    assert!(MINILM.ask(Vec::new(), Duration::ZERO).await.unwrap().is_empty());
}

#[tokio::test]
async fn whoever_has_no_time_is_told_so() {
    let late = MINILM.ask(vec!["where is my order?".to_owned()], Duration::ZERO).await;
    assert_eq!(late, Err(Unanswered::Late));
}

#[tokio::test]
async fn more_than_can_wait_is_turned_away() {
    let tiny = Tiny::encoder("bert");
    let encoder = Encoder::open(tiny.path()).unwrap();
    let pile: Vec<_> =
        (0..2_000).map(|_| encoder.worker.ask(vec!["where is my order ".repeat(200); 64])).collect();
    assert!(pile.iter().any(|asked| asked.as_ref().is_err_and(|error| *error == Unanswered::Busy)));
    // What nobody waits for any more is dropped, and the next one is answered.
    drop(pile);
    let answer = encoder.embed(&["where is my order"], |_| ()).unwrap();
    assert_eq!(answer.len(), 1);
}

#[tokio::test]
async fn an_encoder_that_fell_over_says_so_at_once() {
    let tiny = Tiny::encoder("bert");
    let encoder = Encoder::open(tiny.path()).unwrap();
    encoder.fall_over();
    let answer = encoder.ask(vec!["where is my order".to_owned()], Duration::from_mins(1)).await;
    assert_eq!(answer, Err(Unanswered::Gone));
    let answer = encoder.ask(vec!["hello?".to_owned()], Duration::from_mins(1)).await;
    assert_eq!(answer, Err(Unanswered::Gone));
}

#[test]
fn every_family_loads() {
    for kind in ["bert", "distilbert", "roberta", "xlm-roberta", "albert"] {
        let tiny = Tiny::encoder(kind);
        let encoder = Encoder::open(tiny.path()).unwrap_or_else(|error| panic!("{kind}: {error}"));
        assert_eq!(encoder.dimensions(), 3 * 8, "{kind}");
        let long = "where is my order ".repeat(50);
        let vectors = embed(&encoder, &["where is my order", "đơn hàng", &long]);
        assert!(vectors.iter().flatten().all(|value| value.is_finite()), "{kind}");
    }
}

#[test]
fn a_vocabulary_does_where_there_is_no_tokenizer() {
    let fast = Tiny::encoder("bert");
    let whole = Encoder::open(fast.path()).unwrap();
    let expected = embed(&whole, &["Where is my order!"]);
    let old = fast.with_vocabulary_only();
    let found = embed(&Encoder::open(old.path()).unwrap(), &["Where is my order!"]);
    assert!(likeness(&expected[0], &found[0]) > 0.9999);
}

#[test]
fn a_folder_says_how_it_wants_to_be_read() {
    let tiny = Tiny::encoder("bert");
    let folder = Folder::open(tiny.path()).unwrap();
    assert_eq!((folder.pooling(), folder.prefix()), (Pooling::Mean, ""));
    assert_eq!(folder.architecture(), Architecture::Bert);
    tiny.write(
        "1_Pooling/config.json",
        r#"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#,
    );
    assert_eq!(Folder::open(tiny.path()).unwrap().pooling(), Pooling::First);
    tiny.write(
        "1_Pooling/config.json",
        r#"{"pooling_mode_max_tokens": true, "pooling_mode_mean_tokens": false}"#,
    );
    assert!(refusal(&tiny).contains("remove 1_Pooling to try it with the mean"));
    tiny.remove("1_Pooling/config.json");
    let tiny = tiny.with("_name_or_path", json!("intfloat/multilingual-e5-base"));
    assert_eq!(Folder::open(tiny.path()).unwrap().prefix(), "query: ");
    tiny.write("lara.json", r#"{"prefix": "Ask: "}"#);
    assert_eq!(Folder::open(tiny.path()).unwrap().prefix(), "Ask: ");
}

#[test]
fn what_is_no_model_is_refused_with_what_to_do() {
    let missing = Encoder::open("/nowhere/at/all").unwrap_err().to_string();
    assert_eq!(
        missing,
        "/nowhere/at/all is not there: name the folder of a model, or bring two with scripts/encoders"
    );
    let empty = tempfile::tempdir().unwrap();
    let error = Encoder::open(empty.path()).unwrap_err().to_string();
    assert!(
        error.ends_with("is no model: it has no config.json beside model.safetensors and tokenizer.json"),
        "{error}"
    );
    let file = tempfile::NamedTempFile::new().unwrap();
    assert!(matches!(Encoder::open(file.path()), Err(EncoderError::NotAModel(_))));
}

#[test]
fn a_model_of_another_kind_is_refused_by_name() {
    let tiny = Tiny::encoder("bert").with("model_type", json!("gpt2"));
    let error = refusal(&tiny);
    assert!(
        error.contains(r#"of the kind "gpt2": use a BERT, DistilBERT, RoBERTa or ALBERT encoder"#),
        "{error}"
    );
}

#[test]
fn a_folder_with_a_part_missing_says_which() {
    let tiny = Tiny::encoder("albert");
    tiny.remove("tokenizer.json");
    assert!(refusal(&tiny).contains("has no tokenizer.json: save its fast tokenizer"));
    let tiny = Tiny::encoder("xlm-roberta");
    tiny.remove("tokenizer.json");
    assert!(refusal(&tiny).contains("has no tokenizer.json: save its fast tokenizer"));
    let tiny = Tiny::encoder("bert");
    tiny.remove("tokenizer.json");
    assert!(refusal(&tiny).contains("has no tokenizer.json or vocab.txt"));
    tiny.remove("model.safetensors");
    assert!(refusal(&tiny).contains("has no model.safetensors"));
}

#[test]
fn a_broken_folder_says_which_file() {
    let tiny = Tiny::encoder("bert");
    tiny.write("tokenizer.json", "{}");
    assert!(refusal(&tiny).contains("tokenizer.json cannot be read"));
    let tiny = Tiny::encoder("bert");
    tiny.write("model.safetensors", "half a download");
    assert!(refusal(&tiny).contains("model.safetensors cannot be read"));
    tiny.write("config.json", "{");
    assert!(refusal(&tiny).contains("config.json cannot be read"));
}

#[test]
fn parts_of_two_models_do_not_load() {
    let error = refusal(&Tiny::encoder("bert").with("intermediate_size", json!(32)));
    assert!(error.contains("has the shape [16], config.json says [32]"), "{error}");
    let error = refusal(&Tiny::encoder("bert").with("num_hidden_layers", json!(3)));
    assert!(error.contains("it has no weights bert.encoder.layer.2"), "{error}");
    let error = refusal(&Tiny::encoder("bert").with("vocab_size", json!(5)));
    assert!(error.contains("its tokenizer knows 13 tokens, its config.json 5"), "{error}");
    // rust-bert panics on this one.
    let error = refusal(&Tiny::encoder("bert").with("num_attention_heads", json!(3)));
    assert!(error.contains("could not be loaded"), "{error}");
}

#[test]
fn a_sentiment_model_of_every_family_answers() {
    let labels = json!({ "0": "negative", "1": "neutral", "2": "positive" });
    for kind in ["bert", "distilbert", "roberta", "albert"] {
        let tiny = Tiny::classifier(kind, &labels);
        let model = MoodModel::open(tiny.path()).unwrap_or_else(|error| panic!("{kind}: {error}"));
        let moods = model.read(&["where is my order", "đơn hàng"]).unwrap();
        assert!(moods.len() == 2 && moods.iter().all(|mood| mood.score.abs() <= 1.0), "{kind}");
    }
}

#[test]
fn a_sentiment_model_whose_answers_have_no_names_is_refused() {
    let tiny = Tiny::classifier("bert", &json!({ "0": "LABEL_0", "1": "LABEL_1" }));
    let error = MoodModel::open(tiny.path()).unwrap_err().to_string();
    assert!(error.contains("id2label in config.json must name them positive, neutral, negative"), "{error}");
    let encoder = Tiny::encoder("bert");
    assert!(MoodModel::open(encoder.path()).is_err(), "an encoder is no sentiment model");
}
