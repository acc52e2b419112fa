//! Whether a channel can work: what is the same for every kind, then what its own door asks the platform.

use crate::{CHANNELS, Shared};
use futures_util::FutureExt;
use lara_core::model::{Channel, ChannelKind, Finding};
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use url::Url;

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
        Ok(Ok(findings)) => findings.into_iter().chain(address(&shared.public_url, channel)).collect(),
        Ok(Err(_)) => {
            tracing::error!(channel = %channel.id, kind = %channel.kind, "the check of a channel fell over");
            vec![Finding::warning("check_failed")]
        }
        Err(_) => vec![Finding::warning("platform_unreachable")],
    }
}

/// Whether Meta can call us: https addresses of the world only (developers.facebook.com, "Webhooks from Meta", "Create an
/// endpoint"). A warning, because a proxy may answer at an address we were not told of. Not asked where a stand-in calls.
fn address(public_url: &Url, channel: &Channel) -> Option<Finding> {
    use ChannelKind::{Instagram, Messenger, Whatsapp};
    let called = matches!(channel.kind, Messenger | Instagram | Whatsapp);
    if !called || channel.settings.get("graph_url").is_some_and(|url| !url.is_null()) {
        return None;
    }
    match public_url.host_str() {
        Some("localhost" | "127.0.0.1") => {
            Some(Finding::warning("public_url_local").with(public_url.as_str()))
        }
        _ if public_url.scheme() != "https" => {
            Some(Finding::warning("public_url_not_https").with(public_url.as_str()))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::address;
    use lara_core::model::{BrandId, Channel, ChannelId, Delivery};
    use uuid::Uuid;

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
    fn meta_calls_https_addresses_of_the_world_only() {
        let id = Uuid::from_u128(1);
        let (id, brand) = (ChannelId::new(id), BrandId::new(id));
        let mut channel = Channel::new(id, brand, ChannelKind::Messenger, "page", Delivery::Push);
        let found =
            |url: &str, channel: &Channel| address(&url.parse().unwrap(), channel).map(|found| found.code);
        assert_eq!(found("https://lara.example", &channel), None);
        assert_eq!(found("http://localhost:8080", &channel).as_deref(), Some("public_url_local"));
        assert_eq!(found("http://lara.example", &channel).as_deref(), Some("public_url_not_https"));
        channel.settings = serde_json::json!({ "graph_url": "http://127.0.0.1:7" });
        assert_eq!(found("http://127.0.0.1:8080", &channel), None);
        channel.kind = ChannelKind::Discord;
        assert_eq!(found("http://localhost:8080", &channel), None);
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
