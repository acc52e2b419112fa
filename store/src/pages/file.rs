//! Files that came with messages: how far they are, and their bytes.

use super::{Pages, json, parsed, sql};
use crate::db::{Reader, all, opt};
use crate::error::broken;
use lara_core::model::{Attachment, AttachmentId, ConversationId};
use lara_core::ports::StoreResult;
use std::collections::HashMap;

/// How far the bytes of an attachment are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartState {
    /// Being fetched.
    Waiting,
    /// Here.
    Here {
        /// What they are, by their own look.
        mime: String,
        /// How many there are.
        size: u64,
    },
    /// They will not come.
    Refused {
        /// Why: a stable code.
        code: String,
    },
}

/// A file with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptFile {
    /// SHA-256 of the bytes in hex.
    pub hash: String,
    /// What the bytes are, by their own look.
    pub mime: String,
    /// What the sender's machine called it.
    pub name: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct StateRow {
    id: String,
    state: String,
    mime: Option<String>,
    size: Option<i64>,
    fault: Option<String>,
}

impl StateRow {
    fn understood(self) -> StoreResult<(AttachmentId, PartState)> {
        let state = match self.state.as_str() {
            "fetched" => PartState::Here {
                mime: self.mime.unwrap_or_default(),
                size: u64::try_from(self.size.unwrap_or(0)).map_err(broken)?,
            },
            "refused" => PartState::Refused { code: self.fault.unwrap_or_default() },
            _ => PartState::Waiting,
        };
        Ok((parsed(&self.id)?, state))
    }
}

#[derive(sqlx::FromRow)]
struct FileRow {
    hash: String,
    mime: String,
    bytes: Vec<u8>,
    attachments: Option<String>,
}

/// How far the attachments of a conversation's messages are, from place `first` to before `before`.
pub(super) async fn states(
    reader: &mut Reader,
    id: ConversationId,
    first: i64,
    before: i64,
) -> StoreResult<HashMap<AttachmentId, PartState>> {
    let rows = all!(reader, StateRow, sql::TALK_FILES, id.to_string(), first, before)?;
    rows.into_iter().map(StateRow::understood).collect()
}

impl Pages {
    /// The file of an attachment, once it is here.
    pub async fn file(&self, id: AttachmentId) -> StoreResult<Option<KeptFile>> {
        let mut reader = self.db.read().await?;
        let Some(row) = opt!(reader, FileRow, sql::FILE, id.to_string())? else { return Ok(None) };
        let shown: Vec<Attachment> = row.attachments.as_deref().map_or_else(|| Ok(Vec::new()), json)?;
        let name = shown.into_iter().find(|one| one.id == id).and_then(|one| one.name);
        Ok(Some(KeptFile { hash: row.hash, mime: row.mime, name, bytes: row.bytes }))
    }
}
