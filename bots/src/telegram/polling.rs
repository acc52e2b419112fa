//! Asking for updates. What was asked for is stored before it is confirmed: Telegram forgets an update when one behind it
//! is asked for, so the offset moves only behind what is stored.

use super::api::{Api, CallError, WANTED};
use super::hear::hear;
use super::settings::Account;
use super::{check, who};
use crate::Shared;
use futures_util::future::join_all;
use lara_core::model::{Channel, Millis, Timestamp};
use lara_core::ports::Symptom;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use teloxide::payloads::{
    AnswerCallbackQuery, DeleteWebhook, DeleteWebhookSetters as _, GetUpdates, GetUpdatesSetters as _,
    GetWebhookInfo,
};
use teloxide::types::CallbackQueryId;
use tokio_util::sync::CancellationToken;

/// How long Telegram holds a question that has no answer yet, in seconds; proxies cut idle requests at 30 or 60.
const HOLD: u32 = 25;
/// How long the answer may take in all.
const PATIENCE: Duration = Duration::from_secs(40);
/// How long the answer to a button may keep its chat waiting.
const ANSWER: Duration = Duration::from_secs(5);
/// The most updates at once (core.telegram.org/bots/api#getupdates).
const BATCH: u8 = 100;
/// Where the offset is kept: `<offset> <when it moved, ms>`.
const MARK: &str = "offset";
/// Numbers of updates begin anew, anywhere, when there was none for a week (core.telegram.org/bots/api#update): an offset
/// that has not moved for nearly as long must not be used, it could confirm what was never seen.
const OFFSET_LASTS: Millis = Millis::minutes(6 * 24 * 60);
/// The pauses after failures: doubled from the first to the last.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_mins(1));
/// The pause after a token was refused, or another poller was there: only a person mends it.
const LONG_PAUSE: Duration = Duration::from_mins(1);
/// Conflicts in a row that are no mere restart of ours: the poll of a process before may hang for a moment.
const CONFLICTS: u32 = 3;

/// How far was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Offset {
    next: i64,
    at: Timestamp,
}

/// Polls for a channel until it is told to stop.
pub(super) async fn listen(shared: Shared, channel: Arc<Channel>, stop: CancellationToken) {
    let account = match Account::open(&channel) {
        Ok(account) => account,
        Err(error) => {
            tracing::error!(channel = %channel.id, %error, "a Telegram channel cannot be used");
            shared.health.note(&channel, Symptom::Died("settings_wrong".to_owned())).await;
            return stop.cancelled().await;
        }
    };
    let api = Api::new(shared.platforms.clone(), &account);
    let mut poller = Poller { offset: stored(&shared, &account).await, shared, account, api, failures: 0 };
    tokio::select! {
        () = stop.cancelled() => return,
        () = poller.open() => {}
    }
    while !stop.is_cancelled() {
        let asked = tokio::select! {
            // Nothing of the question that is dropped here is confirmed.
            () = stop.cancelled() => return,
            asked = poller.ask() => asked,
        };
        // What Telegram gave is stored even when we are told to stop meanwhile.
        let pause = match asked {
            Ok(updates) => poller.take(&updates).await,
            Err(error) => Some(poller.failed(error).await),
        };
        if let Some(pause) = pause {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}

struct Poller {
    shared: Shared,
    account: Account,
    api: Api,
    offset: Option<Offset>,
    failures: u32,
}

impl Poller {
    /// Looks at the channel and takes a webhook of before away, with nothing that waits behind it.
    async fn open(&self) {
        self.look().await;
        let info = self.api.call(&GetWebhookInfo::new()).await.unwrap_or_default();
        let set = info.get("url").and_then(Value::as_str).is_some_and(|url| !url.is_empty());
        if set && self.api.call(&DeleteWebhook::new().drop_pending_updates(false)).await.is_ok() {
            tracing::info!(channel = %self.account.channel.id, "the webhook of this bot was removed: it is polled now");
        }
    }

    async fn look(&self) {
        let findings = check::findings(&self.shared, &self.account, &self.api).await;
        self.shared.health.note(&self.account.channel, Symptom::Checked(findings)).await;
    }

    async fn ask(&self) -> Result<Vec<Value>, CallError> {
        let now = self.shared.clock.now();
        let fresh = self.offset.filter(|offset| now.since(offset.at) < OFFSET_LASTS);
        let mut question = GetUpdates::new().timeout(HOLD).limit(BATCH).allowed_updates(WANTED);
        question.offset = fresh.and_then(|offset| i32::try_from(offset.next).ok());
        let updates = self.api.call_for(&question, PATIENCE).await?;
        Ok(updates.as_array().cloned().unwrap_or_default())
    }

    /// Stores updates, chats side by side, each in its order; how long to wait if not all could be stored.
    async fn take(&mut self, updates: &[Value]) -> Option<Duration> {
        if self.failures > 0 {
            self.failures = 0;
            self.look().await;
        }
        if updates.is_empty() {
            return None;
        }
        let username = who::known(&self.shared, &self.account).await;
        let mut chats: BTreeMap<Option<i64>, Vec<&Value>> = BTreeMap::new();
        for update in updates {
            chats.entry(chat(update)).or_default().push(update);
        }
        let lanes = chats.into_values().map(|updates| self.take_lane(updates, username.as_deref()));
        let stuck = join_all(lanes).await.into_iter().flatten().min();
        let last = updates.iter().filter_map(number).max();
        let next = stuck.or_else(|| last.map(|last| last.saturating_add(1)));
        if let Some(next) = next.filter(|next| self.offset.is_none_or(|offset| offset.next != *next)) {
            self.move_to(next).await;
        }
        if stuck.is_some() {
            self.failures = self.failures.saturating_add(1);
            return Some(pause(self.failures));
        }
        self.shared.health.note(&self.account.channel, Symptom::Heard).await;
        None
    }

    /// Stores the updates of one chat; the number of the first that could not be, behind which nothing was tried.
    async fn take_lane(&self, updates: Vec<&Value>, username: Option<&str>) -> Option<i64> {
        for update in updates {
            match hear(&self.shared, &self.account, username, update).await {
                Ok(Some(press)) => {
                    // Best effort: it only ends the spinning of the button.
                    let answer = AnswerCallbackQuery::new(CallbackQueryId(press));
                    let _ = self.api.call_for(&answer, ANSWER).await;
                }
                Ok(None) => {}
                Err(_) => return number(update),
            }
        }
        None
    }

    async fn move_to(&mut self, next: i64) {
        let at = self.shared.clock.now();
        self.offset = Some(Offset { next, at });
        let mark = format!("{next} {}", at.millis());
        if let Err(error) = self.shared.marks.set_mark(self.account.channel.id, MARK, &mark, at).await {
            // All of it is stored: told again after a restart, it is known.
            tracing::warn!(%error, "the offset was not stored");
        }
    }

    /// Notes a failure; how long to wait.
    async fn failed(&mut self, error: CallError) -> Duration {
        self.failures = self.failures.saturating_add(1);
        let code = error.code().to_owned();
        let grave = match error {
            CallError::Token => true,
            CallError::Conflict => self.failures >= CONFLICTS,
            _ => false,
        };
        tracing::warn!(channel = %self.account.channel.id, %code, times = self.failures, "Telegram was not heard");
        let symptom = if grave { Symptom::Died(code) } else { Symptom::Failed(code) };
        // A moment without the network is no news; the next one is.
        if grave || self.failures > 1 {
            self.shared.health.note(&self.account.channel, symptom).await;
        }
        match error {
            CallError::TooMany(Some(wait)) => Duration::from_millis(u64::try_from(wait.0).unwrap_or(1_000)),
            _ if grave => LONG_PAUSE,
            _ => pause(self.failures),
        }
    }
}

fn pause(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(10);
    PAUSES.0.saturating_mul(2_u32.saturating_pow(doublings)).min(PAUSES.1)
}

async fn stored(shared: &Shared, account: &Account) -> Option<Offset> {
    let mark = shared.marks.mark(account.channel.id, MARK).await.ok().flatten()?;
    let (next, at) = mark.split_once(' ')?;
    Some(Offset { next: next.parse().ok()?, at: Timestamp::from_millis(at.parse().ok()?) })
}

fn number(update: &Value) -> Option<i64> {
    update.get("update_id")?.as_i64()
}

/// The chat an update is of, wherever it says so.
fn chat(update: &Value) -> Option<i64> {
    let kinds = update.as_object()?.values();
    kinds
        .filter_map(|kind| kind.get("chat").or_else(|| kind.get("message")?.get("chat")))
        .find_map(|chat| chat.get("id")?.as_i64())
}
