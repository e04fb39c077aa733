//! A study as Bioschemas Dataset 1.0.

use ontologies::schema::ACCESS_PUBLIC;
use serde_json::{Value, json};

use super::values::{
    Object, article, biosample, defined, grant, organisation, person, property, term,
};
use super::{CONFORMS_TO, conforms_to};
use crate::formats::Archive;
use crate::formats::archive::web_address;
use crate::formats::embedded::embeddable;
use crate::view::{ImageView, StudyView};

const PROFILE: &str = "https://bioschemas.org/profiles/Dataset/1.0-RELEASE";

/// The longest description that search engines take, in characters.
const LONGEST_DESCRIPTION: usize = 5000;

/// Images that the description of a study names; a page is read by search engines, which stop somewhere.
const MOST_IMAGES: usize = 100;

/// A study as Bioschemas Dataset 1.0, with its required and recommended properties, to stand in its page inside
/// `<script type="application/ld+json">`: no text of a depositor can end the element (nothing more is to be escaped).
///
/// `images` are those of the study that whoever calls has at hand, none or the first page of them; up to 100 are named.
pub fn dataset(study: &StudyView, archive: &Archive, images: &[ImageView]) -> String {
    let mut object = Object::of("Dataset");
    object
        .set("@context", json!("https://schema.org/"))
        .set("@id", json!(study.iri))
        .set(CONFORMS_TO, conforms_to(PROFILE))
        .set("name", json!(study.title()))
        .set("description", json!(description(study)))
        .set("url", json!(archive.page(&study.id)))
        .optional("license", study.licence.as_deref())
        .list("identifier", identifiers(study))
        .list("keywords", keywords(study))
        .optional("version", study.version.as_deref())
        .optional("datePublished", study.date().map(|date| date.iso()))
        .optional(
            "dateModified",
            study.modified.as_deref().or(study.issued.as_deref()),
        )
        .list(
            "alternateName",
            study.source_ids.iter().map(|id| json!(id)).collect(),
        )
        .list("sameAs", addresses(&study.same_as))
        .list("isBasedOn", addresses(&study.derived_from))
        .list("thumbnailUrl", addresses(&study.thumbnails))
        .list(
            "creator",
            study
                .authors
                .iter()
                .map(|author| person(study, author))
                .collect(),
        )
        .list("citation", study.articles.iter().map(article).collect())
        .list("funding", study.grants.iter().map(grant).collect())
        .list("measurementTechnique", methods(study))
        .list("about", about(study))
        .list("usageInfo", addresses(&study.data_use))
        .list("distribution", distribution(study))
        .list(
            "hasPart",
            images.iter().take(MOST_IMAGES).map(image).collect(),
        )
        .list("additionalProperty", properties(study));
    let publisher = match study.publisher.as_ref().filter(|_| !study.is_held()) {
        Some(publisher) => organisation(publisher),
        None => by_archive(archive),
    };
    object.set("publisher", publisher).set(
        "includedInDataCatalog",
        json!({ "@type": "DataCatalog", "@id": archive.home, "name": archive.name, "url": archive.home }),
    );
    if study.access.as_deref() == Some(ACCESS_PUBLIC) {
        object.set("isAccessibleForFree", json!(true));
    }
    if let Some(bytes) = study.bytes {
        let size = json!({ "@type": "QuantitativeValue", "value": bytes, "unitText": "bytes" });
        object.set("size", size);
    }
    embeddable(&object.value())
}

pub(super) fn by_archive(archive: &Archive) -> Value {
    let mut object = Object::of("Organization");
    object
        .optional("@id", archive.ror.as_deref())
        .set("name", json!(archive.name))
        .set("url", json!(archive.home));
    object.value()
}

/// What search engines show: never longer than they take, and never nothing.
fn description(study: &StudyView) -> String {
    let Some(text) = study.description.as_deref() else {
        return format!(
            "{}. The source gives no further description.",
            study.title()
        );
    };
    if text.chars().count() <= LONGEST_DESCRIPTION {
        return text.to_owned();
    }
    let kept: String = text.chars().take(LONGEST_DESCRIPTION - 1).collect();
    format!("{}…", kept.trim_end())
}

fn identifiers(study: &StudyView) -> Vec<Value> {
    let doi = study.doi().map(str::to_owned);
    let own = [study.iri.clone(), study.id.to_string()];
    own.into_iter().chain(doi).map(Value::from).collect()
}

/// Keywords and terms; a study without either is at least one of biological images.
fn keywords(study: &StudyView) -> Vec<Value> {
    let words = study.keywords.iter().map(|word| json!(word));
    let mut keywords: Vec<Value> = words.chain(study.terms.iter().map(defined)).collect();
    if keywords.is_empty() {
        keywords.push(json!("biological images"));
    }
    keywords
}

fn methods(study: &StudyView) -> Vec<Value> {
    let of_protocols = study
        .protocols
        .iter()
        .flat_map(|protocol| &protocol.methods);
    let mut methods: Vec<Value> = Vec::new();
    let of_protocols = of_protocols.filter(|method| method.role == "method");
    for method in study.methods().chain(of_protocols).map(term) {
        if !methods.contains(&method) {
            methods.push(method);
        }
    }
    methods
}

fn about(study: &StudyView) -> Vec<Value> {
    let kinds = study.sample_kinds.iter().map(|kind| json!(kind));
    let samples = study
        .biosamples
        .iter()
        .map(|sample| biosample(study, sample));
    study
        .subjects()
        .map(term)
        .chain(kinds)
        .chain(samples)
        .collect()
}

fn addresses(texts: &[String]) -> Vec<Value> {
    texts
        .iter()
        .filter_map(|text| web_address(text))
        .map(Value::from)
        .collect()
}

/// Where the bytes are: the list of all files of a held study, the source's place of a catalogued one.
fn distribution(study: &StudyView) -> Vec<Value> {
    let list = study.file_list().map(|address| {
        json!({
            "@type": "DataDownload",
            "name": "List of all files with their checksums",
            "contentUrl": address,
            "encodingFormat": "text/tab-separated-values",
        })
    });
    let elsewhere = study.data_at.as_deref().and_then(web_address);
    let elsewhere = elsewhere.map(
        |address| json!({ "@type": "DataDownload", "name": "Data at the source", "url": address }),
    );
    list.into_iter().chain(elsewhere).collect()
}

fn image(image: &ImageView) -> Value {
    let mut object = Object::of("ImageObject");
    let file = image.files.first();
    object
        .set("@id", json!(image.iri))
        .set("name", json!(image.title()))
        .optional("width", image.size_x.map(|size| format!("{size} px")))
        .optional("dateCreated", image.taken.clone())
        .optional("height", image.size_y.map(|size| format!("{size} px")))
        .optional(
            "contentUrl",
            file.and_then(|file| web_address(file.address.as_deref()?)),
        )
        .optional(
            "contentSize",
            file.and_then(|file| file.bytes)
                .map(|bytes| format!("{bytes} B")),
        )
        .optional(
            "encodingFormat",
            file.and_then(|file| file.media_type.as_deref()),
        )
        .optional("sha256", file.and_then(|file| file.sha256.as_deref()));
    object.value()
}

fn properties(study: &StudyView) -> Vec<Value> {
    let parts = study.components.iter().map(|part| {
        (
            "study component",
            part.title.as_deref().unwrap_or(&part.node),
        )
    });
    let further = study
        .properties
        .iter()
        .map(|one| (one.name.as_str(), one.value.as_str()));
    let files = study
        .files
        .map(|files| property("number of files", &files.to_string()));
    parts
        .chain(further)
        .map(|(name, value)| property(name, value))
        .chain(files)
        .collect()
}
