//! Import: packages on this machine's disk are read, validated, held and published, a batch at a time.
//!
//! A study that cannot be published never stands in the way of the others. What stops an import is what would stop
//! every study: a full disk, a lost lease, a log that must not be signed.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ontologies::Terms;

use crate::archive::Archive;
use crate::convert::{ConversionError, Converter};
use crate::deposit::{self, Found, Means};
use crate::finding::Finding;
use crate::log::lease::LeaseError;
use crate::log::peers::{self, PeerError};
use crate::publish::{self, Outcome, PublishError, Report};
use crate::staging::{Held, Room, StagingError};
use crate::validate::{self, Refused};

/// Studies that share one act and one checkpoint: enough that the two waits for the disk which an act needs are
/// shared, few enough that progress is seen.
const BATCH_STUDIES: usize = 64;
/// Files that a batch holds in the staging before it is published.
const BATCH_FILES: usize = 20_000;

/// Why an import stopped.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A path that was given is not there.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The path.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The log must not be signed.
    #[error(transparent)]
    Peer(#[from] PeerError),
    /// The lease.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The staging.
    #[error(transparent)]
    Staging(#[from] StagingError),
    /// Publishing.
    #[error(transparent)]
    Publish(#[from] PublishError),
    /// The converter is not there.
    #[error(transparent)]
    Converter(#[from] ConversionError),
}

/// Imports what lies at the paths; calls `progress` for each study as it is settled, and gives all reports.
///
/// # Errors
/// See [`ImportError`]; what was reported before has been published.
pub fn import(
    archive: &Archive,
    terms: &Terms,
    paths: &[PathBuf],
    progress: &mut dyn FnMut(&Report),
) -> Result<Vec<Report>, ImportError> {
    for path in paths {
        std::fs::symlink_metadata(path).map_err(|source| ImportError::Unreadable {
            path: path.clone(),
            source,
        })?;
    }
    peers::check(archive)?;
    let converter = archive
        .config()
        .images
        .converter
        .as_ref()
        .map(Converter::new);
    if let Some(converter) = &converter {
        // published without what it would have read, studies would have to be imported again
        converter.find()?;
    }
    publish::tidy(archive)?;
    let room = Room::take(archive)?;
    let mut import = Import {
        archive,
        room,
        batch: Vec::new(),
        sources: HashSet::new(),
        files: 0,
        reports: Vec::new(),
        progress,
    };
    for candidate in paths
        .iter()
        .flat_map(|path| deposit::walk::candidates(path))
    {
        // what a zip holds is unpacked where it vanishes with the batch, even if this process is killed
        let means = Means {
            scratch: import.room.folder()?,
            converter: converter.as_ref(),
        };
        match deposit::read(&candidate, means) {
            Found::Unreadable { source, findings } => import.refuse(source, findings),
            Found::Deposit(deposit) => {
                let today = archive.clock().now().date();
                match validate::validate(*deposit, terms, &archive.config().policy, today) {
                    Err(refused) => import.refuse_study(refused)?,
                    Ok(validated) => import.hold(validated)?,
                }
            }
        }
    }
    import.publish()?;
    Ok(import.reports)
}

struct Import<'a, 'p> {
    archive: &'a Archive,
    /// Where the batch is held; each batch has its own, so that nothing of it stays when it is published.
    room: Arc<Room>,
    batch: Vec<Held<'a>>,
    /// Sources in the batch: a second study of one source has to see the first, so it goes into the next batch.
    sources: HashSet<String>,
    files: usize,
    reports: Vec<Report>,
    progress: &'p mut dyn FnMut(&Report),
}

impl Import<'_, '_> {
    fn report(&mut self, report: Report) {
        (self.progress)(&report);
        self.reports.push(report);
    }

    fn refuse(&mut self, source: PathBuf, mut findings: Vec<Finding>) {
        findings.sort();
        self.report(Report {
            source,
            id: None,
            version: None,
            outcome: Outcome::Refused,
            findings,
        });
    }

    /// A study that is known and comes back with errors stays as it is; the report says which it is.
    fn refuse_study(&mut self, refused: Refused) -> Result<(), ImportError> {
        let mut findings = refused.findings;
        findings.sort();
        let known = match &refused.identifier {
            Some(identifier) => publish::known(self.archive, identifier)?,
            None => None,
        };
        let (id, version) = known.unzip();
        self.report(Report {
            source: refused.source,
            id,
            version,
            outcome: Outcome::Refused,
            findings,
        });
        Ok(())
    }

    fn hold(&mut self, validated: validate::Validated) -> Result<(), ImportError> {
        let source = validated.source().to_owned();
        let held = match Held::hold(self.archive, &self.room, validated) {
            Ok(held) => held,
            Err(error) if error.concerns_the_study() => {
                self.refuse(source, vec![Finding::error("files", error.to_string())]);
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        if self.sources.contains(&held.source_key().key) {
            self.publish()?;
        }
        self.sources.insert(held.source_key().key.clone());
        self.files += held.number_of_files();
        self.batch.push(held);
        if self.batch.len() >= BATCH_STUDIES || self.files >= BATCH_FILES {
            self.publish()?;
        }
        Ok(())
    }

    fn publish(&mut self) -> Result<(), ImportError> {
        self.sources.clear();
        self.files = 0;
        if self.batch.is_empty() {
            return Ok(());
        }
        let batch = std::mem::take(&mut self.batch);
        // before the act: a study that is published and then not known again would be published twice
        let not_remembered: Vec<Option<Finding>> = batch
            .iter()
            .map(|held| {
                held.identifier_to_remember()
                    .and_then(|(folder, identifier)| remember(&folder, &identifier))
            })
            .collect();
        let mut lease = self.archive.lease()?;
        let reports = publish::publish(self.archive, &mut lease, batch)?;
        drop(lease);
        self.room = Room::take(self.archive)?;
        for (mut report, finding) in reports.into_iter().zip(not_remembered) {
            report.findings.extend(finding);
            self.report(report);
        }
        Ok(())
    }
}

/// Writes the new identifier of a study that has none beside its file, so that it is known again.
fn remember(folder: &Path, identifier: &str) -> Option<Finding> {
    let error = deposit::remember_identifier(folder, identifier).err()?;
    Some(Finding::warning(
        "identifier",
        format!(
            "the study has no identifier and the one made for it could not be written to {} ({error}); write `identifier: {identifier}` into the study, or the next import will publish it as a new one",
            folder.join(deposit::IDENTIFIER_FILE).display()
        ),
    ))
}
