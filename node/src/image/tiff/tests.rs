//! Tests of reading TIFF.

mod corpus;
