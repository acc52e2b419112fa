//! From texts to token numbers, with the folder's own tokenizer.

use super::error::EncoderError;
use super::folder::{Folder, Tokens};
use std::path::Path;
use tokenizers::models::bpe::BPE;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::processors::bert::BertProcessing;
use tokenizers::processors::roberta::RobertaProcessing;
use tokenizers::{Tokenizer, TruncationParams};

/// Characters of a message that are looked at: the tokens are cut long before, this bounds the work of cutting.
const MAX_CHARS: usize = 4_000;

/// Cuts texts.
#[derive(Debug)]
pub(super) struct Cutter {
    tokenizer: Tokenizer,
    prefix: String,
}

impl Cutter {
    pub(super) fn open(folder: &Folder) -> Result<Self, EncoderError> {
        let (mut tokenizer, file) = match &folder.tokens {
            Tokens::Fast(file) => (Tokenizer::from_file(file).map_err(|error| broken(file, &error))?, file),
            Tokens::WordPiece { vocabulary, lowercase } => (word_pieces(vocabulary, *lowercase)?, vocabulary),
            Tokens::Pairs { vocabulary, merges } => (byte_pairs(vocabulary, merges)?, vocabulary),
        };
        let truncation = TruncationParams { max_length: folder.max_tokens, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(|error| broken(file, &error))?;
        // Many folders ask for 128 tokens whatever the length; a batch is padded to its longest text instead.
        tokenizer.with_padding(None);
        Ok(Self { tokenizer, prefix: folder.prefix.clone() })
    }

    /// The token numbers of a text, never none.
    pub(super) fn cut(&self, text: &str) -> Option<Vec<i64>> {
        let end = text.char_indices().nth(MAX_CHARS).map_or(text.len(), |(at, _)| at);
        let text = format!("{}{}", self.prefix, text.get(..end)?);
        let encoding = self.tokenizer.encode_fast(text, true).ok()?;
        let ids: Vec<i64> = encoding.get_ids().iter().map(|id| i64::from(*id)).collect();
        Some(if ids.is_empty() { vec![0] } else { ids })
    }

    /// How many tokens it knows: the embedding must have as many rows.
    pub(super) fn vocabulary(&self) -> usize {
        self.tokenizer.get_vocab_size(true)
    }
}

fn broken(file: &Path, reason: &impl ToString) -> EncoderError {
    EncoderError::Broken { file: file.to_path_buf(), reason: reason.to_string() }
}

/// The number of a special token that must be there.
fn special(tokenizer: &Tokenizer, name: &str, file: &Path) -> Result<(String, u32), EncoderError> {
    let id = tokenizer.token_to_id(name).ok_or_else(|| broken(file, &format!("it does not know {name}")))?;
    Ok((name.to_owned(), id))
}

fn word_pieces(vocabulary: &Path, lowercase: bool) -> Result<Tokenizer, EncoderError> {
    let model = WordPiece::from_file(&vocabulary.to_string_lossy())
        .unk_token("[UNK]".to_owned())
        .build()
        .map_err(|error| broken(vocabulary, &error))?;
    let mut tokenizer = Tokenizer::new(model);
    let (sep, cls) = (special(&tokenizer, "[SEP]", vocabulary)?, special(&tokenizer, "[CLS]", vocabulary)?);
    tokenizer
        .with_normalizer(Some(BertNormalizer::new(true, true, None, lowercase)))
        .with_pre_tokenizer(Some(BertPreTokenizer))
        .with_post_processor(Some(BertProcessing::new(sep, cls)));
    Ok(tokenizer)
}

fn byte_pairs(vocabulary: &Path, merges: &Path) -> Result<Tokenizer, EncoderError> {
    let model = BPE::from_file(&vocabulary.to_string_lossy(), &merges.to_string_lossy())
        .unk_token("<unk>".to_owned())
        .build()
        .map_err(|error| broken(vocabulary, &error))?;
    let mut tokenizer = Tokenizer::new(model);
    let (sep, cls) = (special(&tokenizer, "</s>", vocabulary)?, special(&tokenizer, "<s>", vocabulary)?);
    tokenizer
        .with_pre_tokenizer(Some(ByteLevel::default().add_prefix_space(false)))
        .with_post_processor(Some(RobertaProcessing::new(sep, cls)));
    Ok(tokenizer)
}
