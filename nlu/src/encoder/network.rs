//! The networks of rust-bert, loaded from whatever names a folder gives its weights.

use super::error::EncoderError;
use super::folder::{Architecture, Folder, Pooling};
use super::tokens::Cutter;
use rust_bert::albert::{AlbertConfig, AlbertForSequenceClassification, AlbertModel};
use rust_bert::bert::{BertConfig, BertEmbeddings, BertForSequenceClassification, BertModel};
use rust_bert::distilbert::{DistilBertConfig, DistilBertModel, DistilBertModelClassifier};
use rust_bert::roberta::{RobertaEmbeddings, RobertaForSequenceClassification};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;
use tch::nn::VarStore;
use tch::{Device, Kind, Tensor};

/// What a network is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// One vector a text, of length 1.
    Embed,
    /// One probability a label.
    Classify,
}

enum Network {
    Bert(BertModel<BertEmbeddings>),
    DistilBert(DistilBertModel),
    Roberta(BertModel<RobertaEmbeddings>),
    Albert(AlbertModel),
    BertClassifier(BertForSequenceClassification),
    DistilBertClassifier(DistilBertModelClassifier),
    RobertaClassifier(RobertaForSequenceClassification),
    AlbertClassifier(AlbertForSequenceClassification),
}

/// A loaded model. It stays on the thread that made it.
pub(super) struct Model {
    cutter: Arc<Cutter>,
    network: Network,
    pooling: Pooling,
    /// Keeps the weights alive.
    _weights: VarStore,
}

/// What the threads of a model share: its numbers and its tokenizer.
pub(super) struct Loaded {
    cutter: Arc<Cutter>,
    tensors: HashMap<String, Tensor>,
}

impl Loaded {
    /// Loads a folder; slow.
    pub(super) fn open(folder: &Folder) -> Result<Self, EncoderError> {
        let cutter = Arc::new(Cutter::open(folder)?);
        let rows = folder.config.get("vocab_size").and_then(Value::as_u64).unwrap_or_default();
        if u64::try_from(cutter.vocabulary()).unwrap_or(u64::MAX) > rows {
            return Err(EncoderError::Unsupported {
                folder: folder.path.clone(),
                reason: format!(
                    "its tokenizer knows {} tokens, its config.json {rows}: they are of two models",
                    cutter.vocabulary()
                ),
            });
        }
        let file = &folder.weights;
        let broken =
            |error: tch::TchError| EncoderError::Broken { file: file.clone(), reason: error.to_string() };
        let loaded = if file.extension().is_some_and(|extension| extension == "safetensors") {
            Tensor::read_safetensors(file)
        } else {
            Tensor::load_multi(file)
        };
        let floats = loaded.map_err(broken)?.into_iter();
        let floats = floats.map(|(name, tensor)| Ok((name, tensor.f_to_kind(Kind::Float)?)));
        Ok(Self { cutter, tensors: floats.collect::<Result<_, _>>().map_err(broken)? })
    }

    /// For another thread: the same numbers, not copied.
    pub(super) fn share(&self) -> Self {
        let tensors = self.tensors.iter().map(|(name, tensor)| (name.clone(), tensor.shallow_clone()));
        Self { cutter: self.cutter.clone(), tensors: tensors.collect() }
    }
}

impl Model {
    /// A network over loaded numbers.
    pub(super) fn new(folder: &Folder, purpose: Purpose, loaded: &Loaded) -> Result<Self, EncoderError> {
        let mut weights = VarStore::new(Device::Cpu);
        let network = Network::new(folder, purpose, &weights)?;
        fill(&weights, &loaded.tensors, &folder.weights)?;
        weights.freeze();
        Ok(Self { cutter: loaded.cutter.clone(), network, pooling: folder.pooling, _weights: weights })
    }

    /// The token numbers of a text.
    pub(super) fn cut(&self, text: &str) -> Option<Vec<i64>> {
        self.cutter.cut(text)
    }

    /// One vector for each list of tokens.
    pub(super) fn read(&self, texts: &[&[i64]]) -> Option<Vec<Vec<f32>>> {
        let longest = texts.iter().map(|tokens| tokens.len()).max().unwrap_or(1);
        let (mut ids, mut mask) = (Vec::new(), Vec::new());
        for tokens in texts {
            let padding = std::iter::repeat_n(0, longest - tokens.len());
            mask.extend(tokens.iter().map(|_| 1_i64).chain(padding.clone()));
            // RoBERTa counts positions by what is not padding, and its padding is 1.
            let filler =
                i64::from(matches!(self.network, Network::Roberta(_) | Network::RobertaClassifier(_)));
            ids.extend(tokens.iter().copied().chain(padding.map(|_| filler)));
        }
        let shape = [i64::try_from(texts.len()).ok()?, i64::try_from(longest).ok()?];
        let ids = Tensor::from_slice(&ids).f_reshape(shape).ok()?;
        let mask = Tensor::from_slice(&mask).f_reshape(shape).ok()?;
        let answers = tch::no_grad(|| self.network.forward(&ids, &mask, self.pooling))?;
        Vec::<Vec<f32>>::try_from(answers).ok()
    }
}

impl Network {
    fn new(folder: &Folder, purpose: Purpose, weights: &VarStore) -> Result<Self, EncoderError> {
        let root = weights.root();
        let refused = |error: rust_bert::RustBertError| EncoderError::Unsupported {
            folder: folder.path.clone(),
            reason: error.to_string(),
        };
        Ok(match (folder.architecture, purpose) {
            (Architecture::Bert, Purpose::Embed) => {
                Self::Bert(BertModel::new_with_optional_pooler(root / "bert", &bert(folder)?, false))
            }
            (Architecture::Roberta, Purpose::Embed) => {
                Self::Roberta(BertModel::new_with_optional_pooler(root / "roberta", &bert(folder)?, false))
            }
            (Architecture::DistilBert, Purpose::Embed) => {
                Self::DistilBert(DistilBertModel::new(root, &distilbert(folder)?))
            }
            (Architecture::Albert, Purpose::Embed) => {
                Self::Albert(AlbertModel::new(root / "albert", &albert(folder)?))
            }
            (Architecture::Bert, Purpose::Classify) => Self::BertClassifier(
                BertForSequenceClassification::new(root, &bert(folder)?).map_err(refused)?,
            ),
            (Architecture::Roberta, Purpose::Classify) => Self::RobertaClassifier(
                RobertaForSequenceClassification::new(root, &bert(folder)?).map_err(refused)?,
            ),
            (Architecture::DistilBert, Purpose::Classify) => Self::DistilBertClassifier(
                DistilBertModelClassifier::new(root, &distilbert(folder)?).map_err(refused)?,
            ),
            (Architecture::Albert, Purpose::Classify) => Self::AlbertClassifier(
                AlbertForSequenceClassification::new(root, &albert(folder)?).map_err(refused)?,
            ),
        })
    }

    fn forward(&self, ids: &Tensor, mask: &Tensor, pooling: Pooling) -> Option<Tensor> {
        let (ids, whole) = (Some(ids), Some(mask));
        let (last, layers) = match self {
            Self::Bert(model) => {
                let read = model.forward_t(ids, whole, None, None, None, None, None, false).ok()?;
                (read.hidden_state, read.all_hidden_states)
            }
            Self::Roberta(model) => {
                let read = model.forward_t(ids, whole, None, None, None, None, None, false).ok()?;
                (read.hidden_state, read.all_hidden_states)
            }
            Self::DistilBert(model) => {
                let read = model.forward_t(ids, whole, None, false).ok()?;
                (read.hidden_state, read.all_hidden_states)
            }
            Self::Albert(model) => {
                let read = model.forward_t(ids, whole, None, None, None, false).ok()?;
                (read.hidden_state, read.all_hidden_states)
            }
            Self::BertClassifier(model) => {
                return chances(&model.forward_t(ids, whole, None, None, None, false).logits);
            }
            Self::RobertaClassifier(model) => {
                return chances(&model.forward_t(ids, whole, None, None, None, false).logits);
            }
            Self::DistilBertClassifier(model) => {
                return chances(&model.forward_t(ids, whole, None, false).ok()?.logits);
            }
            Self::AlbertClassifier(model) => {
                return chances(&model.forward_t(ids, whole, None, None, None, false).logits);
            }
        };
        let mut parts = vec![pooled(&last, mask, pooling)?];
        for layer in inner(&layers?) {
            parts.push(pooled(layer, mask, Pooling::Mean)?);
        }
        let length = f64::from(u8::try_from(parts.len()).ok()?).sqrt();
        Tensor::f_cat(&parts, 1).ok()?.f_div_scalar(length).ok()
    }
}

/// The layers that are read besides the last: two thirds of the way, and the one before the last. A sentence encoder is
/// trained to tell topics apart; how something is said is told better further in (decision 7 has the figures).
fn inner(layers: &[Tensor]) -> impl Iterator<Item = &Tensor> {
    let count = layers.len();
    [(count * 2 / 3).saturating_sub(1), count.saturating_sub(2)].into_iter().filter_map(|at| layers.get(at))
}

/// One vector of length 1 for each text of a layer.
fn pooled(tokens: &Tensor, mask: &Tensor, pooling: Pooling) -> Option<Tensor> {
    let pooled = match pooling {
        Pooling::First => tokens.f_select(1, 0).ok()?,
        Pooling::Mean => {
            let mask = mask.f_unsqueeze(-1).ok()?.f_to_kind(Kind::Float).ok()?;
            let sum = tokens.f_mul(&mask).ok()?.f_sum_dim_intlist([1].as_slice(), false, Kind::Float).ok()?;
            sum.f_div(&mask.f_sum_dim_intlist([1].as_slice(), false, Kind::Float).ok()?).ok()?
        }
    };
    let length = pooled.f_norm_scalaropt_dim(2, [1].as_slice(), true).ok()?.f_clamp_min(1e-12).ok()?;
    pooled.f_div(&length).ok()
}

/// Probabilities of labels.
fn chances(logits: &Tensor) -> Option<Tensor> {
    logits.f_softmax(-1, Kind::Float).ok()
}

/// Gives the variables of a network their numbers. A base model may carry its family's name before its weights or not,
/// and very old ones call the parts of a layer norm otherwise.
fn fill(store: &VarStore, loaded: &HashMap<String, Tensor>, file: &Path) -> Result<(), EncoderError> {
    let broken = |reason: String| EncoderError::Broken { file: file.to_path_buf(), reason };
    // Sorted, so that a folder is refused with the same words each time.
    for (name, mut variable) in store.variables().into_iter().collect::<BTreeMap<_, _>>() {
        let old =
            name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta");
        let bare = name.split_once('.').map_or("", |(_, rest)| rest);
        let found = [name.as_str(), bare, old.as_str()].into_iter().find_map(|name| loaded.get(name));
        let Some(found) = found else {
            // Sentence encoders are often saved without it, and nothing reads it here.
            if name.contains("pooler") {
                continue;
            }
            return Err(broken(format!("it has no weights {name}")));
        };
        if found.size() != variable.size() {
            return Err(broken(format!(
                "{name} has the shape {:?}, config.json says {:?}",
                found.size(),
                variable.size()
            )));
        }
        // Not copied: all threads look at the same numbers.
        tch::no_grad(|| variable.set_data(found));
    }
    Ok(())
}

fn bert(folder: &Folder) -> Result<BertConfig, EncoderError> {
    config(
        folder,
        json!({ "attention_probs_dropout_prob": 0.1, "hidden_dropout_prob": 0.1, "type_vocab_size": 2 }),
    )
}

fn distilbert(folder: &Folder) -> Result<DistilBertConfig, EncoderError> {
    let usual = json!({
        "activation": "gelu", "attention_dropout": 0.1, "dropout": 0.1, "qa_dropout": 0.1,
        "seq_classif_dropout": 0.2, "sinusoidal_pos_embds": false, "tie_weights_": true,
    });
    config(folder, usual)
}

fn albert(folder: &Folder) -> Result<AlbertConfig, EncoderError> {
    let usual = json!({
        "attention_probs_dropout_prob": 0.0, "hidden_dropout_prob": 0.0, "inner_group_num": 1, "num_hidden_groups": 1,
        "bos_token_id": 2, "eos_token_id": 3, "pad_token_id": 0, "type_vocab_size": 2,
    });
    config(folder, usual)
}

/// The configuration as rust-bert wants it; what newer folders leave out gets its usual value.
fn config<T: DeserializeOwned>(folder: &Folder, usual: Value) -> Result<T, EncoderError> {
    let mut config = folder.config.clone();
    if let (Some(config), Value::Object(usual)) = (config.as_object_mut(), usual) {
        for (name, value) in usual {
            config.entry(name).or_insert(value);
        }
        config.entry("initializer_range").or_insert(json!(0.02));
        // Only for training; half of the folders have it as a list.
        config.remove("output_attentions");
        config.insert("output_hidden_states".to_owned(), json!(true));
    }
    serde_json::from_value(config).map_err(|error| EncoderError::Broken {
        file: folder.path.join("config.json"),
        reason: error.to_string(),
    })
}
