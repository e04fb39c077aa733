//! Filling a graph in memory: transactions of bounded size, filled from the bytes of the records.
//!
//! The store's bulk loader is, in memory, one transaction behind a queue of statements that own their texts. Without the queue
//! nothing is copied, which makes up for reading the lines.

use ontologies::Terms;
use oxigraph::model::Quad;
use oxigraph::store::{StorageError, Transaction};

use super::Loaded;
use crate::graph::statement::{catalogue_record, for_each_quad};
use crate::graph::{Graph, GraphError, term_statements};
use crate::projection::Shown;

/// How many statements go into one transaction, which notes each until it is committed (some 50 bytes each).
const STATEMENTS_A_TRANSACTION: usize = 1_000_000;

pub(super) fn fill(
    graph: &Graph,
    shown: impl Iterator<Item = anyhow::Result<Shown>>,
    terms: &Terms,
) -> Result<Loaded, GraphError> {
    let fault = |error| graph.fault(error);
    let mut filling = Filling::begin(graph).map_err(fault)?;
    let mut loaded = Loaded::default();
    for shown in shown {
        let shown = shown.map_err(GraphError::Records)?;
        filling.put_record(&shown);
        loaded.count(&shown);
        filling = filling.renewed_when_full().map_err(fault)?;
    }
    for term in term_statements::each(terms) {
        let quads = term_statements::of(term, terms);
        filling.put(&quads);
        loaded.term_statements += quads.len() as u64;
        filling = filling.renewed_when_full().map_err(fault)?;
    }
    filling.transaction.commit().map_err(fault)?;
    Ok(loaded)
}

/// A transaction, and how many statements it has.
struct Filling<'a> {
    graph: &'a Graph,
    transaction: Transaction<'a>,
    statements: usize,
}

impl<'a> Filling<'a> {
    fn begin(graph: &'a Graph) -> Result<Self, StorageError> {
        Ok(Self {
            graph,
            transaction: graph.store.start_transaction()?,
            statements: 0,
        })
    }

    fn put_record(&mut self, shown: &Shown) {
        self.put(&catalogue_record(shown));
        for_each_quad(&shown.record, |quad| self.transaction.insert(quad));
        self.statements += shown.record.len();
    }

    fn put<'q>(&mut self, quads: impl IntoIterator<Item = &'q Quad, IntoIter: ExactSizeIterator>) {
        let quads = quads.into_iter();
        self.statements += quads.len();
        self.transaction.extend(quads);
    }

    /// Itself, or where it has enough, the next transaction after it.
    fn renewed_when_full(self) -> Result<Self, StorageError> {
        if self.statements < STATEMENTS_A_TRANSACTION {
            return Ok(self);
        }
        self.transaction.commit()?;
        Self::begin(self.graph)
    }
}
