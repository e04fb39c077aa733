DROP TABLE file;
DROP TABLE image;
DROP TABLE study;
DROP TABLE standing;
DROP TABLE record;
DROP TABLE log_position;
