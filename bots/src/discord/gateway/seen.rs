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
    /// Places of which something may be missing behind the mark: it stays there until they are read on.
    gaps: HashSet<Snowflake>,
}

impl SeenBook {
    pub(super) fn new(places: HashMap<Snowflake, Seen>) -> Self {
        Self { gaps: places.keys().copied().collect(), places, unwritten: HashSet::new() }
    }

    /// A session began that brings nothing of what was written before it.
    pub(super) fn interrupted(&mut self) {
        self.gaps = self.places.keys().copied().collect();
    }

    /// This came by itself and is stored. Behind a gap it moves no mark, or what is missing would never be fetched.
    pub(super) fn saw(&mut self, place: Snowflake, seen: Seen) {
        if !self.gaps.contains(&place) {
            self.reached(place, seen);
        }
    }

    /// Nothing is missing any more.
    pub(super) fn filled(&mut self, place: Snowflake) {
        self.gaps.remove(&place);
    }

    /// Everything up to this is stored.
    pub(super) fn reached(&mut self, place: Snowflake, seen: Seen) {
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
        self.gaps.remove(&place);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_waits_before_a_gap_until_it_is_filled() {
        let (place, other) = (Snowflake(1), Snowflake(2));
        let seen = |last| Seen { last: Snowflake(last), guild: None };
        let mut book = SeenBook::new(HashMap::from([(place, seen(10))]));
        let last = |book: &SeenBook, place| book.places.get(&place).map(|seen| seen.last.0);
        book.saw(place, seen(30));
        book.saw(other, seen(31));
        assert_eq!(
            (last(&book, place), last(&book, other)),
            (Some(10), Some(31)),
            "11 to 29 were never fetched"
        );
        book.reached(place, seen(30));
        book.filled(place);
        book.saw(place, seen(40));
        assert_eq!(last(&book, place), Some(40));
        book.interrupted();
        book.saw(place, seen(50));
        assert_eq!(last(&book, place), Some(40));
        book.forget(place);
        book.saw(place, seen(60));
        assert_eq!(last(&book, place), Some(60), "who comes back begins anew");
    }
}
