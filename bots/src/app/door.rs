//! Which channel a token opens, and what it may.

use super::AppState;
use super::settings::AppSettings;
use crate::http::{Problem, bearer};
use crate::seal::sha256_hex;
use axum::http::HeaderMap;
use lara_core::model::{Channel, ChannelKind};
use serde::Deserialize as _;
use std::collections::HashMap;
use std::sync::Arc;

/// What a token opens.
#[derive(Debug, Clone)]
pub(crate) struct AppDoor {
    /// The channel.
    pub(crate) channel: Arc<Channel>,
    /// Whether its holder is believed about who a customer is.
    pub(crate) may_assert_identity: bool,
}

impl AppState {
    /// The door the request's token opens. Tokens are compared by their hash: a guess learns nothing from the time it takes.
    pub(crate) async fn door(&self, headers: &HeaderMap) -> Result<AppDoor, Problem> {
        let token = bearer(headers).ok_or_else(|| {
            Problem::unauthorized("no_token", "send the channel's token as Authorization: Bearer")
        })?;
        let doors = self.all_doors().await?;
        doors.get(&sha256_hex(token)).cloned().ok_or_else(|| {
            Problem::unauthorized(
                "wrong_token",
                "no REST channel has this token; check the tokens in the settings of the channel",
            )
        })
    }

    async fn all_doors(&self) -> Result<Arc<HashMap<String, AppDoor>>, Problem> {
        let now = self.clock.now();
        if let Some(doors) = self.doors.get(&(), now) {
            return Ok(doors);
        }
        let channels = self.brands.channels(None).await?;
        let doors = Arc::new(channels.into_iter().flat_map(of_channel).collect::<HashMap<_, _>>());
        self.doors.put((), Arc::clone(&doors), now);
        Ok(doors)
    }
}

/// The tokens of one channel with what they open; none for channels of other kinds, paused ones, or with settings that
/// cannot be read.
fn of_channel(channel: Channel) -> Vec<(String, AppDoor)> {
    if channel.kind != ChannelKind::App || channel.paused_at.is_some() {
        return Vec::new();
    }
    let Ok(settings) = AppSettings::deserialize(&channel.settings) else {
        tracing::error!(channel = %channel.id, "the settings of a REST channel cannot be used");
        return Vec::new();
    };
    let channel = Arc::new(channel);
    let open = |may_assert_identity| AppDoor { channel: Arc::clone(&channel), may_assert_identity };
    settings
        .tokens
        .into_iter()
        .map(|token| (token.hash.to_ascii_lowercase(), open(token.may_assert_identity)))
        .collect()
}
