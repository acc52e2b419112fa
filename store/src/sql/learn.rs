//! Statements about what brands teach: lessons, pins and models.

use super::statements;

statements! {
    /// The labels that texts have already.
    LESSONS_KNOWN = batch(brand_id TEXT, digest TEXT)
        "SELECT l.digest, l.label FROM b JOIN lessons l ON l.brand_id = b.brand_id AND l.digest = b.digest";

    /// New lessons, and new labels for old ones.
    LESSONS_PUT = batch(brand_id TEXT, digest TEXT, text TEXT, language TEXT, label TEXT, source TEXT, agent_id TEXT, message_id TEXT, at BIGINT)
        "INSERT INTO lessons (brand_id, digest, text, language, label, source, agent_id, message_id, at) \
         SELECT b.brand_id, b.digest, b.text, b.language, b.label, b.source, b.agent_id, b.message_id, b.at FROM b \
         WHERE TRUE ON CONFLICT (brand_id, digest) DO UPDATE SET text = excluded.text, language = excluded.language, \
         label = excluded.label, source = excluded.source, agent_id = excluded.agent_id, \
         message_id = excluded.message_id, at = excluded.at";

    /// The lessons of a brand.
    LESSONS = both
        "SELECT * FROM lessons WHERE brand_id = $1 ORDER BY at, digest";

    /// One lesson less.
    LESSON_FORGET = both
        "DELETE FROM lessons WHERE brand_id = $1 AND digest = $2";

    /// The label a text is pinned to.
    PIN_KNOWN = both
        "SELECT digest, label FROM pins WHERE brand_id = $1 AND digest = $2";

    /// A pin, or another label for it.
    PIN_PUT = both
        "INSERT INTO pins (brand_id, digest, text, label, agent_id, at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (brand_id, digest) DO UPDATE SET text = excluded.text, label = excluded.label, \
         agent_id = excluded.agent_id, at = excluded.at";

    /// The pins of a brand.
    PINS = both
        "SELECT * FROM pins WHERE brand_id = $1 ORDER BY at, digest";

    /// One pin less.
    PIN_FORGET = both
        "DELETE FROM pins WHERE brand_id = $1 AND digest = $2";

    /// A customer's message and how its run was read.
    HEARD = both
        "SELECT m.id, m.text, d.language, d.intent, d.confidence, m.at FROM messages m \
         JOIN decisions d ON d.conversation_id = m.conversation_id AND m.seq >= d.first_seq AND m.seq <= d.last_seq \
         WHERE m.id = $2 AND m.brand_id = $1 AND m.direction = 'in'";

    /// Messages nobody understood, newest first.
    HEARD_UNSURE = both
        "SELECT m.id, m.text, d.language, d.intent, d.confidence, m.at FROM decisions d \
         JOIN messages m ON m.conversation_id = d.conversation_id AND m.seq >= d.first_seq AND m.seq <= d.last_seq \
         WHERE d.brand_id = $1 AND (d.intent = 'out_of_scope' OR d.confidence < 0.5) AND m.direction = 'in' \
         ORDER BY d.at DESC, d.id DESC, m.seq LIMIT $2";

    /// Holds what a brand teaches and its models until the transaction ends; no row when the brand is gone.
    MODELS_HOLD = sqlite
        "SELECT id FROM brands WHERE id = $1"
        postgres
        "SELECT id FROM brands WHERE id = $1 FOR UPDATE";

    /// The live model.
    MODEL_LIVE = both
        "SELECT number, bytes FROM models WHERE brand_id = $1 AND state = 'live'";

    /// One model.
    MODEL = both
        "SELECT number, bytes FROM models WHERE brand_id = $1 AND number = $2";

    /// The history.
    MODELS = both
        "SELECT brand_id, number, state, trained_at, lessons, scores, note, \
         CASE WHEN bytes IS NULL THEN 0 ELSE 1 END AS whole FROM models WHERE brand_id = $1 ORDER BY number DESC";

    /// The next number.
    MODEL_NEXT = both
        "SELECT COALESCE(MAX(number), 0) + 1 AS number FROM models WHERE brand_id = $1";

    /// A candidate.
    MODEL_ADD = both
        "INSERT INTO models (brand_id, number, state, trained_at, lessons, scores, note, bytes) \
         VALUES ($1, $2, 'candidate', $3, $4, $5, $6, $7)";

    /// Lets go of the bytes of old models.
    MODELS_EMPTY = both
        "UPDATE models SET bytes = NULL WHERE brand_id = $1 AND number <= $2 AND state <> 'live' AND bytes IS NOT NULL";

    /// Nothing is live any more.
    MODEL_RETIRE = both
        "UPDATE models SET state = 'retired' WHERE brand_id = $1 AND state = 'live'";

    /// This is.
    MODEL_PROMOTE = both
        "UPDATE models SET state = 'live' WHERE brand_id = $1 AND number = $2 AND bytes IS NOT NULL";
}
