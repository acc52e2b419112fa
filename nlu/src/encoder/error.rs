//! Why a folder cannot be used as a model, and why a model did not answer.

use std::path::PathBuf;

/// Why a model folder cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EncoderError {
    /// There is nothing by that name.
    #[error("{0} is not there: name the folder of a model, or bring two with scripts/encoders")]
    Missing(PathBuf),
    /// A folder, but not of a model.
    #[error("{0} is no model: it has no config.json beside model.safetensors and tokenizer.json")]
    NotAModel(PathBuf),
    /// A model of a kind that cannot be read.
    #[error(
        "{folder} holds a model of the kind {found:?}: use a BERT, DistilBERT, RoBERTa or ALBERT encoder"
    )]
    Architecture {
        /// The folder.
        folder: PathBuf,
        /// `model_type` of its config.json.
        found: String,
    },
    /// The weights are in a format that cannot be read, or not there.
    #[error(
        "{0} has no model.safetensors: save the model again with save_pretrained(.., safe_serialization=True)"
    )]
    NoWeights(PathBuf),
    /// Nothing to cut texts with.
    #[error("{folder} has no tokenizer.json{or}: save its fast tokenizer into the folder")]
    NoTokenizer {
        /// The folder.
        folder: PathBuf,
        /// What else would have done for this kind.
        or: &'static str,
    },
    /// A file that does not say what it should.
    #[error("{file} cannot be read: {reason}; fetch the model again")]
    Broken {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Something in it that is not supported.
    #[error("{folder} cannot be used: {reason}")]
    Unsupported {
        /// The folder.
        folder: PathBuf,
        /// What, and what to do.
        reason: String,
    },
    /// An encoder that nothing was trained on.
    #[error(
        "no heads were trained on the encoder {0}: use one of scripts/encoders, or train a model with lara train --encoder and name it with --model"
    )]
    NoHeads(PathBuf),
    /// The system gives no thread.
    #[error("cannot start a thread for the model")]
    Thread(#[source] std::io::Error),
    /// Loading fell over.
    #[error("{0} could not be loaded: its config.json does not fit its weights")]
    FellOver(PathBuf),
}

/// Why a model gave no answer to some messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unanswered {
    /// More is waiting than can be read in time.
    #[error("the encoder has more to read than it can")]
    Busy,
    /// Its thread fell over; it does not come back before a restart.
    #[error("the encoder fell over: restart to have it again")]
    Gone,
    /// It failed on these messages.
    #[error("the encoder cannot read these messages")]
    Failed,
    /// It took longer than it may.
    #[error("the encoder took too long")]
    Late,
}
