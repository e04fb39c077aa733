//! The OCFL storage root as a story, read back by a second implementation (`ocfl-py`) after every kind of act.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod acts;
mod check;
mod crashes;
mod erasure;
mod mortal_store;
mod sequences;
mod validator;
mod versions;
