//! Statements of the desk: what agents do, and who they are.

use super::statements;

statements! {
    /// Agent `$2` owns conversation `$1`.
    LANE_TAKE_OVER = both
        "UPDATE conversations SET owner = 'agent', agent_id = $2, epoch = epoch + 1, rev = rev + 1, \
         open_question = NULL WHERE id = $1 AND owner <> 'closed' RETURNING id, brand_id, address_id, last_seq";

    /// Takes back the unsent bot replies of conversation `$1`: the queued ones at once, one being sent should it come
    /// back undone.
    REPLIES_CANCEL = both
        "UPDATE messages SET taken_back = 'taken_over', \
         state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END, \
         fault = CASE state WHEN 'queued' THEN 'taken_over' ELSE fault END \
         WHERE conversation_id = $1 AND state IN ('queued', 'sending') AND author = 'bot'";

    /// How many bot replies of conversation `$1` are on their way.
    REPLIES_ON_THE_WAY = both
        "SELECT COUNT(*) AS number FROM messages WHERE conversation_id = $1 AND state IN ('queued', 'sending') \
         AND state = 'sending' AND author = 'bot'";

    /// Agent `$2` has the escalation of conversation `$1` since `$3`.
    ESCALATION_CLAIM = both
        "UPDATE escalations SET state = 'claimed', agent_id = $2, claimed_at = $3 \
         WHERE conversation_id = $1 AND state <> 'resolved'";

    /// The escalation of conversation `$1` is resolved at `$3` by agent `$2`.
    ESCALATION_RESOLVE = both
        "UPDATE escalations SET state = 'resolved', agent_id = $2, resolved_at = $3 \
         WHERE conversation_id = $1 AND state <> 'resolved'";

    /// A place in conversation `$1` for a note written at `$2`.
    LANE_PLACE_NOTE = both
        "UPDATE conversations SET last_seq = last_seq + 1, last_at = $2 WHERE id = $1 \
         RETURNING id, brand_id, address_id, last_seq";

    /// A place in conversation `$1` for a reply of agent `$3`, written at `$2`.
    LANE_PLACE_REPLY = both
        "UPDATE conversations SET last_seq = last_seq + 1, last_at = $2 \
         WHERE id = $1 AND owner = 'agent' AND agent_id = $3 RETURNING id, brand_id, address_id, last_seq";

    /// Lara owns conversation `$1` again, which agent `$2` or nobody had.
    LANE_HAND_BACK = both
        "UPDATE conversations SET owner = 'bot', agent_id = NULL, epoch = epoch + 1, rev = rev + 1, misses = 0, \
         open_question = NULL WHERE id = $1 AND (owner = 'waiting' OR (owner = 'agent' AND agent_id = $2)) \
         RETURNING id, brand_id, address_id, last_seq";

    /// Conversation `$1`, which no other agent than `$2` has, is closed at `$4`, unless a message came after place `$3`. Where
    /// one came that nobody has decided yet, Lara gets the conversation instead: in a closed one it would never be
    /// answered.
    LANE_CLOSE = both
        "UPDATE conversations SET owner = CASE WHEN last_in_seq > done_seq THEN 'bot' ELSE 'closed' END, \
         agent_id = NULL, epoch = epoch + 1, rev = rev + 1, open_question = NULL, misses = 0, \
         ended_at = CASE WHEN last_in_seq > done_seq THEN CAST(NULL AS BIGINT) ELSE $4 END WHERE id = $1 \
         AND (owner IN ('bot', 'waiting') OR (owner = 'agent' AND agent_id = $2)) \
         AND last_in_seq <= COALESCE($3, last_in_seq) RETURNING id, brand_id, address_id, last_seq";

    /// Who owns conversation `$1`, and how far the customer is.
    LANE_OWNER = both
        "SELECT owner, agent_id, last_in_seq FROM conversations WHERE id = $1";

    /// Conversation `$1`.
    CONVERSATION = both
        "SELECT * FROM conversations WHERE id = $1";

    /// When and where the customer of conversation `$1` last wrote, in this one or another: the reply window is theirs.
    LAST_IN = both
        "SELECT q.at, q.visibility FROM conversations c JOIN conversations o ON o.address_id = c.address_id \
         JOIN messages q ON q.conversation_id = o.id AND q.seq = o.last_in_seq AND q.direction = 'in' \
         WHERE c.id = $1 ORDER BY q.at DESC, q.id DESC LIMIT 1";

    /// Escalation `$1`, unless it is resolved.
    ESCALATION = both
        "SELECT * FROM escalations WHERE id = $1 AND state <> 'resolved'";

    /// All agents.
    AGENTS = both
        "SELECT * FROM agents ORDER BY name, id";

    /// An agent by e-mail.
    AGENT_BY_EMAIL = both
        "SELECT * FROM agents WHERE email = $1";

    /// A new agent.
    AGENT_ADD = both
        "INSERT INTO agents (id, name, email, role, failures, disabled_at, created_at) \
         VALUES ($1, $2, $3, $4, 0, $5, $6) ON CONFLICT (email) DO NOTHING";

    /// Changes an agent.
    AGENT_SAVE = both
        "UPDATE agents SET name = $2, role = $3, disabled_at = $4 WHERE id = $1";

    /// Sets the password of agent `$1` and forgets the failures.
    AGENT_PASSWORD = both
        "UPDATE agents SET password = $2, failures = 0, failed_at = NULL, locked_until = NULL WHERE id = $1";

    /// One more failure of agent `$1` at `$2`; those before `$3` no longer count.
    AGENT_FAILED = both
        "UPDATE agents SET failures = CASE WHEN failed_at < $3 THEN 1 ELSE failures + 1 END, failed_at = $2 \
         WHERE id = $1 RETURNING CAST(failures AS BIGINT) AS number";

    /// Agent `$1` is locked out until `$2`, or longer.
    AGENT_LOCK = both
        "UPDATE agents SET locked_until = $2 WHERE id = $1 AND (locked_until IS NULL OR locked_until < $2)";

    /// Forgets the failures of agent `$1`.
    AGENT_PASSED = both
        "UPDATE agents SET failures = 0, failed_at = NULL, locked_until = NULL WHERE id = $1";

    /// A one-time link.
    INVITATION_ADD = both
        "INSERT INTO invitations (token, agent_id, valid_until) VALUES ($1, $2, $3)";

    /// An unused link that has not ended; that of the first owner only while there is nobody.
    INVITATION = both
        "SELECT agent_id FROM invitations WHERE token = $1 AND used_at IS NULL AND valid_until > $2 \
         AND (agent_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM agents))";

    /// Uses a link, once; that of the first owner only while there is nobody.
    INVITATION_USE = both
        "UPDATE invitations SET used_at = $2 WHERE token = $1 AND used_at IS NULL AND valid_until > $2 \
         AND (agent_id IS NOT NULL OR NOT EXISTS (SELECT 1 FROM agents)) RETURNING agent_id";

    /// Ends the open links of agent `$1` (of the first owner, without one) at `$2`. It holds them too, so that of two
    /// first owners at once one loses.
    INVITATIONS_END = both
        "UPDATE invitations SET used_at = $2 WHERE used_at IS NULL AND agent_id IS NOT DISTINCT FROM $1";

    /// Deletes links that are used, or ended before `$1`.
    INVITATIONS_PRUNE = both
        "DELETE FROM invitations WHERE used_at IS NOT NULL OR valid_until <= $1";

    /// Deletes logins that ended before `$1`.
    LOGINS_PRUNE = both
        "DELETE FROM logins WHERE valid_until <= $1";

    /// Opens a login.
    LOGIN_OPEN = both
        "INSERT INTO logins (token, agent_id, valid_until) VALUES ($1, $2, $3)";

    /// The agent of a login.
    LOGIN = both
        "SELECT a.* FROM logins l JOIN agents a ON a.id = l.agent_id \
         WHERE l.token = $1 AND l.valid_until > $2 AND a.disabled_at IS NULL";

    /// Ends a login.
    LOGIN_END = both
        "DELETE FROM logins WHERE token = $1";

    /// Ends every login of agent `$1`.
    LOGINS_END = both
        "DELETE FROM logins WHERE agent_id = $1";
}
