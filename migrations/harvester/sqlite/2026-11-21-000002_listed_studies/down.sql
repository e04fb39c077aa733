DROP INDEX resource_public_study;
