//! Looks after channels: each is checked at the start, when it changes, and every quarter of an hour, so that a dead token
//! is seen before customers notice.

use futures_util::StreamExt as _;
use lara_bots::Shared;
use lara_core::model::{Channel, ChannelId, Millis, Timestamp};
use lara_core::ports::{ChangeKind, Symptom};
use std::collections::HashMap;
use std::time::Duration;

/// How often a channel is checked.
const EVERY: Millis = Millis::minutes(15);
/// How often somebody looks whether one is due.
const LOOK: Duration = Duration::from_secs(30);
/// Channels checked at once.
const AT_ONCE: usize = 4;
/// The lease of who checks.
const NAME: &str = "check:channels";
/// The node that checks is the only one for so long.
const LEASE: Millis = Millis::minutes(2);

/// Channels as they were when they were last checked.
type Checked = HashMap<ChannelId, (Channel, Timestamp)>;

/// Checks channels until the server stops.
pub(super) async fn checks(shared: Shared) {
    let mut changes = shared.feed.watch_all();
    let mut checked = Checked::new();
    while !shared.shutdown.is_cancelled() {
        match shared.brands.channels(None).await {
            Ok(channels) => {
                let now = shared.clock.now();
                let due = due(&mut checked, channels, now);
                if !due.is_empty() {
                    let done = look_at(&shared, due, now);
                    tokio::select! {
                        () = shared.shutdown.cancelled() => {}
                        () = done => {}
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "channels could not be read"),
        }
        let mut next = std::pin::pin!(tokio::time::sleep(LOOK));
        loop {
            tokio::select! {
                () = shared.shutdown.cancelled() => break,
                () = &mut next => break,
                change = changes.recv() => {
                    if change.as_ref().map_or(true, |change| change.kind == ChangeKind::Brand) {
                        break;
                    }
                }
            }
        }
    }
    // Whoever is started next checks at once.
    let _ = shared.leases.let_go(NAME, shared.node).await;
}

/// The channels to check now; they count as checked.
fn due(checked: &mut Checked, channels: Vec<Channel>, now: Timestamp) -> Vec<Channel> {
    let running = channels.into_iter().filter(|channel| channel.paused_at.is_none());
    let mut kept = Checked::new();
    let mut due = Vec::new();
    for channel in running {
        let last =
            checked.remove(&channel.id).filter(|(last, at)| *last == channel && now.since(*at) < EVERY);
        if last.is_none() {
            due.push(channel.clone());
        }
        kept.insert(channel.id, last.unwrap_or((channel, now)));
    }
    *checked = kept;
    due
}

/// Of several nodes one looks.
async fn look_at(shared: &Shared, due: Vec<Channel>, now: Timestamp) {
    if !matches!(shared.leases.hold(NAME, shared.node, now, LEASE).await, Ok(true)) {
        return;
    }
    let looks = due.into_iter().map(|channel| async move {
        let findings = lara_bots::check(shared, &channel).await;
        shared.health.note(&channel, Symptom::Checked(findings)).await;
    });
    futures_util::stream::iter(looks).buffer_unordered(AT_ONCE).collect::<()>().await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use lara_core::model::{BrandId, ChannelKind, Delivery};
    use uuid::Uuid;

    const fn at(minutes: i64) -> Timestamp {
        Timestamp::from_millis(minutes * 60_000)
    }

    fn channel(n: u128) -> Channel {
        let brand = BrandId::new(Uuid::from_u128(1));
        Channel::new(ChannelId::new(Uuid::from_u128(n)), brand, ChannelKind::Telegram, "tg", Delivery::Push)
    }

    #[test]
    fn a_channel_is_checked_at_once_when_it_changes_and_every_quarter_of_an_hour() {
        let mut checked = Checked::new();
        let both = || vec![channel(1), channel(2)];
        assert_eq!(due(&mut checked, both(), at(0)).len(), 2);
        assert_eq!(due(&mut checked, both(), at(14)), []);
        let mut changed = channel(2);
        changed.secrets.set("token", "1:new".to_owned().into());
        assert_eq!(due(&mut checked, vec![channel(1), changed.clone()], at(14)), [changed.clone()]);
        assert_eq!(due(&mut checked, vec![channel(1), changed.clone()], at(15)), [channel(1)]);
        let paused = Channel { paused_at: Some(at(15)), ..changed.clone() };
        assert_eq!(due(&mut checked, vec![channel(1), paused], at(16)), []);
        assert_eq!(due(&mut checked, vec![channel(1), changed.clone()], at(17)), [changed], "it goes on");
    }
}
