//! What comes in: bodies, queries and path parameters, each refused as a problem that names what is wrong.

use super::problem::{Code, FieldError, Problem};
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_path_to_error::Segment;

/// The largest body taken, in bytes.
pub(crate) const LARGEST: usize = 1024 * 1024;
/// Characters of what a parser says that are passed on.
const LONGEST_WORD: usize = 200;

/// A JSON body. Fields nobody knows are refused, so that a misspelt one is not silently lost.
#[derive(Debug)]
pub(crate) struct Input<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(
                Problem::new(Code::WrongType).because("send the header Content-Type: application/json")
            );
        }
        read(&whole(request.into_body()).await?).map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    ["application/json", "application/merge-patch+json"].iter().any(|json| kind.eq_ignore_ascii_case(json))
}

/// A body, whole.
pub(crate) async fn whole(body: Body) -> Result<Bytes, Problem> {
    axum::body::to_bytes(body, LARGEST).await.map_err(|error| {
        let inner = std::error::Error::source(&error);
        let large = inner.is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>);
        Problem::new(if large { Code::TooLarge } else { Code::BadJson })
    })
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let read: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let pointer = pointer(error.path());
        let error = error.into_inner();
        if error.is_data() {
            Problem::field(pointer, said(&error))
        } else {
            Problem::new(Code::BadJson).because(error.to_string())
        }
    })?;
    json.end().map_err(|_| Problem::new(Code::BadJson).because("something follows the value"))?;
    Ok(read)
}

/// A path of fields as a JSON Pointer (RFC 6901).
fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let word = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { variant } => variant.clone(),
            Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&word);
    }
    pointer
}

/// What the parser says, without its place, which the pointer tells.
fn said(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    text.chars().take(LONGEST_WORD).collect()
}

/// The query. Parameters nobody knows are refused.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        Query::<T>::try_from_uri(&parts.uri).map(|Query(read)| Self(read)).map_err(|rejection| {
            let text: String = rejection.body_text().chars().take(LONGEST_WORD).collect();
            Problem::new(Code::BadQuery).because(text)
        })
    }
}

/// No query at all.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// What stands in the path. What cannot stand there is not found.
#[derive(Debug)]
pub(crate) struct At<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Path::<T>::from_request_parts(parts, state).await {
            Ok(Path(read)) => Ok(Self(read)),
            Err(_) => Err(Problem::new(Code::NotFound)),
        }
    }
}

/// A field of a correction: not named, emptied, or given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum Given<T> {
    #[default]
    Absent,
    Null,
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::<T>::deserialize(from)?.map_or(Self::Null, Self::Value))
    }
}

/// Fields at fault, gathered.
pub(crate) type Faults = Vec<FieldError>;

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Order {
        #[serde(default)]
        name: Given<String>,
        items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only read from JSON")]
    struct Item {
        quantity: u32,
    }

    fn problem(json: &str) -> serde_json::Value {
        serde_json::to_value(read::<Order>(json.as_bytes()).unwrap_err()).unwrap()
    }

    #[test]
    fn a_wrong_field_is_pointed_at() {
        let wrong = problem(r#"{"items": [{"quantity": 1}, {"quantity": "hai"}]}"#);
        assert_eq!(wrong["code"], "invalid");
        assert_eq!(wrong["errors"][0]["pointer"], "/items/1/quantity");
        assert_eq!(wrong["errors"][0]["detail"], "invalid type: string \"hai\", expected u32");
        assert_eq!(problem(r#"{"items": [], "nme": 1}"#)["errors"][0]["pointer"], "/nme");
    }

    #[test]
    fn what_is_no_json_is_told_apart() {
        for broken in ["", "{", r#"{"items": []} x"#, "{\"items\": [], \"name\": \"\\ud800\"}"] {
            assert_eq!(problem(broken)["code"], "bad_json", "{broken}");
        }
    }

    #[test]
    fn a_field_may_be_left_out_emptied_or_given() {
        let name = |json: &str| read::<Order>(json.as_bytes()).unwrap().name;
        assert_eq!(name(r#"{"items": []}"#), Given::Absent);
        assert_eq!(name(r#"{"items": [], "name": null}"#), Given::Null);
        assert_eq!(name(r#"{"items": [], "name": "Lan"}"#), Given::Value("Lan".to_owned()));
    }
}
