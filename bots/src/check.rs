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

#[cfg(test)]
mod tests {
    use lara_core::model::{ChannelKind, Language};
    use lara_core::wording::channel_trouble;
    use std::path::Path;

    /// What stands in quotes right behind one of these is a code that is shown to people.
    const SAID: &[&str] = &["Finding::fine(", "Finding::warning(", "Finding::broken(", "Symptom::Died("];

    fn codes(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                codes(&path, found);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                for said in SAID {
                    let behind =
                        text.split(said).skip(1).filter_map(|rest| rest.trim_start().strip_prefix('"'));
                    found.extend(behind.filter_map(|rest| rest.split('"').next()).map(ToOwned::to_owned));
                }
            }
        }
    }

    #[test]
    fn every_code_a_door_finds_has_words() {
        let mut found = Vec::new();
        codes(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
        assert!(found.len() > 20, "{found:?}");
        for code in found.into_iter().filter(|code| code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        {
            let said = channel_trouble(ChannelKind::Telegram, &code, None, Language::Vietnamese).what;
            assert!(!said.contains("mã lỗi"), "{code} has no words: core/src/wording/troubles");
        }
    }
}
