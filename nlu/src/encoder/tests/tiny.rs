//! Tiny models of every family with weights from a dice: to see that folders load, not that they understand.

use rust_bert::albert::{AlbertConfig, AlbertForSequenceClassification, AlbertModel};
use rust_bert::bert::{BertConfig, BertEmbeddings, BertForSequenceClassification, BertModel};
use rust_bert::distilbert::{DistilBertConfig, DistilBertModel, DistilBertModelClassifier};
use rust_bert::roberta::{RobertaEmbeddings, RobertaForSequenceClassification};
use serde_json::{Value, json};
use std::path::Path;
use tch::nn::{Path as Name, VarStore};
use tempfile::TempDir;

const WORDS: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nwhere\nis\nmy\norder\nđơn\nhàng\ndon\nhang\n!";

/// A model folder that goes with the test.
pub(super) struct Tiny(TempDir);

impl Tiny {
    /// An encoder of a family; its weights named as `save_pretrained` does.
    pub(super) fn encoder(kind: &str) -> Self {
        Self::made(kind, &json!({}), |root, config| match kind {
            "distilbert" => drop(DistilBertModel::new(root, &read::<DistilBertConfig>(config))),
            "albert" => drop(AlbertModel::new(root, &read::<AlbertConfig>(config))),
            "roberta" | "xlm-roberta" => {
                drop(BertModel::<RobertaEmbeddings>::new(root, &read::<BertConfig>(config)));
            }
            _ => drop(BertModel::<BertEmbeddings>::new(root, &read::<BertConfig>(config))),
        })
    }

    /// A classifier of a family with named answers.
    pub(super) fn classifier(kind: &str, labels: &Value) -> Self {
        Self::made(kind, &json!({ "id2label": labels }), |root, config| match kind {
            "distilbert" => drop(DistilBertModelClassifier::new(root, &read(config)).unwrap()),
            "albert" => drop(AlbertForSequenceClassification::new(root, &read(config)).unwrap()),
            "roberta" => drop(RobertaForSequenceClassification::new(root, &read(config)).unwrap()),
            _ => drop(BertForSequenceClassification::new(root, &read(config)).unwrap()),
        })
    }

    fn made(kind: &str, more: &Value, network: impl FnOnce(Name<'_>, &Value)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = json!({
            "model_type": kind, "vocab_size": 13, "hidden_size": 8, "num_attention_heads": 2, "num_hidden_layers": 2,
            "intermediate_size": 16, "max_position_embeddings": 34, "type_vocab_size": 2, "hidden_act": "gelu",
            "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1, "initializer_range": 0.02,
            "embedding_size": 4, "bos_token_id": 2, "eos_token_id": 3, "pad_token_id": 0, "inner_group_num": 1,
            "num_hidden_groups": 1, "activation": "gelu", "attention_dropout": 0.1, "dim": 8, "dropout": 0.1,
            "hidden_dim": 16, "n_heads": 2, "n_layers": 2, "qa_dropout": 0.1, "seq_classif_dropout": 0.1,
            "sinusoidal_pos_embds": false, "tie_weights_": true,
        });
        for (name, value) in more.as_object().unwrap() {
            config[name] = value.clone();
        }
        let weights = VarStore::new(tch::Device::Cpu);
        network(weights.root(), &config);
        weights.save(folder.path().join("model.safetensors")).unwrap();
        std::fs::write(folder.path().join("config.json"), config.to_string()).unwrap();
        std::fs::write(folder.path().join("tokenizer.json"), tokenizer().to_string()).unwrap();
        Self(folder)
    }

    pub(super) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file of the folder anew.
    pub(super) fn write(&self, name: &str, content: &str) {
        let file = self.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, content).unwrap();
    }

    pub(super) fn remove(&self, name: &str) {
        std::fs::remove_file(self.path().join(name)).unwrap();
    }

    /// Only a vocabulary, as folders of old have it.
    pub(super) fn with_vocabulary_only(self) -> Self {
        self.remove("tokenizer.json");
        self.write("vocab.txt", WORDS);
        self
    }

    /// Changes one entry of config.json.
    pub(super) fn with(self, name: &str, value: Value) -> Self {
        let mut config: Value =
            serde_json::from_slice(&std::fs::read(self.path().join("config.json")).unwrap()).unwrap();
        config[name] = value;
        self.write("config.json", &config.to_string());
        self
    }
}

fn read<T: serde::de::DeserializeOwned>(config: &Value) -> T {
    serde_json::from_value(config.clone()).unwrap()
}

/// Whole words only.
fn tokenizer() -> Value {
    let words: serde_json::Map<String, Value> =
        WORDS.lines().enumerate().map(|(id, word)| (word.to_owned(), json!(id))).collect();
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [], "normalizer": { "type": "Lowercase" },
        "pre_tokenizer": { "type": "Whitespace" }, "decoder": null,
        "post_processor": { "type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2] },
        "model": { "type": "WordLevel", "vocab": words, "unk_token": "[UNK]" },
    })
}
