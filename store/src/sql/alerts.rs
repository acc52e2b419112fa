//! Statements of alerts.

use super::statements;

statements! {
    /// Escalations of a brand that nobody has taken, opened since `$2`; older ones that are urgent by what was said since.
    ESCALATIONS_UNCLAIMED = both
        "SELECT e.id, e.conversation_id, e.priority, e.opened_at FROM escalations e \
         JOIN conversations c ON c.id = e.conversation_id WHERE e.brand_id = $1 AND e.state <> 'resolved' \
         AND e.state = 'open' AND (e.opened_at >= $2 OR (e.priority = 'urgent' AND c.last_at >= $2)) \
         ORDER BY e.opened_at, e.id";

    /// Channels of a brand that died by themselves.
    CHANNELS_DEAD = both
        "SELECT h.channel_id AS id FROM channels c JOIN channel_health h ON h.channel_id = c.id \
         WHERE c.brand_id = $1 AND c.paused_at IS NULL AND h.state = 'dead' ORDER BY h.channel_id";

    /// Alerts of a batch that were not raised before.
    ALERTS_RAISE = batch(id TEXT, brand_id TEXT, rule TEXT, subject TEXT, target TEXT, conversation_id TEXT, channel_id TEXT, at BIGINT)
        "INSERT INTO alerts (id, brand_id, rule, subject, target, conversation_id, channel_id, state, attempts, due_at, at) \
         SELECT b.id, b.brand_id, b.rule, b.subject, b.target, b.conversation_id, b.channel_id, 'queued', 0, b.at, b.at \
         FROM b WHERE TRUE ORDER BY b.rule, b.subject, b.target ON CONFLICT (rule, subject, target) DO NOTHING";

    /// Alerts about channels that live again, raised before `$1`: the next death is another subject.
    OUTAGES_CLOSE = both
        "UPDATE alerts SET subject = subject || ':' || id WHERE rule = 'channel_dead' AND subject = channel_id AND at < $1 \
         AND NOT EXISTS (SELECT 1 FROM channel_health h WHERE h.channel_id = alerts.channel_id AND h.state = 'dead')";

    /// Leases up to `$4` alerts due at `$2` to node `$1` until `$3`. What is being sent is due, as uncertain, when its
    /// lease ends.
    ALERTS_CLAIM = sqlite
        "UPDATE alerts SET state = 'sending', attempts = attempts + 1, lease_node = $1, lease_until = $3, due_at = $3 \
         WHERE id IN (SELECT a.id FROM alerts a WHERE a.due_at IS NOT NULL AND a.due_at <= $2 AND a.state = 'queued' \
         ORDER BY a.due_at, a.id LIMIT $4) RETURNING *"
        postgres
        "UPDATE alerts SET state = 'sending', attempts = attempts + 1, lease_node = $1, lease_until = $3, due_at = $3 \
         WHERE id IN (SELECT a.id FROM alerts a WHERE a.due_at IS NOT NULL AND a.due_at <= $2 AND a.state = 'queued' \
         ORDER BY a.due_at, a.id LIMIT $4 FOR UPDATE SKIP LOCKED) RETURNING *";

    /// Settles alert `$2` that node `$1` holds: state, fault, when it is due again.
    ALERT_SETTLE = both
        "UPDATE alerts SET state = $3, fault = $4, due_at = $5, lease_node = NULL, lease_until = NULL \
         WHERE id = $2 AND lease_node = $1 AND state = 'sending'";

    /// Alerts whose lease ended before `$1` while they were sent.
    ALERTS_EXPIRE = both
        "UPDATE alerts SET state = 'uncertain', fault = 'lease_expired', due_at = NULL, lease_node = NULL, \
         lease_until = NULL WHERE due_at IS NOT NULL AND due_at < $1 AND state = 'sending'";

    /// The last alert of each target, if it did not arrive for sure.
    ALERTS_IN_TROUBLE = both
        "SELECT target, COALESCE(fault, state) AS fault, at FROM alerts WHERE id IN (SELECT (SELECT l.id FROM alerts l \
         WHERE l.target = t.target AND l.attempts > 0 ORDER BY l.at DESC, l.id DESC LIMIT 1) FROM (SELECT DISTINCT \
         target FROM alerts) t) AND (state IN ('failed', 'uncertain') OR fault IS NOT NULL) ORDER BY target";
}
