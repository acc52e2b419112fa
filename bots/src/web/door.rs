//! Finding the channel a request is for, and who asks.

use super::WebState;
use super::settings::Settings;
use super::visitor::{Visitor, VisitorError};
use crate::http::limits::{client, network_key};
use crate::http::{Problem, bearer};
use axum::http::{Extensions, HeaderMap};
use lara_core::model::{Brand, Channel, ChannelKind};
use serde::Deserialize;
use std::sync::Arc;

/// The name a web channel has unless the script tag says another.
const USUAL_NAME: &str = "web";

/// The channel a request is for, with its brand.
#[derive(Debug)]
pub(crate) struct Door {
    /// Brand.
    pub(crate) brand: Brand,
    /// Channel.
    pub(crate) channel: Arc<Channel>,
    /// Its settings, checked.
    pub(crate) settings: Settings,
}

/// `?channel=`: the name of the channel, for brands with several widgets.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Which {
    #[serde(default)]
    channel: Option<String>,
}

impl Which {
    /// The channel's name.
    pub(crate) fn name(&self) -> &str {
        self.channel.as_deref().filter(|name| !name.is_empty()).unwrap_or(USUAL_NAME)
    }
}

impl WebState {
    /// The web channel `name` of the brand `slug`.
    pub(crate) async fn door(&self, slug: &str, name: &str) -> Result<Arc<Door>, Problem> {
        let now = self.clock.now();
        let key = (slug.to_owned(), name.to_owned());
        if let Some(door) = self.doors.get(&key, now) {
            return Ok(door);
        }
        let door = Arc::new(self.load_door(slug, name).await?);
        self.doors.put(key, Arc::clone(&door), now);
        Ok(door)
    }

    async fn load_door(&self, slug: &str, name: &str) -> Result<Door, Problem> {
        let missing = || Problem::missing("unknown_brand", "there is no such brand; check data-brand");
        let brand = self.brands.brand_by_slug(slug).await?.ok_or_else(missing)?;
        let channels = self.brands.channels(Some(brand.id)).await?;
        let channel = channels
            .into_iter()
            .find(|channel| {
                channel.kind == ChannelKind::Web && channel.name == name && channel.paused_at.is_none()
            })
            .ok_or_else(|| {
                Problem::missing("unknown_channel", "this brand has no such web channel; check data-channel")
            })?;
        let settings = Settings::parse(&channel.settings).map_err(|fault| {
            tracing::error!(channel = %channel.id, fault, "the settings of a web channel cannot be used");
            Problem::broken()
        })?;
        Ok(Door { brand, channel: Arc::new(channel), settings })
    }

    /// Counts a request against its network address.
    pub(crate) fn count_network(&self, extensions: &Extensions) -> Result<(), Problem> {
        match client(extensions) {
            Some(address) => self.networks.take(&network_key(address), self.clock.now()),
            None => Ok(()),
        }
    }

    /// The visitor whose token the request carries.
    pub(crate) fn visitor(&self, door: &Door, headers: &HeaderMap) -> Result<Visitor, Problem> {
        let token = bearer(headers).ok_or_else(|| {
            Problem::unauthorized(
                "no_visitor",
                "ask POST /web/{brand}/visitor for a token and send it as Bearer",
            )
        })?;
        Visitor::open(&door.settings.visitor_key, token, self.clock.now()).map_err(|error| match error {
            VisitorError::Wrong => {
                Problem::unauthorized("wrong_visitor", "this token is not for this brand; ask for a new one")
            }
            VisitorError::Expired => {
                Problem::unauthorized("visitor_expired", "this token has expired; ask for a new one")
            }
        })
    }
}
