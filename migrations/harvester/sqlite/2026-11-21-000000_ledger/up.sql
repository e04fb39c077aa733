-- The harvester's ledger: what was verified, and what each entry is worth.
--
-- Kept for ever: logs with their verified heads, and windows (the apply sequence). Everything else follows from these, the mirror
-- and the roster, and is made again by `rebuild`.

-- A log of a member. `head_*`: the largest checkpoint that was verified and fits all before it. Never smaller again.
CREATE TABLE log (
    id INTEGER PRIMARY KEY,
    origin TEXT NOT NULL UNIQUE,
    member TEXT NOT NULL,
    head_size BIGINT NOT NULL DEFAULT 0,
    head_root BLOB,
    head_note BLOB,
    -- the position up to which entries and records are in the mirror, and up to which they are judged
    mirrored BIGINT NOT NULL DEFAULT 0,
    applied BIGINT NOT NULL DEFAULT 0,
    -- the rules by which they were judged
    rules INTEGER NOT NULL
);

-- A run of entries that was judged in one transaction; a window of one entry that was judged before is a record that
-- was missing and came. The sequence is that of all members together, and the cursor of graph and text index.
CREATE TABLE verified_window (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    log INTEGER NOT NULL REFERENCES log (id),
    first BIGINT NOT NULL,
    behind BIGINT NOT NULL,
    verified_at TEXT NOT NULL
);

CREATE INDEX window_of_log ON verified_window (log, first);

-- Something that a member gave an accession to. `study` is the study that it is part of; none for studies and statements.
CREATE TABLE resource (
    id INTEGER PRIMARY KEY,
    accession TEXT NOT NULL UNIQUE,
    study TEXT,
    puts BIGINT NOT NULL,
    -- none before the first accepted put, else 1 public, 2 suppressed, 3 gone
    state INTEGER,
    reason TEXT,
    successor TEXT
);

CREATE INDEX resource_of_study ON resource (study) WHERE study IS NOT NULL;
CREATE INDEX resource_suppressed ON resource (id) WHERE state = 2;

-- Every entry that was judged. `class`: 1 current, 2 superseded, 3 removed, 4 event, 5 invalid, 6 deferred, 7 unavailable.
-- `bytes`, of a put that is well-formed and legal: what its record's bytes are worth: 1 good, 2 invalid, 3 deferred, 4 missing,
-- 5 other bytes than announced.
CREATE TABLE entry (
    log INTEGER NOT NULL,
    place BIGINT NOT NULL,
    class INTEGER NOT NULL,
    bytes INTEGER,
    resource INTEGER,
    version BIGINT,
    digest BLOB,
    size BIGINT,
    sequence BIGINT NOT NULL,
    PRIMARY KEY (log, place)
) WITHOUT ROWID;

CREATE INDEX entry_of_resource ON entry (resource, version) WHERE version IS NOT NULL;
CREATE INDEX entry_of_digest ON entry (digest) WHERE digest IS NOT NULL;
CREATE INDEX entry_quarantined ON entry (log, place) WHERE class >= 5;

-- How many entries of a log are in each class: kept by triggers, so that it cannot differ from the entries.
CREATE TABLE class_count (
    log INTEGER NOT NULL,
    class INTEGER NOT NULL,
    entries BIGINT NOT NULL,
    PRIMARY KEY (log, class)
) WITHOUT ROWID;

CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN
    INSERT INTO class_count (log, class, entries) VALUES (new.log, new.class, 1)
        ON CONFLICT (log, class) DO UPDATE SET entries = entries + 1;
END;

CREATE TRIGGER entry_reclassed AFTER UPDATE OF class ON entry WHEN old.class <> new.class BEGIN
    UPDATE class_count SET entries = entries - 1 WHERE log = old.log AND class = old.class;
    INSERT INTO class_count (log, class, entries) VALUES (new.log, new.class, 1)
        ON CONFLICT (log, class) DO UPDATE SET entries = entries + 1;
END;

CREATE TRIGGER entry_taken_back AFTER DELETE ON entry BEGIN
    UPDATE class_count SET entries = entries - 1 WHERE log = old.log AND class = old.class;
END;

-- Why an entry is quarantined, or would be if its thing were not gone.
CREATE TABLE quarantine (
    log INTEGER NOT NULL,
    place BIGINT NOT NULL,
    code TEXT NOT NULL,
    sentence TEXT NOT NULL,
    PRIMARY KEY (log, place)
) WITHOUT ROWID;

CREATE TABLE redaction (
    accession TEXT NOT NULL,
    digest BLOB NOT NULL,
    PRIMARY KEY (accession, digest)
) WITHOUT ROWID;

CREATE TABLE promise (
    log INTEGER NOT NULL,
    place BIGINT NOT NULL,
    accession TEXT NOT NULL,
    commitment BLOB NOT NULL,
    PRIMARY KEY (log, place)
) WITHOUT ROWID;

-- Rules of the profile that a record breaks without being refused for it: warnings on the member's report.
CREATE TABLE warning (
    log INTEGER NOT NULL,
    place BIGINT NOT NULL,
    number INTEGER NOT NULL,
    sentence TEXT NOT NULL,
    PRIMARY KEY (log, place, number)
) WITHOUT ROWID;

-- Record bundles that a node serves broken, so that single records stood in: asked for again at every run.
CREATE TABLE broken_bundle (
    log INTEGER NOT NULL,
    bundle BIGINT NOT NULL,
    is_absent BOOLEAN NOT NULL,
    sentence TEXT NOT NULL,
    PRIMARY KEY (log, bundle)
) WITHOUT ROWID;

-- Bytes that a redaction takes out of the mirror, once graph and text index are past `sequence`.
CREATE TABLE erasure (
    log INTEGER NOT NULL,
    place BIGINT NOT NULL,
    digest BLOB NOT NULL,
    sequence BIGINT NOT NULL,
    PRIMARY KEY (log, place)
) WITHOUT ROWID;

-- How the last run of each member ended.
CREATE TABLE run (
    member TEXT PRIMARY KEY NOT NULL,
    state TEXT NOT NULL,
    detail TEXT NOT NULL,
    started_at TEXT NOT NULL,
    seconds DOUBLE NOT NULL,
    fetched BIGINT NOT NULL,
    -- when the member was last found at its newest checkpoint, and when its checkpoint was first found older
    current_at TEXT,
    stale_since TEXT,
    failures INTEGER NOT NULL
);

-- Proven forks: the evidence is in DATA/evidence.
CREATE TABLE fork (
    log INTEGER PRIMARY KEY,
    found_at TEXT NOT NULL,
    sentence TEXT NOT NULL
);

-- States of the whole harvester that answers were computed on (docs/PROTOCOL.md section 7).
CREATE TABLE state (
    id TEXT PRIMARY KEY NOT NULL,
    document BLOB NOT NULL,
    sequence BIGINT NOT NULL,
    made_at TEXT NOT NULL
);

CREATE INDEX state_of_sequence ON state (sequence);
