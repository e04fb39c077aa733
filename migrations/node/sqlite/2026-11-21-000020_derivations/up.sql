-- What is made of images so that they can be seen: a row for each image that is public, in its newest version. Whoever makes
-- something takes a row and says again and again that he still works on it.
CREATE TABLE derivation (
    image TEXT NOT NULL PRIMARY KEY,
    study TEXT NOT NULL,
    -- the version of the image's record
    version BIGINT NOT NULL,
    -- waiting, ready or unreadable
    state TEXT NOT NULL,
    -- of an unreadable image why, of a waiting one what stood in the way the last time
    reason TEXT,
    -- how often it was begun and did not come to an end
    attempts BIGINT NOT NULL,
    -- seconds since 1970: it is not tried before
    not_before BIGINT NOT NULL,
    -- who makes it now, and the second since 1970 at which he counts as dead if he says nothing
    holder TEXT,
    held_until BIGINT NOT NULL
) WITHOUT ROWID;
CREATE INDEX derivation_by_state ON derivation (state, not_before);
CREATE INDEX derivation_by_study ON derivation (study);

-- Which images are to be made follows from the log. Without a position the next who looks makes every table again, with this.
DELETE FROM log_position;
