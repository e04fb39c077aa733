-- Catalogue and sitemaps turn the pages of all public studies: without this they would walk over every image as well.
CREATE INDEX resource_public_study ON resource (id) WHERE study IS NULL AND state = 1;
