-- What OAI-PMH lists: each time at which a study was published, revised or moved.
CREATE TABLE announcement (
    log_index BIGINT NOT NULL PRIMARY KEY,
    study TEXT NOT NULL,
    -- the version that this made to be shown; none where it made the study go out of sight
    version BIGINT,
    -- the entry's time, or that of an entry before it where that is later: along the log it never falls
    datestamp TEXT NOT NULL,
    -- the next announcement of the same study
    next BIGINT
) WITHOUT ROWID;
CREATE UNIQUE INDEX newest_announcement ON announcement (study) WHERE next IS NULL;
CREATE INDEX announcement_by_datestamp ON announcement (datestamp);

-- All rows follow from log and storage: the next who looks fills the tables again, with these.
DELETE FROM log_position;
DELETE FROM record;
DELETE FROM standing;
DELETE FROM study;
DELETE FROM image;
DELETE FROM file;
