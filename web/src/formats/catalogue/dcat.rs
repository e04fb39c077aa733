//! A catalogue in DCAT 3, as DCAT-AP harvesters read it.

use ontologies::schema::{dcat, dct, prov, xsd};
use oxrdf::NamedOrBlankNode;

use super::paging::Paging;
use super::triples::{Triples, date_type};
use super::vocabulary::{
    ACCESS_URL, AGENT, CATALOG, CATALOG_DATASET, CONCEPT, CREATOR, DATA_SERVICE, DESCRIPTION,
    DOCUMENT, ENDPOINT_URL, FOAF_NAME, HOMEPAGE, IS_REFERENCED_BY, KEYWORD, LANDING_PAGE,
    LICENSE_DOCUMENT, PREFERRED_LABEL, PUBLISHER, RIGHTS_STATEMENT, SERVES_DATASET, SERVICE,
    SOURCE, THEME, TITLE,
};
use crate::formats::archive::{is_iri, web_address};
use crate::formats::{Archive, CatalogueView, FormatError};
use crate::http::Format;
use crate::view::{Person, StudyView};

/// Media type of the list of files, as IANA's registry names it.
const TABLE: &str = "https://www.iana.org/assignments/media-types/text/tab-separated-values";

/// A page of a catalogue in DCAT 3: the catalogue, its page, and the studies on it, each with the archive that published
/// it. As JSON-LD, N-Quads or RDF/XML, for any other `format` as Turtle.
///
/// # Errors
/// None for any study that can be read; the serialisers' own are passed on.
pub fn dcat<'a>(
    catalogue: &CatalogueView,
    paging: &Paging,
    studies: impl IntoIterator<Item = (&'a StudyView, &'a Archive)>,
    format: Format,
) -> Result<String, FormatError> {
    let mut triples = Triples::default();
    let home = &catalogue.archive.home;
    if let Some(node) = Triples::node(home) {
        say_catalogue(&mut triples, &node, catalogue);
        paging.say(&mut triples);
        for (study, archive) in studies {
            triples.iri(&node, CATALOG_DATASET, &study.iri);
            say_study(&mut triples, study, archive);
        }
    }
    triples.written(format)
}

fn say_catalogue(triples: &mut Triples, node: &NamedOrBlankNode, catalogue: &CatalogueView) {
    triples.class(node, CATALOG);
    triples.text(node, TITLE, &catalogue.title);
    triples.text(node, DESCRIPTION, &catalogue.description);
    for keyword in &catalogue.keywords {
        triples.text(node, KEYWORD, keyword);
    }
    say_publisher(triples, node, &catalogue.archive);
    say_document(triples, node, HOMEPAGE, &catalogue.archive.home);
    say_licence(triples, node, catalogue.licence.as_deref());
    if let Some(modified) = &catalogue.modified {
        triples.typed(node, dct::MODIFIED, modified, date_type(modified));
    }
    if let Some(endpoint) = catalogue.sparql.as_deref().and_then(web_address) {
        let service = triples.blank();
        triples.to(node, SERVICE, &service);
        triples.class(&service, DATA_SERVICE);
        triples.text(&service, TITLE, "SPARQL");
        triples.iri(&service, ENDPOINT_URL, endpoint);
        triples.to(&service, SERVES_DATASET, node);
    }
}

fn say_study(triples: &mut Triples, study: &StudyView, archive: &Archive) {
    let Some(node) = Triples::node(&study.iri) else {
        return;
    };
    triples.class(&node, dcat::DATASET);
    triples.text(&node, TITLE, study.title());
    triples.text(
        &node,
        DESCRIPTION,
        study.description.as_deref().unwrap_or(study.title()),
    );
    triples.text(&node, dct::IDENTIFIER, study.id.as_str());
    for other in &study.source_ids {
        triples.text(&node, dct::IDENTIFIER, other);
    }
    for (predicate, date) in [
        (
            dct::ISSUED,
            study.date_published.as_ref().or(study.issued.as_ref()),
        ),
        (
            dct::MODIFIED,
            study.modified.as_ref().or(study.issued.as_ref()),
        ),
    ] {
        if let Some(date) = date {
            triples.typed(&node, predicate, date, date_type(date));
        }
    }
    triples.text(
        &node,
        dcat::VERSION,
        study.version.as_deref().unwrap_or_default(),
    );
    for keyword in &study.keywords {
        triples.text(&node, KEYWORD, keyword);
    }
    say_themes(triples, &node, study);
    say_publisher(triples, &node, archive);
    for author in &study.authors {
        say_author(triples, &node, study, author);
    }
    say_document(triples, &node, LANDING_PAGE, &archive.page(&study.id));
    say_licence(triples, &node, study.licence.as_deref());
    if let Some(access) = study.access.as_deref().filter(|access| is_iri(access)) {
        triples.iri(&node, dct::ACCESS_RIGHTS, access);
        if let Some(access) = Triples::node(access) {
            triples.class(&access, RIGHTS_STATEMENT);
        }
    }
    say_ties(triples, &node, study);
    say_distributions(triples, &node, study, archive);
}

/// Terms by their IRIs, with the labels that they have here; terms that are only text are keywords.
fn say_themes(triples: &mut Triples, node: &NamedOrBlankNode, study: &StudyView) {
    let of_samples = study.biosamples.iter().flat_map(|sample| &sample.terms);
    for term in study.terms.iter().chain(of_samples) {
        match term.iri.as_deref().and_then(Triples::node) {
            Some(theme) => {
                triples.to(node, THEME, &theme);
                triples.class(&theme, CONCEPT);
                triples.text(&theme, PREFERRED_LABEL, &term.text());
            }
            None => triples.text(node, KEYWORD, &term.text()),
        }
    }
}

fn say_publisher(triples: &mut Triples, node: &NamedOrBlankNode, archive: &Archive) {
    let ror = archive.ror.as_deref().and_then(Triples::node);
    let agent = ror.unwrap_or_else(|| triples.blank());
    triples.to(node, PUBLISHER, &agent);
    triples.class(&agent, AGENT);
    triples.text(&agent, FOAF_NAME, &archive.name);
}

fn say_author(triples: &mut Triples, node: &NamedOrBlankNode, study: &StudyView, author: &Person) {
    let own = format!("{}#{}", study.iri, author.node);
    let orcid = author.orcid.as_deref().and_then(web_address);
    if let Some(agent) = Triples::node(orcid.unwrap_or(&own)) {
        triples.to(node, CREATOR, &agent);
        triples.class(&agent, AGENT);
        triples.text(
            &agent,
            FOAF_NAME,
            &author.display_name().unwrap_or_default(),
        );
    }
}

fn say_document(triples: &mut Triples, node: &NamedOrBlankNode, predicate: &str, address: &str) {
    triples.iri(node, predicate, address);
    if let Some(document) = Triples::node(address).filter(|document| document != node) {
        triples.class(&document, DOCUMENT);
    }
}

fn say_licence(triples: &mut Triples, node: &NamedOrBlankNode, licence: Option<&str>) {
    let Some(licence) = licence else { return };
    match Triples::node(licence) {
        Some(document) => {
            triples.to(node, dct::LICENSE, &document);
            triples.class(&document, LICENSE_DOCUMENT);
        }
        None => triples.text(node, dct::LICENSE, licence),
    }
}

fn say_ties(triples: &mut Triples, node: &NamedOrBlankNode, study: &StudyView) {
    for article in &study.articles {
        if let Some(address) = article.address() {
            triples.iri(node, IS_REFERENCED_BY, &address);
        }
    }
    for same in study.same_as.iter().filter_map(|iri| web_address(iri)) {
        triples.iri(node, SOURCE, same);
    }
    for origin in &study.derived_from {
        triples.iri(node, prov::WAS_DERIVED_FROM, origin);
    }
    let named = study.relations.iter().map(|tie| &tie.target);
    for other in study.see_also.iter().chain(named) {
        triples.iri(node, dct::RELATION, other);
    }
    for profile in &study.conforms_to {
        triples.iri(node, dct::CONFORMS_TO, profile);
    }
}

/// A held study has its list of files, a catalogued one is at its source. How large all of it is says the study itself.
fn say_distributions(
    triples: &mut Triples,
    node: &NamedOrBlankNode,
    study: &StudyView,
    archive: &Archive,
) {
    let page = archive.page(&study.id);
    let list = study.file_list();
    let (title, access) = match (&list, study.data_at.as_deref().and_then(web_address)) {
        (Some(_), _) => (
            "List of all files, with their checksums and addresses",
            page.as_str(),
        ),
        (None, Some(address)) => ("Data at the source", address),
        (None, None) => return,
    };
    let distribution = triples.blank();
    triples.to(node, dcat::DISTRIBUTION, &distribution);
    triples.class(&distribution, dcat::DISTRIBUTION_CLASS);
    triples.text(&distribution, TITLE, title);
    triples.iri(&distribution, ACCESS_URL, access);
    say_licence(triples, &distribution, study.licence.as_deref());
    if let Some(list) = list {
        triples.iri(&distribution, dcat::DOWNLOAD_URL, &list);
        triples.iri(&distribution, dcat::MEDIA_TYPE, TABLE);
    }
    if let Some(bytes) = study.bytes {
        triples.typed(node, dcat::BYTE_SIZE, &bytes.to_string(), xsd::INTEGER);
    }
}
