//! Finds what burns, and wakes whom the configuration names: at most once each.

use super::Mood;
use crate::alerts::{Alarm, NotSent, Written, concerns, line};
use crate::wire::Parts;
use futures_util::future::join_all;
use lara_core::model::{AlertRule, Brand, BrandId, Channel, Millis, Priority, Timestamp};
use lara_core::ports::{Alert, AlertEnd, Alerts, Brands, StoreError};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is looked for what burns.
const LOOK: Duration = Duration::from_secs(2);
/// How long one alert may be on its way; longer than any target may take with all its steps.
const LEASE: Millis = Millis::minutes(2);
/// How many are sent at once.
const ALERTS: u32 = 16;
/// What has waited longer than this burns no more than yesterday: a new target is not flooded with the past.
const OLDEST: Millis = Millis::minutes(24 * 60);
/// A channel that died again within this time after an alert wakes nobody again.
const STANDS: Millis = Millis::minutes(15);
/// Pauses after each attempt that did not arrive; after the last one it is given up.
const PAUSES: [Millis; 5] =
    [Millis::seconds(10), Millis::minutes(1), Millis::minutes(5), Millis::minutes(15), Millis::minutes(30)];

/// What an alert is about, and whom it is for: what is known to be raised is not raised again.
type Raised = (AlertRule, String, String);

/// Looks and sends until the server stops.
pub(super) async fn alerts(parts: Parts, alarm: Arc<Alarm>, shutdown: CancellationToken) {
    let mut mood = Mood::new("alerts");
    let mut raised = HashSet::new();
    while !shutdown.is_cancelled() {
        let done = async {
            look(&parts, &alarm, &mut raised).await?;
            send(&parts, &alarm).await
        };
        match done.await {
            Ok(()) => mood.worked(),
            Err(error) => mood.failed(&error),
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Raises what burns and was not raised yet.
async fn look(parts: &Parts, alarm: &Alarm, raised: &mut HashSet<Raised>) -> Result<(), StoreError> {
    let (store, now) = (&parts.store, parts.clock.now());
    store.close_outages(back(now, STANDS)).await?;
    let mut burning = Vec::new();
    for brand in store.brands().await? {
        if alarm.targets.values().any(|target| concerns(target, &brand)) {
            burning.extend(burns(parts, alarm, &brand, now).await?);
        }
    }
    let of = |alert: &Alert| (alert.rule, alert.subject.clone(), alert.target.clone());
    let all: HashSet<Raised> = burning.iter().map(of).collect();
    // What no longer burns is forgotten here; the store still knows it.
    raised.retain(|one| all.contains(one));
    burning.retain(|alert| !raised.contains(&of(alert)));
    if !burning.is_empty() {
        let new = store.raise(&burning).await?;
        metrics::counter!("lara_alerts_raised_total").increment(new);
        raised.extend(burning.iter().map(of));
    }
    Ok(())
}

fn back(now: Timestamp, by: Millis) -> Timestamp {
    now.plus(Millis(-by.0))
}

/// What burns in a brand, for each target that wants to know.
async fn burns(
    parts: &Parts,
    alarm: &Alarm,
    brand: &Brand,
    now: Timestamp,
) -> Result<Vec<Alert>, StoreError> {
    let unclaimed = parts.store.unclaimed(brand.id, back(now, OLDEST)).await?;
    let dead = parts.store.dead_channels(brand.id).await?;
    let mut burning = Vec::new();
    for (name, target) in alarm.targets.iter().filter(|(_, target)| concerns(target, brand)) {
        let new = |rule, subject: String| Alert {
            id: parts.ids.next(),
            brand: brand.id,
            rule,
            subject,
            target: name.clone(),
            conversation: None,
            channel: None,
            at: now,
            attempts: 0,
        };
        for one in &unclaimed {
            let late = now.since(one.opened_at) >= target.patience();
            for (rule, met) in
                [(AlertRule::Urgent, one.priority == Priority::Urgent), (AlertRule::Unclaimed, late)]
            {
                if met && target.wants(rule) {
                    let conversation = Some(one.conversation);
                    burning.push(Alert { conversation, ..new(rule, one.id.to_string()) });
                }
            }
        }
        for channel in dead.iter().filter(|_| target.wants(AlertRule::ChannelDead)) {
            let channel = *channel;
            burning
                .push(Alert { channel: Some(channel), ..new(AlertRule::ChannelDead, channel.to_string()) });
        }
    }
    Ok(burning)
}

/// Sends what is due.
async fn send(parts: &Parts, alarm: &Alarm) -> Result<(), StoreError> {
    let now = parts.clock.now();
    let lost = parts.store.expire_alerts(now).await?;
    if lost > 0 {
        tracing::warn!(lost, "alerts may or may not have arrived; they are not sent again");
    }
    let due = parts.store.claim_alerts(parts.node, now, LEASE, ALERTS).await?;
    if due.is_empty() {
        return Ok(());
    }
    let brands: HashMap<BrandId, Brand> =
        parts.store.brands().await?.into_iter().map(|brand| (brand.id, brand)).collect();
    let channels = parts.store.channels(None).await?;
    // Each is settled as it ends: who hangs leaves no doubt about the others.
    let sends = due.iter().map(async |alert| {
        let end = send_one(parts, alarm, &brands, &channels, alert).await;
        let word = match end {
            AlertEnd::Sent => "sent",
            AlertEnd::Retry(..) => "later",
            AlertEnd::Failed(_) => "failed",
            AlertEnd::Uncertain(_) => "uncertain",
        };
        metrics::counter!("lara_alerts_total", "end" => word).increment(1);
        if let AlertEnd::Failed(code) | AlertEnd::Uncertain(code) = end {
            tracing::error!(target = %alert.target, rule = %alert.rule, code, "nobody may have been woken");
        }
        parts.store.settle_alert(parts.node, alert.id, end).await
    });
    join_all(sends).await.into_iter().collect()
}

async fn send_one(
    parts: &Parts,
    alarm: &Alarm,
    brands: &HashMap<BrandId, Brand>,
    channels: &[Channel],
    alert: &Alert,
) -> AlertEnd {
    let Some(target) = alarm.targets.get(&alert.target) else { return AlertEnd::Failed("no_such_target") };
    let Some(brand) = brands.get(&alert.brand) else { return AlertEnd::Failed("no_such_brand") };
    let channel = alert.channel.and_then(|id| channels.iter().find(|channel| channel.id == id));
    let name = channel.map(|channel| channel.name.as_str()).unwrap_or_default();
    let minutes = target.patience().0 / 60_000;
    let language = target.language.unwrap_or(brand.settings.language);
    let page = match alert.conversation {
        Some(conversation) => format!("desk/c/{conversation}"),
        None => "desk/channels".to_owned(),
    };
    let written = Written {
        id: alert.id,
        rule: alert.rule.as_str(),
        brand: brand.slug.clone(),
        text: line(alert.rule, language, brand, name, minutes),
        link: alarm.page(&page),
        at: alert.at.millis(),
    };
    match alarm.send(target, &written).await {
        Ok(()) => AlertEnd::Sent,
        Err(NotSent::Refused(code)) => AlertEnd::Failed(code),
        Err(NotSent::Uncertain(code)) => AlertEnd::Uncertain(code),
        Err(NotSent::Later(wish, code)) => {
            let place = usize::try_from(alert.attempts).unwrap_or(usize::MAX).saturating_sub(1);
            match PAUSES.get(place) {
                Some(pause) => AlertEnd::Retry(
                    parts.clock.now().plus(wish.map_or(*pause, |wish| wish.max(*pause))),
                    code,
                ),
                None => AlertEnd::Failed(code),
            }
        }
    }
}
