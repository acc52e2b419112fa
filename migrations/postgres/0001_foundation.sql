-- The foundation. The same tables, columns and indexes as ../sqlite/0001_foundation.sql; a test compares the two.
-- Ids, enums and JSON are TEXT, times are epoch milliseconds. Rows and keys begin with the brand, or with something
-- that belongs to exactly one brand. COLLATE "C" orders text as SQLite does, by bytes, whatever the server's locale.
-- The tables of the hot path (conversations, messages, decisions, changes) have no foreign keys: each would lock a
-- row that every message of the brand shares.

CREATE TABLE brands (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    slug TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    demo BOOLEAN NOT NULL,
    settings TEXT COLLATE "C" NOT NULL,
    facts TEXT COLLATE "C" NOT NULL,
    rev BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX brands_by_slug ON brands (slug);

CREATE TABLE channels (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    brand_id TEXT COLLATE "C" NOT NULL REFERENCES brands (id),
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    delivery TEXT COLLATE "C" NOT NULL,
    settings TEXT COLLATE "C" NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX channels_by_name ON channels (brand_id, name);

CREATE TABLE customers (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    brand_id TEXT COLLATE "C" NOT NULL REFERENCES brands (id),
    external_id TEXT COLLATE "C",
    name TEXT COLLATE "C",
    -- The name without accents, in lower case: what the desk searches.
    folded TEXT COLLATE "C",
    email TEXT COLLATE "C",
    phone TEXT COLLATE "C",
    language TEXT COLLATE "C",
    rev BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX customers_by_external ON customers (brand_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX customers_by_email ON customers (brand_id, email) WHERE email IS NOT NULL;
CREATE INDEX customers_by_folded ON customers (brand_id, folded);

CREATE TABLE addresses (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    brand_id TEXT COLLATE "C" NOT NULL,
    channel_id TEXT COLLATE "C" NOT NULL,
    external TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C",
    level TEXT COLLATE "C" NOT NULL,
    opted_out_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX addresses_by_external ON addresses (channel_id, external);
CREATE INDEX addresses_by_customer ON addresses (customer_id) WHERE customer_id IS NOT NULL;

-- A conversation is a lane (docs/decisions/0002): who holds it and when it may be claimed stand in its own row.
CREATE TABLE conversations (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    brand_id TEXT COLLATE "C" NOT NULL,
    channel_id TEXT COLLATE "C" NOT NULL,
    address_id TEXT COLLATE "C" NOT NULL,
    owner TEXT COLLATE "C" NOT NULL,
    epoch BIGINT NOT NULL,
    rev BIGINT NOT NULL,
    agent_id TEXT COLLATE "C",
    language TEXT COLLATE "C",
    open_question TEXT COLLATE "C",
    misses INTEGER NOT NULL,
    last_seq BIGINT NOT NULL,
    last_in_seq BIGINT NOT NULL,
    -- Inbound messages with a greater seq wait to be decided.
    done_seq BIGINT NOT NULL,
    -- When the open run closes at the latest, however fast the customer types; NULL once it is claimed.
    run_until BIGINT,
    -- When the open run closes and may be claimed; NULL when nothing waits.
    ready_at BIGINT,
    lease_node TEXT COLLATE "C",
    lease_until BIGINT,
    attempts INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX conversations_open ON conversations (address_id) WHERE owner <> 'closed';
CREATE INDEX conversations_by_address ON conversations (address_id, id);
CREATE INDEX conversations_ready ON conversations (ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX conversations_by_owner ON conversations (brand_id, owner, last_at, id);
CREATE INDEX conversations_with_humans ON conversations (brand_id, last_at) WHERE owner IN ('waiting', 'agent');

-- An inbound message is its own inbox row, a reply its own outbox row.
CREATE TABLE messages (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    brand_id TEXT COLLATE "C" NOT NULL,
    conversation_id TEXT COLLATE "C" NOT NULL,
    channel_id TEXT COLLATE "C" NOT NULL,
    seq BIGINT NOT NULL,
    direction TEXT COLLATE "C" NOT NULL,
    author TEXT COLLATE "C" NOT NULL,
    agent_id TEXT COLLATE "C",
    external TEXT COLLATE "C",
    text TEXT COLLATE "C" NOT NULL,
    quick_replies TEXT COLLATE "C" NOT NULL,
    -- The run a bot reply answers: its first and last inbound seq.
    answers_first BIGINT,
    answers_last BIGINT,
    visibility TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    fault TEXT COLLATE "C",
    -- Why it must not be tried again once its send comes back undone.
    taken_back TEXT COLLATE "C",
    attempts INTEGER NOT NULL,
    -- Not to be sent before; NULL for what never waits in the outbox.
    send_at BIGINT,
    lease_node TEXT COLLATE "C",
    lease_until BIGINT
);
CREATE UNIQUE INDEX messages_by_seq ON messages (conversation_id, seq);
CREATE UNIQUE INDEX messages_in_once ON messages (channel_id, external) WHERE direction = 'in';
CREATE INDEX messages_outbox ON messages (send_at) WHERE state = 'queued';
CREATE INDEX messages_unsent ON messages (conversation_id, seq) WHERE state IN ('queued', 'sending');

CREATE TABLE decisions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    brand_id TEXT COLLATE "C" NOT NULL,
    conversation_id TEXT COLLATE "C" NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    policy TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    intent TEXT COLLATE "C" NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    sentiment TEXT COLLATE "C" NOT NULL,
    score DOUBLE PRECISION NOT NULL,
    complaint DOUBLE PRECISION NOT NULL,
    urgent BOOLEAN NOT NULL,
    -- The whole reading, JSON; the columns above are copies of its parts that pages count and filter by.
    reading TEXT COLLATE "C" NOT NULL,
    templates TEXT COLLATE "C" NOT NULL,
    known TEXT COLLATE "C" NOT NULL,
    reply_id TEXT COLLATE "C",
    at BIGINT NOT NULL
);
-- A message is decided once.
CREATE UNIQUE INDEX decisions_once ON decisions (conversation_id, last_seq);
CREATE INDEX decisions_without_fact ON decisions (brand_id, at) WHERE reason = 'fact_missing';

CREATE TABLE escalations (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    brand_id TEXT COLLATE "C" NOT NULL,
    conversation_id TEXT COLLATE "C" NOT NULL,
    reason TEXT COLLATE "C" NOT NULL,
    priority TEXT COLLATE "C" NOT NULL,
    -- The priority as a number, 0 burns most, so that the database can order by it.
    rank INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    opened_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    agent_id TEXT COLLATE "C",
    claimed_at BIGINT,
    resolved_at BIGINT
);
CREATE UNIQUE INDEX escalations_open ON escalations (conversation_id) WHERE state <> 'resolved';
CREATE INDEX escalations_queue ON escalations (brand_id, rank, severity DESC, opened_at) WHERE state <> 'resolved';
CREATE INDEX escalations_by_conversation ON escalations (conversation_id);

CREATE TABLE orders (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    brand_id TEXT COLLATE "C" NOT NULL REFERENCES brands (id),
    customer_id TEXT COLLATE "C" NOT NULL REFERENCES customers (id),
    number TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL,
    ordered_at BIGINT NOT NULL,
    due_at BIGINT,
    currency TEXT COLLATE "C" NOT NULL,
    total_minor BIGINT NOT NULL,
    items TEXT COLLATE "C" NOT NULL,
    tracking_url TEXT COLLATE "C"
);
CREATE UNIQUE INDEX orders_by_number ON orders (brand_id, number);
CREATE INDEX orders_by_customer ON orders (customer_id, ordered_at);

CREATE TABLE products (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    brand_id TEXT COLLATE "C" NOT NULL REFERENCES brands (id),
    sku TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    category TEXT COLLATE "C",
    price_minor BIGINT NOT NULL,
    currency TEXT COLLATE "C" NOT NULL,
    stock BIGINT,
    url TEXT COLLATE "C",
    description TEXT COLLATE "C"
);
CREATE UNIQUE INDEX products_by_sku ON products (brand_id, sku);

CREATE TABLE preferences (
    customer_id TEXT COLLATE "C" NOT NULL REFERENCES customers (id),
    key TEXT COLLATE "C" NOT NULL,
    brand_id TEXT COLLATE "C" NOT NULL REFERENCES brands (id),
    value TEXT COLLATE "C" NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (customer_id, key)
);

CREATE TABLE agents (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    email TEXT COLLATE "C" NOT NULL,
    role TEXT COLLATE "C" NOT NULL,
    password TEXT COLLATE "C",
    failures INTEGER NOT NULL,
    -- When the last of them was.
    failed_at BIGINT,
    locked_until BIGINT,
    disabled_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX agents_by_email ON agents (email);

-- One-time links to set a password; without an agent: the link of the first owner.
CREATE TABLE invitations (
    token TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    agent_id TEXT COLLATE "C" REFERENCES agents (id),
    valid_until BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE logins (
    token TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    agent_id TEXT COLLATE "C" NOT NULL REFERENCES agents (id),
    valid_until BIGINT NOT NULL
);
CREATE INDEX logins_by_agent ON logins (agent_id);

CREATE TABLE templates (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    brand_id TEXT COLLATE "C" NOT NULL REFERENCES brands (id),
    key TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    -- Empty for every channel without a text of its own, because unique keys do not compare NULL.
    channel TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    published_by TEXT COLLATE "C",
    published_at BIGINT NOT NULL,
    restores BIGINT
);
CREATE UNIQUE INDEX templates_by_name ON templates (brand_id, key, language, channel, version);

-- The change feed: what caches and live pages hang on.
CREATE TABLE changes (
    number BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    brand_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL,
    address_id TEXT COLLATE "C",
    at BIGINT NOT NULL
);
