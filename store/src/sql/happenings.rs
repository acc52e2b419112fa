//! Statements about events that are no new message.

use super::statements;

statements! {
    /// A correction `$3` of message `$2` of channel `$1`, at `$4`.
    MESSAGE_EDIT = both
        "UPDATE messages SET text = $3, edited_at = $4 WHERE channel_id = $1 AND external = $2 AND direction = 'in' \
         AND withdrawn_at IS NULL AND text <> $3 RETURNING id, conversation_id";

    /// Message `$2` of channel `$1` was taken back at `$3`.
    MESSAGE_WITHDRAW = both
        "UPDATE messages SET text = '', attachments = NULL, withdrawn_at = $3 WHERE channel_id = $1 AND external = $2 \
         AND direction = 'in' AND withdrawn_at IS NULL RETURNING id, conversation_id";

    /// Forgets the attachments of message `$1`.
    ATTACHMENTS_FORGET = both
        "DELETE FROM attachments WHERE message_id = $1";

    /// Holds the files nobody has any more, until whoever is about to use one again has said so: the next statement sees it.
    FILES_HOLD = both
        "UPDATE files SET at = at WHERE brand_id = $1 AND NOT EXISTS (SELECT 1 FROM attachments a \
         WHERE a.brand_id = files.brand_id AND a.hash = files.hash)";

    /// Forgets the files nobody has any more.
    FILES_UNUSED = both
        "DELETE FROM files WHERE brand_id = $1 AND NOT EXISTS (SELECT 1 FROM attachments a \
         WHERE a.brand_id = files.brand_id AND a.hash = files.hash)";

    /// The message out of channel `$1` with the platform's id `$2` got on: sent, delivered at `$3`, read at `$4`. Of a reply
    /// in several pieces (`pieces_done`) one that arrived says nothing about the rest.
    RECEIPT_EXTERNAL = both
        "UPDATE messages SET state = CASE WHEN state = 'uncertain' AND pieces_done IS NULL THEN 'sent' ELSE state END, \
         fault = CASE WHEN state = 'uncertain' AND pieces_done IS NULL THEN NULL ELSE fault END, \
         delivered_at = COALESCE(delivered_at, CAST($3 AS BIGINT)), read_at = COALESCE(read_at, CAST($4 AS BIGINT)) \
         WHERE channel_id = $1 AND external = $2 AND direction = 'out' \
         AND ((state = 'uncertain' AND pieces_done IS NULL) OR (CAST($3 AS BIGINT) IS NOT NULL AND delivered_at IS NULL) \
             OR (CAST($4 AS BIGINT) IS NOT NULL AND read_at IS NULL)) RETURNING id, conversation_id";

    /// The message out of channel `$1` with our id `$2` got on; the platform's id is `$5`.
    RECEIPT_OURS = both
        "UPDATE messages SET state = CASE WHEN state = 'uncertain' AND pieces_done IS NULL THEN 'sent' ELSE state END, \
         fault = CASE WHEN state = 'uncertain' AND pieces_done IS NULL THEN NULL ELSE fault END, \
         external = CASE WHEN erased_at IS NULL THEN COALESCE(external, CAST($5 AS TEXT)) END, \
         delivered_at = COALESCE(delivered_at, CAST($3 AS BIGINT)), read_at = COALESCE(read_at, CAST($4 AS BIGINT)) \
         WHERE channel_id = $1 AND id = $2 AND direction = 'out' \
         AND ((state = 'uncertain' AND pieces_done IS NULL) OR (CAST($3 AS BIGINT) IS NOT NULL AND delivered_at IS NULL) \
             OR (CAST($4 AS BIGINT) IS NOT NULL AND read_at IS NULL) \
             OR (CAST($5 AS TEXT) IS NOT NULL AND external IS NULL)) RETURNING id, conversation_id";

    /// What was sent to address `$2` of channel `$1` until `$5` got on.
    RECEIPT_UNTIL = both
        "UPDATE messages SET delivered_at = COALESCE(delivered_at, CAST($3 AS BIGINT)), read_at = COALESCE(read_at, CAST($4 AS BIGINT)) \
         WHERE channel_id = $1 AND direction = 'out' AND state = 'sent' AND at <= $5 AND (delivered_at IS NULL \
             OR (CAST($4 AS BIGINT) IS NOT NULL AND read_at IS NULL)) \
         AND conversation_id IN (SELECT c.id FROM conversations c JOIN addresses a ON a.id = c.address_id \
             WHERE a.channel_id = $1 AND a.external = $2) RETURNING id, conversation_id";

    /// The message out of channel `$1` with the platform's id `$2` failed after all (`$3`).
    RECEIPT_FAILED = both
        "UPDATE messages SET state = 'failed', fault = $3 WHERE channel_id = $1 AND external = $2 \
         AND direction = 'out' AND state <> 'failed' AND read_at IS NULL RETURNING id, conversation_id";

    /// The message out of channel `$1` with our id `$2` failed after all (`$3`).
    RECEIPT_OURS_FAILED = both
        "UPDATE messages SET state = 'failed', fault = $3 WHERE channel_id = $1 AND id = $2 \
         AND direction = 'out' AND state <> 'failed' AND read_at IS NULL RETURNING id, conversation_id";

    /// Whether a message out of channel `$1` has the platform's id `$2`.
    OUT_KNOWN = both
        "SELECT COUNT(*) AS number FROM messages WHERE channel_id = $1 AND external = $2 AND direction = 'out'";

    /// The address `$4` of channel `$3`, made when new.
    ADDRESS_MAKE = both
        "INSERT INTO addresses (id, brand_id, channel_id, external, level, created_at) \
         VALUES ($1, $2, $3, $4, 'anonymous', $5) ON CONFLICT (channel_id, external) DO NOTHING";

    /// The open conversation of an address, or a new one (`$1`), belongs to a human outside the desk, who has written at
    /// `$5`; an agent who has it keeps it.
    LANE_HUMAN = both
        "INSERT INTO conversations (id, brand_id, channel_id, address_id, owner, epoch, rev, misses, last_seq, \
         last_in_seq, done_seq, attempts, created_at, last_at) \
         VALUES ($1, $2, $3, $4, 'agent', 1, 1, 0, $6, 0, 0, 0, $5, $5) \
         ON CONFLICT (address_id) WHERE owner <> 'closed' DO UPDATE SET owner = 'agent', \
         agent_id = CASE WHEN conversations.owner = 'agent' THEN conversations.agent_id END, \
         epoch = conversations.epoch + CASE WHEN conversations.owner = 'agent' THEN 0 ELSE 1 END, \
         rev = conversations.rev + CASE WHEN conversations.owner = 'agent' THEN 0 ELSE 1 END, \
         open_question = NULL, last_seq = conversations.last_seq + $6, last_at = excluded.last_at \
         RETURNING id, brand_id, address_id, last_seq";

    /// What a human wrote in the platform's own inbox. Once: the unique key decides.
    ECHO_WRITE = both
        "INSERT INTO messages (id, brand_id, conversation_id, channel_id, seq, direction, author, external, text, \
         quick_replies, visibility, state, at, attempts) \
         VALUES ($1, $2, $3, $4, $5, 'out', 'agent', $6, $7, '[]', 'direct', 'sent', $8, 0) ON CONFLICT DO NOTHING";

    /// The escalation of conversation `$1` is in human hands since `$2`.
    ESCALATION_OUTSIDE = both
        "UPDATE escalations SET state = 'claimed', claimed_at = $2 WHERE conversation_id = $1 AND state = 'open'";

    /// The conversation of address `$2` of channel `$1` belongs to Lara again, if a human outside the desk had it.
    LANE_HANDED = both
        "UPDATE conversations SET owner = 'bot', epoch = epoch + 1, rev = rev + 1, misses = 0, open_question = NULL \
         WHERE owner = 'agent' AND agent_id IS NULL AND address_id IN (SELECT a.id FROM addresses a \
             WHERE a.channel_id = $1 AND a.external = $2) RETURNING id, brand_id, address_id, last_seq";

    /// Conversations that humans outside the desk had, and in which nobody has written since `$1`.
    LANES_IDLE_OUTSIDE = both
        "UPDATE conversations SET owner = 'bot', epoch = epoch + 1, rev = rev + 1, misses = 0, open_question = NULL \
         WHERE owner IN ('waiting', 'agent') AND owner = 'agent' AND agent_id IS NULL AND last_at < $1 RETURNING id, brand_id, address_id, last_seq";

    /// Address `$2` of channel `$1` cannot be reached since `$3`, or can (NULL).
    ADDRESS_REACH = both
        "UPDATE addresses SET unreachable_at = $3 WHERE channel_id = $1 AND external = $2 RETURNING id";

    /// Conversation `$1`, for the feed.
    LANE_BY_ID = both
        "SELECT id, brand_id, address_id, last_seq FROM conversations WHERE id = $1";

    /// The open conversation of address `$1`.
    LANE_OF = both
        "SELECT id, brand_id, address_id, last_seq FROM conversations WHERE address_id = $1 ORDER BY id DESC LIMIT 1";

    /// The addresses of channel `$1` that begin with `$2` begin with `$3` from now on, unless those are there already.
    PLACE_MOVE = both
        "UPDATE addresses SET external = $3 || SUBSTR(external, LENGTH($2) + 1) WHERE channel_id = $1 \
         AND SUBSTR(external, 1, LENGTH($2)) = $2 AND NOT EXISTS (SELECT 1 FROM addresses o WHERE o.channel_id = $1 \
         AND o.external = $3 || SUBSTR(addresses.external, LENGTH($2) + 1)) RETURNING id";

    /// The address `$2` of channel `$1` is `$3` from now on, unless that one is there already.
    ADDRESS_MOVE = both
        "UPDATE addresses SET external = $3 WHERE channel_id = $1 AND external = $2 AND NOT EXISTS (SELECT 1 \
         FROM addresses o WHERE o.channel_id = $1 AND o.external = $3) RETURNING id";
}
