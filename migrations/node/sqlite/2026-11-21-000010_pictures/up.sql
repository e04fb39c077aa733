-- The file that lists show for a study: a small picture of its newest version.
ALTER TABLE study ADD COLUMN picture TEXT;

-- All rows follow from log and storage. Without a position the next who looks makes every table again, with this.
DELETE FROM log_position;
