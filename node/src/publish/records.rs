//! What a version of a study says: its records, and which images it no longer has.

use std::collections::{HashMap, HashSet};

use protocol::digest::Digest;
use protocol::identifier::Accession;
use protocol::record::{Record, Statement};

use super::identify::{Identity, assign_images};
use super::making::Making;
use super::report::PublishError;
use crate::database::image::ImageRow;
use crate::database::{Connection, record, standing};
use crate::describe::{self, FileFacts, Holdings, Naming};
use crate::finding::Finding;
use crate::relative_path::RelPath;
use crate::staging::Held;
use crate::store::manifest::{self, ManifestRow};
use crate::study::Annotated;
use crate::study_object;

/// Entries that an act may have (PROTOCOL.md section 10).
const MOST_ENTRIES: usize = 1_000_000;

/// What a version says: its records in log order, and the images that it no longer has.
pub(super) struct Described {
    pub(super) manifest: Option<Vec<u8>>,
    pub(super) records: Vec<(Accession, u64, Record)>,
    pub(super) gone: Vec<Accession>,
}

impl Making<'_> {
    /// Makes the records of a version: the study's, and those of the images that are new or have changed.
    pub(super) fn describe(
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
        let annotated = Annotated::of(held.study());
        for (index, id) in images.iter().enumerate() {
            let at = |version| {
                describe::image(held.study(), index, &naming(version), &annotated, &|path| {
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
        described.gone = gone_images(connection, identity, &images)?;
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
}

/// The images of the version before that this one no longer has, and that are not gone already.
fn gone_images(
    connection: &mut Connection,
    identity: &Identity,
    images: &[Accession],
) -> Result<Vec<Accession>, PublishError> {
    let present: HashSet<&Accession> = images.iter().collect();
    let mut gone = Vec::new();
    for row in identity.images_before.iter().filter(|row| row.present) {
        let id = Accession::parse(&row.id)?;
        let is_gone = standing::of(connection, &row.id)?.is_some_and(|standing| standing.is_gone());
        if !present.contains(&id) && !is_gone {
            gone.push(id);
        }
    }
    Ok(gone)
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
