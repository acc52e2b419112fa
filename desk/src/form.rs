//! The fields of a form as they came: names may repeat, so they stay a list.

use crate::error::Fault;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use std::sync::Arc;

/// The fields of a posted form.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields(Arc<Vec<(String, String)>>);

impl Fields {
    /// Reads an urlencoded body. Line ends become `\n`, NUL bytes go.
    pub(crate) fn parse(body: &[u8]) -> Self {
        let clean = |text: &str| text.replace("\r\n", "\n").replace('\0', "");
        Self(Arc::new(url::form_urlencoded::parse(body).map(|(k, v)| (k.into_owned(), clean(&v))).collect()))
    }

    /// Fields made by us, to show a form with what is stored.
    pub(crate) fn of(fields: Vec<(String, String)>) -> Self {
        Self(Arc::new(fields))
    }

    /// The first value of a name, or the empty text.
    pub(crate) fn one(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The first value, trimmed.
    pub(crate) fn trimmed(&self, name: &str) -> &str {
        self.one(name).trim()
    }

    /// The first value, trimmed; `None` when nothing is left.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        Some(self.trimmed(name)).filter(|text| !text.is_empty()).map(ToOwned::to_owned)
    }

    /// All values of a name, in order.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Fields {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        parts.extensions.get::<Self>().cloned().ok_or(Fault::Form)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_repeat_and_line_ends_are_plain() {
        let fields = Fields::parse("a=1&b=x%0D%0Ay%00&a=2&c=%20%20".as_bytes());
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(fields.one("b"), "x\ny");
        assert_eq!(fields.text("c"), None);
        assert_eq!(fields.one("absent"), "");
    }
}
