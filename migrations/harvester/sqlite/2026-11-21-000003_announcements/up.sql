-- When a window became visible: its time, or that of a window before it where that is later. Kept for ever, with the windows.
ALTER TABLE verified_window ADD COLUMN visible_at TEXT NOT NULL DEFAULT '';
UPDATE verified_window SET visible_at = (
    SELECT MAX(earlier.verified_at) FROM verified_window AS earlier WHERE earlier.sequence <= verified_window.sequence
);
CREATE INDEX window_visible ON verified_window (visible_at, sequence);

-- What OAI-PMH lists: each window in which a study was published, revised or moved. `next` is the window of the next announcement of
-- the same study; `version` the one that is shown from then on, none where the study went out of sight.
CREATE TABLE announcement (
    sequence BIGINT NOT NULL,
    place BIGINT NOT NULL,
    log INTEGER NOT NULL,
    resource BIGINT NOT NULL,
    version BIGINT,
    next BIGINT,
    PRIMARY KEY (sequence, place)
) WITHOUT ROWID;
CREATE UNIQUE INDEX announcement_newest ON announcement (resource) WHERE next IS NULL;
CREATE INDEX announcement_of_log ON announcement (log, sequence, place, next);

-- those of what was judged before there were any: the newest of each study
INSERT INTO announcement (sequence, place, log, resource, version)
    SELECT MAX(entry.sequence), entry.place, entry.log, resource.id, (
        SELECT newest.version FROM entry AS newest
            WHERE newest.resource = resource.id AND newest.class = 1 AND resource.state = 1
    )
    FROM entry JOIN resource ON resource.id = entry.resource
    WHERE entry.class <= 4 AND resource.accession GLOB '*-S[1-9]*' AND resource.study IS NULL
    GROUP BY resource.id;

-- What tells this ledger's sequence from that of any other.
CREATE TABLE identity (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    name TEXT NOT NULL
);
INSERT INTO identity VALUES (1, lower(hex(randomblob(16))));
