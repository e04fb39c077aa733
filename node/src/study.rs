//! The `Study`: what every way in becomes, and what everything after reads.
//!
//! One model, REMBI's modules in plain words (docs/METADATA.md). A study file, an RO-Crate and whatever follows them
//! are read into this value; validation completes it (terms resolved, grades checked); `describe` turns it into RDF;
//! the storage keeps it as `metadata/study.json`, so that nothing has to be read from the source a second time.
//!
//! Order is meaning: authors, images, channels keep the order of the source. Empty lists and absent values are left
//! out of the JSON, so that a study reads well in ten years and two equal studies are equal as bytes.

use serde::{Deserialize, Serialize};

use crate::relative_path::RelPath;

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

/// What a term is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TermRole {
    /// A species or strain: NCBITaxon.
    Organism,
    /// A way of imaging: FBbi and others.
    Method,
    /// A type of cell: CL.
    CellType,
    /// A cell line: CLO, BAO, EFO.
    CellLine,
    /// An organ or tissue: UBERON.
    Tissue,
    /// A disease: MONDO, DOID, EFO.
    Disease,
    /// A biological process or cellular component: GO.
    Process,
    /// Preparation of a specimen: FBbi and others.
    Preparation,
    /// Anything else that the study says it is about.
    Subject,
}

/// A term as it was given, and what it was resolved to.
///
/// Reading fills `given` and `label`; only validation sets `iri`. A use without `iri` is text and stays text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermUse {
    /// What it is used for.
    pub role: TermRole,
    /// As submitted: a CURIE, an IRI, or a label.
    pub given: String,
    /// The label that the source puts beside the identifier, as submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The one canonical IRI of the term, set by validation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iri: Option<String>,
}

impl TermUse {
    /// A term as given, not yet resolved.
    pub fn new(role: TermRole, given: impl Into<String>, label: Option<String>) -> TermUse {
        TermUse {
            role,
            given: given.into(),
            label,
            iri: None,
        }
    }

    /// What to call the term where only text will do: the submitted label, else what was given.
    pub fn text(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.given)
    }
}

/// A free name and value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Property {
    /// The name, as the source spells it.
    pub name: String,
    /// The value as text.
    pub value: String,
}

/// An institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Organisation {
    /// Its name, when one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `https://ror.org/…`, when one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ror: Option<String>,
    /// Another absolute http(s) IRI of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// An author. No address of any kind: e-mail, telephone and postal address are never read into this value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Person {
    /// The name as the source writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Given name, where the source tells it apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Family name, where the source tells it apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// `https://orcid.org/0000-…`, checked by its check digit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orcid: Option<String>,
    /// Where the person worked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affiliations: Vec<Organisation>,
    /// What the person did (CRediT or free).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Further names and values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional: Vec<Property>,
}

/// An article that the study belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Article {
    /// The DOI as an IRI, `https://doi.org/10.…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doi: Option<String>,
    /// PubMed's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pmid: Option<String>,
    /// Another absolute http(s) IRI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Date or year as given: `2006`, `2006-05`, `2006-05-01`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// Who paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Funding {
    /// The funder.
    #[serde(default)]
    pub funder: Organisation,
    /// The number or name of the award.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub award: Option<String>,
}

/// A tie to another study or resource.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// How: `derived-from`, `same-experiment`, `see-also` …
    pub relation: String,
    /// The other's accession or IRI.
    pub id: String,
}

/// What was treated with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Treatment {
    /// The agent: a compound, a reagent, a condition.
    pub agent: String,
    /// How much, as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dose: Option<String>,
    /// The unit of the dose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// How long, as given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<String>,
}

/// Whether a biosample was treated or stands for comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BiosampleRole {
    /// Left as it is, for comparison.
    Control,
    /// Treated.
    Treated,
}

/// What was imaged, biologically.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Biosample {
    /// Its name inside the source, by which others point to it.
    pub id: String,
    /// A title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Organisms, cell types, cell lines, tissues, diseases, processes: each with its role.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<TermUse>,
    /// Strain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strain: Option<String>,
    /// Genotype.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub genotype: Option<String>,
    /// Sex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// Age.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<String>,
    /// Developmental stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Treatments, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub treatments: Vec<Treatment>,
    /// Control or treated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<BiosampleRole>,
    /// Experimental variables and further names and values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional: Vec<Property>,
}

/// A step of preparing a specimen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct PreparationStep {
    /// The method as a term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<TermUse>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// How a biosample was made ready for the microscope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Specimen {
    /// Its name inside the source.
    pub id: String,
    /// A title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The biosample that it was made from, by its name inside the source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub biosample: Option<String>,
    /// The steps, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub preparation: Vec<PreparationStep>,
    /// Further names and values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional: Vec<Property>,
}

/// A protocol: an image acquisition when it has an imaging method, else just a protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Acquisition {
    /// Its name inside the source.
    pub id: String,
    /// A title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Imaging methods (role `Method`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub methods: Vec<TermUse>,
    /// The microscope and what hangs on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument: Option<String>,
    /// Further names and values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional: Vec<Property>,
}

/// A part of a study whose images belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Component {
    /// Its title.
    pub title: String,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Biosamples, by their names inside the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub biosamples: Vec<String>,
    /// Specimens, by their names inside the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub specimens: Vec<String>,
    /// Acquisitions, by their names inside the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acquisitions: Vec<String>,
}

/// A channel of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Channel {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What is seen in it: genes, proteins, structures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// The dye or fluorescent protein.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fluorophore: Option<String>,
}

/// What the header of an image file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Pixels {
    /// Columns, in pixels.
    pub size_x: u64,
    /// Rows, in pixels.
    pub size_y: u64,
    /// `uint8`, `uint16`, `float32` …, where the header tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixel_type: Option<String>,
}

/// An image of a study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// What makes it the same image in the next version of the study: its first file's path.
    pub key: String,
    /// Its title: as stated, else the file's name.
    pub title: String,
    /// The component that it belongs to: an index into `Study::components`.
    pub component: usize,
    /// Its primary files: paths in the study.
    pub files: Vec<RelPath>,
    /// Biosamples that override the component's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub biosamples: Vec<String>,
    /// Specimens that override the component's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub specimens: Vec<String>,
    /// Acquisitions that override the component's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acquisitions: Vec<String>,
    /// Channels, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// What the file's header says, when it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixels: Option<Pixels>,
    /// Further names and values (the free columns of a file list among them).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional: Vec<Property>,
}

/// A figure or panel of the article that the data stand behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// As the article numbers it: `2a`.
    pub figure: String,
    /// Files of the images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<RelPath>,
}

/// Data derived from images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct AnnotationSet {
    /// Its title.
    pub title: String,
    /// MIFA's type: `segmentation_mask`, `tracks`, `class_labels` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotation_type: Option<String>,
    /// How it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Its files, and the image file that each was made from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<AnnotationFile>,
}

/// A file of an annotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnotationFile {
    /// Its path in the study.
    pub file: RelPath,
    /// The image file that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<RelPath>,
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
