//! Where media of WhatsApp are: an id leads to an address that is good for five minutes, and only with the token (cloud-api,
//! media).

use crate::fetch::{Fetch, FetchError, LARGEST, Located};
use crate::meta::graph::{Api, CallError, errors};
use crate::meta::node::Node;
use crate::meta::settings::TOKEN;
use crate::{PrivateTargets, Shared};
use async_trait::async_trait;
use lara_core::model::{Channel, ChannelKind};
use lara_core::ports::SendError;
use std::sync::Arc;
use url::Url;

/// Finds media.
struct Media {
    client: reqwest::Client,
    private_targets: PrivateTargets,
}

/// The finder.
pub(in crate::meta) fn fetch(shared: &Shared) -> Arc<dyn Fetch> {
    Arc::new(Media { client: shared.platforms.clone(), private_targets: shared.private_targets })
}

#[async_trait]
impl Fetch for Media {
    fn serves(&self, kind: ChannelKind) -> bool {
        kind == ChannelKind::Whatsapp
    }

    async fn locate(&self, channel: &Channel, id: &str) -> Result<Located, FetchError> {
        // It becomes a part of an address: an id is a number, and nothing else is one.
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(FetchError::Refused("address_invalid"));
        }
        let api = Api::of(&self.client, channel).map_err(|_| FetchError::Refused("settings_wrong"))?;
        let answer = api.get(id, &[]).await.map_err(excuse)?;
        let media = Node::new(&answer);
        let too_large = media.number("file_size").and_then(|size| usize::try_from(size).ok());
        if too_large.is_some_and(|size| size > LARGEST) {
            return Err(FetchError::Refused("too_large"));
        }
        let url: Option<Url> = media.text("url").and_then(|url| url.parse().ok());
        let url = url.ok_or(FetchError::Refused("gone"))?;
        let own = api.settings.graph_url.as_ref().is_some_and(|graph| graph.origin() == url.origin());
        let reach = if own { PrivateTargets::Allowed } else { self.private_targets };
        Ok(Located { url, bearer: channel.secrets.get(TOKEN).cloned(), reach })
    }
}

fn excuse(error: CallError) -> FetchError {
    match error {
        CallError::NotSent | CallError::NoAnswer => FetchError::Retry("unreachable"),
        CallError::Refused(refusal) => match errors::judge(refusal) {
            SendError::Retry(_, errors::TOKEN) => FetchError::Refused("token_invalid"),
            SendError::TooFast(..) => FetchError::Retry("busy"),
            SendError::Retry(..) | SendError::Uncertain(_) => FetchError::Retry("unreachable"),
            SendError::Rejected(_) | SendError::Gone(_) => FetchError::Refused("gone"),
        },
    }
}
