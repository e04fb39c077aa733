//! Changes, applied in one transaction with their position.
//!
//! For each resource the graph is asked what it shows of it; where that is not what it should show, exactly that is taken
//! out and the new put in. The statements of an old version are those of its bytes, which the mirror has. Where it has
//! them no more (they were redacted), all statements whose subject is the resource or a hash node of it are taken out: the same
//! statements, since nobody else may speak about these subjects, but found by looking at all that the store holds.

use std::collections::{HashMap, HashSet};

use oxigraph::model::{GraphNameRef, NamedOrBlankNode, Quad, QuadRef};
use oxigraph::store::{StorageError, Transaction};
use protocol::identifier::Namespace;
use protocol::record::Record;

use super::held::{self, HeldVersion};
use super::statement::{catalogue_record, for_each_quad};
use super::{Graph, GraphError, state, vocabulary as v};
use crate::crash;
use crate::projection::{Change, RecordBytes, Shown};

/// What a call of [`Graph::apply`] did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Applied {
    /// Records put in.
    pub inserted: u64,
    /// Records taken out; a new version is one out and one in.
    pub removed: u64,
}

impl Graph {
    /// Shows these changes, the last where a resource has several, and moves the position, all or nothing.
    ///
    /// What is written waits in memory for the end of the transaction, at some 500 bytes a statement: give some thousand
    /// changes at a time.
    ///
    /// # Errors
    /// [`GraphError::NotLoaded`] before the first load; [`GraphError::Bytes`] when `bytes` fails; [`GraphError::Storage`] or
    /// [`GraphError::Damaged`] when the store does. Then nothing is changed.
    pub fn apply(
        &self,
        changes: &[Change],
        bytes: &dyn RecordBytes,
        position: u64,
    ) -> Result<Applied, GraphError> {
        self.require_loaded()?;
        let transaction = self.store.start_transaction();
        let mut work = Work {
            graph: self,
            bytes,
            transaction: transaction.map_err(|error| self.fault(error))?,
            to_scan: HashSet::new(),
            to_insert: Vec::new(),
            applied: Applied::default(),
        };
        for change in latest(changes) {
            work.take_out(change)?;
        }
        let finish = || {
            work.scan()?;
            work.put_in();
            let Work {
                mut transaction,
                applied,
                ..
            } = work;
            state::write(&mut transaction, v::POSITION, &position.to_string())?;
            transaction.commit()?;
            Ok(applied)
        };
        let applied = finish().map_err(|error| self.fault(error))?;
        crash::point("graph-applied");
        Ok(applied)
    }
}

/// The last change of each resource.
fn latest(changes: &[Change]) -> impl Iterator<Item = &Change> {
    let mut places: HashMap<(&Namespace, &str), usize> = HashMap::new();
    for (place, change) in changes.iter().enumerate() {
        places.insert((&change.namespace, change.id.as_str()), place);
    }
    let is_last = move |(place, change): &(usize, &Change)| {
        places.get(&(&change.namespace, change.id.as_str())) == Some(place)
    };
    changes
        .iter()
        .enumerate()
        .filter(is_last)
        .map(|(_, change)| change)
}

/// A transaction under way.
struct Work<'a> {
    graph: &'a Graph,
    bytes: &'a dyn RecordBytes,
    transaction: Transaction<'a>,
    /// resources whose statements must be looked for
    to_scan: HashSet<String>,
    /// records whose statements are to be put in, when everything old is out
    to_insert: Vec<&'a Shown>,
    applied: Applied,
}

impl<'a> Work<'a> {
    /// Takes out what the graph shows of a resource, unless it is what it should show, and notes what is to be put in.
    fn take_out(&mut self, change: &'a Change) -> Result<(), GraphError> {
        let iri = change.namespace.iri(&change.id);
        let held = held::versions(&self.transaction, &iri);
        let held = held.map_err(|error| self.graph.fault(error))?;
        let shown = change.shown.as_ref();
        let is_shown = held::is_shown(&self.transaction, &held, shown);
        if is_shown.map_err(|error| self.graph.fault(error))? {
            return Ok(());
        }
        for version in &held {
            for quad in &version.catalogue {
                self.transaction.remove(quad);
            }
            self.take_out_statements(change, &iri, version)?;
        }
        self.applied.removed += held.len() as u64;
        self.to_insert.extend(shown);
        Ok(())
    }

    /// Takes out the statements of a version, or notes that they are to be looked for.
    fn take_out_statements(
        &mut self,
        change: &Change,
        iri: &str,
        held: &HeldVersion,
    ) -> Result<(), GraphError> {
        let same = change
            .shown
            .as_ref()
            .filter(|shown| shown.record.digest().to_string() == held.digest);
        if let Some(shown) = same {
            // the same bytes under another version, index or time
            self.remove_record(&shown.record);
            return Ok(());
        }
        let bytes = self.bytes.bytes(&change.id, held.version);
        let bytes = bytes.map_err(|error| GraphError::Bytes {
            record: change.namespace.iri_of_version(&change.id, held.version),
            error,
        })?;
        match bytes
            .ok_or("the mirror has its bytes no more")
            .and_then(|bytes| read(bytes, change, held))
        {
            Ok(record) => self.remove_record(&record),
            Err(reason) => {
                tracing::warn!(
                    record.id = change.id.as_str(),
                    record.version = held.version,
                    "{reason}: its statements are looked for in the whole graph"
                );
                self.to_scan.insert(iri.to_owned());
            }
        }
        Ok(())
    }

    fn remove_record(&mut self, record: &Record) {
        for_each_quad(record, |quad| self.transaction.remove(quad));
    }

    /// Takes out every statement about the resources whose records' bytes are not to be had, in one walk over the store.
    fn scan(&mut self) -> Result<(), StorageError> {
        if self.to_scan.is_empty() {
            return Ok(());
        }
        let default = Some(GraphNameRef::DefaultGraph);
        // what was committed before: of these resources this transaction has touched nothing but catalogue records
        let quads = self
            .graph
            .store
            .quads_for_pattern(None, None, None, default);
        for quad in quads {
            let quad = quad?;
            if is_about(&quad, &self.to_scan) {
                self.transaction.remove(&quad);
            }
        }
        Ok(())
    }

    fn put_in(&mut self) {
        for shown in &self.to_insert {
            self.transaction.extend(&catalogue_record(shown));
            for_each_quad(&shown.record, |quad: QuadRef<'_>| {
                self.transaction.insert(quad)
            });
        }
        self.applied.inserted += self.to_insert.len() as u64;
    }
}

/// Reads the bytes of a version, if they are those whose statements were put in.
fn read(bytes: Vec<u8>, change: &Change, held: &HeldVersion) -> Result<Record, &'static str> {
    let record = Record::parse(bytes, &change.id, &change.namespace)
        .map_err(|_| "the rules for records refuse its bytes")?;
    if record.digest().to_string() == held.digest {
        Ok(record)
    } else {
        Err("the mirror has other bytes of it than the graph")
    }
}

/// Whether the subject of a statement is one of these resources or a hash node of one.
fn is_about(quad: &Quad, resources: &HashSet<String>) -> bool {
    let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
        return false;
    };
    let subject = subject.as_str();
    let resource = subject
        .split_once('#')
        .map_or(subject, |(resource, _)| resource);
    resources.contains(resource)
}
