//! What follows when Discord takes no message (`discord-api-docs` topics/opcodes-and-status-codes.mdx, "JSON Error Codes").

use crate::discord::api::Failure;
use lara_core::deliver::TRIES;
use lara_core::model::Millis;
use lara_core::ports::{Scope, SendError, Symptom};

/// Pause before a message whose fate is unknown goes again with the same nonce. Discord knows a nonce for "the past few
/// minutes", so that all tries together must stay well under that.
const SAME_NONCE: Millis = Millis::seconds(3);
/// Pause while the token is refused: somebody has to replace it.
const NO_TOKEN: Millis = Millis::minutes(5);
/// Pause when direct messages are opened too fast (40003).
const OPENING: Millis = Millis::minutes(1);
/// Pause when writing is slowed (20016, 20028) and Discord says no time.
const SLOWED: Millis = Millis::seconds(10);

/// What follows.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    /// For the message.
    pub(super) error: SendError,
    /// For the channel.
    pub(super) symptom: Option<Symptom>,
}

/// What follows from a failure at this try, for a call that is safe to repeat.
pub(super) fn judge(failure: Failure, attempts: i32) -> Refusal {
    let quiet = |error| Refusal { error, symptom: None };
    let failed =
        |error: SendError, code: &str| Refusal { error, symptom: Some(Symptom::Failed(code.to_owned())) };
    match failure {
        Failure::TooMany(scope, wait) => quiet(SendError::TooFast(scope, wait, "rate_limited")),
        Failure::HeldBack(wait, "token_revoked") => quiet(SendError::Retry(Some(wait), "token_revoked")),
        Failure::HeldBack(wait, code) => quiet(SendError::TooFast(Scope::Account, wait, code)),
        Failure::Unreachable => {
            failed(SendError::Retry(None, "platform_unreachable"), "platform_unreachable")
        }
        // The last try: nobody knows whether one of them arrived.
        Failure::Unknown(code) if attempts >= TRIES => failed(SendError::Uncertain(code), code),
        Failure::Unknown(code) => failed(SendError::Retry(Some(SAME_NONCE), code), code),
        Failure::Refused { status: 401, .. } => Refusal {
            error: SendError::Retry(Some(NO_TOKEN), "token_revoked"),
            symptom: Some(Symptom::Died("token_revoked".to_owned())),
        },
        Failure::Refused { status, code } => {
            let (error, code) = refused(status, code);
            if code.is_empty() { quiet(error) } else { failed(error, code) }
        }
    }
}

/// What a refusal means, and the code the channel ails with; none where only this person or text is concerned.
fn refused(status: u16, code: u64) -> (SendError, &'static str) {
    match code {
        50_007 | 50_278 => (SendError::Gone("closed_direct_messages"), ""),
        10_013 => (SendError::Gone("no_such_person"), ""),
        40_003 => (SendError::TooFast(Scope::Place, OPENING, "opening_too_fast"), ""),
        20_016 | 20_028 | 20_029 => (SendError::TooFast(Scope::Place, SLOWED, "slowed"), ""),
        50_001 => (SendError::Rejected("missing_access"), "missing_access"),
        50_013 => (SendError::Rejected("missing_permission"), "missing_permission"),
        10_003 => (SendError::Rejected("no_such_channel"), ""),
        10_008 => (SendError::Rejected("no_such_message"), ""),
        200_000 | 200_001 => (SendError::Rejected("blocked_by_automod"), ""),
        50_035 => (SendError::Rejected("refused_form"), "refused_form"),
        _ if status == 403 => (SendError::Rejected("forbidden"), "forbidden"),
        _ if status == 404 => (SendError::Rejected("not_found"), ""),
        _ => (SendError::Rejected("refused"), "refused"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_discord_says_is_told_apart() {
        let error = |status, code| judge(Failure::Refused { status, code }, 1).error;
        assert_eq!(error(403, 50_007), SendError::Gone("closed_direct_messages"));
        assert_eq!(error(403, 50_278), SendError::Gone("closed_direct_messages"));
        assert_eq!(error(403, 50_013), SendError::Rejected("missing_permission"));
        assert_eq!(error(400, 200_000), SendError::Rejected("blocked_by_automod"));
        assert_eq!(error(400, 50_035), SendError::Rejected("refused_form"));
        assert_eq!(error(400, 40_003), SendError::TooFast(Scope::Place, OPENING, "opening_too_fast"));
        assert_eq!(error(404, 10_003), SendError::Rejected("no_such_channel"));
        assert_eq!(error(418, 1), SendError::Rejected("refused"));
    }

    #[test]
    fn a_refused_token_keeps_the_message_and_kills_the_channel() {
        let Refusal { error, symptom } = judge(Failure::Refused { status: 401, code: 0 }, 1);
        assert_eq!(error, SendError::Retry(Some(NO_TOKEN), "token_revoked"));
        assert_eq!(symptom, Some(Symptom::Died("token_revoked".to_owned())));
    }

    #[test]
    fn a_lost_answer_is_asked_for_again_by_the_nonce_and_never_called_failed() {
        let lost = Failure::Unknown("timed_out");
        assert_eq!(judge(lost, 1).error, SendError::Retry(Some(SAME_NONCE), "timed_out"));
        assert_eq!(judge(lost, TRIES).error, SendError::Uncertain("timed_out"));
        let fast = judge(Failure::TooMany(Scope::Account, Millis(64_571)), 1).error;
        assert_eq!(fast, SendError::TooFast(Scope::Account, Millis(64_571), "rate_limited"));
    }
}
