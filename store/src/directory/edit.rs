//! Corrections of what is known about a person, and what the brand says they like.

use crate::Store;
use crate::changes::{Told, tell};
use crate::db::{all, batch, exec, opt};
use crate::directory::import::NewPreference;
use crate::fold::fold;
use crate::rows::{CustomerRow, IdRow};
use crate::sql::directory as sql;
use lara_core::model::{BrandId, Customer, CustomerId, Language, Preference, Timestamp};
use lara_core::ports::{ChangeKind, Edit, PersonEdit, StoreResult};
use lara_core::text::phone_digits;

fn edited<T: Clone>(known: Option<T>, edit: &Edit<T>) -> Option<T> {
    match edit {
        Edit::Keep => known,
        Edit::Clear => None,
        Edit::Set(value) => Some(value.clone()),
    }
}

impl Store {
    pub(super) async fn edit(
        &self,
        brand: BrandId,
        customer: CustomerId,
        edit: &PersonEdit,
        now: Timestamp,
    ) -> StoreResult<Option<(CustomerId, bool)>> {
        let mut tx = self.db.write().await?;
        let row = opt!(tx, CustomerRow, sql::PERSON_HOLD, brand.to_string(), customer.to_string())?;
        let Some(row) = row else { return Ok(None) };
        let known = Customer::try_from(row)?;
        let new = Customer {
            name: edited(known.name.clone(), &edit.name),
            email: edited(known.email.clone(), &edit.email),
            phone: edited(known.phone.clone(), &edit.phone),
            language: edited(known.language, &edit.language),
            tier: edited(known.tier.clone(), &edit.tier),
            ..known.clone()
        };
        if new == known {
            return Ok(Some((known.id, false)));
        }
        exec!(
            tx,
            sql::CUSTOMER_EDIT,
            new.id.to_string(),
            new.name.as_deref(),
            new.name.as_deref().map(fold),
            new.email.as_deref(),
            new.phone.as_deref(),
            new.phone.as_deref().and_then(phone_digits),
            new.language.map(Language::as_str),
            new.tier.as_deref(),
            now.millis()
        )?;
        let told = Told { brand, kind: ChangeKind::Customer, key: new.id.get(), address: None, at: now };
        tell(&mut tx, &[told]).await?;
        tx.commit().await?;
        Ok(Some((new.id, true)))
    }

    pub(super) async fn like(
        &self,
        brand: BrandId,
        customer: CustomerId,
        preference: &Preference,
        now: Timestamp,
    ) -> StoreResult<Option<bool>> {
        let mut tx = self.db.write().await?;
        let row = opt!(tx, CustomerRow, sql::PERSON_HOLD, brand.to_string(), customer.to_string())?;
        let Some(row) = row else { return Ok(None) };
        let person = Customer::try_from(row)?.id;
        let new = NewPreference {
            customer_id: person,
            key: &preference.key,
            brand_id: brand,
            value: &preference.value,
            source: preference.source.as_str(),
            address_id: preference.address,
            message_id: None,
            at: now.millis(),
        };
        if all!(tx, IdRow, sql::PREFERENCES_PUT, batch(&[new])?)?.is_empty() {
            return Ok(Some(false));
        }
        exec!(tx, sql::CUSTOMER_MOVE, person.to_string())?;
        let told = Told { brand, kind: ChangeKind::Customer, key: person.get(), address: None, at: now };
        tell(&mut tx, &[told]).await?;
        tx.commit().await?;
        Ok(Some(true))
    }
}
