//! Statements that read everything about a person (`$1` is the head), and of consent.

use super::statements;

statements! {
    /// The head of customer `$2` of brand `$1`.
    PERSON_HEAD = both
        "SELECT COALESCE(c.head_id, c.id) AS id FROM customers c WHERE c.brand_id = $1 AND c.id = $2";

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
        "SELECT o.* FROM customers m JOIN orders o ON o.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $1 \
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
        "SELECT c.id, c.address_id, c.owner, c.language, c.summary, c.created_at, c.ended_at FROM customers m \
         JOIN addresses a ON a.customer_id = m.id JOIN conversations c ON c.address_id = a.id \
         WHERE COALESCE(m.head_id, m.id) = $1 AND c.id > $2 ORDER BY c.id LIMIT $3";

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
        "UPDATE customers SET opted_out_at = $2, rev = rev + 1 WHERE COALESCE(head_id, id) = $1";

    /// The same for their verified addresses.
    PERSON_ADDRESSES_CONSENT = both
        "UPDATE addresses SET opted_out_at = $2 WHERE level = 'verified' \
         AND customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1) RETURNING id";

    /// The same for their open conversations at those.
    PERSON_LANES_MOVE = both
        "UPDATE conversations SET rev = rev + 1 WHERE owner <> 'closed' AND address_id IN (SELECT a.id FROM addresses a \
         JOIN customers m ON m.id = a.customer_id WHERE a.level = 'verified' AND COALESCE(m.head_id, m.id) = $1) \
         RETURNING id, brand_id, address_id";
}
