//! The harvest of one log, whole (`docs/PROTOCOL.md` section 6).
//!
//! ```text
//! 1  head      the newest checkpoint: origin, key, and what it is beside the kept one
//! 2  prove     tiles: one history with the kept head and the roster's pins, or evidence of a fork
//! 3  obtain    bundles of entries and records, several at once, each proven by itself
//! 4  judge     in order: each entry gets its class
//! 5  keep      the mirror before the verdicts, so that what is judged can always be read again
//! ```
//!
//! **The order of writes.** (a) The tiles of the edge, a barrier, then the head in the ledger: a crash between leaves tiles that nothing
//! speaks of. (b) For each window the files of the mirror, a barrier, then verdicts and position in one transaction: a crash between
//! leaves files that the next run finds, checks, and need not fetch. (c) The mirror's `checkpoint` when everything below it is there.
//! (d) Last of all single records and narrow tiles that wider files took the place of. So whatever is said to be there, is; nothing is
//! judged twice; and memory holds a few bundles, however long the log. From the first file of a window to its verdicts the log's mirror is
//! this run's alone (`LogMirror::turn`), because erasures ask the verdicts which bytes are still published. A bundle may bring back what the log
//! redacted before; so what is redacted of it is due again, in the transaction that says that the bundle is mirrored.
//!
//! Graph and text index follow behind, in `projection`, by the ledger's sequence of windows.

pub mod awaited;
pub mod desk;
pub mod files;
pub mod head;
pub mod in_order;
pub mod obtain;
pub mod prove;
pub mod records;
pub mod replay;
pub mod round;
pub mod stop;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures_util::stream::StreamExt;
use protocol::digest::Digest;
use protocol::fork::Evidence;
use protocol::roster::Log as RosterLog;
use protocol::tile::{EntryBundleAddress, WIDTH, record_path};
use url::Url;

use crate::crash;
use crate::ledger::judge::{self, Sequence};
use crate::ledger::log::{self, Head, Log};
use crate::ledger::{erasure, quarantine, run};
use crate::verify::{Rules, VerifiedWindow};
use desk::Desk;
use files::LogFiles;
use in_order::{BUNDLES_AT_ONCE, in_order};
use obtain::{Obtained, Obtaining};
use prove::Proved;
use stop::Stop;

/// A log to harvest.
#[derive(Debug, Clone)]
pub struct Task {
    /// the member's id in the roster
    pub member: String,
    /// the log as the roster has it
    pub log: RosterLog,
    /// where it is served, the best first
    pub prefixes: Vec<Url>,
    /// what its records have to keep
    pub rules: Rules,
    /// whether new entries may be judged; else they are only mirrored
    pub may_judge: bool,
}

/// Harvests one log up to its newest head, or as far as what is served can be verified. What was verified stays, whatever stops the run.
///
/// # Errors
/// [`Stop`] says why it ended before the head.
pub async fn harvest(desk: &Desk, task: &Task) -> Result<(), Stop> {
    let mirror = desk.mirror.log(&task.log.origin);
    let files = LogFiles::new(mirror, Arc::clone(&desk.fetch), task.prefixes.clone());
    let kept = enter(desk, task)?;

    let newest = head::newest(&files, &task.log, kept.head.as_ref()).await?;
    let Proved { head, tree } = prove::prove(desk, &files, &kept, &task.log, newest).await?;

    let obtaining = Obtaining::new(desk, kept.id, files, tree, task.rules.clone());
    walk(&obtaining, task, &kept, head.size).await?;
    finish(&obtaining, &head)?;
    if task.may_judge {
        awaited::ask_again(&obtaining).await?;
    }
    verdict(desk, kept.id)
}

/// Steps 3 to 5: bundles in windows, from where the last run ended up to the head.
async fn walk(obtaining: &Obtaining, task: &Task, kept: &Log, size: u64) -> Result<(), Stop> {
    // what a check found damaged is behind `mirrored` again, and is gone through though it was judged
    let from = if task.may_judge {
        kept.applied.min(kept.mirrored)
    } else {
        kept.mirrored
    };
    let bundles = in_order(obtaining, bundles(from, size), from).ready_chunks(BUNDLES_AT_ONCE);
    let mut bundles = std::pin::pin!(bundles);
    while let Some(ready) = bundles.next().await {
        let (window, stop) = up_to_the_first_stop(ready);
        if !window.is_empty() {
            tokio::task::block_in_place(|| keep(obtaining, task, window))?;
        }
        if let Some(stop) = stop {
            return Err(stop);
        }
    }
    Ok(())
}

/// The bundles that hold the entries from one on, as wide as they are in a tree of `size` entries.
fn bundles(from: u64, size: u64) -> impl Iterator<Item = EntryBundleAddress> {
    (from / WIDTH..size.div_ceil(WIDTH)).filter_map(move |index| {
        let width = (size - index * WIDTH).min(WIDTH);
        let behind = index * WIDTH + width;
        (behind > from)
            .then(|| EntryBundleAddress::new(index, width as u16))
            .flatten()
    })
}

fn up_to_the_first_stop(ready: Vec<Result<Obtained, Stop>>) -> (Vec<Obtained>, Option<Stop>) {
    let mut window = Vec::new();
    for obtained in ready {
        match obtained {
            Ok(obtained) => window.push(obtained),
            Err(stop) => return (window, Some(stop)),
        }
    }
    (window, None)
}

/// Keeps a window: the mirror first, then the verdicts.
fn keep(obtaining: &Obtaining, task: &Task, window: Vec<Obtained>) -> Result<(), Stop> {
    let (mirror, log) = (obtaining.files.mirror(), obtaining.log);
    let _turn = mirror.turn();
    for (path, bytes) in window.iter().flat_map(|obtained| &obtained.files) {
        mirror.write(path, bytes)?;
    }
    // also where nothing is new: what is there may be of a run that was killed before its barrier
    mirror.barrier()?;
    crash::point("window-mirrored");

    let records: Vec<_> = window
        .iter()
        .filter_map(|obtained| obtained.records.clone())
        .collect();
    let first = window.first().map_or(0, |obtained| obtained.first);
    let readings: Vec<_> = window
        .into_iter()
        .flat_map(|obtained| obtained.readings)
        .collect();
    let window = VerifiedWindow { first, readings };
    let behind = window.behind();
    let ledger = &obtaining.desk.ledger;
    ledger.write(|connection| {
        for bundle in &records {
            note_bundle(connection, log, bundle)?;
        }
        log::set_mirrored(connection, log, behind)
    })?;
    if task.may_judge {
        let now = obtaining.desk.clock.timestamp();
        ledger.judge(log, &task.rules.prefix, window, Sequence::New { now: &now })?;
    }
    crash::point("window-judged");
    for bundle in &records {
        remove_singles(obtaining, bundle.index, &bundle.brought)?;
    }
    Ok(())
}

/// How a record bundle was served. Whatever the log redacted of it before goes, should it have come with it.
fn note_bundle(
    connection: &mut crate::ledger::Connection,
    log: i32,
    bundle: &records::RecordBundle,
) -> Result<(), crate::ledger::LedgerError> {
    let entries = entries_of(bundle.index);
    erasure::due_again(connection, log, entries.start, entries.end)?;
    match &bundle.fault {
        Some(fault) => quarantine::add_broken_bundle(
            connection,
            log,
            bundle.index,
            fault.is_absent,
            &fault.sentence,
        ),
        None => quarantine::remove_broken_bundle(connection, log, bundle.index),
    }
}

/// The entries of a full bundle.
fn entries_of(bundle: u64) -> std::ops::Range<u64> {
    bundle * WIDTH..(bundle + 1) * WIDTH
}

/// Single records that a durable bundle holds too are not kept twice, unless an entry of another bundle has the same.
fn remove_singles(obtaining: &Obtaining, bundle: u64, digests: &[Digest]) -> Result<(), Stop> {
    let mirror = obtaining.files.mirror();
    for digest in digests {
        let path = record_path(digest);
        if !mirror.has(&path) {
            continue;
        }
        let connection = &mut *obtaining.desk.ledger.reader()?;
        if !erasure::is_published(connection, obtaining.log, digest, entries_of(bundle))? {
            mirror.remove(&path)?;
        }
    }
    Ok(())
}

/// Everything below the head is mirrored: the mirror says so, and loses what the log has outgrown.
fn finish(obtaining: &Obtaining, head: &Head) -> Result<(), Stop> {
    tokio::task::block_in_place(|| {
        let mirror = obtaining.files.mirror();
        let before = mirror.read("checkpoint")?;
        if before.as_deref() == Some(&head.note[..]) {
            return Ok(());
        }
        let mirrored = log::by_id(&mut *obtaining.desk.ledger.reader()?, obtaining.log)?.mirrored;
        if mirrored < head.size {
            return Ok(());
        }
        mirror.write("checkpoint", &head.note)?;
        mirror.barrier()?;
        crash::point("checkpoint-mirrored");
        if let Some(outgrown) = before.as_deref().and_then(size_of) {
            mirror.remove_outgrown(outgrown, head.size)?;
        }
        Ok(())
    })
}

/// The size that a note of ours speaks of.
fn size_of(note: &[u8]) -> Option<u64> {
    let note = protocol::note::Note::parse(note).ok()?;
    let checkpoint = protocol::checkpoint::Checkpoint::parse(note.text()).ok()?;
    Some(checkpoint.size())
}

/// The log as the ledger has it, unless it is frozen.
fn enter(desk: &Desk, task: &Task) -> Result<Log, Stop> {
    let kept = adopt(desk, task)?;
    let frozen = run::frozen(&mut *desk.ledger.reader()?, kept.id)?;
    match frozen.map_or_else(
        || remembered_fork(desk, task, &kept),
        |known| Ok(Some(known)),
    )? {
        Some(sentence) => Err(Stop::Frozen(sentence)),
        None => Ok(kept),
    }
}

/// A fork of which there is evidence that the ledger does not know of, because the ledger was lost, or the program killed between the two.
fn remembered_fork(desk: &Desk, task: &Task, kept: &Log) -> Result<Option<String>, Stop> {
    let Some(evidence) = desk.evidence_at_hand(&kept.origin)? else {
        return Ok(None);
    };
    let fork = Evidence::parse(&evidence)
        .and_then(|evidence| evidence.verify(&task.log.all_keys()))
        .map_err(|error| {
            let place = desk.evidence_of(&kept.origin);
            Stop::Ours(anyhow::anyhow!(
                "{} is to be evidence of a fork and is damaged ({error}); put back what a backup has, or remove it if the log never forked",
                place.display()
            ))
        })?;
    let sizes = (fork.smaller().size(), fork.larger().size());
    Ok(Some(prove::freeze_for(desk, kept, sizes)?))
}

/// The log as the ledger has it, which is entered where it is new. A mirror that the ledger does not know of, because the ledger was lost,
/// is what is kept: else a lost file would let a member begin another history.
fn adopt(desk: &Desk, task: &Task) -> Result<Log, Stop> {
    let kept = desk
        .ledger
        .write(|connection| log::enter(connection, task.log.origin.as_str(), &task.member))?;
    if kept.head.is_some() {
        return Ok(kept);
    }
    let Some(note) = desk.mirror.log(&task.log.origin).read("checkpoint")? else {
        return Ok(kept);
    };
    let head = head::read(&note, &task.log).map_err(Stop::Rejected)?;
    Ok(desk.ledger.write(|connection| {
        log::set_head(connection, kept.id, &head)?;
        log::set_mirrored(connection, kept.id, head.size)?;
        log::by_id(connection, kept.id)
    })?)
}

/// Everything was gone through: is it all there and all good?
fn verdict(desk: &Desk, log: i32) -> Result<(), Stop> {
    let connection = &mut *desk.ledger.reader()?;
    let broken = quarantine::broken_bundles(connection, log)?;
    if let Some(wrong) = broken.iter().find(|bundle| !bundle.is_absent) {
        return Err(Stop::Rejected(wrong.sentence.clone()));
    }
    if let Some((index, sentence)) = quarantine::first_mismatch(connection, log)? {
        return Err(Stop::Rejected(format!("entry {index}: {sentence}")));
    }
    let unavailable = judge::counts(connection, log)?.unavailable;
    if unavailable > 0 {
        let first = quarantine::awaited(connection, log, judge::Class::Unavailable, 0, 1)?;
        let first = first
            .first()
            .map(|awaited| {
                format!(
                    ", the first of them {} at entry {}",
                    awaited.accession, awaited.index
                )
            })
            .unwrap_or_default();
        return Err(Stop::Partial(format!(
            "the bytes of {unavailable} records are missing{first}; they are asked for again at every run"
        )));
    }
    match broken.first() {
        Some(absent) => Err(Stop::Partial(absent.sentence.clone())),
        None => Ok(()),
    }
}
