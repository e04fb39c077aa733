//! Brings graph and text index to what the ledger says, from wherever they are.
//!
//! Each projection keeps by itself the ledger's sequence number that it is at. One that has none is loaded whole; one that is behind is
//! told what is to be shown of every resource that was touched since. Both read one snapshot of the ledger. When both are there, the bytes
//! that redactions took out are erased, in this order, because a projection needs the bytes of what it takes back.

mod applying;
mod bringing_terms;
mod erasing;
mod loading;
mod record_reader;

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use anyhow::Context;
use diesel::Connection as _;
use ontologies::Terms;
use protocol::identifier::{Accession, Namespace, Origin};
use protocol::roster::Document;

use super::RecordBytes;
use super::stores::{Kept, Shelves, Stores};
use crate::crash;
use crate::ending::Ending;
use crate::graph;
use crate::harvest::round::namespace_of;
use crate::ledger::shown::{self, Version};
use crate::ledger::{Connection, Ledger, log};
use crate::mirror::{LogMirror, Mirror};
use crate::text::Text;

use loading::{Loader, Loads};

/// Resources whose changes one transaction of a projection holds: a transaction keeps all it writes in memory.
const MOST_CHANGES: usize = 2_000;

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CaughtUp {
    /// the ledger's sequence number that both projections are at
    pub sequence: i64,
    /// resources looked at
    pub resources: u64,
    /// whether one of them was loaded whole
    pub loaded: bool,
}

/// Asked between two pieces of work: an error ends it.
pub type GoOn<'a> = &'a (dyn Fn() -> anyhow::Result<()> + Sync);

/// Graph and text index with what they are made of.
pub struct Projections {
    ledger: Arc<Ledger>,
    mirror: Mirror,
    shelves: Shelves,
    stores: RwLock<Stores>,
    terms: RwLock<Arc<Terms>>,
    namespaces: RwLock<Arc<Namespaces>>,
    /// one at a time applies; whether the stores that answer are known to have these terms
    turn: Mutex<HasTerms>,
    ending: Ending,
}

/// Whether stores are known to have the terms that are loaded. It is asked of them once, because comparing reads all terms.
type HasTerms = bool;

/// The namespace of each member's records.
#[derive(Debug, Default)]
pub struct Namespaces(HashMap<String, Namespace>);

impl Namespaces {
    /// Those that a roster gives.
    pub fn of(roster: &Document) -> Self {
        let of =
            |member: &protocol::roster::Member| (member.id.clone(), namespace_of(roster, member));
        Self(roster.members.iter().map(of).collect())
    }

    /// That of a member.
    ///
    /// # Errors
    /// When the roster does not know the member, which a roster never forgets.
    pub fn get(&self, member: &str) -> anyhow::Result<&Namespace> {
        self.0
            .get(member)
            .with_context(|| format!("the roster does not know the member {member}"))
    }
}

impl std::fmt::Debug for Projections {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Projections")
            .finish_non_exhaustive()
    }
}

impl Projections {
    /// Projections of a ledger and its mirror.
    pub fn new(
        ledger: Arc<Ledger>,
        mirror: Mirror,
        shelves: Shelves,
        terms: Arc<Terms>,
        roster: &Document,
        ending: Ending,
    ) -> anyhow::Result<Self> {
        Ok(Self {
            ledger,
            mirror,
            stores: RwLock::new(shelves.open()?),
            shelves,
            terms: RwLock::new(terms),
            namespaces: RwLock::new(Arc::new(Namespaces::of(roster))),
            turn: Mutex::new(false),
            ending,
        })
    }

    /// The graph and the text index that answer now. Who holds them keeps them, whatever takes their place meanwhile.
    pub fn stores(&self) -> Stores {
        self.stores
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The terms that both know.
    pub fn terms(&self) -> Arc<Terms> {
        Arc::clone(&self.terms.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A newer roster: members that joined.
    pub fn set_roster(&self, roster: &Document) {
        *self
            .namespaces
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Arc::new(Namespaces::of(roster));
    }

    /// The namespaces of members.
    pub fn namespaces(&self) -> Arc<Namespaces> {
        Arc::clone(
            &self
                .namespaces
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Brings both projections to the terms that are loaded and to the ledger's newest window.
    ///
    /// # Errors
    /// When the ledger, the mirror or a projection cannot be read or written, or the process is to end. What was applied stays; the
    /// next call goes on.
    pub fn catch_up(&self) -> anyhow::Result<CaughtUp> {
        let mut has_terms = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let stores = self.stores();
        let go_on = || Ok(self.ending.go_on()?);
        let connection = &mut *self.ledger.reader()?;
        let caught_up = connection.transaction(|connection| {
            if !*has_terms {
                self.bring_terms(connection, &stores, &go_on)?;
                *has_terms = true;
            }
            self.catch_up_in(connection, &stores, &go_on)
        })?;
        self.erase(caught_up.sequence)?;
        Ok(caught_up)
    }

    /// Makes both projections anew beside the old ones, which answer until these are complete.
    ///
    /// # Errors
    /// As [`Projections::catch_up`]; then the old ones stay.
    pub fn rebuild(&self) -> anyhow::Result<CaughtUp> {
        let mut has_terms = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let made = self.shelves.make()?;
        let caught_up = self.fill(&made, &|| Ok(self.ending.go_on()?));
        if caught_up.is_err() {
            // half made it answers nobody
            made.graph.retire();
            made.text.retire();
        }
        let caught_up = caught_up?;
        let old = std::mem::replace(
            &mut *self.stores.write().unwrap_or_else(PoisonError::into_inner),
            made,
        );
        old.graph.retire();
        old.text.retire();
        *has_terms = true;
        self.erase(caught_up.sequence)?;
        Ok(caught_up)
    }

    /// Makes again what ours are compared with: a text index in a folder, and, as sorted lines, the statements that the graph should hold.
    /// A second graph would say the same and take far longer to fill and to read.
    ///
    /// # Errors
    /// When the folder cannot be written, and as [`Projections::catch_up`]; that of `go_on`.
    pub fn make_beside(
        &self,
        folder: &Path,
        lines: &mut File,
        go_on: GoOn<'_>,
    ) -> anyhow::Result<Arc<Kept<Text>>> {
        let shelves = Shelves {
            graph: None,
            text: folder.join("text"),
            text_heap: self.shelves.text_heap,
        };
        let text = shelves.make()?.text;
        let terms = self.terms();
        let connection = &mut *self.ledger.reader()?;
        connection.transaction(|connection| {
            let position = log::sequence(connection)?.cast_unsigned();
            let of_graph: Loader<'_> = Box::new(|received| {
                graph::write_expected(received, &terms, folder, lines)?;
                Ok(())
            });
            let of_text: Loader<'_> = Box::new(|received| {
                crash::point("text-loading");
                text.load(received, &terms, position)?;
                Ok(())
            });
            self.pour(connection, vec![of_graph, of_text], go_on)
        })?;
        Ok(text)
    }

    /// Brings empty stores, which are to take the place of ours, to the ledger's newest window.
    fn fill(&self, stores: &Stores, go_on: GoOn<'_>) -> anyhow::Result<CaughtUp> {
        let connection = &mut *self.ledger.reader()?;
        connection.transaction(|connection| self.catch_up_in(connection, stores, go_on))
    }

    fn catch_up_in(
        &self,
        connection: &mut Connection,
        stores: &Stores,
        go_on: GoOn<'_>,
    ) -> anyhow::Result<CaughtUp> {
        let target = log::sequence(connection)?;
        let graph_at = stores.graph.position()?.map(u64::cast_signed);
        let text_at = stores.text.position().map(u64::cast_signed);
        let loads = Loads {
            graph: graph_at.is_none(),
            text: text_at.is_none(),
        };
        let mut caught_up = CaughtUp {
            sequence: target,
            ..CaughtUp::default()
        };
        if loads.graph || loads.text {
            caught_up.resources += self.load(connection, stores, target, loads, go_on)?;
            caught_up.loaded = true;
        }
        let oldest = [graph_at, text_at].into_iter().flatten().min();
        if let Some(from) = oldest.filter(|from| *from < target) {
            let places = (graph_at, text_at);
            caught_up.resources += self.apply(connection, stores, from, target, places, go_on)?;
        }
        Ok(caught_up)
    }

    /// The bytes of a version; none where they are not kept.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub fn record_of(&self, version: &Version) -> anyhow::Result<Option<Vec<u8>>> {
        let mirror = self.log_mirror(&version.origin)?;
        Ok(mirror.record(version.index, &version.digest)?)
    }

    fn log_mirror(&self, origin: &str) -> anyhow::Result<LogMirror> {
        Ok(self.mirror.log(&Origin::parse(origin)?))
    }
}

impl RecordBytes for Projections {
    fn bytes(&self, id: &Accession, version: u64) -> anyhow::Result<Option<Vec<u8>>> {
        match shown::version(&mut *self.ledger.reader()?, id, version)? {
            Some(found) => self.record_of(&found),
            None => Ok(None),
        }
    }
}
