//! What a graph should hold, as its dump would say it, without a graph: from records and terms to sorted lines.
//!
//! The store keeps numbers, times and truth values by value, so these pass through a store in memory, some at a time, and come out as
//! it writes them. All else is written as it is.

use std::io::{self, Write};
use std::path::Path;

use ontologies::Terms;
use oxigraph::model::vocab::xsd;
use oxigraph::model::{Quad, QuadRef, TermRef};
use oxigraph::store::{StorageError, Store};

use super::dump::{ROOM, statement};
use super::sort::Sorter;
use super::statement::{catalogue_record, quad};
use super::{GraphError, Place, at, term_statements};
use crate::projection::Shown;

/// Statements that pass through the store at a time, some 500 bytes each.
const AT_ONCE: usize = 20_000;

/// Writes what [`super::Graph::dump`] gives after [`super::Graph::load`] of the same records and terms; gives the number of lines. What does
/// not fit into 64 MiB is sorted in unnamed files in `folder`.
///
/// # Errors
/// [`GraphError::Records`] when the iterator fails; [`GraphError::Dump`] when `out` or the disk does not take it;
/// [`GraphError::Damaged`] when a record states what nobody can state.
pub fn write_expected(
    shown: impl Iterator<Item = anyhow::Result<Shown>>,
    terms: &Terms,
    folder: &Path,
    out: &mut dyn Write,
) -> Result<u64, GraphError> {
    let mut expected = Expected {
        sorter: Sorter::new(folder.to_owned(), ROOM),
        by_value: Vec::new(),
    };
    for shown in shown {
        let shown = shown.map_err(GraphError::Records)?;
        expected.put_record(&shown)?;
    }
    for term in term_statements::each(terms) {
        for quad in term_statements::of(term, terms) {
            expected.put(quad.as_ref())?;
        }
        expected.keep_values(AT_ONCE)?;
    }
    expected.keep_values(1)?;
    let mut out = io::BufWriter::with_capacity(1 << 16, out);
    let count = expected.sorter.finish(&mut out)?;
    out.flush()?;
    Ok(count)
}

struct Expected {
    sorter: Sorter,
    /// statements that the store may write otherwise than they were stated
    by_value: Vec<Quad>,
}

impl Expected {
    fn put_record(&mut self, shown: &Shown) -> Result<(), GraphError> {
        for quad in &catalogue_record(shown) {
            self.put(quad.as_ref())?;
        }
        for statement in shown.record.statements() {
            let quad = quad(&statement);
            if is_by_value(quad.object) {
                self.by_value.push(quad.into_owned());
            } else {
                // what a record states is canonical as it stands
                self.sorter.push(&statement.to_line())?;
            }
        }
        // between records: two spellings of one value in one record are one statement to the store
        self.keep_values(AT_ONCE)
    }

    fn put(&mut self, quad: QuadRef<'_>) -> Result<(), GraphError> {
        if is_by_value(quad.object) {
            self.by_value.push(quad.into_owned());
            return Ok(());
        }
        self.push(quad.into_owned())
    }

    fn push(&mut self, quad: Quad) -> Result<(), GraphError> {
        let statement = statement(quad).map_err(|detail| GraphError::Damaged {
            place: Place::Memory.to_string(),
            detail,
        })?;
        Ok(self.sorter.push(&statement.as_ref().to_line())?)
    }

    /// Writes what waits as the store keeps it, when there are so many of them.
    fn keep_values(&mut self, least: usize) -> Result<(), GraphError> {
        if self.by_value.len() < least {
            return Ok(());
        }
        let fault = |error: StorageError| at(&Place::Memory, error);
        let store = Store::new().map_err(fault)?;
        store.extend(self.by_value.drain(..)).map_err(fault)?;
        for quad in &store {
            self.push(quad.map_err(fault)?)?;
        }
        Ok(())
    }
}

fn is_by_value(object: TermRef<'_>) -> bool {
    match object {
        TermRef::Literal(literal) => {
            literal.language().is_none() && literal.datatype() != xsd::STRING
        }
        TermRef::NamedNode(_) | TermRef::BlankNode(_) => false,
    }
}
