-- The words by which a study is found: title, description, authors and what it is about, in lower case.
CREATE TABLE study_text (
    study TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
);

-- By what lists of studies are narrowed: organism, method, licence, year, holding.
CREATE TABLE facet (
    study TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- an IRI where there is one, else the text of the source
    value TEXT NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (study, kind, value)
) WITHOUT ROWID;
CREATE INDEX facet_by_value ON facet (kind, value);

-- Where the list of a study's files is in the storage, so that handing it out opens no inventory.
CREATE TABLE manifest (
    study TEXT NOT NULL,
    version BIGINT NOT NULL,
    content_key TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (study, version)
) WITHOUT ROWID;

-- All rows follow from log and storage. Without a position the next who looks makes every table again, with these.
DELETE FROM log_position;
