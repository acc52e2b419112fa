//! Statements of the lanes.

use super::statements;

statements! {
    /// Leases lanes whose run is closed. `$1` node, `$2` now, `$3` lease end, `$4` how many.
    LANES_CLAIM = sqlite
        "UPDATE conversations SET lease_node = $1, lease_until = $3, attempts = attempts + 1, run_until = NULL \
         WHERE id IN (SELECT c.id FROM conversations c WHERE c.ready_at <= $2 \
         AND (c.lease_until IS NULL OR c.lease_until < $2) ORDER BY c.ready_at LIMIT $4) RETURNING *"
        postgres
        "UPDATE conversations SET lease_node = $1, lease_until = $3, attempts = attempts + 1, run_until = NULL \
         WHERE id IN (SELECT c.id FROM conversations c WHERE c.ready_at <= $2 \
         AND (c.lease_until IS NULL OR c.lease_until < $2) ORDER BY c.ready_at LIMIT $4 FOR UPDATE SKIP LOCKED) \
         RETURNING *";

    /// Lanes of a batch that node `$2` still holds.
    LANES_HELD = batch(id TEXT)
        "SELECT c.* FROM b JOIN conversations c ON c.id = b.id WHERE c.lease_node = $2";

    /// The waiting messages of a batch of lanes.
    RUNS = batch(id TEXT, done_seq BIGINT)
        "SELECT m.* FROM b JOIN messages m ON m.conversation_id = b.id AND m.seq > b.done_seq \
         WHERE m.direction = 'in' ORDER BY m.conversation_id, m.seq";

    /// Who is in a batch of lanes.
    LANES_WHO = batch(id TEXT)
        "SELECT c.id AS conversation_id, c.channel_id, c.brand_id, a.id AS address_id, a.external, a.level, \
         a.opted_out_at, a.name AS address_name, a.language AS address_language, a.unreachable_at, p.id AS customer_id, \
         p.external_id AS customer_external, COALESCE(p.name, t.name) AS customer_name, \
         COALESCE(p.email, t.email) AS customer_email, COALESCE(p.phone, t.phone) AS customer_phone, \
         COALESCE(p.language, t.language) AS customer_language, COALESCE(p.tier, t.tier) AS customer_tier, \
         (SELECT MIN(m.opted_out_at) FROM customers m WHERE COALESCE(m.head_id, m.id) = COALESCE(p.id, '')) AS customer_opted_out_at, p.rev AS customer_rev, \
         EXISTS (SELECT 1 FROM conversations e WHERE e.address_id = c.address_id AND e.customer_id IS NULL AND e.id < c.id) \
         OR EXISTS (SELECT 1 FROM customers m JOIN conversations e ON e.customer_id = m.id \
             WHERE COALESCE(m.head_id, m.id) = COALESCE(p.id, '') AND e.id < c.id) \
         OR EXISTS (SELECT 1 FROM addresses o JOIN conversations e ON e.address_id = o.id AND e.customer_id IS NULL \
             WHERE o.customer_id IN (SELECT m.id FROM customers m WHERE COALESCE(m.head_id, m.id) = COALESCE(p.id, '')) \
             AND o.id <> a.id AND e.id < c.id) AS came_before, \
         l.author AS last_out_author, l.text AS last_out_text \
         FROM b JOIN conversations c ON c.id = b.id JOIN addresses a ON a.id = c.address_id \
         LEFT JOIN customers t ON t.id = a.customer_id LEFT JOIN customers p ON p.id = COALESCE(t.head_id, t.id) \
         LEFT JOIN messages l ON l.conversation_id = c.id AND l.seq = (SELECT MAX(o.seq) FROM messages o \
             WHERE o.conversation_id = c.id AND o.direction = 'out' AND o.state <> 'cancelled')";

    /// What was said lately in a batch of lanes, newest first: loop guards count it.
    LANES_PACE = batch(id TEXT, done_seq BIGINT, since BIGINT)
        "SELECT m.conversation_id, m.seq, m.direction, m.author, m.text, m.at, m.aside IS NOT NULL AS has_aside \
         FROM b JOIN messages m ON m.conversation_id = b.id AND m.seq <= b.done_seq AND m.seq > b.done_seq - 60 \
         AND m.at >= b.since WHERE m.direction <> 'note' AND m.state <> 'cancelled' \
         ORDER BY m.conversation_id, m.seq DESC";

    /// The channels of a batch.
    CHANNELS_OF = batch(id TEXT)
        "SELECT h.* FROM b JOIN channels h ON h.id = b.id";

    /// The open escalations of a batch of lanes.
    ESCALATIONS_OF = batch(id TEXT)
        "SELECT e.* FROM b JOIN escalations e ON e.conversation_id = b.id WHERE e.state <> 'resolved'";

    /// The five latest orders of each person of a batch, whichever of their customers bought.
    ORDERS_OF = batch(id TEXT)
        "SELECT * FROM (SELECT o.id, o.brand_id, b.id AS customer_id, o.number, o.status, o.ordered_at, o.due_at, \
         o.currency, o.total_minor, o.items, o.tracking_url, o.carrier, o.tracking_number, o.shipped_at, o.delivered_at, \
         ROW_NUMBER() OVER (PARTITION BY b.id ORDER BY o.ordered_at DESC, o.id DESC) AS place \
         FROM b JOIN customers m ON COALESCE(m.head_id, m.id) = b.id JOIN orders o ON o.customer_id = m.id) AS latest \
         WHERE place <= 5 ORDER BY customer_id, place";

    /// What is known about each person of a batch, and what is to be forgotten, as far as it may be used at the address; of two
    /// for one key the newer counts. What was stated at an address that is not proven to be theirs counts only there.
    PREFERENCES_OF = batch(id TEXT, address_id TEXT)
        "SELECT * FROM (SELECT b.id AS customer_id, b.address_id AS read_for, p.key, p.value, p.source, p.address_id, \
         p.updated_at, p.forgotten_at, ROW_NUMBER() OVER (PARTITION BY b.id, b.address_id, p.key \
             ORDER BY p.updated_at DESC, p.customer_id) AS place \
         FROM b JOIN customers m ON COALESCE(m.head_id, m.id) = b.id JOIN preferences p ON p.customer_id = m.id \
         LEFT JOIN addresses a ON a.id = p.address_id LEFT JOIN customers t ON t.id = a.customer_id \
         WHERE p.address_id IS NULL OR p.address_id = b.address_id \
         OR (a.level = 'verified' AND COALESCE(t.head_id, t.id) = b.id)) AS newest WHERE place = 1 ORDER BY customer_id, key";

    /// What goes back, or is to go back, of the orders of a batch, the newest first.
    RETURNS_OF = batch(id TEXT)
        "SELECT r.id, r.brand_id, r.order_id, r.external, r.status, r.reason, r.items, r.amount_minor, r.asked_at \
         FROM b JOIN returns r ON r.order_id = b.id ORDER BY r.asked_at DESC, r.id DESC";

    /// What waits for a human at other proven addresses of the people in a batch of lanes, the gravest first.
    ELSEWHERE_OF = batch(id TEXT, customer_id TEXT)
        "SELECT b.id AS lane, e.id, e.brand_id, e.conversation_id, e.reason, e.priority, e.severity, e.state, \
         e.opened_at, e.due_at, e.agent_id \
         FROM b JOIN customers m ON COALESCE(m.head_id, m.id) = b.customer_id \
         JOIN addresses a ON a.customer_id = m.id AND a.level = 'verified' \
         JOIN conversations c ON c.address_id = a.id AND c.owner <> 'closed' AND c.id <> b.id \
         JOIN escalations e ON e.conversation_id = c.id AND e.state <> 'resolved' \
         ORDER BY e.rank, e.severity DESC, e.opened_at, e.id";

    /// Gives lanes back: of the batch, those node `$2` holds, ready again at `$3`.
    LANES_RELEASE = batch(id TEXT)
        "UPDATE conversations SET lease_node = NULL, lease_until = NULL, ready_at = $3 FROM b \
         WHERE conversations.id = b.id AND conversations.lease_node = $2";

    /// Gives lanes back as if they had not been claimed.
    LANES_UNTRIED = batch(id TEXT)
        "UPDATE conversations SET lease_node = NULL, lease_until = NULL, ready_at = $3, \
         attempts = CASE WHEN attempts > 0 THEN attempts - 1 ELSE 0 END FROM b \
         WHERE conversations.id = b.id AND conversations.lease_node = $2";

    /// Puts lanes of a batch that node `$2` holds aside, for `$3` ms beyond the end of the lease.
    LANES_PARK = batch(id TEXT)
        "UPDATE conversations SET ready_at = COALESCE(lease_until, ready_at) + $3, lease_node = NULL, \
         lease_until = NULL FROM b WHERE conversations.id = b.id AND conversations.lease_node = $2";

    /// Lanes of a batch, held by node `$2`, in which nothing waits after all.
    LANES_IDLE = batch(id TEXT)
        "UPDATE conversations SET lease_node = NULL, lease_until = NULL, ready_at = NULL, run_until = NULL, \
         attempts = 0 FROM b WHERE conversations.id = b.id AND conversations.lease_node = $2 \
         AND conversations.last_in_seq <= conversations.done_seq \
         AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.conversation_id = conversations.id \
         AND m.direction = 'in' AND m.seq > conversations.done_seq)";

    /// When the next lane that nobody holds is ready.
    LANES_NEXT = both
        "SELECT ready_at AS at FROM conversations WHERE ready_at IS NOT NULL AND lease_until IS NULL \
         ORDER BY ready_at LIMIT 1";
}
