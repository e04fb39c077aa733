DROP INDEX entry_to_redact;
DROP INDEX entry_current;
