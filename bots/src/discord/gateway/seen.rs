//! How far every place was read. Kept in memory and written now and then, and only what is stored already: what a crash
//! forgets is fetched again and known by its id.

use super::Station;
use crate::discord::ids::Snowflake;
use crate::discord::places::Seen;
use std::collections::{HashMap, HashSet};

/// What was last seen in every place.
#[derive(Debug, Default)]
pub(super) struct SeenBook {
    places: HashMap<Snowflake, Seen>,
    unwritten: HashSet<Snowflake>,
}

impl SeenBook {
    pub(super) fn new(places: HashMap<Snowflake, Seen>) -> Self {
        Self { places, unwritten: HashSet::new() }
    }

    /// Everything up to this is stored.
    pub(super) fn saw(&mut self, place: Snowflake, seen: Seen) {
        let known = self.places.entry(place).or_insert(seen);
        let later = known.last.max(seen.last);
        *known = Seen { last: later, guild: seen.guild.or(known.guild) };
        self.unwritten.insert(place);
    }

    /// The places, those spoken in last first.
    pub(super) fn latest_first(&self) -> Vec<(Snowflake, Seen)> {
        let mut places: Vec<_> = self.places.iter().map(|(place, seen)| (*place, *seen)).collect();
        places.sort_by_key(|(_, seen)| std::cmp::Reverse(seen.last));
        places
    }

    pub(super) fn knows(&self, place: Snowflake) -> bool {
        self.places.contains_key(&place)
    }

    /// Forgets a place that is gone, until something is seen there again.
    pub(super) fn forget(&mut self, place: Snowflake) {
        self.places.remove(&place);
        self.unwritten.remove(&place);
    }

    /// Writes what moved. What cannot be written now is written later.
    pub(super) async fn flush(&mut self, station: &Station) {
        let now = station.shared.clock.now();
        for place in std::mem::take(&mut self.unwritten) {
            let Some(seen) = self.places.get(&place) else { continue };
            if station.kept.set_seen(place, *seen, now).await.is_err() {
                self.unwritten.insert(place);
            }
        }
    }
}
