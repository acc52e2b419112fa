//! `POST /web/{brand}/visitor`: a token to write and read with.

use super::WebState;
use super::door::{Door, Which};
use super::visitor::Visitor;
use crate::http::{Body, Params, Problem};
use crate::identity::{self, IdentityError};
use crate::ways::ways;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::Extensions;
use lara_core::model::{AddressId, ChannelKind, CustomerId, Language, Level};
use lara_core::ports::Person;
use serde::{Deserialize, Serialize};

/// What the widget brings.
#[derive(Debug, Deserialize)]
pub(crate) struct Ask {
    /// An identity token the shop's page signed.
    #[serde(default)]
    identity: Option<String>,
    /// The visitor token of before.
    #[serde(default)]
    visitor: Option<String>,
}

/// What it gets.
#[derive(Debug, Serialize)]
pub(crate) struct Answer {
    visitor: String,
    known: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    brand: BrandView,
    language: Language,
    /// Where the talk can go on, with a one-time code; nowhere for strangers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    elsewhere: Vec<ChannelKind>,
}

#[derive(Debug, Serialize)]
struct BrandView {
    name: String,
}

/// Makes a stranger, welcomes one back, or ties the address to the person an identity token names.
pub(crate) async fn visit(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Params(which): Params<Which>,
    extensions: Extensions,
    Body(ask): Body<Ask>,
) -> Result<Json<Answer>, Problem> {
    state.count_network(&extensions)?;
    let door = state.door(&slug, which.name()).await?;
    let (visitor, person) = match ask.identity.filter(|token| !token.trim().is_empty()) {
        Some(token) => {
            let (visitor, person) = state.welcome(&door, &token).await?;
            (visitor, Some(person))
        }
        None => (state.stranger(&door, ask.visitor.as_deref()), None),
    };
    let elsewhere = if visitor.known { state.elsewhere(&door).await } else { Vec::new() };
    Ok(Json(Answer {
        elsewhere,
        visitor: visitor.seal(&door.settings.visitor_key),
        known: visitor.known,
        language: person.as_ref().and_then(|person| person.language).unwrap_or(door.brand.settings.language),
        name: person.and_then(|person| person.name),
        brand: BrandView { name: door.brand.name.clone() },
    }))
}

impl WebState {
    /// Kinds of channels a known visitor can go on to. A store that is away costs the offer, not the visit.
    async fn elsewhere(&self, door: &Door) -> Vec<ChannelKind> {
        let found = ways(&self.shared, door.brand.id, "").await.unwrap_or_default();
        found.iter().map(|found| found.channel.kind).collect()
    }

    /// A stranger, the same as before if the token says so. A known person who comes without an identity has signed out:
    /// whoever sits there now begins anew.
    fn stranger(&self, door: &Door, token: Option<&str>) -> Visitor {
        let now = self.clock.now();
        token
            .and_then(|token| Visitor::open(&door.settings.visitor_key, token, now).ok())
            .filter(|visitor| !visitor.known)
            .map_or_else(|| Visitor::stranger(self.ids.next(), now), |visitor| visitor.renewed(now))
    }

    /// The person an identity token names, tied to their address.
    async fn welcome(&self, door: &Door, token: &str) -> Result<(Visitor, Person), Problem> {
        let key = door.settings.identity_key.as_ref().ok_or_else(|| {
            Problem::forbidden(
                "identity_not_allowed",
                "this channel has no identity_key; set one, or leave data-identity out",
            )
        })?;
        let now = self.clock.now();
        let person = identity::verify(key, token, &door.brand.slug, now).map_err(refuse)?;
        let visitor = Visitor::known(&door.settings.visitor_key, &person, now);
        let new = (AddressId::new(self.ids.next()), CustomerId::new(self.ids.next()));
        self.directory.tie(&door.channel, &visitor.address, &person, Level::Verified, new, now).await?;
        Ok((visitor, person))
    }
}

fn refuse(error: IdentityError) -> Problem {
    match error {
        IdentityError::Malformed => Problem::unauthorized(
            "identity_malformed",
            "this is not an identity token; see docs/channels/web.md",
        ),
        IdentityError::Forged => Problem::unauthorized(
            "identity_forged",
            "the identity token is signed with another key; sign it with this channel's identity_key",
        ),
        IdentityError::Expired => {
            Problem::unauthorized("identity_expired", "the identity token has expired; mint a new one")
        }
        IdentityError::OtherBrand => Problem::unauthorized(
            "identity_other_brand",
            "the identity token was made for another brand; put this brand's slug into it",
        ),
        IdentityError::Nobody => Problem::unauthorized(
            "identity_nobody",
            "the identity token names nobody; put external_id or email into it",
        ),
    }
}
