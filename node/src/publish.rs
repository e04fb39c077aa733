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

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use protocol::digest::Digest;
use protocol::entry::{Entry, Operation, Reason};
use protocol::identifier::Accession;
use protocol::record::{Record, Statement};
use serde::Serialize;
use time::OffsetDateTime;

use crate::archive::Archive;
use crate::clock;
use crate::database::image::{self, ImageRow};
use crate::database::study::StudyRow;
use crate::database::{Connection, record, standing, study};
use crate::describe::{self, FileFacts, Holdings, Naming};
use crate::finding::Finding;
use crate::log::append::{self, AppendError};
use crate::log::journal::{self, Act};
use crate::log::lease::{Lease, LeaseError};
use crate::relative_path::RelPath;
use crate::staging::{self, Held, Place, StudyVersion};
use crate::store::manifest::{self, ManifestRow};
use crate::store::ocfl::StagedVersion;
use crate::study_object;

/// Entries that an act may have (PROTOCOL.md section 10).
const MOST_ENTRIES: usize = 1_000_000;

/// What became of a study.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// Its first version is in the log.
    Published,
    /// A new version is in the log.
    Revised,
    /// It is there already, exactly so.
    Unchanged,
    /// It was not published; the findings say why.
    Refused,
}

/// A study's line in the report (CONTRACT: `import --json`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The path of the study's file or folder.
    pub source: PathBuf,
    /// Its accession, where it has one.
    pub id: Option<String>,
    /// The version that is now the newest, where there is one.
    pub version: Option<u64>,
    /// What became of it.
    pub outcome: Outcome,
    /// Everything that was found, errors first.
    pub findings: Vec<Finding>,
}

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
    journal::clear_undecided(archive.store())?;
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

/// An act that is being put together.
struct Making<'a> {
    archive: &'a Archive,
    entries: Vec<Vec<u8>>,
    /// The versions of objects so far, in the order of their entries.
    objects: Vec<StagedVersion>,
    /// New studies so far, because the database does not know them yet.
    new_studies: u64,
    /// Sources of the studies so far, new or not.
    sources: HashSet<String>,
    /// Where the objects wait: each place is kept until the act is complete.
    places: Vec<Place>,
    now: OffsetDateTime,
    /// The same, as entries have it.
    time: String,
}

/// Who a study is: known by its source, or new.
struct Identity {
    study: Accession,
    version: u64,
    before: Option<StudyRow>,
    images_before: Vec<ImageRow>,
}

/// What identifying a study came to.
enum Identified {
    /// It is new or has changed.
    Changed(Box<Identity>),
    /// Nothing is to be done, or nothing may be.
    Settled {
        id: String,
        version: Option<u64>,
        outcome: Outcome,
        finding: Option<Finding>,
    },
}

/// What a version says: its records in log order, and the images that it no longer has.
struct Described {
    manifest: Option<Vec<u8>>,
    records: Vec<(Accession, u64, Record)>,
    gone: Vec<Accession>,
}

impl<'a> Making<'a> {
    fn new(archive: &'a Archive) -> Making<'a> {
        let now = archive.clock().now();
        Making {
            archive,
            entries: Vec::new(),
            objects: Vec::new(),
            new_studies: 0,
            sources: HashSet::new(),
            places: Vec::new(),
            now,
            time: clock::rfc3339(now),
        }
    }

    /// Adds a study to the act, or says why not.
    fn add(
        &mut self,
        connection: &mut Connection,
        mut held: Held<'a>,
    ) -> Result<Report, PublishError> {
        let source = held.source().to_owned();
        let report = |id: Option<String>, version, outcome, mut findings: Vec<Finding>| {
            findings.sort();
            Report {
                source: source.clone(),
                id,
                version,
                outcome,
                findings,
            }
        };
        if !self.sources.insert(held.source_key().key.clone()) {
            let message = "a study before it in the same batch has the same identifier; import the two one after the other, or give one of them another";
            let findings = held
                .findings()
                .iter()
                .cloned()
                .chain([Finding::error("identifier", message)])
                .collect();
            return Ok(report(None, None, Outcome::Refused, findings));
        }
        let identity = match self.identify(connection, &held)? {
            Identified::Changed(identity) => identity,
            Identified::Settled {
                id,
                version,
                outcome,
                finding,
            } => {
                let findings = held.findings().iter().cloned().chain(finding).collect();
                return Ok(report(Some(id), version, outcome, findings));
            }
        };
        let object_id = self.archive.config().namespace.iri(&identity.study);
        let described = match held.settle(self.archive, &object_id, identity.version) {
            Ok(()) => self.describe(connection, &held, &identity)?,
            Err(error) if error.concerns_the_study() => {
                Err(vec![Finding::error("files", error.to_string())])
            }
            Err(error) => return Err(error.into()),
        };
        let described = match described {
            Ok(described) => described,
            Err(findings) => {
                let id = identity.before.as_ref().map(|row| row.id.clone());
                let version = identity
                    .before
                    .as_ref()
                    .map(|row| row.latest_version.unsigned_abs());
                let findings = held.findings().iter().cloned().chain(findings).collect();
                return Ok(report(id, version, Outcome::Refused, findings));
            }
        };
        let outcome = if identity.before.is_some() {
            Outcome::Revised
        } else {
            Outcome::Published
        };
        let report = report(
            Some(identity.study.to_string()),
            Some(identity.version),
            outcome,
            held.findings().to_vec(),
        );
        self.stage(held, &identity, described)?;
        Ok(report)
    }

    /// Finds out whether a study is new, changed, unchanged, or may not come back.
    fn identify(
        &mut self,
        connection: &mut Connection,
        held: &Held<'_>,
    ) -> Result<Identified, PublishError> {
        let Some(before) = study::by_source(connection, &held.source_key().key)? else {
            let serial = study::next_serial(connection)? + self.new_studies;
            let study = Accession::study(&self.archive.config().prefix, serial)?;
            let identity = Identity {
                study,
                version: 1,
                before: None,
                images_before: Vec::new(),
            };
            return Ok(Identified::Changed(Box::new(identity)));
        };
        let version = before.latest_version.unsigned_abs();
        let settled = |outcome, finding| Identified::Settled {
            id: before.id.clone(),
            version: Some(version),
            outcome,
            finding,
        };
        if let Some(gone) =
            standing::of(connection, &before.id)?.filter(standing::StandingRow::is_gone)
        {
            let message = format!(
                "it was published as {} and withdrawn on {} ({}), which is final; take it out of what you import, or give it another identifier if it is another study",
                before.id, gone.time, gone.reason
            );
            return Ok(settled(
                Outcome::Refused,
                Some(Finding::error("identifier", message)),
            ));
        }
        if before.fingerprint == held.fingerprint().to_string() {
            return Ok(settled(Outcome::Unchanged, None));
        }
        let study = Accession::parse(&before.id)?;
        let images_before = image::of_study(connection, &before.id)?;
        Ok(Identified::Changed(Box::new(Identity {
            study,
            version: version + 1,
            before: Some(before),
            images_before,
        })))
    }

    /// Makes the records of a version: the study's, and those of the images that are new or have changed.
    fn describe(
        &self,
        connection: &mut Connection,
        held: &Held<'_>,
        identity: &Identity,
    ) -> Result<Result<Described, Vec<Finding>>, PublishError> {
        let namespace = &self.archive.config().namespace;
        let images = match assign_images(connection, held, identity)? {
            Ok(images) => images,
            Err(findings) => return Ok(Err(findings)),
        };
        let rows = held.manifest_rows(&images);
        let manifest = (!held.study().is_catalogued())
            .then(|| manifest::write(&rows))
            .transpose()?;
        let facts = file_facts(&rows);
        let files = study_object::files_of_images(&rows);
        let issued = identity
            .before
            .as_ref()
            .map_or(self.time.as_str(), |row| row.issued.as_str());
        let naming = |version| Naming {
            namespace,
            study: &identity.study,
            version,
            images: &images,
            issued,
            modified: (version > 1).then_some(self.time.as_str()),
        };
        let holdings = manifest.as_ref().map(|bytes| Holdings {
            manifest: Digest::of(bytes),
            files: rows.len() as u64,
            bytes: rows.iter().map(|row| row.bytes).sum(),
        });
        let statements =
            describe::study(held.study(), &naming(identity.version), holdings.as_ref());
        let mut described = Described {
            manifest,
            records: Vec::new(),
            gone: Vec::new(),
        };
        let mut findings = Vec::new();
        self.add_record(
            &mut described,
            &mut findings,
            (&identity.study, identity.version),
            "the study",
            statements,
        )?;
        let before: HashMap<&str, &ImageRow> = identity
            .images_before
            .iter()
            .map(|row| (row.id.as_str(), row))
            .collect();
        for (index, id) in images.iter().enumerate() {
            let at = |version| {
                describe::image(held.study(), index, &naming(version), &|path| {
                    facts.get(path).cloned()
                })
            };
            if let Some(row) = before.get(id.as_str())
                && image_fingerprint(
                    &at(row.files_version.unsigned_abs()),
                    files.get(id.as_str()),
                ) == row.fingerprint
            {
                continue;
            }
            let version = match before.get(id.as_str()) {
                Some(_) => record::latest(connection, id.as_str())?
                    .map_or(1, |row| row.version.unsigned_abs() + 1),
                None => 1,
            };
            let place = format!("images[{index}]");
            self.add_record(
                &mut described,
                &mut findings,
                (id, version),
                &place,
                at(identity.version),
            )?;
        }
        let present: HashSet<&Accession> = images.iter().collect();
        for row in identity.images_before.iter().filter(|row| row.present) {
            let id = Accession::parse(&row.id)?;
            if !present.contains(&id)
                && standing::of(connection, &row.id)?.is_none_or(|standing| !standing.is_gone())
            {
                described.gone.push(id);
            }
        }
        let entries = described.records.len() + described.gone.len();
        if self.entries.len() + entries > MOST_ENTRIES {
            let message = format!(
                "it brings {entries} entries and the studies before it in the batch {}, and an act may have {MOST_ENTRIES}; import it by itself, or split it",
                self.entries.len()
            );
            findings.push(Finding::error("images", message));
        }
        Ok(if findings.is_empty() {
            Ok(described)
        } else {
            Err(findings)
        })
    }

    fn add_record(
        &self,
        described: &mut Described,
        findings: &mut Vec<Finding>,
        (id, version): (&Accession, u64),
        place: &str,
        statements: Vec<Statement>,
    ) -> Result<(), PublishError> {
        let config = self.archive.config();
        if let Some(iri) = describe::host_named(&statements, &config.base, &config.namespace) {
            let message = format!(
                "{iri} is an address of this node itself, which a record must not name, because records outlive hosts; take it out or give the identifier below {}",
                config.namespace
            );
            findings.push(Finding::error(place, message));
            return Ok(());
        }
        let mut salt = [0_u8; 16];
        getrandom::fill(&mut salt).map_err(|error| PublishError::Randomness(error.to_string()))?;
        match describe::salted(id, &self.archive.config().namespace, statements, salt) {
            Ok(record) => described.records.push((id.clone(), version, record)),
            Err(error) => findings.push(describe::finding(place, &error)),
        }
        Ok(())
    }

    /// Puts the version of the object together in the staging, and writes its entries.
    fn stage(
        &mut self,
        held: Held<'a>,
        identity: &Identity,
        described: Described,
    ) -> Result<(), PublishError> {
        for (id, version, record) in &described.records {
            let operation = Operation::Put {
                record: record.digest(),
                size: record.size(),
                version: *version,
                opens: None,
                nonce: None,
            };
            self.entries
                .push(Entry::new(id, &operation, &self.time)?.to_bytes());
        }
        for id in &described.gone {
            let operation = Operation::Withdraw {
                reason: Reason::Superseded,
            };
            self.entries
                .push(Entry::new(id, &operation, &self.time)?.to_bytes());
        }
        let records = described
            .records
            .iter()
            .flat_map(|(_, _, record)| record.bytes())
            .copied()
            .collect();
        let version = StudyVersion {
            number: identity.version,
            manifest: described.manifest,
            records,
            created: self.now,
        };
        let staged = held.stage(self.archive, version)?;
        self.objects.push(staged.version);
        self.places.push(staged.place);
        self.new_studies += u64::from(identity.before.is_none());
        crate::crash::point("staged");
        Ok(())
    }
}

/// Gives each image of a study its accession: the one it had, or the next.
///
/// An image is the same image while its first file has the same path. One that left with an earlier version comes back
/// as a new one, because a withdrawal is final; one that was withdrawn for a cause may not come back.
fn assign_images(
    connection: &mut Connection,
    held: &Held<'_>,
    identity: &Identity,
) -> Result<Result<Vec<Accession>, Vec<Finding>>, PublishError> {
    let mut known: HashMap<&str, Accession> = HashMap::new();
    let mut barred: HashMap<&str, String> = HashMap::new();
    let mut next = 1;
    for row in &identity.images_before {
        next = next.max(row.serial.unsigned_abs() + 1);
        match standing::of(connection, &row.id)?.filter(standing::StandingRow::is_gone) {
            None => {
                known.insert(&row.image_key, Accession::parse(&row.id)?);
            }
            Some(gone) if gone.reason == Reason::Superseded.as_str() => {}
            Some(gone) => {
                barred.insert(
                    &row.image_key,
                    format!(
                        "{} was withdrawn on {} ({})",
                        row.id, gone.time, gone.reason
                    ),
                );
            }
        }
    }
    let mut images = Vec::with_capacity(held.study().images.len());
    let mut findings = Vec::new();
    for (index, image) in held.study().images.iter().enumerate() {
        // by its first file where a redaction left no more than that of the version before
        let first = image.files.first().map(RelPath::as_str).unwrap_or_default();
        if let Some(why) = barred.get(image.key.as_str()).or_else(|| barred.get(first)) {
            let message = format!("{why}, which is final; take the image out of the study");
            findings.push(Finding::error(format!("images[{index}]"), message));
        }
        images.push(
            match known.get(image.key.as_str()).or_else(|| known.get(first)) {
                Some(id) => id.clone(),
                None => {
                    next += 1;
                    Accession::image(&identity.study, next - 1)?
                }
            },
        );
    }
    Ok(if findings.is_empty() {
        Ok(images)
    } else {
        Err(findings)
    })
}

fn file_facts(rows: &[ManifestRow]) -> HashMap<RelPath, FileFacts> {
    rows.iter()
        .map(|row| {
            let facts = FileFacts {
                bytes: row.bytes,
                sha256: row.sha256,
                media_type: row.media_type.clone(),
            };
            (row.path.clone(), facts)
        })
        .collect()
}

fn image_fingerprint(statements: &[Statement], files: Option<&Digest>) -> String {
    let lines: Vec<String> = statements
        .iter()
        .map(|statement| statement.as_ref().to_line())
        .collect();
    study_object::image_fingerprint(lines.iter().map(|line| line.trim_end_matches('\n')), files)
        .to_string()
}

/// What can stand in the way of publishing.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The act could not be completed; it stays in the journal.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The lease.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The journal refused; nothing is published.
    #[error(transparent)]
    Journal(#[from] journal::JournalError),
    /// The database refused; nothing is published.
    #[error(transparent)]
    Database(#[from] crate::database::DatabaseError),
    /// The staging refused; nothing is published.
    #[error(transparent)]
    Staging(#[from] crate::staging::StagingError),
    /// The database holds something that is no accession.
    #[error(transparent)]
    Identifier(#[from] protocol::identifier::IdentifierError),
    /// A manifest could not be written.
    #[error(transparent)]
    Manifest(#[from] manifest::ManifestError),
    /// An entry could not be written.
    #[error(transparent)]
    Entry(#[from] protocol::entry::EntryError),
    /// The system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Randomness(String),
}
