//! The reader of the change table: everything once, however much is written and in whatever order it is committed.

use lara_core::model::{Millis, Timestamp};
use lara_core::ports::{Change, Changes, StoreResult};
use std::collections::HashSet;

/// Numbers are not given in commit order: this much is read again.
const READ_AGAIN: Millis = Millis::seconds(1);
/// What [`Changes::changes`] answers at most: a page this long is not the last.
const PAGE: usize = 1_000;

/// Where a reader stands.
#[derive(Debug)]
pub(super) struct Reader {
    /// Everything up to here was read at least [`READ_AGAIN`] ago.
    settled: i64,
    /// The highest number read, and when; becomes `settled` once old enough.
    marks: Vec<(i64, Timestamp)>,
    seen: HashSet<i64>,
}

impl Reader {
    /// A reader of everything after `settled`.
    pub(super) fn new(settled: i64) -> Self {
        Self { settled, marks: Vec::new(), seen: HashSet::new() }
    }

    /// Everything that was not read before: first what is new, page by page, then what was committed late. A failing
    /// store moves nothing.
    pub(super) async fn read(&mut self, store: &dyn Changes, now: Timestamp) -> StoreResult<Vec<Change>> {
        let highest = self.marks.iter().map(|mark| mark.0).max().unwrap_or(self.settled);
        let mut read = self.pages(store, highest, i64::MAX).await?;
        read.extend(self.pages(store, self.settled, highest).await?);
        self.seen.extend(read.iter().map(|change| change.number));
        if let Some(highest) = read.iter().map(|change| change.number).max() {
            self.marks.push((highest, now));
        }
        let old = |mark: &(i64, Timestamp)| now.since(mark.1) > READ_AGAIN;
        if let Some((number, _)) = self.marks.iter().copied().filter(old).max() {
            self.settled = self.settled.max(number);
            self.marks.retain(|mark| !old(mark));
            self.seen.retain(|seen| *seen > self.settled);
        }
        Ok(read)
    }

    /// The changes in `after+1..=until` that were not seen, in order.
    async fn pages(&self, store: &dyn Changes, mut after: i64, until: i64) -> StoreResult<Vec<Change>> {
        let mut fresh = Vec::new();
        while after < until {
            let page = store.changes(after).await?;
            let Some(last) = page.last().map(|change| change.number) else { break };
            let is_last = page.len() < PAGE;
            let wanted = |change: &Change| change.number <= until && !self.seen.contains(&change.number);
            fresh.extend(page.into_iter().filter(wanted));
            if is_last {
                break;
            }
            after = last;
        }
        Ok(fresh)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use lara_core::model::BrandId;
    use lara_core::ports::ChangeKind;
    use std::collections::BTreeSet;
    use std::sync::Mutex;
    use uuid::Uuid;

    /// A change table of numbers.
    #[derive(Default)]
    struct Table(Mutex<BTreeSet<i64>>);

    impl Table {
        fn write(&self, numbers: impl IntoIterator<Item = i64>) {
            self.0.lock().unwrap().extend(numbers);
        }
    }

    #[async_trait]
    impl Changes for Table {
        async fn changes(&self, after: i64) -> StoreResult<Vec<Change>> {
            let change = |number: &i64| Change {
                number: *number,
                brand: BrandId::new(Uuid::nil()),
                kind: ChangeKind::Brand,
                key: Uuid::nil(),
                address: None,
                at: Timestamp::default(),
            };
            Ok(self.0.lock().unwrap().range(after + 1..).take(PAGE).map(change).collect())
        }

        async fn last_change(&self) -> StoreResult<i64> {
            Ok(0)
        }

        async fn prune_changes(&self, _: Timestamp) -> StoreResult<u64> {
            Ok(0)
        }
    }

    async fn numbers(reader: &mut Reader, table: &Table, at: i64) -> Vec<i64> {
        let read = reader.read(table, Timestamp::from_millis(at)).await.unwrap();
        read.iter().map(|change| change.number).collect()
    }

    #[tokio::test]
    async fn more_than_a_page_is_read_at_once_and_each_change_once() {
        let (table, mut reader) = (Table::default(), Reader::new(0));
        table.write(1..=3_500);
        assert_eq!(numbers(&mut reader, &table, 0).await, (1..=3_500).collect::<Vec<_>>());
        table.write(3_501..=7_000);
        assert_eq!(numbers(&mut reader, &table, 200).await, (3_501..=7_000).collect::<Vec<_>>());
        assert!(numbers(&mut reader, &table, 400).await.is_empty());
    }

    #[tokio::test]
    async fn a_change_committed_late_is_still_read_behind_more_than_a_page() {
        let (table, mut reader) = (Table::default(), Reader::new(0));
        table.write((1..=2_500).filter(|number| *number != 1_234));
        assert_eq!(numbers(&mut reader, &table, 0).await.len(), 2_499);
        table.write([1_234, 2_501]);
        assert_eq!(numbers(&mut reader, &table, 900).await, [2_501, 1_234]);
    }

    #[tokio::test]
    async fn what_was_read_a_second_ago_is_let_go() {
        let (table, mut reader) = (Table::default(), Reader::new(0));
        table.write(1..=10);
        numbers(&mut reader, &table, 0).await;
        assert!(numbers(&mut reader, &table, 1_001).await.is_empty());
        assert_eq!((reader.settled, reader.seen.len()), (10, 0));
        table.write([11]);
        assert_eq!(numbers(&mut reader, &table, 1_200).await, [11]);
    }
}
