//! Step 3: one bundle of entries with its records, from whoever has them, each checked by itself (section 6).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use futures_util::stream::{self, StreamExt};
use protocol::bundle;
use protocol::digest::Digest;
use protocol::entry::Operation;
use protocol::tile::{EntryBundleAddress, RecordBundleAddress, WIDTH, check_bundle, record_path};
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

use super::desk::Desk;
use super::files::LogFiles;
use super::stop::{Refusal, Stop, is_answer};
use crate::ledger::erasure;
use crate::mirror::{Announced, MirrorError, inflate, puts};
use crate::tree::{Expected, Tree};
use crate::verify::{self, Answer, Reading, Rules, Wanted, Worth};

/// Single records asked for at once.
const SINGLES_AT_ONCE: usize = 4;

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
    /// KiB of the memory of all that this log may have at the same time
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

/// Memory that is given back with it: of the log's share, and of what all logs have.
pub struct Memory {
    _of_share: OwnedSemaphorePermit,
    _of_all: OwnedSemaphorePermit,
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

/// How the record bundle beside a full entry bundle was served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordBundle {
    /// its index
    pub index: u64,
    /// why single records had to stand in; none where it is whole
    pub fault: Option<Fault>,
    /// records that it brings, so that their single files are not needed for it
    pub brought: Vec<Digest>,
}

/// What was wrong with a record bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// whether it was absent, rather than wrong
    pub is_absent: bool,
    /// for people
    pub sentence: String,
}

/// A bundle's record bytes by digest, and where they came from.
struct Records {
    bytes: HashMap<Digest, Vec<u8>>,
    framed: Option<Vec<u8>>,
    fault: Option<Fault>,
}

impl Records {
    /// A bundle that leaves out, as redacted, what its member serves singly is not what it should be.
    fn compare(&mut self, readings: &[Reading], path: &str) {
        let left_out = readings.iter().find_map(|reading| {
            let Reading::Entry(entry, Some(Worth::Good { .. })) = reading else {
                return None;
            };
            match entry.operation() {
                Operation::Put { record, .. } if !self.bytes.contains_key(record) => Some(record),
                _ => None,
            }
        });
        if let (Some(digest), None) = (left_out, &self.fault) {
            self.framed = None;
            self.fault = Some(Fault {
                is_absent: false,
                sentence: format!(
                    "the record bundle {path} leaves out the record {digest} as if it were redacted; single records stand in"
                ),
            });
        }
    }
}

impl Obtaining {
    /// Of a log with this number in the ledger, these files and this tree. It never has more than half of the memory: how much it takes, and
    /// for how long, is up to whoever serves it, and others are to go on.
    pub fn new(desk: &Desk, log: i32, files: LogFiles, tree: Tree<LogFiles>, rules: Rules) -> Self {
        let share_kib = (desk.budget_kib / 2).max(1);
        Self {
            desk: desk.clone(),
            log,
            files,
            tree: Arc::new(Mutex::new(tree)),
            rules,
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
        let kib = kib.saturating_add(64).min(self.share_kib);
        let take = |of: &Arc<Semaphore>| Arc::clone(of).acquire_many_owned(kib);
        let ended = |error: tokio::sync::AcquireError| Stop::Ours(error.into());
        Ok(Memory {
            _of_share: take(&self.share).await.map_err(ended)?,
            _of_all: take(&self.desk.budget).await.map_err(ended)?,
        })
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

    /// The records of a full bundle in one file, or why single ones have to stand in.
    async fn record_bundle(
        &self,
        address: EntryBundleAddress,
        announced: &[Announced],
        sizes: &[u64],
    ) -> Result<Records, Stop> {
        let Some(path) = records_path(address) else {
            return Err(Stop::Rejected(
                "its log is longer than logs can be".to_owned(),
            ));
        };
        let limit = bundle::inflated_limit(sizes);
        // a frame that does not get shorter has a header and three bytes for each block of 128 KiB
        let most = limit as u64 + (limit as u64 >> 8) + 1024;
        let outcome = self
            .files
            .first_fitting(&path, most, |framed| {
                let bytes = open_record_bundle(&framed, announced, sizes, limit)
                    .map_err(|fault| format!("the record bundle {path}: {fault}"))?;
                Ok((bytes, framed))
            })
            .await;
        let fault = match outcome {
            Ok(((bytes, framed), is_new)) => {
                return Ok(Records {
                    bytes,
                    framed: is_new.then_some(framed),
                    fault: None,
                });
            }
            Err(Refusal::Unasked(error)) if error.is_about_reaching() && !is_answer(&error) => {
                return Err(Refusal::Unasked(error).into());
            }
            Err(Refusal::Ours(error)) => return Err(Stop::Ours(error)),
            Err(Refusal::Absent(_)) => Fault {
                is_absent: true,
                sentence: format!("the record bundle {path} is absent; single records stand in"),
            },
            Err(Refusal::Unasked(error)) => Fault {
                is_absent: is_answer(&error),
                sentence: format!("{error}; single records stand in"),
            },
            Err(Refusal::Wrong(sentence)) => Fault {
                is_absent: false,
                sentence: format!("{sentence}; single records stand in"),
            },
        };
        Ok(Records {
            bytes: HashMap::new(),
            framed: None,
            fault: Some(fault),
        })
    }

    /// What the record of each reading is worth, where one is wanted.
    async fn worths(
        &self,
        first: u64,
        readings: &[Reading],
        bundled: Option<&HashMap<Digest, Vec<u8>>>,
        files: &mut Vec<(String, Vec<u8>)>,
    ) -> Result<Vec<Option<Worth>>, Stop> {
        let removed = self.removed(first, first + readings.len() as u64)?;
        let mut worths: Vec<Option<Worth>> = readings.iter().map(|_| None).collect();
        let mut there = Vec::new();
        let mut singles = Vec::new();
        for (place, reading) in readings.iter().enumerate() {
            let Reading::Entry(entry, _) = reading else {
                continue;
            };
            let Some(wanted) = self.rules.wanted(entry) else {
                continue;
            };
            match bundled.and_then(|bundled| bundled.get(&wanted.digest)) {
                Some(bytes) => there.push((place, wanted, Answer::Bytes(bytes.clone()))),
                None if removed.contains(&(first + place as u64)) => {}
                None => singles.push((place, first + place as u64, wanted)),
            }
        }
        let mut asked = stream::iter(singles)
            .map(|(place, index, wanted)| async move {
                let found = self.single(index, &wanted).await;
                (place, wanted, found)
            })
            .buffered(SINGLES_AT_ONCE);
        while let Some((place, wanted, found)) = asked.next().await {
            match found? {
                Single::Bytes(bytes) => {
                    files.push((record_path(&wanted.digest), bytes.clone()));
                    there.push((place, wanted, Answer::Bytes(bytes)));
                }
                Single::Absent(why) => there.push((place, wanted, Answer::Nothing(why))),
                Single::Wrong(sentence) => worths[place] = Some(Worth::Other { sentence }),
            }
        }
        drop(asked);
        let rules = self.rules.clone();
        let judged = tokio::task::spawn_blocking(move || {
            there
                .into_iter()
                .map(|(place, wanted, answer)| (place, rules.worth(&wanted, answer)))
                .collect::<Vec<_>>()
        })
        .await?;
        for (place, worth) in judged {
            worths[place] = Some(worth);
        }
        Ok(worths)
    }

    /// Entries that were judged before and whose bytes are not required any more: nobody is asked for them.
    ///
    /// # Errors
    /// Those of the ledger.
    pub fn removed(&self, first: u64, behind: u64) -> Result<HashSet<u64>, Stop> {
        let connection = &mut *self.desk.ledger.reader()?;
        Ok(erasure::removed(connection, self.log, first, behind)?)
    }

    /// One record: out of the mirror, wherever it has it, or from its own file at the member's.
    ///
    /// # Errors
    /// [`Stop`] when nobody can be asked at all.
    pub async fn single(&self, index: u64, wanted: &Wanted) -> Result<Single, Stop> {
        let (mirror, digest) = (self.files.mirror().clone(), wanted.digest);
        let kept = tokio::task::spawn_blocking(move || mirror.record(index, &digest)).await?;
        match kept {
            // written again all the same: what an earlier, killed run wrote may not be durable, and a bundle that has the same record may be
            // taking the place of its single file at this moment
            Ok(Some(bytes)) => return Ok(Single::Bytes(bytes)),
            // what is damaged is as good as absent: it is asked for again
            Ok(None) | Err(MirrorError::Damaged { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        let outcome = self
            .files
            .first_fitting(&record_path(&wanted.digest), wanted.size, |bytes| {
                if Digest::of(&bytes) == wanted.digest {
                    Ok(bytes)
                } else {
                    Err(format!(
                        "the record of {}.{} does not have the announced digest {}",
                        wanted.id, wanted.version, wanted.digest
                    ))
                }
            })
            .await;
        match outcome {
            Ok((bytes, _)) => Ok(Single::Bytes(bytes)),
            Err(Refusal::Absent(path)) => Ok(Single::Absent(format!("{path} is absent"))),
            Err(Refusal::Wrong(sentence)) => Ok(Single::Wrong(sentence)),
            // one file that a server cannot give is a missing record; a server that gives nothing is another matter
            Err(Refusal::Unasked(error)) if is_answer(&error) => {
                Ok(Single::Absent(error.to_string()))
            }
            Err(Refusal::Unasked(error)) if !error.is_about_reaching() => {
                Ok(Single::Wrong(error.to_string()))
            }
            Err(other) => Err(other.into()),
        }
    }
}

/// What came of asking for a single record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Single {
    /// The announced bytes.
    Bytes(Vec<u8>),
    /// Nobody has them.
    Absent(String),
    /// Others were served.
    Wrong(String),
}

fn records_path(address: EntryBundleAddress) -> Option<String> {
    Some(RecordBundleAddress::new(address.index())?.path())
}

/// The records of a bundle by digest. Redacted ones are not there.
///
/// # Errors
/// A sentence, when it is no record bundle or holds a record that is not the announced one.
pub fn open_record_bundle(
    framed: &[u8],
    announced: &[Announced],
    sizes: &[u64],
    limit: usize,
) -> Result<HashMap<Digest, Vec<u8>>, String> {
    let inflated = inflate(framed, limit).map_err(|error| error.to_string())?;
    let records = bundle::decode_records(&inflated, sizes).map_err(|error| error.to_string())?;
    let mut found = HashMap::new();
    for (put, record) in announced.iter().zip(records) {
        let Some(record) = record else {
            continue;
        };
        if Digest::of(record) != put.digest {
            return Err(format!(
                "record {} of it does not have the announced digest {}",
                put.place, put.digest
            ));
        }
        found.insert(put.digest, record.to_vec());
    }
    Ok(found)
}
