//! RO-Crates (1.1 to 1.3), as metadata alone or with files: read whole, whatever the way they were written.
//!
//! In reading order: a [`document`] within bounds; its names by the [`context`]; the [`graph`] of its entities and the
//! [`root`] among them; [`taking`] them apart, so that what has no place is kept; then the [`dataset`] with the people,
//! articles, subjects, protocols and sizes, and the [`parts`] that are files.

mod articles;
mod context;
mod dataset;
pub(super) mod document;
mod graph;
mod identity;
mod images;
mod parts;
mod payload;
mod people;
mod protocols;
mod root;
mod sizes;
mod subjects;
mod taking;
#[cfg(test)]
mod tests;
pub(super) mod unzip;

use std::path::Path;

use serde_json::Value;

use crate::deposit::{DepositedFile, Means};
use crate::finding::Finding;
use crate::study::{PackageFormat, Profile, Property, Study};
use graph::Graph;
use payload::Payload;
use taking::Reader;

/// How many entities that hang on nothing, or files elsewhere, are kept with a study; the others are counted.
const KEPT_LOOSE: usize = 50;

/// A crate as a study and its files.
#[derive(Debug)]
pub(super) struct ReadCrate {
    /// The study.
    pub study: Study,
    /// Its files, by path; none for a crate that is metadata alone.
    pub files: Vec<DepositedFile>,
    /// What was odd.
    pub findings: Vec<Finding>,
}

/// Reads a parsed document. `source` is the crate's file or folder, `folder` where its files are, and by what they may be read.
///
/// # Errors
/// The findings, where there is no dataset to read, two of them, or nothing by which to know the study again.
pub(super) fn read(
    document: Value,
    source: &Path,
    folder: Option<(&Path, Means<'_>)>,
) -> Result<ReadCrate, Vec<Finding>> {
    let mut findings = Vec::new();
    let graph = Graph::read(document, &mut findings);
    let root = match root::find(&graph) {
        Ok(root) => root,
        Err(finding) => {
            findings.push(finding);
            return Err(findings);
        }
    };
    let mut payload = folder.map(|(folder, means)| Payload::list(folder, means, &mut findings));
    let mut reader = Reader::new(&graph, findings);
    for descriptor in root.descriptors {
        describe_descriptor(&mut reader, descriptor);
    }
    let mut dataset = reader.open(root.dataset);
    let (identity, data_at) = match identity::identify(&mut reader, &mut dataset, source) {
        Ok(identity) => identity,
        Err(finding) => {
            reader.findings.push(finding);
            return Err(reader.findings);
        }
    };
    let mut study = Study::new(Profile::Legacy, identity);
    dataset::read(&mut reader, &mut dataset, &mut study);
    let files = parts::read(&mut reader, &mut dataset, &mut study, payload.as_mut());
    study.thumbnail = dataset::own_thumbnail(&mut reader, &mut dataset, &files);
    let mut own = Vec::new();
    reader.leftovers(&dataset, None, &mut own);
    keep_loose(&mut reader);
    study.additional = own;
    study.additional.append(&mut reader.additional);
    if files.is_empty() && !reader.findings.iter().any(Finding::is_error) {
        catalogue(&mut reader, &mut study, data_at);
    }
    Ok(ReadCrate {
        study,
        files,
        findings: reader.findings,
    })
}

/// The descriptor says which version of RO-Crate this is and what it is about; whatever else it says is kept.
fn describe_descriptor(reader: &mut Reader<'_>, descriptor: usize) {
    let mut taking = reader.open(descriptor);
    for key in ["about", "conformsTo"] {
        taking.take(key);
    }
    reader.leftovers_of(&taking, "the metadata file");
}

/// A crate without files is a description of data that are elsewhere.
fn catalogue(reader: &mut Reader<'_>, study: &mut Study, data_at: Option<String>) {
    study.source.format = PackageFormat::DetachedCrate;
    if data_at.is_none() {
        reader.findings.push(Finding::warning(
            "@id",
            "the crate has no files and its dataset no address, so nobody can be told where the data are; let the @id of the dataset be its page on the web",
        ));
    }
    study.data_at = data_at;
}

/// Entities that nothing leads to are kept as well, and reported.
fn keep_loose(reader: &mut Reader<'_>) {
    let mut loose = Vec::new();
    let graph = reader.graph;
    for index in 0..graph.entities.len() {
        if reader.is_opened(index) {
            continue;
        }
        let entity = &graph.entities[index];
        let mut taking = reader.open(index);
        // an id alone says nothing
        if entity.fields.is_empty() {
            continue;
        }
        loose.push(entity.id.as_str());
        if loose.len() > KEPT_LOOSE {
            continue;
        }
        let called = reader.call(entity);
        taking.take("name");
        let name = entity.types.first().map_or("entity", String::as_str);
        reader.additional.push(Property {
            name: name.to_owned(),
            value: called.clone(),
        });
        reader.leftovers_of(&taking, &called);
    }
    if !loose.is_empty() {
        let names = loose.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        reader.findings.push(Finding::warning(
            "@graph",
            format!("{} entities are tied to nothing ({names}); the first {KEPT_LOOSE} are kept as further names and values of the study", loose.len()),
        ));
    }
}
