-- The node's database: a projection of the storage root and the log, rebuilt from them by `omma-node rebuild`.
-- Plain types only (text, bigint, boolean, integer), so that PostgreSQL has the same tables.

-- How far the log has been applied: one row.
CREATE TABLE log_position (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    size BIGINT NOT NULL,
    root TEXT NOT NULL
);

-- Every `put` of the log: an id in a version.
CREATE TABLE record (
    id TEXT NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- the study that it belongs to, itself for a study; null for a statement
    study TEXT,
    digest TEXT NOT NULL,
    size BIGINT NOT NULL,
    log_index BIGINT NOT NULL,
    time TEXT NOT NULL,
    redacted BOOLEAN NOT NULL,
    PRIMARY KEY (id, version)
) WITHOUT ROWID;
-- no index on study: what is part of a study has an id that begins with the study's and a dash
CREATE UNIQUE INDEX record_by_log_index ON record (log_index);

-- Ids that are suppressed or gone, by the newest operation on the id itself. An id without a row is public,
-- unless its study's row says otherwise.
CREATE TABLE standing (
    id TEXT NOT NULL PRIMARY KEY,
    operation TEXT NOT NULL,
    reason TEXT NOT NULL,
    replaced_by TEXT,
    log_index BIGINT NOT NULL,
    time TEXT NOT NULL
) WITHOUT ROWID;

-- Studies: what lists and pages ask for without opening the storage.
CREATE TABLE study (
    id TEXT NOT NULL PRIMARY KEY,
    serial BIGINT NOT NULL,
    -- SHA-256 of the source's identifier, by which a study is known again
    source_key TEXT NOT NULL,
    latest_version BIGINT NOT NULL,
    -- SHA-256 over what was deposited (study and manifest), by which an unchanged study is known
    fingerprint TEXT NOT NULL,
    title TEXT NOT NULL,
    released TEXT,
    issued TEXT NOT NULL,
    modified TEXT NOT NULL,
    catalogued BOOLEAN NOT NULL,
    images BIGINT NOT NULL,
    files BIGINT NOT NULL,
    bytes BIGINT NOT NULL
);
CREATE UNIQUE INDEX study_by_serial ON study (serial);
CREATE UNIQUE INDEX study_by_source ON study (source_key);

-- Images: where the next version finds the same image again.
CREATE TABLE image (
    id TEXT NOT NULL PRIMARY KEY,
    study TEXT NOT NULL,
    serial BIGINT NOT NULL,
    -- what makes it the same image: its first file's path
    image_key TEXT NOT NULL,
    title TEXT NOT NULL,
    -- SHA-256 of the description without salt and of the files, by which an unchanged image is known
    fingerprint TEXT NOT NULL,
    -- the version of the study whose files its record names
    files_version BIGINT NOT NULL,
    -- false once a version of the study came without it
    present BOOLEAN NOT NULL
) WITHOUT ROWID;
CREATE INDEX image_by_serial ON image (study, serial);

-- Files of study versions; a row holds from version `since` up to but not including `until`.
CREATE TABLE file (
    study TEXT NOT NULL,
    path TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    bytes BIGINT NOT NULL,
    sha256 TEXT NOT NULL,
    media_type TEXT NOT NULL,
    image TEXT,
    -- the key of its bytes in the storage; null once they have been erased
    content_key TEXT,
    PRIMARY KEY (study, path, since)
) WITHOUT ROWID;
