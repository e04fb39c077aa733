//! Filling a graph on disk by the store's bulk loader: two to three times as fast as transactions, and without a log.

use std::collections::hash_set;
use std::vec;

use ontologies::Terms;
use oxigraph::model::Quad;
use oxigraph::store::StorageError;

use super::Loaded;
use crate::graph::statement::{CATALOGUE_LENGTH, catalogue_record, for_each_quad};
use crate::graph::{Graph, GraphError, term_statements};
use crate::projection::Shown;

/// What the loader is told to take, by which it means 512,000 statements under way, about one kilobyte each.
const MEGABYTES: usize = 512;

pub(super) fn fill(
    graph: &Graph,
    shown: impl Iterator<Item = anyhow::Result<Shown>>,
    terms: &Terms,
) -> Result<Loaded, GraphError> {
    // a batch is sorted three times over and becomes a set of files. Atomicity would only keep them all beside the store
    // until the end, and a graph without position is thrown away in either case
    let mut loader = graph
        .store
        .bulk_loader()
        .with_max_memory_size_in_megabytes(MEGABYTES)
        .without_atomicity();
    let mut records = RecordQuads::of(shown);
    let mut of_terms = TermQuads::of(terms);
    let pour = || {
        loader.load_ok_quads::<anyhow::Error, Fault>(&mut records)?;
        loader.load_ok_quads::<anyhow::Error, Fault>(&mut of_terms)?;
        Ok(loader.commit()?)
    };
    pour().map_err(|fault| match fault {
        Fault::Storage(error) => graph.fault(error),
        Fault::Records(error) => GraphError::Records(error),
    })?;
    Ok(Loaded {
        term_statements: of_terms.statements,
        ..records.loaded
    })
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
        let mut quads = Vec::with_capacity(CATALOGUE_LENGTH + shown.record.len());
        quads.extend(catalogue_record(&shown));
        for_each_quad(&shown.record, |quad| quads.push(quad.into_owned()));
        self.loaded.count(&shown);
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
