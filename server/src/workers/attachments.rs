//! Fetches what came with messages, a few files at a time.

use super::{Mood, POLL, until};
use crate::wire::Parts;
use futures_util::stream::{FuturesUnordered, StreamExt as _};
use lara_bots::fetch::{Fetcher, LEASE};
use lara_core::ports::{Attachments, Fetched, StoreError, ToFetch};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Files fetched at once: each may be 20 MB in memory.
const FILES: usize = 4;

/// Fetches until the server stops; what is under way then is claimed again later.
pub(super) async fn attachments(parts: Parts, fetcher: Arc<Fetcher>, shutdown: CancellationToken) {
    let mut mood = Mood::new("attachments");
    let mut flights = FuturesUnordered::new();
    while !shutdown.is_cancelled() {
        let free = u32::try_from(FILES.saturating_sub(flights.len())).unwrap_or(0);
        let claimed = match free {
            0 => Ok(Vec::new()),
            free => parts.store.claim_fetches(parts.clock.now(), LEASE, free).await,
        };
        let pause = match claimed {
            Ok(claims) if claims.is_empty() && flights.is_empty() => {
                until(&parts, &parts.store.next_fetch().await)
            }
            // What is due may wait behind what is under way.
            Ok(claims) if claims.is_empty() => POLL,
            Ok(claims) => {
                mood.worked();
                flights.extend(claims.into_iter().map(|of| fetch(&parts, &fetcher, of)));
                Duration::ZERO
            }
            Err(error) => {
                mood.failed(&error);
                Duration::from_millis(500)
            }
        };
        tokio::select! {
            biased;
            () = shutdown.cancelled() => {}
            Some(landed) = flights.next() => if let Err(error) = landed { mood.failed(&error) },
            () = tokio::time::sleep(pause) => {}
        }
    }
}

async fn fetch(parts: &Parts, fetcher: &Fetcher, of: ToFetch) -> Result<(), StoreError> {
    let outcome = fetcher.fetch(&of).await;
    let end = match &outcome {
        Fetched::Done(_) => "fetched",
        Fetched::Refused(_) => "refused",
        Fetched::Retry(..) => "later",
    };
    metrics::counter!("lara_attachments_total", "end" => end).increment(1);
    if let Fetched::Refused(code) = &outcome {
        tracing::warn!(attachment = %of.id, channel = %of.channel.id, code, "an attachment is not kept");
    }
    parts.store.settle_fetch(&of, outcome, parts.clock.now()).await
}
