-- What one member does must not become more work with every version that it ever announced: all others wait for the ledger meanwhile.

-- the newest version of a thing, of which there is one at most
CREATE INDEX entry_current ON entry (resource) WHERE class = 1;

-- `bytes` 6 is new: the bytes are redacted. These are not, yet
CREATE INDEX entry_to_redact ON entry (resource, digest) WHERE bytes BETWEEN 1 AND 5;
