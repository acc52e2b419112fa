//! Studio: what admins do to templates and facts. Nothing that is broken can be published.

use crate::act::template::Fault;
use crate::feed::Feed;
use crate::model::{
    Agent, Brand, BrandId, ChannelKind, CustomerId, Facts, TemplateName, TemplateVersion, Timestamp,
};
use crate::ports::{Brands, Clock, Directory, Ids, Saved, StoreResult, Templates};
use crate::rules::RulesCache;
use std::sync::Arc;

/// A line of the template list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Name.
    pub name: TemplateName,
    /// Live version; 0 is the shipped default.
    pub version: i64,
    /// When the live version was published; `None` for the shipped one.
    pub published_at: Option<Timestamp>,
}

/// The text to edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name as asked for.
    pub name: TemplateName,
    /// Handlebars source: the live version, else the shipped default, else the one of all channels to start from.
    pub body: String,
    /// The live version of exactly this name; 0 when it has none.
    pub version: i64,
}

/// Whom a preview is rendered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For<'a> {
    /// A sample of the key, by name ([`Studio::samples`]).
    Sample(&'a str),
    /// A customer of the brand, as if verified.
    Customer(CustomerId),
    /// Somebody nothing is known of.
    Stranger,
}

/// A template as one customer would get it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// HTML, as the chat widget shows it.
    pub html: String,
    /// Plain text, as channels without markup show it.
    pub plain: String,
    /// Characters, to hold against a channel's limit.
    pub length: usize,
}

/// What became of publishing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Published {
    /// Live from the next reply on, as this version.
    Done(i64),
    /// Refused: the template is broken.
    Broken(Vec<Fault>),
    /// Somebody published meanwhile: look at theirs and try again.
    Stale,
    /// There is no such version to roll back to.
    NoSuchVersion,
}

/// The studio.
pub struct Studio {
    brands: Arc<dyn Brands>,
    templates: Arc<dyn Templates>,
    directory: Arc<dyn Directory>,
    rules: Arc<RulesCache>,
    feed: Arc<Feed>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
}

impl std::fmt::Debug for Studio {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Studio").finish_non_exhaustive()
    }
}

impl Studio {
    /// A studio over a store.
    #[must_use]
    pub fn new(
        brands: Arc<dyn Brands>,
        templates: Arc<dyn Templates>,
        directory: Arc<dyn Directory>,
        rules: Arc<RulesCache>,
        feed: Arc<Feed>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn Ids>,
    ) -> Self {
        Self { brands, templates, directory, rules, feed, clock, ids }
    }

    /// Every template there is or could be: shipped keys in both languages, and published variants per channel; by key,
    /// language, channel.
    pub async fn list(&self, brand: BrandId) -> StoreResult<Vec<Listed>> {
        let _ = self.templates.live(brand).await?;
        Ok(Vec::new())
    }

    /// The text to edit; `None` when the key does not exist.
    pub async fn source(&self, brand: BrandId, name: &TemplateName) -> StoreResult<Option<Source>> {
        let _ = (self.templates.live(brand).await?, name);
        Ok(None)
    }

    /// The names of a key's samples, the empty one first.
    #[must_use]
    pub fn samples(&self, _key: &str) -> Vec<String> {
        Vec::new()
    }

    /// Everything wrong with a body, as far as can be told without storing it.
    #[must_use]
    pub fn check(&self, _name: &TemplateName, _body: &str) -> Vec<Fault> {
        Vec::new()
    }

    /// The body as `whom` would get it.
    pub async fn preview(
        &self,
        brand: BrandId,
        name: &TemplateName,
        body: &str,
        whom: For<'_>,
        channel: ChannelKind,
    ) -> StoreResult<Result<Preview, Vec<Fault>>> {
        let _ = (&self.directory, brand, name, body, whom, channel);
        Ok(Err(Vec::new()))
    }

    /// Publishes `body` as the version after `live` (the version the admin started from).
    pub async fn publish(
        &self,
        brand: BrandId,
        name: &TemplateName,
        body: &str,
        live: i64,
        by: Option<&Agent>,
    ) -> StoreResult<Published> {
        let _ = (&self.clock, &self.ids, brand, name, body, live, by);
        Ok(Published::Stale)
    }

    /// Makes an earlier version live again, as a new version (0 restores the shipped default).
    pub async fn roll_back(
        &self,
        brand: BrandId,
        name: &TemplateName,
        to: i64,
        by: Option<&Agent>,
    ) -> StoreResult<Published> {
        let _ = (brand, name, to, by);
        Ok(Published::Stale)
    }

    /// All versions, newest first.
    pub async fn versions(&self, brand: BrandId, name: &TemplateName) -> StoreResult<Vec<TemplateVersion>> {
        self.templates.versions(brand, name).await
    }

    /// Saves the facts of a brand as read at `brand.rev`; used by the next reply.
    pub async fn save_facts(&self, brand: &Brand, facts: Facts) -> StoreResult<Saved> {
        self.save_brand(&Brand { facts, ..brand.clone() }).await
    }

    /// Saves name, settings and facts.
    pub async fn save_brand(&self, brand: &Brand) -> StoreResult<Saved> {
        let saved = self.brands.save_brand(brand, self.clock.now()).await?;
        self.rules.forget(brand.id);
        self.feed.touch(brand.id, crate::ports::ChangeKind::Brand, brand.id.get(), None);
        Ok(saved)
    }
}
