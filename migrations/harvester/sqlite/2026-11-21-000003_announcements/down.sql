DROP TABLE identity;
DROP TABLE announcement;
DROP INDEX window_visible;
ALTER TABLE verified_window DROP COLUMN visible_at;
