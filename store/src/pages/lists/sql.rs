//! The statements of the lists. All of them read; each is served by an index that begins with what it is asked by.

use crate::sql::statements;

statements! {
    /// The customers of a brand after an id. Those who were erased are nobody.
    LIST_CUSTOMERS = both
        "SELECT c.*, COALESCE(c.head_id, c.id) AS person_id FROM customers c \
         WHERE c.brand_id = $1 AND c.id > $2 AND c.erased_at IS NULL ORDER BY c.id LIMIT $3";

    /// The same with an e-mail.
    LIST_CUSTOMERS_BY_EMAIL = both
        "SELECT c.*, COALESCE(c.head_id, c.id) AS person_id FROM customers c \
         WHERE c.brand_id = $1 AND c.id > $2 AND c.erased_at IS NULL AND c.email = $4 ORDER BY c.id LIMIT $3";

    /// The same with a phone, by its digits.
    LIST_CUSTOMERS_BY_PHONE = both
        "SELECT c.*, COALESCE(c.head_id, c.id) AS person_id FROM customers c \
         WHERE c.brand_id = $1 AND c.id > $2 AND c.erased_at IS NULL AND c.digits = $4 ORDER BY c.id LIMIT $3";

    /// The one with the shop's id.
    LIST_CUSTOMERS_BY_EXTERNAL = both
        "SELECT c.*, COALESCE(c.head_id, c.id) AS person_id FROM customers c \
         WHERE c.brand_id = $1 AND c.id > $2 AND c.erased_at IS NULL AND c.external_id = $4 ORDER BY c.id LIMIT $3";

    /// The same whose folded name has a pattern.
    LIST_CUSTOMERS_BY_NAME = both
        "SELECT c.*, COALESCE(c.head_id, c.id) AS person_id FROM customers c \
         WHERE c.brand_id = $1 AND c.id > $2 AND c.erased_at IS NULL AND c.folded LIKE $4 ESCAPE '!' ORDER BY c.id LIMIT $3";

    /// The person a customer is.
    LIST_PERSON = both
        "SELECT COALESCE(l.head_id, l.id) AS id FROM customers l WHERE l.brand_id = $1 AND l.id = $2 AND l.erased_at IS NULL";

    /// The customers that are one person, the head first.
    LIST_MEMBERS = both
        "SELECT c.*, COALESCE(c.head_id, c.id) AS person_id FROM customers c WHERE COALESCE(c.head_id, c.id) = $1 \
         ORDER BY CASE WHEN c.id = $1 THEN 0 ELSE 1 END, c.id LIMIT 200";

    /// Where a person writes from.
    LIST_ADDRESSES = both
        "SELECT a.id, a.customer_id, a.name, a.level, a.opted_out_at, a.unreachable_at, ch.kind AS channel_kind, \
         ch.name AS channel_name FROM customers m JOIN addresses a ON a.customer_id = m.id \
         JOIN channels ch ON ch.id = a.channel_id WHERE COALESCE(m.head_id, m.id) = $1 ORDER BY a.id LIMIT 200";

    /// What a person has bought and kept, by currency.
    LIST_LIFETIME = both
        "SELECT o.currency, CAST(SUM(o.total_minor) AS BIGINT) AS total_minor, CAST(COUNT(*) AS BIGINT) AS orders \
         FROM customers m JOIN orders o ON o.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $1 \
         AND o.status NOT IN ('cancelled', 'returned', 'refunded') GROUP BY o.currency ORDER BY o.currency";

    /// The preferences of a person.
    LIST_PREFERENCES = both
        "SELECT p.customer_id, p.key, p.value, p.source, p.address_id, p.updated_at FROM customers m \
         JOIN preferences p ON p.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $1 AND p.forgotten_at IS NULL \
         ORDER BY p.key, p.updated_at DESC LIMIT 1000";

    /// The orders of a brand after an id.
    LIST_ORDERS = both
        "SELECT o.* FROM orders o WHERE o.brand_id = $1 AND o.id > $2 ORDER BY o.id LIMIT $3";

    /// The orders of a person after an id.
    LIST_ORDERS_OF = both
        "SELECT o.* FROM customers m JOIN orders o ON o.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $1 \
         AND o.id > $2 ORDER BY o.id LIMIT $3";

    /// An order by its number.
    LIST_ORDER = both
        "SELECT o.* FROM orders o WHERE o.brand_id = $1 AND o.number = $2";

    /// The products of a brand after an id.
    LIST_PRODUCTS = both
        "SELECT p.* FROM products p WHERE p.brand_id = $1 AND p.id > $2 ORDER BY p.id LIMIT $3";

    /// A product by its stock keeping unit.
    LIST_PRODUCT = both
        "SELECT p.* FROM products p WHERE p.brand_id = $1 AND p.sku = $2";

    /// The conversations of a brand after an id.
    LIST_CONVERSATIONS = both
        "SELECT c.id, c.owner, c.language, c.created_at, c.last_at, c.ended_at, ch.kind AS channel_kind, ch.name AS channel_name, \
         a.level, COALESCE(c.customer_id, a.customer_id) AS customer_id FROM conversations c JOIN channels ch ON ch.id = c.channel_id \
         JOIN addresses a ON a.id = c.address_id WHERE c.brand_id = $1 AND c.id > $2 ORDER BY c.id LIMIT $3";

    /// The conversations of a person after an id.
    LIST_CONVERSATIONS_OF = both
        "SELECT c.id, c.owner, c.language, c.created_at, c.last_at, c.ended_at, ch.kind AS channel_kind, ch.name AS channel_name, \
         w.level, COALESCE(c.customer_id, w.customer_id) AS customer_id FROM conversations c JOIN addresses w ON w.id = c.address_id \
         JOIN channels ch ON ch.id = c.channel_id WHERE c.id IN (\
             SELECT o.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             JOIN conversations o ON o.address_id = a.id AND o.customer_id IS NULL WHERE COALESCE(m.head_id, m.id) = $1 \
             UNION ALL SELECT o.id FROM customers m JOIN conversations o ON o.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1) \
         AND c.id > $2 ORDER BY c.id LIMIT $3";
}
