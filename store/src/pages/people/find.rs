//! Finding a person by whatever one has of them: a name without accents, some digits of a phone, an e-mail, an order.

use super::list::{FoundPerson, Why, shown};
use super::sql;
use crate::db::{Reader, all, opt};
use crate::fold::fold;
use crate::pages::{Pages, containing, literally, parsed};
use lara_core::model::{BrandId, CustomerId};
use lara_core::ports::{CursorError, StoreResult};
use lara_core::text::compact;
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Rows read at a time: of a person with many orders all may fit what is asked.
const ROWS: i64 = 80;
/// How often rows are read on for one page.
const ROUNDS: usize = 8;
/// Digits that are worth searching phones for.
const DIGITS: usize = 3;

/// A page of people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundPeople {
    /// Who.
    pub people: Vec<FoundPerson>,
    /// Where the next page begins.
    pub more: Option<PeopleCursor>,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindBy {
    /// Order numbers from their beginning.
    Order,
    /// Order numbers from behind their letters.
    Tail,
    /// The shop's ids.
    External,
    /// Phone numbers.
    Phone,
    /// E-mails.
    Email,
    /// Names.
    Name,
}

impl FindBy {
    const ALL: [(Self, &'static str); 6] = [
        (Self::Order, "order"),
        (Self::Tail, "tail"),
        (Self::External, "external"),
        (Self::Phone, "phone"),
        (Self::Email, "email"),
        (Self::Name, "name"),
    ];
}

/// Where a page of people begins: after this row of what is compared. Written `name.<uuid>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PeopleCursor {
    by: FindBy,
    after: Uuid,
}

impl fmt::Display for PeopleCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = FindBy::ALL.iter().find(|(by, _)| *by == self.by).map_or("", |(_, word)| word);
        write!(f, "{word}.{}", self.after)
    }
}

impl FromStr for PeopleCursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (by, after) = text.split_once('.').ok_or(CursorError)?;
        let (by, _) = *FindBy::ALL.iter().find(|(_, word)| *word == by).ok_or(CursorError)?;
        Ok(Self { by, after: after.parse().map_err(|_| CursorError)? })
    }
}

/// One thing to compare, and with what: a pattern or where a range begins, and a second pattern or where it ends.
#[derive(Debug, PartialEq, Eq)]
struct Ask {
    by: FindBy,
    with: String,
    or: String,
}

/// The end of the range of texts that begin with `prefix`, which is not empty and ASCII.
fn after_prefix(prefix: &str) -> String {
    let mut end: Vec<char> = prefix.chars().collect();
    if let Some(last) = end.last_mut() {
        *last = char::from_u32(u32::from(*last) + 1).unwrap_or(*last);
    }
    end.into_iter().collect()
}

/// The words of a folded name, in order, with anything between them: `tran dao` finds `tran thi dao`.
fn words_pattern(folded: &str) -> String {
    let words: Vec<String> = folded.split(' ').map(literally).collect();
    format!("%{}%", words.join("%"))
}

/// What is compared with what somebody typed, the most telling first.
fn asks(text: &str) -> Vec<Ask> {
    let text = text.trim();
    let folded = fold(text);
    let squeezed = compact(text);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let only_digits = !digits.is_empty() && !text.chars().any(char::is_alphabetic);
    let mut asks = Vec::new();
    let mut ask = |by, with: String, or: String| asks.push(Ask { by, with, or });
    if text.contains('@') {
        ask(FindBy::Email, containing(&text.to_lowercase()), String::new());
        return asks;
    }
    if !digits.is_empty() && squeezed.len() >= 2 {
        ask(FindBy::Order, squeezed.clone(), after_prefix(&squeezed));
        if only_digits && digits.len() >= 2 {
            ask(FindBy::Tail, digits.clone(), after_prefix(&digits));
        }
    }
    if !text.is_empty() {
        ask(FindBy::External, text.to_owned(), text.to_uppercase());
    }
    if only_digits && digits.len() >= DIGITS {
        let home = digits.strip_prefix('0').map_or_else(|| containing(&digits), |rest| format!("84{rest}%"));
        ask(FindBy::Phone, containing(&digits), home);
    }
    if !only_digits && folded.chars().any(char::is_alphanumeric) {
        ask(FindBy::Name, words_pattern(&folded), String::new());
        if !text.contains(char::is_whitespace) {
            ask(FindBy::Email, containing(&text.to_lowercase()), String::new());
        }
    }
    asks
}

#[derive(sqlx::FromRow)]
struct Match {
    id: String,
    head: String,
    key: String,
    shown: Option<String>,
    seen: i64,
}

#[derive(sqlx::FromRow)]
struct PlaceRow {
    folded: Option<String>,
    digits: Option<String>,
    email: Option<String>,
    external_id: Option<String>,
    compact: Option<String>,
    tail: Option<String>,
}

#[derive(sqlx::FromRow)]
struct LatestRow {
    id: String,
}

fn why(by: FindBy, shown: Option<String>) -> Why {
    let shown = shown.unwrap_or_default();
    match by {
        FindBy::Order | FindBy::Tail => Why::Order(shown),
        FindBy::External => Why::External(shown),
        FindBy::Phone => Why::Phone(shown),
        FindBy::Email => Why::Email(shown),
        FindBy::Name => Why::Name(shown),
    }
}

/// What a page has found so far.
#[derive(Default)]
struct Finding {
    found: Vec<(CustomerId, Why)>,
    seen: HashSet<CustomerId>,
    limit: usize,
}

impl Finding {
    /// Reads on by one thing that is compared. Answers where the next page begins, once this one is full.
    async fn go(
        &mut self,
        on: &mut Reader,
        brand: &str,
        ask: &Ask,
        mut place: (String, String),
    ) -> StoreResult<Option<PeopleCursor>> {
        let cursor = |id: &str| {
            let after = if id.is_empty() { Uuid::nil() } else { parsed(id)? };
            StoreResult::Ok(Some(PeopleCursor { by: ask.by, after }))
        };
        for _ in 0..ROUNDS {
            let rows = rows(on, brand, ask, &place).await?;
            let last = i64::try_from(rows.len()).unwrap_or(ROWS) < ROWS;
            for row in rows {
                let head: CustomerId = parsed(&row.head)?;
                if row.seen == 0 && !self.seen.contains(&head) {
                    if self.found.len() == self.limit {
                        return cursor(&place.1);
                    }
                    self.seen.insert(head);
                    self.found.push((head, why(ask.by, row.shown)));
                }
                place = (row.key, row.id);
            }
            if last {
                return Ok(None);
            }
        }
        cursor(&place.1)
    }
}

async fn rows(on: &mut Reader, brand: &str, ask: &Ask, place: &(String, String)) -> StoreResult<Vec<Match>> {
    let (key, id) = (&place.0, &place.1);
    match ask.by {
        FindBy::Name => all!(on, Match, sql::FIND_NAMES, brand, &ask.with, key, id, ROWS),
        FindBy::Email => all!(on, Match, sql::FIND_EMAILS, brand, &ask.with, key, id, ROWS),
        FindBy::Phone => all!(on, Match, sql::FIND_PHONES, brand, &ask.with, key, id, ROWS, &ask.or),
        FindBy::Order => all!(on, Match, sql::FIND_ORDERS, brand, &ask.with, key, id, ROWS, &ask.or),
        FindBy::Tail => all!(on, Match, sql::FIND_TAILS, brand, &ask.with, key, id, ROWS, &ask.or),
        FindBy::External => all!(on, Match, sql::FIND_EXTERNALS, brand, &ask.with, key, id, ROWS, &ask.or),
    }
}

/// Where the row a cursor names stands; `None` when it is gone: the list begins anew.
async fn place(on: &mut Reader, brand: &str, cursor: PeopleCursor) -> StoreResult<Option<(String, String)>> {
    if cursor.after.is_nil() {
        return Ok(Some(Default::default()));
    }
    let id = cursor.after.to_string();
    let of = match cursor.by {
        FindBy::Order | FindBy::Tail => sql::FIND_ORDER_PLACE,
        _ => sql::FIND_PLACE,
    };
    let Some(row) = opt!(on, PlaceRow, of, brand, &id)? else { return Ok(None) };
    let key = match cursor.by {
        FindBy::Order => row.compact,
        FindBy::Tail => row.tail,
        FindBy::External => row.external_id,
        FindBy::Phone => row.digits,
        FindBy::Email => row.email,
        FindBy::Name => row.folded,
    };
    Ok(key.map(|key| (key, id)))
}

impl Pages {
    /// Persons that fit what was typed, at most `limit`; without a text those who wrote lately.
    pub async fn find_people(
        &self,
        brand: BrandId,
        text: &str,
        after: Option<PeopleCursor>,
        limit: u32,
    ) -> StoreResult<FoundPeople> {
        let brand = brand.to_string();
        let mut on = self.db.read().await?;
        if text.trim().is_empty() {
            let (rows, limit) = (i64::from(limit) * 2, i64::from(limit));
            let latest = all!(on, LatestRow, sql::FIND_LATEST, &brand, rows, limit)?;
            let latest = latest.iter().map(|row| Ok((parsed(&row.id)?, Why::Lately)));
            let people = shown(&mut on, latest.collect::<StoreResult<_>>()?).await?;
            return Ok(FoundPeople { people, more: None });
        }
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut finding = Finding { limit, ..Finding::default() };
        let begin = match after {
            Some(cursor) => place(&mut on, &brand, cursor).await?.map(|place| (cursor.by, place)),
            None => None,
        };
        let mut more = None;
        let asks = asks(text);
        let from = begin.as_ref().and_then(|(by, _)| asks.iter().position(|ask| ask.by == *by)).unwrap_or(0);
        for ask in asks.iter().skip(from) {
            // Names and e-mails are read through: only where what names somebody exactly found nobody.
            let exact = text.chars().any(|c| c.is_ascii_digit()) || ask.by == FindBy::Email;
            if exact && matches!(ask.by, FindBy::Name | FindBy::Email) && !finding.found.is_empty() {
                break;
            }
            let place = begin.as_ref().filter(|(by, _)| *by == ask.by).map(|(_, place)| place.clone());
            more = finding.go(&mut on, &brand, ask, place.unwrap_or_default()).await?;
            if more.is_some() {
                break;
            }
        }
        Ok(FoundPeople { people: shown(&mut on, finding.found).await?, more })
    }

    /// The first persons of a brand by name.
    pub(in crate::pages) async fn people_by_name(
        &self,
        brand: BrandId,
        limit: u32,
    ) -> StoreResult<Vec<FoundPerson>> {
        let mut on = self.db.read().await?;
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut finding = Finding { limit, ..Finding::default() };
        let everybody = Ask { by: FindBy::Name, with: "%".to_owned(), or: String::new() };
        finding.go(&mut on, &brand.to_string(), &everybody, Default::default()).await?;
        shown(&mut on, finding.found).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(text: &str) -> Vec<FindBy> {
        asks(text).iter().map(|ask| ask.by).collect()
    }

    #[test]
    fn what_is_typed_says_what_is_compared() {
        assert_eq!(by("Trần Thị Đào"), [FindBy::External, FindBy::Name]);
        assert_eq!(by("345 678"), [FindBy::Order, FindBy::Tail, FindBy::External, FindBy::Phone]);
        assert_eq!(by("lan@exa"), [FindBy::Email]);
        assert_eq!(by("#MH-10"), [FindBy::Order, FindBy::External, FindBy::Name, FindBy::Email]);
        assert_eq!(by("%"), [FindBy::External]);
        assert_eq!(by(" "), []);
    }

    #[test]
    fn a_number_that_begins_with_zero_is_of_the_home_market() {
        let asks = asks("0912 3");
        let phone = asks.iter().find(|ask| ask.by == FindBy::Phone).unwrap();
        assert_eq!((phone.with.as_str(), phone.or.as_str()), ("%09123%", "849123%"));
    }

    #[test]
    fn words_may_be_left_out_between_others_and_are_taken_literally() {
        assert_eq!(words_pattern("tran dao"), "%tran%dao%");
        assert_eq!(words_pattern("50% _"), "%50!%%!_%");
        assert_eq!(after_prefix("mh10"), "mh11");
    }

    #[test]
    fn a_place_in_the_list_reads_back_as_itself() {
        let cursor = PeopleCursor { by: FindBy::Name, after: Uuid::from_u128(7) };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for none in ["", "name", "name.x", "x.00000000-0000-0000-0000-000000000000"] {
            assert!(none.parse::<PeopleCursor>().is_err(), "{none}");
        }
    }
}
