//! Long lists a page at a time. A cursor is opaque to the caller and says where the page before ended; rows are ordered by
//! id, so that nothing is skipped or told twice while others are added.

use super::problem::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Rows of a page that asks for no number.
const USUAL: u32 = 50;
/// Rows of the longest page.
const LONGEST: u32 = 200;
/// The first byte of a cursor: another shape of cursor will have another.
const FIRST: u8 = 1;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listing<T> {
    /// The rows, the oldest first.
    pub(crate) items: Vec<T>,
    /// The cursor of the next page, to send as `after`; null on the last page.
    pub(crate) next: Option<String>,
}

/// Which page is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slice {
    limit: u32,
    after: Option<Uuid>,
}

impl Slice {
    /// Reads `limit` and `after`.
    pub(crate) fn read(limit: Option<u32>, after: Option<&str>) -> Result<Self, Problem> {
        let limit = limit.unwrap_or(USUAL);
        if !(1..=LONGEST).contains(&limit) {
            return Err(Problem::query("limit", format!("is not between 1 and {LONGEST}")));
        }
        let after = after.map(|cursor| {
            open(cursor).ok_or_else(|| Problem::query("after", "is no cursor: send what stood in next"))
        });
        Ok(Self { limit, after: after.transpose()? })
    }

    /// The id the page begins behind.
    pub(crate) fn behind<I>(self, id: fn(Uuid) -> I) -> Option<I> {
        self.after.map(id)
    }

    /// How many rows to read: one more than are shown tells whether there is a next page.
    pub(crate) const fn rows(self) -> u32 {
        self.limit + 1
    }

    /// The page of the rows read.
    pub(crate) fn page<R, T>(
        self,
        rows: Vec<R>,
        id: impl Fn(&R) -> Uuid,
        show: impl Fn(R) -> T,
    ) -> Listing<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let last =
            (rows.len() > limit).then(|| limit.checked_sub(1).and_then(|last| rows.get(last))).flatten();
        let next = last.map(|row| seal(id(row)));
        Listing { items: rows.into_iter().take(limit).map(show).collect(), next }
    }
}

fn seal(id: Uuid) -> String {
    let mut bytes = vec![FIRST];
    bytes.extend_from_slice(id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn open(cursor: &str) -> Option<Uuid> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (first, id) = bytes.split_first()?;
    (*first == FIRST).then(|| Uuid::from_slice(id).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went() {
        let id = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
        assert_eq!(open(&seal(id)), Some(id));
        for strange in ["", "x", "AA", "0190", &seal(id)[1..], "%00", "ă"] {
            assert_eq!(open(strange), None, "{strange}");
        }
    }

    #[test]
    fn a_page_has_as_many_rows_as_asked_for() {
        let slice = Slice::read(Some(2), None).unwrap();
        let rows = |n: u128| (1..=n).map(Uuid::from_u128).collect::<Vec<_>>();
        let page = |n| slice.page(rows(n), |id| *id, |id| id.as_u128());
        assert_eq!((page(2).items, page(2).next), (vec![1, 2], None));
        assert_eq!((page(3).items, page(3).next), (vec![1, 2], Some(seal(Uuid::from_u128(2)))));
        assert_eq!(slice.rows(), 3);
        for wrong in [0, 201] {
            assert!(Slice::read(Some(wrong), None).is_err());
        }
    }
}
