//! Keeps bytes: what a study's files and records, the log and its derived images are stored in.
//!
//! [`object_store`] is the seam that everything is written through, with a folder ([`directory_store`]) and a twin in
//! memory ([`memory_store`]) behind it. [`ocfl`] keeps studies in an OCFL 1.1 storage root on top of it, and
//! [`manifest`] writes the list of a version's files.

// what is kept, and what can go wrong
pub mod key;
pub mod store_error;

// the seam
pub mod object_store;

// behind it
mod comparison;
pub mod directory_store;
mod disk;
pub mod memory_store;
#[cfg(test)]
mod object_store_suite;
mod scratch;

// on top of it
pub use protocol::manifest;
pub mod ocfl;

pub use directory_store::DirectoryStore;
pub use key::Key;
pub use memory_store::MemoryStore;
pub use object_store::{Child, ChildKind, ObjectStore, PutNew, Reader};
pub use store_error::StoreError;
