//! Statements of the change feed.

use super::statements;

statements! {
    /// Lines for the feed.
    CHANGES_ADD = batch(brand_id TEXT, kind TEXT, key TEXT, address_id TEXT, at BIGINT)
        "INSERT INTO changes (brand_id, kind, key, address_id, at) \
         SELECT b.brand_id, b.kind, b.key, b.address_id, b.at FROM b";

    /// Lines after number `$1`, at most `$2`.
    CHANGES_AFTER = both
        "SELECT number, brand_id, kind, key, address_id, at FROM changes WHERE number > $1 ORDER BY number LIMIT $2";

    /// The last number.
    CHANGES_LAST = both
        "SELECT COALESCE(MAX(number), 0) AS number FROM changes";

    /// Forgets the lines before the first one that is not older than `$1`: numbers grow with time closely enough, and
    /// the walk touches only what goes.
    CHANGES_PRUNE = both
        "DELETE FROM changes WHERE at < $1 AND number < COALESCE( \
         (SELECT number FROM changes WHERE at >= $1 ORDER BY number LIMIT 1), \
         (SELECT MAX(number) FROM changes))";
}
