DROP TABLE manifest;
DROP TABLE facet;
DROP TABLE study_text;
