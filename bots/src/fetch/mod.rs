//! Fetches what came with a message, after it was acknowledged: at most 20 MB, in time, from no private address, and named
//! by its own bytes.

mod sniff;

pub use sniff::{UNKNOWN, sniff};

use crate::guard::{Guard, PrivateTargets, is_private};
use crate::seal::hex;
use crate::{CHANNELS, Shared};
use async_trait::async_trait;
use lara_core::model::{AttachmentSource, Channel, ChannelKind, Millis};
use lara_core::ports::{Clock, Fetched, NewFile, ToFetch};
use reqwest::header::{CONTENT_LENGTH, LOCATION, RETRY_AFTER};
use reqwest::{Response, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use std::time::Duration;
use url::Url;

/// The largest file that is kept (DESIGN section 5), in bytes.
pub const LARGEST: usize = 20 * 1024 * 1024;

/// How long a server may take to pick up.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long it may be silent.
const READ_TIMEOUT: Duration = Duration::from_secs(15);
/// How long one file may take.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How long a claim lasts: a file with its redirects, and room to store it.
pub const LEASE: Millis = Millis::minutes(5);
/// How many times an address may lead to another.
const REDIRECTS: usize = 3;
/// Pauses after each attempt that failed for now; after the last one it is given up.
const PAUSES: [Millis; 4] =
    [Millis::seconds(10), Millis::minutes(1), Millis::minutes(5), Millis::minutes(30)];
/// The longest pause a server may ask for.
const LONGEST_PAUSE: i64 = 60 * 60;

/// Where the bytes of something are to be had right now.
#[derive(Debug, Clone)]
pub struct Located {
    /// The address.
    pub url: Url,
    /// Shown to that host, and to no other it may lead to.
    pub bearer: Option<SecretString>,
    /// Whether the address may be private: only where it is the operator's own word (it begins with an `api_url`).
    pub reach: PrivateTargets,
}

/// Why a platform does not give something out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FetchError {
    /// It never will: a stable code (`gone`, `too_large`, `token_invalid`).
    Refused(&'static str),
    /// Not now: a stable code.
    Retry(&'static str),
}

/// Finds what a platform keeps under an id of its own.
#[async_trait]
pub trait Fetch: Send + Sync {
    /// Whether it knows the ids of channels of this kind.
    fn serves(&self, kind: ChannelKind) -> bool;

    /// Where the bytes of `id` are to be had.
    async fn locate(&self, channel: &Channel, id: &str) -> Result<Located, FetchError>;
}

/// Fetches attachments.
pub struct Fetcher {
    guarded: reqwest::Client,
    open: reqwest::Client,
    targets: PrivateTargets,
    finders: Vec<Arc<dyn Fetch>>,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for Fetcher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetcher").finish_non_exhaustive()
    }
}

impl Fetcher {
    /// A fetcher for every channel there is.
    pub fn new(shared: &Shared) -> Result<Self, reqwest::Error> {
        let finders = CHANNELS.iter().filter_map(|door| door.fetch).map(|open| open(shared)).collect();
        Self::with(shared.private_targets, finders, Arc::clone(&shared.clock))
    }

    /// A fetcher that asks these.
    pub fn with(
        targets: PrivateTargets,
        finders: Vec<Arc<dyn Fetch>>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, reqwest::Error> {
        // Redirects are followed by hand: each address is looked at like the first. A proxy would ask for names itself,
        // behind the guard.
        let client = |guard| {
            reqwest::Client::builder()
                .connect_timeout(CONNECT_TIMEOUT)
                .read_timeout(READ_TIMEOUT)
                .timeout(TIMEOUT)
                .redirect(reqwest::redirect::Policy::none())
                .no_proxy()
                .dns_resolver(Arc::new(Guard(guard)))
                .build()
        };
        Ok(Self {
            guarded: client(targets)?,
            open: client(PrivateTargets::Allowed)?,
            targets,
            finders,
            clock,
        })
    }

    /// Fetches one attachment; whatever happens, it is one of the three.
    pub async fn fetch(&self, of: &ToFetch) -> Fetched {
        match self.attempt(of).await {
            Ok(file) => Fetched::Done(file),
            Err(Trouble::Refused(code)) => Fetched::Refused(code),
            Err(Trouble::Later(wish, code)) => {
                let place = usize::try_from(of.attempts).unwrap_or(usize::MAX).saturating_sub(1);
                match PAUSES.get(place) {
                    Some(pause) => {
                        let pause = wish.map_or(*pause, |wish| wish.max(*pause));
                        Fetched::Retry(self.clock.now().plus(pause), code)
                    }
                    None => Fetched::Refused(code),
                }
            }
        }
    }

    async fn attempt(&self, of: &ToFetch) -> Result<NewFile, Trouble> {
        // One that was claimed again and again, and never settled, brings down who fetches it.
        if usize::try_from(of.attempts).unwrap_or(usize::MAX) > PAUSES.len() + 1 {
            return Err(Trouble::Refused("given_up"));
        }
        let mut at = self.located(of).await?;
        for _ in 0..=REDIRECTS {
            match self.get(&at).await? {
                Got::File(bytes) if bytes.is_empty() => return Err(Trouble::Refused("empty")),
                Got::File(bytes) => {
                    let hash = hex(&Sha256::digest(&bytes));
                    return Ok(NewFile { hash, mime: sniff(&bytes), bytes });
                }
                Got::Elsewhere(url) if url.origin() == at.url.origin() => at.url = url,
                Got::Elsewhere(url) => at = Located { url, bearer: None, reach: self.targets },
            }
        }
        Err(Trouble::Refused("redirects"))
    }

    async fn located(&self, of: &ToFetch) -> Result<Located, Trouble> {
        match &of.source {
            AttachmentSource::Url { url } => {
                let url = Url::parse(url).map_err(|_| Trouble::Refused("address_invalid"))?;
                Ok(Located { url, bearer: None, reach: self.targets })
            }
            AttachmentSource::Platform { id } => {
                let finder = self.finders.iter().find(|finder| finder.serves(of.channel.kind));
                let finder = finder.ok_or(Trouble::Refused("not_fetched_here"))?;
                finder.locate(&of.channel, id).await.map_err(|error| match error {
                    FetchError::Refused(code) => Trouble::Refused(code),
                    FetchError::Retry(code) => Trouble::Later(None, code),
                })
            }
        }
    }

    async fn get(&self, at: &Located) -> Result<Got, Trouble> {
        if !Guard(at.reach).admits(&at.url) {
            return Err(Trouble::Refused("private_address"));
        }
        let client = match at.reach {
            PrivateTargets::Refused => &self.guarded,
            PrivateTargets::Allowed => &self.open,
        };
        let mut request = client.get(at.url.clone());
        if let Some(bearer) = &at.bearer {
            request = request.bearer_auth(bearer.expose_secret());
        }
        let response = request.send().await.map_err(|error| excuse(&error))?;
        match response.status() {
            StatusCode::OK => read(response).await.map(Got::File),
            status if status.is_redirection() => {
                let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok());
                let to = to.and_then(|to| at.url.join(to).ok());
                to.map(Got::Elsewhere).ok_or(Trouble::Refused("redirects"))
            }
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY => Err(Trouble::Later(None, "unreachable")),
            StatusCode::TOO_MANY_REQUESTS => Err(Trouble::Later(wish(&response), "busy")),
            status if status.is_server_error() => Err(Trouble::Later(wish(&response), "unreachable")),
            StatusCode::PAYLOAD_TOO_LARGE => Err(Trouble::Refused("too_large")),
            // Platforms sign addresses for a while: afterwards they are 403 or 404.
            _ => Err(Trouble::Refused("gone")),
        }
    }
}

/// What a request got.
enum Got {
    File(Vec<u8>),
    Elsewhere(Url),
}

/// Why there is no file.
enum Trouble {
    Refused(&'static str),
    Later(Option<Millis>, &'static str),
}

/// Reads a body, and stops reading where it gets too large, whatever its length was said to be.
async fn read(mut response: Response) -> Result<Vec<u8>, Trouble> {
    let said = response.headers().get(CONTENT_LENGTH).and_then(|said| said.to_str().ok());
    let said: usize = said.and_then(|said| said.parse().ok()).unwrap_or(0);
    if said > LARGEST {
        return Err(Trouble::Refused("too_large"));
    }
    let mut bytes = Vec::with_capacity(said);
    while let Some(chunk) = response.chunk().await.map_err(|error| excuse(&error))? {
        if bytes.len().saturating_add(chunk.len()) > LARGEST {
            return Err(Trouble::Refused("too_large"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// The server's own wish for a pause.
fn wish(response: &Response) -> Option<Millis> {
    let seconds: i64 = response.headers().get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Millis::seconds(seconds.clamp(0, LONGEST_PAUSE)))
}

fn excuse(error: &reqwest::Error) -> Trouble {
    if is_private(error) {
        Trouble::Refused("private_address")
    } else if error.is_builder() {
        Trouble::Refused("address_invalid")
    } else if error.is_timeout() {
        Trouble::Later(None, "timed_out")
    } else {
        Trouble::Later(None, "unreachable")
    }
}
