-- The person: one customer over many addresses and many systems, what they bought, like and agreed to, and their right to be
-- forgotten. The same tables, columns and indexes as ../postgres/0004_customer.sql; a test compares the two.

-- Two customers that are one person: a pointer, nothing is moved, so that taking it away restores both sides exactly
-- (docs/decisions/0011). merged_into is whom somebody confirmed; head_id is where that leads in the end. NULL is nobody else.
ALTER TABLE customers ADD COLUMN merged_into TEXT;
ALTER TABLE customers ADD COLUMN head_id TEXT;
-- The phone as digits with its country code: what phones are compared and searched by.
ALTER TABLE customers ADD COLUMN digits TEXT;
ALTER TABLE customers ADD COLUMN tier TEXT;
ALTER TABLE customers ADD COLUMN opted_out_at BIGINT;
ALTER TABLE customers ADD COLUMN erased_at BIGINT;
ALTER TABLE customers ADD COLUMN updated_at BIGINT;
UPDATE customers SET digits = REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(phone, ' ', ''), '.', ''), '-', ''), '(', ''), ')', '')
    WHERE phone IS NOT NULL;
UPDATE customers SET digits = SUBSTR(digits, 2) WHERE digits LIKE '+%';
UPDATE customers SET digits = '84' || SUBSTR(digits, 2) WHERE digits LIKE '0%';
CREATE INDEX customers_by_person ON customers (COALESCE(head_id, id));
-- Searched at the desk by a part of it: the index alone is read through, in the order of the pages.
CREATE INDEX customers_by_digits ON customers (brand_id, digits, id) WHERE digits IS NOT NULL;
DROP INDEX customers_by_folded;
CREATE INDEX customers_by_folded ON customers (brand_id, folded, id);
DROP INDEX customers_by_email;
CREATE INDEX customers_by_email ON customers (brand_id, email, id) WHERE email IS NOT NULL;
CREATE INDEX customers_by_age ON customers (brand_id, id);

-- The number as small letters and digits: MH-10234 is mh10234.
ALTER TABLE orders ADD COLUMN compact TEXT;
ALTER TABLE orders ADD COLUMN carrier TEXT;
ALTER TABLE orders ADD COLUMN tracking_number TEXT;
ALTER TABLE orders ADD COLUMN shipped_at BIGINT;
ALTER TABLE orders ADD COLUMN delivered_at BIGINT;
-- Where it was told last: csv, api, shopify, woocommerce.
ALTER TABLE orders ADD COLUMN source TEXT;
-- The shop's own time of the last change: what is older never overwrites it.
ALTER TABLE orders ADD COLUMN changed_at BIGINT;
-- The shop system's own id of it, after the name of the system: what its other events name it by.
ALTER TABLE orders ADD COLUMN external TEXT;
UPDATE orders SET compact = LOWER(REPLACE(REPLACE(REPLACE(REPLACE(number, '-', ''), ' ', ''), '#', ''), '_', ''));
CREATE INDEX orders_by_compact ON orders (brand_id, compact, id);
-- And from behind the letters it begins with: people remember 10234.
CREATE INDEX orders_by_tail ON orders (brand_id, ltrim(compact, 'abcdefghijklmnopqrstuvwxyz'), id);
CREATE INDEX orders_by_age ON orders (brand_id, id);
CREATE INDEX orders_by_external ON orders (brand_id, external) WHERE external IS NOT NULL;
CREATE INDEX products_by_age ON products (brand_id, id);

CREATE TABLE returns (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    -- The shop's own id of it.
    external TEXT NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    items TEXT NOT NULL,
    amount_minor BIGINT,
    asked_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX returns_once ON returns (brand_id, external);
CREATE INDEX returns_by_order ON returns (order_id);

-- Who says so: stated, observed, imported, agent.
ALTER TABLE preferences ADD COLUMN source TEXT NOT NULL DEFAULT 'imported';
-- Where it was stated: it may be used there even when the address is not verified.
ALTER TABLE preferences ADD COLUMN address_id TEXT;
ALTER TABLE preferences ADD COLUMN message_id TEXT;
-- Forgotten: kept without its value, so that it is not observed again.
ALTER TABLE preferences ADD COLUMN forgotten_at BIGINT;
CREATE INDEX preferences_by_address ON preferences (address_id) WHERE address_id IS NOT NULL;

-- Every act that tied an address to a customer, or two customers to each other, and what was before.
CREATE TABLE joins (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    -- code, link, order_proof, agent.
    how TEXT NOT NULL,
    -- Whom it was joined to.
    customer_id TEXT NOT NULL,
    -- The customer that was merged into that one.
    merged_id TEXT,
    -- The address that was tied, and what it was before and after.
    address_id TEXT,
    customer_before TEXT,
    level_before TEXT,
    level_after TEXT,
    evidence TEXT NOT NULL,
    agent_id TEXT,
    at BIGINT NOT NULL,
    undone_at BIGINT,
    undone_by TEXT
);
CREATE INDEX joins_by_customer ON joins (customer_id, at);
CREATE INDEX joins_by_merged ON joins (merged_id) WHERE merged_id IS NOT NULL;
CREATE INDEX joins_by_address ON joins (address_id) WHERE address_id IS NOT NULL;

-- Who may be one person: for an agent to confirm or refuse. A pair is asked about once.
CREATE TABLE suggestions (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    -- The customer it is about.
    customer_id TEXT NOT NULL,
    -- Who may be them: another customer or an address, by its id.
    other TEXT NOT NULL,
    other_kind TEXT NOT NULL,
    evidence TEXT NOT NULL,
    state TEXT NOT NULL,
    agent_id TEXT,
    at BIGINT NOT NULL,
    decided_at BIGINT
);
CREATE UNIQUE INDEX suggestions_once ON suggestions (brand_id, customer_id, other);
CREATE INDEX suggestions_open ON suggestions (brand_id, at) WHERE state = 'open';
CREATE INDEX suggestions_by_other ON suggestions (other);

-- One-time codes a proven person gets here and types there; only their hash.
CREATE TABLE link_codes (
    hash TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    customer_id TEXT NOT NULL,
    -- Where it was asked for.
    address_id TEXT NOT NULL,
    valid_until BIGINT NOT NULL,
    used_at BIGINT,
    used_by TEXT
);
CREATE INDEX link_codes_by_customer ON link_codes (customer_id);
CREATE INDEX link_codes_by_time ON link_codes (valid_until);

-- Tries to prove who somebody is: what rate limits count. subject is an address, or an order that was named.
CREATE TABLE proof_tries (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    kind TEXT NOT NULL,
    succeeded BOOLEAN NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX proof_tries_by_subject ON proof_tries (subject, at);
CREATE INDEX proof_tries_by_time ON proof_tries (at);

-- Who may use the REST API; only the hash of the token.
CREATE TABLE api_tokens (
    hash TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    brand_id TEXT NOT NULL,
    name TEXT NOT NULL,
    scopes TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    valid_until BIGINT,
    revoked_at BIGINT
);
CREATE UNIQUE INDEX api_tokens_by_id ON api_tokens (id);
CREATE INDEX api_tokens_by_brand ON api_tokens (brand_id);

-- What was answered to an Idempotency-Key.
CREATE TABLE api_answers (
    token_id TEXT NOT NULL,
    key TEXT NOT NULL,
    brand_id TEXT NOT NULL,
    -- SHA-256 of method, path and body: the same key for something else is refused.
    digest TEXT NOT NULL,
    -- NULL while the first request is under way.
    status INTEGER,
    body TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (token_id, key)
);
CREATE INDEX api_answers_by_time ON api_answers (at);

-- Shop systems that tell of orders.
CREATE TABLE shops (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    -- The signing secret, sealed with the key of the installation.
    secret TEXT NOT NULL,
    -- Put before its ids of customers, so that two systems of one brand never mean each other's.
    prefix TEXT NOT NULL DEFAULT '',
    paused_at BIGINT,
    last_event_at BIGINT,
    last_error TEXT,
    last_error_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX shops_by_name ON shops (brand_id, name);

-- Which of their events were taken: each once.
CREATE TABLE shop_events (
    shop_id TEXT NOT NULL,
    external TEXT NOT NULL,
    brand_id TEXT NOT NULL,
    topic TEXT NOT NULL,
    -- taken, ignored or refused, and why.
    outcome TEXT NOT NULL,
    reason TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (shop_id, external)
);
CREATE INDEX shop_events_by_time ON shop_events (at);

-- What the brand's own systems are told: the outbox of webhooks to a CRM.
CREATE TABLE notices (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- About what: the id of a conversation.
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    fault TEXT,
    attempts BIGINT NOT NULL,
    due_at BIGINT,
    lease_node TEXT,
    lease_until BIGINT,
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX notices_once ON notices (brand_id, kind, subject);
CREATE INDEX notices_due ON notices (due_at) WHERE due_at IS NOT NULL;

-- Who was erased, when and by whom; nothing about them.
CREATE TABLE erasures (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    -- The tombstone that is left; NULL where words went by their age.
    customer_id TEXT,
    -- desk, api, cli, retention.
    by_whom TEXT NOT NULL,
    agent_id TEXT,
    counts TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX erasures_by_brand ON erasures (brand_id, at);

-- When it ended, and what it was about in codes.
ALTER TABLE conversations ADD COLUMN ended_at BIGINT;
ALTER TABLE conversations ADD COLUMN summary TEXT;
-- Whose it is for good: the verified customer who had the address until it passed to somebody else; it is closed. NULL is
-- whoever has the address.
ALTER TABLE conversations ADD COLUMN customer_id TEXT;
CREATE INDEX conversations_by_customer ON conversations (customer_id, id) WHERE customer_id IS NOT NULL;
UPDATE conversations SET ended_at = last_at WHERE owner = 'closed';
CREATE INDEX conversations_to_sum_up ON conversations (ended_at) WHERE ended_at IS NOT NULL AND summary IS NULL;
-- Since when its words are gone, erased or too old.
ALTER TABLE conversations ADD COLUMN emptied_at BIGINT;
CREATE INDEX conversations_worded ON conversations (brand_id, last_at) WHERE owner = 'closed' AND emptied_at IS NULL;
CREATE INDEX conversations_by_age ON conversations (brand_id, id);

ALTER TABLE messages ADD COLUMN erased_at BIGINT;
-- Written without being asked: what caps count.
ALTER TABLE messages ADD COLUMN unasked BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX messages_unasked ON messages (conversation_id, at) WHERE unasked;
