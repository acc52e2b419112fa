//! Statements about what people told or showed of themselves.

use super::statements;

statements! {
    /// Addresses nobody is tied to claim to be somebody's.
    LEARNT_TIE = batch(address_id TEXT, customer_id TEXT)
        "UPDATE addresses SET customer_id = b.customer_id, level = 'claimed' FROM b \
         WHERE addresses.id = b.address_id AND addresses.customer_id IS NULL";

    /// What was told (`stated`) or shown (`observed`) at addresses, kept with the customer each is tied to. An address that
    /// is not proven changes nothing that was not stated there; what was shown never replaces what anybody said, and what is
    /// forgotten is only said anew.
    LEARNT_PUT = batch(address_id TEXT, brand_id TEXT, conversation_id TEXT, seq BIGINT, key TEXT, value TEXT, source TEXT, at BIGINT)
        "INSERT INTO preferences (customer_id, key, brand_id, value, updated_at, source, address_id, message_id) \
         SELECT a.customer_id, b.key, b.brand_id, b.value, b.at, b.source, \
         CASE WHEN b.source = 'stated' THEN b.address_id END, CASE WHEN b.source = 'stated' THEN s.id END \
         FROM b JOIN addresses a ON a.id = b.address_id \
         LEFT JOIN messages s ON s.conversation_id = b.conversation_id AND s.seq = b.seq \
         WHERE a.customer_id IS NOT NULL AND (a.level = 'verified' OR NOT EXISTS (SELECT 1 FROM preferences o \
             WHERE o.customer_id = a.customer_id AND o.key = b.key AND o.address_id IS DISTINCT FROM b.address_id)) \
         ORDER BY a.customer_id, b.key ON CONFLICT (customer_id, key) DO UPDATE SET value = excluded.value, \
         updated_at = excluded.updated_at, source = excluded.source, address_id = excluded.address_id, \
         message_id = excluded.message_id, forgotten_at = NULL \
         WHERE excluded.source = 'stated' OR (preferences.source = 'observed' AND preferences.forgotten_at IS NULL)";

    /// Forgets what is known under key `$3` about the person customer `$2` of brand `$1` is, at `$4`; asked for at address
    /// `$5` that is not proven, only what was stated there.
    FORGET = both
        "UPDATE preferences SET value = '', message_id = NULL, forgotten_at = $4, updated_at = $4 \
         WHERE key = $3 AND forgotten_at IS NULL AND customer_id IN (SELECT m.id FROM customers m \
             WHERE COALESCE(m.head_id, m.id) = (SELECT COALESCE(c.head_id, c.id) FROM customers c \
                 WHERE c.brand_id = $1 AND c.id = $2)) \
         AND (CAST($5 AS TEXT) IS NULL OR address_id = $5 \
             OR EXISTS (SELECT 1 FROM addresses a WHERE a.id = $5 AND a.level = 'verified'))";

    /// The same for what carries its value in its key: the row goes. Asked for at address `$4`.
    FORGET_WHOLE = both
        "DELETE FROM preferences WHERE key = $3 AND customer_id IN (SELECT m.id FROM customers m \
             WHERE COALESCE(m.head_id, m.id) = (SELECT COALESCE(c.head_id, c.id) FROM customers c \
                 WHERE c.brand_id = $1 AND c.id = $2)) \
         AND (CAST($4 AS TEXT) IS NULL OR address_id = $4 \
             OR EXISTS (SELECT 1 FROM addresses a WHERE a.id = $4 AND a.level = 'verified'))";

    /// What follows from the orders of the person customer `$2` of brand `$1` is, is forgotten from `$4` on: key `$3`.
    FORGET_BOUGHT = both
        "INSERT INTO preferences (customer_id, key, brand_id, value, updated_at, source, forgotten_at) \
         SELECT COALESCE(c.head_id, c.id), $3, c.brand_id, '', $4, 'observed', $4 FROM customers c \
         WHERE c.brand_id = $1 AND c.id = $2 ON CONFLICT (customer_id, key) DO NOTHING";
}
