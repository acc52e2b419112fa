//! Completes what the classifier found with what only the brand knows: how its order numbers look, whose they are, its
//! products, and which day "tomorrow" is in its time zone.

use super::orders::by_number;
use super::{Mention, OrderNumbers};
use crate::model::{Entity, EntityValue, Order, SaidDate, Timestamp};
use crate::rules::Rules;
use std::ops::Range;

/// The entities of `text`, in order, never overlapping: `read` by the classifier, completed. `orders` are those that may be
/// shown: a number of one of them is written as the shop writes it. `products` are those the text mentions.
#[must_use]
pub fn complete(
    read: &[Entity],
    text: &str,
    rules: &Rules,
    products: &[Mention<'_>],
    orders: &[Order],
    now: Timestamp,
) -> Vec<Entity> {
    let today = rules.today(now);
    let mut entities: Vec<Entity> = read
        .iter()
        .filter(|entity| text.get(entity.span()).is_some())
        .filter(|entity| rules.order_numbers.is_none() || !matches!(entity.value, EntityValue::Order(_)))
        .filter_map(|entity| match entity.value {
            EntityValue::Date(said) => {
                let day = said.resolve(today)?;
                Some(Entity { value: EntityValue::Date(SaidDate::On(day)), ..entity.clone() })
            }
            _ => Some(entity.clone()),
        })
        .collect();
    if let Some(numbers) = &rules.order_numbers {
        for (place, number) in numbers.find(text) {
            // The brand knows better than a guess what a row of digits is; what is secret stays so.
            put(&mut entities, &place, EntityValue::Order(number), |value| *value != EntityValue::Secret);
        }
    }
    for entity in &mut entities {
        if let EntityValue::Order(number) = &mut entity.value
            && let Some(order) = by_number(number, orders)
        {
            number.clone_from(&order.number);
        }
    }
    for order in orders {
        for (place, _) in OrderNumbers::just(&order.number).find(text) {
            put(&mut entities, &place, EntityValue::Order(order.number.clone()), |value| {
                *value != EntityValue::Secret
            });
        }
    }
    for mention in products {
        let value = EntityValue::Product(mention.product.sku.clone());
        put(&mut entities, &mention.place, value, |value| {
            matches!(value, EntityValue::Size(_) | EntityValue::Quantity { .. })
        });
    }
    entities.sort_by_key(|entity| entity.start);
    entities
}

/// Puts a value at a place, over those that give way; where one does not, nothing is put.
fn put(
    entities: &mut Vec<Entity>,
    place: &Range<usize>,
    value: EntityValue,
    gives_way: impl Fn(&EntityValue) -> bool,
) {
    let overlaps = |entity: &Entity| entity.start < place.end && place.start < entity.end;
    if entities.iter().any(|entity| overlaps(entity) && !gives_way(&entity.value)) || place.is_empty() {
        return;
    }
    entities.retain(|entity| !overlaps(entity));
    entities.push(Entity { start: place.start, end: place.end, value });
}
