//! The ways from one channel to another: what opens a talk on a channel with a one-time code in it.

use crate::{CHANNELS, Shared};
use lara_core::model::{BrandId, Channel, ChannelKind, HealthState};
use lara_core::ports::StoreResult;
use lara_core::relate::code::OneTimeCode;
use url::Url;

/// A way to a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// Where it leads: opened on the person's own device, it opens the talk there. Missing where the platform has no address
    /// for that.
    pub url: Option<Url>,
    /// What has to be said there, where the link does not say it by itself.
    pub say: Option<String>,
}

impl Way {
    /// A link that says the code.
    pub(crate) fn link(url: &str) -> Option<Self> {
        Url::parse(url).ok().map(|url| Self { url: Some(url), say: None })
    }
}

/// What a link says where it is opened: as Telegram writes it, on every platform. The engine tells a code that was followed from
/// one that was typed by it.
pub(crate) fn says(code: &OneTimeCode) -> String {
    format!("/start {}", code.shown())
}

/// A channel and the way to it.
pub(crate) struct Found {
    pub(crate) channel: Channel,
    pub(crate) way: Way,
}

/// The brand's channels that a person can go on to with this code. A channel that is paused, dead, or whose name on its
/// platform nobody has learnt yet is left out.
pub(crate) async fn ways(shared: &Shared, brand: BrandId, code: &str) -> StoreResult<Vec<Found>> {
    let health = shared.health.of(brand).await?;
    let is_dead = |channel: &Channel| {
        health.iter().any(|health| health.channel == channel.id && health.state == HealthState::Dead)
    };
    let mut found = Vec::new();
    for channel in shared.brands.channels(Some(brand)).await? {
        if channel.paused_at.is_some() || channel.is_removed() || is_dead(&channel) {
            continue;
        }
        let door = CHANNELS.iter().find(|door| door.kinds.contains(&channel.kind));
        let Some(find) = door.and_then(|door| door.way) else { continue };
        if let Some(way) = find(shared, &channel, code).await? {
            found.push(Found { channel, way });
        }
    }
    found.sort_by_key(|found| place(found.channel.kind));
    Ok(found)
}

/// Which stands first: what opens by one touch before what must be typed.
const fn place(kind: ChannelKind) -> u8 {
    match kind {
        ChannelKind::Messenger => 0,
        ChannelKind::Telegram => 1,
        ChannelKind::Whatsapp => 2,
        ChannelKind::Instagram => 3,
        ChannelKind::Discord => 4,
        ChannelKind::Web | ChannelKind::App | ChannelKind::Local => 5,
    }
}
