//! `GET /api/v1/docs`: the document for people. Made of the document alone, without a script of anybody's.

use super::document::{self, operations};
use super::examples;
use super::problem::{Code, Problem};
use crate::assets;
use crate::frame::page;
use crate::headers;
use askama::Template;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

#[derive(Template)]
#[template(path = "api.html")]
struct Page<'a> {
    version: &'a str,
    about: Vec<String>,
    groups: Vec<Group<'a>>,
    errors: Vec<(&'static str, StatusCode, &'static str)>,
}

struct Group<'a> {
    name: &'a str,
    operations: Vec<Operation<'a>>,
}

struct Operation<'a> {
    id: &'a str,
    method: Method,
    path: &'a str,
    summary: &'a str,
    description: &'a str,
    scope: &'static str,
    desk: bool,
    parameters: Vec<Parameter<'a>>,
    curl: String,
}

struct Parameter<'a> {
    name: &'a str,
    place: &'a str,
    about: &'a str,
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn operation<'a>(method: Method, path: &'a str, value: &'a Value) -> Option<Operation<'a>> {
    let needs = document::needs_of(value)?;
    let id = text(value, "operationId");
    let described = text(value, "description");
    let parameters = value.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let parameters = parameters
        .map(|one| Parameter {
            name: text(one, "name"),
            place: text(one, "in"),
            about: text(one, "description"),
        })
        .collect();
    let with = if method == Method::GET { String::new() } else { format!("-X {method} ") };
    let body = examples::body(id);
    let body = body.map(|body| format!("-H 'Content-Type: application/json' \\\n  -d '{body}' \\\n  "));
    let body = body.unwrap_or_default();
    let curl = format!("curl {with}-H \"Authorization: Bearer $LARA_TOKEN\" {body}\"$LARA{path}\"");
    Some(Operation {
        id,
        method,
        path,
        summary: text(value, "summary"),
        // The scope is told beside it.
        description: described.rsplit_once("Scope: ").map_or(described, |(before, _)| before).trim(),
        scope: needs.scope.as_str(),
        desk: needs.desk,
        parameters,
        curl,
    })
}

/// The page of a document.
fn shown(document: &Value) -> Page<'_> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (method, path, value) in operations(document) {
        let name = value.get("tags").and_then(|tags| tags.get(0)).and_then(Value::as_str).unwrap_or_default();
        let Some(operation) = operation(method, path, value) else { continue };
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.operations.push(operation),
            None => groups.push(Group { name, operations: vec![operation] }),
        }
    }
    let about = document.get("info").map(|info| text(info, "description")).unwrap_or_default();
    let about = about.split("\n\n").map(|line| line.replace("**", "").replace('`', "")).collect();
    Page {
        version: &assets::VERSION,
        about,
        groups,
        errors: Code::ALL.iter().map(|code| code.told()).collect(),
    }
}

/// `GET /api/v1/docs`.
pub(crate) async fn show() -> Response {
    let document = super::document();
    match page(&shown(&document)) {
        Ok(page) => headers::harden(page),
        Err(fault) => Problem::from(fault).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_and_every_code_is_explained() {
        let document = crate::api::document();
        let html = shown(&document).render().unwrap();
        for (_, path, value) in operations(&document) {
            assert!(html.contains(&format!("id=\"{}\"", text(value, "operationId"))), "{path}");
        }
        for (word, _, _) in Code::ALL.iter().map(|code| code.told()) {
            assert!(html.contains(&format!("id=\"{word}\"")), "{word}");
        }
        assert!(!html.contains("<script") && !html.contains("style="), "nothing but our own stylesheet");
    }
}
