//! Brands, their channels and their published templates.

use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{all, exec, opt};
use crate::rows::{BrandRow, ChannelRow, IdRow, TemplateRow, channel_word, into_models, parse, to_json};
use crate::sql::brands as sql;
use crate::vault::{Vault, open, seal};
use lara_core::model::{
    Brand, BrandId, Channel, ChannelId, ConversationId, TemplateName, TemplateVersion, Timestamp,
};
use lara_core::ports::{Brands, ChangeKind, Saved, StoreResult, Templates};

#[async_trait::async_trait]
impl Brands for Store {
    async fn brands(&self) -> StoreResult<Vec<Brand>> {
        let mut on = self.db.read().await?;
        into_models(all!(on, BrandRow, sql::BRANDS)?)
    }

    async fn brand(&self, id: BrandId) -> StoreResult<Option<Brand>> {
        let mut on = self.db.read().await?;
        opt!(on, BrandRow, sql::BRAND, id.to_string())?.map(Brand::try_from).transpose()
    }

    async fn brand_by_slug(&self, slug: &str) -> StoreResult<Option<Brand>> {
        let mut on = self.db.read().await?;
        opt!(on, BrandRow, sql::BRAND_BY_SLUG, slug)?.map(Brand::try_from).transpose()
    }

    async fn add_brand(&self, brand: &Brand, now: Timestamp) -> StoreResult<Saved> {
        let (settings, facts) = (to_json(&brand.settings)?, to_json(&brand.facts)?);
        let mut tx = self.db.write().await?;
        let id = brand.id.to_string();
        let (slug, name) = (&brand.slug, &brand.name);
        let at = now.millis();
        if exec!(tx, sql::BRAND_ADD, id, slug, name, brand.demo, settings, facts, brand.rev, at)? == 0 {
            return Ok(Saved::Taken);
        }
        tell(&mut tx, &[Told::brand(brand.id, ChangeKind::Brand, now)]).await?;
        tx.commit().await?;
        Ok(Saved::Done)
    }

    async fn save_brand(&self, brand: &Brand, now: Timestamp) -> StoreResult<Saved> {
        let (settings, facts) = (to_json(&brand.settings)?, to_json(&brand.facts)?);
        let mut tx = self.db.write().await?;
        let id = brand.id.to_string();
        if exec!(tx, sql::BRAND_SAVE, id, brand.rev, &brand.name, settings, facts)? == 0 {
            return Ok(Saved::Stale);
        }
        tell(&mut tx, &[Told::brand(brand.id, ChangeKind::Brand, now)]).await?;
        tx.commit().await?;
        Ok(Saved::Done)
    }

    async fn remove_brand(&self, id: BrandId, now: Timestamp) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        for statement in sql::removal::STATEMENTS {
            exec!(tx, statement, id.to_string())?;
        }
        tell(&mut tx, &[Told::brand(id, ChangeKind::Brand, now)]).await?;
        tx.commit().await
    }

    async fn channels(&self, brand: Option<BrandId>) -> StoreResult<Vec<Channel>> {
        let mut on = self.db.read().await?;
        let rows = match brand {
            Some(brand) => all!(on, ChannelRow, sql::CHANNELS_OF_BRAND, brand.to_string())?,
            None => all!(on, ChannelRow, sql::CHANNELS)?,
        };
        rows.into_iter().map(|row| unsealed(self.vault.as_ref(), row)).collect()
    }

    async fn pause_channel(
        &self,
        id: ChannelId,
        paused_at: Option<Timestamp>,
        now: Timestamp,
    ) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        let paused_at = paused_at.map(Timestamp::millis);
        if let Some(brand) = opt!(tx, IdRow, sql::CHANNEL_PAUSE, id.to_string(), paused_at)? {
            tell(&mut tx, &[Told::brand(parse(&brand.id)?, ChangeKind::Brand, now)]).await?;
        }
        tx.commit().await
    }

    async fn remove_channel(&self, id: ChannelId, now: Timestamp) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        let channel = id.to_string();
        if let Some(brand) = opt!(tx, IdRow, sql::CHANNEL_RETIRE, &channel, now.millis())? {
            let brand = parse(&brand.id)?;
            let failed = all!(tx, IdRow, sql::CHANNEL_RETIRE_SENDS, &channel)?;
            for gone in [sql::CHANNEL_RETIRE_HEALTH, sql::CHANNEL_RETIRE_MARKS, sql::CHANNEL_RETIRE_ODD] {
                exec!(tx, gone, &channel)?;
            }
            let mut told = vec![Told::brand(brand, ChangeKind::Brand, now)];
            for conversation in failed {
                let key = parse::<ConversationId>(&conversation.id)?.get();
                told.push(Told { brand, kind: ChangeKind::Conversation, key, address: None, at: now });
            }
            tell(&mut tx, &told).await?;
        }
        tx.commit().await
    }

    async fn put_channel(&self, channel: &Channel, now: Timestamp) -> StoreResult<Saved> {
        let settings = to_json(&channel.settings)?;
        let mut tx = self.db.write().await?;
        let id = channel.id.to_string();
        let brand = channel.brand.to_string();
        let (kind, delivery) = (channel.kind.as_str(), channel.delivery.as_str());
        let at = now.millis();
        let sealed = seal(self.vault.as_ref(), channel.id.get(), &channel.secrets)?;
        let (name, account) = (&channel.name, channel.account.as_ref());
        let locked = channel.secrets.are_locked();
        let paused = channel.paused_at.map(Timestamp::millis);
        let added = exec!(
            tx,
            sql::CHANNEL_ADD,
            &id,
            brand,
            kind,
            name,
            delivery,
            &settings,
            account,
            &sealed,
            paused,
            at
        )?;
        if added == 0
            && exec!(tx, sql::CHANNEL_SAVE, &id, delivery, &settings, account, &sealed, paused, locked)? == 0
        {
            return Ok(Saved::Taken);
        }
        tell(&mut tx, &[Told::brand(channel.brand, ChangeKind::Brand, now)]).await?;
        tx.commit().await?;
        Ok(Saved::Done)
    }
}

/// A channel with its secrets.
pub(crate) fn unsealed(vault: Option<&Vault>, row: ChannelRow) -> StoreResult<Channel> {
    let sealed = row.secrets.clone();
    let mut channel = Channel::try_from(row)?;
    channel.secrets = open(vault, channel.id.get(), sealed.as_deref());
    Ok(channel)
}

#[async_trait::async_trait]
impl Templates for Store {
    async fn live(&self, brand: BrandId) -> StoreResult<Vec<TemplateVersion>> {
        let mut on = self.db.read().await?;
        into_models(all!(on, TemplateRow, sql::TEMPLATES_LIVE, brand.to_string())?)
    }

    async fn versions(&self, brand: BrandId, name: &TemplateName) -> StoreResult<Vec<TemplateVersion>> {
        let mut on = self.db.read().await?;
        let (language, channel) = (name.language.as_str(), channel_word(name.channel));
        let brand = brand.to_string();
        into_models(all!(on, TemplateRow, sql::TEMPLATE_VERSIONS, brand, &name.key, language, channel)?)
    }

    async fn publish(&self, version: &TemplateVersion) -> StoreResult<Saved> {
        let mut tx = self.db.write().await?;
        let name = &version.name;
        let written = exec!(
            tx,
            sql::TEMPLATE_PUBLISH,
            version.id.to_string(),
            version.brand.to_string(),
            &name.key,
            name.language.as_str(),
            channel_word(name.channel),
            version.version,
            &version.body,
            version.published_by.map(|id| id.to_string()),
            version.published_at.millis(),
            version.restores
        )?;
        if written == 0 {
            return Ok(Saved::Stale);
        }
        let told = Told::brand(version.brand, ChangeKind::Templates, version.published_at);
        tell(&mut tx, &[told]).await?;
        tx.commit().await?;
        Ok(Saved::Done)
    }
}
