DROP INDEX derivation_by_turn;
ALTER TABLE derivation DROP COLUMN place;
ALTER TABLE derivation DROP COLUMN turn;
CREATE INDEX derivation_by_state ON derivation (state, not_before);
