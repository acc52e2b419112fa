//! Channels of platforms, and how they are.

use super::{NASTY, World};
use lara_core::model::{Channel, ChannelId, ChannelKind, Delivery, Finding, Millis};
use lara_core::ports::{Brands, ChannelChecks, ChannelHealth, Clock, Ids, OddEvent, OddEvents, Symptom};
use lara_store::Store;
use std::sync::Arc;

/// A platform that knows every account but the revoked one.
pub(super) struct Platform(pub(super) Arc<Store>, pub(super) Arc<dyn Clock>);

#[async_trait::async_trait]
impl ChannelChecks for Platform {
    async fn check(&self, channel: &Channel) -> Vec<Finding> {
        let found = match channel.account.as_deref() {
            Some("revoked") => vec![Finding::broken("token_invalid")],
            _ => vec![Finding::fine("token_valid").with("@moc")],
        };
        self.0.note(channel, &Symptom::Checked(found.clone()), self.1.now()).await.unwrap();
        found
    }
}

impl World {
    async fn channel_of(&self, kind: ChannelKind, account: &str, paused: bool) -> Channel {
        let id = ChannelId::new(self.ids.next());
        let mut channel = Channel::new(id, self.brand.id, kind, kind.as_str(), Delivery::Push);
        channel.account = Some(account.to_owned());
        channel.paused_at = paused.then(|| self.clock.now());
        self.store.put_channel(&channel, self.clock.now()).await.unwrap();
        channel
    }

    async fn note(&self, channel: &Channel, symptom: Symptom, minutes_ago: i64) {
        let at = self.clock.now().plus(Millis::minutes(-minutes_ago));
        self.store.note(channel, &symptom, at).await.unwrap();
    }

    /// Telegram works, Messenger is down, Discord needs attention and was sent something odd, WhatsApp is paused.
    pub(crate) async fn channels_in_every_state(&self) -> [Channel; 4] {
        let telegram = self.channel_of(ChannelKind::Telegram, "8123456789", false).await;
        let messenger = self.channel_of(ChannelKind::Messenger, "revoked", false).await;
        let discord = self.channel_of(ChannelKind::Discord, "1234567890", false).await;
        let whatsapp = self.channel_of(ChannelKind::Whatsapp, "1029384756", true).await;
        let known = |name: &str| Finding::fine("token_valid").with(name);

        self.note(&telegram, Symptom::Heard, 2).await;
        self.note(&telegram, Symptom::Sent, 2).await;
        self.note(&telegram, Symptom::Checked(vec![known("@moc_bot")]), 8).await;
        self.note(&messenger, Symptom::Heard, 200).await;
        self.note(&messenger, Symptom::Died("token_revoked".to_owned()), 40).await;
        self.note(&messenger, Symptom::Checked(vec![Finding::broken("token_invalid")]), 5).await;
        self.note(&discord, Symptom::Heard, 30).await;
        let intent = Finding::warning("intent_missing").with("MESSAGE CONTENT INTENT");
        self.note(&discord, Symptom::Checked(vec![known("moc"), intent]), 8).await;
        for minutes in [5, 50] {
            let event = OddEvent {
                id: self.ids.next(),
                brand: self.brand.id,
                channel: discord.id,
                reason: "unknown_shape".to_owned(),
                body: format!("{{\"content\":\"{}\"}}", NASTY.replace('"', "'")),
                at: self.clock.now().plus(Millis::minutes(-minutes)),
            };
            self.store.keep_odd(&event).await.unwrap();
        }
        [telegram, messenger, discord, whatsapp]
    }
}
