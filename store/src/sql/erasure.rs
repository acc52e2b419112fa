//! Statements that erase a person (`$1` is the head). Each changes only what is not erased yet, so that all may run again.

use super::statements;

statements! {
    /// Nobody else opens or moves a conversation until the end of the transaction: what comes from the person in this
    /// moment is stored before, and erased, or after, as a stranger's.
    TALKS_HOLD = sqlite
        "SELECT id FROM conversations WHERE FALSE"
        postgres
        "LOCK TABLE conversations IN SHARE ROW EXCLUSIVE MODE";

    /// The head of customer `$2` of brand `$1`, held.
    PERSON_HOLD = sqlite
        "SELECT h.id FROM customers c JOIN customers h ON h.id = COALESCE(c.head_id, c.id) \
         WHERE c.brand_id = $1 AND c.id = $2"
        postgres
        "SELECT h.id FROM customers c JOIN customers h ON h.id = COALESCE(c.head_id, c.id) \
         WHERE c.brand_id = $1 AND c.id = $2 FOR UPDATE OF h";

    /// What is a person's alone: what traces elsewhere are found by. A name is many people's.
    ERASE_NEEDLES = both
        "SELECT m.id AS needle FROM customers m WHERE COALESCE(m.head_id, m.id) = $1 \
         UNION SELECT m.external_id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1 AND m.external_id IS NOT NULL \
         UNION SELECT m.email FROM customers m WHERE COALESCE(m.head_id, m.id) = $1 AND m.email IS NOT NULL \
         UNION SELECT m.phone FROM customers m WHERE COALESCE(m.head_id, m.id) = $1 AND m.phone IS NOT NULL \
         UNION SELECT m.digits FROM customers m WHERE COALESCE(m.head_id, m.id) = $1 AND m.digits IS NOT NULL \
         UNION SELECT a.external FROM customers m JOIN addresses a ON a.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $1 \
         UNION SELECT o.number FROM customers m JOIN orders o ON o.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $1";

    /// The words of at most `$3` messages, gone at `$2`. What waits to be sent is not sent, what is being sent not again.
    ERASE_MESSAGES = both
        "UPDATE messages SET text = '', aside = NULL, quick_replies = '[]', attachments = NULL, external = NULL, link = NULL, \
         erased_at = $2, taken_back = CASE WHEN state IN ('queued', 'sending') THEN 'erased' ELSE taken_back END, \
         fault = CASE WHEN state = 'queued' THEN 'erased' ELSE fault END, \
         send_at = CASE WHEN state = 'queued' THEN NULL ELSE send_at END, \
         state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END \
         WHERE id IN (SELECT q.id FROM messages q WHERE q.erased_at IS NULL AND q.conversation_id IN (\
             SELECT o.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             JOIN conversations o ON o.address_id = a.id AND o.customer_id IS NULL WHERE COALESCE(m.head_id, m.id) = $1 \
             UNION ALL SELECT o.id FROM customers m JOIN conversations o ON o.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1) LIMIT $3) RETURNING taken_back";

    /// Attachments of a person's messages.
    ERASE_ATTACHMENTS = both
        "DELETE FROM attachments WHERE message_id IN (SELECT q.id FROM messages q WHERE q.conversation_id IN (\
             SELECT o.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             JOIN conversations o ON o.address_id = a.id AND o.customer_id IS NULL WHERE COALESCE(m.head_id, m.id) = $1 \
             UNION ALL SELECT o.id FROM customers m JOIN conversations o ON o.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1))";

    /// Lessons lead nowhere any more. Their texts were masked when they were taught.
    ERASE_LESSONS = both
        "UPDATE lessons SET message_id = NULL WHERE brand_id = $2 AND message_id IN (SELECT q.id FROM messages q \
         WHERE q.conversation_id IN (SELECT o.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             JOIN conversations o ON o.address_id = a.id AND o.customer_id IS NULL WHERE COALESCE(m.head_id, m.id) = $1 \
             UNION ALL SELECT o.id FROM customers m JOIN conversations o ON o.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1))";

    /// Decisions keep what is counted; what they quote and which orders they knew goes.
    ERASE_DECISIONS = sqlite
        "UPDATE decisions SET reading = json_set(reading, '$.why', json('[]'), '$.entities', json('[]')), \
         known = (SELECT json_group_array(k.value) FROM json_each(decisions.known) k WHERE k.value NOT LIKE 'order:%') \
         WHERE conversation_id IN (SELECT o.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             JOIN conversations o ON o.address_id = a.id AND o.customer_id IS NULL WHERE COALESCE(m.head_id, m.id) = $1 \
             UNION ALL SELECT o.id FROM customers m JOIN conversations o ON o.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1) \
         AND (reading LIKE '%\"why\":[{%' OR reading LIKE '%\"entities\":[{%' OR known LIKE '%\"order:%')"
        postgres
        "UPDATE decisions SET reading = jsonb_set(jsonb_set(reading::jsonb, '{why}', '[]'), '{entities}', '[]')::text, \
         known = (SELECT COALESCE(jsonb_agg(k.value), '[]') FROM jsonb_array_elements(decisions.known::jsonb) k \
             WHERE k.value #>> '{}' NOT LIKE 'order:%')::text \
         WHERE conversation_id IN (SELECT o.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             JOIN conversations o ON o.address_id = a.id AND o.customer_id IS NULL WHERE COALESCE(m.head_id, m.id) = $1 \
             UNION ALL SELECT o.id FROM customers m JOIN conversations o ON o.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1) \
         AND (reading LIKE '%\"why\":[{%' OR reading LIKE '%\"entities\":[{%' OR known LIKE '%\"order:%')";

    /// Nobody waits in the queue any more, since `$2`.
    ERASE_ESCALATIONS = both
        "UPDATE escalations SET state = 'resolved', resolved_at = $2 WHERE state <> 'resolved' \
         AND conversation_id IN (SELECT o.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             JOIN conversations o ON o.address_id = a.id AND o.customer_id IS NULL WHERE COALESCE(m.head_id, m.id) = $1 \
             UNION ALL SELECT o.id FROM customers m JOIN conversations o ON o.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1)";

    /// What is open is closed, since `$2`.
    ERASE_LANES = both
        "UPDATE conversations SET owner = 'closed', agent_id = NULL, epoch = epoch + 1, rev = rev + 1, misses = 0, \
         done_seq = last_in_seq, ready_at = NULL, run_until = NULL, lease_node = NULL, lease_until = NULL, \
         ended_at = COALESCE(ended_at, $2) WHERE owner <> 'closed' AND address_id IN (SELECT a.id FROM customers m \
             JOIN addresses a ON a.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $1) \
         RETURNING id, brand_id, address_id";

    /// What a conversation was about names orders: gone, and not summed up again.
    ERASE_SUMMARIES = both
        "UPDATE conversations SET summary = '{}', open_question = NULL, emptied_at = COALESCE(emptied_at, $2) \
         WHERE (summary IS NULL OR summary <> '{}' OR open_question IS NOT NULL OR emptied_at IS NULL) \
         AND id IN (SELECT o.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             JOIN conversations o ON o.address_id = a.id AND o.customer_id IS NULL WHERE COALESCE(m.head_id, m.id) = $1 \
             UNION ALL SELECT o.id FROM customers m JOIN conversations o ON o.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1)";

    /// Alerts that nobody has sent yet.
    ERASE_ALERTS = both
        "UPDATE alerts SET state = 'cancelled', fault = NULL, due_at = NULL WHERE due_at IS NOT NULL AND state = 'queued' \
         AND conversation_id IN (SELECT o.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             JOIN conversations o ON o.address_id = a.id AND o.customer_id IS NULL WHERE COALESCE(m.head_id, m.id) = $1 \
             UNION ALL SELECT o.id FROM customers m JOIN conversations o ON o.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1)";

    /// Notices that nobody has sent yet.
    ERASE_NOTICES = both
        "UPDATE notices SET state = 'cancelled', fault = NULL, due_at = NULL WHERE due_at IS NOT NULL AND state = 'queued' \
         AND subject IN (SELECT o.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             JOIN conversations o ON o.address_id = a.id AND o.customer_id IS NULL WHERE COALESCE(m.head_id, m.id) = $1 \
             UNION ALL SELECT o.id FROM customers m JOIN conversations o ON o.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1)";

    /// Returns keep how far they are, what and how much; not the shop's id, nor why.
    ERASE_RETURNS = both
        "UPDATE returns SET external = 'erased-' || id, reason = NULL WHERE external <> 'erased-' || id \
         AND order_id IN (SELECT o.id FROM customers m JOIN orders o ON o.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1)";

    /// Tries to prove an order or an address of theirs.
    ERASE_TRIES = both
        "DELETE FROM proof_tries WHERE subject IN (SELECT a.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1 \
         UNION SELECT 'number:' || o.compact FROM customers m JOIN orders o ON o.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $1 \
             AND o.compact IS NOT NULL \
         UNION SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1) AND brand_id = $2";

    /// Tries of brand `$2` about the e-mails and phones of a batch, as tries remember them.
    ERASE_CONTACT_TRIES = batch(subject TEXT)
        "DELETE FROM proof_tries WHERE brand_id = $2 AND subject IN (SELECT b.subject FROM b)";

    /// Orders keep status, money, dates and items; not their number, nor where they went.
    ERASE_ORDERS = both
        "UPDATE orders SET number = 'erased-' || id, compact = NULL, tracking_url = NULL, tracking_number = NULL \
         WHERE number <> 'erased-' || id \
         AND customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1)";

    /// What they told or showed.
    ERASE_PREFERENCES = both
        "DELETE FROM preferences WHERE customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1) \
         OR address_id IN (SELECT a.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1)";

    /// How they came together.
    ERASE_JOINS = both
        "DELETE FROM joins WHERE customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1) \
         OR merged_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1) \
         OR address_id IN (SELECT a.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1)";

    /// Undoing somebody else's join gives the address back to nobody.
    ERASE_JOINS_BEFORE = both
        "UPDATE joins SET customer_before = NULL, level_before = 'anonymous' \
         WHERE customer_before IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1)";

    /// Who else they might have been.
    ERASE_SUGGESTIONS = both
        "DELETE FROM suggestions WHERE customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1) \
         OR other IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1 \
             UNION SELECT a.id FROM customers m JOIN addresses a ON a.customer_id = m.id WHERE COALESCE(m.head_id, m.id) = $1)";

    /// Their one-time codes.
    ERASE_CODES = both
        "DELETE FROM link_codes WHERE customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1) \
         OR address_id IN (SELECT a.id FROM customers m JOIN addresses a ON a.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = $1)";

    /// Addresses nobody is reached by any more.
    ERASE_ADDRESSES = both
        "UPDATE addresses SET external = 'erased:' || id, name = NULL, language = NULL WHERE external <> 'erased:' || id \
         AND customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1)";

    /// The tombstones, at `$2`.
    ERASE_CUSTOMERS = both
        "UPDATE customers SET external_id = NULL, name = NULL, folded = NULL, email = NULL, phone = NULL, digits = NULL, \
         language = NULL, tier = NULL, erased_at = $2, updated_at = $2, rev = rev + 1 \
         WHERE erased_at IS NULL AND COALESCE(head_id, id) = $1";

    /// Events in quarantine that name somebody of a batch, in the channels of brand `$2`.
    ERASE_ODD = sqlite
        "WITH b AS (SELECT value ->> 'needle' AS needle FROM json_each($1)) \
         DELETE FROM odd_events WHERE brand_id = $2 AND EXISTS (SELECT 1 FROM b WHERE INSTR(odd_events.body, b.needle) > 0)"
        postgres
        "WITH b AS (SELECT * FROM json_to_recordset($1::text::json) AS r(needle TEXT)) \
         DELETE FROM odd_events WHERE brand_id = $2 AND EXISTS (SELECT 1 FROM b WHERE STRPOS(odd_events.body, b.needle) > 0)";

    /// Stored answers of brand `$2` that name somebody of a batch: the request stays answered, without its words.
    ERASE_ANSWERS = sqlite
        "WITH b AS (SELECT value ->> 'needle' AS needle FROM json_each($1)) \
         UPDATE api_answers SET body = NULL WHERE brand_id = $2 AND body IS NOT NULL \
         AND EXISTS (SELECT 1 FROM b WHERE INSTR(api_answers.body, b.needle) > 0)"
        postgres
        "WITH b AS (SELECT * FROM json_to_recordset($1::text::json) AS r(needle TEXT)) \
         UPDATE api_answers SET body = NULL WHERE brand_id = $2 AND body IS NOT NULL \
         AND EXISTS (SELECT 1 FROM b WHERE STRPOS(api_answers.body, b.needle) > 0)";

    /// What was erased of a tombstone before.
    ERASURE_OF = both
        "SELECT e.id, e.counts FROM erasures e WHERE e.brand_id = $2 \
         AND e.customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = $1) ORDER BY e.at, e.id LIMIT 1";

    /// Who was erased, by whom.
    ERASURE_ADD = both
        "INSERT INTO erasures (id, brand_id, customer_id, by_whom, agent_id, counts, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";

    /// More of what was erased of a tombstone.
    ERASURE_MORE = both
        "UPDATE erasures SET counts = $2 WHERE id = $1";
}
