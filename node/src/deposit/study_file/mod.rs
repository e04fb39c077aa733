//! The study file, `study.yaml` (docs/METADATA.md): REMBI in plain words, written by hand.
//!
//! Everything that is wrong is found in one reading, each with its place and line. What the profile asks for is not
//! judged here, and the files that are named are only taken down.

mod components;
mod fields;
mod imaging;
mod people;
mod personal;
mod samples;
mod terms;
mod yaml;

#[cfg(test)]
mod tests;

use crate::finding::Finding;
use crate::study::{PackageFormat, Profile, Source, Study, TermRole};

pub(super) use components::{
    AnnotationEntry, AnnotationFiles, ComponentFiles, FigureEntry, Grouping, ImageEntry, Named,
};
pub(crate) use fields::nearest;
pub(super) use yaml::MOST_BYTES;

use components::{
    Defined, annotations, check_reference, components, figures, file_lists, named_files, thumbnail,
};
use fields::{Fields, Placed, Report};

/// The keys of a study.
const KNOWN: [&str; 25] = [
    "title",
    "description",
    "licence",
    "release_date",
    "authors",
    "organisms",
    "imaging_methods",
    "components",
    "identifier",
    "sample_kind",
    "keywords",
    "publication",
    "funding",
    "related",
    "biosamples",
    "specimens",
    "acquisitions",
    "annotations",
    "access",
    "supports",
    "files",
    "file_list",
    "publisher",
    "variables",
    "thumbnail",
];

/// A study file as it was read.
#[derive(Debug)]
pub(super) struct StudyFile {
    /// The study, without images, annotations and figures: those wait for the folder.
    pub study: Study,
    /// Files of each component, in the order of `study.components`.
    pub components: Vec<ComponentFiles>,
    /// Files of the study that belong to no component.
    pub files: Vec<Named>,
    /// File lists of the study.
    pub file_lists: Vec<Named>,
    /// The picture that is shown for the study.
    pub thumbnail: Option<Named>,
    /// Annotations with the names of their files.
    pub annotations: Vec<AnnotationEntry>,
    /// Figures with the names of their images.
    pub figures: Vec<FigureEntry>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Reads a study file. `unnamed` becomes the study's identifier where the file gives none.
///
/// # Errors
/// When the text is no YAML, or no map.
pub(super) fn read(text: &str, unnamed: String) -> Result<StudyFile, Vec<Finding>> {
    let node = yaml::parse(text).map_err(|message| vec![Finding::error("", message)])?;
    let mut report = Report::default();
    for line in personal::lines_with_addresses(text) {
        report.error(
            "",
            line,
            "it holds an e-mail address and is published whole; take the address out",
        );
    }
    let root = Placed {
        node: &node,
        place: String::new(),
    };
    let Some(fields) = root.fields(&KNOWN, &mut report) else {
        return Err(report.0);
    };
    let study = read_study(&fields, unnamed, &mut report);
    let defined = Defined {
        biosamples: study
            .biosamples
            .iter()
            .map(|sample| sample.id.as_str())
            .collect(),
        specimens: study
            .specimens
            .iter()
            .map(|specimen| specimen.id.as_str())
            .collect(),
        acquisitions: study
            .acquisitions
            .iter()
            .map(|acquisition| acquisition.id.as_str())
            .collect(),
    };
    check_specimens(&fields, &defined, &mut report);
    let (described, files) = components(&fields, &defined, &mut report);
    Ok(StudyFile {
        components: files,
        files: named_files(&fields, &mut report),
        file_lists: file_lists(&fields, &mut report),
        thumbnail: thumbnail(&fields, &mut report),
        annotations: annotations(&fields, &mut report),
        figures: figures(&fields, &mut report),
        findings: report.0,
        study: Study {
            components: described,
            ..study
        },
    })
}

/// Everything that names no files.
fn read_study(fields: &Fields<'_>, unnamed: String, report: &mut Report) -> Study {
    let mut study = Study::new(Profile::One, source(fields, unnamed, report));
    study.title = fields.text("title", report);
    study.description = fields.text("description", report);
    study.licence = fields.text("licence", report);
    study.release_date = fields.text("release_date", report);
    study.authors = people::authors(fields, report);
    study.publisher = people::publisher(fields, report);
    study.sample_kind = fields.text("sample_kind", report);
    study.subjects = terms::list(fields, "organisms", TermRole::Organism, report);
    study.imaging_methods = terms::list(fields, "imaging_methods", TermRole::Method, report);
    study.keywords = fields.texts("keywords", "texts", report);
    study.publications = people::publications(fields, report);
    study.funding = people::funding(fields, report);
    study.related = people::related(fields, report);
    study.biosamples = samples::biosamples(fields, report);
    study.specimens = samples::specimens(fields, report);
    study.acquisitions = samples::acquisitions(fields, report);
    study.additional = fields.properties("variables", report);
    read_access(fields, &mut study, report);
    study
}

fn source(fields: &Fields<'_>, unnamed: String, report: &mut Report) -> Source {
    let given = fields.text("identifier", report);
    let is_web = |text: &String| text.starts_with("https://") || text.starts_with("http://");
    Source {
        identifier_is_given: given.is_some(),
        iri: given.clone().filter(is_web),
        identifier: given.unwrap_or(unnamed),
        same_as: Vec::new(),
        format: PackageFormat::StudyFile,
    }
}

fn read_access(fields: &Fields<'_>, study: &mut Study, report: &mut Report) {
    let Some(access) = fields.get("access") else {
        return;
    };
    let Some(access) = access.fields(&["level", "data_use"], report) else {
        return;
    };
    study.access_level = access.text("level", report);
    study.data_use = access.texts("data_use", "terms of the Data Use Ontology", report);
}

/// A specimen points to a biosample that there is.
fn check_specimens(fields: &Fields<'_>, defined: &Defined<'_>, report: &mut Report) {
    // what is wrong with the list itself was said when it was read
    let mut said = Report::default();
    for item in fields.list("specimens", "specimens", &mut said) {
        let Some(specimen) = item.fields(&["biosample"], &mut said) else {
            continue;
        };
        let Some(biosample) = specimen.get("biosample") else {
            continue;
        };
        if let Some(id) = biosample.text(&mut said) {
            check_reference(id, "biosamples", &defined.biosamples, &biosample, report);
        }
    }
}
