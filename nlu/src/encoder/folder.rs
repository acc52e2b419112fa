//! What a Hugging Face model folder holds, found out before anything is loaded.

use super::error::EncoderError;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Tokens of a message that are read at most: two hundred words say what a message is about.
const MAX_TOKENS: usize = 256;

/// The families of encoders that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    /// BERT, `MiniLM`, E5 and their like.
    Bert,
    /// `DistilBERT`.
    DistilBert,
    /// `RoBERTa`, and XLM-R with a tokenizer.json.
    Roberta,
    /// ALBERT.
    Albert,
}

/// How token vectors become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pooling {
    /// The mean of all tokens.
    Mean,
    /// The first token.
    First,
}

/// What cuts texts into tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Tokens {
    /// `tokenizer.json`.
    Fast(PathBuf),
    /// `vocab.txt` of a BERT.
    WordPiece { vocabulary: PathBuf, lowercase: bool },
    /// `vocab.json` and `merges.txt` of a `RoBERTa`.
    Pairs { vocabulary: PathBuf, merges: PathBuf },
}

/// A model folder that looks whole.
#[derive(Debug, Clone)]
pub struct Folder {
    pub(super) path: PathBuf,
    pub(super) architecture: Architecture,
    /// config.json.
    pub(super) config: Value,
    pub(super) weights: PathBuf,
    pub(super) tokens: Tokens,
    pub(super) pooling: Pooling,
    pub(super) max_tokens: usize,
    /// What the encoder wants before every message.
    pub(super) prefix: String,
}

impl Folder {
    /// Looks into a folder.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, EncoderError> {
        let path = path.as_ref().to_path_buf();
        if !path.exists() {
            return Err(EncoderError::Missing(path));
        }
        let Some(config) = json(&path.join("config.json"))? else {
            return Err(EncoderError::NotAModel(path));
        };
        let kind = config.get("model_type").and_then(Value::as_str).unwrap_or_default();
        let (architecture, positions_lost) = match kind {
            "bert" => (Architecture::Bert, 0),
            "distilbert" => (Architecture::DistilBert, 0),
            // Positions are counted from behind the padding, which is 1.
            "roberta" | "xlm-roberta" | "camembert" => (Architecture::Roberta, 2),
            "albert" => (Architecture::Albert, 0),
            "" => return Err(EncoderError::NotAModel(path)),
            found => return Err(EncoderError::Architecture { found: found.to_owned(), folder: path }),
        };
        let weights = ["model.safetensors", "rust_model.ot"].map(|name| path.join(name));
        let Some(weights) = weights.into_iter().find(|file| file.is_file()) else {
            return Err(EncoderError::NoWeights(path));
        };
        let settings = Settings::read(&path)?;
        let tokens = Tokens::find(&path, architecture, kind, &settings)?;
        let positions = number(&config, "max_position_embeddings").unwrap_or(512) - positions_lost;
        let limits = [Some(positions), settings.max_tokens, Some(MAX_TOKENS)];
        Ok(Self {
            pooling: settings.pooling(&path)?,
            prefix: settings.prefix.unwrap_or_else(|| usual_prefix(&path, &config, &weights)),
            max_tokens: limits.into_iter().flatten().min().unwrap_or(MAX_TOKENS).max(8),
            path,
            architecture,
            config,
            weights,
            tokens,
        })
    }

    /// Which family it belongs to.
    #[must_use]
    pub const fn architecture(&self) -> Architecture {
        self.architecture
    }

    /// How it makes one vector of many.
    #[must_use]
    pub const fn pooling(&self) -> Pooling {
        self.pooling
    }

    /// What it wants before every message, mostly nothing.
    #[must_use]
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// What people call it: the name of the folder.
    #[must_use]
    pub fn name(&self) -> String {
        self.path.file_name().map_or_else(|| "encoder".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    /// The names of a classifier's answers, in order; none for an encoder.
    pub(super) fn labels(&self) -> Vec<String> {
        let Some(names) = self.config.get("id2label").and_then(Value::as_object) else { return Vec::new() };
        let mut labels: Vec<(usize, String)> = names
            .iter()
            .filter_map(|(id, name)| Some((id.parse().ok()?, name.as_str()?.to_owned())))
            .collect();
        labels.sort_unstable();
        labels.into_iter().map(|(_, name)| name).collect()
    }
}

/// What the side files say.
#[derive(Debug, Default)]
struct Settings {
    max_tokens: Option<usize>,
    lowercase: Option<bool>,
    prefix: Option<String>,
    pooling: Value,
}

impl Settings {
    fn read(folder: &Path) -> Result<Self, EncoderError> {
        let file = |name: &str| Ok(json(&folder.join(name))?.unwrap_or_default());
        let sentences: Value = file("sentence_bert_config.json")?;
        let tokenizer: Value = file("tokenizer_config.json")?;
        let prompts: Value = file("config_sentence_transformers.json")?;
        let own: Value = file("lara.json")?;
        let prompt = prompts.pointer("/prompts/query").and_then(Value::as_str);
        let prefix = own.get("prefix").and_then(Value::as_str).or(prompt.filter(|prompt| !prompt.is_empty()));
        Ok(Self {
            max_tokens: number(&sentences, "max_seq_length")
                .or_else(|| number(&tokenizer, "model_max_length")),
            lowercase: tokenizer.get("do_lower_case").and_then(Value::as_bool),
            prefix: prefix.map(str::to_owned),
            pooling: file("1_Pooling/config.json")?,
        })
    }

    /// Mean unless the folder says otherwise.
    fn pooling(&self, folder: &Path) -> Result<Pooling, EncoderError> {
        let set = |mode: &str| self.pooling.get(mode).and_then(Value::as_bool).unwrap_or(false);
        match (set("pooling_mode_mean_tokens"), set("pooling_mode_cls_token")) {
            (true, false) => Ok(Pooling::Mean),
            (false, true) => Ok(Pooling::First),
            (false, false) if self.pooling.is_null() => Ok(Pooling::Mean),
            _ => Err(EncoderError::Unsupported {
                folder: folder.to_path_buf(),
                reason: "1_Pooling/config.json asks for something other than the mean or the first token; \
                         remove 1_Pooling to try it with the mean"
                    .to_owned(),
            }),
        }
    }
}

impl Tokens {
    fn find(
        folder: &Path,
        architecture: Architecture,
        kind: &str,
        settings: &Settings,
    ) -> Result<Self, EncoderError> {
        let file = |name: &str| Some(folder.join(name)).filter(|file| file.is_file());
        if let Some(fast) = file("tokenizer.json") {
            return Ok(Self::Fast(fast));
        }
        let (found, or) = match architecture {
            Architecture::Bert | Architecture::DistilBert => {
                let lowercase = settings.lowercase.unwrap_or(true);
                let found = file("vocab.txt").map(|vocabulary| Self::WordPiece { vocabulary, lowercase });
                (found, " or vocab.txt")
            }
            // XLM-R has a vocabulary of another kind under the same architecture.
            Architecture::Roberta if kind == "roberta" => {
                let pair = file("vocab.json").zip(file("merges.txt"));
                (
                    pair.map(|(vocabulary, merges)| Self::Pairs { vocabulary, merges }),
                    " or vocab.json with merges.txt",
                )
            }
            Architecture::Roberta | Architecture::Albert => (None, ""),
        };
        found.ok_or_else(|| EncoderError::NoTokenizer { folder: folder.to_path_buf(), or })
    }
}

/// E5 encoders were trained with a word before every text, and say so nowhere in older folders.
fn usual_prefix(folder: &Path, config: &Value, weights: &Path) -> String {
    let name = folder.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let origin = config.get("_name_or_path").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    let source = metadata(weights).unwrap_or_default().to_lowercase();
    let e5 = |text: &str| text.split(['/', '-', '_', ' ']).any(|part| part == "e5");
    if [name, origin, source].iter().any(|text| e5(text)) { "query: ".to_owned() } else { String::new() }
}

/// What a safetensors file says about where it comes from.
fn metadata(weights: &Path) -> Option<String> {
    use std::io::Read;
    let mut file = std::fs::File::open(weights).ok()?;
    let mut length = [0; 8];
    file.read_exact(&mut length).ok()?;
    let mut header = Vec::new();
    file.take(u64::from_le_bytes(length).min(1 << 20)).read_to_end(&mut header).ok()?;
    let header: Value = serde_json::from_slice(&header).ok()?;
    Some(header.get("__metadata__")?.get("source")?.as_str()?.to_owned())
}

fn number(object: &Value, name: &str) -> Option<usize> {
    object.get(name).and_then(Value::as_u64).and_then(|number| usize::try_from(number).ok())
}

/// The JSON of a file; none if there is no such file.
pub(super) fn json(file: &Path) -> Result<Option<Value>, EncoderError> {
    let broken = |reason: String| EncoderError::Broken { file: file.to_path_buf(), reason };
    match std::fs::read(file) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?)),
        Err(error)
            if matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory) =>
        {
            Ok(None)
        }
        Err(error) => Err(broken(error.to_string())),
    }
}
