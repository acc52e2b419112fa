//! Shop systems and what they tell: each event is stored whole, with the mark that it was taken.

mod erase;
mod take;

use crate::Store;
use crate::db::{all, exec, opt};
use crate::error::broken;
use crate::rows::{moment, parse};
use crate::sql::shops as sql;
use crate::vault::{Vault, open, seal};
use lara_core::model::{BrandId, Millis, Secrets, Shop, ShopId, Timestamp};
use lara_core::ports::{Ids, Saved, ShopEvent, ShopOutcome, ShopRefusals, Shops, StoreError, StoreResult};

/// The same trouble is noted once in this time: whoever knocks with a wrong key makes no storm of writes.
const NOTED: Millis = Millis::minutes(1);

#[derive(sqlx::FromRow)]
struct ShopRow {
    id: String,
    brand_id: String,
    kind: String,
    name: String,
    secret: String,
    prefix: String,
    paused_at: Option<i64>,
    last_event_at: Option<i64>,
    last_error: Option<String>,
    last_error_at: Option<i64>,
    created_at: i64,
}

impl ShopRow {
    fn opened(self, vault: Option<&Vault>) -> StoreResult<Shop> {
        let id: ShopId = parse(&self.id)?;
        Ok(Shop {
            id,
            brand: parse(&self.brand_id)?,
            kind: parse(&self.kind)?,
            name: self.name,
            secrets: open(vault, id.get(), Some(&self.secret)),
            prefix: self.prefix,
            paused_at: moment(self.paused_at),
            last_event_at: moment(self.last_event_at),
            last_error: self.last_error,
            last_error_at: moment(self.last_error_at),
            created_at: Timestamp::from_millis(self.created_at),
        })
    }
}

#[derive(sqlx::FromRow)]
struct RefusedRow {
    shop_id: String,
    reason: Option<String>,
    number: i64,
    last_at: i64,
}

impl TryFrom<RefusedRow> for ShopRefusals {
    type Error = StoreError;

    fn try_from(row: RefusedRow) -> Result<Self, StoreError> {
        Ok(Self {
            shop: parse(&row.shop_id)?,
            reason: row.reason.unwrap_or_default(),
            count: row.number,
            last_at: Timestamp::from_millis(row.last_at),
        })
    }
}

#[async_trait::async_trait]
impl Shops for Store {
    async fn shops(&self, brand: Option<BrandId>) -> StoreResult<Vec<Shop>> {
        let mut on = self.db.read().await?;
        let rows = match brand {
            Some(brand) => all!(on, ShopRow, sql::SHOPS_OF_BRAND, brand.to_string())?,
            None => all!(on, ShopRow, sql::SHOPS)?,
        };
        rows.into_iter().map(|row| row.opened(self.vault.as_ref())).collect()
    }

    async fn shop(&self, id: ShopId) -> StoreResult<Option<Shop>> {
        let mut on = self.db.read().await?;
        let row = opt!(on, ShopRow, sql::SHOP, id.to_string())?;
        row.map(|row| row.opened(self.vault.as_ref())).transpose()
    }

    async fn add_shop(&self, shop: &Shop) -> StoreResult<Saved> {
        let sealed = sealed(self.vault.as_ref(), shop.id, &shop.secrets)?;
        let (id, brand, at) = (shop.id.to_string(), shop.brand.to_string(), shop.created_at.millis());
        let paused = shop.paused_at.map(Timestamp::millis);
        let (kind, name, prefix) = (shop.kind.as_str(), &shop.name, &shop.prefix);
        let mut tx = self.db.write().await?;
        let added = exec!(tx, sql::SHOP_ADD, id, brand, kind, name, sealed, prefix, paused, at)?;
        tx.commit().await?;
        Ok(if added == 0 { Saved::Taken } else { Saved::Done })
    }

    async fn set_shop_secret(&self, id: ShopId, secrets: &Secrets) -> StoreResult<()> {
        let sealed = sealed(self.vault.as_ref(), id, secrets)?;
        let mut tx = self.db.write().await?;
        exec!(tx, sql::SHOP_SECRET, id.to_string(), sealed)?;
        tx.commit().await
    }

    async fn pause_shop(&self, id: ShopId, paused_at: Option<Timestamp>) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        exec!(tx, sql::SHOP_PAUSE, id.to_string(), paused_at.map(Timestamp::millis))?;
        tx.commit().await
    }

    async fn remove_shop(&self, id: ShopId) -> StoreResult<()> {
        let mut tx = self.db.write().await?;
        for statement in [sql::SHOP_EVENTS_FORGET, sql::SHOP_REMOVE] {
            exec!(tx, statement, id.to_string())?;
        }
        tx.commit().await
    }

    async fn note_shop_error(&self, id: ShopId, code: &str, now: Timestamp) -> StoreResult<()> {
        let since = now.plus(Millis(-NOTED.0)).millis();
        let mut tx = self.db.write().await?;
        exec!(tx, sql::SHOP_ERROR, id.to_string(), code, now.millis(), since)?;
        tx.commit().await
    }

    async fn take_shop_event(
        &self,
        shop: &Shop,
        event: &ShopEvent,
        ids: &dyn Ids,
        now: Timestamp,
    ) -> StoreResult<ShopOutcome> {
        self.take(shop, event, ids, now).await
    }

    async fn shop_refusals(&self, since: Timestamp) -> StoreResult<Vec<ShopRefusals>> {
        let mut on = self.db.read().await?;
        let rows = all!(on, RefusedRow, sql::EVENTS_REFUSED, since.millis())?;
        rows.into_iter().map(ShopRefusals::try_from).collect()
    }

    async fn prune_shop_events(&self, before: Timestamp) -> StoreResult<u64> {
        let mut tx = self.db.write().await?;
        let gone = exec!(tx, sql::EVENTS_PRUNE, before.millis())?;
        tx.commit().await?;
        Ok(gone)
    }
}

fn sealed(vault: Option<&Vault>, id: ShopId, secrets: &Secrets) -> StoreResult<String> {
    seal(vault, id.get(), secrets)?.ok_or_else(|| broken("a shop system needs a secret"))
}
