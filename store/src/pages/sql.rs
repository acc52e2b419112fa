//! The pages' statements. All of them read.

use crate::sql::statements;

/// Everything a row of the queue shows, up to the condition.
macro_rules! queue_rows {
    ($condition:expr) => {
        concat!(
            "SELECT c.id, c.owner, c.created_at, c.last_at, ch.kind AS channel_kind, ch.name AS channel_name, \
             a.level, a.name AS address_name, cu.id AS customer_id, COALESCE(cu.name, t.name) AS customer_name, \
             ag.id AS agent_id, ag.name AS agent_name, \
             e.reason, e.priority, e.severity, e.opened_at, e.due_at, \
             d.sentiment, d.intent, m.author AS last_author, m.text AS last_text, m.at AS last_said_at, \
             (SELECT MIN(w.at) FROM messages w WHERE w.conversation_id = c.id AND w.direction = 'in' AND w.seq > \
             COALESCE((SELECT MAX(o.seq) FROM messages o WHERE o.conversation_id = c.id AND o.direction = 'out'), 0)) \
             AS unanswered_since \
             FROM conversations c \
             JOIN channels ch ON ch.id = c.channel_id \
             JOIN addresses a ON a.id = c.address_id \
             LEFT JOIN customers t ON t.id = COALESCE(c.customer_id, a.customer_id) LEFT JOIN customers cu ON cu.id = COALESCE(t.head_id, t.id) \
             LEFT JOIN agents ag ON ag.id = c.agent_id \
             LEFT JOIN escalations e ON e.conversation_id = c.id AND e.state <> 'resolved' \
             LEFT JOIN messages m ON m.conversation_id = c.id AND m.seq = (SELECT MAX(l.seq) FROM messages l \
             WHERE l.conversation_id = c.id AND (l.direction = 'in' OR (l.direction = 'out' AND l.state <> 'cancelled' \
             AND c.owner NOT IN ('waiting', 'bot')))) \
             LEFT JOIN decisions d ON d.conversation_id = c.id AND d.last_seq = (SELECT MAX(f.last_seq) \
             FROM decisions f WHERE f.conversation_id = c.id) \
             WHERE c.brand_id = $1 AND ",
            $condition
        )
    };
}

// `statements!` takes literals; these three share most of their text and are declared by hand.
/// Conversations that humans have or should have, what burns first.
pub(crate) const QUEUE_HUMAN: crate::sql::Sql = same(
    "QUEUE_HUMAN",
    queue_rows!(
        "c.owner IN ('waiting', 'agent') AND ($2 = '' OR c.agent_id = $2) AND ($3 = '' OR c.owner = $3) \
         ORDER BY COALESCE(e.rank, 3), COALESCE(e.severity, 0) DESC, COALESCE(e.due_at, c.last_at), c.id LIMIT $4"
    ),
);

/// Conversations of an owner (`bot` or `closed`), the latest first: chosen by an index, then looked at.
pub(crate) const QUEUE_LATEST: crate::sql::Sql = same(
    "QUEUE_LATEST",
    queue_rows!(
        "c.id IN (SELECT n.id FROM conversations n WHERE n.brand_id = $1 AND n.owner = $2 \
         ORDER BY n.last_at DESC, n.id DESC LIMIT $3) ORDER BY c.last_at DESC, c.id DESC"
    ),
);

/// The condition of [`QUEUE_FOUND`], over the ids of persons as a database unpacks them.
macro_rules! of_persons {
    ($in:literal, $ids:literal, $end:literal) => {
        concat!(
            "c.id ",
            $in,
            "SELECT n.id FROM (SELECT f.id, f.owner, f.last_at FROM ",
            $ids,
            " JOIN customers m ON COALESCE(m.head_id, m.id) = i.value JOIN addresses o ON o.customer_id = m.id \
             JOIN conversations f ON f.address_id = o.id AND f.customer_id IS NULL \
             UNION ALL SELECT f.id, f.owner, f.last_at FROM ",
            $ids,
            " JOIN customers m ON COALESCE(m.head_id, m.id) = i.value JOIN conversations f ON f.customer_id = m.id) n \
             ORDER BY CASE n.owner WHEN 'closed' THEN 1 ELSE 0 END, n.last_at DESC, n.id DESC LIMIT $3",
            $end,
            " ORDER BY CASE c.owner WHEN 'closed' THEN 1 ELSE 0 END, c.last_at DESC, c.id DESC"
        )
    };
}

/// Conversations of the persons in the JSON array `$2`, open ones first, then the latest.
pub(crate) const QUEUE_FOUND: crate::sql::Sql = crate::sql::Sql {
    name: "QUEUE_FOUND",
    sqlite: queue_rows!(of_persons!("IN (", "json_each($2) i", ")")),
    // An array is looked up by the key; IN would be joined to every conversation of the brand.
    postgres: queue_rows!(of_persons!(
        "= ANY(ARRAY(",
        "json_array_elements_text($2::text::json) AS i(value)",
        "))"
    )),
};

const fn same(name: &'static str, text: &'static str) -> crate::sql::Sql {
    crate::sql::Sql { name, sqlite: text, postgres: text }
}

/// The statements declared by hand above.
pub(crate) const BY_HAND: &[crate::sql::Sql] = &[QUEUE_HUMAN, QUEUE_LATEST, QUEUE_FOUND];

statements! {
    /// How many conversations each owner has, and how many of the agents' this one.
    QUEUE_COUNTS = both "SELECT CAST(COALESCE(SUM(CASE WHEN owner = 'waiting' THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting, \
        CAST(COALESCE(SUM(CASE WHEN agent_id = $2 THEN 1 ELSE 0 END), 0) AS BIGINT) AS mine, \
        CAST(COUNT(*) AS BIGINT) AS human \
        FROM conversations WHERE brand_id = $1 AND owner IN ('waiting', 'agent')";

    /// The head of a conversation page.
    TALK_HEAD = both "SELECT c.brand_id, c.address_id, c.owner, c.agent_id, ag.name AS agent_name, c.language, \
        c.created_at, c.last_at, ch.kind AS channel_kind, ch.name AS channel_name, a.external, a.level, \
        a.opted_out_at, a.unreachable_at, a.name AS address_name, COALESCE(t.head_id, t.id) AS customer_id, e.reason, e.priority, e.severity, e.opened_at, e.due_at \
        FROM conversations c JOIN channels ch ON ch.id = c.channel_id JOIN addresses a ON a.id = c.address_id \
        LEFT JOIN customers t ON t.id = COALESCE(c.customer_id, a.customer_id) LEFT JOIN agents ag ON ag.id = c.agent_id \
        LEFT JOIN escalations e ON e.conversation_id = c.id AND e.state <> 'resolved' WHERE c.id = $1";

    /// The last messages of a conversation before a place, newest first.
    TALK_MESSAGES = both "SELECT m.id, m.seq, m.direction, m.author, m.agent_id, ag.name AS agent_name, m.text, \
        m.quick_replies, m.state, m.at, m.fault, m.visibility, m.aside, m.attachments, m.edited_at, m.withdrawn_at, \
        m.delivered_at, m.read_at, m.link FROM messages m LEFT JOIN agents ag ON ag.id = m.agent_id \
        WHERE m.conversation_id = $1 AND m.seq < $2 ORDER BY m.seq DESC LIMIT $3";

    /// What became of the attachments of a conversation's messages from a place on.
    TALK_FILES = both "SELECT f.id, f.state, f.mime, f.size, f.fault FROM messages m \
        JOIN attachments f ON f.message_id = m.id WHERE m.conversation_id = $1 AND m.seq >= $2 AND m.seq < $3";

    /// The file of an attachment, and what its message calls it.
    FILE = both "SELECT f.id, f.hash, f.mime, b.bytes, m.attachments FROM attachments f \
        JOIN files b ON b.brand_id = f.brand_id AND b.hash = f.hash JOIN messages m ON m.id = f.message_id \
        WHERE f.id = $1 AND f.state = 'fetched'";

    /// The decisions of a conversation from a place on.
    TALK_DECISIONS = both "SELECT first_seq, last_seq, kind, policy, reason, reading, templates, known, at \
        FROM decisions WHERE conversation_id = $1 AND last_seq >= $2 ORDER BY last_seq LIMIT $3";

    /// What was said in public before `$2` (and id `$3`), newest first: with its analysis and its first answer.
    MENTIONS = both "SELECT m.id, m.conversation_id, c.owner, m.at, m.text, m.visibility, m.link, m.attachments, \
        m.withdrawn_at, ch.kind AS channel_kind, ch.name AS channel_name, COALESCE(cu.name, t.name, a.name) AS name, d.language, \
        d.intent, d.sentiment, d.complaint, d.urgent, d.kind AS decision, d.reason, r.author AS answer_author, \
        r.state AS answer_state, CAST(CASE WHEN r.aside IS NOT NULL THEN 1 ELSE 0 END AS BIGINT) AS answer_aside \
        FROM messages m JOIN channels ch ON ch.id = m.channel_id JOIN conversations c ON c.id = m.conversation_id \
        JOIN addresses a ON a.id = c.address_id LEFT JOIN customers t ON t.id = COALESCE(c.customer_id, a.customer_id) \
        LEFT JOIN customers cu ON cu.id = COALESCE(t.head_id, t.id) \
        LEFT JOIN decisions d ON d.conversation_id = m.conversation_id AND d.first_seq <= m.seq AND d.last_seq = (SELECT \
        MIN(f.last_seq) FROM decisions f WHERE f.conversation_id = m.conversation_id AND f.last_seq >= m.seq) \
        LEFT JOIN messages r ON r.conversation_id = m.conversation_id AND r.seq = (SELECT MIN(o.seq) FROM messages o \
        WHERE o.conversation_id = m.conversation_id AND o.seq > m.seq AND o.direction = 'out' AND o.state <> 'cancelled' \
        AND (o.author = 'agent' OR (o.answers_first <= m.seq AND o.answers_last >= m.seq))) \
        WHERE m.brand_id = $1 AND m.visibility <> 'direct' AND m.direction = 'in' AND m.at <= $2 AND (m.at < $2 OR m.id < $3) \
        AND ($4 = '' OR d.sentiment = $4) AND ($5 = 0 OR d.complaint >= 0.5) AND ($6 = '' OR m.channel_id = $6) \
        ORDER BY m.at DESC, m.id DESC LIMIT $7";

    /// How much was said in public since `$2`, by day (of a zone `$3` milliseconds east) and mood.
    MENTION_DAYS = both "SELECT (m.at + $3) / 86400000 AS day, d.sentiment AS mood, COUNT(*) AS number, \
        CAST(SUM(CASE WHEN d.complaint >= 0.5 THEN 1 ELSE 0 END) AS BIGINT) AS complaints FROM messages m \
        LEFT JOIN decisions d ON d.conversation_id = m.conversation_id AND d.first_seq <= m.seq AND d.last_seq = (SELECT \
        MIN(f.last_seq) FROM decisions f WHERE f.conversation_id = m.conversation_id AND f.last_seq >= m.seq) \
        WHERE m.brand_id = $1 AND m.visibility <> 'direct' AND m.direction = 'in' AND m.at >= $2 \
        AND ($4 = '' OR m.channel_id = $4) GROUP BY 1, 2 ORDER BY 1, 2";

    /// What was known when a run was handed over because a fact was missing.
    MISSING_FACTS = both "SELECT known, intent FROM decisions WHERE brand_id = $1 AND reason = 'fact_missing' \
        AND at >= $2 ORDER BY at DESC LIMIT 5000";
}
