//! Records: in a bundle, or singly where that is not full or not whole; and what each is worth (section 3 and 6).

use std::collections::{HashMap, HashSet};

use futures_util::stream::{self, StreamExt};
use protocol::bundle;
use protocol::digest::Digest;
use protocol::entry::Operation;
use protocol::tile::{EntryBundleAddress, record_path};

use super::obtain::{Obtaining, records_path};
use super::stop::{Refusal, Stop, is_answer};
use crate::ledger::erasure;
use crate::mirror::{Announced, MirrorError, inflate};
use crate::verify::{Answer, Reading, Wanted, Worth};

/// Single records asked for at once.
const SINGLES_AT_ONCE: usize = 4;

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
pub(super) struct Records {
    pub(super) bytes: HashMap<Digest, Vec<u8>>,
    pub(super) framed: Option<Vec<u8>>,
    pub(super) fault: Option<Fault>,
}

impl Records {
    /// A bundle that leaves out, as redacted, what its member serves singly is not what it should be.
    pub(super) fn compare(&mut self, readings: &[Reading], path: &str) {
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
    /// The records of a full bundle in one file, or why single ones have to stand in.
    pub(super) async fn record_bundle(
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
    pub(super) async fn worths(
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
                // not asked for again; whoever judges again from the beginning comes to the redaction later
                None if removed.contains(&(first + place as u64)) => {
                    let why = format!("the record {} was redacted", wanted.digest);
                    there.push((place, wanted, Answer::Nothing(why)));
                }
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
