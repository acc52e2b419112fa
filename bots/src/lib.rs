//! The channels: one folder each. [`CHANNELS`] is the whole list.
//!
//! # Adding a channel
//!
//! 1. **A kind.** Add a word to `lara_core::model::ChannelKind`.
//! 2. **A folder** `bots/src/<kind>/`, with
//!    - `settings.rs`: the channel's own JSON, parsed once, refused with the member's name;
//!    - a *translation*, pure and total: bytes of the platform in, [`lara_core::listen::Envelope`] out. What it does not
//!      know it ignores on purpose, by name;
//!    - handlers that check the platform's signature first, then give every event to `hearing::Hearing`, which stores, counts or
//!      keeps it aside, and acknowledge only after it answered `Ok`. An error is 503: the platform delivers again;
//!    - if replies are pushed: one type that implements [`lara_core::ports::Push`]. It turns the markup of
//!      [`lara_core::act::markup`] into the platform's format and classifies failures ([`lara_core::ports::SendError`]);
//!      whether and when to try again is not its business.
//! 3. **A door**: `pub(crate) const DOOR: Door` in its `mod.rs`, and one line in [`CHANNELS`].
//! 4. **Tests** beside it: recorded payloads through the translation, handlers through `tower::ServiceExt::oneshot` with a
//!    real store in a temporary file.
//!
//! The long version is docs/how-to/add-a-channel.md.

pub mod app;
mod check;
pub mod discord;
pub mod fetch;
#[cfg(feature = "fuzzing")]
pub mod fuzzing;
mod guard;
mod health;
mod hearing;
mod http;
pub mod identity;
pub mod meta;
pub mod running;
pub mod seal;
pub mod shops;
pub mod telegram;
mod ways;
pub mod web;

pub use check::check;
pub use guard::{Guard, PrivateTargets};
pub use health::HealthBook;
pub use http::limits::{ClientAddr, Limits, Rate};
pub use ways::Way;

use axum::Router;
use futures_util::future::BoxFuture;
use http::reader::Reader;
use lara_core::feed::Feed;
use lara_core::identity::IdentityService;
use lara_core::listen::Listener;
use lara_core::model::{Channel, ChannelKind, Finding, NodeId};
use lara_core::ports::{
    Agents, Brands, Clock, Directory, Ids, Leases, Marks, OddEvents, Push, Shops, StoreResult, Transcripts,
};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use url::Url;

/// Every channel there is.
pub const CHANNELS: &[Door] =
    &[web::DOOR, app::DOOR, discord::DOOR, telegram::DOOR, meta::MESSENGER, meta::INSTAGRAM, meta::WHATSAPP];

/// Builds the routes of a channel.
pub type OpenRouter = fn(&Shared) -> Router;

/// Builds the sender of a channel.
pub type OpenPush = fn(&Shared) -> Arc<dyn Push>;

/// Runs what a channel does by itself (a polling loop, a gateway) until the server stops.
pub type OpenRun = fn(Shared) -> BoxFuture<'static, ()>;

/// Asks the platform whether a channel can work: its token, its permissions, its webhook. Changes nothing there that
/// starting the server would not. See [`check()`].
pub type AskCheck = fn(&Shared, Channel) -> BoxFuture<'static, Vec<Finding>>;

/// Builds what finds the files a platform keeps.
pub type OpenFetch = fn(&Shared) -> Arc<dyn fetch::Fetch>;

/// Finds the way to a channel for who has a one-time code; `None` where nobody knows yet what it is called on its platform.
pub type FindWay = for<'a> fn(&'a Shared, &'a Channel, &'a str) -> BoxFuture<'a, StoreResult<Option<Way>>>;

/// How one channel is joined to the rest.
#[derive(Debug, Clone, Copy)]
pub struct Door {
    /// The kinds of channel it is for.
    pub kinds: &'static [ChannelKind],
    /// Its routes; `None` for a channel that connects outwards only.
    pub router: Option<OpenRouter>,
    /// The sender of its replies; `None` when they are only pulled.
    pub push: Option<OpenPush>,
    /// What it does by itself; `None` for a channel that only answers requests. See [`running`].
    pub run: Option<OpenRun>,
    /// What it asks the platform about a channel; `None` where there is no platform to ask.
    pub check: Option<AskCheck>,
    /// What finds the files its platform names by an id; `None` where attachments come with an address, or do not come.
    pub fetch: Option<OpenFetch>,
    /// What leads to it from another channel; `None` where nobody can be led.
    pub way: Option<FindWay>,
}

/// Opens every channel and the door of shop systems: one router for all of them, and the senders of those that push.
pub fn open(shared: &Shared) -> (Router, Vec<Arc<dyn Push>>) {
    let routers = CHANNELS.iter().filter_map(|door| door.router).map(|open| open(shared));
    let pushes = CHANNELS.iter().filter_map(|door| door.push).map(|open| open(shared));
    (routers.fold(shops::router(shared), Router::merge), pushes.collect())
}

/// What channels are built from.
#[derive(Clone)]
pub struct Shared {
    /// Brands and their channels.
    pub brands: Arc<dyn Brands>,
    /// People.
    pub directory: Arc<dyn Directory>,
    /// Who is who.
    pub identity: IdentityService,
    /// Shop systems that tell of orders.
    pub shops: Arc<dyn Shops>,
    /// What was said.
    pub transcripts: Arc<dyn Transcripts>,
    /// Names of agents.
    pub agents: Arc<dyn Agents>,
    /// The door all messages come in by.
    pub listener: Arc<Listener>,
    /// Wakes long polls and streams.
    pub feed: Arc<Feed>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The ids.
    pub ids: Arc<dyn Ids>,
    /// Ends streams and long polls when the server stops.
    pub shutdown: CancellationToken,
    /// How often visitors may ask.
    pub limits: Limits,
    /// The client of webhooks, made by [`app::client`] with the same `private_targets`.
    pub webhooks: reqwest::Client,
    /// Whether webhooks may go to private addresses.
    pub private_targets: PrivateTargets,
    /// The client of platforms' APIs. It may reach any address: an `api_url` is the operator's own word.
    pub platforms: reqwest::Client,
    /// The address the platforms reach us at, without a slash at its end.
    pub public_url: Url,
    /// Who listens where: one node each.
    pub leases: Arc<dyn Leases>,
    /// How far listeners have read.
    pub marks: Arc<dyn Marks>,
    /// How channels are.
    pub health: HealthBook,
    /// Events nobody could translate.
    pub odd: Arc<dyn OddEvents>,
    /// What was sent a moment ago, for channels whose platform tells us our own words again.
    pub echoes: meta::Echoes,
    /// This process.
    pub node: NodeId,
}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

impl Shared {
    fn reader(&self) -> Reader {
        Reader {
            transcripts: Arc::clone(&self.transcripts),
            feed: Arc::clone(&self.feed),
            shutdown: self.shutdown.clone(),
        }
    }
}
