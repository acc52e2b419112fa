//! Statements of the REST API: its tokens, and what it answered.

use super::statements;

statements! {
    /// Adds a token.
    TOKEN_ADD = both
        "INSERT INTO api_tokens (hash, id, brand_id, name, scopes, created_at, used_at, valid_until, revoked_at) \
         VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, NULL)";

    /// The token of a secret.
    TOKEN = both
        "SELECT * FROM api_tokens WHERE hash = $1";

    /// The tokens of a brand.
    TOKENS = both
        "SELECT * FROM api_tokens WHERE brand_id = $1 ORDER BY created_at, id";

    /// Refuses a token from now on.
    TOKEN_REVOKE = both
        "UPDATE api_tokens SET revoked_at = $3 WHERE brand_id = $1 AND id = $2 AND revoked_at IS NULL";

    /// Notes that a token is used, unless that was noted after `$3`.
    TOKEN_USED = both
        "UPDATE api_tokens SET used_at = $2 WHERE id = $1 AND (used_at IS NULL OR used_at <= $3)";

    /// Forgets the answer to a key when it was begun before `$3`.
    ANSWER_FORGET = both
        "DELETE FROM api_answers WHERE token_id = $1 AND key = $2 AND at <= $3";

    /// Takes a key for a request.
    ANSWER_BEGIN = both
        "INSERT INTO api_answers (token_id, key, brand_id, digest, status, body, at) VALUES ($1, $2, $3, $4, NULL, NULL, $5) \
         ON CONFLICT (token_id, key) DO NOTHING";

    /// What a key was used for.
    ANSWER = both
        "SELECT digest, status, body FROM api_answers WHERE token_id = $1 AND key = $2";

    /// Takes over the request of a key that was begun before `$3` and never answered.
    ANSWER_TAKE_OVER = both
        "UPDATE api_answers SET at = $4 WHERE token_id = $1 AND key = $2 AND status IS NULL AND at <= $3";

    /// Keeps what was answered to the request begun at `$3`.
    ANSWER_KEEP = both
        "UPDATE api_answers SET status = $4, body = $5 WHERE token_id = $1 AND key = $2 AND at = $3 AND status IS NULL";

    /// Lets go of the key of a request begun at `$3` that was not done.
    ANSWER_UNDO = both
        "DELETE FROM api_answers WHERE token_id = $1 AND key = $2 AND at = $3 AND status IS NULL";

    /// Forgets old answers.
    ANSWERS_PRUNE = both
        "DELETE FROM api_answers WHERE at < $1";
}
