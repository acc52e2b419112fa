//! Statements of the outbox and of transcripts.

use super::statements;

statements! {
    /// Takes the oldest queued reply of each conversation, none behind one that is unsent (what nobody asked for waits for the
    /// morning, and holds up no answer), and cancels instead what may no longer be said. What is said on a paused channel waits. `$1` node, `$2` now, `$3` lease end, `$4` how many.
    SENDS_CLAIM = sqlite
        "UPDATE messages SET attempts = attempts + 1, lease_node = $1, lease_until = $3, \
         state = CASE WHEN author = 'bot' AND EXISTS (SELECT 1 FROM conversations c \
             JOIN addresses a ON a.id = c.address_id WHERE c.id = messages.conversation_id \
             AND (c.owner = 'agent' OR messages.at < a.opted_out_at OR (messages.unasked AND (c.owner <> 'bot' \
             OR a.opted_out_at IS NOT NULL OR EXISTS (SELECT 1 FROM customers t \
             JOIN customers p ON COALESCE(p.head_id, p.id) = COALESCE(t.head_id, t.id) \
             WHERE t.id = a.customer_id AND p.opted_out_at IS NOT NULL))))) THEN 'cancelled' ELSE 'sending' END \
         WHERE id IN (SELECT m.id FROM messages m WHERE m.state = 'queued' AND m.send_at <= $2 \
         AND NOT EXISTS (SELECT 1 FROM channels h WHERE h.id = m.channel_id AND h.paused_at IS NOT NULL) \
         AND NOT EXISTS (SELECT 1 FROM messages p WHERE p.conversation_id = m.conversation_id AND p.seq < m.seq \
             AND p.state IN ('queued', 'sending') AND (p.state = 'sending' OR NOT p.unasked)) ORDER BY m.send_at, m.id LIMIT $4) RETURNING *"
        postgres
        "UPDATE messages SET attempts = attempts + 1, lease_node = $1, lease_until = $3, \
         state = CASE WHEN author = 'bot' AND EXISTS (SELECT 1 FROM conversations c \
             JOIN addresses a ON a.id = c.address_id WHERE c.id = messages.conversation_id \
             AND (c.owner = 'agent' OR messages.at < a.opted_out_at OR (messages.unasked AND (c.owner <> 'bot' \
             OR a.opted_out_at IS NOT NULL OR EXISTS (SELECT 1 FROM customers t \
             JOIN customers p ON COALESCE(p.head_id, p.id) = COALESCE(t.head_id, t.id) \
             WHERE t.id = a.customer_id AND p.opted_out_at IS NOT NULL))))) THEN 'cancelled' ELSE 'sending' END \
         WHERE id IN (SELECT m.id FROM messages m WHERE m.state = 'queued' AND m.send_at <= $2 \
         AND NOT EXISTS (SELECT 1 FROM channels h WHERE h.id = m.channel_id AND h.paused_at IS NOT NULL) \
         AND NOT EXISTS (SELECT 1 FROM messages p WHERE p.conversation_id = m.conversation_id AND p.seq < m.seq \
             AND p.state IN ('queued', 'sending') AND (p.state = 'sending' OR NOT p.unasked)) ORDER BY m.send_at, m.id LIMIT $4 FOR UPDATE SKIP LOCKED) \
         RETURNING *";

    /// Takes back bot replies that stand before a reply of an agent which is due at `$1`: they would only be in its way.
    SENDS_DOOMED = both
        "UPDATE messages SET state = 'cancelled', fault = 'taken_over' WHERE state = 'queued' AND id IN (\
         SELECT p.id FROM messages m JOIN conversations c ON c.id = m.conversation_id AND c.owner = 'agent' \
         JOIN messages p ON p.conversation_id = m.conversation_id AND p.seq < m.seq AND p.state IN ('queued', 'sending') \
         WHERE m.state = 'queued' AND m.send_at <= $1 AND m.author = 'agent' AND p.author = 'bot') \
         RETURNING conversation_id AS id";

    /// Replies of a batch, held by node `$2`, that cannot be read.
    SENDS_UNREADABLE = batch(id TEXT)
        "UPDATE messages SET state = 'failed', fault = 'unreadable', send_at = NULL, lease_node = NULL, \
         lease_until = NULL FROM b WHERE messages.id = b.id AND messages.lease_node = $2 \
         RETURNING messages.conversation_id AS id";

    /// Where the replies of a batch of conversations go, and when who gets them last wrote, in whichever conversation.
    SENDS_TO = batch(id TEXT, message_id TEXT, answers BIGINT)
        "SELECT b.message_id AS id, c.channel_id, a.external, r.external AS reply_to, \
         (SELECT MAX(q.at) FROM conversations o JOIN messages q ON q.conversation_id = o.id AND q.seq = o.last_in_seq \
             WHERE o.address_id = c.address_id) AS last_in_at \
         FROM b JOIN conversations c ON c.id = b.id JOIN addresses a ON a.id = c.address_id \
         LEFT JOIN messages r ON r.conversation_id = c.id AND r.seq = COALESCE(b.answers, c.last_in_seq)";

    /// Node `$2`, which holds it until `$5`, has seen `$3` pieces of reply `$1` taken (NULL: it has only one); the first has
    /// the platform's id `$4`.
    SEND_PROGRESS = both
        "UPDATE messages SET pieces_done = COALESCE(CAST($3 AS BIGINT), pieces_done), \
         external = CASE WHEN erased_at IS NULL THEN COALESCE(external, $4) END, lease_until = $5 \
         WHERE id = $1 AND state IN ('queued', 'sending') AND state = 'sending' AND lease_node = $2 \
         RETURNING taken_back IS NULL AS wanted";

    /// Addresses of a batch of conversations, which cannot be reached since `$2`.
    ADDRESSES_GONE = batch(id TEXT)
        "UPDATE addresses SET unreachable_at = $2 WHERE unreachable_at IS NULL \
         AND id IN (SELECT c.address_id FROM b JOIN conversations c ON c.id = b.id)";

    /// What waits for the addresses of a batch of conversations, which cannot be reached.
    SENDS_UNREACHABLE = batch(id TEXT)
        "UPDATE messages SET state = 'failed', fault = 'unreachable', send_at = NULL WHERE state = 'queued' \
         AND conversation_id IN (SELECT o.id FROM b JOIN conversations c ON c.id = b.id \
             JOIN conversations o ON o.address_id = c.address_id) RETURNING conversation_id AS id";

    /// What the feed says about a batch of conversations.
    LANES_ABOUT = batch(id TEXT)
        "SELECT c.id, c.brand_id, c.address_id FROM b JOIN conversations c ON c.id = b.id";

    /// Settles the sends of a batch that node `$2` still holds. What was taken back meanwhile is not tried again.
    SENDS_SETTLE = batch(id TEXT, state TEXT, external TEXT, send_at BIGINT, fault TEXT, untried INTEGER)
        "UPDATE messages SET external = CASE WHEN messages.erased_at IS NULL THEN COALESCE(b.external, messages.external) END, send_at = b.send_at, \
         attempts = messages.attempts - b.untried, \
         state = CASE WHEN b.state = 'queued' AND taken_back IS NOT NULL THEN 'cancelled' ELSE b.state END, \
         fault = CASE WHEN b.state = 'queued' AND taken_back IS NOT NULL THEN taken_back ELSE b.fault END, lease_node = NULL, lease_until = NULL FROM b \
         WHERE messages.id = b.id AND messages.state = 'sending' AND messages.lease_node = $2 \
         RETURNING messages.conversation_id AS id";

    /// Sends whose lease ended before `$1`: nobody knows. An app knows the replies it had, and Discord knows the nonce of a
    /// message for a few minutes (leases that ended after `$3`): there they are tried again, at most `$2` times in all.
    SENDS_EXPIRE = both
        "UPDATE messages SET lease_node = NULL, lease_until = NULL, fault = 'lease_expired', \
         state = CASE WHEN attempts >= $2 OR NOT EXISTS (SELECT 1 FROM channels h WHERE h.id = messages.channel_id \
             AND (h.kind = 'app' OR (h.kind = 'discord' AND messages.lease_until > $3))) THEN 'uncertain' WHEN taken_back IS NULL THEN 'queued' ELSE 'cancelled' END \
         WHERE state IN ('queued', 'sending') AND state = 'sending' AND lease_until < $1 \
         RETURNING conversation_id AS id, state";

    /// Conversation `$1`, if it is Lara's and its person is reached.
    LANE_IS_HERS = both
        "SELECT c.id FROM conversations c JOIN addresses a ON a.id = c.address_id \
         WHERE c.id = $1 AND c.owner = 'bot' AND a.opted_out_at IS NULL AND a.unreachable_at IS NULL";

    /// When the next reply is due.
    SENDS_NEXT = both
        "SELECT send_at AS at FROM messages WHERE state = 'queued' AND NOT EXISTS (SELECT 1 FROM channels h \
         WHERE h.id = messages.channel_id AND h.paused_at IS NOT NULL) ORDER BY send_at LIMIT 1";

    /// The address of a person on a channel.
    ADDRESS_BY_EXTERNAL = both
        "SELECT * FROM addresses WHERE channel_id = $1 AND external = $2";

    /// What the person at address `$1` may read after place `$3` of conversation `$2`, at most `$4`. In two halves, so
    /// that a reader who waits in a long conversation touches only what is new.
    TRANSCRIPT_AFTER = both
        "SELECT * FROM (SELECT m.* FROM conversations c JOIN messages m ON m.conversation_id = c.id AND m.seq > $3 \
         WHERE c.id = $2 AND c.address_id = $1 AND (c.customer_id IS NULL OR EXISTS (SELECT 1 FROM addresses a JOIN customers t ON t.id = a.customer_id \
             JOIN customers w ON w.id = c.customer_id WHERE a.id = $1 AND COALESCE(t.head_id, t.id) = COALESCE(w.head_id, w.id))) \
         UNION ALL SELECT m.* FROM conversations c JOIN messages m ON m.conversation_id = c.id \
         WHERE c.address_id = $1 AND c.id > $2 AND (c.customer_id IS NULL OR EXISTS (SELECT 1 FROM addresses a JOIN customers t ON t.id = a.customer_id \
             JOIN customers w ON w.id = c.customer_id WHERE a.id = $1 AND COALESCE(t.head_id, t.id) = COALESCE(w.head_id, w.id)))) AS t \
         WHERE direction = 'in' OR (direction = 'out' AND state = 'sent') ORDER BY conversation_id, seq LIMIT $4";

    /// The last `$2` messages the person at address `$1` may read, newest first.
    TRANSCRIPT_LATEST = both
        "SELECT m.* FROM conversations c JOIN messages m ON m.conversation_id = c.id \
         WHERE c.address_id = $1 AND (c.customer_id IS NULL OR EXISTS (SELECT 1 FROM addresses a JOIN customers t ON t.id = a.customer_id \
             JOIN customers w ON w.id = c.customer_id WHERE a.id = $1 AND COALESCE(t.head_id, t.id) = COALESCE(w.head_id, w.id))) AND (m.direction = 'in' OR (m.direction = 'out' AND m.state = 'sent')) \
         ORDER BY c.id DESC, m.seq DESC LIMIT $2";
}
