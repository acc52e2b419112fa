//! Reading Discord's JSON leniently: one odd member must not hide a message.

use super::ids::Snowflake;
use serde_json::Value;

/// A member by its name; null when there is none.
pub(crate) fn member<'a>(of: &'a Value, name: &str) -> &'a Value {
    of.get(name).unwrap_or(&Value::Null)
}

/// The same object with a member set.
pub(crate) fn with(mut object: Value, name: &str, value: Value) -> Value {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
    object
}

/// An id by its name.
pub(crate) fn id(of: &Value, name: &str) -> Option<Snowflake> {
    Snowflake::of(member(of, name))
}

/// A text by its name; empty when there is none.
pub(crate) fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    member(of, name).as_str().unwrap_or_default()
}

/// What is listed under a name; nothing when there is no list.
pub(crate) fn list<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    member(of, name).as_array().map_or(&[], Vec::as_slice)
}

/// Whether a member is `true`.
pub(crate) fn is(of: &Value, name: &str) -> bool {
    member(of, name) == true
}

/// A whole number by its name; 0 when there is none.
pub(crate) fn number(of: &Value, name: &str) -> u64 {
    member(of, name).as_u64().unwrap_or_default()
}

/// Whether bits are set in a member.
pub(crate) fn flag(of: &Value, name: &str, bits: u64) -> bool {
    number(of, name) & bits == bits
}
