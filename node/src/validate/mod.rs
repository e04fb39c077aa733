//! Second stage: checks a deposit against the profile, resolves its terms, and says everything that is wrong at once.
//!
//! In reading order: `bounds` first, so that nothing below takes long; `policy` is what this node asks for beyond the profile; `private` addresses are taken out;
//! `terms` get their IRIs and the study what `derived` from its parts; `people`, `links`, `licence` and
//! `dates` are brought into form; `duplicates` go; `plates` and `annotations` must be sound, and what labels an OME-Zarr has and what regions OME-XML describes is known (`own_labels`, `own_regions`); `holdings` must fit together; a `thumbnail` be a small picture; `required` fields be there.

mod annotations;
mod bounds;
mod dates;
mod deposited_files;
mod derived;
mod duplicates;
mod holdings;
mod licence;
mod links;
mod own_labels;
mod own_regions;
mod people;
mod plates;
pub mod policy;
mod private;
mod report;
mod required;
mod terms;
#[cfg(test)]
mod tests;
mod thumbnail;

use std::path::{Path, PathBuf};

use ontologies::Terms;
use tempfile::TempDir;
use time::Date;

pub use policy::{AskedFor, Policy};

use crate::deposit::{Deposit, DepositedFile};
use crate::finding::Finding;
use crate::study::Study;
use report::Report;

/// A study that can be published. Only [`validate`] makes one.
#[derive(Debug)]
pub struct Validated {
    source: PathBuf,
    study: Study,
    files: Vec<DepositedFile>,
    findings: Vec<Finding>,
    unpacked: Option<TempDir>,
}

impl Validated {
    /// The study's file or folder as the operator named it.
    pub fn source(&self) -> &Path {
        &self.source
    }

    /// The study, its terms resolved and what it lacks in `missing`.
    pub fn study(&self) -> &Study {
        &self.study
    }

    /// Its files by path; none for a catalogued study.
    pub fn files(&self) -> &[DepositedFile] {
        &self.files
    }

    /// Warnings: what was repaired, left out or is missing.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Takes it apart: study, files, warnings, and the folder that keeps the files of a zip until it is dropped.
    pub fn into_parts(self) -> (Study, Vec<DepositedFile>, Vec<Finding>, Option<TempDir>) {
        (self.study, self.files, self.findings, self.unpacked)
    }
}

/// A study that cannot be published, and everything that stands in the way.
#[derive(Debug)]
pub struct Refused {
    /// The study's file or folder as the operator named it.
    pub source: PathBuf,
    /// What the source calls the study.
    pub identifier: Option<String>,
    /// Errors and warnings, in the order in which they were found.
    pub findings: Vec<Finding>,
}

/// Checks a deposit against the grade of its study and the node's policy. `today` is the day of publication.
///
/// # Errors
/// [`Refused`] with all findings, if one of them, of reading or of validation, is an error.
pub fn validate(
    deposit: Deposit,
    terms: &Terms,
    policy: &Policy,
    today: Date,
) -> Result<Validated, Refused> {
    let Deposit {
        source,
        mut study,
        mut files,
        findings,
        unpacked,
    } = deposit;
    let mut report = Report::new(study.profile, findings);
    if !bounds::check(&study, &mut report) {
        return Err(Refused {
            source,
            identifier: Some(study.source.identifier),
            findings: report.findings,
        });
    }
    private::remove(&mut study, &mut files, &mut report);
    terms::resolve(&mut study, terms, &mut report);
    derived::derive(&mut study, &mut report);
    people::check(&mut study, &mut report);
    links::check(&mut study, &mut report);
    licence::check(&mut study, &mut report);
    dates::check(&mut study, today, &mut report);
    duplicates::remove(&mut study);
    plates::check(&study, &mut report);
    own_labels::add(&mut study, &files);
    own_regions::add(&mut study, &files, &mut report);
    holdings::check(&mut study, &mut files, policy, &mut report);
    annotations::check(&mut study, &files, &mut report);
    thumbnail::check(&mut study, &files, &mut report);
    required::check(&mut study, terms, policy, &mut report);
    let findings = report.findings;
    if findings.iter().any(Finding::is_error) {
        return Err(Refused {
            source,
            identifier: Some(study.source.identifier),
            findings,
        });
    }
    Ok(Validated {
        source,
        study,
        files,
        findings,
        unpacked,
    })
}
