-- Learning from use. The same tables, columns and indexes as ../postgres/0002_learning.sql; a test compares the two.

-- A text and what it means to the brand. No customer: personal parts are masked, and message_id leads nowhere once the
-- message is gone.
CREATE TABLE lessons (
    brand_id TEXT NOT NULL,
    -- SHA-256 of the text without regard to case and blanks: a text of any length is unique by it.
    digest TEXT NOT NULL,
    text TEXT NOT NULL,
    language TEXT NOT NULL,
    label TEXT NOT NULL,
    source TEXT NOT NULL,
    agent_id TEXT,
    message_id TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (brand_id, digest)
);

-- A text that every model of the brand must read so.
CREATE TABLE pins (
    brand_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    text TEXT NOT NULL,
    label TEXT NOT NULL,
    agent_id TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (brand_id, digest)
);

CREATE TABLE models (
    brand_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    trained_at BIGINT NOT NULL,
    lessons BIGINT NOT NULL,
    scores TEXT NOT NULL,
    note TEXT NOT NULL,
    -- NULL once the model is too old to be kept whole.
    bytes BLOB,
    PRIMARY KEY (brand_id, number)
);
CREATE UNIQUE INDEX models_live ON models (brand_id) WHERE state = 'live';

-- What nobody understood: the messages new intents are found in.
CREATE INDEX decisions_unsure ON decisions (brand_id, at) WHERE intent = 'out_of_scope' OR confidence < 0.5;
