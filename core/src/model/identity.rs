//! Who is who: the acts that tied an address to a person or two customers to each other, and who may be one person.

use super::names::words;
use super::{AddressId, AgentId, BrandId, CustomerId, JoinId, Level, SuggestionId, Timestamp};
use serde::{Deserialize, Serialize};

words! {
    /// How an address or a customer was joined to a person.
    JoinHow {
        /// A one-time code, typed.
        Code = "code",
        /// A one-time code in a link.
        Link = "link",
        /// An order number with its e-mail or phone.
        OrderProof = "order_proof",
        /// An agent confirmed it, or the brand's own system through the REST API.
        Agent = "agent",
    }
}

/// One act that tied an address to a person, or merged a customer into another, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Join {
    /// Id.
    pub id: JoinId,
    /// Brand.
    pub brand: BrandId,
    /// How.
    pub how: JoinHow,
    /// To whom: the head at that time.
    pub customer: CustomerId,
    /// The customer that was merged into that one.
    pub merged: Option<CustomerId>,
    /// The address that was tied.
    pub tied: Option<Tied>,
    /// What speaks for it, in codes and ids: never names or addresses.
    pub evidence: String,
    /// The agent who did it.
    pub agent: Option<AgentId>,
    /// When.
    pub at: Timestamp,
    /// When it was undone.
    pub undone_at: Option<Timestamp>,
    /// The agent who undid it.
    pub undone_by: Option<AgentId>,
}

/// An address that was tied, and what it was before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tied {
    /// Which.
    pub address: AddressId,
    /// Whose it was.
    pub customer_before: Option<CustomerId>,
    /// How sure that was.
    pub level_before: Level,
    /// How sure it was afterwards.
    pub level_after: Level,
}

words! {
    /// What speaks for two being one person. A name is none: namesakes are many, and anybody may call themselves anything.
    Likeness {
        /// The same e-mail in two records of the shop.
        SameEmail = "same_email",
        /// The same phone: in two records, or the number a platform knows the address by.
        SamePhone = "same_phone",
        /// Somebody at the address said this e-mail is theirs.
        SaidEmail = "said_email",
        /// Somebody at the address said this phone is theirs.
        SaidPhone = "said_phone",
        /// Both were tied to one address, one after the other.
        SameAddress = "same_address",
        /// A good code, typed at an address that is somebody else's.
        Code = "code",
    }
}

words! {
    /// How far a suggestion is.
    SuggestionState {
        /// Nobody has looked.
        Open = "open",
        /// They are one person.
        Confirmed = "confirmed",
        /// They are not.
        Refused = "refused",
        /// They became one person in another way.
        Moot = "moot",
    }
}

/// Who else may be a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Lookalike {
    /// Another customer.
    Customer(CustomerId),
    /// An address nobody has proven to be anybody's.
    Address(AddressId),
}

/// Two that may be one person: for an agent to confirm or refuse. A pair is asked about once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// Id.
    pub id: SuggestionId,
    /// Brand.
    pub brand: BrandId,
    /// The customer it is about.
    pub customer: CustomerId,
    /// Who may be them.
    pub other: Lookalike,
    /// What speaks for it.
    pub evidence: Vec<Likeness>,
    /// How far it is.
    pub state: SuggestionState,
    /// The agent who decided.
    pub agent: Option<AgentId>,
    /// Since when.
    pub at: Timestamp,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_evidence_speaks_of_names() {
        assert!(Likeness::ALL.iter().all(|evidence| !evidence.as_str().contains("name")));
    }
}
