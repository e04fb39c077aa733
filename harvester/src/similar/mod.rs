//! Similar images: which images of the federation look alike, by the perceptual hashes in their records
//! (`docs/design/0008-similar-images.md`).
//!
//! The hashes are in memory, 32 bytes each, and follow from the graph as the graph follows from the ledger: whoever asks has
//! them brought first to the window at which the graph is, by what was touched since; another graph is read as a whole. So
//! nothing is kept that could be wrong for longer than a question, and `check` and `rebuild` have nothing more to do. What is
//! taken from view is not shown from that moment on, also before the graph knows: whoever shows images asks the ledger for
//! each.
//!
//! What is said is that images look similar. Why is for people to find out: the same field in two studies, a reuse that is
//! cited, or chance.

pub mod clusters;
mod gathering;
pub mod hashes;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock, Weak};

use diesel::Connection as _;
use protocol::identifier::{Accession, Kind, Namespace};
use protocol::perceptual_hash::{Orientation, PerceptualHash, Sought};

use crate::graph::Graph;
use crate::ledger::{Connection, Ledger, log, shown};
use crate::projection::catch_up::Namespaces;
use crate::projection::stores::Kept;
use clusters::Cluster;
use gathering::Gathering;
use hashes::Hashes;

/// The most bits in which an image differs from one that it is said to be similar to.
pub const MOST_DISTANCE: u32 = 72;

/// Which images of the federation look alike.
#[derive(Debug, Default)]
pub struct SimilarImages {
    held: RwLock<Held>,
    /// one at a time brings them to the newest window
    turn: Mutex<()>,
    gathering: Gathering,
}

#[derive(Debug, Default)]
struct Held {
    hashes: Hashes,
    /// of which graph, and at which position of it
    of: Option<(Weak<Kept<Graph>>, u64)>,
    /// how often they have changed
    changes: u64,
}

/// The namespaces of the members that have the prefixes of images, as far as they were asked for. The ledger knows a prefix
/// only from its own member, because no other's entries are taken.
struct Owners<'a> {
    connection: &'a mut Connection,
    namespaces: &'a Namespaces,
    of_prefixes: HashMap<String, &'a Namespace>,
}

impl Owners<'_> {
    /// The image that an IRI names, where it is the IRI that its own member gives it.
    fn image(&mut self, iri: &str) -> anyhow::Result<Option<Accession>> {
        let Some(id) = image_of(iri) else {
            return Ok(None);
        };
        let namespace = match self.of_prefixes.get(id.prefix()) {
            Some(namespace) => *namespace,
            None => {
                // what is not shown has no owner to be asked; another image of the prefix has
                let Some(version) = shown::shown(self.connection, &id)? else {
                    return Ok(None);
                };
                let namespace = self.namespaces.get(&version.member)?;
                self.of_prefixes.insert(id.prefix().to_owned(), namespace);
                namespace
            }
        };
        Ok((namespace.iri(&id) == iri).then_some(id))
    }
}

/// An image that is similar to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Similar {
    /// The image.
    pub id: Accession,
    /// In how many of 256 bits they differ.
    pub distance: u32,
    /// How the other has to be turned to look like this one.
    pub orientation: Orientation,
}

/// Images that are similar to one, by whose they are; the nearest first, those of one distance by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ByStudy {
    /// Those of other studies.
    pub elsewhere: Vec<Similar>,
    /// Those of its own study.
    pub in_study: Vec<Similar>,
}

impl SimilarImages {
    /// Brings the hashes to the window at which the graph is.
    ///
    /// # Errors
    /// When graph or ledger cannot be read.
    pub fn bring(
        &self,
        graph: &Arc<Kept<Graph>>,
        ledger: &Ledger,
        namespaces: &Namespaces,
    ) -> anyhow::Result<()> {
        let Some(position) = graph.position()? else {
            return Ok(());
        };
        if self.from(graph) == Some(position) {
            return Ok(());
        }
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        match self.from(graph) {
            Some(from) => self.follow(graph, ledger, namespaces, (from, position))?,
            None => self.load(graph, ledger, namespaces, position)?,
        }
        Ok(())
    }

    /// The position of this graph at which the hashes are; none where they are of another one.
    fn from(&self, graph: &Arc<Kept<Graph>>) -> Option<u64> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let (of, position) = held.of.as_ref()?;
        of.ptr_eq(&Arc::downgrade(graph)).then_some(*position)
    }

    /// Reads all hashes anew.
    fn load(
        &self,
        graph: &Arc<Kept<Graph>>,
        ledger: &Ledger,
        namespaces: &Namespaces,
        position: u64,
    ) -> anyhow::Result<()> {
        let connection = &mut *ledger.reader()?;
        let mut owners = Owners {
            connection,
            namespaces,
            of_prefixes: HashMap::new(),
        };
        let mut hashes = Hashes::default();
        let mut failed = None;
        graph.each_perceptual_hash(|iri, hash| match owners.image(iri) {
            Ok(Some(id)) => {
                let least = hashes.get(&id).map_or(hash, |other| other.min(hash));
                hashes.set(id, Some(least));
            }
            Ok(None) => {}
            Err(error) => failed = Some(error),
        })?;
        if let Some(error) = failed {
            return Err(error);
        }
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        *held = Held {
            hashes,
            of: Some((Arc::downgrade(graph), position)),
            changes: held.changes + 1,
        };
        Ok(())
    }

    /// Reads the hashes of the images that were touched between two positions.
    fn follow(
        &self,
        graph: &Arc<Kept<Graph>>,
        ledger: &Ledger,
        namespaces: &Namespaces,
        (from, to): (u64, u64),
    ) -> anyhow::Result<()> {
        let connection = &mut *ledger.reader()?;
        let read = connection.transaction(|connection| -> anyhow::Result<_> {
            let mut touched = Vec::new();
            for window in log::windows(connection, from.cast_signed(), to.cast_signed())? {
                let ids = shown::touched(connection, &window)?;
                touched.extend(ids.into_iter().filter(|id| id.kind() == Kind::Image));
            }
            touched.sort_unstable();
            touched.dedup();
            let mut read = Vec::with_capacity(touched.len());
            for id in touched {
                let hash = match shown::shown(connection, &id)? {
                    Some(version) => {
                        let iri = namespaces.get(&version.member)?.iri(&id);
                        graph.perceptual_hash(&iri)?
                    }
                    None => None,
                };
                read.push((id, hash));
            }
            Ok(read)
        })?;
        let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
        for (id, hash) in read {
            if held.hashes.set(id, hash) {
                held.changes += 1;
            }
        }
        held.of = Some((Arc::downgrade(graph), to));
        Ok(())
    }

    /// How many images have a hash.
    pub fn count(&self) -> usize {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.hashes.len()
    }

    /// The hash of an image; none where it is not shown, or has too little structure to be told from others by it.
    pub fn hash_of(&self, id: &Accession) -> Option<PerceptualHash> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.hashes.get(id)
    }

    /// Images that are similar to one, the nearest first, those of one distance by their ids: at most so many, and only those
    /// behind a distance and id.
    pub fn similar_to(
        &self,
        id: &Accession,
        hash: PerceptualHash,
        behind: Option<&(u32, Accession)>,
        most: usize,
    ) -> Vec<Similar> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let near = held.hashes.near(hash, MOST_DISTANCE).into_iter();
        let others = near.filter(|(distance, image)| {
            image.0 != *id
                && behind.is_none_or(|behind| (*distance, &image.0) > (behind.0, &behind.1))
        });
        first(hash, others, most)
    }

    /// Images that are similar to one: of other studies and of its own at most so many each, so that neither pushes the others
    /// out.
    pub fn similar_by_study(&self, id: &Accession, hash: PerceptualHash, most: usize) -> ByStudy {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let near = held.hashes.near(hash, MOST_DISTANCE).into_iter();
        let (in_study, elsewhere): (Vec<_>, Vec<_>) = near
            .filter(|(_, image)| image.0 != *id)
            .partition(|(_, image)| image.0.study_part() == id.study_part());
        ByStudy {
            elsewhere: first(hash, elsewhere.into_iter(), most),
            in_study: first(hash, in_study.into_iter(), most),
        }
    }

    /// The clusters of nearly the same images in different studies, as they were found last, and whether these are of the images
    /// of now. Who asks for the first time, or after something has changed, has them looked for; who asks for the first time waits
    /// a little. None where none were found yet.
    ///
    /// # Errors
    /// When no thread can be had.
    pub fn clusters(self: &Arc<Self>) -> anyhow::Result<Option<(Arc<Vec<Cluster>>, bool)>> {
        let images = || {
            let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
            (held.changes, held.hashes.iter().cloned().collect())
        };
        let changes = {
            let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
            held.changes
        };
        self.gathering.newest(changes, images)
    }
}

/// The first of these, which are near to a hash: at most so many.
fn first<'a>(
    hash: PerceptualHash,
    near: impl Iterator<Item = (u32, &'a (Accession, PerceptualHash))>,
    most: usize,
) -> Vec<Similar> {
    let sought = Sought::new(hash);
    near.take(most)
        .map(|(distance, image)| Similar {
            id: image.0.clone(),
            distance,
            orientation: sought.nearest(image.1).1,
        })
        .collect()
}

/// The image that an IRI ends in, if it is no node within a record: whatever stands behind `#` is its author's choice.
fn image_of(iri: &str) -> Option<Accession> {
    if iri.contains('#') {
        return None;
    }
    let name = iri.rsplit('/').next()?;
    let id = Accession::parse(name).ok()?;
    (id.kind() == Kind::Image).then_some(id)
}
