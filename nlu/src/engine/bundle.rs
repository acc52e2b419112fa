//! The file a model ships in: mark, format, features, checksum, then named heads.

use crate::error::EngineError;
use crate::features;
use crate::head::{Head, Reader, Writer};
use std::collections::HashMap;

/// The heads an engine needs.
pub const HEADS: [&str; 8] = [
    "intent",
    "sentiment_public",
    "sentiment_brand",
    "sentiment_plain",
    "complaint",
    "urgent",
    "severity",
    "language",
];

const MARK: &[u8; 8] = b"LARA-NLU";
const FORMAT: u32 = 3;

/// FNV-1a over eight bytes at a time: it guards against damage, not malice.
pub(super) fn checksum(bytes: &[u8]) -> u64 {
    let (words, rest) = bytes.as_chunks::<8>();
    let hash = words.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, word| {
        (hash ^ u64::from_le_bytes(*word)).wrapping_mul(0x0100_0000_01b3).rotate_left(23)
    });
    rest.iter().fold(hash, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// What stands behind a file's mark, if the file has this mark and this format.
pub(super) fn marked(bytes: &[u8], mark: [u8; 8], format: u32) -> Result<&[u8], EngineError> {
    let (found, rest) = bytes.split_first_chunk::<8>().ok_or(EngineError::NotAModel)?;
    if *found != mark {
        return Err(EngineError::NotAModel);
    }
    let (found, rest) = rest.split_first_chunk::<4>().ok_or(EngineError::Truncated)?;
    let found = u32::from_le_bytes(*found);
    if found != format {
        return Err(EngineError::Version { found, expected: format });
    }
    Ok(rest)
}

/// What stands behind a checksum, if it is what was summed.
pub(super) fn summed(bytes: &[u8]) -> Result<&[u8], EngineError> {
    let (sum, body) = bytes.split_first_chunk::<8>().ok_or(EngineError::Truncated)?;
    if u64::from_le_bytes(*sum) != checksum(body) {
        return Err(EngineError::Checksum);
    }
    Ok(body)
}

/// Packs named heads into one file.
#[must_use]
pub fn pack(heads: &[(&str, &Head)]) -> Vec<u8> {
    let mut body = Writer::default();
    for (name, head) in heads {
        body.text(name);
        body.head(head);
    }
    let mut file = MARK.to_vec();
    file.extend(FORMAT.to_le_bytes());
    file.extend(features::version().to_le_bytes());
    file.extend(checksum(&body.0).to_le_bytes());
    file.extend(body.0);
    file
}

/// Unpacks them.
pub(super) fn unpack(bytes: &[u8]) -> Result<HashMap<String, Head>, EngineError> {
    let rest = marked(bytes, *MARK, FORMAT)?;
    let (features, rest) = rest.split_first_chunk::<4>().ok_or(EngineError::Truncated)?;
    let (found, expected) = (u32::from_le_bytes(*features), features::version());
    if found != expected {
        return Err(EngineError::Features { found, expected });
    }
    let mut reader = Reader(summed(rest)?);
    let mut heads = HashMap::new();
    while !reader.0.is_empty() {
        let name = reader.text()?;
        heads.insert(name, reader.head()?);
    }
    Ok(heads)
}
