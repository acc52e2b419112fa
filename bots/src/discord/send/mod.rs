//! Replies on their way to Discord.

mod body;
mod doubts;
mod refusal;
mod whither;

pub(crate) use body::opened;

use super::api::{Api, Failure, Pace};
use super::ids::Address;
use super::places::Kept;
use super::settings::Settings;
use crate::Shared;
use async_trait::async_trait;
use doubts::Doubts;
use lara_core::model::{Channel, ChannelKind, Visibility};
use lara_core::ports::{Dispatch, Piece, PieceTo, Push, SendError, StoreError, Symptom};
use refusal::Refusal;
use std::sync::Arc;

/// Sends replies.
pub(crate) struct Sender {
    shared: Shared,
    pace: Arc<Pace>,
    doubts: Doubts,
}

/// Why a piece was not sent.
#[derive(Debug)]
enum Trouble {
    /// A call brought nothing.
    Call(Failure),
    /// What is remembered of places could not be read or written. Nothing was sent.
    Store,
    /// It is clear what follows.
    Clear(SendError),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Call(failure)
    }
}

impl From<StoreError> for Trouble {
    fn from(_: StoreError) -> Self {
        Self::Store
    }
}

/// What sending one piece needs.
struct Sending<'a> {
    shared: &'a Shared,
    api: Api,
    kept: Kept,
    settings: Settings,
    dispatch: &'a Dispatch,
    piece: &'a Piece,
    place: u32,
    address: Address,
}

impl Sender {
    pub(crate) fn new(shared: &Shared) -> Self {
        let pace = Arc::new(Pace::new(Arc::clone(&shared.clock)));
        Self { shared: shared.clone(), pace, doubts: Doubts::default() }
    }

    fn api(&self, channel: &Channel) -> Result<(Api, Settings), SendError> {
        let settings = Settings::of(channel).map_err(|_| SendError::Rejected("settings_wrong"))?;
        let api = Api::new(&self.shared, channel, &settings, &self.pace);
        Ok((api.map_err(|_| SendError::Rejected("token_missing"))?, settings))
    }
}

#[async_trait]
impl Push for Sender {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Discord
    }

    /// Discord paces a channel, whoever is written to in it.
    fn place(&self, dispatch: &Dispatch, piece: &Piece) -> String {
        match (dispatch.address.parse(), piece.to) {
            (Ok(Address::Place { channel, .. }), PieceTo::Here) => channel.to_string(),
            (Ok(address), PieceTo::Aside) => format!("aside {}", address.user()),
            _ => dispatch.address.clone(),
        }
    }

    async fn send(
        &self,
        dispatch: &Dispatch,
        piece: &Piece,
        place: u32,
    ) -> Result<Option<String>, SendError> {
        let (this, now) = ((dispatch.message.id, place), self.shared.clock.now());
        if self.doubts.are_old(this, now) {
            return Err(SendError::Uncertain("no_answer"));
        }
        let (api, settings) = self.api(&dispatch.channel)?;
        let address = dispatch.address.parse().map_err(|_| SendError::Rejected("address_invalid"))?;
        let kept = Kept::new(Arc::clone(&self.shared.marks), dispatch.channel.id);
        let shared = &self.shared;
        let sending = Sending { shared, api, kept, settings, dispatch, piece, place, address };
        let (result, symptom) = match sending.go().await {
            Ok(id) => (Ok(id), Some(Symptom::Sent)),
            Err(Trouble::Call(failure)) => {
                if matches!(failure, Failure::Unknown(_)) {
                    self.doubts.began(this, now);
                }
                let Refusal { error, symptom } = refusal::judge(failure, dispatch.attempts);
                (Err(error), symptom)
            }
            Err(Trouble::Store) => (Err(SendError::Retry(None, "store_unavailable")), None),
            Err(Trouble::Clear(error)) => (Err(error), None),
        };
        if let Some(symptom) = symptom {
            self.shared.health.note(&dispatch.channel, symptom).await;
        }
        result
    }

    async fn typing(&self, channel: &Channel, address: &str) {
        let (Ok((api, _)), Ok(address)) = (self.api(channel), address.parse::<Address>()) else { return };
        let kept = Kept::new(Arc::clone(&self.shared.marks), channel.id);
        let place = match address {
            // Only where they are known to be: a channel is not opened to show three dots.
            Address::Direct(user) => kept.direct(user).await.ok().flatten(),
            Address::Place { channel, .. } => Some(kept.at(address).await.ok().flatten().unwrap_or(channel)),
        };
        if let Some(place) = place {
            // Best effort: nothing follows from a failure.
            let _ = api.post(&format!("/channels/{place}/typing"), &serde_json::json!({})).await;
        }
    }
}

impl Sending<'_> {
    async fn go(&self) -> Result<Option<String>, Trouble> {
        match self.address {
            Address::Direct(user) => match self.follow_up().await? {
                Some(id) => Ok(id),
                None => self.to_direct(user).await,
            },
            Address::Place { channel, user } if self.is_private().await? => {
                self.in_private(channel, user).await
            }
            Address::Place { channel, .. } => self.in_public(channel).await,
        }
    }

    /// Whether it is between the brand and the person. What an agent writes goes where the talk is: into the open, unless
    /// the person has been talked to in private.
    async fn is_private(&self) -> Result<bool, Trouble> {
        use lara_core::model::Author;
        if self.piece.to == PieceTo::Aside {
            return Ok(true);
        }
        if self.dispatch.message.visibility != Visibility::Direct {
            return Ok(false);
        }
        Ok(self.dispatch.message.author != Author::Agent || self.kept.private(self.address).await?.is_some())
    }
}
