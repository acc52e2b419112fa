//! A look at JSON that never fails: what is missing, or is something else than it should be, is `None`.
//!
//! Updates are read this way and not through a library's types: those refuse a whole message because one member of it is
//! new (teloxide 0.17 loses `deleted_business_messages` that way, and turns unknown content into an empty message). A test
//! checks that where teloxide reads an update, it reads the same.

use serde_json::Value;

/// A place in a JSON document, which may not be there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a>(Option<&'a Value>);

impl<'a> Node<'a> {
    pub(super) const fn new(value: &'a Value) -> Self {
        Self(Some(value))
    }

    /// A member of an object; one that is `null` is not there.
    pub(super) fn at(self, name: &str) -> Self {
        Self(self.0.and_then(|value| value.get(name)).filter(|value| !value.is_null()))
    }

    pub(super) const fn is_there(self) -> bool {
        self.0.is_some()
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.at(name).is_there()
    }

    pub(super) fn there(self) -> Option<Self> {
        self.0.map(|_| self)
    }

    pub(super) fn str(self, name: &str) -> Option<&'a str> {
        self.at(name).0.and_then(Value::as_str)
    }

    /// A number, also one written as text: some libraries and proxies do.
    pub(super) fn int(self, name: &str) -> Option<i64> {
        let value = self.at(name).0?;
        value.as_i64().or_else(|| value.as_str()?.parse().ok())
    }

    pub(super) fn float(self, name: &str) -> Option<f64> {
        self.at(name).0.and_then(Value::as_f64)
    }

    pub(super) fn is_true(self, name: &str) -> bool {
        self.at(name).0.and_then(Value::as_bool).unwrap_or(false)
    }

    /// The items of a list; none where there is no list.
    pub(super) fn items(self, name: &str) -> impl DoubleEndedIterator<Item = Node<'a>> + use<'a> {
        let list = self.at(name).0.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        list.iter().map(Node::new)
    }

    /// The items of this list; none where it is no list.
    pub(super) fn each(self) -> impl Iterator<Item = Node<'a>> + use<'a> {
        self.0.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default().iter().map(Node::new)
    }

    /// The names of the members that are there.
    pub(super) fn names(self) -> impl Iterator<Item = &'a str> + use<'a> {
        let members = self.0.and_then(Value::as_object).into_iter().flatten();
        members.filter(|(_, value)| !value.is_null()).map(|(name, _)| name.as_str())
    }

    pub(super) fn as_int(self) -> Option<i64> {
        self.0.and_then(Value::as_i64)
    }
}
