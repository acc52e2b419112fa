//! Statements that empty what is older than a brand keeps.

use super::statements;

statements! {
    /// At most `$3` conversations of brand `$1` that ended before `$2`, whose words are there and for which nobody waits.
    RETENTION_PICK = both
        "SELECT c.id FROM conversations c WHERE c.brand_id = $1 AND c.owner = 'closed' AND c.emptied_at IS NULL \
         AND c.last_at < $2 AND COALESCE(c.ended_at, c.last_at) < $2 AND NOT EXISTS (SELECT 1 FROM escalations e \
             WHERE e.conversation_id = c.id AND e.state <> 'resolved') ORDER BY c.last_at, c.id LIMIT $3";

    /// The words of a batch of conversations, gone at `$2`.
    RETENTION_MESSAGES = batch(id TEXT)
        "UPDATE messages SET text = '', aside = NULL, quick_replies = '[]', attachments = NULL, link = NULL, erased_at = $2 \
         FROM b WHERE messages.conversation_id = b.id AND messages.erased_at IS NULL";

    /// What came with them.
    RETENTION_ATTACHMENTS = batch(id TEXT)
        "DELETE FROM attachments WHERE message_id IN (SELECT m.id FROM b JOIN messages m ON m.conversation_id = b.id)";

    /// Lessons lead nowhere any more.
    RETENTION_LESSONS = batch(id TEXT)
        "UPDATE lessons SET message_id = NULL WHERE message_id IN (SELECT m.id FROM b JOIN messages m ON m.conversation_id = b.id)";

    /// Decisions keep what is counted.
    RETENTION_DECISIONS = sqlite
        "WITH b AS (SELECT value ->> 'id' AS id FROM json_each($1)) \
         UPDATE decisions SET reading = json_set(reading, '$.why', json('[]'), '$.entities', json('[]')), \
         known = (SELECT json_group_array(k.value) FROM json_each(decisions.known) k WHERE k.value NOT LIKE 'order:%') \
         WHERE conversation_id IN (SELECT b.id FROM b)"
        postgres
        "WITH b AS (SELECT * FROM json_to_recordset($1::text::json) AS r(id TEXT)) \
         UPDATE decisions SET reading = jsonb_set(jsonb_set(reading::jsonb, '{why}', '[]'), '{entities}', '[]')::text, \
         known = (SELECT COALESCE(jsonb_agg(k.value), '[]') FROM jsonb_array_elements(decisions.known::jsonb) k \
             WHERE k.value #>> '{}' NOT LIKE 'order:%')::text WHERE conversation_id IN (SELECT b.id FROM b)";

    /// They are empty since `$2`.
    RETENTION_TALKS = batch(id TEXT)
        "UPDATE conversations SET emptied_at = $2, open_question = NULL FROM b WHERE conversations.id = b.id \
         AND conversations.emptied_at IS NULL";

    /// What went by its age in brand `$1` since `$2`.
    RETENTION_LINE = both
        "SELECT e.id, e.counts FROM erasures e WHERE e.brand_id = $1 AND e.by_whom = 'retention' AND e.at >= $2 \
         ORDER BY e.at DESC LIMIT 1";
}
