//! Where the files of a message are: Telegram names them by an id, and tells a path for it that lasts an hour.

use super::api::{Api, CallError};
use super::settings::Account;
use crate::fetch::{Fetch, FetchError, Located};
use crate::{PrivateTargets, Shared};
use async_trait::async_trait;
use lara_core::model::{Channel, ChannelKind};
use serde_json::Value;
use std::sync::Arc;
use teloxide::payloads::GetFile;
use teloxide::types::FileId;

/// Asks where files are.
pub(super) struct Files(reqwest::Client);

impl Files {
    pub(super) fn new(shared: &Shared) -> Self {
        Self(shared.platforms.clone())
    }
}

#[async_trait]
impl Fetch for Files {
    fn serves(&self, kind: ChannelKind) -> bool {
        kind == ChannelKind::Telegram
    }

    async fn locate(&self, channel: &Channel, id: &str) -> Result<Located, FetchError> {
        let channel = Arc::new(channel.clone());
        let account = Account::open(&channel).map_err(|_| FetchError::Refused("settings_wrong"))?;
        let api = Api::new(self.0.clone(), &account);
        let file = api.call(&GetFile::new(FileId(id.to_owned()))).await.map_err(why)?;
        let path = file.get("file_path").and_then(Value::as_str).ok_or(FetchError::Refused("gone"))?;
        let url = api.file(path).ok_or(FetchError::Refused("no_address"))?;
        let own = account.settings.api_url.is_some();
        let reach = if own { PrivateTargets::Allowed } else { PrivateTargets::Refused };
        Ok(Located { url, bearer: None, reach })
    }
}

fn why(error: CallError) -> FetchError {
    match error {
        CallError::Token => FetchError::Refused("token_invalid"),
        // A bot gets files up to 20 MB (core.telegram.org/bots/api#getfile).
        CallError::Refused("too_big") => FetchError::Refused("too_large"),
        CallError::Refused(_) | CallError::Forbidden(_) => FetchError::Refused("gone"),
        other => FetchError::Retry(other.code()),
    }
}
