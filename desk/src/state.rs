//! What the desk needs of the rest of Lara.

use crate::auth::{Passwords, Throttle};
use lara_core::desk::DeskService;
use lara_core::feed::Feed;
use lara_core::identity::IdentityService;
use lara_core::ports::{
    Agents, ApiAnswers, ApiTokens, Brands, ChannelChecks, ChannelHealth, Clock, Directory, Ids, OddEvents,
    Privacy,
};
use lara_core::privacy::Outreach;
use lara_core::studio::Studio;
use lara_store::pages::Pages;
use std::fmt;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Everything the router is built from.
#[derive(Clone)]
pub struct DeskState {
    /// Who may use the desk.
    pub agents: Arc<dyn Agents>,
    /// Brands and channels.
    pub brands: Arc<dyn Brands>,
    /// How channels are.
    pub health: Arc<dyn ChannelHealth>,
    /// What came and nobody could understand.
    pub odd: Arc<dyn OddEvents>,
    /// Asks the platforms.
    pub checks: Arc<dyn ChannelChecks>,
    /// Who may use the REST API.
    pub tokens: Arc<dyn ApiTokens>,
    /// What it answered.
    pub answers: Arc<dyn ApiAnswers>,
    /// Customers, orders and products.
    pub directory: Arc<dyn Directory>,
    /// The reads of the pages.
    pub pages: Pages,
    /// What agents do.
    pub desk: DeskService,
    /// Who is who.
    pub identity: IdentityService,
    /// What a person may ask about themselves.
    pub privacy: Arc<dyn Privacy>,
    /// Writes to people who did not ask.
    pub outreach: Arc<Outreach>,
    /// What admins do.
    pub studio: Arc<Studio>,
    /// What changed.
    pub feed: Arc<Feed>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Ids.
    pub ids: Arc<dyn Ids>,
    /// Where browsers find this server: scheme and host, no slash at the end. With `https` cookies are `Secure`.
    pub public_url: String,
    /// Ends the live streams.
    pub shutdown: CancellationToken,
}

impl fmt::Debug for DeskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeskState").field("public_url", &self.public_url).finish_non_exhaustive()
    }
}

/// The state with what the desk keeps for itself.
pub(crate) struct Inner {
    state: DeskState,
    pub(crate) passwords: Passwords,
    pub(crate) throttle: Throttle,
    /// Slows down who guesses tokens.
    pub(crate) wrong_tokens: Throttle,
    /// Whether cookies are only for https.
    pub(crate) secure: bool,
}

/// The state as handlers get it.
pub(crate) type Shared = Arc<Inner>;

impl Inner {
    pub(crate) fn new(mut state: DeskState) -> Shared {
        state.public_url.truncate(state.public_url.trim_end_matches('/').len());
        let secure = state.public_url.starts_with("https:");
        Arc::new(Self {
            state,
            passwords: Passwords::default(),
            throttle: Throttle::default(),
            wrong_tokens: Throttle::default(),
            secure,
        })
    }
}

impl std::ops::Deref for Inner {
    type Target = DeskState;

    fn deref(&self) -> &DeskState {
        &self.state
    }
}
