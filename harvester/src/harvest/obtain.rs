//! Step 3: one bundle of entries with its records, from whoever has them, each checked by itself (section 6).

use std::sync::Arc;

use protocol::bundle;
use protocol::tile::{EntryBundleAddress, RecordBundleAddress, WIDTH, check_bundle};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

use super::desk::Desk;
use super::files::LogFiles;
use super::records::RecordBundle;
use super::stop::Stop;
use crate::mirror::{Announced, puts};
use crate::tree::{Expected, Tree};
use crate::verify::{self, Reading, Rules};

/// What is needed to obtain the bundles of one log.
#[derive(Clone)]
pub struct Obtaining {
    /// clock, memory
    pub desk: Desk,
    /// the log's number in the ledger
    pub log: i32,
    /// where files are
    pub files: LogFiles,
    /// what they are proven against
    tree: Arc<Mutex<Tree<LogFiles>>>,
    /// what records have to keep
    pub rules: Rules,
    /// KiB of memory that nobody else can take
    own: Arc<Semaphore>,
    /// KiB of the memory of all that this log may have beside it at the same time
    share: Arc<Semaphore>,
    /// its size
    share_kib: u32,
}

/// A bundle of entries that is proven; its records are not obtained yet.
pub struct Proven {
    address: EntryBundleAddress,
    entries: Vec<Vec<u8>>,
    announced: Vec<Announced>,
    sizes: Vec<u64>,
    /// files that the mirror has not
    files: Vec<(String, Vec<u8>)>,
}

/// Memory that is given back with it: the log's own, or of its share and of what all logs have.
pub struct Memory {
    _permits: Vec<OwnedSemaphorePermit>,
}

/// A bundle whose entries and records were looked at.
pub struct Obtained {
    /// the index of the first reading
    pub first: u64,
    /// from `first` on
    pub readings: Vec<Reading>,
    /// files that the mirror has not
    pub files: Vec<(String, Vec<u8>)>,
    /// how the record bundle was served; none of a partial bundle
    pub records: Option<RecordBundle>,
    /// the memory that its records may take is given back with it
    _memory: Memory,
}

impl Obtaining {
    /// Of a log with this number in the ledger, these files and this tree. How much memory it takes, and for how long, is up to whoever serves
    /// it, and others are to go on: so each log has some of its own, in which bundles of ordinary records have room whatever all the others do,
    /// and of what is for the large ones of all no log has more than half.
    pub fn new(desk: &Desk, log: i32, files: LogFiles, tree: Tree<LogFiles>, rules: Rules) -> Self {
        let share_kib = (desk.budget_kib / 2).max(1);
        Self {
            desk: desk.clone(),
            log,
            files,
            tree: Arc::new(Mutex::new(tree)),
            rules,
            own: Arc::new(Semaphore::new(desk.own_kib as usize)),
            share: Arc::new(Semaphore::new(share_kib as usize)),
            share_kib,
        }
    }

    /// Obtains one bundle; entries before `from` were judged before.
    ///
    /// # Errors
    /// [`Stop`] when its entries cannot be had or verified. Records that cannot be are no reason to stop.
    pub async fn bundle(&self, address: EntryBundleAddress, from: u64) -> Result<Obtained, Stop> {
        let proven = self.prove(address).await?;
        let memory = self.memory(&proven).await?;
        self.with_records(proven, memory, from).await
    }

    /// The entries of a bundle, proven.
    ///
    /// # Errors
    /// [`Stop`] when they cannot be had or verified.
    pub async fn prove(&self, address: EntryBundleAddress) -> Result<Proven, Stop> {
        let mut files = Vec::new();
        let entries = self.entries(address, &mut files).await?;
        let announced = puts(&entries);
        let sizes = announced.iter().map(|put| put.size).collect();
        Ok(Proven {
            address,
            entries,
            announced,
            sizes,
            files,
        })
    }

    /// Waits until there is memory for the records of a bundle. Whoever waits for several takes it in their order: each keeps what it has until
    /// those before it are done.
    ///
    /// # Errors
    /// When the harvester ends.
    pub async fn memory(&self, proven: &Proven) -> Result<Memory, Stop> {
        let entries: usize = proven.entries.iter().map(Vec::len).sum();
        let bytes = bundle::inflated_limit(&proven.sizes) + 2 * entries;
        let kib = u32::try_from(bytes >> 10).unwrap_or(u32::MAX);
        let kib = kib.saturating_add(64);
        let (pools, kib): (&[&Arc<Semaphore>], u32) = if kib <= self.desk.own_kib {
            (&[&self.own], kib)
        } else {
            (&[&self.share, &self.desk.budget], kib.min(self.share_kib))
        };
        let mut permits = Vec::with_capacity(pools.len());
        for pool in pools {
            let permit = Arc::clone(pool).acquire_many_owned(kib).await;
            permits.push(permit.map_err(|error| Stop::Ours(error.into()))?);
        }
        Ok(Memory { _permits: permits })
    }

    /// Adds the records to a bundle of entries; entries before `from` were judged before.
    ///
    /// # Errors
    /// [`Stop`] when nobody can be asked, or something of ours fails.
    pub async fn with_records(
        &self,
        proven: Proven,
        memory: Memory,
        from: u64,
    ) -> Result<Obtained, Stop> {
        let Proven {
            address,
            entries,
            announced,
            sizes,
            mut files,
        } = proven;
        let first = from.max(address.first_entry());
        let mut readings: Vec<Reading> = entries
            .iter()
            .skip((first - address.first_entry()) as usize)
            .map(|bytes| verify::entry(bytes))
            .collect();
        let mut records = if address.is_full() {
            Some(self.record_bundle(address, &announced, &sizes).await?)
        } else {
            None
        };
        let bytes = records.as_ref().map(|records| &records.bytes);
        let worths = self.worths(first, &readings, bytes, &mut files).await?;
        for (reading, found) in readings.iter_mut().zip(worths) {
            if let Reading::Entry(_, worth) = reading {
                *worth = found;
            }
        }
        let mut brought = Vec::new();
        if let (Some(records), Some(path)) = (&mut records, records_path(address)) {
            records.compare(&readings, &path);
            if let Some(framed) = records.framed.take() {
                brought.extend(records.bytes.keys().copied());
                files.push((path, framed));
            }
        }
        Ok(Obtained {
            first,
            readings,
            files,
            records: records.map(|records| RecordBundle {
                index: address.index(),
                fault: records.fault,
                brought,
            }),
            _memory: memory,
        })
    }

    /// The entries, proven by the tile beside them.
    async fn entries(
        &self,
        address: EntryBundleAddress,
        files: &mut Vec<(String, Vec<u8>)>,
    ) -> Result<Vec<Vec<u8>>, Stop> {
        let expected = {
            let mut tree = self.tree.lock().await;
            let expected = tree.expect(address.tile()).await?;
            let fresh = tree.take_fresh();
            files.extend(
                fresh
                    .into_iter()
                    .map(|(address, tile)| (address.path(), tile)),
            );
            expected
        };
        let tile = match &expected {
            Expected::Hashes(known) => known.to_vec(),
            Expected::Hash(_) => {
                let path = address.tile().path();
                let (tile, is_new) = self
                    .files
                    .first_fitting(&path, WIDTH * 32, |bytes| {
                        expected.check(address.tile(), &bytes)
                    })
                    .await?;
                if is_new {
                    files.push((path, tile.concat()));
                }
                tile
            }
        };
        let path = address.path();
        let (entries, is_new) = self
            .files
            .entry_bundle(address, |bytes| {
                let entries = bundle::decode_entries(bytes, address.width())
                    .map_err(|error| format!("the entry bundle {path}: {error}"))?;
                check_bundle(&entries, &tile)
                    .map_err(|error| format!("the entry bundle {path}: {error}"))?;
                Ok(entries.into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>())
            })
            .await?;
        if is_new {
            let bytes =
                bundle::encode_entries(&entries).map_err(|error| Stop::Ours(error.into()))?;
            files.push((path, bytes));
        }
        Ok(entries)
    }
}

pub(super) fn records_path(address: EntryBundleAddress) -> Option<String> {
    Some(RecordBundleAddress::new(address.index())?.path())
}
