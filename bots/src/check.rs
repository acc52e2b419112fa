//! Whether a channel can work: what is the same for every kind, then what its own door asks the platform.

use crate::{CHANNELS, Shared};
use futures_util::FutureExt;
use lara_core::model::{Channel, Finding};
use std::panic::AssertUnwindSafe;
use std::time::Duration;

/// How long a platform may take to answer all that is asked.
const LIMIT: Duration = Duration::from_secs(30);

/// What a look at a channel finds. Never fails and never takes long: that nobody answers is a finding too. The codes are
/// those of [`lara_core::wording::channel_trouble`].
pub async fn check(shared: &Shared, channel: &Channel) -> Vec<Finding> {
    if channel.secrets.are_locked() {
        // Nothing can be asked without them, and what the platform would say of no token misleads.
        return vec![Finding::broken("secrets_locked")];
    }
    let door = CHANNELS.iter().find(|door| door.kinds.contains(&channel.kind));
    let Some(ask) = door.and_then(|door| door.check) else { return Vec::new() };
    let asked = AssertUnwindSafe(ask(shared, channel.clone())).catch_unwind();
    match tokio::time::timeout(LIMIT, asked).await {
        Ok(Ok(findings)) => findings,
        Ok(Err(_)) => {
            tracing::error!(channel = %channel.id, kind = %channel.kind, "the check of a channel fell over");
            vec![Finding::warning("check_failed")]
        }
        Err(_) => vec![Finding::warning("platform_unreachable")],
    }
}
