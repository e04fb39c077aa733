//! Publishing: studies that have passed validation become entries of a signed log. The heart of a node.
//!
//! ```text
//! Validated ── hold ──► Held ── identify ──► Identified ── describe ──► Described ── stage ──► Act ── complete ──► log
//!             copies and        accession,               records,                  in the           the one road
//!             hashes files      version                  entries                   journal          (log::append)
//! ```
//!
//! **Before the lease** the files are copied into the staging and hashed: hours for a terabyte, during which others may
//! publish and withdraw. **Under the lease** everything is small: an accession is given, the records are made, the
//! versions of objects are put together from what is already staged, and the act is journalled. Only a study that
//! somebody else revised or erased in between is held once more.
//!
//! A crash before the journal is written leaves nothing but staged files, which the next holder of the lease clears:
//! no serial is spent, nothing was seen. A crash after it leaves an act that is completed by whoever comes next, by the
//! same code ([`crate::log::append`]). There is no third case.
//!
//! Several studies share one act and one checkpoint; each is published, revised, unchanged or refused by itself.

mod identify;
mod making;
mod records;
mod report;

use crate::archive::Archive;
use crate::database::study;
use crate::log::append;
use crate::log::journal::{self, Act, TreeHead};
use crate::log::lease::Lease;
use crate::staging::{self, Held, Place};
use crate::study_object;

use making::Making;
pub use report::{Outcome, PublishError, Report};

/// Publishes studies in one act under one checkpoint; gives a report for each, in their order.
///
/// # Errors
/// When the act could not be decided (then none is published) or not completed (then it stays in the journal and is
/// completed by whoever next holds the lease).
pub fn publish(
    archive: &Archive,
    lease: &mut Lease,
    studies: Vec<Held<'_>>,
) -> Result<Vec<Report>, PublishError> {
    let decided = decide(archive, lease, studies)?;
    if let Some(act) = &decided.act {
        append::complete(archive, lease, act)?;
    }
    decided.places.iter().for_each(Place::release);
    Ok(decided.reports)
}

/// An act that is in the journal: it has happened, and is not seen yet.
pub struct Decided {
    /// The act; nothing where no study was new or changed.
    pub act: Option<Act>,
    /// What becomes of each study.
    pub reports: Vec<Report>,
    /// Where the objects wait.
    places: Vec<Place>,
}

/// The first half of [`publish`]: up to the moment after which the act has happened.
///
/// A second study of one source is refused: it would have to see the first, which no database knows yet.
///
/// # Errors
/// When the act could not be decided; then nothing has happened.
pub fn decide(
    archive: &Archive,
    lease: &mut Lease,
    studies: Vec<Held<'_>>,
) -> Result<Decided, PublishError> {
    let base = append::recover(archive, lease)?;
    journal::begin(archive.store(), &archive.clock().timestamp())?;
    let decided = decide_on(archive, lease, base, studies);
    if decided.is_err() {
        journal::give_up(archive.store());
    }
    decided
}

fn decide_on(
    archive: &Archive,
    lease: &mut Lease,
    base: TreeHead,
    studies: Vec<Held<'_>>,
) -> Result<Decided, PublishError> {
    staging::clear_abandoned(archive.folder())?;
    let mut making = Making::new(archive);
    let mut connection = archive.database().connection()?;
    let mut reports = Vec::with_capacity(studies.len());
    for held in studies {
        reports.push(making.add(&mut connection, held)?);
    }
    let Making {
        entries,
        objects,
        places,
        ..
    } = making;
    if entries.is_empty() {
        journal::clear_undecided(archive.store())?;
        return Ok(Decided {
            act: None,
            reports,
            places,
        });
    }
    let act = Act {
        objects,
        ..Act::new(lease.fence(), base, &entries)
    };
    // from here on what is staged belongs to the journal: neither an error nor a panic may take it away again
    places.iter().for_each(Place::entrust);
    if let Err(error) = journal::decide(archive.store(), &act, &entries) {
        // a write that failed may have been done: only where the journal says that it has no act is there none
        if matches!(journal::read(archive.store()), Ok(None)) {
            places.iter().for_each(Place::release);
        }
        return Err(error.into());
    }
    Ok(Decided {
        act: Some(act),
        reports,
        places,
    })
}

/// Completes and removes what killed processes left, unless somebody is at work. Before files are copied, because what
/// is left may fill the disk that they need.
///
/// # Errors
/// When the act that was interrupted cannot be completed, or the staging cannot be read.
pub fn tidy(archive: &Archive) -> Result<(), PublishError> {
    if let Some(mut lease) = archive.try_lease()? {
        append::recover(archive, &mut lease)?;
        staging::clear_abandoned(archive.folder())?;
    }
    Ok(())
}

/// Accession and newest version of the study that came from a source before, if one did.
///
/// # Errors
/// When the database cannot be asked.
pub fn known(archive: &Archive, identifier: &str) -> Result<Option<(String, u64)>, PublishError> {
    let key = study_object::SourceKey::of(identifier).key;
    let row = study::by_source(&mut *archive.database().connection()?, &key)?;
    Ok(row.map(|row| (row.id, row.latest_version.unsigned_abs())))
}
