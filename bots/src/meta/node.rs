//! Reading of bodies whose shapes move. A member that is missing or of another type is nothing, never an error; ids and
//! numbers may be written as strings.

use lara_core::model::Timestamp;
use serde_json::Value;

/// Below this a number is seconds, from here on milliseconds: Meta writes both. As seconds it is the year 5138.
const MILLIS_FROM: i64 = 100_000_000_000;

/// A place in a body, which may not be there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Node<'a>(Option<&'a Value>);

impl<'a> Node<'a> {
    /// The root of a body.
    pub(super) const fn new(value: &'a Value) -> Self {
        Self(Some(value))
    }

    /// A member.
    pub(super) fn get(self, name: &str) -> Self {
        Self(self.0.and_then(|value| value.get(name)).filter(|value| !value.is_null()))
    }

    /// Whether a member is there and not null.
    pub(super) fn has(self, name: &str) -> bool {
        self.get(name).0.is_some()
    }

    /// A string that is not empty.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.get(name).0.and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// A string or a number as an id.
    pub(super) fn id(self, name: &str) -> Option<String> {
        match self.get(name).0? {
            Value::String(id) if !id.is_empty() => Some(id.clone()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        }
    }

    /// A whole number, perhaps written as a string.
    pub(super) fn number(self, name: &str) -> Option<i64> {
        match self.get(name).0? {
            Value::String(number) => number.trim().parse().ok(),
            Value::Number(number) => number.as_i64(),
            _ => None,
        }
    }

    /// `true`, perhaps written as a string.
    pub(super) fn truth(self, name: &str) -> bool {
        match self.get(name).0 {
            Some(Value::Bool(truth)) => *truth,
            Some(Value::String(word)) => word == "true",
            _ => false,
        }
    }

    /// The members of a list; none when it is no list.
    pub(super) fn list(self, name: &str) -> impl Iterator<Item = Node<'a>> + use<'a> {
        self.get(name).0.and_then(Value::as_array).into_iter().flatten().map(Node::new)
    }

    /// A moment: seconds, milliseconds or RFC 3339.
    pub(super) fn moment(self, name: &str) -> Option<Timestamp> {
        let millis = match self.number(name) {
            Some(number) if number < MILLIS_FROM => number.checked_mul(1_000)?,
            Some(number) => number,
            None => self.text(name)?.parse::<jiff::Timestamp>().ok()?.as_millisecond(),
        };
        (millis > 0).then(|| Timestamp::from_millis(millis))
    }

    /// What stands here, for keeping aside.
    pub(super) const fn value(self) -> Option<&'a Value> {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ids_and_moments_are_read_however_they_are_written() {
        let body = json!({ "a": 12, "b": "12", "c": null, "d": "", "e": 1_458_692_752_478_i64, "f": "1527459824",
            "g": "2018-05-27T22:23:44+0000", "h": "2018-05-27T22:23:44Z", "i": -5, "j": [1] });
        let node = Node::new(&body);
        assert_eq!(
            ["a", "b", "c", "d", "x"].map(|name| node.id(name).unwrap_or_default()),
            ["12", "12", "", "", ""]
        );
        let millis = |name| node.moment(name).map(Timestamp::millis);
        assert_eq!(millis("e"), Some(1_458_692_752_478));
        assert_eq!([millis("f"), millis("g"), millis("h")], [Some(1_527_459_824_000); 3]);
        assert_eq!([millis("i"), millis("j"), millis("c")], [None; 3]);
        assert!(node.get("a").get("b").list("c").next().is_none());
    }
}
