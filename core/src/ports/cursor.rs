//! Where a reader of a transcript stands, and how that is written in addresses.

use crate::model::ConversationId;
use std::fmt;
use std::str::FromStr;

/// Where a reader of a transcript stands: after this message. Order is (conversation, seq); conversation ids grow.
///
/// Written `<conversation uuid>.<seq>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// Conversation.
    pub conversation: ConversationId,
    /// Place in it.
    pub seq: i64,
}

/// A text that is not a cursor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a cursor")]
pub struct CursorError;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.conversation, self.seq)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let (conversation, seq) = text.split_once('.').ok_or(CursorError)?;
        let conversation = conversation.parse().map_err(|_| CursorError)?;
        let seq: i64 = seq.parse().map_err(|_| CursorError)?;
        if seq < 0 { Err(CursorError) } else { Ok(Self { conversation, seq }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_reads_back_as_itself(id: u128, seq in 0..=i64::MAX) {
            let cursor = Cursor { conversation: ConversationId::new(uuid::Uuid::from_u128(id)), seq };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn no_text_makes_the_parser_fall_over(text: String) {
            let _ = text.parse::<Cursor>();
        }
    }

    #[test]
    fn a_negative_place_is_refused() {
        let text = "00000000-0000-0000-0000-000000000000.-1";
        assert_eq!(text.parse::<Cursor>(), Err(CursorError));
    }
}
