//! Statements of channels that listen outwards: leases, marks, health, quarantine.

use super::statements;

statements! {
    /// Lease `$1` belongs to node `$2` until `$4`, unless another node holds it at `$3`.
    LEASE_HOLD = both
        "INSERT INTO leases (name, node, until) VALUES ($1, $2, $4) \
         ON CONFLICT (name) DO UPDATE SET node = excluded.node, until = excluded.until \
         WHERE leases.node = excluded.node OR leases.until < $3 RETURNING node AS id";

    /// Lease `$1` is free, if node `$2` held it.
    LEASE_DROP = both
        "DELETE FROM leases WHERE name = $1 AND node = $2";

    /// One mark.
    MARK = both
        "SELECT key, value FROM channel_marks WHERE channel_id = $1 AND key = $2";

    /// The marks of a channel whose key lies from `$2` to before `$3`.
    MARKS = both
        "SELECT key, value FROM channel_marks WHERE channel_id = $1 AND key >= $2 AND key < $3 ORDER BY key";

    /// Sets a mark of a channel that is there.
    MARK_SET = both
        "INSERT INTO channel_marks (channel_id, key, brand_id, value, updated_at) \
         SELECT h.id, $2, h.brand_id, $3, $4 FROM channels h WHERE h.id = $1 \
         ON CONFLICT (channel_id, key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at";

    /// How a channel is, kept as it is until the transaction that asks has ended.
    HEALTH_HELD = sqlite
        "SELECT * FROM channel_health WHERE channel_id = $1"
        postgres
        "SELECT * FROM channel_health WHERE channel_id = $1 FOR UPDATE";

    /// How all channels are.
    HEALTH_ALL = both
        "SELECT * FROM channel_health ORDER BY channel_id";

    /// How the channels of a brand are.
    HEALTH_OF_BRAND = both
        "SELECT * FROM channel_health WHERE brand_id = $1 ORDER BY channel_id";

    /// Keeps how a channel is that is there.
    HEALTH_SET = both
        "INSERT INTO channel_health (channel_id, brand_id, state, last_event_at, last_sent_at, last_error, \
         last_error_at, checked_at, findings) SELECT h.id, h.brand_id, $3, $4, $5, $6, $7, $8, $9 FROM channels h \
         WHERE h.id = $1 AND h.brand_id = $2 AND h.settings <> '{\"removed\":true}' \
         ON CONFLICT (channel_id) DO UPDATE SET state = excluded.state, last_event_at = excluded.last_event_at, \
         last_sent_at = excluded.last_sent_at, last_error = excluded.last_error, \
         last_error_at = excluded.last_error_at, checked_at = excluded.checked_at, findings = excluded.findings";

    /// Keeps an event in quarantine, of a channel that is there.
    ODD_KEEP = both
        "INSERT INTO odd_events (id, brand_id, channel_id, reason, body, at) SELECT $1, h.brand_id, h.id, $4, $5, $6 \
         FROM channels h WHERE h.id = $3 AND h.brand_id = $2 AND h.settings <> '{\"removed\":true}' \
         ON CONFLICT DO NOTHING";

    /// The newest events in quarantine of a channel.
    ODD = both
        "SELECT * FROM odd_events WHERE channel_id = $1 ORDER BY at DESC, id DESC LIMIT $2";

    /// How many events in quarantine each channel has.
    ODD_COUNT = both
        "SELECT channel_id AS id, COUNT(*) AS number FROM odd_events GROUP BY channel_id ORDER BY channel_id";

    /// How many events in quarantine each channel of a brand has.
    ODD_COUNT_OF_BRAND = both
        "SELECT channel_id AS id, COUNT(*) AS number FROM odd_events WHERE brand_id = $1 GROUP BY channel_id \
         ORDER BY channel_id";

    /// Forgets an event in quarantine.
    ODD_FORGET = both
        "DELETE FROM odd_events WHERE id = $1";

    /// Forgets events in quarantine from before `$1`.
    ODD_PRUNE = both
        "DELETE FROM odd_events WHERE at < $1";
}
