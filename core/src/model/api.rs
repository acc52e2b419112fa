//! Who may use the REST API.

use super::names::words;
use super::{BrandId, Timestamp, TokenId};
use serde::{Deserialize, Serialize};

words! {
    /// What a token may do. None includes another.
    Scope {
        /// Reads customers, orders, products, conversations and the queue of the brand.
        Read = "read",
        /// Adds and changes customers, orders, products, returns and preferences; joins and un-joins customers.
        Write = "write",
        /// Writes to customers who did not ask.
        Messages = "messages",
        /// Exports everything about a person, and erases them.
        Privacy = "privacy",
    }
}

/// A token of the REST API without its secret, of which only the hash is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiToken {
    /// Id: what logs and lists show.
    pub id: TokenId,
    /// The one brand it opens.
    pub brand: BrandId,
    /// What it is for, in the words of who made it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was used last, to the minute.
    pub used_at: Option<Timestamp>,
    /// Until when it is good; without it, until it is revoked.
    pub valid_until: Option<Timestamp>,
    /// Since when it is refused.
    pub revoked_at: Option<Timestamp>,
}

impl ApiToken {
    /// Whether it opens anything at `now`.
    #[must_use]
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.valid_until.is_none_or(|until| now < until)
    }

    /// Whether it may do this.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(&scope)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> ApiToken {
        ApiToken {
            id: TokenId::new(uuid::Uuid::nil()),
            brand: BrandId::new(uuid::Uuid::nil()),
            name: "shop".to_owned(),
            scopes: vec![Scope::Read],
            created_at: Timestamp::from_millis(0),
            used_at: None,
            valid_until: Some(Timestamp::from_millis(100)),
            revoked_at: None,
        }
    }

    #[test]
    fn a_token_ends_with_its_time_or_when_it_is_revoked() {
        assert!(token().is_good(Timestamp::from_millis(99)));
        assert!(!token().is_good(Timestamp::from_millis(100)));
        let endless = ApiToken { valid_until: None, ..token() };
        assert!(endless.is_good(Timestamp::from_millis(i64::MAX)));
        let revoked = ApiToken { revoked_at: Some(Timestamp::from_millis(1)), ..endless };
        assert!(!revoked.is_good(Timestamp::from_millis(1)));
    }

    #[test]
    fn a_scope_is_no_other_scope() {
        assert!(token().may(Scope::Read));
        assert!(!token().may(Scope::Write) && !token().may(Scope::Privacy) && !token().may(Scope::Messages));
    }
}
