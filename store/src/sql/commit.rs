//! Statements that store turns.

use super::statements;

statements! {
    /// Settles the lanes of a batch whose lease and revisions still stand. PostgreSQL locks them first, in the order
    /// every batch locks lanes, so that two nodes never wait for each other.
    TURNS_SETTLE = sqlite
        "WITH b AS (SELECT value ->> 'id' AS id, value ->> 'node' AS node, value ->> 'rev' AS rev, \
         value ->> 'customer_id' AS customer_id, value ->> 'customer_rev' AS customer_rev, \
         value ->> 'first_seq' AS first_seq, value ->> 'done_seq' AS done_seq, value ->> 'replies' AS replies, \
         value ->> 'owner' AS owner, value ->> 'language' AS language, value ->> 'open_question' AS open_question, \
         value ->> 'misses' AS misses, value ->> 'moved' AS moved, value ->> 'at' AS at FROM json_each($1)) \
         UPDATE conversations SET done_seq = b.done_seq, last_seq = last_seq + b.replies, \
         epoch = epoch + CASE WHEN conversations.owner <> b.owner THEN 1 ELSE 0 END, \
         rev = conversations.rev + CASE WHEN conversations.owner <> b.owner OR b.moved THEN 1 ELSE 0 END, \
         owner = b.owner, agent_id = CASE WHEN b.owner = 'agent' THEN agent_id END, \
         language = b.language, open_question = b.open_question, misses = b.misses, attempts = 0, \
         lease_node = NULL, lease_until = NULL, \
         ready_at = CASE WHEN last_in_seq > b.done_seq THEN ready_at END, \
         run_until = CASE WHEN last_in_seq > b.done_seq THEN run_until END, \
         last_at = CASE WHEN b.replies > 0 THEN b.at ELSE last_at END \
         FROM b WHERE conversations.id = b.id AND conversations.lease_node = b.node \
         AND conversations.rev = b.rev AND conversations.done_seq < b.first_seq \
         AND (b.customer_id IS NULL OR EXISTS (SELECT 1 FROM customers p \
             WHERE p.id = b.customer_id AND p.rev = b.customer_rev)) \
         RETURNING id, last_seq"
        postgres
        "WITH b AS (SELECT * FROM json_to_recordset($1::text::json) AS r(id TEXT, node TEXT, rev BIGINT, \
         customer_id TEXT, customer_rev BIGINT, first_seq BIGINT, done_seq BIGINT, replies BIGINT, owner TEXT, \
         language TEXT, open_question TEXT, misses INTEGER, moved BOOLEAN, at BIGINT)), \
         l AS (SELECT c.id FROM conversations c JOIN b ON b.id = c.id ORDER BY c.address_id FOR UPDATE OF c) \
         UPDATE conversations SET done_seq = b.done_seq, last_seq = last_seq + b.replies, \
         epoch = epoch + CASE WHEN conversations.owner <> b.owner THEN 1 ELSE 0 END, \
         rev = conversations.rev + CASE WHEN conversations.owner <> b.owner OR b.moved THEN 1 ELSE 0 END, \
         owner = b.owner, agent_id = CASE WHEN b.owner = 'agent' THEN agent_id END, \
         language = b.language, open_question = b.open_question, misses = b.misses, attempts = 0, \
         lease_node = NULL, lease_until = NULL, \
         ready_at = CASE WHEN last_in_seq > b.done_seq THEN ready_at END, \
         run_until = CASE WHEN last_in_seq > b.done_seq THEN run_until END, \
         last_at = CASE WHEN b.replies > 0 THEN b.at ELSE last_at END \
         FROM b JOIN l ON l.id = b.id WHERE conversations.id = b.id AND conversations.lease_node = b.node \
         AND conversations.rev = b.rev AND conversations.done_seq < b.first_seq \
         AND (b.customer_id IS NULL OR EXISTS (SELECT 1 FROM customers p \
             WHERE p.id = b.customer_id AND p.rev = b.customer_rev)) \
         RETURNING conversations.id, conversations.last_seq";

    /// Who holds the lanes of a batch, and how far they are.
    LANES_HOLDERS = batch(id TEXT)
        "SELECT c.id, c.lease_node, c.done_seq FROM b JOIN conversations c ON c.id = b.id";

    /// Messages out and notes.
    MESSAGES_WRITE = batch(id TEXT, brand_id TEXT, conversation_id TEXT, seq BIGINT, direction TEXT, author TEXT, agent_id TEXT, text TEXT, quick_replies TEXT, answers_first BIGINT, answers_last BIGINT, visibility TEXT, state TEXT, at BIGINT, send_at BIGINT, aside TEXT)
        "INSERT INTO messages (id, brand_id, conversation_id, channel_id, seq, direction, author, agent_id, text, \
         quick_replies, answers_first, answers_last, visibility, state, at, attempts, send_at, aside) \
         SELECT b.id, b.brand_id, b.conversation_id, c.channel_id, b.seq, b.direction, b.author, b.agent_id, b.text, \
         b.quick_replies, b.answers_first, b.answers_last, b.visibility, b.state, b.at, 0, b.send_at, b.aside \
         FROM b JOIN conversations c ON c.id = b.conversation_id";

    /// Why.
    DECISIONS_ADD = batch(id TEXT, brand_id TEXT, conversation_id TEXT, first_seq BIGINT, last_seq BIGINT, kind TEXT, policy TEXT, reason TEXT, language TEXT, intent TEXT, confidence FLOAT8, sentiment TEXT, score FLOAT8, complaint FLOAT8, urgent BOOLEAN, reading TEXT, templates TEXT, known TEXT, reply_id TEXT, at BIGINT)
        "INSERT INTO decisions (id, brand_id, conversation_id, first_seq, last_seq, kind, policy, reason, language, \
         intent, confidence, sentiment, score, complaint, urgent, reading, templates, known, reply_id, at) \
         SELECT b.id, b.brand_id, b.conversation_id, b.first_seq, b.last_seq, b.kind, b.policy, b.reason, b.language, \
         b.intent, b.confidence, b.sentiment, b.score, b.complaint, b.urgent, b.reading, b.templates, b.known, \
         b.reply_id, b.at FROM b";

    /// Places in the queue. Of two, the graver stays with its reason, and the earlier due time.
    ESCALATIONS_PUT = batch(id TEXT, brand_id TEXT, conversation_id TEXT, reason TEXT, priority TEXT, rank INTEGER, severity INTEGER, state TEXT, opened_at BIGINT, due_at BIGINT, agent_id TEXT)
        "INSERT INTO escalations (id, brand_id, conversation_id, reason, priority, rank, severity, state, opened_at, \
         due_at, agent_id) \
         SELECT b.id, b.brand_id, b.conversation_id, b.reason, b.priority, b.rank, b.severity, b.state, b.opened_at, \
         b.due_at, b.agent_id FROM b WHERE TRUE \
         ON CONFLICT (conversation_id) WHERE state <> 'resolved' DO UPDATE SET \
         reason = CASE WHEN excluded.rank * 1000 - excluded.severity < escalations.rank * 1000 - escalations.severity \
             THEN excluded.reason ELSE escalations.reason END, \
         priority = CASE WHEN excluded.rank * 1000 - excluded.severity < escalations.rank * 1000 - escalations.severity \
             THEN excluded.priority ELSE escalations.priority END, \
         severity = CASE WHEN excluded.rank * 1000 - excluded.severity < escalations.rank * 1000 - escalations.severity \
             THEN excluded.severity ELSE escalations.severity END, \
         rank = CASE WHEN excluded.rank < escalations.rank THEN excluded.rank ELSE escalations.rank END, \
         due_at = CASE WHEN excluded.due_at < escalations.due_at THEN excluded.due_at ELSE escalations.due_at END";

    /// Consent: since when the address wants no messages, or NULL for messages again.
    CONSENT_SET = batch(id TEXT, opted_out_at BIGINT)
        "UPDATE addresses SET opted_out_at = b.opted_out_at FROM b WHERE addresses.id = b.id";

    /// Takes back the unsent bot replies of an address (`$1`): the queued ones at once, one being sent should it come
    /// back undone.
    ADDRESS_REPLIES_CANCEL = both
        "UPDATE messages SET taken_back = 'opted_out', \
         state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END, \
         fault = CASE state WHEN 'queued' THEN 'opted_out' ELSE fault END \
         WHERE state IN ('queued', 'sending') AND author = 'bot' AND conversation_id IN (SELECT c.id FROM conversations c WHERE c.address_id = $1)";
}
