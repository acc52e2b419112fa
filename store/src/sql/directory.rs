//! Statements about people and what they bought.

use super::statements;

statements! {
    /// The address of a person on a channel, held until the transaction ends.
    ADDRESS_HOLD = sqlite
        "SELECT * FROM addresses WHERE channel_id = $1 AND external = $2"
        postgres
        "SELECT * FROM addresses WHERE channel_id = $1 AND external = $2 FOR UPDATE";

    /// The brand, held until the transaction ends: people without a unique key are made one at a time.
    BRAND_HOLD = sqlite
        "SELECT id FROM brands WHERE id = $1"
        postgres
        "SELECT id FROM brands WHERE id = $1 FOR NO KEY UPDATE";

    /// A customer.
    CUSTOMER = both
        "SELECT * FROM customers WHERE brand_id = $1 AND id = $2";

    /// The person a customer is: the head of those merged.
    PERSON = both
        "SELECT h.* FROM customers c JOIN customers h ON h.id = COALESCE(c.head_id, c.id) WHERE c.brand_id = $1 AND c.id = $2";

    /// The person an e-mail belongs to, if it is one person.
    PERSON_BY_EMAIL = both
        "SELECT h.* FROM customers h WHERE h.id IN (SELECT COALESCE(c.head_id, c.id) FROM customers c \
         WHERE c.brand_id = $1 AND c.email = $2) ORDER BY CASE WHEN h.external_id IS NULL THEN 1 ELSE 0 END, h.id LIMIT 1";

    /// A customer by the shop's id.
    CUSTOMER_BY_EXTERNAL = both
        "SELECT * FROM customers WHERE brand_id = $1 AND external_id = $2";

    /// The customers with an e-mail, those with an id of the shop first, and whose person each is.
    CUSTOMERS_BY_EMAIL = both
        "SELECT c.*, COALESCE(c.head_id, c.id) AS head FROM customers c WHERE c.brand_id = $1 AND c.email = $2 \
         AND (c.external_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM orders g WHERE g.customer_id = c.id \
             AND g.source IN ('shopify', 'woocommerce'))) \
         ORDER BY CASE WHEN c.external_id IS NULL THEN 1 ELSE 0 END, c.id LIMIT 50";

    /// Adds what is known newly of customer `$1`, if anything is.
    CUSTOMER_FILL = both
        "UPDATE customers SET external_id = COALESCE(external_id, $2), name = COALESCE($3, name), \
         folded = COALESCE($4, folded), email = COALESCE($5, email), phone = COALESCE($6, phone), \
         language = COALESCE($7, language), digits = COALESCE($8, digits), tier = COALESCE($9, tier), rev = rev + 1, updated_at = $10 \
         WHERE id = $1 AND erased_at IS NULL AND (\
         (external_id IS NULL AND COALESCE(external_id, $2) IS NOT NULL) OR COALESCE($3, name) IS DISTINCT FROM name \
         OR COALESCE($5, email) IS DISTINCT FROM email OR COALESCE($6, phone) IS DISTINCT FROM phone \
         OR COALESCE($7, language) IS DISTINCT FROM language OR COALESCE($9, tier) IS DISTINCT FROM tier)";

    /// The person a customer is, unless erased, held until the transaction ends.
    PERSON_HOLD = sqlite
        "SELECT h.* FROM customers c JOIN customers h ON h.id = COALESCE(c.head_id, c.id) WHERE c.brand_id = $1 AND c.id = $2 \
         AND h.erased_at IS NULL"
        postgres
        "SELECT h.* FROM customers c JOIN customers h ON h.id = COALESCE(c.head_id, c.id) WHERE c.brand_id = $1 AND c.id = $2 \
         AND h.erased_at IS NULL FOR NO KEY UPDATE OF h";

    /// What customer `$1` is from now on.
    CUSTOMER_EDIT = both
        "UPDATE customers SET name = $2, folded = $3, email = $4, phone = $5, digits = $6, language = $7, tier = $8, \
         rev = rev + 1, updated_at = $9 WHERE id = $1";

    /// Customers by the shop's id: new, or changed where something is known newly.
    CUSTOMERS_PUT = batch(id TEXT, brand_id TEXT, external_id TEXT, name TEXT, folded TEXT, email TEXT, phone TEXT, digits TEXT, language TEXT, tier TEXT, at BIGINT)
        "INSERT INTO customers (id, brand_id, external_id, name, folded, email, phone, digits, language, tier, rev, \
         created_at, updated_at) \
         SELECT b.id, b.brand_id, b.external_id, b.name, b.folded, b.email, b.phone, b.digits, b.language, b.tier, 0, \
         b.at, b.at FROM b \
         WHERE TRUE ORDER BY b.external_id ON CONFLICT (brand_id, external_id) WHERE external_id IS NOT NULL DO UPDATE SET \
         name = COALESCE(excluded.name, customers.name), folded = COALESCE(excluded.folded, customers.folded), \
         email = COALESCE(excluded.email, customers.email), phone = COALESCE(excluded.phone, customers.phone), \
         digits = COALESCE(excluded.digits, customers.digits), tier = COALESCE(excluded.tier, customers.tier), \
         language = COALESCE(excluded.language, customers.language), rev = customers.rev + 1, updated_at = excluded.updated_at \
         WHERE COALESCE(excluded.name, customers.name) IS DISTINCT FROM customers.name \
         OR COALESCE(excluded.email, customers.email) IS DISTINCT FROM customers.email \
         OR COALESCE(excluded.phone, customers.phone) IS DISTINCT FROM customers.phone \
         OR COALESCE(excluded.language, customers.language) IS DISTINCT FROM customers.language \
         OR COALESCE(excluded.tier, customers.tier) IS DISTINCT FROM customers.tier \
         RETURNING customers.id";

    /// Ids of the customers of brand `$2` by the shop's ids. The cross join, here and below, keeps SQLite from going through all
    /// customers of the brand and reading the batch for each: minutes in place of milliseconds.
    CUSTOMERS_IDS = batch(external_id TEXT)
        "SELECT c.id, c.external_id FROM b CROSS JOIN customers c WHERE c.brand_id = $2 AND c.external_id = b.external_id";

    /// Of a batch of customers those that brand `$2` has, and that are not erased.
    CUSTOMERS_HERE = batch(id TEXT)
        "SELECT c.id FROM b CROSS JOIN customers c WHERE c.id = b.id AND c.brand_id = $2 AND c.erased_at IS NULL";

    /// Preferences: new, or changed.
    PREFERENCES_PUT = batch(customer_id TEXT, key TEXT, brand_id TEXT, value TEXT, source TEXT, address_id TEXT, message_id TEXT, at BIGINT)
        "INSERT INTO preferences (customer_id, key, brand_id, value, updated_at, source, address_id, message_id) \
         SELECT b.customer_id, b.key, b.brand_id, b.value, b.at, b.source, b.address_id, b.message_id FROM b WHERE TRUE \
         ON CONFLICT (customer_id, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at, \
         source = excluded.source, address_id = excluded.address_id, message_id = excluded.message_id, forgotten_at = NULL \
         WHERE (preferences.value <> excluded.value AND preferences.forgotten_at IS NULL \
             AND (preferences.source <> 'stated' OR excluded.source <> 'imported')) \
         OR (preferences.forgotten_at IS NOT NULL AND excluded.source IN ('stated', 'agent')) RETURNING customer_id AS id";

    /// Orders by number: new, or changed.
    ORDERS_PUT = batch(id TEXT, brand_id TEXT, customer_id TEXT, number TEXT, compact TEXT, status TEXT, ordered_at BIGINT, due_at BIGINT, currency TEXT, total_minor BIGINT, items TEXT, tracking_url TEXT, carrier TEXT, tracking_number TEXT, shipped_at BIGINT, delivered_at BIGINT, source TEXT, changed_at BIGINT)
        "INSERT INTO orders (id, brand_id, customer_id, number, status, ordered_at, due_at, currency, total_minor, \
         items, tracking_url, compact, carrier, tracking_number, shipped_at, delivered_at, source, changed_at) \
         SELECT b.id, b.brand_id, b.customer_id, b.number, b.status, b.ordered_at, b.due_at, b.currency, \
         b.total_minor, b.items, b.tracking_url, b.compact, b.carrier, b.tracking_number, b.shipped_at, b.delivered_at, \
         b.source, b.changed_at FROM b WHERE TRUE ORDER BY b.number \
         ON CONFLICT (brand_id, number) DO UPDATE SET \
         customer_id = excluded.customer_id, status = excluded.status, ordered_at = excluded.ordered_at, \
         due_at = COALESCE(excluded.due_at, orders.due_at), currency = excluded.currency, total_minor = excluded.total_minor, \
         items = CASE excluded.items WHEN '[]' THEN orders.items ELSE excluded.items END, tracking_url = COALESCE(excluded.tracking_url, orders.tracking_url), \
         compact = excluded.compact, carrier = COALESCE(excluded.carrier, orders.carrier), \
         tracking_number = COALESCE(excluded.tracking_number, orders.tracking_number), \
         shipped_at = COALESCE(excluded.shipped_at, orders.shipped_at), \
         delivered_at = COALESCE(excluded.delivered_at, orders.delivered_at), \
         source = excluded.source, changed_at = COALESCE(excluded.changed_at, orders.changed_at) \
         WHERE (excluded.changed_at IS NULL OR orders.changed_at IS NULL OR orders.changed_at <= excluded.changed_at) \
         AND (orders.customer_id <> excluded.customer_id OR orders.status <> excluded.status \
         OR orders.ordered_at <> excluded.ordered_at OR COALESCE(excluded.due_at, orders.due_at) IS DISTINCT FROM orders.due_at \
         OR orders.currency <> excluded.currency OR orders.total_minor <> excluded.total_minor \
         OR (excluded.items <> '[]' AND orders.items <> excluded.items) \
         OR COALESCE(excluded.tracking_url, orders.tracking_url) IS DISTINCT FROM orders.tracking_url \
         OR COALESCE(excluded.carrier, orders.carrier) IS DISTINCT FROM orders.carrier \
         OR COALESCE(excluded.tracking_number, orders.tracking_number) IS DISTINCT FROM orders.tracking_number \
         OR COALESCE(excluded.shipped_at, orders.shipped_at) IS DISTINCT FROM orders.shipped_at \
         OR COALESCE(excluded.delivered_at, orders.delivered_at) IS DISTINCT FROM orders.delivered_at) \
         RETURNING orders.id";

    /// Orders of brand `$2`, by number.
    ORDERS_BY_NUMBER = batch(name TEXT)
        "SELECT b.name, o.id FROM b CROSS JOIN orders o WHERE o.brand_id = $2 AND o.number = b.name";

    /// Orders of brand `$2`, by the id of their shop system.
    ORDERS_BY_EXTERNAL = batch(name TEXT)
        "SELECT b.name, o.id FROM b CROSS JOIN orders o WHERE o.brand_id = $2 AND o.external IS NOT NULL AND o.external = b.name \
         AND o.number NOT LIKE 'erased-%'";

    /// Orders of brand `$2`, by our id.
    ORDERS_BY_ID = batch(name TEXT)
        "SELECT b.name, o.id FROM b CROSS JOIN orders o WHERE o.id = b.name AND o.brand_id = $2";

    /// Returns by the shop's id: new, or changed. Of an order they stay with.
    RETURNS_PUT = batch(id TEXT, brand_id TEXT, order_id TEXT, external TEXT, status TEXT, reason TEXT, items TEXT, amount_minor BIGINT, asked_at BIGINT, changed_at BIGINT)
        "INSERT INTO returns (id, brand_id, order_id, external, status, reason, items, amount_minor, asked_at, updated_at) \
         SELECT b.id, b.brand_id, b.order_id, b.external, b.status, b.reason, b.items, b.amount_minor, b.asked_at, \
         b.changed_at FROM b WHERE TRUE ORDER BY b.external ON CONFLICT (brand_id, external) DO UPDATE SET \
         status = excluded.status, reason = COALESCE(excluded.reason, returns.reason), items = excluded.items, \
         amount_minor = COALESCE(excluded.amount_minor, returns.amount_minor), updated_at = excluded.updated_at \
         WHERE returns.updated_at <= excluded.updated_at AND returns.order_id = excluded.order_id \
         AND (returns.status <> excluded.status OR COALESCE(excluded.reason, returns.reason) IS DISTINCT FROM returns.reason \
         OR returns.items <> excluded.items \
         OR COALESCE(excluded.amount_minor, returns.amount_minor) IS DISTINCT FROM returns.amount_minor) RETURNING returns.id";

    /// The latest returns of each person of a batch, whichever of their customers bought.
    RETURNS_OF_PERSON = batch(id TEXT)
        "SELECT * FROM (SELECT b.id AS customer_id, r.id, r.brand_id, r.order_id, r.external, r.status, r.reason, r.items, \
         r.amount_minor, r.asked_at, ROW_NUMBER() OVER (PARTITION BY b.id ORDER BY r.asked_at DESC, r.id DESC) AS place \
         FROM b JOIN customers m ON COALESCE(m.head_id, m.id) = b.id JOIN orders o ON o.customer_id = m.id \
         JOIN returns r ON r.order_id = o.id) AS latest WHERE place <= 50 ORDER BY customer_id, place";

    /// Replies being prepared for those who bought the orders of a batch are stale; who they are.
    BUYERS_MOVE = batch(id TEXT)
        "UPDATE customers SET rev = rev + 1 WHERE id IN (SELECT COALESCE(c.head_id, c.id) FROM b \
         JOIN orders o ON o.id = b.id JOIN customers c ON c.id = o.customer_id) RETURNING id";

    /// Replies being prepared for the people that the customers of a batch are, are stale; who they are.
    PEOPLE_MOVE = batch(id TEXT)
        "UPDATE customers SET rev = rev + 1 WHERE id IN (SELECT COALESCE(c.head_id, c.id) FROM b \
         JOIN customers c ON c.id = b.id) RETURNING id";

    /// Products by stock keeping unit: new, or changed.
    PRODUCTS_PUT = batch(id TEXT, brand_id TEXT, sku TEXT, name TEXT, category TEXT, price_minor BIGINT, currency TEXT, stock BIGINT, url TEXT, description TEXT)
        "INSERT INTO products (id, brand_id, sku, name, category, price_minor, currency, stock, url, description) \
         SELECT b.id, b.brand_id, b.sku, b.name, b.category, b.price_minor, b.currency, b.stock, b.url, b.description \
         FROM b WHERE TRUE ORDER BY b.sku ON CONFLICT (brand_id, sku) DO UPDATE SET \
         name = excluded.name, category = excluded.category, price_minor = excluded.price_minor, \
         currency = excluded.currency, stock = excluded.stock, url = excluded.url, description = excluded.description \
         WHERE products.name <> excluded.name OR products.category IS DISTINCT FROM excluded.category \
         OR products.price_minor <> excluded.price_minor OR products.currency <> excluded.currency \
         OR products.stock IS DISTINCT FROM excluded.stock OR products.url IS DISTINCT FROM excluded.url \
         OR products.description IS DISTINCT FROM excluded.description RETURNING products.id";

    /// Products of a brand.
    PRODUCTS = both
        "SELECT * FROM products WHERE brand_id = $1 ORDER BY name, sku LIMIT $2";

    /// Ties address `$1` to customer `$2` at level `$3`, unless they were erased. Whoever wants no messages anywhere wants none
    /// at an address that is proven to be theirs.
    ADDRESS_TIE = both
        "UPDATE addresses SET customer_id = $2, level = $3, \
         opted_out_at = CASE WHEN $3 = 'verified' THEN COALESCE(opted_out_at, (SELECT MIN(m.opted_out_at) FROM customers m \
             WHERE COALESCE(m.head_id, m.id) = (SELECT COALESCE(t.head_id, t.id) FROM customers t WHERE t.id = $2))) \
             ELSE opted_out_at END \
         WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM customers e WHERE e.id = $2 AND e.erased_at IS NOT NULL)";

    /// Replies being prepared for customer `$1` are stale.
    CUSTOMER_MOVE = both
        "UPDATE customers SET rev = rev + 1 WHERE id = $1 OR id = (SELECT m.head_id FROM customers m WHERE m.id = $1)";

    /// Takes back the unsent replies of address `$1`, whoever wrote them: they are for somebody else.
    ADDRESS_SENDS_CANCEL = both
        "UPDATE messages SET taken_back = 'other_person', \
         state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END, \
         fault = CASE state WHEN 'queued' THEN 'other_person' ELSE fault END \
         WHERE state IN ('queued', 'sending') AND direction = 'out' \
         AND conversation_id IN (SELECT c.id FROM conversations c WHERE c.address_id = $1)";

    /// Closes the open conversation of address `$1`, which somebody else had, at `$2`.
    LANE_LEAVE = both
        "UPDATE conversations SET owner = 'closed', agent_id = NULL, epoch = epoch + 1, rev = rev + 1, misses = 0, \
         open_question = NULL, ready_at = NULL, run_until = NULL, lease_node = NULL, lease_until = NULL, ended_at = $2 \
         WHERE address_id = $1 AND owner <> 'closed' RETURNING id";

    /// Resolves the escalation of conversation `$1` at `$2`.
    ESCALATION_LEAVE = both
        "UPDATE escalations SET state = 'resolved', resolved_at = $2 WHERE conversation_id = $1 AND state <> 'resolved'";

    /// Replies being prepared in the open conversation of address `$1` are stale.
    LANE_MOVE = both
        "UPDATE conversations SET rev = rev + 1 WHERE address_id = $1 AND owner <> 'closed' RETURNING id";
}
