//! Statements of attachments.

use super::statements;

statements! {
    /// Takes up to `$3` attachments due at `$1`, which are due again at `$2` unless they are settled before.
    FETCHES_CLAIM = sqlite
        "UPDATE attachments SET attempts = attempts + 1, due_at = $2 WHERE id IN (SELECT a.id FROM attachments a \
         WHERE a.due_at IS NOT NULL AND a.due_at <= $1 ORDER BY a.due_at, a.id LIMIT $3) \
         RETURNING id, brand_id, channel_id, message_id, source, attempts"
        postgres
        "UPDATE attachments SET attempts = attempts + 1, due_at = $2 WHERE id IN (SELECT a.id FROM attachments a \
         WHERE a.due_at IS NOT NULL AND a.due_at <= $1 ORDER BY a.due_at, a.id LIMIT $3 FOR UPDATE SKIP LOCKED) \
         RETURNING id, brand_id, channel_id, message_id, source, attempts";

    /// Settles claim `$2` of attachment `$1`: state, hash, mime, size, fault, when it is due again.
    FETCH_SETTLE = both
        "UPDATE attachments SET state = $3, hash = $4, mime = $5, size = $6, fault = $7, due_at = $8 \
         WHERE id = $1 AND attempts = $2 AND state = 'waiting' RETURNING message_id AS id";

    /// Keeps the bytes of a file; of one that is there already, its row is held until the end of the transaction, so that
    /// nobody who lets go of it meanwhile forgets it.
    FILE_KEEP = both
        "INSERT INTO files (brand_id, hash, mime, bytes, at) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (brand_id, hash) DO UPDATE SET at = excluded.at";

    /// Attachments whose channel is gone will never come.
    FETCHES_ORPHANED = batch(id TEXT)
        "UPDATE attachments SET state = 'refused', fault = 'no_such_channel', due_at = NULL \
         WHERE id IN (SELECT b.id FROM b)";

    /// When the next attachment is due.
    FETCH_NEXT = both
        "SELECT MIN(due_at) AS at FROM attachments WHERE due_at IS NOT NULL";

    /// What the feed says about a message.
    MESSAGE_LANE = both
        "SELECT c.id, c.brand_id, c.address_id FROM messages m JOIN conversations c ON c.id = m.conversation_id \
         WHERE m.id = $1";
}
