//! A brand writes first: within consent, quiet hours, reply windows, a cap a week, and never over a human.

use super::unasked::{MaySend, Refusal, WEEK, may_send};
use crate::act::markup;
use crate::act::template::RenderFault;
use crate::desk::LONGEST;
use crate::feed::Feed;
use crate::listen::receive;
use crate::model::{BrandId, ConversationId, CustomerId, Language, MessageId, Timestamp};
use crate::ports::{ChangeKind, Clock, Directory, Ids, NewUnasked, Reachable, StoreError, Unasked};
use crate::relate::{Known, Scene, context};
use crate::rules::{Rules, RulesCache};
use std::sync::Arc;

/// What is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Words {
    /// These words, plain.
    Literal(String),
    /// A template, by its key, in the person's language.
    Template(String),
}

/// What was written, and when it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// The message.
    pub message: MessageId,
    /// Its conversation.
    pub conversation: ConversationId,
    /// When it goes: now, or after the quiet hours.
    pub send_at: Timestamp,
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum OutreachError {
    /// There is no such brand or customer.
    #[error("there is no such customer")]
    Missing,
    /// It may not be written.
    #[error("it may not be written: {0}")]
    Refused(Refusal),
    /// Nothing was said.
    #[error("there is nothing to send")]
    Empty,
    /// Too much was said.
    #[error("the text is longer than {LONGEST} characters")]
    TooLong,
    /// The template cannot say it.
    #[error("the template cannot be used: {0}")]
    Template(RenderFault),
    /// The store failed; nothing was written.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// Writes messages nobody asked for.
pub struct Outreach {
    unasked: Arc<dyn Unasked>,
    directory: Arc<dyn Directory>,
    rules: Arc<RulesCache>,
    feed: Arc<Feed>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl std::fmt::Debug for Outreach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Outreach").finish_non_exhaustive()
    }
}

impl Outreach {
    /// The use case over a store.
    #[must_use]
    pub fn new(
        unasked: Arc<dyn Unasked>,
        directory: Arc<dyn Directory>,
        rules: Arc<RulesCache>,
        feed: Arc<Feed>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Self {
        Self { unasked, directory, rules, feed, clock, ids }
    }

    /// Writes to a person where they wrote last in private, at an address that is proven to be theirs. Of messages written at
    /// the same time no more than the cap are taken.
    pub async fn write(
        &self,
        brand: BrandId,
        customer: CustomerId,
        words: &Words,
    ) -> Result<Written, OutreachError> {
        let now = self.clock.now();
        let rules = self.rules.of(brand).await?.ok_or(OutreachError::Missing)?;
        let since = now.plus(crate::model::Millis(-WEEK.0));
        let found = self.unasked.reachable(brand, customer, since).await?.ok_or(OutreachError::Missing)?;
        let to = found.ok_or(OutreachError::Refused(Refusal::Nowhere))?;
        let settings = &rules.brand.settings;
        let send_at = match may_send(settings, &rules.zone, &to, now) {
            MaySend::Now => now,
            MaySend::At(at) => at,
            MaySend::No(refusal) => return Err(OutreachError::Refused(refusal)),
        };
        let text = self.words(&rules, &to, words, now).await?;
        let new = NewUnasked {
            id: MessageId::new(self.ids.next()),
            conversation: ConversationId::new(self.ids.next()),
            brand,
            person: to.person,
            address: to.address,
            channel: to.channel.id,
            delivery: to.channel.delivery,
            text,
            at: now,
            send_at,
            since,
            at_most: settings.unasked_a_week,
        };
        match self.unasked.write_unasked(&new).await? {
            Ok(conversation) => {
                self.feed.touch(brand, ChangeKind::Conversation, conversation.get(), Some(to.address));
                self.feed.sends().notify_one();
                Ok(Written { message: new.id, conversation, send_at })
            }
            Err(refusal) => Err(OutreachError::Refused(refusal)),
        }
    }

    async fn words(
        &self,
        rules: &Rules,
        to: &Reachable,
        words: &Words,
        now: Timestamp,
    ) -> Result<String, OutreachError> {
        let key = match words {
            Words::Literal(text) => {
                if text.chars().nth(LONGEST).is_some() {
                    return Err(OutreachError::TooLong);
                }
                let text = receive(text);
                return if text.is_empty() { Err(OutreachError::Empty) } else { Ok(markup::escape(&text)) };
            }
            Words::Template(key) => key,
        };
        let profile = self.directory.profile(rules.brand.id, to.person).await?;
        let (customer, orders, preferences) = profile.ok_or(OutreachError::Missing)?;
        let language: Language = to.language.unwrap_or(rules.brand.settings.language);
        let known = Known::all(Some((&customer, orders.as_slice(), preferences.as_slice())));
        let scene = Scene {
            known,
            likes: known.preferences().cloned().collect(),
            order: orders.first(),
            ..Scene::empty(rules, language, now)
        };
        let rendered = rules.templates.render(key, language, to.channel.kind, &context(&scene));
        rendered.map(|rendered| rendered.text).map_err(OutreachError::Template)
    }
}
