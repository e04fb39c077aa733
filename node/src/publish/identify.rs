//! Who a study is, and who its images are: known again by their source, or new.

use std::collections::HashMap;

use protocol::entry::Reason;
use protocol::identifier::Accession;

use super::making::Making;
use super::report::{Outcome, PublishError};
use crate::database::image::{self, ImageRow};
use crate::database::study::StudyRow;
use crate::database::{Connection, standing, study};
use crate::finding::Finding;
use crate::relative_path::RelPath;
use crate::staging::Held;
use crate::study::Series;

/// Who a study is: known by its source, or new.
pub(super) struct Identity {
    pub(super) study: Accession,
    pub(super) version: u64,
    pub(super) before: Option<StudyRow>,
    pub(super) images_before: Vec<ImageRow>,
}

/// What identifying a study came to.
pub(super) enum Identified {
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

impl Making<'_> {
    /// Finds out whether a study is new, changed, unchanged, or may not come back.
    pub(super) fn identify(
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
}

/// Gives each image of a study its accession: the one it had, or the next.
///
/// An image is the same image while its first file has the same path, and its place in that file the same number. One that left with an earlier version comes back
/// as a new one, because a withdrawal is final; one that was withdrawn for a cause may not come back.
pub(super) fn assign_images(
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
        let is_by_number = |series: &Series| series.path.is_none() && series.number > 0;
        let first = match &image.series {
            Some(series) if is_by_number(series) => image.key.as_str(),
            _ => image.files.first().map(RelPath::as_str).unwrap_or_default(),
        };
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
