//! DataCite 4.6 XML: what DOIs are registered with, and what OAI-PMH gives as `oai_datacite`.

mod identifiers;

use identifiers::{alternate_identifiers, related_identifiers};
use ontologies::schema::ACCESS_PUBLIC;

use super::archive::{is_iri, licence_name};
use super::xml::{Attribute, Xml};
use super::{Archive, FormatError};
use crate::view::{Organisation, Person, StudyView};

const NAMESPACE: &str = "http://datacite.org/schema/kernel-4";
const LOCATION: &str =
    "http://datacite.org/schema/kernel-4 https://schema.datacite.org/meta/kernel-4.6/metadata.xsd";

/// What DataCite writes where a required text is not known.
const UNKNOWN: &str = ":unav";

/// A study as a DataCite record, valid under the schema of kernel 4.6.
///
/// Its identifier is the study's IRI; a DOI that the source has is named as identical. Characters that XML cannot hold are
/// shown as U+FFFD.
///
/// # Errors
/// No date can be read from the record, and DataCite requires a year.
pub fn datacite_xml(study: &StudyView, archive: &Archive) -> Result<String, FormatError> {
    let year = study
        .date()
        .map(|date| format!("{:04}", date.year))
        .ok_or_else(|| FormatError {
            format: "DataCite XML",
            source: std::io::Error::other(
                "it gives no date that can be read, and a year is required there",
            ),
        })?;
    let mut xml = Xml::document();
    let attributes = [
        ("xmlns", NAMESPACE),
        ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsi:schemaLocation", LOCATION),
    ];
    xml.open("resource", &attributes);
    xml.text("identifier", &[("identifierType", "URL")], &study.iri);
    creators(&mut xml, study);
    xml.open("titles", &[]);
    xml.text("title", &[], not_blank(study.title(), study.id.as_str()));
    xml.close("titles");
    publisher(&mut xml, study, archive);
    xml.text("publicationYear", &[], &year);
    xml.text(
        "resourceType",
        &[("resourceTypeGeneral", "Dataset")],
        "Biological images",
    );
    subjects(&mut xml, study);
    contributors(&mut xml, study, archive);
    dates(&mut xml, study);
    alternate_identifiers(&mut xml, study);
    related_identifiers(&mut xml, study, archive);
    sizes(&mut xml, study);
    xml.text("version", &[], study.version.as_deref().unwrap_or_default());
    rights(&mut xml, study);
    xml.around("descriptions", study.description.is_some(), |xml| {
        let description = study.description.as_deref().unwrap_or_default();
        xml.text(
            "description",
            &[("descriptionType", "Abstract")],
            description,
        );
    });
    funding(&mut xml, study);
    xml.close("resource");
    Ok(xml.finish())
}

fn creators(xml: &mut Xml, study: &StudyView) {
    xml.open("creators", &[]);
    if study.authors.is_empty() {
        xml.open("creator", &[]);
        xml.text("creatorName", &[], UNKNOWN);
        xml.close("creator");
    }
    for author in &study.authors {
        creator(xml, author);
    }
    xml.close("creators");
}

fn creator(xml: &mut Xml, author: &Person) {
    let kind = match author.is_organisation() {
        true => "Organizational",
        false => "Personal",
    };
    let name = author.sorting_name().unwrap_or_default();
    xml.open("creator", &[]);
    xml.text(
        "creatorName",
        &[("nameType", kind)],
        not_blank(&name, UNKNOWN),
    );
    if !author.is_organisation() {
        xml.text(
            "givenName",
            &[],
            author.given_name.as_deref().unwrap_or_default(),
        );
        xml.text(
            "familyName",
            &[],
            author.family_name.as_deref().unwrap_or_default(),
        );
    }
    if let Some(orcid) = author.orcid.as_deref() {
        let scheme = [
            ("nameIdentifierScheme", "ORCID"),
            ("schemeURI", "https://orcid.org"),
        ];
        xml.text("nameIdentifier", &scheme, orcid);
    }
    for affiliation in &author.affiliations {
        let name = affiliation.display_name().unwrap_or_default();
        let ror = affiliation.ror.as_deref();
        xml.text("affiliation", &ror_of(ror, AFFILIATION), name);
    }
    xml.close("creator");
}

/// The names of the attributes by which an element names a ROR.
const AFFILIATION: [&str; 2] = ["affiliationIdentifier", "affiliationIdentifierScheme"];
const PUBLISHER: [&str; 2] = ["publisherIdentifier", "publisherIdentifierScheme"];

fn ror_of<'a>(ror: Option<&'a str>, names: [&'static str; 2]) -> Vec<Attribute<'a>> {
    let attributes = ror.map(|ror| {
        [
            (names[0], ror),
            (names[1], "ROR"),
            ("schemeURI", "https://ror.org"),
        ]
    });
    attributes.into_iter().flatten().collect()
}

fn publisher(xml: &mut Xml, study: &StudyView, archive: &Archive) {
    let (name, ror) = archive.publisher(study);
    xml.text(
        "publisher",
        &ror_of(ror, PUBLISHER),
        not_blank(name, UNKNOWN),
    );
}

fn subjects(xml: &mut Xml, study: &StudyView) {
    let mut subjects: Vec<(String, Option<&str>)> = Vec::new();
    let of_samples = study.biosamples.iter().flat_map(|sample| &sample.terms);
    let of_protocols = study
        .protocols
        .iter()
        .flat_map(|protocol| &protocol.methods);
    for term in study.terms.iter().chain(of_samples).chain(of_protocols) {
        let subject = (term.text(), term.iri.as_deref());
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    subjects.extend(study.keywords.iter().map(|keyword| (keyword.clone(), None)));
    xml.around("subjects", !subjects.is_empty(), |xml| {
        for (text, iri) in &subjects {
            let scheme = iri.and_then(|iri| ontologies::curie::compact(iri));
            let attributes: Vec<Attribute<'_>> = [
                scheme.map(|(prefix, _)| ("subjectScheme", prefix)),
                iri.map(|iri| ("valueURI", iri)),
            ]
            .into_iter()
            .flatten()
            .collect();
            xml.text("subject", &attributes, text);
        }
    });
}

/// Who publishes and is not named as publisher: of data that are elsewhere this archive, of data here the source's.
fn contributors(xml: &mut Xml, study: &StudyView, archive: &Archive) {
    let named = archive.publisher(study).0;
    let of_source = study
        .publisher
        .as_ref()
        .and_then(Organisation::display_name);
    let other = [Some(archive.name.as_str()), of_source]
        .into_iter()
        .flatten()
        .find(|name| *name != named && !name.trim().is_empty());
    xml.around("contributors", other.is_some(), |xml| {
        xml.open("contributor", &[("contributorType", "Distributor")]);
        let name = other.unwrap_or_default();
        xml.text("contributorName", &[("nameType", "Organizational")], name);
        xml.close("contributor");
    });
}

fn dates(xml: &mut Xml, study: &StudyView) {
    let dates = [
        ("Issued", &study.date_published),
        ("Available", &study.issued),
        ("Updated", &study.modified),
    ];
    let has_one = dates.iter().any(|(_, date)| date.is_some());
    xml.around("dates", has_one, |xml| {
        for (kind, date) in dates {
            let date = date.as_deref().unwrap_or_default();
            xml.text("date", &[("dateType", kind)], date);
        }
    });
}

fn sizes(xml: &mut Xml, study: &StudyView) {
    let sizes = [
        study.bytes.map(|bytes| format!("{bytes} bytes")),
        study.files.map(|files| format!("{files} files")),
    ];
    xml.around("sizes", sizes.iter().any(Option::is_some), |xml| {
        for size in sizes.iter().flatten() {
            xml.text("size", &[], size);
        }
    });
}

fn rights(xml: &mut Xml, study: &StudyView) {
    let is_open = study.access.as_deref() == Some(ACCESS_PUBLIC);
    let has_any = study.licence.is_some() || study.access.is_some() || !study.data_use.is_empty();
    xml.around("rightsList", has_any, |xml| {
        if let Some(licence) = &study.licence {
            let iri = is_iri(licence).then_some(("rightsURI", licence.as_str()));
            xml.text("rights", iri.as_slice(), &licence_name(licence));
        }
        match &study.access {
            Some(_) if is_open => {
                let open = [("rightsURI", "info:eu-repo/semantics/openAccess")];
                xml.text("rights", &open, "Open access");
            }
            Some(access) => xml.text("rights", &[], access),
            None => {}
        }
        for terms in &study.data_use {
            let iri = is_iri(terms).then_some(("rightsURI", terms.as_str()));
            xml.text("rights", iri.as_slice(), terms);
        }
    });
}

fn funding(xml: &mut Xml, study: &StudyView) {
    xml.around("fundingReferences", !study.grants.is_empty(), |xml| {
        for grant in &study.grants {
            let funder = grant.funder.as_ref();
            let name = funder
                .and_then(Organisation::display_name)
                .unwrap_or_default();
            xml.open("fundingReference", &[]);
            xml.text("funderName", &[], not_blank(name, UNKNOWN));
            if let Some(ror) = funder.and_then(|funder| funder.ror.as_deref()) {
                xml.text("funderIdentifier", &[("funderIdentifierType", "ROR")], ror);
            }
            xml.text(
                "awardNumber",
                &[],
                grant.award.as_deref().unwrap_or_default(),
            );
            xml.close("fundingReference");
        }
    });
}

/// The text, or the other where the schema wants one and there is none.
fn not_blank<'a>(text: &'a str, other: &'a str) -> &'a str {
    match text.trim().is_empty() {
        true => other,
        false => text,
    }
}
