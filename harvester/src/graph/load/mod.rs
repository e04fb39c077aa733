//! The first filling of an empty graph, by the road that is the fastest in its place.
//!
//! The order of writes: statements, a flush, the position, a flush. Cut off anywhere before the position is there, the graph
//! says that it has none ([`Graph::position`]), and whoever opens it throws it away.

mod in_bulk;
mod in_memory;

use ontologies::Terms;

use super::statement::CATALOGUE_LENGTH;
use super::{Graph, GraphError, Place, state, terms, vocabulary as v};
use crate::crash;
use crate::projection::Shown;

/// What a load brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Records.
    pub records: u64,
    /// Their statements, with those of their catalogue records.
    pub statements: u64,
    /// Statements about terms of ontologies.
    pub term_statements: u64,
}

impl Loaded {
    fn count(&mut self, shown: &Shown) {
        self.records += 1;
        self.statements += (CATALOGUE_LENGTH + shown.record.len()) as u64;
    }
}

impl Graph {
    /// Fills an empty graph with records, each resource at most once, and terms, and writes the position.
    ///
    /// The iterator is read once and nothing of it is kept. So for a graph on disk memory does not grow with it: some batches
    /// of statements are under way at a time, which is some hundred megabytes.
    ///
    /// # Errors
    /// [`GraphError::NotEmpty`] where there is a position or any statement; [`GraphError::Records`] when the iterator fails;
    /// [`GraphError::Storage`] when the store does. After an error the graph has no position.
    pub fn load(
        &self,
        shown: impl Iterator<Item = anyhow::Result<Shown>>,
        terms: &Terms,
        position: u64,
    ) -> Result<Loaded, GraphError> {
        if !self.store.is_empty().map_err(|error| self.fault(error))? {
            return Err(GraphError::NotEmpty(self.place.to_string()));
        }
        let loaded = match self.place {
            Place::Memory => in_memory::fill(self, shown, terms)?,
            Place::Disk(_) => in_bulk::fill(self, shown, terms)?,
        };
        self.flush()?;
        crash::point("graph-loading");
        self.finish_load(terms, position)?;
        self.flush()?;
        self.compact()?;
        Ok(loaded)
    }

    fn finish_load(&self, terms: &Terms, position: u64) -> Result<(), GraphError> {
        let write = || {
            let mut transaction = self.store.start_transaction()?;
            state::write(&mut transaction, v::TERMS, &terms::fingerprint(terms))?;
            state::write(&mut transaction, v::POSITION, &position.to_string())?;
            transaction.commit()
        };
        write().map_err(|error| self.fault(error))
    }

    #[cfg(feature = "rocksdb")]
    fn flush(&self) -> Result<(), GraphError> {
        self.store.flush().map_err(|error| self.fault(error))
    }

    /// Merges what the load left in several layers: the quads of a table that lie in two files are merged again for each row of
    /// every query, which took a quarter of their time. Whatever a crash leaves of it is whole.
    #[cfg(feature = "rocksdb")]
    fn compact(&self) -> Result<(), GraphError> {
        self.store.optimize().map_err(|error| self.fault(error))
    }

    /// A graph in memory has nothing to merge.
    #[cfg(not(feature = "rocksdb"))]
    fn compact(&self) -> Result<(), GraphError> {
        Ok(())
    }

    /// A graph in memory has nothing to flush.
    #[cfg(not(feature = "rocksdb"))]
    fn flush(&self) -> Result<(), GraphError> {
        Ok(())
    }
}
