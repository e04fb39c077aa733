//! A study in any form, by the form.

use protocol::record::Record;

use super::{
    Archive, FormatError, bibtex, csl_json, datacite_xml, json_ld, rdf_xml, ris, ro_crate, turtle,
};
use crate::http::Format;
use crate::view::{ViewError, read_study};

/// Why a study cannot be given in a form.
#[derive(Debug, thiserror::Error)]
pub enum OfStudyError {
    /// The record is not a study's, and only studies have this form.
    #[error(transparent)]
    NoStudy(#[from] ViewError),
    /// The form cannot say what the record says.
    #[error(transparent)]
    Format(#[from] FormatError),
}

/// A record in a form: the five of any record, and for a study all of [`Format::OF_STUDY`]. `label` gives the label of a
/// term by its IRI, for terms that were submitted without one; `version` is the one that the log counts. A page is no form of a record alone: for [`Format::Html`] it
/// gives the JSON-LD that programs get.
///
/// # Errors
/// The record is no study's and the form is one that only studies have; or the form cannot say what it says.
pub fn of_study(
    record: &Record,
    version: u64,
    format: Format,
    archive: &Archive,
    label: impl Fn(&str) -> Option<String>,
) -> Result<String, OfStudyError> {
    match format {
        Format::Html | Format::JsonLd => return Ok(json_ld(record)),
        Format::Turtle => return Ok(turtle(record)?),
        Format::RdfXml => return Ok(rdf_xml(record)?),
        Format::NQuads => return Ok(String::from_utf8_lossy(record.bytes()).into_owned()),
        Format::RoCrate | Format::DataCite | Format::BibTex | Format::Ris | Format::CslJson => {}
    }
    let mut study = read_study(record)?;
    study.version = Some(version.to_string());
    study.name_terms(label);
    Ok(match format {
        Format::DataCite => datacite_xml(&study, archive)?,
        Format::BibTex => bibtex(&study, archive),
        Format::Ris => ris(&study, archive),
        Format::CslJson => csl_json(&study, archive),
        _ => ro_crate(&study, archive),
    })
}
