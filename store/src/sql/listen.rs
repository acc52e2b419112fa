//! Statements of the door.

use super::statements;

statements! {
    /// The addresses of a batch that are there.
    ADDRESSES_FIND = batch(channel_id TEXT, external TEXT)
        "SELECT a.id, a.channel_id, a.external, a.name, a.language, a.unreachable_at FROM addresses a \
         JOIN b ON a.channel_id = b.channel_id AND a.external = b.external";

    /// The addresses of a batch that are not, of channels that are. Sorted, so that two nodes never wait for each other.
    ADDRESSES_ADD = batch(id TEXT, brand_id TEXT, channel_id TEXT, external TEXT, name TEXT, language TEXT, at BIGINT)
        "INSERT INTO addresses (id, brand_id, channel_id, external, level, name, language, created_at) \
         SELECT b.id, b.brand_id, b.channel_id, b.external, 'anonymous', b.name, b.language, b.at FROM b \
         JOIN channels h ON h.id = b.channel_id WHERE TRUE ORDER BY b.channel_id, b.external ON CONFLICT (channel_id, external) DO NOTHING";

    /// What platforms tell anew about addresses of a batch. Who writes can be reached.
    ADDRESSES_LEARN = batch(id TEXT, name TEXT, language TEXT)
        "UPDATE addresses SET name = COALESCE(b.name, addresses.name), language = COALESCE(b.language, addresses.language), \
         unreachable_at = NULL FROM b WHERE addresses.id = b.id";

    /// One row a conversation of a channel that is there: gives `taken` places and moves the close of the run. `ready_at` and `run_until` come as
    /// they would be in a new conversation; an open run keeps its latest close. Sorted like every lock on lanes.
    LANES_TAKE = batch(id TEXT, brand_id TEXT, channel_id TEXT, address_id TEXT, taken BIGINT, run_until BIGINT, ready_at BIGINT, at BIGINT)
        "INSERT INTO conversations (id, brand_id, channel_id, address_id, owner, epoch, rev, misses, last_seq, \
         last_in_seq, done_seq, run_until, ready_at, attempts, created_at, last_at) \
         SELECT b.id, b.brand_id, b.channel_id, b.address_id, 'bot', 0, 0, 0, b.taken, b.taken, 0, \
         b.run_until, CASE WHEN b.run_until < b.ready_at THEN b.run_until ELSE b.ready_at END, 0, b.at, b.at FROM b \
         JOIN channels h ON h.id = b.channel_id WHERE TRUE ORDER BY b.address_id \
         ON CONFLICT (address_id) WHERE owner <> 'closed' DO UPDATE SET \
         last_seq = conversations.last_seq + excluded.last_seq, \
         last_in_seq = conversations.last_seq + excluded.last_seq, \
         run_until = COALESCE(conversations.run_until, excluded.run_until), \
         ready_at = CASE WHEN conversations.owner = 'agent' THEN excluded.last_at \
             WHEN conversations.run_until < excluded.ready_at THEN conversations.run_until \
             ELSE excluded.ready_at END, \
         last_at = excluded.last_at \
         RETURNING conversations.id, conversations.address_id, conversations.last_seq";

    /// The messages of a batch; those whose unique key is taken are left out, and on PostgreSQL those whose person was erased
    /// since their address was read (one writer at a time has nobody in between).
    MESSAGES_ACCEPT = sqlite
        "WITH b AS (SELECT value ->> 'id' AS id, value ->> 'brand_id' AS brand_id, \
         value ->> 'conversation_id' AS conversation_id, value ->> 'channel_id' AS channel_id, value ->> 'seq' AS seq, \
         value ->> 'external' AS external, value ->> 'text' AS text, value ->> 'visibility' AS visibility, value ->> 'at' AS at, \
         value ->> 'attachments' AS attachments, value ->> 'said_at' AS said_at, value ->> 'link' AS link FROM json_each($1)) \
         INSERT INTO messages (id, brand_id, conversation_id, channel_id, seq, direction, author, external, text, \
         quick_replies, visibility, state, at, attempts, attachments, said_at, link) \
         SELECT b.id, b.brand_id, b.conversation_id, b.channel_id, b.seq, 'in', 'customer', b.external, b.text, \
         '[]', b.visibility, 'accepted', b.at, 0, b.attachments, b.said_at, b.link FROM b \
         WHERE TRUE ON CONFLICT DO NOTHING"
        postgres
        "WITH b AS (SELECT * FROM json_to_recordset($1::text::json) AS r(id TEXT, brand_id TEXT, conversation_id TEXT, \
         channel_id TEXT, seq BIGINT, external TEXT, text TEXT, visibility TEXT, at BIGINT, attachments TEXT, said_at BIGINT, \
         link TEXT)) INSERT INTO messages (id, brand_id, conversation_id, channel_id, seq, direction, author, external, text, \
         quick_replies, visibility, state, at, attempts, attachments, said_at, link) \
         SELECT b.id, b.brand_id, b.conversation_id, b.channel_id, b.seq, 'in', 'customer', b.external, b.text, \
         '[]', b.visibility, 'accepted', b.at, 0, b.attachments, b.said_at, b.link FROM b \
         JOIN conversations c ON c.id = b.conversation_id JOIN addresses a ON a.id = c.address_id \
         WHERE a.external <> 'erased:' || a.id ON CONFLICT DO NOTHING";

    /// Attachments of a batch whose bytes are to be fetched.
    ATTACHMENTS_ADD = batch(id TEXT, brand_id TEXT, channel_id TEXT, message_id TEXT, source TEXT, at BIGINT)
        "INSERT INTO attachments (id, brand_id, channel_id, message_id, source, state, attempts, due_at, at) \
         SELECT b.id, b.brand_id, b.channel_id, b.message_id, b.source, 'waiting', 0, b.at, b.at FROM b";

    /// The messages of a batch that are there already.
    MESSAGES_KNOWN = batch(channel_id TEXT, external TEXT)
        "SELECT m.id, m.conversation_id, c.address_id, m.channel_id, m.external FROM b \
         JOIN messages m ON m.channel_id = b.channel_id AND m.external = b.external AND m.direction = 'in' \
         JOIN conversations c ON c.id = m.conversation_id";
}
