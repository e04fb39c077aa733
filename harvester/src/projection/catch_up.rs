//! Brings graph and text index to what the ledger says, from wherever they are.
//!
//! Each projection keeps by itself the ledger's sequence number that it is at. One that has none is loaded whole; one that is behind is
//! told what is to be shown of every resource that was touched since. Both read one snapshot of the ledger. When both are there, the bytes
//! that redactions took out are erased, in this order, because a projection needs the bytes of what it takes back.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use anyhow::Context;
use diesel::Connection as _;
use ontologies::Terms;
use protocol::identifier::{Accession, Namespace, Origin};
use protocol::record::Record;
use protocol::roster::Document;
use protocol::tile::{RecordBundleAddress, WIDTH};

use super::stores::{Kept, Shelves, Stores};
use super::{Change, RecordBytes, Shown};
use crate::crash;
use crate::ending::Ending;
use crate::graph;
use crate::harvest::round::namespace_of;
use crate::ledger::erasure::{self, Erasure};
use crate::ledger::shown::{self, Version};
use crate::ledger::{Connection, Ledger, log};
use crate::mirror::{BundledRecord, LogMirror, Mirror, MirrorError};
use crate::text::Text;

/// Resources whose changes one transaction of a projection holds: a transaction keeps all it writes in memory.
const MOST_CHANGES: usize = 2_000;

/// Records that wait between the reader and a loader.
const WAITING: usize = 512;

/// Records read from the ledger at once while everything is gone through.
const PAGE: i64 = 4_096;

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

    /// Loads what has no position with everything that is shown. Records are read once for both.
    fn load(
        &self,
        connection: &mut Connection,
        stores: &Stores,
        target: i64,
        loads: Loads,
        go_on: GoOn<'_>,
    ) -> anyhow::Result<u64> {
        let terms = self.terms();
        let position = target.cast_unsigned();
        let mut loaders: Vec<Loader<'_>> = Vec::new();
        if loads.graph {
            loaders.push(Box::new(|received| {
                stores.graph.load(received, &terms, position)?;
                Ok(())
            }));
        }
        if loads.text {
            loaders.push(Box::new(|received| {
                crash::point("text-loading");
                stores.text.load(received, &terms, position)?;
                crash::point("text-applied");
                Ok(())
            }));
        }
        self.pour(connection, loaders, go_on)
    }

    /// Reads everything that is shown once, and gives it to each loader on a thread of its own.
    fn pour(
        &self,
        connection: &mut Connection,
        loaders: Vec<Loader<'_>>,
        go_on: GoOn<'_>,
    ) -> anyhow::Result<u64> {
        std::thread::scope(|scope| {
            let mut senders: Vec<Sender> = Vec::new();
            let mut running = Vec::new();
            for loader in loaders {
                let (sender, receiver) = sync_channel(WAITING);
                senders.push(sender);
                running.push(scope.spawn(move || loader(Received(receiver))));
            }
            let read = self.read_all(connection, senders, go_on);
            let mut loaded = Ok(());
            for loader in running {
                let ended = loader
                    .join()
                    .unwrap_or_else(|_| Err(anyhow::anyhow!("a loader panicked")));
                loaded = loaded.and(ended);
            }
            // a loader that failed is why the reader found nobody to send to
            loaded.and(read)
        })
    }

    /// Sends everything that is shown to every loader. A loader that ended early has an error of its own; the others still get all.
    fn read_all(
        &self,
        connection: &mut Connection,
        senders: Vec<Sender>,
        go_on: GoOn<'_>,
    ) -> anyhow::Result<u64> {
        let mut reader = RecordReader::new(&self.mirror, self.namespaces());
        let mut senders = senders;
        let mut behind = (0, -1);
        let mut sent = 0;
        loop {
            let page = match shown::all_shown(connection, behind, PAGE) {
                Ok(page) => page,
                Err(error) => {
                    let error = Err(error.into());
                    send_to_all(&mut senders, &error);
                    return error.map(|_| sent);
                }
            };
            let Some(last) = page.last() else {
                return Ok(sent);
            };
            behind = (last.log, last.index.cast_signed());
            for version in page {
                let shown = go_on().and_then(|()| reader.shown(version));
                send_to_all(&mut senders, &shown);
                shown?;
                sent += 1;
            }
        }
    }

    /// Tells what is behind what became of everything that was touched since.
    fn apply(
        &self,
        connection: &mut Connection,
        stores: &Stores,
        from: i64,
        target: i64,
        places: (Option<i64>, Option<i64>),
        go_on: GoOn<'_>,
    ) -> anyhow::Result<u64> {
        let mut reader = RecordReader::new(&self.mirror, self.namespaces());
        let windows = log::windows(connection, from, target)?;
        let mut resources = 0;
        let mut touched: Vec<(String, Accession)> = Vec::new();
        for (place, window) in windows.iter().enumerate() {
            let member = log::by_id(connection, window.log)?.member;
            let ids = shown::touched(connection, window)?;
            touched.extend(ids.into_iter().map(|id| (member.clone(), id)));
            let is_last = place + 1 == windows.len();
            if touched.len() < MOST_CHANGES && !is_last {
                continue;
            }
            touched.sort_unstable();
            touched.dedup();
            resources += touched.len() as u64;
            let position = window.sequence;
            go_on()?;
            self.apply_some(connection, stores, &mut reader, &touched, position, places)?;
            touched.clear();
        }
        Ok(resources)
    }

    fn apply_some(
        &self,
        connection: &mut Connection,
        stores: &Stores,
        reader: &mut RecordReader,
        touched: &[(String, Accession)],
        position: i64,
        (graph_at, text_at): (Option<i64>, Option<i64>),
    ) -> anyhow::Result<()> {
        let is_behind = |at: Option<i64>| at.is_some_and(|at| at < position);
        let mut parts = touched.chunks(MOST_CHANGES).peekable();
        while let Some(part) = parts.next() {
            let changes = part
                .iter()
                .map(|(member, id)| change(connection, reader, member, id))
                .collect::<anyhow::Result<Vec<_>>>()?;
            let is_last = parts.peek().is_none();
            // a window that is too large for one transaction moves the position with its last part
            let at = |held: Option<i64>| {
                if is_last { position } else { held.unwrap_or(0) }.cast_unsigned()
            };
            let terms = self.terms();
            if is_behind(graph_at) {
                let held = stores.graph.position()?.map(u64::cast_signed);
                stores.graph.apply(&changes, self, at(held))?;
            }
            if is_behind(text_at) {
                let held = stores.text.position().map(u64::cast_signed);
                stores.text.apply(&changes, &terms, at(held))?;
                crash::point("text-applied");
            }
        }
        Ok(())
    }

    /// Erases what redactions took out, once nothing shows it any more and no published version has the same bytes.
    fn erase(&self, sequence: i64) -> anyhow::Result<()> {
        let due = erasure::due(&mut *self.ledger.reader()?, sequence)?;
        for erasure in &due {
            let origin = log::by_id(&mut *self.ledger.reader()?, erasure.log)?.origin;
            let mirror = self.log_mirror(&origin)?;
            let _turn = mirror.turn();
            if !self.is_published(erasure)? {
                self.erase_from(&mirror, erasure)?;
                mirror.barrier()?;
                crash::point("bytes-erased");
            }
            self.ledger
                .write(|connection| erasure::done(connection, erasure))?;
        }
        Ok(())
    }

    fn is_published(&self, erasure: &Erasure) -> anyhow::Result<bool> {
        let connection = &mut *self.ledger.reader()?;
        let nothing = 0..0;
        Ok(erasure::is_published(
            connection,
            erasure.log,
            &erasure.digest,
            nothing,
        )?)
    }

    /// What is too damaged to be written again without the bytes goes whole, and the next harvest fetches it again.
    fn erase_from(&self, mirror: &LogMirror, erasure: &Erasure) -> anyhow::Result<()> {
        match mirror.erase_record(erasure.index, &erasure.digest) {
            Err(damaged @ MirrorError::Damaged { .. }) => {
                tracing::error!("redacted bytes were to be taken out: {damaged}");
                let bundle = erasure.index / WIDTH;
                self.ledger.write(|connection| {
                    log::lower_mirrored(connection, erasure.log, bundle * WIDTH)
                })?;
                match RecordBundleAddress::new(bundle) {
                    Some(address) => Ok(mirror.remove(&address.path())?),
                    None => Ok(()),
                }
            }
            done => Ok(done?),
        }
    }

    /// Takes other terms: the graph states them, and the text index makes again what they change.
    ///
    /// # Errors
    /// As [`Projections::catch_up`]; what is left to be done then is done by the next call of it, if need be in another process.
    pub fn set_terms(&self, terms: Arc<Terms>) -> anyhow::Result<CaughtUp> {
        {
            let mut has_terms = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            *self.terms.write().unwrap_or_else(PoisonError::into_inner) = terms;
            *has_terms = false;
        }
        self.catch_up()
    }

    /// Gives stores that were loaded once the terms that are loaded now. Each knows by itself which it has, so that it is no matter
    /// who was interrupted when. Comes before anything is applied with these terms.
    fn bring_terms(
        &self,
        connection: &mut Connection,
        stores: &Stores,
        go_on: GoOn<'_>,
    ) -> anyhow::Result<()> {
        let terms = self.terms();
        if stores.graph.position()?.is_some() {
            stores.graph.set_terms(&terms)?;
            crash::point("terms-stated");
        }
        go_on()?;
        let Some(outdated) = stores.text.begin_terms(&terms)? else {
            return Ok(());
        };
        crash::point("terms-begun");
        tracing::info!(
            documents = outdated.ids.len(),
            "ontologies have changed; the text index makes again what they change"
        );
        let mut reader = RecordReader::new(&self.mirror, self.namespaces());
        for some in outdated.ids.chunks(MOST_CHANGES) {
            go_on()?;
            let mut changes = Vec::with_capacity(some.len());
            for id in some {
                let member = shown::versions(connection, id)?
                    .pop()
                    .with_context(|| format!("{id} is indexed and not in the ledger"))?
                    .member;
                changes.push(change(connection, &mut reader, &member, id)?);
            }
            let position = stores.text.position().unwrap_or(0);
            stores.text.apply(&changes, &terms, position)?;
            crash::point("terms-applied");
        }
        Ok(stores.text.end_terms(&outdated)?)
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

type Sender = SyncSender<anyhow::Result<Shown>>;

/// What becomes of everything that is shown.
type Loader<'a> = Box<dyn FnOnce(Received) -> anyhow::Result<()> + Send + 'a>;

/// Loaders must not take an end for the end when the reader failed, so that they hear of it.
fn send_to_all(senders: &mut Vec<Sender>, shown: &anyhow::Result<Shown>) {
    senders.retain(|sender| {
        let copy = match shown {
            Ok(shown) => Ok(shown.clone()),
            Err(error) => Err(anyhow::anyhow!("{error:#}")),
        };
        sender.send(copy).is_ok()
    });
}

#[derive(Debug, Clone, Copy)]
struct Loads {
    graph: bool,
    text: bool,
}

/// The records that a loader is sent. That the reader has gone without an end is no end: it is the reader's error that counts.
struct Received(Receiver<anyhow::Result<Shown>>);

impl Iterator for Received {
    type Item = anyhow::Result<Shown>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.recv().ok()
    }
}

/// What is to be shown of a resource now.
fn change(
    connection: &mut Connection,
    reader: &mut RecordReader,
    member: &str,
    id: &Accession,
) -> anyhow::Result<Change> {
    let shown = shown::shown(connection, id)?
        .map(|version| reader.shown(version))
        .transpose()?;
    Ok(Change {
        id: id.clone(),
        namespace: reader.namespaces.get(member)?.clone(),
        shown,
    })
}

/// Reads records out of the mirror; remembers the bundle that it read last, since neighbours are asked for one after the other.
struct RecordReader {
    mirror: Mirror,
    namespaces: Arc<Namespaces>,
    last: Option<(String, u64, Vec<BundledRecord>)>,
}

impl RecordReader {
    fn new(mirror: &Mirror, namespaces: Arc<Namespaces>) -> Self {
        Self {
            mirror: mirror.clone(),
            namespaces,
            last: None,
        }
    }

    fn shown(&mut self, version: Version) -> anyhow::Result<Shown> {
        let bytes = self.bytes(&version)?.with_context(|| {
            format!(
                "the mirror does not have the record {} of {}.{}; `omma-harvester check` tells more",
                version.digest, version.id, version.version
            )
        })?;
        let namespace = self.namespaces.get(&version.member)?.clone();
        let record = Record::parse(bytes, &version.id, &namespace)
            .with_context(|| format!("the record of {}.{}", version.id, version.version))?;
        Ok(Shown {
            id: version.id,
            version: version.version,
            namespace,
            member: version.member,
            index: version.index,
            verified_at: version.verified_at,
            record,
        })
    }

    fn bytes(&mut self, version: &Version) -> anyhow::Result<Option<Vec<u8>>> {
        let bundle = version.index / WIDTH;
        let is_last =
            |last: &(String, u64, Vec<BundledRecord>)| last.0 == version.origin && last.1 == bundle;
        let mirror = self.mirror.log(&Origin::parse(&version.origin)?);
        if !self.last.as_ref().is_some_and(is_last) {
            self.last = mirror
                .records_of_bundle(bundle)?
                .map(|records| (version.origin.clone(), bundle, records));
        }
        let bundled = self
            .last
            .as_ref()
            .filter(|last| is_last(last))
            .and_then(|last| {
                last.2
                    .iter()
                    .filter(|record| record.digest == version.digest)
                    .find_map(|record| record.bytes.clone())
            });
        match bundled {
            Some(bytes) => Ok(Some(bytes)),
            None => Ok(mirror.record(version.index, &version.digest)?),
        }
    }
}
