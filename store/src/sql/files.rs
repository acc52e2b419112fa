//! Statements of import and export: what only files need, beside those of the directory.

use super::statements;

statements! {
    /// The person of brand `$2` an e-mail belongs to, and how many it does.
    PEOPLE_BY_EMAIL = batch(email TEXT)
        "SELECT b.email, MIN(COALESCE(c.head_id, c.id)) AS id, COUNT(DISTINCT COALESCE(c.head_id, c.id)) AS people \
         FROM b CROSS JOIN customers c WHERE c.brand_id = $2 AND c.email = b.email GROUP BY b.email";

    /// Since when customers are known, as the shop says.
    CUSTOMERS_SINCE = batch(id TEXT, at BIGINT)
        "UPDATE customers SET created_at = b.at FROM b WHERE customers.id = b.id AND customers.created_at <> b.at \
         RETURNING customers.id";

    /// The people that customers are, of those who did not say that they want no messages.
    PEOPLE_TO_SILENCE = batch(id TEXT)
        "SELECT DISTINCT h.id FROM b JOIN customers c ON c.id = b.id JOIN customers h ON h.id = COALESCE(c.head_id, c.id) \
         WHERE h.opted_out_at IS NULL ORDER BY h.id";

    /// A page of customers of brand `$1` behind `$2`, known or changed since `$3`.
    CUSTOMERS_PAGE = both
        "SELECT c.*, h.opted_out_at AS person_opted_out_at FROM customers c \
         JOIN customers h ON h.id = COALESCE(c.head_id, c.id) \
         WHERE c.brand_id = $1 AND c.id > $2 AND COALESCE(c.updated_at, c.created_at) >= $3 AND c.erased_at IS NULL \
         ORDER BY c.id LIMIT $4";

    /// What customers like, without what they want forgotten.
    PREFERENCES_PAGE = batch(id TEXT)
        "SELECT p.customer_id, p.key, p.value FROM b JOIN preferences p ON p.customer_id = b.id \
         WHERE p.forgotten_at IS NULL ORDER BY p.customer_id, p.key";

    /// A page of orders of brand `$1` behind `$2`, placed or changed since `$3`, and who bought.
    ORDERS_PAGE = both
        "SELECT o.*, c.external_id AS buyer_external, c.email AS buyer_email FROM orders o \
         JOIN customers c ON c.id = o.customer_id WHERE o.brand_id = $1 AND o.id > $2 \
         AND COALESCE(o.changed_at, o.ordered_at) >= $3 ORDER BY o.id LIMIT $4";

    /// A page of products of brand `$1` behind `$2`.
    PRODUCTS_PAGE = both
        "SELECT * FROM products WHERE brand_id = $1 AND id > $2 ORDER BY id LIMIT $3";

    /// A page of conversations of brand `$1` behind `$2` in which something was said since `$3`.
    CONVERSATIONS_PAGE = both
        "SELECT c.id, h.name AS channel, h.kind, c.owner, c.language, c.created_at, c.last_at, c.ended_at, c.summary, a.level, \
         u.external_id AS customer_external_id, u.email AS customer_email FROM conversations c \
         JOIN channels h ON h.id = c.channel_id JOIN addresses a ON a.id = c.address_id \
         LEFT JOIN customers u ON u.id = COALESCE(c.customer_id, a.customer_id) \
         WHERE c.brand_id = $1 AND c.id > $2 AND c.last_at >= $3 ORDER BY c.id LIMIT $4";

    /// The messages of conversations.
    MESSAGES_PAGE = batch(id TEXT)
        "SELECT m.conversation_id, m.seq, m.at, m.direction, m.author, m.visibility, m.state, m.text \
         FROM b JOIN messages m ON m.conversation_id = b.id ORDER BY m.conversation_id, m.seq";

    /// The decisions of conversations.
    DECISIONS_PAGE = batch(id TEXT)
        "SELECT d.conversation_id, d.first_seq, d.last_seq, d.at, d.kind, d.policy, d.reason, d.language, d.intent, \
         d.confidence, d.sentiment, d.score, d.complaint, d.urgent, d.templates \
         FROM b JOIN decisions d ON d.conversation_id = b.id ORDER BY d.conversation_id, d.last_seq";
}
