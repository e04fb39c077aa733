//! Reading a whole log over HTTP and proving every byte of it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::note::{self, Head};
use super::tree::{self, Hash, WIDTH};
use super::{bundle, canonical};
use crate::http;

/// A log of which every byte was proved.
#[derive(Debug, Clone)]
pub struct WholeLog {
    /// What is signed.
    pub head: Head,
    /// The entries, byte for byte.
    pub entries: Vec<Vec<u8>>,
    /// The entries, parsed.
    pub parsed: Vec<Value>,
    /// Every record that is there, by its digest in hex.
    pub records: BTreeMap<String, Vec<u8>>,
    leaves: Vec<Hash>,
}

/// An entry that announces a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Put {
    /// Its index in the log.
    pub index: usize,
    /// The accession.
    pub id: String,
    /// The version.
    pub version: u64,
    /// The digest, hex.
    pub record: String,
    /// The size of the record in bytes.
    pub size: u64,
}

/// Reads the log at a prefix (a URL with `/` at its end) and proves it against this key.
///
/// # Errors
/// Says what cannot be proved.
pub fn read(prefix: &str, vkey: &str) -> Result<WholeLog, String> {
    let head = note::verified(&fetch(prefix, "checkpoint")?, vkey)?;
    let size = usize::try_from(head.size).map_err(|error| error.to_string())?;
    let entries = read_entries(prefix, size)?;
    let leaves: Vec<Hash> = entries.iter().map(|entry| tree::leaf(entry)).collect();
    if tree::root(&leaves) != head.root {
        return Err("the entries do not give the signed root".to_owned());
    }
    compare_tiles(prefix, &leaves)?;
    let parse = |(index, entry): (usize, &Vec<u8>)| {
        canonical::parse(entry).map_err(|error| format!("entry {index}: {error}"))
    };
    let parsed = entries
        .iter()
        .enumerate()
        .map(parse)
        .collect::<Result<_, _>>()?;
    let mut log = WholeLog {
        head,
        entries,
        parsed,
        records: BTreeMap::new(),
        leaves,
    };
    log.check_moves()?;
    log.records = log.read_records(prefix)?;
    log.compare_record_bundles(prefix)?;
    Ok(log)
}

fn fetch(prefix: &str, path: &str) -> Result<Vec<u8>, String> {
    let answer = http::get(&format!("{prefix}{path}"));
    match answer.status {
        200 => Ok(answer.body),
        status => Err(format!("{path}: it answered {status}")),
    }
}

fn read_entries(prefix: &str, size: usize) -> Result<Vec<Vec<u8>>, String> {
    let mut entries = Vec::with_capacity(size);
    while entries.len() < size {
        let width = (size - entries.len()).min(WIDTH);
        let path = format!(
            "tile/entries/{}",
            tree::numbered(entries.len() / WIDTH, width)
        );
        let bundle = bundle::entries(&fetch(prefix, &path)?)?;
        if bundle.len() != width {
            return Err(format!("{path} has {} entries", bundle.len()));
        }
        entries.extend(bundle);
    }
    Ok(entries)
}

fn compare_tiles(prefix: &str, leaves: &[Hash]) -> Result<(), String> {
    let mut hashes = leaves.to_vec();
    let mut level = 0;
    while !hashes.is_empty() {
        for (index, tile) in hashes.chunks(WIDTH).enumerate() {
            let path = format!("tile/{level}/{}", tree::numbered(index, tile.len()));
            if fetch(prefix, &path)? != tile.concat() {
                return Err(format!("{path} does not fit the entries"));
            }
        }
        hashes = tree::level_above(&hashes);
        level += 1;
    }
    Ok(())
}

impl WholeLog {
    /// Everything announced, in the order of the log.
    pub fn puts(&self) -> impl Iterator<Item = Put> {
        self.parsed.iter().enumerate().filter_map(|(index, entry)| {
            let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
            let number = |name: &str| entry[name].as_u64().unwrap_or_default();
            (entry["op"] == "put").then(|| Put {
                index,
                id: text("id"),
                version: number("version"),
                record: text("record"),
                size: number("size"),
            })
        })
    }

    /// The first versions of studies, by their accessions, in the order of the log.
    pub fn studies(&self) -> Vec<String> {
        let is_first_of_study = |put: &Put| put.version == 1 && put.id.split('-').count() == 2;
        self.puts()
            .filter(is_first_of_study)
            .map(|put| put.id)
            .collect()
    }

    /// The operations of an id, in the order of the log.
    pub fn operations(&self, id: &str) -> Vec<String> {
        let own = self.parsed.iter().filter(|entry| entry["id"] == id);
        own.map(|entry| entry["op"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// The record that a version announced; nothing where it is redacted.
    pub fn record(&self, id: &str, version: u64) -> Option<&str> {
        let put = self
            .puts()
            .find(|put| put.id == id && put.version == version)?;
        self.records
            .get(&put.record)
            .map(|bytes| std::str::from_utf8(bytes).expect("a record is UTF-8"))
    }

    /// Whether the tree of an earlier checkpoint is the beginning of this one.
    pub fn continues(&self, earlier: &Head) -> bool {
        let size = usize::try_from(earlier.size).unwrap_or(usize::MAX);
        self.leaves
            .get(..size)
            .is_some_and(|leaves| tree::root(leaves) == earlier.root)
    }

    /// Versions count from one without a gap, and what is gone is gone.
    fn check_moves(&self) -> Result<(), String> {
        let mut versions: BTreeMap<&str, u64> = BTreeMap::new();
        let mut gone: BTreeSet<&str> = BTreeSet::new();
        for (index, entry) in self.parsed.iter().enumerate() {
            let wrong = |what: &str| Err(format!("entry {index}: {what}"));
            let (Some(id), Some(op)) = (entry["id"].as_str(), entry["op"].as_str()) else {
                return wrong("it has no id or op");
            };
            let study = id.splitn(3, '-').take(2).map(str::len).sum::<usize>() + 1;
            let is_gone = gone.contains(id) || gone.contains(&id[..study]);
            match op {
                "put" => {
                    let version = versions.entry(id).or_insert(0);
                    *version += 1;
                    if entry["version"] != *version {
                        return wrong("its version is not the next");
                    }
                    if is_gone {
                        return wrong("its id is gone");
                    }
                }
                "redact" => {}
                _ if is_gone || !versions.contains_key(id) => {
                    return wrong("its id is gone or unknown");
                }
                "withdraw" | "replace" => drop(gone.insert(id)),
                "suppress" | "restore" => {}
                _ => return wrong("its operation is unknown"),
            }
        }
        Ok(())
    }

    /// Every record by itself; one may be missing only where the log says that it was redacted.
    fn read_records(&self, prefix: &str) -> Result<BTreeMap<String, Vec<u8>>, String> {
        let mut records = BTreeMap::new();
        for put in self.puts() {
            let path = format!("record/{}/{}", &put.record[..2], put.record);
            let answer = http::get(&format!("{prefix}{path}"));
            match answer.status {
                200 => {
                    if hex(&Sha256::digest(&answer.body)) != put.record
                        || answer.body.len() as u64 != put.size
                    {
                        return Err(format!("{path} is not what entry {} announces", put.index));
                    }
                    if self.is_redacted(&put) {
                        return Err(format!("{path} is there although it was redacted"));
                    }
                    records.insert(put.record, answer.body);
                }
                404 | 410 if self.is_redacted(&put) => {}
                status => return Err(format!("{path}: it answered {status}")),
            }
        }
        Ok(records)
    }

    fn is_redacted(&self, put: &Put) -> bool {
        let is_it = |entry: &Value| {
            entry["op"] == "redact" && entry["id"] == *put.id && entry["record"] == *put.record
        };
        self.parsed[put.index..].iter().any(is_it)
    }

    fn compare_record_bundles(&self, prefix: &str) -> Result<(), String> {
        for index in 0..self.entries.len() / WIDTH {
            let path = format!("records/{}", tree::numbered(index, WIDTH));
            let bundled = index * WIDTH..(index + 1) * WIDTH;
            let puts: Vec<Put> = self
                .puts()
                .filter(|put| bundled.contains(&put.index))
                .collect();
            let records = bundle::records(&fetch(prefix, &path)?, puts.len())
                .map_err(|error| format!("{path}: {error}"))?;
            for (put, record) in puts.iter().zip(records) {
                if record.as_ref() != self.records.get(&put.record) {
                    return Err(format!(
                        "{path}: the record of entry {} is not the single one",
                        put.index
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
