//! Simple Dublin Core as OAI-PMH 2.0 gives it (`oai_dc`).

use ontologies::schema::ACCESS_PUBLIC;

use super::Archive;
use super::archive::licence_name;
use super::xml::Xml;
use crate::view::{Organisation, StudyView};

const NAMESPACE: &str = "http://www.openarchives.org/OAI/2.0/oai_dc/";
const LOCATION: &str =
    "http://www.openarchives.org/OAI/2.0/oai_dc/ http://www.openarchives.org/OAI/2.0/oai_dc.xsd";

/// A study as the element `oai_dc:dc`, without an XML declaration, to stand inside `metadata` of an answer: it declares
/// the namespaces that it uses. Characters that XML cannot hold are shown as U+FFFD.
pub fn oai_dc(study: &StudyView, archive: &Archive) -> String {
    let mut xml = Xml::fragment();
    let attributes = [
        ("xmlns:oai_dc", NAMESPACE),
        ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsi:schemaLocation", LOCATION),
    ];
    xml.open("oai_dc:dc", &attributes);
    for (name, values) in elements(study, archive) {
        let mut seen: Vec<&str> = Vec::new();
        for value in &values {
            if !seen.contains(&value.as_str()) {
                seen.push(value);
                xml.text(name, &[], value);
            }
        }
    }
    xml.close("oai_dc:dc");
    xml.finish()
}

/// The elements with their values.
fn elements(study: &StudyView, archive: &Archive) -> Vec<(&'static str, Vec<String>)> {
    let one = |text: &Option<String>| text.iter().cloned().collect::<Vec<String>>();
    let of_samples = study.biosamples.iter().flat_map(|sample| &sample.terms);
    let terms = study.terms.iter().chain(of_samples).map(|term| term.text());
    let mut identifiers = vec![study.iri.clone(), study.id.to_string()];
    identifiers.extend(study.doi().map(str::to_owned));
    let publisher = archive.publisher(study).0.to_owned();
    let of_source = study
        .publisher
        .as_ref()
        .and_then(Organisation::display_name);
    let contributors = [Some(archive.name.as_str()), of_source]
        .into_iter()
        .flatten();
    let funders = study
        .grants
        .iter()
        .filter_map(|grant| grant.funder.as_ref()?.display_name());
    let date = study
        .date_published
        .clone()
        .or_else(|| study.issued.clone());
    vec![
        ("dc:title", vec![study.title().to_owned()]),
        (
            "dc:creator",
            study
                .authors
                .iter()
                .filter_map(|author| author.sorting_name())
                .collect(),
        ),
        (
            "dc:subject",
            terms.chain(study.keywords.iter().cloned()).collect(),
        ),
        ("dc:description", one(&study.description)),
        (
            "dc:contributor",
            contributors
                .chain(funders)
                .filter(|name| *name != publisher)
                .map(str::to_owned)
                .collect(),
        ),
        ("dc:publisher", vec![publisher.clone()]),
        ("dc:date", one(&date)),
        ("dc:type", vec!["Dataset".to_owned(), "Image".to_owned()]),
        ("dc:identifier", identifiers),
        (
            "dc:source",
            [study.source_ids.clone(), one(&study.data_at)].concat(),
        ),
        ("dc:relation", relations(study)),
        ("dc:rights", rights(study)),
    ]
}

fn relations(study: &StudyView) -> Vec<String> {
    let articles = study.articles.iter().flat_map(|article| {
        let pmid = article.pmid.as_ref().map(|pmid| format!("PMID:{pmid}"));
        [article.doi.clone(), article.url.clone(), pmid]
    });
    let same = study.same_as.iter().filter(|iri| study.doi() != Some(iri));
    articles
        .flatten()
        .chain(same.cloned())
        .chain(study.derived_from.iter().cloned())
        .chain(study.see_also.iter().cloned())
        .chain(study.relations.iter().map(|tie| tie.target.clone()))
        .collect()
}

fn rights(study: &StudyView) -> Vec<String> {
    let mut rights: Vec<String> = Vec::new();
    if let Some(licence) = &study.licence {
        rights.push(licence_name(licence));
        rights.push(licence.clone());
    }
    rights.extend(study.access.as_ref().map(|access| match access.as_str() {
        ACCESS_PUBLIC => "info:eu-repo/semantics/openAccess".to_owned(),
        other => other.to_owned(),
    }));
    rights.extend(study.data_use.iter().cloned());
    rights
}
