//! Changing the terms in the graph to those that are loaded now: only the differences are written.
//!
//! There is no list of what was put in beside the store: a term of the graph is what is an `owl:Class` and `omma:broader`
//! than itself, which no record can say of anything (PROTOCOL.md section 1, reserved). What stands there is compared with what
//! should, term by term, in transactions of bounded size; cut off, it is done again and does what is left. A digest of the
//! terms, forgotten with the first difference and written after the last, spares the comparison when nothing has changed,
//! as at most starts.

use std::collections::HashSet;

use ontologies::{Term, Terms};
use oxigraph::model::{GraphNameRef, NamedNodeRef, NamedOrBlankNode, Quad, QuadRef, TermRef};
use oxigraph::store::StorageError;
use protocol::digest::Digest;
use sha2::{Digest as _, Sha256};

use super::{Graph, GraphError, state, term_statements, vocabulary as v};

/// The form of the statements about terms. Raise it when [`term_statements`] comes to write others, so that a graph that was
/// filled by an older program is compared.
const FORM: &str = "1";

/// How many differences go into one transaction, which the store keeps in memory until it is committed.
const DIFFERENCES_A_TRANSACTION: usize = 100_000;

/// What a change of terms came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TermsChange {
    /// Statements added.
    pub added: u64,
    /// Statements removed.
    pub removed: u64,
}

impl Graph {
    /// Makes the terms in the graph these, and no others.
    ///
    /// # Errors
    /// [`GraphError::NotLoaded`] before the first load, which brings terms itself; [`GraphError::Storage`] or
    /// [`GraphError::Damaged`] when the store cannot be read or written: the terms then are partly the old ones, and the
    /// next call does the rest.
    pub fn set_terms(&self, terms: &Terms) -> Result<TermsChange, GraphError> {
        self.require_loaded()?;
        let change = || {
            let fingerprint = fingerprint(terms);
            if state::read(&self.store, v::TERMS)?.as_ref() == Some(&fingerprint) {
                return Ok(TermsChange::default());
            }
            let mut differences = Differences::begin(self)?;
            self.compare_gone(terms, &mut differences)?;
            for term in term_statements::each(terms) {
                self.compare(term, terms, &mut differences)?;
            }
            differences.finish(&fingerprint)
        };
        change().map_err(|error| self.fault(error))
    }

    /// Notes the statements of terms that are in the graph and are not known any more.
    fn compare_gone(
        &self,
        terms: &Terms,
        differences: &mut Differences<'_>,
    ) -> Result<(), StorageError> {
        let default = Some(GraphNameRef::DefaultGraph);
        let class = Some(TermRef::from(v::CLASS));
        for quad in self
            .store
            .quads_for_pattern(None, Some(v::TYPE), class, default)
        {
            let NamedOrBlankNode::NamedNode(term) = quad?.subject else {
                continue;
            };
            if terms.by_iri(term.as_str()).is_none() && self.is_held(term.as_ref())? {
                differences
                    .removed
                    .extend(self.statements_of(term.as_ref())?);
                differences.write_if_many()?;
            }
        }
        Ok(())
    }

    /// Notes what is to be added to and removed from what the graph says of a term.
    fn compare(
        &self,
        term: &Term,
        terms: &Terms,
        differences: &mut Differences<'_>,
    ) -> Result<(), StorageError> {
        let wanted = term_statements::of(term, terms);
        if wanted.is_empty() {
            return Ok(());
        }
        let iri = NamedNodeRef::new_unchecked(&term.iri);
        let held = if self.is_held(iri)? {
            self.statements_of(iri)?
        } else {
            HashSet::new()
        };
        let removed = held.difference(&wanted).cloned();
        differences.removed.extend(removed);
        let added = wanted.difference(&held).cloned();
        differences.added.extend(added);
        differences.write_if_many()
    }

    /// Whether the graph has this as a term.
    fn is_held(&self, term: NamedNodeRef<'_>) -> Result<bool, StorageError> {
        self.store.contains(QuadRef::new(
            term,
            v::BROADER,
            term,
            GraphNameRef::DefaultGraph,
        ))
    }

    fn statements_of(&self, term: NamedNodeRef<'_>) -> Result<HashSet<Quad>, StorageError> {
        let default = Some(GraphNameRef::DefaultGraph);
        self.store
            .quads_for_pattern(Some(term.into()), None, None, default)
            .filter(|quad| quad.as_ref().map_or(true, term_statements::is_of_term))
            .collect()
    }
}

/// Differences that are found and not yet written.
struct Differences<'a> {
    graph: &'a Graph,
    removed: Vec<Quad>,
    added: Vec<Quad>,
    change: TermsChange,
}

impl<'a> Differences<'a> {
    /// From now on the terms in the graph are not known to be complete.
    fn begin(graph: &'a Graph) -> Result<Self, StorageError> {
        let mut transaction = graph.store.start_transaction()?;
        state::forget(&mut transaction, v::TERMS)?;
        transaction.commit()?;
        Ok(Self {
            graph,
            removed: Vec::new(),
            added: Vec::new(),
            change: TermsChange::default(),
        })
    }

    fn write_if_many(&mut self) -> Result<(), StorageError> {
        if self.removed.len() + self.added.len() < DIFFERENCES_A_TRANSACTION {
            return Ok(());
        }
        self.write(None)
    }

    fn finish(mut self, fingerprint: &str) -> Result<TermsChange, StorageError> {
        self.write(Some(fingerprint))?;
        Ok(self.change)
    }

    fn write(&mut self, fingerprint: Option<&str>) -> Result<(), StorageError> {
        let mut transaction = self.graph.store.start_transaction()?;
        for quad in &self.removed {
            transaction.remove(quad);
        }
        transaction.extend(&self.added);
        if let Some(fingerprint) = fingerprint {
            state::write(&mut transaction, v::TERMS, fingerprint)?;
        }
        transaction.commit()?;
        self.change.removed += self.removed.len() as u64;
        self.change.added += self.added.len() as u64;
        self.removed.clear();
        self.added.clear();
        Ok(())
    }
}

/// A digest, in hex, of everything that the statements about terms are made of.
pub(super) fn fingerprint(terms: &Terms) -> String {
    let mut sorted: Vec<&Term> = term_statements::each(terms).collect();
    sorted.sort_unstable_by(|one, other| one.iri.cmp(&other.iri));
    let mut hash = Sha256::new();
    put(&mut hash, [FORM]);
    for term in sorted {
        let obsolete = if term.obsolete { "1" } else { "0" };
        put(&mut hash, [term.iri.as_str(), &term.label, obsolete]);
        put(&mut hash, term.synonyms.iter().map(String::as_str));
        put(&mut hash, term.definition.as_deref());
        put(&mut hash, term.parents.iter().map(String::as_str));
        put(&mut hash, term.part_of.iter().map(String::as_str));
        put(&mut hash, term.replaced_by.as_deref());
    }
    let methods = terms.methods();
    for facet in methods.facets() {
        put(&mut hash, methods.leaves_of_facet(&facet.iri));
    }
    Digest::from_bytes(hash.finalize().into()).to_string()
}

/// Adds a list of texts, each behind its length and all before an end mark, so that no two lists give the same bytes.
fn put<'a>(hash: &mut Sha256, texts: impl IntoIterator<Item = &'a str>) {
    for text in texts {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.update(u64::MAX.to_be_bytes());
}
