//! Statements about brands, their channels and their templates.

use super::statements;

statements! {
    /// All brands.
    BRANDS = both
        "SELECT * FROM brands ORDER BY name, id";

    /// One brand.
    BRAND = both
        "SELECT * FROM brands WHERE id = $1";

    /// One brand by slug.
    BRAND_BY_SLUG = both
        "SELECT * FROM brands WHERE slug = $1";

    /// A new brand.
    BRAND_ADD = both
        "INSERT INTO brands (id, slug, name, demo, settings, facts, rev, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";

    /// Saves a brand that nobody changed since revision `$2`.
    BRAND_SAVE = both
        "UPDATE brands SET name = $3, settings = $4, facts = $5, rev = rev + 1 WHERE id = $1 AND rev = $2";

    /// All channels.
    CHANNELS = both
        "SELECT * FROM channels ORDER BY brand_id, name";

    /// The channels of a brand.
    CHANNELS_OF_BRAND = both
        "SELECT * FROM channels WHERE brand_id = $1 ORDER BY name";

    /// A new channel.
    CHANNEL_ADD = both
        "INSERT INTO channels (id, brand_id, kind, name, delivery, settings, account, secrets, paused_at, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";

    /// Other settings for a channel, unless its account is another one's. Locked secrets (`$7`) stay as they are.
    CHANNEL_SAVE = both
        "UPDATE channels SET delivery = $2, settings = $3, account = $4, paused_at = $6, \
         secrets = CASE WHEN $7 THEN secrets ELSE $5 END WHERE id = $1 \
         AND NOT EXISTS (SELECT 1 FROM channels o WHERE o.kind = channels.kind AND o.account = $4 AND o.id <> $1)";

    /// Pauses a channel since `$2`, or lets it go on (NULL).
    CHANNEL_PAUSE = both
        "UPDATE channels SET paused_at = $2 WHERE id = $1 RETURNING brand_id AS id";

    /// A channel nobody uses any more, since `$2`.
    CHANNEL_RETIRE = both
        "UPDATE channels SET secrets = NULL, account = NULL, settings = '{\"removed\":true}', \
         paused_at = COALESCE(paused_at, $2) WHERE id = $1 RETURNING brand_id AS id";

    /// What waits to be sent on a channel nobody uses any more.
    CHANNEL_RETIRE_SENDS = both
        "UPDATE messages SET state = 'failed', fault = 'channel_removed', send_at = NULL \
         WHERE channel_id = $1 AND state = 'queued' RETURNING conversation_id AS id";

    /// Health of a channel nobody uses any more.
    CHANNEL_RETIRE_HEALTH = both "DELETE FROM channel_health WHERE channel_id = $1";
    /// Marks of a channel nobody uses any more.
    CHANNEL_RETIRE_MARKS = both "DELETE FROM channel_marks WHERE channel_id = $1";
    /// Quarantine of a channel nobody uses any more.
    CHANNEL_RETIRE_ODD = both "DELETE FROM odd_events WHERE channel_id = $1";

    /// The live version of each template of a brand.
    TEMPLATES_LIVE = both
        "SELECT t.* FROM templates t WHERE t.brand_id = $1 AND t.version = (SELECT MAX(v.version) FROM templates v \
         WHERE v.brand_id = t.brand_id AND v.key = t.key AND v.language = t.language AND v.channel = t.channel) \
         ORDER BY t.key, t.language, t.channel";

    /// Every version of one template, newest first.
    TEMPLATE_VERSIONS = both
        "SELECT * FROM templates WHERE brand_id = $1 AND key = $2 AND language = $3 AND channel = $4 \
         ORDER BY version DESC";

    /// A new version.
    TEMPLATE_PUBLISH = both
        "INSERT INTO templates (id, brand_id, key, language, channel, version, body, published_by, published_at, \
         restores) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (brand_id, key, language, channel, version) DO NOTHING";
}

/// Everything keyed by a brand (`$1`), in the order it may go.
pub(crate) mod removal {
    use crate::sql::statements;

    statements! {
        /// Messages.
        MESSAGES = both "DELETE FROM messages WHERE brand_id = $1";
        /// Decisions.
        DECISIONS = both "DELETE FROM decisions WHERE brand_id = $1";
        /// Escalations.
        ESCALATIONS = both "DELETE FROM escalations WHERE brand_id = $1";
        /// Conversations.
        CONVERSATIONS = both "DELETE FROM conversations WHERE brand_id = $1";
        /// Addresses.
        ADDRESSES = both "DELETE FROM addresses WHERE brand_id = $1";
        /// Preferences.
        PREFERENCES = both "DELETE FROM preferences WHERE brand_id = $1";
        /// Who was joined to whom.
        JOINS = both "DELETE FROM joins WHERE brand_id = $1";
        /// Who may be one person.
        SUGGESTIONS = both "DELETE FROM suggestions WHERE brand_id = $1";
        /// One-time codes.
        LINK_CODES = both "DELETE FROM link_codes WHERE brand_id = $1";
        /// Tries to prove who somebody is.
        PROOF_TRIES = both "DELETE FROM proof_tries WHERE brand_id = $1";
        /// Returns.
        RETURNS = both "DELETE FROM returns WHERE brand_id = $1";
        /// Keys to the REST API.
        API_TOKENS = both "DELETE FROM api_tokens WHERE brand_id = $1";
        /// What the REST API answered.
        API_ANSWERS = both "DELETE FROM api_answers WHERE brand_id = $1";
        /// Events of shop systems.
        SHOP_EVENTS = both "DELETE FROM shop_events WHERE brand_id = $1";
        /// Shop systems.
        SHOPS = both "DELETE FROM shops WHERE brand_id = $1";
        /// What the brand's own systems are told.
        NOTICES = both "DELETE FROM notices WHERE brand_id = $1";
        /// Who was erased.
        ERASURES = both "DELETE FROM erasures WHERE brand_id = $1";
        /// Orders.
        ORDERS = both "DELETE FROM orders WHERE brand_id = $1";
        /// Products.
        PRODUCTS = both "DELETE FROM products WHERE brand_id = $1";
        /// Customers.
        CUSTOMERS = both "DELETE FROM customers WHERE brand_id = $1";
        /// Templates.
        TEMPLATES = both "DELETE FROM templates WHERE brand_id = $1";
        /// Health of channels.
        CHANNEL_HEALTH = both "DELETE FROM channel_health WHERE brand_id = $1";
        /// How far listeners have read.
        CHANNEL_MARKS = both "DELETE FROM channel_marks WHERE brand_id = $1";
        /// Events in quarantine.
        ODD_EVENTS = both "DELETE FROM odd_events WHERE brand_id = $1";
        /// Attachments.
        ATTACHMENTS = both "DELETE FROM attachments WHERE brand_id = $1";
        /// Files.
        FILES = both "DELETE FROM files WHERE brand_id = $1";
        /// Alerts.
        ALERTS = both "DELETE FROM alerts WHERE brand_id = $1";
        /// Channels.
        CHANNELS = both "DELETE FROM channels WHERE brand_id = $1";
        /// Lessons.
        LESSONS = both "DELETE FROM lessons WHERE brand_id = $1";
        /// Pins.
        PINS = both "DELETE FROM pins WHERE brand_id = $1";
        /// Models.
        MODELS = both "DELETE FROM models WHERE brand_id = $1";
        /// Lines of the feed.
        CHANGES = both "DELETE FROM changes WHERE brand_id = $1";
        /// The brand.
        BRAND = both "DELETE FROM brands WHERE id = $1";
    }
}
