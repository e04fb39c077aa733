//! All statements as text: canonical N-Quads, sorted by bytes, so that two graphs are the same when their dumps are.

use std::io::{self, Write};
use std::path::PathBuf;

use oxigraph::model::{GraphNameRef, NamedOrBlankNode, Quad, Term};
use protocol::record::{Object, Statement, TermError};

use super::sort::Sorter;
use super::{Graph, GraphError, Place};

/// How much of a dump is sorted in memory.
pub(super) const ROOM: usize = 64 << 20;

impl Graph {
    /// Writes every statement that queries see as a line of canonical N-Quads, the lines in the order of their bytes, as they
    /// stand at this moment; gives their number. What does not fit into 64 MiB is sorted in unnamed files beside the graph.
    ///
    /// # Errors
    /// [`GraphError::Dump`] when `out` or the disk does not take it; [`GraphError::Storage`] or [`GraphError::Damaged`] when
    /// the store cannot be read or holds what no graph wrote.
    pub fn dump(&self, out: &mut dyn Write) -> Result<u64, GraphError> {
        let mut sorter = Sorter::new(self.folder_for_runs(), ROOM);
        let default = Some(GraphNameRef::DefaultGraph);
        for quad in self.store.quads_for_pattern(None, None, None, default) {
            let quad = quad.map_err(|error| self.fault(error))?;
            let statement = statement(quad).map_err(|detail| GraphError::Damaged {
                place: self.place.to_string(),
                detail,
            })?;
            sorter.push(&statement.as_ref().to_line())?;
        }
        // a file or a pipe should not be written a line at a time
        let mut out = io::BufWriter::with_capacity(1 << 16, out);
        let count = sorter.finish(&mut out)?;
        out.flush()?;
        Ok(count)
    }

    /// Beside the graph there is room for a graph; the folder for temporary files may well be in memory.
    fn folder_for_runs(&self) -> PathBuf {
        match &self.place {
            Place::Memory => std::env::temp_dir(),
            Place::Disk(path) => match path.parent() {
                Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
                _ => PathBuf::from("."),
            },
        }
    }
}

/// The same statement as one of a record: there is one way to write a line, the protocol's.
pub(super) fn statement(quad: Quad) -> Result<Statement, String> {
    let object = match quad.object {
        Term::NamedNode(iri) => Object::iri(iri.into_string()),
        Term::Literal(literal) => match literal.destruct() {
            (value, _, Some(language)) => Object::tagged(value, &language),
            (value, Some(datatype), None) => Object::typed(value, datatype.into_string()),
            (value, None, None) => Ok(Object::text(value)),
        },
        Term::BlankNode(node) => return Err(format!("it holds a blank node, {node}")),
    };
    let NamedOrBlankNode::NamedNode(subject) = quad.subject else {
        return Err(format!("it holds a blank node, {}", quad.subject));
    };
    let statement = object.and_then(|object| {
        Statement::parse(subject.into_string(), quad.predicate.into_string(), object)
    });
    statement
        .map_err(|error: TermError| format!("it holds a statement that nobody can state: {error}"))
}
