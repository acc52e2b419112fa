//! The OpenAPI document: gathered from the operations themselves, then completed with what all of them share, so that no
//! operation can forget to name its scope, its key or its errors.

use super::caller::Needs;
use super::problem::{Code, FieldError, Problem};
use axum::http::Method;
use lara_core::model::Scope;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ComponentsBuilder, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder};

/// What the document says about the API as a whole.
const ABOUT: &str = "Customers, orders, products and conversations of one brand.\n\n\
    **Tokens.** `lara token add --name webshop --scope read --scope write` prints a token once; only its hash is stored. A token \
    opens one brand and does what its scopes say; none includes another. A token with `read` sees every customer of the brand: \
    keep it like the password of an admin.\n\n\
    **Pages.** Lists answer `items` and `next`; send `next` as `after` to go on. Rows come by age.\n\n\
    **Changes** may carry an `Idempotency-Key`: sent again within 24 hours with the same key, a change is not done again but answered \
    the same, with `Idempotency-Replayed: true`. Without a key they may be sent again, too: all but messages are upserts.\n\n\
    **Values.** Money is a whole number of the currency's smallest unit (`total_minor`: 1 for 1 ₫, 100 for 1 $). Times are RFC 3339. \
    Texts are trimmed and brought to Unicode NFC. Unknown fields and unknown query parameters are refused.\n\n\
    **Errors** are `application/problem+json` (RFC 9457) with a stable `code`.";

/// The document without operations.
pub(crate) fn base() -> OpenApi {
    let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("lara_…").description(Some(
        "A token of `lara token add`. The scope an operation needs stands in its `security`.",
    ));
    let desk = ApiKeyValue::with_description("lara_desk", "Who is signed in at the desk.");
    OpenApiBuilder::new()
        .info(
            InfoBuilder::new()
                .title("Lara")
                .version("1")
                .description(Some(ABOUT))
                .license(Some(
                    LicenseBuilder::new()
                        .name("MIT OR Apache-2.0")
                        .identifier(Some("MIT OR Apache-2.0"))
                        .build(),
                ))
                .build(),
        )
        .components(Some(
            ComponentsBuilder::new()
                .schema_from::<Problem>()
                .schema_from::<FieldError>()
                .schema_from::<Code>()
                .security_scheme("token", SecurityScheme::Http(token.build()))
                .security_scheme("desk", SecurityScheme::ApiKey(ApiKey::Cookie(desk)))
                .build(),
        ))
        .build()
}

const METHODS: [(&str, Method); 5] = [
    ("get", Method::GET),
    ("post", Method::POST),
    ("put", Method::PUT),
    ("patch", Method::PATCH),
    ("delete", Method::DELETE),
];

/// What an operation needs, as its `security` says.
pub(super) fn needs_of(operation: &Value) -> Option<Needs> {
    let security = operation.get("security")?.as_array()?;
    let scope = security.iter().find_map(|one| one.get("token")?.get(0)?.as_str()?.parse::<Scope>().ok())?;
    Some(Needs { scope, desk: security.iter().any(|one| one.get("desk").is_some()) })
}

/// Every operation: its method, path and value.
pub(super) fn operations(document: &Value) -> impl Iterator<Item = (Method, &str, &Value)> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    paths.flat_map(|(path, item)| {
        METHODS
            .iter()
            .filter_map(move |(word, method)| Some((method.clone(), path.as_str(), item.get(word)?)))
    })
}

/// What each operation needs, by method and path.
pub(crate) fn needs(document: &Value) -> HashMap<(Method, String), Needs> {
    operations(document)
        .filter_map(|(method, path, operation)| Some(((method, path.to_owned()), needs_of(operation)?)))
        .collect()
}

/// The errors an operation can answer with, beside its own.
fn errors(method: &Method, path: &str, body: bool) -> Vec<u16> {
    let mut statuses = vec![400, 401, 403, 429, 503];
    if path.contains('{') {
        statuses.extend([404, 422]);
    }
    if *method != Method::GET {
        statuses.extend([409, 413, 422]);
    }
    if body {
        statuses.push(415);
    }
    statuses
}

/// The titles of the codes of a status.
fn described(status: u16) -> String {
    let titles = Code::ALL.iter().map(|code| code.told()).filter(|(_, told, _)| told.as_u16() == status);
    titles.map(|(word, _, title)| format!("`{word}`: {title}.")).collect::<Vec<_>>().join(" ")
}

/// The document, completed.
pub(crate) fn completed(openapi: &OpenApi) -> Value {
    let mut document = serde_json::to_value(openapi).unwrap_or_default();
    let mut responses = Map::new();
    for (_, status, _) in Code::ALL.iter().map(|code| code.told()) {
        let content =
            json!({ "application/problem+json": { "schema": { "$ref": "#/components/schemas/Problem" } } });
        let response = json!({ "description": described(status.as_u16()), "content": content });
        responses.insert(format!("Problem{}", status.as_u16()), response);
    }
    if let Some(components) = document.get_mut("components").and_then(Value::as_object_mut) {
        components.insert("responses".to_owned(), responses.into());
    }
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (word, method) in METHODS {
            if let Some(operation) = item.get_mut(word).and_then(Value::as_object_mut) {
                complete(operation, &method, path);
            }
        }
    }
    document
}

fn complete(operation: &mut Map<String, Value>, method: &Method, path: &str) {
    let Some(needs) = needs_of(&Value::Object(operation.clone())) else { return };
    let said = operation.get("description").and_then(Value::as_str).unwrap_or_default();
    let desk = if needs.desk { " (or being signed in at the desk)" } else { "" };
    let said = format!("{said}\n\nScope: `{}`{desk}.", needs.scope);
    operation.insert("description".to_owned(), said.trim_start().into());
    let body = operation.contains_key("requestBody");
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default();
    let example = super::examples::body(id);
    let json =
        operation.get_mut("requestBody").and_then(|body| body.pointer_mut("/content/application~1json"));
    if let (Some(json), Some(example)) = (json.and_then(Value::as_object_mut), example) {
        json.insert("example".to_owned(), example);
    }
    if let Some(responses) = operation.entry("responses").or_insert_with(|| json!({})).as_object_mut() {
        for status in errors(method, path, body) {
            let response = json!({ "$ref": format!("#/components/responses/Problem{status}") });
            responses.entry(status.to_string()).or_insert(response);
        }
    }
    // Where a line that broke would be heard twice, the key is a must.
    let must = needs.scope == Scope::Messages;
    if *method != Method::GET
        && let Some(parameters) = operation.entry("parameters").or_insert_with(|| json!([])).as_array_mut()
    {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": must,
            "description": "Sent again with the same key within 24 hours, the change is not done again but answered the same.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::document as whole;
    use std::collections::HashSet;

    /// The document as it is committed.
    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/api/openapi.json");

    #[test]
    fn the_committed_document_is_what_is_served() {
        let served = format!("{:#}\n", whole());
        if std::env::var_os("LARA_WRITE").is_some() {
            std::fs::write(COMMITTED, &served).unwrap();
        }
        let committed = std::fs::read_to_string(COMMITTED).unwrap_or_default();
        assert!(
            committed == served,
            "docs/api/openapi.json is old: LARA_WRITE=1 cargo test -p lara-desk the_committed_document"
        );
    }

    #[test]
    fn every_operation_says_its_scope_its_errors_and_itself() {
        let document = whole();
        let mut ids = HashSet::new();
        for (method, path, operation) in operations(&document) {
            let name = format!("{method} {path}");
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} stands twice");
            assert!(!operation["summary"].as_str().unwrap_or_default().is_empty(), "{name} has no summary");
            assert!(operation["tags"][0].is_string(), "{name} has no tag");
            let needs = needs_of(operation).unwrap_or_else(|| panic!("{name} says no scope"));
            assert!(operation["description"].as_str().unwrap().contains(needs.scope.as_str()), "{name}");
            let reads = matches!(needs.scope, Scope::Read | Scope::Privacy);
            assert!(reads || method != Method::GET, "{name} needs {}", needs.scope);
            assert!(needs.scope != Scope::Read || method == Method::GET, "{name} changes something");
            for status in errors(&method, path, operation.get("requestBody").is_some()) {
                assert!(operation["responses"].get(status.to_string()).is_some(), "{name}: {status}");
            }
        }
        assert!(ids.len() >= 10, "{ids:?}");
    }

    #[test]
    fn every_code_is_the_word_it_is_told_by() {
        let words: Vec<Value> = Code::ALL.iter().map(|code| serde_json::to_value(code).unwrap()).collect();
        let told: Vec<Value> = Code::ALL.iter().map(|code| code.told().0.into()).collect();
        assert_eq!(words, told);
        assert_eq!(words.iter().map(Value::to_string).collect::<HashSet<_>>().len(), Code::ALL.len());
    }
}
