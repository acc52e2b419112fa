//! Channels that listen outwards (polling loops, gateways): each runs on one node at a time, which holds its lease, begins
//! when it is added, ends when it is paused, and begins anew when its settings change.

use crate::Shared;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use lara_core::model::{Channel, ChannelId, ChannelKind, Millis};
use std::collections::HashMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

/// How long a node that is gone keeps others waiting.
const LEASE: Millis = Millis::seconds(30);
/// How often leases are kept and channels looked at.
const LOOK: Duration = Duration::from_secs(10);
/// Pause before a loop that ended or fell over begins again.
const AGAIN: Duration = Duration::from_secs(5);

/// One loop: listens for a channel until the token is cancelled, then ends soon. What it has taken it stores before.
pub type Listen =
    Arc<dyn Fn(Shared, Arc<Channel>, CancellationToken) -> BoxFuture<'static, ()> + Send + Sync>;

/// A loop under way.
struct Running {
    channel: Arc<Channel>,
    stop: CancellationToken,
}

/// Runs `listen` for every channel of `kind` that is not paused and for which `wanted` says so, until the server stops.
pub async fn supervise(shared: Shared, kind: ChannelKind, wanted: fn(&Channel) -> bool, listen: Listen) {
    let mut running: HashMap<ChannelId, Running> = HashMap::new();
    let mut loops = JoinSet::new();
    let mut changes = shared.feed.watch_all();
    while !shared.shutdown.is_cancelled() {
        match shared.brands.channels(None).await {
            Ok(channels) => {
                let channels = channels
                    .into_iter()
                    .filter(|channel| channel.kind == kind && channel.paused_at.is_none() && wanted(channel));
                adjust(&shared, &mut running, &mut loops, channels.collect(), &listen).await;
            }
            Err(error) => tracing::warn!(%kind, %error, "channels could not be read"),
        }
        let mut next = std::pin::pin!(tokio::time::sleep(LOOK));
        loop {
            tokio::select! {
                () = shared.shutdown.cancelled() => break,
                () = &mut next => break,
                Some(_) = loops.join_next(), if !loops.is_empty() => {}
                change = changes.recv() => {
                    use lara_core::ports::ChangeKind::Brand;
                    if change.as_ref().map_or(true, |change| change.kind == Brand) {
                        break;
                    }
                }
            }
        }
    }
    for one in running.values() {
        one.stop.cancel();
    }
    while loops.join_next().await.is_some() {}
    for id in running.into_keys() {
        // Another node need not wait for the lease to end.
        let _ = shared.leases.let_go(&lease(id), shared.node).await;
    }
}

fn lease(channel: ChannelId) -> String {
    format!("listen:{channel}")
}

/// Begins, ends and keeps loops, so that they are those of `channels`.
async fn adjust(
    shared: &Shared,
    running: &mut HashMap<ChannelId, Running>,
    loops: &mut JoinSet<()>,
    channels: Vec<Channel>,
    listen: &Listen,
) {
    let now = shared.clock.now();
    let mut kept = HashMap::with_capacity(channels.len());
    for channel in channels {
        let held = shared.leases.hold(&lease(channel.id), shared.node, now, LEASE).await;
        let before = running.remove(&channel.id);
        match (held, before) {
            (Ok(true), Some(same)) if *same.channel == channel => drop(kept.insert(channel.id, same)),
            (Ok(true), before) => {
                // One that listens with old settings ends before the new one begins to be heard twice: keys decide.
                before.inspect(|old| old.stop.cancel());
                let (channel, stop) = (Arc::new(channel), CancellationToken::new());
                loops.spawn(again_and_again(shared.clone(), channel.clone(), stop.clone(), listen.clone()));
                kept.insert(channel.id, Running { channel, stop });
            }
            (Ok(false), Some(lost)) => lost.stop.cancel(),
            // The store is away: what listens cannot store either, and waits with what it has.
            (Err(_), Some(same)) => drop(kept.insert(channel.id, same)),
            (Ok(false) | Err(_), None) => {}
        }
    }
    for (id, gone) in running.drain() {
        gone.stop.cancel();
        let _ = shared.leases.let_go(&lease(id), shared.node).await;
    }
    *running = kept;
}

/// One loop, begun again when it ends or falls over, until it is to stop.
async fn again_and_again(shared: Shared, channel: Arc<Channel>, stop: CancellationToken, listen: Listen) {
    let shutdown = shared.shutdown.clone();
    while !stop.is_cancelled() && !shutdown.is_cancelled() {
        let end = stop.child_token();
        let one = AssertUnwindSafe(listen(shared.clone(), channel.clone(), end.clone())).catch_unwind();
        let mut one = std::pin::pin!(one);
        let ended = tokio::select! {
            ended = &mut one => ended,
            () = async { tokio::select! { () = stop.cancelled() => {}, () = shutdown.cancelled() => {} } } => {
                end.cancel();
                one.await
            }
        };
        if ended.is_err() {
            tracing::error!(channel = %channel.id, kind = %channel.kind, "a listener fell over; beginning again");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(AGAIN) => {}
        }
    }
}
