//! The `Study`: what every way in becomes, and what everything after reads.
//!
//! One model, REMBI's modules in plain words (docs/METADATA.md). A study file, an RO-Crate and whatever follows them
//! are read into this value; validation completes it (terms resolved, grades checked); `describe` turns it into RDF;
//! the storage keeps it as `metadata/study.json`, so that nothing has to be read from the source a second time.
//!
//! Order is meaning: authors, images, channels keep the order of the source. Empty lists and absent values are left
//! out of the JSON, so that a study reads well in ten years and two equal studies are equal as bytes.

mod annotated;
mod credit;
mod image;
mod number;
mod parts;
pub mod plate;
mod sample;
mod scale;
mod term;

use serde::{Deserialize, Serialize};

use crate::relative_path::RelPath;

pub use annotated::{
    Annotated, GEOMETRICAL_ANNOTATIONS, MIFA_TYPES, OfImage, SEGMENTATION_MASK, mifa_type,
};
pub use credit::{Article, Funding, Organisation, Person};
pub use image::{Channel, CountedAxis, Image, NamedAxis, Pixels, Regions, Series};
pub use number::Number;
pub use parts::{AnnotationFile, AnnotationSet, Component, Figure};
pub use sample::{Acquisition, Biosample, BiosampleRole, PreparationStep, Specimen, Treatment};
pub use scale::{Scale, Step};
pub use term::{TermRole, TermUse};

/// The grade a study is checked against (docs/METADATA.md, "Required, asked for, free").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "kebab-case")]
pub enum Profile {
    /// New deposits: everything that the profile requires.
    #[default]
    One,
    /// What existed before: title, licence, one author and a date; what else is missing is a warning.
    Legacy,
}

impl Profile {
    /// The IRI that a record names by `dct:conformsTo`.
    pub fn iri(self) -> &'static str {
        match self {
            Profile::One => "https://w3id.org/ommatidia/ns#profile-1",
            Profile::Legacy => "https://w3id.org/ommatidia/ns#profile-legacy",
        }
    }
}

/// Which kind of package a study was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PackageFormat {
    /// `study.yaml` and the files beside it.
    StudyFile,
    /// An RO-Crate with its files: a folder or a zip.
    AttachedCrate,
    /// An RO-Crate that is metadata alone.
    DetachedCrate,
}

/// Where a study comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What the source calls the study; by it a study is known again when it is imported a second time.
    pub identifier: String,
    /// True where the source itself gives that identifier; false where it is one that import wrote beside the file.
    pub identifier_is_given: bool,
    /// The source's own IRI for the study, when it has an absolute one with scheme http or https.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iri: Option<String>,
    /// Further IRIs of the same study (a DOI, for example).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_as: Vec<String>,
    /// The kind of package.
    pub format: PackageFormat,
}

/// A free name and value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    /// The name, as the source spells it.
    pub name: String,
    /// The value as text.
    pub value: String,
}

/// A tie to another study or resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// How: `derived-from`, `same-experiment`, `see-also` …
    pub relation: String,
    /// The other's accession or IRI.
    pub id: String,
}

/// A study (docs/METADATA.md).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Study {
    /// The grade it is checked against.
    pub profile: Profile,
    /// Where it comes from.
    pub source: Source,
    /// Title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Description, as text or Markdown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The licence: an IRI after validation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub licence: Option<String>,
    /// Date of release as given by the source: `2026-03-01`, `2026-03` or `2026`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_date: Option<String>,
    /// Authors, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Person>,
    /// The publisher that the source names. The member that publishes here is in the log, not in this value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub publisher: Option<Organisation>,
    /// `synthetic`, `calibration`, `in-vitro`, `environmental`: a sample that is no organism.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample_kind: Option<String>,
    /// What the study is about: organisms, cells, tissues, diseases, processes, each with its role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subjects: Vec<TermUse>,
    /// Imaging methods.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub imaging_methods: Vec<TermUse>,
    /// Keywords, one each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Articles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub publications: Vec<Article>,
    /// Funding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub funding: Vec<Funding>,
    /// Ties to other resources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Related>,
    /// Biosamples.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub biosamples: Vec<Biosample>,
    /// Specimens.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub specimens: Vec<Specimen>,
    /// Acquisitions and other protocols.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acquisitions: Vec<Acquisition>,
    /// Study components.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub components: Vec<Component>,
    /// Images, in the order of the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<Image>,
    /// Derived data.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<AnnotationSet>,
    /// Figures that the data stand behind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supports: Vec<Figure>,
    /// Who may see the data, as the source says: `open`, `registered`, `controlled`. Only `open` can be published yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_level: Option<String>,
    /// Data-use terms: DUO CURIEs or IRIs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data_use: Vec<String>,
    /// Pictures that the source shows for the study: absolute http(s) IRIs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub thumbnails: Vec<String>,
    /// The file of the deposit that is shown for the study in lists: a small PNG, JPEG or WebP picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<RelPath>,
    /// Size in bytes that the source states, for a catalogued study.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated_bytes: Option<u64>,
    /// Number of files that the source states, for a catalogued study.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stated_files: Option<u64>,
    /// Where the data are, for a catalogued study: the source's IRI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_at: Option<String>,
    /// What the profile asks for and the study does not have, in a biologist's words: `imaging method`. Set by validation.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// Further names and values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional: Vec<Property>,
}

impl Study {
    /// A study with nothing in it but its source and grade.
    pub fn new(profile: Profile, source: Source) -> Study {
        Study {
            profile,
            source,
            title: None,
            description: None,
            licence: None,
            release_date: None,
            authors: Vec::new(),
            publisher: None,
            sample_kind: None,
            subjects: Vec::new(),
            imaging_methods: Vec::new(),
            keywords: Vec::new(),
            publications: Vec::new(),
            funding: Vec::new(),
            related: Vec::new(),
            biosamples: Vec::new(),
            specimens: Vec::new(),
            acquisitions: Vec::new(),
            components: Vec::new(),
            images: Vec::new(),
            annotations: Vec::new(),
            supports: Vec::new(),
            access_level: None,
            data_use: Vec::new(),
            thumbnails: Vec::new(),
            thumbnail: None,
            stated_bytes: None,
            stated_files: None,
            data_at: None,
            missing: Vec::new(),
            additional: Vec::new(),
        }
    }

    /// A catalogued study describes data that are elsewhere; a held one has its files here. A crate without files is
    /// catalogued even where it does not say where the data are.
    pub fn is_catalogued(&self) -> bool {
        self.data_at.is_some() || self.source.format == PackageFormat::DetachedCrate
    }

    /// The organisms among the subjects.
    pub fn organisms(&self) -> impl Iterator<Item = &TermUse> {
        self.subjects
            .iter()
            .filter(|subject| subject.role == TermRole::Organism)
    }
}
