//! Statements of conversations that end, and of who is told.

use super::statements;

statements! {
    /// Closes up to `$4` conversations of brand `$1` that Lara owns, quiet since `$2`, at `$3`. What came meanwhile keeps one
    /// open: both the choice and the change look.
    LANES_END = both
        "UPDATE conversations SET owner = 'closed', epoch = epoch + 1, rev = rev + 1, misses = 0, open_question = NULL, \
         ended_at = $3 WHERE id IN (SELECT c.id FROM conversations c WHERE c.brand_id = $1 AND c.owner = 'bot' \
             AND c.last_at < $2 AND c.ready_at IS NULL AND c.lease_node IS NULL AND c.last_in_seq <= c.done_seq \
             AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = c.id AND m.state IN ('queued', 'sending')) \
             ORDER BY c.last_at, c.id LIMIT $4) \
         AND owner = 'bot' AND last_at < $2 AND ready_at IS NULL AND lease_node IS NULL AND last_in_seq <= done_seq \
         RETURNING id, brand_id, address_id, last_seq";

    /// Conversations that have ended and have no summary.
    ENDED = both
        "SELECT id, brand_id, language, ended_at FROM conversations WHERE ended_at IS NOT NULL AND summary IS NULL \
         ORDER BY ended_at LIMIT $1";

    /// The decisions of a batch of conversations, in order; of each at most 200.
    ENDED_DECISIONS = batch(id TEXT)
        "SELECT * FROM (SELECT d.conversation_id, d.last_seq, d.kind, d.intent, d.sentiment, d.complaint, d.known, \
         ROW_NUMBER() OVER (PARTITION BY d.conversation_id ORDER BY d.last_seq) AS place \
         FROM b JOIN decisions d ON d.conversation_id = b.id) AS first WHERE place <= 200 ORDER BY conversation_id, last_seq";

    /// The escalations of a batch of conversations, in order.
    ENDED_ESCALATIONS = batch(id TEXT)
        "SELECT e.conversation_id, e.reason, e.state, e.agent_id, e.opened_at FROM b \
         JOIN escalations e ON e.conversation_id = b.id ORDER BY e.conversation_id, e.opened_at, e.id";

    /// Who replied how often in a batch of conversations.
    ENDED_REPLIES = batch(id TEXT)
        "SELECT m.conversation_id, m.author, COUNT(*) AS number FROM b JOIN messages m ON m.conversation_id = b.id \
         WHERE m.direction = 'out' AND m.state <> 'cancelled' GROUP BY m.conversation_id, m.author ORDER BY m.conversation_id, m.author";

    /// Summaries, where there is none yet.
    SUMMARIES_PUT = batch(id TEXT, summary TEXT)
        "UPDATE conversations SET summary = b.summary FROM b WHERE conversations.id = b.id AND conversations.summary IS NULL \
         RETURNING conversations.id, conversations.brand_id, conversations.address_id, conversations.last_seq";

    /// Notices of conversations, once each.
    NOTICES_ADD = batch(id TEXT, brand_id TEXT, subject TEXT, at BIGINT)
        "INSERT INTO notices (id, brand_id, kind, subject, state, attempts, due_at, at) \
         SELECT b.id, b.brand_id, 'conversation_ended', b.subject, 'queued', 0, b.at, b.at FROM b WHERE TRUE \
         ON CONFLICT (brand_id, kind, subject) DO NOTHING";

    /// Leases up to `$4` notices due at `$2` to node `$1` until `$3`.
    NOTICES_CLAIM = sqlite
        "UPDATE notices SET state = 'sending', attempts = attempts + 1, lease_node = $1, lease_until = $3, due_at = $3 \
         WHERE id IN (SELECT n.id FROM notices n WHERE n.due_at IS NOT NULL AND n.due_at <= $2 \
         ORDER BY n.due_at, n.id LIMIT $4) RETURNING id, brand_id, subject, attempts"
        postgres
        "UPDATE notices SET state = 'sending', attempts = attempts + 1, lease_node = $1, lease_until = $3, due_at = $3 \
         WHERE id IN (SELECT n.id FROM notices n WHERE n.due_at IS NOT NULL AND n.due_at <= $2 \
         ORDER BY n.due_at, n.id LIMIT $4 FOR UPDATE SKIP LOCKED) RETURNING id, brand_id, subject, attempts";

    /// The conversations of a batch, as the brand's own systems are told of them.
    ENDED_TALKS = batch(id TEXT)
        "SELECT c.id, h.kind, h.name, c.address_id, p.id AS customer_id, COALESCE(p.external_id, t.external_id) AS external_id, \
         c.created_at, c.ended_at, c.summary FROM b JOIN conversations c ON c.id = b.id JOIN channels h ON h.id = c.channel_id \
         JOIN addresses a ON a.id = c.address_id LEFT JOIN customers t ON t.id = COALESCE(c.customer_id, a.customer_id) \
         LEFT JOIN customers p ON p.id = COALESCE(t.head_id, t.id) WHERE c.ended_at IS NOT NULL AND c.summary IS NOT NULL";

    /// Names of a batch of agents.
    AGENT_NAMES = batch(id TEXT)
        "SELECT g.id, g.name FROM b JOIN agents g ON g.id = b.id";

    /// Settles notice `$2` that node `$1` holds: state, fault, when it is due again.
    NOTICE_SETTLE = both
        "UPDATE notices SET state = $3, fault = $4, due_at = $5, lease_node = NULL, lease_until = NULL \
         WHERE id = $2 AND lease_node = $1 AND state = 'sending'";

    /// What did not arrive since `$1`.
    NOTICES_IN_TROUBLE = both
        "SELECT brand_id, fault, COUNT(*) AS number FROM notices WHERE at >= $1 AND fault IS NOT NULL AND state <> 'sent' \
         GROUP BY brand_id, fault ORDER BY brand_id, fault";

    /// Forgets settled notices from before `$1`.
    NOTICES_PRUNE = both
        "DELETE FROM notices WHERE at < $1 AND due_at IS NULL";
}
