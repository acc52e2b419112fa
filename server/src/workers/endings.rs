//! Ends conversations in which nobody writes any more, sums up those that have ended, and tells the brand's own systems.

use super::Mood;
use crate::notices::{NotTaken, Notifier};
use crate::wire::Parts;
use futures_util::future::join_all;
use lara_core::model::{Brand, BrandId, Millis, NoticeId, Timestamp};
use lara_core::ports::{Brands, Endings, Notice, NoticeEnd, StoreError, SummedUp};
use lara_core::relate::summary::sum_up;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often it is looked.
const LOOK: Duration = Duration::from_secs(2);
/// What has gone quiet is looked for every so many rounds.
const QUIET_ROUNDS: u32 = 15;
/// Conversations ended or summed up in one transaction.
const BATCH: u32 = 100;
/// How long one notice may be on its way.
const LEASE: Millis = Millis::minutes(1);
/// Notices sent at once.
const NOTICES: u32 = 16;
/// Of what ended longer ago nobody is told: a new receiver is not flooded with the past.
const OLDEST: Millis = Millis::minutes(24 * 60);
/// Notices that were settled are forgotten after this.
const KEEP: Millis = Millis::minutes(30 * 24 * 60);
/// Pauses after each attempt that did not arrive; after the last one it is given up.
const PAUSES: [Millis; 8] = [
    Millis::seconds(5),
    Millis::seconds(30),
    Millis::minutes(5),
    Millis::minutes(30),
    Millis::minutes(2 * 60),
    Millis::minutes(6 * 60),
    Millis::minutes(12 * 60),
    Millis::minutes(24 * 60),
];

/// Ends, sums up and tells until the server stops.
pub(super) async fn endings(parts: Parts, notifier: Arc<Notifier>, shutdown: CancellationToken) {
    let mut mood = Mood::new("endings");
    let mut rounds = 0_u32;
    while !shutdown.is_cancelled() {
        let quiet = rounds.is_multiple_of(QUIET_ROUNDS);
        let done = async {
            if quiet {
                end_quiet(&parts).await?;
                parts.store.prune_notices(back(parts.clock.now(), KEEP)).await?;
            }
            sum_up_ended(&parts, &notifier).await?;
            send(&parts, &notifier).await
        };
        match done.await {
            Ok(()) => mood.worked(),
            Err(error) => mood.failed(&error),
        }
        rounds = rounds.wrapping_add(1);
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

fn back(now: Timestamp, by: Millis) -> Timestamp {
    now.plus(Millis(-by.0))
}

/// Closes what has been quiet for as long as its brand says: 10 minutes to 90 days (`core::studio`).
async fn end_quiet(parts: &Parts) -> Result<(), StoreError> {
    for brand in parts.store.brands().await? {
        let patience = brand.settings.ends_after;
        if patience.0 <= 0 {
            continue;
        }
        loop {
            let now = parts.clock.now();
            let ended = parts.store.end_quiet(brand.id, back(now, patience), now, BATCH).await?;
            metrics::counter!("lara_conversations_ended_total").increment(ended);
            if ended < u64::from(BATCH) {
                break;
            }
        }
    }
    Ok(())
}

async fn sum_up_ended(parts: &Parts, notifier: &Notifier) -> Result<(), StoreError> {
    let ended = parts.store.to_sum_up(BATCH).await?;
    if ended.is_empty() {
        return Ok(());
    }
    let (brands, now) = (brands(parts).await?, parts.clock.now());
    let summed = |one: lara_core::ports::Ended| {
        let told = brands.get(&one.brand).is_some_and(|brand| notifier.tells(brand));
        let fresh = one.ended_at >= back(now, OLDEST);
        let notice = (told && fresh).then(|| NoticeId::new(parts.ids.next()));
        SummedUp { conversation: one.conversation, summary: sum_up(&one.past), notice }
    };
    let rows: Vec<SummedUp> = ended.into_iter().map(summed).collect();
    parts.store.sum_up(&rows, now).await
}

async fn brands(parts: &Parts) -> Result<HashMap<BrandId, Brand>, StoreError> {
    Ok(parts.store.brands().await?.into_iter().map(|brand| (brand.id, brand)).collect())
}

/// Sends what is due.
async fn send(parts: &Parts, notifier: &Notifier) -> Result<(), StoreError> {
    let due = parts.store.claim_notices(parts.node, parts.clock.now(), LEASE, NOTICES).await?;
    if due.is_empty() {
        return Ok(());
    }
    let brands = brands(parts).await?;
    let sends = due.iter().map(async |notice| {
        let end = send_one(parts, notifier, &brands, notice).await;
        let word = match end {
            NoticeEnd::Sent => "sent",
            NoticeEnd::Retry(..) => "later",
            NoticeEnd::Failed(_) => "failed",
        };
        metrics::counter!("lara_notices_total", "end" => word).increment(1);
        if let NoticeEnd::Failed(code) = end {
            tracing::error!(notice = %notice.id, code, "a notice is given up");
        }
        parts.store.settle_notice(parts.node, notice.id, end).await
    });
    join_all(sends).await.into_iter().collect()
}

async fn send_one(
    parts: &Parts,
    notifier: &Notifier,
    brands: &HashMap<BrandId, Brand>,
    notice: &Notice,
) -> NoticeEnd {
    let Some(brand) = brands.get(&notice.brand) else { return NoticeEnd::Failed("no_such_brand") };
    let Some(talk) = &notice.about else { return NoticeEnd::Failed("nothing_to_tell") };
    match notifier.post(brand, notice, talk).await {
        Ok(()) => NoticeEnd::Sent,
        Err(NotTaken::Refused(code)) => NoticeEnd::Failed(code),
        Err(NotTaken::Later(code)) => {
            let place = usize::try_from(notice.attempts).unwrap_or(usize::MAX).saturating_sub(1);
            PAUSES.get(place).map_or(NoticeEnd::Failed(code), |pause| {
                NoticeEnd::Retry(parts.clock.now().plus(*pause), code)
            })
        }
    }
}
