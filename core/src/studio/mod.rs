//! Studio: what admins do to templates and facts. Nothing that is broken can be published.

mod preview;
mod settings;

pub use preview::{For, Preview};
pub use settings::{SettingsFault, check as check_brand};

use crate::act::template::{self, Fault, samples};
use crate::feed::Feed;
use crate::model::{
    Agent, AgentId, Brand, BrandId, ChannelKind, Facts, Language, TemplateId, TemplateName, TemplateVersion,
    Timestamp,
};
use crate::ports::{Brands, ChangeKind, Clock, Directory, Ids, Saved, StoreResult, Templates};
use crate::rules::RulesCache;
use std::collections::BTreeMap;
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

    /// The confidence from which the brand's model answers, as it learnt it; `None` when there is no such brand.
    pub async fn learnt_threshold(&self, brand: BrandId) -> StoreResult<Option<f32>> {
        Ok(self.rules.of(brand).await?.map(|rules| rules.learnt))
    }

    /// Every template there is: shipped keys in both languages, and published variants; by key, language, channel.
    pub async fn list(&self, brand: BrandId) -> StoreResult<Vec<Listed>> {
        let shipped = template::shipped().map(|(name, _)| (name, None));
        let mut all: BTreeMap<TemplateName, Option<TemplateVersion>> = shipped.collect();
        for live in self.templates.live(brand).await? {
            all.insert(live.name.clone(), Some(live));
        }
        let listed = all.into_iter().map(|(name, live)| Listed {
            name,
            version: live.as_ref().map_or(0, |live| live.version),
            published_at: live.map(|live| live.published_at),
        });
        Ok(listed.collect())
    }

    /// The text to edit; `None` when there is no such key.
    pub async fn source(&self, brand: BrandId, name: &TemplateName) -> StoreResult<Option<Source>> {
        let live = self.templates.live(brand).await?;
        let for_all = TemplateName { channel: None, ..name.clone() };
        let published = |name: &TemplateName| live.iter().find(|version| version.name == *name);
        let own = published(name);
        let body = own
            .map(|version| version.body.clone())
            .or_else(|| template::shipped_source(name).map(str::to_owned))
            .or_else(|| published(&for_all).map(|version| version.body.clone()))
            .or_else(|| template::shipped_source(&for_all).map(str::to_owned));
        let version = own.map_or(0, |version| version.version);
        // An intent the brand added begins with an empty page.
        let body = body.or_else(|| template::is_key(&name.key).then(String::new));
        Ok(body.map(|body| Source { name: name.clone(), body, version }))
    }

    /// The names of a key's samples, the empty one first.
    #[must_use]
    pub fn samples(&self, key: &str) -> Vec<String> {
        samples(key).into_iter().map(|sample| sample.name).collect()
    }

    /// Every name a template may use, as written at the top: `order.number`. For completion and help.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        template::context_names()
    }

    /// Everything wrong with a body; empty when it may be published.
    #[must_use]
    pub fn check(&self, name: &TemplateName, body: &str) -> Vec<Fault> {
        template::check(name, body).err().unwrap_or_default()
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
        self.put(brand, name, body, (live, None), by.map(|agent| agent.id)).await
    }

    /// Makes an earlier version live again, as a new version (0 restores the shipped default).
    pub async fn roll_back(
        &self,
        brand: BrandId,
        name: &TemplateName,
        to: i64,
        by: Option<&Agent>,
    ) -> StoreResult<Published> {
        let versions = self.templates.versions(brand, name).await?;
        let latest = versions.first().map_or(0, |version| version.version);
        let body = if to == 0 {
            template::shipped_source(name).map(str::to_owned)
        } else {
            versions.into_iter().find(|version| version.version == to).map(|version| version.body)
        };
        match body {
            Some(body) => self.put(brand, name, &body, (latest, Some(to)), by.map(|agent| agent.id)).await,
            None => Ok(Published::NoSuchVersion),
        }
    }

    /// All versions, newest first.
    pub async fn versions(&self, brand: BrandId, name: &TemplateName) -> StoreResult<Vec<TemplateVersion>> {
        self.templates.versions(brand, name).await
    }

    /// Everything wrong with a brand's name, settings and facts; empty when they may be saved.
    #[must_use]
    pub fn check_brand(&self, brand: &Brand) -> Vec<SettingsFault> {
        settings::check(brand)
    }

    /// Saves the facts of a brand as read at `brand.rev`; used by the next reply.
    pub async fn save_facts(&self, brand: &Brand, facts: Facts) -> StoreResult<Saved> {
        self.save_brand(&Brand { facts, ..brand.clone() }).await
    }

    /// Saves name, settings and facts as read at `brand.rev`. Ask [`Studio::check_brand`] first.
    pub async fn save_brand(&self, brand: &Brand) -> StoreResult<Saved> {
        let saved = self.brands.save_brand(brand, self.clock.now()).await?;
        self.moved(brand.id, ChangeKind::Brand);
        Ok(saved)
    }

    /// The languages and channels a template may be written for.
    #[must_use]
    pub const fn variants() -> (&'static [Language], &'static [ChannelKind]) {
        (Language::ALL, ChannelKind::ALL)
    }

    async fn put(
        &self,
        brand: BrandId,
        name: &TemplateName,
        body: &str,
        (live, restores): (i64, Option<i64>),
        by: Option<AgentId>,
    ) -> StoreResult<Published> {
        if let Err(nearest) = template::known_key(&name.key) {
            let message = format!("there is no template {}", name.key);
            return Ok(Published::Broken(vec![Fault { line: 1, column: 1, message, nearest }]));
        }
        let faults = self.check(name, body);
        if !faults.is_empty() {
            return Ok(Published::Broken(faults));
        }
        let version = TemplateVersion {
            id: TemplateId::new(self.ids.next()),
            brand,
            name: name.clone(),
            version: live.saturating_add(1),
            body: body.to_owned(),
            published_by: by,
            published_at: self.clock.now(),
            restores,
        };
        let saved = self.templates.publish(&version).await?;
        self.moved(brand, ChangeKind::Templates);
        Ok(match saved {
            Saved::Done => Published::Done(version.version),
            Saved::Stale | Saved::Taken => Published::Stale,
        })
    }

    /// The next reply of this process uses what was saved; the change feed tells the others.
    fn moved(&self, brand: BrandId, kind: ChangeKind) {
        self.rules.forget(brand);
        self.feed.touch(brand, kind, brand.get(), None);
    }
}

#[cfg(test)]
mod tests;
