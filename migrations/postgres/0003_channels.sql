-- Channels that reach out to platforms: accounts, sealed secrets and health; what platforms tell beside messages; what
-- waits to be fetched; whom to wake. The same on both databases, except for bytes (BLOB and BYTEA).

-- The platform's id of the brand's account; webhooks are told apart by it.
ALTER TABLE channels ADD COLUMN account TEXT;
-- What the platform knows us by, sealed with the key of the installation; JSON inside.
ALTER TABLE channels ADD COLUMN secrets TEXT;
ALTER TABLE channels ADD COLUMN paused_at BIGINT;
CREATE UNIQUE INDEX channels_by_account ON channels (kind, account) WHERE account IS NOT NULL;

ALTER TABLE addresses ADD COLUMN name TEXT;
ALTER TABLE addresses ADD COLUMN language TEXT;
ALTER TABLE addresses ADD COLUMN unreachable_at BIGINT;

ALTER TABLE messages ADD COLUMN aside TEXT;
ALTER TABLE messages ADD COLUMN attachments TEXT;
ALTER TABLE messages ADD COLUMN said_at BIGINT;
ALTER TABLE messages ADD COLUMN edited_at BIGINT;
ALTER TABLE messages ADD COLUMN withdrawn_at BIGINT;
ALTER TABLE messages ADD COLUMN delivered_at BIGINT;
ALTER TABLE messages ADD COLUMN read_at BIGINT;
ALTER TABLE messages ADD COLUMN link TEXT;
-- Pieces of a reply the platform has taken; NULL is none.
ALTER TABLE messages ADD COLUMN pieces_done BIGINT;
-- Receipts come by the platform's id. Not unique: some platforms repeat ids.
CREATE INDEX messages_out_by_external ON messages (channel_id, external) WHERE direction = 'out' AND external IS NOT NULL;
-- What a human wrote in the platform's own inbox comes once.
CREATE UNIQUE INDEX messages_echo_once ON messages (channel_id, external) WHERE author = 'agent' AND agent_id IS NULL;
-- What was said in public.
CREATE INDEX messages_public ON messages (brand_id, at) WHERE visibility <> 'direct';

CREATE TABLE channel_health (
    channel_id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    state TEXT NOT NULL,
    last_event_at BIGINT,
    last_sent_at BIGINT,
    last_error TEXT,
    last_error_at BIGINT,
    checked_at BIGINT,
    findings TEXT NOT NULL
);

CREATE TABLE channel_marks (
    channel_id TEXT NOT NULL,
    key TEXT NOT NULL,
    brand_id TEXT NOT NULL,
    value TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (channel_id, key)
);

CREATE TABLE leases (
    name TEXT NOT NULL PRIMARY KEY,
    node TEXT NOT NULL,
    until BIGINT NOT NULL
);

-- Events of a proven sender that could not be translated, masked, for seven days.
CREATE TABLE odd_events (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL
);
CREATE INDEX odd_events_by_channel ON odd_events (channel_id, at);
CREATE INDEX odd_events_by_time ON odd_events (at);

-- Attachments whose bytes are somewhere: waiting to be fetched, or fetched.
CREATE TABLE attachments (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    message_id TEXT NOT NULL,
    source TEXT NOT NULL,
    state TEXT NOT NULL,
    -- SHA-256 of the bytes, the name of the file.
    hash TEXT,
    -- What the bytes are, by their own look.
    mime TEXT,
    size BIGINT,
    fault TEXT,
    attempts BIGINT NOT NULL,
    due_at BIGINT,
    at BIGINT NOT NULL
);
CREATE INDEX attachments_due ON attachments (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX attachments_by_message ON attachments (message_id);
CREATE INDEX attachments_by_file ON attachments (brand_id, hash) WHERE hash IS NOT NULL;

CREATE TABLE files (
    brand_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    mime TEXT NOT NULL,
    bytes BYTEA NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (brand_id, hash)
);

-- Whom to wake, about what: at most once each (rule, subject, target).
CREATE TABLE alerts (
    id TEXT NOT NULL PRIMARY KEY,
    brand_id TEXT NOT NULL,
    -- Why: urgent, unclaimed, channel_dead.
    rule TEXT NOT NULL,
    -- About what: the id of an escalation, or of a channel and since when.
    subject TEXT NOT NULL,
    -- Whom: the name of the target in the configuration.
    target TEXT NOT NULL,
    conversation_id TEXT,
    channel_id TEXT,
    state TEXT NOT NULL,
    fault TEXT,
    attempts BIGINT NOT NULL,
    due_at BIGINT,
    lease_node TEXT,
    lease_until BIGINT,
    at BIGINT NOT NULL
);
CREATE UNIQUE INDEX alerts_once ON alerts (rule, subject, target);
CREATE INDEX alerts_due ON alerts (due_at) WHERE due_at IS NOT NULL;
