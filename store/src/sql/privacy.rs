//! Statements that read everything about a person (`$1` is the head), and of consent.

use super::statements;

statements! {
    /// The head of customer `$2` of brand `$1`.
    PERSON_HEAD = both
        "SELECT COALESCE(p.head_id, p.id) AS id FROM customers p WHERE p.brand_id = $1 AND p.id = $2";

    /// The people of brand `$1` who are called so: by our id or the shop's (`$2`), by e-mail (`$3`) or phone (`$4`).
    PERSON_FIND = both
        "SELECT DISTINCT COALESCE(c.head_id, c.id) AS id FROM customers c WHERE c.brand_id = $1 \
         AND (c.id = $2 OR c.external_id = $2 OR c.email = $3 OR c.digits = $4) ORDER BY id LIMIT 10";

    /// The customers of a person, the head first.
    FILE_CUSTOMERS = both
        "SELECT m.* FROM customers m WHERE COALESCE(m.head_id, m.id) = $1 \
         ORDER BY CASE WHEN m.id = $1 THEN 0 ELSE 1 END, m.id";

    /// The addresses of a person.
    FILE_ADDRESSES = both
        "SELECT a.*, h.kind AS channel_kind, h.name AS channel_name FROM customers m JOIN addresses a ON a.customer_id = m.id \
         JOIN channels h ON h.id = a.channel_id WHERE COALESCE(m.head_id, m.id) = $1 ORDER BY a.id";

    /// Orders of a person after `$2`, at most `$3`.
    FILE_ORDERS = both
        "SELECT o.* FROM customers p JOIN orders o ON o.customer_id = p.id WHERE COALESCE(p.head_id, p.id) = $1 \
         AND o.id > $2 ORDER BY o.id LIMIT $3";

    /// Returns of a person after `$2`, at most `$3`.
    FILE_RETURNS = both
        "SELECT r.* FROM customers m JOIN orders o ON o.customer_id = m.id JOIN returns r ON r.order_id = o.id \
         WHERE COALESCE(m.head_id, m.id) = $1 AND r.id > $2 ORDER BY r.id LIMIT $3";

    /// Preferences of a person.
    FILE_PREFERENCES = both
        "SELECT p.* FROM customers m JOIN preferences p ON p.customer_id = m.id \
         WHERE COALESCE(m.head_id, m.id) = $1 AND p.forgotten_at IS NULL ORDER BY p.key, p.customer_id";

    /// Joins of a person.
    FILE_JOINS = both
        "SELECT j.* FROM joins j WHERE j.customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1) \
         OR j.merged_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1) ORDER BY j.at, j.id";

    /// Suggestions about a person.
    FILE_SUGGESTIONS = both
        "SELECT s.* FROM suggestions s WHERE s.brand_id = $2 \
         AND s.customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1) ORDER BY s.at, s.id";

    /// Conversations of a person after `$2`, at most `$3`.
    FILE_TALKS = both
        "SELECT c.id, c.address_id, c.owner, c.language, c.summary, c.created_at, c.ended_at FROM conversations c \
         WHERE c.id IN (SELECT o.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             JOIN conversations o ON o.address_id = a.id AND o.customer_id IS NULL WHERE COALESCE(m.head_id, m.id) = $1 \
             UNION ALL SELECT o.id FROM customers m JOIN conversations o ON o.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1) \
         AND c.id > $2 ORDER BY c.id LIMIT $3";

    /// Messages of a batch of conversations after place `$3` of conversation `$2`, at most `$4`.
    FILE_MESSAGES = batch(id TEXT)
        "SELECT m.* FROM b JOIN messages m ON m.conversation_id = b.id WHERE (m.conversation_id, m.seq) > ($2, $3) \
         ORDER BY m.conversation_id, m.seq LIMIT $4";

    /// Decisions in a batch of conversations after place `$3` of conversation `$2`, at most `$4`.
    FILE_DECISIONS = batch(id TEXT)
        "SELECT d.conversation_id, d.first_seq, d.last_seq, d.kind, d.policy, d.reason, d.reading, d.known, d.at \
         FROM b JOIN decisions d ON d.conversation_id = b.id WHERE (d.conversation_id, d.last_seq) > ($2, $3) \
         ORDER BY d.conversation_id, d.last_seq LIMIT $4";

    /// Places in the queue of a batch of conversations.
    FILE_ESCALATIONS = batch(id TEXT)
        "SELECT e.* FROM b JOIN escalations e ON e.conversation_id = b.id ORDER BY e.opened_at, e.id";

    /// Files that came with a batch of messages.
    FILE_FILES = batch(id TEXT)
        "SELECT a.id, a.message_id, a.hash, a.mime, a.size FROM b JOIN attachments a ON a.message_id = b.id ORDER BY a.id";

    /// Since when a person wants no messages (`$2`; NULL: wants them again). What is being prepared for them is stale.
    PERSON_CONSENT = both
        "UPDATE customers SET opted_out_at = $2, rev = rev + 1, updated_at = $3 WHERE COALESCE(head_id, id) = $1";

    /// The same for their verified addresses.
    PERSON_ADDRESSES_CONSENT = both
        "UPDATE addresses SET opted_out_at = $2 WHERE level = 'verified' \
         AND customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1) RETURNING id";

    /// The head of the person address `$1` is proven to be of.
    CONSENT_OF = both
        "SELECT COALESCE(m.head_id, m.id) AS id FROM addresses a JOIN customers m ON m.id = a.customer_id \
         WHERE a.id = $1 AND a.level = 'verified'";

    /// The proven address where the person with head `$1` wrote last in private.
    UNASKED_WHERE = both
        "SELECT * FROM (SELECT a.id AS address_id, a.channel_id, COALESCE(h.language, t.language, a.language) AS language, a.unreachable_at IS NOT NULL AS unreachable, \
         a.opted_out_at IS NOT NULL OR EXISTS (SELECT 1 FROM customers m WHERE COALESCE(m.head_id, m.id) = $1 \
             AND m.opted_out_at IS NOT NULL) AS opted_out, \
         (SELECT c.owner FROM conversations c WHERE c.address_id = a.id AND c.owner <> 'closed') AS owner, \
         (SELECT MAX(q.at) FROM conversations o JOIN messages q ON q.conversation_id = o.id AND q.seq = o.last_in_seq \
             WHERE o.address_id = a.id AND o.customer_id IS NULL AND q.direction = 'in' AND q.visibility = 'direct') AS last_in_at \
         FROM customers t JOIN addresses a ON a.customer_id = t.id AND a.level = 'verified' \
         JOIN channels ch ON ch.id = a.channel_id AND ch.paused_at IS NULL JOIN customers h ON h.id = $1 \
         WHERE COALESCE(t.head_id, t.id) = $1 AND t.erased_at IS NULL) AS found \
         WHERE last_in_at IS NOT NULL ORDER BY last_in_at DESC, address_id LIMIT 1";

    /// The same of address `$2`, if it is theirs.
    UNASKED_AT = both
        "SELECT a.id AS address_id, a.channel_id, COALESCE(h.language, t.language, a.language) AS language, a.unreachable_at IS NOT NULL AS unreachable, \
         a.opted_out_at IS NOT NULL OR EXISTS (SELECT 1 FROM customers m WHERE COALESCE(m.head_id, m.id) = $1 \
             AND m.opted_out_at IS NOT NULL) AS opted_out, \
         (SELECT c.owner FROM conversations c WHERE c.address_id = a.id AND c.owner <> 'closed') AS owner, \
         (SELECT MAX(q.at) FROM conversations o JOIN messages q ON q.conversation_id = o.id AND q.seq = o.last_in_seq \
             WHERE o.address_id = a.id AND o.customer_id IS NULL AND q.direction = 'in' AND q.visibility = 'direct') AS last_in_at \
         FROM customers t JOIN addresses a ON a.customer_id = t.id AND a.level = 'verified' \
         JOIN channels ch ON ch.id = a.channel_id AND ch.paused_at IS NULL JOIN customers h ON h.id = $1 \
         WHERE COALESCE(t.head_id, t.id) = $1 AND a.id = $2 AND t.erased_at IS NULL";

    /// How many messages the person with head `$1` got without asking, or will get, since `$2`.
    UNASKED_COUNT = both
        "SELECT COUNT(*) AS number FROM messages q WHERE q.conversation_id IN (\
             SELECT o.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             JOIN conversations o ON o.address_id = a.id AND o.customer_id IS NULL WHERE COALESCE(m.head_id, m.id) = $1 \
             UNION ALL SELECT o.id FROM customers m JOIN conversations o ON o.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1) \
         AND q.unasked AND q.at >= $2 AND q.state NOT IN ('cancelled', 'failed')";

    /// A place in the open conversation of address `$4`, or in a new one (`$1`); none where a human has it or is waited for.
    UNASKED_PLACE = both
        "INSERT INTO conversations (id, brand_id, channel_id, address_id, owner, epoch, rev, misses, last_seq, last_in_seq, \
         done_seq, attempts, created_at, last_at) VALUES ($1, $2, $3, $4, 'bot', 0, 0, 0, 1, 0, 0, 0, $5, $5) \
         ON CONFLICT (address_id) WHERE owner <> 'closed' DO UPDATE SET last_seq = conversations.last_seq + 1, \
         last_at = excluded.last_at WHERE conversations.owner = 'bot' RETURNING id, brand_id, address_id";

    /// A message `$1` nobody asked for, at the last place of conversation `$2`.
    UNASKED_WRITE = both
        "INSERT INTO messages (id, brand_id, conversation_id, channel_id, seq, direction, author, text, quick_replies, \
         visibility, state, at, attempts, send_at, unasked) \
         SELECT $1, c.brand_id, c.id, c.channel_id, c.last_seq, 'out', 'bot', $3, '[]', 'direct', $4, CAST($5 AS BIGINT), 0, \
         CAST($6 AS BIGINT), TRUE FROM conversations c WHERE c.id = $2";

    /// The same for their open conversations at those.
    PERSON_LANES_MOVE = both
        "UPDATE conversations SET rev = rev + 1 WHERE owner <> 'closed' AND address_id IN (SELECT a.id FROM addresses a \
         JOIN customers m ON m.id = a.customer_id WHERE a.level = 'verified' AND COALESCE(m.head_id, m.id) = $1) \
         RETURNING id, brand_id, address_id";
}
