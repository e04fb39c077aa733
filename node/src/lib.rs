//! A node of Ommatidia: keeps biological images and vouches for them.
//!
//! A study goes down this list, a stage a module, each taking what the stage before it made:
//! [`deposit`] reads a package from disk, [`validate`] checks it and resolves its terms, [`describe`] says it in RDF,
//! [`store`] keeps files and records, [`publish`] appends them to the [`log`], [`serve`] shows them.

#![cfg_attr(test, expect(clippy::unwrap_used, reason = "a test may stop at the first surprise"))]

pub mod relative_path;
pub mod finding;
pub mod study;

pub mod image_header;
pub mod deposit;
pub mod validate;
pub mod describe;
pub mod store;
