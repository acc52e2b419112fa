//! What the errors of the Graph API mean (developers.facebook.com: Send API error codes, cloud-api error codes,
//! graph-api error handling). Meta's texts go nowhere: codes are ours.

use lara_core::deliver::window;
use lara_core::model::Millis;
use lara_core::ports::{Scope, SendError, Symptom};

/// The person blocked the brand, left, or never was.
pub(in crate::meta) const GONE: &str = "unreachable";
/// The token is revoked or over.
pub(in crate::meta) const TOKEN: &str = "token_invalid";
/// The token lacks a permission, or the app a review.
pub(in crate::meta) const PERMISSION: &str = "permission_missing";
/// Meta blocked the account for what it did.
pub(in crate::meta) const BLOCKED: &str = "account_blocked";
/// Too fast.
const LIMITED: &str = "rate_limited";
/// Meta is not well, and took nothing.
const UNWELL: &str = "platform_unwell";

/// How long a dead token is waited for: somebody must log in and mend it.
const MENDING: Millis = Millis::minutes(10);
/// The longest pause Meta's own advice is followed for.
const LONGEST_WAIT: i64 = 60 * 60;

/// A refused call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::meta) struct Refusal {
    /// Status of the answer.
    pub(in crate::meta) status: u16,
    /// `error.code` and `error.error_subcode`, if the answer was the Graph API's own.
    pub(in crate::meta) code: Option<(i64, Option<i64>)>,
    /// How long Meta says to wait, in seconds.
    pub(in crate::meta) wait: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Again,
    /// Too fast, and how many seconds help when Meta does not say.
    Limited(Scope, i64),
    Gone,
    Token,
    /// It stands there although Meta says otherwise, or nobody knows.
    Unknown(&'static str),
    Refused(&'static str),
}

const fn class(code: i64, subcode: Option<i64>) -> Option<Class> {
    Some(match (code, subcode) {
        // "The message was sent, but an error was returned."
        (1, Some(1_357_046)) => Class::Unknown("sent_with_error"),
        (10, Some(2_018_278)) | (131_047, _) => Class::Refused(window::CLOSED),
        (100, Some(2_018_001)) | (551 | 131_026, _) | (_, Some(1_545_041)) => Class::Gone,
        (1 | 2 | 1_200 | 131_000 | 131_016 | 133_004, _) => Class::Again,
        // "Pair rate limit": one message in six seconds to one person, and 4^n seconds to wait.
        (131_056, _) => Class::Limited(Scope::Place, 16),
        (4 | 17 | 32 | 613 | 80_000..=80_014 | 130_429 | 133_016, _) => Class::Limited(Scope::Account, 60),
        (0 | 102 | 190 | 463 | 467, _) => Class::Token,
        (3 | 10 | 200..=299 | 131_005, _) => Class::Refused(PERMISSION),
        (368 | 131_031, _) => Class::Refused(BLOCKED),
        (10_900, _) => Class::Refused("private_reply_used"),
        (10_901..=10_903, _) => Class::Refused("private_reply_closed"),
        (2_022, _) => Class::Refused("commerce_disabled"),
        (131_048 | 131_049, _) => Class::Refused("spam_limit"),
        (131_051, _) => Class::Refused("type_unsupported"),
        (131_062, _) => Class::Refused("phone_needed"),
        (131_042, _) => Class::Refused("payment_missing"),
        (132_000..=132_999, _) => Class::Refused("template_refused"),
        (100 | 131_008 | 131_009, _) => Class::Refused("bad_parameter"),
        _ => return None,
    })
}

/// What follows a refused call.
pub(in crate::meta) fn judge(refusal: Refusal) -> SendError {
    let class = refusal.code.and_then(|(code, subcode)| class(code, subcode));
    match class.unwrap_or_else(|| by_status(refusal)) {
        Class::Again => SendError::Retry(None, UNWELL),
        Class::Limited(scope, wait) => {
            let wait = refusal.wait.unwrap_or(wait).clamp(1, LONGEST_WAIT);
            SendError::TooFast(scope, Millis::seconds(wait), LIMITED)
        }
        Class::Gone => SendError::Gone(GONE),
        Class::Token => SendError::Retry(Some(MENDING), TOKEN),
        Class::Unknown(code) => SendError::Uncertain(code),
        Class::Refused(code) => SendError::Rejected(code),
    }
}

/// A code nobody wrote down here, or an answer of something that stands before Meta.
const fn by_status(refusal: Refusal) -> Class {
    match refusal.status {
        401 => Class::Token,
        429 => Class::Limited(Scope::Account, 60),
        500.. => Class::Unknown("platform_error"),
        _ => Class::Refused("refused"),
    }
}

/// A message that failed after it was taken: the code that is stored.
pub(in crate::meta) fn failed(code: Option<i64>) -> &'static str {
    match code.and_then(|code| class(code, None)) {
        Some(Class::Gone) => GONE,
        Some(Class::Limited(..)) => LIMITED,
        Some(Class::Token) => TOKEN,
        Some(Class::Refused(code)) => code,
        Some(Class::Again | Class::Unknown(_)) | None => "undelivered",
    }
}

/// What a failed send says about the channel; nothing where only the person or the message is to blame.
pub(in crate::meta) fn symptom(error: SendError) -> Option<Symptom> {
    match error {
        SendError::Retry(_, TOKEN) | SendError::Rejected(TOKEN | PERMISSION | BLOCKED) => {
            Some(Symptom::Died(code(error).to_owned()))
        }
        // Being held back is the pace of the day, no illness.
        SendError::Gone(_) | SendError::Rejected(_) | SendError::TooFast(..) => None,
        SendError::Retry(..) | SendError::Uncertain(_) => Some(Symptom::Failed(code(error).to_owned())),
    }
}

const fn code(error: SendError) -> &'static str {
    match error {
        SendError::Retry(_, code)
        | SendError::TooFast(_, _, code)
        | SendError::Rejected(code)
        | SendError::Gone(code)
        | SendError::Uncertain(code) => code,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(code: i64, subcode: Option<i64>) -> SendError {
        judge(Refusal { status: 400, code: Some((code, subcode)), wait: None })
    }

    #[test]
    fn every_error_of_the_tables_has_its_class() {
        let slow = |scope, seconds| SendError::TooFast(scope, Millis::seconds(seconds), LIMITED);
        for (code, subcode, expected) in [
            (10, Some(2_018_278), SendError::Rejected("window_closed")),
            (131_047, None, SendError::Rejected("window_closed")),
            (551, Some(1_545_041), SendError::Gone(GONE)),
            (200, Some(1_545_041), SendError::Gone(GONE)),
            (100, Some(2_018_001), SendError::Gone(GONE)),
            (131_026, None, SendError::Gone(GONE)),
            (1, Some(1_357_046), SendError::Uncertain("sent_with_error")),
            (1, None, SendError::Retry(None, UNWELL)),
            (2, None, SendError::Retry(None, UNWELL)),
            (1_200, None, SendError::Retry(None, UNWELL)),
            (190, Some(460), SendError::Retry(Some(MENDING), TOKEN)),
            (613, None, slow(Scope::Account, 60)),
            (4, Some(2_018_022), slow(Scope::Account, 60)),
            (131_056, None, slow(Scope::Place, 16)),
            (80_007, None, slow(Scope::Account, 60)),
            (130_429, None, slow(Scope::Account, 60)),
            (10, None, SendError::Rejected(PERMISSION)),
            (230, None, SendError::Rejected(PERMISSION)),
            (368, None, SendError::Rejected(BLOCKED)),
            (10_900, None, SendError::Rejected("private_reply_used")),
            (10_903, None, SendError::Rejected("private_reply_closed")),
            (2_022, None, SendError::Rejected("commerce_disabled")),
            (100, None, SendError::Rejected("bad_parameter")),
            (131_049, None, SendError::Rejected("spam_limit")),
            (999_999, None, SendError::Rejected("refused")),
        ] {
            assert_eq!(of(code, subcode), expected, "{code}/{subcode:?}");
        }
    }

    #[test]
    fn what_is_not_the_graph_api_is_judged_by_its_status() {
        let bare = |status| judge(Refusal { status, code: None, wait: None });
        assert_eq!(bare(502), SendError::Uncertain("platform_error"));
        assert_eq!(bare(404), SendError::Rejected("refused"));
        assert_eq!(bare(429), SendError::TooFast(Scope::Account, Millis::seconds(60), LIMITED));
    }

    #[test]
    fn metas_own_advice_goes_before_ours() {
        for (wait, seconds) in [(120, 120), (0, 1), (1_000_000, 3_600)] {
            let refusal = Refusal { status: 400, code: Some((613, None)), wait: Some(wait) };
            assert_eq!(judge(refusal), SendError::TooFast(Scope::Account, Millis::seconds(seconds), LIMITED));
        }
    }

    #[test]
    fn only_what_the_channel_is_to_blame_for_is_a_symptom() {
        assert_eq!(symptom(of(190, None)), Some(Symptom::Died(TOKEN.to_owned())));
        assert_eq!(symptom(of(613, None)), None);
        assert_eq!(symptom(of(2, None)), Some(Symptom::Failed(UNWELL.to_owned())));
        assert_eq!(symptom(of(551, None)), None);
        assert_eq!(symptom(of(10, Some(2_018_278))), None);
    }
}
