-- Learning from use. The same tables, columns and indexes as ../sqlite/0002_learning.sql; a test compares the two.

-- A text and what it means to the brand. No customer: personal parts are masked, and message_id leads nowhere once the
-- message is gone.
CREATE TABLE lessons (
    brand_id TEXT COLLATE "C" NOT NULL,
    -- SHA-256 of the text without regard to case and blanks: a text of any length is unique by it.
    digest TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    language TEXT COLLATE "C" NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    agent_id TEXT COLLATE "C",
    message_id TEXT COLLATE "C",
    at BIGINT NOT NULL,
    PRIMARY KEY (brand_id, digest)
);

-- A text that every model of the brand must read so.
CREATE TABLE pins (
    brand_id TEXT COLLATE "C" NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    text TEXT COLLATE "C" NOT NULL,
    label TEXT COLLATE "C" NOT NULL,
    agent_id TEXT COLLATE "C",
    at BIGINT NOT NULL,
    PRIMARY KEY (brand_id, digest)
);

CREATE TABLE models (
    brand_id TEXT COLLATE "C" NOT NULL,
    number BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    trained_at BIGINT NOT NULL,
    lessons BIGINT NOT NULL,
    scores TEXT COLLATE "C" NOT NULL,
    note TEXT COLLATE "C" NOT NULL,
    -- NULL once the model is too old to be kept whole.
    bytes BYTEA,
    PRIMARY KEY (brand_id, number)
);
CREATE UNIQUE INDEX models_live ON models (brand_id) WHERE state = 'live';

-- What nobody understood: the messages new intents are found in.
CREATE INDEX decisions_unsure ON decisions (brand_id, at) WHERE intent = 'out_of_scope' OR confidence < 0.5;
