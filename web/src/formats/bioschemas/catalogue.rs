//! A whole archive as Bioschemas DataCatalog.

use serde_json::{Value, json};

use super::dataset::by_archive;
use super::values::Object;
use super::{CONFORMS_TO, conforms_to};
use crate::formats::Archive;
use crate::formats::embedded::embeddable;

const PROFILE: &str = "https://bioschemas.org/profiles/DataCatalog/0.3-RELEASE-2019_07_01";

/// What a node or a harvester says of itself as a catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueView {
    /// Whose it is, and where.
    pub archive: Archive,
    /// Its title.
    pub title: String,
    /// What it holds, in a sentence or two.
    pub description: String,
    /// Keywords, at least one.
    pub keywords: Vec<String>,
    /// The licence of the metadata: an IRI.
    pub licence: Option<String>,
    /// When it last changed, RFC 3339.
    pub modified: Option<String>,
    /// Where SPARQL is answered.
    pub sparql: Option<String>,
}

impl CatalogueView {
    /// A catalogue of biological images, titled with the archive's name; nobody answers SPARQL.
    pub fn of_images(
        archive: Archive,
        description: String,
        modified: Option<String>,
    ) -> CatalogueView {
        CatalogueView {
            title: archive.name.clone(),
            description,
            keywords: ["biological images", "bioimaging", "microscopy"]
                .map(str::to_owned)
                .into(),
            licence: None,
            modified,
            sparql: None,
            archive,
        }
    }
}

/// A study as a home page lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedStudy {
    /// Its IRI.
    pub iri: String,
    /// Its title.
    pub title: String,
    /// Where its page is.
    pub page: String,
}

/// An archive as Bioschemas DataCatalog 0.3, to stand in its home page inside `<script type="application/ld+json">`, with
/// the studies that the page lists.
pub fn data_catalogue(catalogue: &CatalogueView, studies: &[ListedStudy]) -> String {
    let archive = &catalogue.archive;
    let datasets = studies.iter().map(|study| {
        json!({
            "@type": "Dataset",
            "@id": study.iri,
            "name": study.title,
            "url": study.page,
        })
    });
    let mut object = Object::of("DataCatalog");
    object
        .set("@context", json!("https://schema.org/"))
        .set("@id", json!(archive.home))
        .set(CONFORMS_TO, conforms_to(PROFILE))
        .set("name", json!(catalogue.title))
        .set("description", json!(catalogue.description))
        .set("url", json!(archive.home))
        .set("keywords", json!(catalogue.keywords))
        .set("provider", by_archive(archive))
        .optional("license", catalogue.licence.as_deref())
        .optional("dateModified", catalogue.modified.as_deref())
        .list("dataset", datasets.collect::<Vec<Value>>());
    embeddable(&object.value())
}
