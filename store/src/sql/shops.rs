//! Statements of shop systems and what they tell.

use super::statements;

statements! {
    /// All shop systems.
    SHOPS = both
        "SELECT * FROM shops ORDER BY brand_id, name";

    /// The shop systems of a brand.
    SHOPS_OF_BRAND = both
        "SELECT * FROM shops WHERE brand_id = $1 ORDER BY name";

    /// One shop system.
    SHOP = both
        "SELECT * FROM shops WHERE id = $1";

    /// A new shop system.
    SHOP_ADD = both
        "INSERT INTO shops (id, brand_id, kind, name, secret, prefix, paused_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";

    /// Another secret.
    SHOP_SECRET = both
        "UPDATE shops SET secret = $2, last_error = NULL, last_error_at = NULL WHERE id = $1";

    /// Since when it is paused, or NULL.
    SHOP_PAUSE = both
        "UPDATE shops SET paused_at = $2 WHERE id = $1";

    /// Forgets which events of a shop system were taken.
    SHOP_EVENTS_FORGET = both
        "DELETE FROM shop_events WHERE shop_id = $1";

    /// Forgets a shop system.
    SHOP_REMOVE = both
        "DELETE FROM shops WHERE id = $1";

    /// Code `$2` went wrong at `$3`, unless it is noted since `$4`.
    SHOP_ERROR = both
        "UPDATE shops SET last_error = $2, last_error_at = $3 \
         WHERE id = $1 AND (last_error IS NULL OR last_error <> $2 OR last_error_at < $4)";

    /// Something that was signed right came at `$2`.
    SHOP_HEARD = both
        "UPDATE shops SET last_event_at = $2, last_error = NULL, last_error_at = NULL WHERE id = $1";

    /// An event of a shop system that is there, if it is new.
    EVENT_ADD = both
        "INSERT INTO shop_events (shop_id, external, brand_id, topic, outcome, reason, at) \
         SELECT s.id, $2, s.brand_id, $3, $4, $5, $6 FROM shops s WHERE s.id = $1 ON CONFLICT (shop_id, external) DO NOTHING";

    /// An event of a shop system, if it was taken, left alone or refused before.
    EVENT_KNOWN = both
        "SELECT external AS id FROM shop_events WHERE shop_id = $1 AND external = $2";

    /// What became of an event after all.
    EVENT_END = both
        "UPDATE shop_events SET outcome = $3, reason = $4 WHERE shop_id = $1 AND external = $2";

    /// What could not be taken since `$1`.
    EVENTS_REFUSED = both
        "SELECT shop_id, reason, COUNT(*) AS number, MAX(at) AS last_at FROM shop_events \
         WHERE at >= $1 AND outcome = 'refused' GROUP BY shop_id, reason ORDER BY shop_id, reason";

    /// Forgets events from before `$1`.
    EVENTS_PRUNE = both
        "DELETE FROM shop_events WHERE at < $1";

    /// Order `$2` of brand `$1`, by its number, held until the transaction ends.
    ORDER_HOLD = sqlite
        "SELECT customer_id, external, status, changed_at, due_at FROM orders WHERE brand_id = $1 AND number = $2"
        postgres
        "SELECT customer_id, external, status, changed_at, due_at FROM orders WHERE brand_id = $1 AND number = $2 FOR UPDATE";

    /// Order `$2` of brand `$1`, by the id of its shop system, if its buyer was erased.
    ORDER_ERASED = both
        "SELECT id FROM orders WHERE brand_id = $1 AND external IS NOT NULL AND external = $2 AND number LIKE 'erased-%' LIMIT 1";

    /// Order `$2` of brand `$1` is `$3` to its shop system.
    ORDER_NAME = both
        "UPDATE orders SET external = $3 WHERE brand_id = $1 AND number = $2 AND external IS NULL";

    /// How order `$2` of brand `$1` travels, told at `$9`.
    ORDER_TRAVELS = both
        "UPDATE orders SET status = CASE WHEN status IN ('placed', 'packing', 'shipped') THEN $3 ELSE status END, \
         tracking_url = COALESCE($4, tracking_url), carrier = COALESCE($5, carrier), \
         tracking_number = COALESCE($6, tracking_number), shipped_at = COALESCE($7, shipped_at), \
         delivered_at = COALESCE($8, delivered_at) \
         WHERE brand_id = $1 AND external IS NOT NULL AND external = $2 AND number NOT LIKE 'erased-%' \
         AND (changed_at IS NULL OR changed_at <= $9) AND (\
         (status IN ('placed', 'packing', 'shipped') AND status <> $3) \
         OR COALESCE($4, tracking_url) IS DISTINCT FROM tracking_url OR COALESCE($5, carrier) IS DISTINCT FROM carrier \
         OR COALESCE($6, tracking_number) IS DISTINCT FROM tracking_number \
         OR COALESCE($7, shipped_at) IS DISTINCT FROM shipped_at \
         OR COALESCE($8, delivered_at) IS DISTINCT FROM delivered_at) RETURNING id";

    /// Order `$2` of brand `$1` is no more; what has arrived has arrived.
    ORDER_GONE = both
        "UPDATE orders SET status = 'cancelled' WHERE brand_id = $1 AND external IS NOT NULL AND external = $2 \
         AND number NOT LIKE 'erased-%' AND status IN ('placed', 'packing', 'shipped') RETURNING id";

    /// Adds to customer `$1` what was not known; what is known stays.
    CUSTOMER_COMPLETE = both
        "UPDATE customers SET external_id = COALESCE(external_id, $2), name = COALESCE(name, $3), \
         folded = COALESCE(folded, $4), email = COALESCE(email, $5), phone = COALESCE(phone, $6), \
         digits = COALESCE(digits, $7), language = COALESCE(language, $8), rev = rev + 1, updated_at = $9 \
         WHERE id = $1 AND ((external_id IS NULL AND COALESCE(external_id, $2) IS NOT NULL) OR (name IS NULL AND COALESCE(name, $3) IS NOT NULL) \
         OR (email IS NULL AND COALESCE(email, $5) IS NOT NULL) OR (phone IS NULL AND COALESCE(phone, $6) IS NOT NULL) \
         OR (language IS NULL AND COALESCE(language, $8) IS NOT NULL))";

    /// The guest of shop systems of kind `$5` in brand `$1` with exactly name `$2`, e-mail `$3`, phone `$4` and no id of their own.
    GUEST = both
        "SELECT c.id FROM customers c WHERE c.brand_id = $1 AND c.email = $3 AND c.phone = $4 \
         AND c.name IS NOT DISTINCT FROM $2 AND c.external_id IS NULL AND c.erased_at IS NULL \
         AND EXISTS (SELECT 1 FROM orders g WHERE g.customer_id = c.id AND g.source = $5) ORDER BY c.id LIMIT 1";
}
