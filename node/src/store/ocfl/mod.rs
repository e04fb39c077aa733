//! Studies in an OCFL 1.1 storage root (<https://ocfl.io/1.1/spec/>): a study is an object, a version an OCFL version.
//!
//! The files of a version are hashed and written to staging (`draft`), which touches nothing under the root. When an
//! act is journalled, what was staged is renamed into place (`commit`); every step of that can be repeated. Reading is
//! `object`'s, legal erasure `erase`'s, and `check` re-reads and re-hashes everything.
//!
//! # The turns of an act
//!
//! 1. [`Root::draft`] or [`Root::stage`], as often as the act has studies;
//! 2. [`ObjectStore::barrier`](super::ObjectStore::barrier): what was staged is durable;
//! 3. the act with its [`StagedVersion`]s is journalled, durably;
//! 4. [`Root::commit`] for each: renames only, so that no power cut can tear anything;
//! 5. the barrier again, then the journal is dropped and the staging discarded.
//!
//! A crash before 3 leaves staging to discard and nothing else; a crash after it is mended by doing 4 and 5 again.
//! The layout is argued in `docs/design/0002-ocfl-layout.md`.

// digests, names, errors
mod hashing;
mod layout;
mod ocfl_error;
mod sha512;

// an object
mod inventory;
mod inventory_json;
mod object;

// the root and its acts
mod root;

mod draft;

mod commit;

mod erase;

mod check;
mod check_object;

pub use check::{Checked, Problem};
pub use commit::StagedVersion;
pub use draft::{Draft, NewVersion, Source, Staged, StagedFile, StoredFile};
pub use erase::StagedErasure;
pub use inventory::{ContentPath, Inventory, InventoryError, User, Version};
pub use object::{FileOfVersion, Object};
pub use ocfl_error::OcflError;
pub use root::Root;
pub use sha512::{Sha512Digest, Sha512DigestError};
