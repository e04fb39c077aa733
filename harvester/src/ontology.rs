//! Ontologies of an operator, and what a newly loaded one changes for graph and text index.

pub mod footprint;
#[cfg(test)]
mod tests;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ontologies::folder::Folder;
pub use ontologies::folder::{FolderError, Listed};
use ontologies::{Term, Terms};
use serde::Serialize;

/// What came of loading files.
#[derive(Debug, Serialize)]
pub struct Loaded {
    /// The files, in the order in which they were given.
    pub listed: Vec<Listed>,
    /// IRIs of the terms that are not what they were before ([`changed_terms`]).
    #[serde(skip)]
    pub changed: HashSet<String>,
    /// All terms, as they are now: so that nobody reads the files once more.
    #[serde(skip)]
    pub terms: Arc<Terms>,
}

/// The slims, and over them what was loaded into the folder.
///
/// # Errors
/// When a kept file cannot be read.
pub fn terms(folder: &Path) -> Result<Terms, FolderError> {
    Folder::new(folder).terms()
}

/// Keeps ontology files, all of them or none, and says which terms are another thing now than they were `before`.
///
/// # Errors
/// Names the first file that was refused; nothing has changed then.
pub fn load(folder: &Path, files: &[PathBuf], before: &Terms) -> Result<Loaded, FolderError> {
    let folder = Folder::new(folder);
    let listed = folder.load(files)?;
    let terms = folder.terms()?;
    Ok(Loaded {
        changed: changed_terms(before, &terms),
        listed,
        terms: Arc::new(terms),
    })
}

/// What is loaded, the built-in slims first.
///
/// # Errors
/// When a kept file cannot be read.
pub fn list(folder: &Path) -> Result<Vec<Listed>, FolderError> {
    Folder::new(folder).list()
}

/// IRIs of the terms whose label, exact synonyms, ancestors or obsolescence are not the same in both, and of those that only one
/// of the two has.
///
/// What moves, moves with everything below it: where a term has got or lost a parent, its descendants have other ancestors. A
/// mere change of its name leaves them as they are.
#[must_use]
pub fn changed_terms(old: &Terms, new: &Terms) -> HashSet<String> {
    let mut changed: HashSet<&str> = HashSet::new();
    let mut moved: Vec<&str> = Vec::new();
    for term in new.iter() {
        match old.by_iri(&term.iri) {
            Some(before) if hangs_as_before(before, term) => {
                if !is_called_as_before(before, term) {
                    changed.insert(&term.iri);
                }
            }
            _ => moved.push(&term.iri),
        }
    }
    let gone = old.iter().map(|term| term.iri.as_str());
    moved.extend(gone.filter(|iri| new.by_iri(iri).is_none()));
    changed.extend(moved.iter().copied());
    for terms in [old, new] {
        let below = terms.descendants_of_any(moved.iter().copied());
        changed.extend(below.into_iter().map(|term| term.iri.as_str()));
    }
    changed.into_iter().map(str::to_owned).collect()
}

fn is_called_as_before(old: &Term, new: &Term) -> bool {
    old.label == new.label
        && are_same(&old.synonyms, &new.synonyms)
        && old.obsolete == new.obsolete
        && old.replaced_by == new.replaced_by
}

/// Superclass and whole are one hierarchy here, as they are for whoever walks it.
fn hangs_as_before(old: &Term, new: &Term) -> bool {
    let above = |term: &Term| -> HashSet<String> {
        term.parents.iter().chain(&term.part_of).cloned().collect()
    };
    (old.parents == new.parents && old.part_of == new.part_of) || above(old) == above(new)
}

/// Two releases of one ontology need not list in the same order.
fn are_same(old: &[String], new: &[String]) -> bool {
    old == new || old.iter().collect::<HashSet<_>>() == new.iter().collect::<HashSet<_>>()
}
