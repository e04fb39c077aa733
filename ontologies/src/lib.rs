//! What the federation knows about words: vocabulary, shapes and slims as data, and the code that reads them.
//!
//! In reading order: an identifier in any spelling becomes a [`Curie`]; ontology files become [`Ontology`] values of
//! [`Term`]s; [`Terms`] indexes them, resolves what people write and walks the hierarchy; [`methods`] is the project's own
//! facet tree; [`shacl`] checks graphs against shapes. Pure, except for [`folder`], which keeps an operator's ontology files:
//! everywhere else files are read by the caller and handed in as bytes.

pub mod curie;
pub mod folder;
pub mod label;
pub mod load;
pub mod methods;
pub mod schema;
pub mod shacl;
pub mod slims;
mod term;
mod terms;
mod vocabulary;

pub use curie::{Curie, CurieError};
pub use load::{LoadError, load};
pub use term::{Ontology, Source, Term};
pub use terms::{Matched, Resolution, Scope, Terms};
