-- Studies take turns at being made ready to be looked at: of each a few images, before it is the turn of the next few of any.
ALTER TABLE derivation ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;
-- its place among those of its study, so that the images of one file come one after the other
ALTER TABLE derivation ADD COLUMN place BIGINT NOT NULL DEFAULT 0;

-- as those are given them that come now (database/derivation.rs)
UPDATE derivation SET place = coalesce((SELECT serial - 1 FROM image WHERE image.id = derivation.image), 0);
UPDATE derivation SET turn = place / 10;

DROP INDEX derivation_by_state;
CREATE INDEX derivation_by_turn ON derivation (state, not_before, turn, study, place);
