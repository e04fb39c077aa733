//! Other identifiers of a study, and those of what it has to do with.

use std::collections::HashSet;

use ontologies::schema::omma;

use crate::formats::Archive;
use crate::formats::archive::is_iri;
use crate::formats::xml::Xml;
use crate::http::Format;
use crate::view::StudyView;

pub(super) fn alternate_identifiers(xml: &mut Xml, study: &StudyView) {
    xml.open("alternateIdentifiers", &[]);
    let accession = [("alternateIdentifierType", "Accession")];
    xml.text("alternateIdentifier", &accession, study.id.as_str());
    for id in &study.source_ids {
        let of_source = [("alternateIdentifierType", "Identifier of the source")];
        xml.text("alternateIdentifier", &of_source, id);
    }
    xml.close("alternateIdentifiers");
}

pub(super) fn related_identifiers(xml: &mut Xml, study: &StudyView, archive: &Archive) {
    let mut related: Vec<(&str, String)> = Vec::new();
    for article in &study.articles {
        let addresses = [article.doi.clone(), article.url.clone()];
        let found = addresses.into_iter().flatten();
        related.extend(found.map(|address| ("IsSupplementTo", address)));
        let pmid = article.pmid.as_ref().map(|pmid| format!("PMID:{pmid}"));
        related.extend(pmid.map(|pmid| ("IsSupplementTo", pmid)));
    }
    let mut add = |relation: &'static str, iris: &[String]| {
        related.extend(iris.iter().map(|iri| (relation, iri.clone())));
    };
    add("IsIdenticalTo", &study.same_as);
    add("IsMetadataFor", study.data_at.as_slice());
    add("IsDerivedFrom", &study.derived_from);
    add("References", &study.see_also);
    let named: Vec<String> = study
        .relations
        .iter()
        .map(|tie| tie.target.clone())
        .collect();
    add("References", &named);
    xml.open("relatedIdentifiers", &[]);
    let mut seen = HashSet::new();
    for (relation, text) in &related {
        if let Some((kind, identifier)) = identified(text)
            && seen.insert((*relation, identifier.to_owned()))
        {
            let attributes = [("relatedIdentifierType", kind), ("relationType", *relation)];
            xml.text("relatedIdentifier", &attributes, identifier);
        }
    }
    let metadata = [
        ("relatedIdentifierType", "URL"),
        ("relationType", "HasMetadata"),
        ("relatedMetadataScheme", "Ommatidia"),
        ("schemeURI", omma::NAMESPACE),
    ];
    let record = archive.form(study, Format::JsonLd);
    xml.text("relatedIdentifier", &metadata, &record);
    xml.close("relatedIdentifiers");
}

/// Which kind of identifier a text is, and the identifier in the spelling of its kind; a text that is none is none.
fn identified(text: &str) -> Option<(&'static str, &str)> {
    if let Some(doi) = text.strip_prefix("https://doi.org/") {
        return Some(("DOI", doi));
    }
    if let Some(pmid) = text.strip_prefix("PMID:") {
        return Some(("PMID", pmid));
    }
    let (scheme, _) = text.split_once(':').filter(|_| is_iri(text))?;
    match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" | "ftp" => Some(("URL", text)),
        "urn" => Some(("URN", text)),
        _ => None,
    }
}
