DROP TABLE derivation;
