//! A member's report: its counts, what stands aside and why, and what it could do better.

pub(super) mod cut;
mod opened;

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use diesel::Connection as _;
use protocol::digest::Digest;
use protocol::identifier::Origin;
use protocol::tile::WIDTH;
use serde_json::{Value, json};

use super::error::ServeError;
use super::standing;
use super::state::Shared;
use crate::harvest::round;
use crate::ledger::Connection;
use crate::ledger::log::Log;
use crate::ledger::quarantine::{self, Quarantined};
use crate::mirror::LogMirror;
use crate::operate::Harvester;
use crate::verify::MOST_WARNINGS;
use cut::{cut, end_before};
use opened::Opened;

/// Entries of a report on one page, unless it is asked for otherwise.
const USUAL: u64 = 100;
/// And at most.
const MOST: u64 = 1_000;

/// Bundles that one page may open: a bundle may inflate to 256 MiB, and entries that stand aside may lie in a bundle each.
const MOST_BUNDLES: usize = 16;

/// Which part of a report is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Page {
    /// the first index
    from: u64,
    /// entries, and warnings, at most
    size: u64,
}

impl Page {
    /// Reads the parameters `from` and `size`.
    ///
    /// # Errors
    /// 400 for anything else, and for what is no number.
    pub fn parse(asked: &BTreeMap<String, String>) -> Result<Self, ServeError> {
        let mut page = Self {
            from: 0,
            size: USUAL,
        };
        for (name, value) in asked {
            let number = value
                .parse::<u64>()
                .ok()
                .filter(|number| i64::try_from(*number).is_ok());
            let number = number.ok_or_else(|| {
                ServeError::Malformed(format!(
                    "parameter {name} is {value:?} and has to be a whole number from 0 on"
                ))
            });
            match name.as_str() {
                "from" => page.from = number?,
                "size" => page.size = number?.clamp(1, MOST),
                _ => {
                    return Err(ServeError::Malformed(format!(
                        "a report has no parameter {name}; it has from, the first index, and size, at most {MOST}"
                    )));
                }
            }
        }
        Ok(page)
    }
}

/// The report of a member, at one moment.
///
/// # Errors
/// 404 when the roster does not have it; when ledger or mirror cannot be read.
pub(super) fn report(shared: &Shared, id: &str, page: Page) -> Result<Value, ServeError> {
    let harvester = &shared.harvester;
    let connection = &mut *harvester.desk().ledger.reader()?;
    connection.transaction(|connection| {
        let standing = standing::of_one(harvester, connection, id)?;
        let aside = quarantined(harvester, connection, &standing.logs, page)?;
        let warned = warnings(connection, &standing.logs, page)?;
        let broken = broken(connection, &standing.logs, page)?;
        let mut value = standing.to_json()?;
        let more = json!({
            "from": page.from,
            "quarantine": aside.values,
            "next": aside.next,
            "warnings": warned.values,
            "next_warnings": warned.next,
            "broken_bundles": broken.values,
            "next_broken_bundles": broken.next,
        });
        if let (Value::Object(value), Value::Object(more)) = (&mut value, more) {
            value.extend(more);
        }
        Ok(value)
    })
}

/// What stands on a page, and the index at which the next one begins.
struct Listed {
    values: Vec<Value>,
    next: Option<u64>,
}

fn quarantined(
    harvester: &Harvester,
    connection: &mut Connection,
    logs: &[Log],
    page: Page,
) -> Result<Listed, ServeError> {
    let most = (page.size + 1).cast_signed();
    let mut lists = Vec::with_capacity(logs.len());
    for log in logs {
        lists.push(quarantine::list(connection, log.id, page.from, most)?);
    }
    let index_of = |entry: &Quarantined| entry.index;
    let mut next = cut(&mut lists, page.size as usize, index_of);
    if let Some(end) = before_too_many_bundles(&lists) {
        end_before(&mut lists, end, index_of);
        next = Some(end);
    }
    let mut values = Vec::new();
    for (log, entries) in logs.iter().zip(&lists) {
        let mirror = mirror_of(harvester, log)?;
        let mut opened = Opened::new(&mirror, log);
        for entry in entries {
            values.push(in_quarantine(&mut opened, entry)?);
        }
    }
    Ok(Listed { values, next })
}

/// The index before which a page has to end, so that it opens no more bundles than it may.
fn before_too_many_bundles(lists: &[Vec<Quarantined>]) -> Option<u64> {
    let mut entries: Vec<(u64, usize)> = Vec::new();
    for (log, list) in lists.iter().enumerate() {
        entries.extend(list.iter().map(|entry| (entry.index, log)));
    }
    entries.sort_unstable();
    let first = entries.first()?.0;
    let mut bundles = BTreeSet::new();
    let mut entries = entries.into_iter();
    let one_more = entries.find(|(index, log)| {
        bundles.insert((*log, index / WIDTH));
        // what has the first index is on the page in every case, so that it goes on
        bundles.len() > MOST_BUNDLES && *index > first
    });
    one_more.map(|(index, _)| index)
}

/// An entry that stands aside, with its bytes: as text where they are, else in base64.
fn in_quarantine(opened: &mut Opened<'_>, entry: &Quarantined) -> Result<Value, ServeError> {
    let bytes = opened.entry(entry.index)?;
    let (text, base64) = match bytes.map(String::from_utf8) {
        None => (None, None),
        Some(Ok(text)) => (Some(text), None),
        Some(Err(other)) => (None, Some(STANDARD.encode(other.as_bytes()))),
    };
    let record = opened.record(entry);
    Ok(json!({
        "origin": opened.log.origin,
        "index": entry.index,
        "class": entry.class,
        "code": entry.code,
        "sentence": entry.sentence,
        "entry": text,
        "entry_base64": base64,
        "record": entry.record,
        "record_base64": record.map(|bytes| STANDARD.encode(bytes)),
    }))
}

fn warnings(connection: &mut Connection, logs: &[Log], page: Page) -> Result<Listed, ServeError> {
    // one index has no more warnings than that
    let most = page.size + MOST_WARNINGS as u64 + 1;
    let mut lists = Vec::with_capacity(logs.len());
    for log in logs {
        let warnings = quarantine::warnings(connection, log.id, page.from, most.cast_signed())?;
        lists.push(warnings);
    }
    let next = cut(&mut lists, page.size as usize, |(index, _)| *index);
    let mut values = Vec::new();
    for (log, warnings) in logs.iter().zip(lists) {
        values.extend(warnings.into_iter().map(
            |(index, sentence)| json!({"origin": log.origin, "index": index, "sentence": sentence}),
        ));
    }
    Ok(Listed { values, next })
}

/// Record bundles that are served broken, those with entries from the page's first index on.
fn broken(connection: &mut Connection, logs: &[Log], page: Page) -> Result<Listed, ServeError> {
    let from = page.from / WIDTH;
    let mut lists = Vec::with_capacity(logs.len());
    for log in logs {
        let mut bundles = quarantine::broken_bundles(connection, log.id)?;
        bundles.retain(|bundle| bundle.index >= from);
        lists.push(bundles);
    }
    let next = cut(&mut lists, page.size as usize, |bundle| bundle.index);
    let mut values = Vec::new();
    for (log, bundles) in logs.iter().zip(lists) {
        values.extend(bundles.into_iter().map(|bundle| {
            json!({
                "origin": log.origin,
                "bundle": bundle.index,
                "is_absent": bundle.is_absent,
                "sentence": bundle.sentence,
            })
        }));
    }
    let next = next.map(|bundle| bundle * WIDTH);
    Ok(Listed { values, next })
}

fn mirror_of(harvester: &Harvester, log: &Log) -> Result<LogMirror, ServeError> {
    let origin = Origin::parse(&log.origin).map_err(|error| ServeError::Broken(error.into()))?;
    Ok(harvester.desk().mirror.log(&origin))
}

/// Which bytes of what stands aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// What stands in the log.
    Entry,
    /// The record that it announced.
    Record,
}

/// The bytes of something that stands aside, by the name of the log's mirror and the index; none where nothing stands aside there, or
/// its bytes are not kept.
///
/// # Errors
/// 404 when the roster does not have the member; when ledger or mirror cannot be read.
pub(super) fn bytes_aside(
    shared: &Shared,
    id: &str,
    name: &str,
    index: u64,
    part: Part,
) -> Result<Option<Vec<u8>>, ServeError> {
    let harvester = &shared.harvester;
    let member = standing::member(harvester, id)?;
    let connection = &mut *harvester.desk().ledger.reader()?;
    for log in round::logs_of(connection, &member)? {
        if Digest::of(log.origin.as_bytes()).to_string() != name {
            continue;
        }
        let entries = quarantine::list(connection, log.id, index, 1)?;
        let Some(entry) = entries.first().filter(|entry| entry.index == index) else {
            return Ok(None);
        };
        let mirror = mirror_of(harvester, &log)?;
        return match (part, &entry.record) {
            (Part::Entry, _) => Opened::new(&mirror, &log).entry(index),
            (Part::Record, Some(digest)) => mirror
                .record(index, digest)
                .map_err(|error| ServeError::Broken(error.into())),
            (Part::Record, None) => Ok(None),
        };
    }
    Ok(None)
}
