//! The first filling of an empty graph, by the store's bulk loader: two to three times as fast as transactions.
//!
//! The order of writes: statements, a flush, the position, a flush. Cut off anywhere before the position is there, the graph
//! says that it has none ([`Graph::position`]), and whoever opens it throws it away.

use std::collections::hash_set;
use std::vec;

use ontologies::Terms;
use oxigraph::model::Quad;
use oxigraph::store::{BulkLoader, StorageError};

use super::statement::{catalogue_record, for_each_quad};
use super::{Graph, GraphError, Place, state, term_statements, terms, vocabulary as v};
use crate::crash;
use crate::projection::Shown;

/// How many statements one loader takes into a graph in memory, where it notes each until it commits (some 50 bytes each).
const STATEMENTS_A_LOADER: usize = 1_000_000;

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

impl Graph {
    /// Fills an empty graph with records, each resource at most once, and terms, and writes the position.
    ///
    /// The iterator is read once and nothing of it is kept, so that memory does not grow with it: at most some 300 MB on disk
    /// (two batches that are sorted and one that is read), 16,000 statements in memory.
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
        let mut records = RecordQuads::of(shown);
        self.pour(&mut records)?;
        let mut of_terms = TermQuads::of(terms);
        self.pour(&mut of_terms)?;
        let loaded = Loaded {
            term_statements: of_terms.statements,
            ..records.loaded
        };
        self.flush()?;
        crash::point("graph-loading");
        self.finish_load(terms, position)?;
        self.flush()?;
        Ok(loaded)
    }

    /// Writes all statements of an iterator, through as many loaders as it takes.
    fn pour(
        &self,
        quads: &mut impl Iterator<Item = Result<Quad, anyhow::Error>>,
    ) -> Result<(), GraphError> {
        let mut quads = quads.peekable();
        while quads.peek().is_some() {
            let (mut loader, statements) = self.loader();
            let poured =
                loader.load_ok_quads::<anyhow::Error, Fault>(quads.by_ref().take(statements));
            poured.map_err(|fault| match fault {
                Fault::Storage(error) => self.fault(error),
                Fault::Records(error) => GraphError::Records(error),
            })?;
            loader.commit().map_err(|error| self.fault(error))?;
        }
        Ok(())
    }

    /// A bulk loader, and how many statements it should take.
    fn loader(&self) -> (BulkLoader<'_>, usize) {
        let loader = self.store.bulk_loader();
        match self.place {
            // a batch is nothing here but a list between reading and writing, and is fastest when it fits a cache
            Place::Memory => (
                loader
                    .with_num_threads(1)
                    .with_max_memory_size_in_megabytes(16),
                STATEMENTS_A_LOADER,
            ),
            // a batch is sorted six times over and becomes a set of files. Atomicity would only keep them all beside the
            // store until the end, and a graph without position is thrown away in either case
            Place::Disk(_) => (
                loader
                    .with_max_memory_size_in_megabytes(512)
                    .without_atomicity(),
                usize::MAX,
            ),
        }
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

    /// A graph in memory has nothing to flush.
    #[cfg(not(feature = "rocksdb"))]
    #[expect(
        clippy::unnecessary_wraps,
        clippy::unused_self,
        reason = "the same as where there is a disk"
    )]
    fn flush(&self) -> Result<(), GraphError> {
        Ok(())
    }
}

/// Why the loader stopped.
enum Fault {
    Storage(StorageError),
    Records(anyhow::Error),
}

impl From<StorageError> for Fault {
    fn from(error: StorageError) -> Self {
        Self::Storage(error)
    }
}

impl From<anyhow::Error> for Fault {
    fn from(error: anyhow::Error) -> Self {
        Self::Records(error)
    }
}

/// The statements of records, one record at a time.
struct RecordQuads<I> {
    shown: I,
    pending: vec::IntoIter<Quad>,
    loaded: Loaded,
}

impl<I: Iterator<Item = anyhow::Result<Shown>>> RecordQuads<I> {
    fn of(shown: I) -> Self {
        Self {
            shown,
            pending: Vec::new().into_iter(),
            loaded: Loaded::default(),
        }
    }
}

impl<I: Iterator<Item = anyhow::Result<Shown>>> Iterator for RecordQuads<I> {
    type Item = anyhow::Result<Quad>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(quad) = self.pending.next() {
            return Some(Ok(quad));
        }
        let shown = match self.shown.next()? {
            Ok(shown) => shown,
            Err(error) => return Some(Err(error)),
        };
        let mut quads = Vec::with_capacity(shown.record.len() + super::statement::CATALOGUE_LENGTH);
        quads.extend(catalogue_record(&shown));
        for_each_quad(&shown.record, |quad| quads.push(quad.into_owned()));
        self.loaded.records += 1;
        self.loaded.statements += quads.len() as u64;
        self.pending = quads.into_iter();
        self.pending.next().map(Ok)
    }
}

/// The statements about terms, one term at a time.
struct TermQuads<'a> {
    all: &'a Terms,
    terms: Box<dyn Iterator<Item = &'a ontologies::Term> + 'a>,
    pending: hash_set::IntoIter<Quad>,
    statements: u64,
}

impl<'a> TermQuads<'a> {
    fn of(all: &'a Terms) -> Self {
        Self {
            all,
            terms: Box::new(term_statements::each(all)),
            pending: hash_set::HashSet::new().into_iter(),
            statements: 0,
        }
    }
}

impl Iterator for TermQuads<'_> {
    type Item = anyhow::Result<Quad>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(quad) = self.pending.next() {
                self.statements += 1;
                return Some(Ok(quad));
            }
            // a term whose IRI is none has no statements at all
            self.pending = term_statements::of(self.terms.next()?, self.all).into_iter();
        }
    }
}
