//! `POST /web/{brand}/link`: a one-time code for who is signed in, and the links that take it to the brand's other channels.

use super::WebState;
use super::door::Which;
use crate::http::limits::Rate;
use crate::http::{Params, Problem, rfc3339};
use crate::ways::{Found, ways};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{Extensions, HeaderMap};
use lara_core::identity::IdentityError;
use lara_core::model::{ChannelKind, Millis};
use serde::Serialize;

/// Codes for one visitor: nobody goes to more channels than that in a minute, and each code lives for ten.
pub(super) const CODES: Rate = Rate { burst: 5, every: Millis::seconds(60) };

/// A code and where it can be taken.
#[derive(Debug, Serialize)]
pub(crate) struct Given {
    /// To be typed anywhere else, in private.
    code: String,
    /// Until when, RFC 3339.
    valid_until: String,
    links: Vec<Link>,
}

/// One way to go on.
#[derive(Debug, Serialize)]
struct Link {
    kind: ChannelKind,
    /// The name of the channel.
    name: String,
    /// What opens the talk there and says the code.
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    /// What has to be typed there, where no link can say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    say: Option<String>,
}

impl From<Found> for Link {
    fn from(Found { channel, way }: Found) -> Self {
        Self { kind: channel.kind, name: channel.name, url: way.url.map(String::from), say: way.say }
    }
}

/// Gives a code to the person the visitor was proven to be.
pub(crate) async fn link(
    State(state): State<WebState>,
    Path(slug): Path<String>,
    Params(which): Params<Which>,
    headers: HeaderMap,
    extensions: Extensions,
) -> Result<Json<Given>, Problem> {
    state.count_network(&extensions)?;
    let door = state.door(&slug, which.name()).await?;
    let visitor = state.visitor(&door, &headers)?;
    if !visitor.known {
        return Err(not_signed_in());
    }
    let shared = &state.shared;
    state.codes.take(&visitor.address, state.clock.now())?;
    let address = shared.transcripts.address(door.channel.id, &visitor.address).await?;
    let address = address.ok_or_else(not_signed_in)?;
    let given = shared.identity.mint_code(door.brand.id, address.id).await.map_err(|error| match error {
        IdentityError::Store(error) => Problem::from(error),
        IdentityError::Missing | IdentityError::Already | IdentityError::Unproven => not_signed_in(),
    })?;
    let code = given.code.shown();
    let links = ways(shared, door.brand.id, &code).await?.into_iter().map(Link::from).collect();
    Ok(Json(Given { code, valid_until: rfc3339(given.valid_until), links }))
}

fn not_signed_in() -> Problem {
    Problem::forbidden(
        "not_signed_in",
        "only who is signed in on the brand's own site is given a code; send an identity token to \
         POST /web/{brand}/visitor first",
    )
}
