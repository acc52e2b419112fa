//! Erases somebody whose shop says so: the person first, then the mark that it was done. What breaks off in between is told
//! again, and a mark that is there keeps an old wish from erasing who came back.

use crate::Store;
use crate::db::opt;
use crate::rows::{IdRow, parse};
use crate::sql::{directory, shops as sql};
use lara_core::model::{ErasureId, Shop, Timestamp};
use lara_core::ports::{ErasedBy, Ids, Privacy as _, ShopEvent, ShopOutcome, StoreResult};

impl Store {
    pub(super) async fn erase_for(
        &self,
        shop: &Shop,
        event: &ShopEvent,
        customer: &str,
        ids: &dyn Ids,
        now: Timestamp,
    ) -> StoreResult<ShopOutcome> {
        let mut on = self.db.read().await?;
        if opt!(on, IdRow, sql::EVENT_KNOWN, shop.id.to_string(), &event.external)?.is_some() {
            return Ok(ShopOutcome::Replayed);
        }
        let (brand, external) = (shop.brand.to_string(), shop.customer(customer));
        let found = opt!(on, IdRow, directory::CUSTOMER_BY_EXTERNAL, brand, external)?;
        drop(on);
        let outcome = match found {
            Some(row) => {
                let id = ErasureId::new(ids.next());
                self.erase(shop.brand, parse(&row.id)?, ErasedBy::Shop, id, now).await?;
                ShopOutcome::Taken
            }
            None => ShopOutcome::Ignored("customer_unknown"),
        };
        self.set_aside(shop, event, outcome, now).await
    }
}
