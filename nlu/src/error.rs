//! What can go wrong.

use lara_core::model::LabelError;

/// Why an engine cannot be had.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EngineError {
    /// Not a model of Lara's.
    #[error("the model does not start with the mark of a Lara model")]
    NotAModel,
    /// Written by another version of the format.
    #[error("the model has format {found}, this build reads format {expected}")]
    Version {
        /// What the file says.
        found: u32,
        /// What this build reads.
        expected: u32,
    },
    /// Trained over features this build does not make: its weights would be read against the wrong words.
    #[error("the model was trained on features {found:08x}, this build makes {expected:08x}: train it again")]
    Features {
        /// What the file says.
        found: u32,
        /// What this build makes.
        expected: u32,
    },
    /// The bytes are not those that were written.
    #[error("the model is damaged: its checksum does not match")]
    Checksum,
    /// It ends too soon.
    #[error("the model is damaged: it ends too soon")]
    Truncated,
    /// Its parts contradict each other.
    #[error("the model is damaged: its parts do not fit together")]
    Inconsistent,
    /// The message's embedding is of another encoder than the one the head was trained with.
    #[error(
        "the embedding has {found} dimensions, the model wants {expected}: use the encoder it was trained with"
    )]
    Embedding {
        /// What the caller gave.
        found: usize,
        /// What the head was trained with.
        expected: usize,
    },
    /// A head the engine needs is not in it.
    #[error("the model has no head named {0}")]
    MissingHead(&'static str),
}

/// Why a head cannot be trained or a file of rows not read.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// Nothing to learn from.
    #[error("there are no rows to learn from")]
    NoRows,
    /// Nothing to tell apart.
    #[error("all rows have the same label")]
    OneLabel,
    /// Some examples are embedded and others not, or by another encoder.
    #[error(
        "an example has an embedding of {found} dimensions, the first one of {expected}: embed all or none"
    )]
    Embeddings {
        /// The dimensions of the odd one.
        found: usize,
        /// Those of the first.
        expected: usize,
    },
    /// A label the task does not have.
    #[error("line {line}: {label:?} is not a label of this task ({expected})")]
    UnknownLabel {
        /// Line of the file, the heading being line 1.
        line: u64,
        /// What was there.
        label: String,
        /// What may be there.
        expected: &'static str,
    },
    /// A file without the columns.
    #[error("the heading has no column {0:?}: its first line must name the columns text and label")]
    MissingColumn(&'static str),
    /// A file of nothing.
    #[error("the file is empty: its first line must name the columns text and label")]
    EmptyFile,
    /// A file of another encoding.
    #[error("line {line} is not UTF-8: save the file as \"CSV UTF-8\" and try again")]
    Encoding {
        /// Line of the file, the heading being line 1.
        line: u64,
    },
    /// A row without a label.
    #[error("line {line} has no label: write one, or out_of_scope")]
    NoLabel {
        /// Line of the file.
        line: u64,
    },
    /// A quotation mark that swallows the rest of the file.
    #[error("line {line} opens a quotation mark (\") that nothing closes: write it twice or take it out")]
    OpenQuote {
        /// Line of the file.
        line: u64,
    },
    /// A row without a text.
    #[error("line {line} has no text: take the line out")]
    NoText {
        /// Line of the file.
        line: u64,
    },
    /// A label that cannot be one.
    #[error("line {line}")]
    Label {
        /// Line of the file.
        line: u64,
        /// What is wrong with it.
        source: LabelError,
    },
    /// One text with two labels.
    #[error("line {line}: \"{text}\" is labelled {}, and {} on line {first}: keep one", labels[1], labels[0])]
    TwoLabels {
        /// Line of the second.
        line: u64,
        /// Line of the first.
        first: u64,
        /// The text.
        text: String,
        /// Both labels, the first one first.
        labels: [String; 2],
    },
    /// A file that cannot be read.
    #[error("cannot read the file")]
    Io(#[from] std::io::Error),
    /// A file that cannot be read as CSV.
    #[error("cannot read the rows")]
    Csv(#[from] csv::Error),
}
