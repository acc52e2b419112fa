-- The foundation. The same tables, columns and indexes as ../postgres/0001_foundation.sql; a test compares the two.
-- Ids, enums and JSON are TEXT, times are epoch milliseconds. Rows and keys begin with the brand, or with something
-- that belongs to exactly one brand. The tables of the hot path (conversations, messages, decisions, changes) have no
-- foreign keys: on PostgreSQL each would lock a row that every message of the brand shares.

CREATE TABLE brands (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    demo BOOLEAN NOT NULL,
    settings TEXT NOT NULL,
    facts TEXT NOT NULL,
    rev BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX brands_by_slug ON brands (slug);

CREATE TABLE channels (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL REFERENCES brands (id),
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    delivery TEXT NOT NULL,
    settings TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX channels_by_name ON channels (brand_id, name);

CREATE TABLE customers (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL REFERENCES brands (id),
    external_id TEXT,
    name TEXT,
    -- The name without accents, in lower case: what the desk searches.
    folded TEXT,
    email TEXT,
    phone TEXT,
    language TEXT,
    rev BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX customers_by_external ON customers (brand_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX customers_by_email ON customers (brand_id, email) WHERE email IS NOT NULL;
CREATE INDEX customers_by_folded ON customers (brand_id, folded);

CREATE TABLE addresses (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    external TEXT NOT NULL,
    customer_id TEXT,
    level TEXT NOT NULL,
    opted_out_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX addresses_by_external ON addresses (channel_id, external);
CREATE INDEX addresses_by_customer ON addresses (customer_id) WHERE customer_id IS NOT NULL;

-- A conversation is a lane (docs/decisions/0002): who holds it and when it may be claimed stand in its own row.
CREATE TABLE conversations (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    address_id TEXT NOT NULL,
    owner TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    rev BIGINT NOT NULL,
    agent_id TEXT,
    language TEXT,
    open_question TEXT,
    misses INTEGER NOT NULL,
    last_seq BIGINT NOT NULL,
    last_in_seq BIGINT NOT NULL,
    -- Inbound messages with a greater seq wait to be decided.
    done_seq BIGINT NOT NULL,
    -- When the open run closes at the latest, however fast the customer types; NULL once it is claimed.
    run_until BIGINT,
    -- When the open run closes and may be claimed; NULL when nothing waits.
    ready_at BIGINT,
    lease_node TEXT,
    lease_until BIGINT,
    attempts INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX conversations_open ON conversations (address_id) WHERE owner <> 'closed';
CREATE INDEX conversations_by_address ON conversations (address_id, id);
CREATE INDEX conversations_ready ON conversations (ready_at) WHERE ready_at IS NOT NULL;
CREATE INDEX conversations_by_owner ON conversations (brand_id, owner, last_at, id);
CREATE INDEX conversations_with_humans ON conversations (brand_id, last_at) WHERE owner IN ('waiting', 'agent');

-- An inbound message is its own inbox row, a reply its own outbox row.
CREATE TABLE messages (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    direction TEXT NOT NULL,
    author TEXT NOT NULL,
    agent_id TEXT,
    external TEXT,
    text TEXT NOT NULL,
    quick_replies TEXT NOT NULL,
    -- The run a bot reply answers: its first and last inbound seq.
    answers_first BIGINT,
    answers_last BIGINT,
    visibility TEXT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    fault TEXT,
    -- Why it must not be tried again once its send comes back undone.
    taken_back TEXT,
    attempts INTEGER NOT NULL,
    -- Not to be sent before; NULL for what never waits in the outbox.
    send_at BIGINT,
    lease_node TEXT,
    lease_until BIGINT
);
CREATE UNIQUE INDEX messages_by_seq ON messages (conversation_id, seq);
CREATE UNIQUE INDEX messages_in_once ON messages (channel_id, external) WHERE direction = 'in';
CREATE INDEX messages_outbox ON messages (send_at) WHERE state = 'queued';
CREATE INDEX messages_unsent ON messages (conversation_id, seq) WHERE state IN ('queued', 'sending');

CREATE TABLE decisions (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    first_seq BIGINT NOT NULL,
    last_seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    policy TEXT NOT NULL,
    reason TEXT NOT NULL,
    language TEXT NOT NULL,
    intent TEXT NOT NULL,
    confidence DOUBLE PRECISION NOT NULL,
    sentiment TEXT NOT NULL,
    score DOUBLE PRECISION NOT NULL,
    complaint DOUBLE PRECISION NOT NULL,
    urgent BOOLEAN NOT NULL,
    -- The whole reading, JSON; the columns above are copies of its parts that pages count and filter by.
    reading TEXT NOT NULL,
    templates TEXT NOT NULL,
    known TEXT NOT NULL,
    reply_id TEXT,
    at BIGINT NOT NULL
);
-- A message is decided once.
CREATE UNIQUE INDEX decisions_once ON decisions (conversation_id, last_seq);
CREATE INDEX decisions_without_fact ON decisions (brand_id, at) WHERE reason = 'fact_missing';

CREATE TABLE escalations (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    conversation_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    priority TEXT NOT NULL,
    -- The priority as a number, 0 burns most, so that the database can order by it.
    rank INTEGER NOT NULL,
    severity INTEGER NOT NULL,
    state TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    agent_id TEXT,
    claimed_at BIGINT,
    resolved_at BIGINT
);
CREATE UNIQUE INDEX escalations_open ON escalations (conversation_id) WHERE state <> 'resolved';
CREATE INDEX escalations_queue ON escalations (brand_id, rank, severity DESC, opened_at) WHERE state <> 'resolved';
CREATE INDEX escalations_by_conversation ON escalations (conversation_id);

CREATE TABLE orders (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL REFERENCES brands (id),
    customer_id TEXT NOT NULL REFERENCES customers (id),
    number TEXT NOT NULL,
    status TEXT NOT NULL,
    ordered_at BIGINT NOT NULL,
    due_at BIGINT,
    currency TEXT NOT NULL,
    total_minor BIGINT NOT NULL,
    items TEXT NOT NULL,
    tracking_url TEXT
);
CREATE UNIQUE INDEX orders_by_number ON orders (brand_id, number);
CREATE INDEX orders_by_customer ON orders (customer_id, ordered_at);

CREATE TABLE products (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL REFERENCES brands (id),
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    category TEXT,
    price_minor BIGINT NOT NULL,
    currency TEXT NOT NULL,
    stock BIGINT,
    url TEXT,
    description TEXT
);
CREATE UNIQUE INDEX products_by_sku ON products (brand_id, sku);

CREATE TABLE preferences (
    customer_id TEXT NOT NULL REFERENCES customers (id),
    key TEXT NOT NULL,
    brand_id TEXT NOT NULL REFERENCES brands (id),
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (customer_id, key)
);

CREATE TABLE agents (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    password TEXT,
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
    token TEXT NOT NULL PRIMARY KEY,
    agent_id TEXT REFERENCES agents (id),
    valid_until BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE logins (
    token TEXT NOT NULL PRIMARY KEY,
    agent_id TEXT NOT NULL REFERENCES agents (id),
    valid_until BIGINT NOT NULL
);
CREATE INDEX logins_by_agent ON logins (agent_id);

CREATE TABLE templates (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL REFERENCES brands (id),
    key TEXT NOT NULL,
    language TEXT NOT NULL,
    -- Empty for every channel without a text of its own, because unique keys do not compare NULL.
    channel TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    published_by TEXT,
    published_at BIGINT NOT NULL,
    restores BIGINT
);
CREATE UNIQUE INDEX templates_by_name ON templates (brand_id, key, language, channel, version);

-- The change feed: what caches and live pages hang on.
CREATE TABLE changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    brand_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    address_id TEXT,
    at BIGINT NOT NULL
);
