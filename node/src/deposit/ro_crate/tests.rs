//! Each quirk that real crates have, and each crate that is none.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod images;
mod loose;

use std::path::Path;

use serde_json::{Value, json};

use super::{ReadCrate, read};
use crate::finding::Finding;
use crate::study::{PackageFormat, Property, TermRole};

const CONTEXT: &str = "https://w3id.org/ro/crate/1.2/context";
const ROOT: &str = "https://example.org/study/1";

/// A detached crate: the dataset with these further members, and these further entities.
fn document(dataset: Value, entities: Value) -> Value {
    let mut root = json!({"@id": ROOT, "@type": "Dataset", "identifier": "S-1", "name": "A study of something"});
    root.as_object_mut()
        .unwrap()
        .extend(dataset.as_object().unwrap().clone());
    let mut graph = vec![
        json!({"@id": "ro-crate-metadata.json", "@type": "CreativeWork", "conformsTo": {"@id": "https://w3id.org/ro/crate/1.2"}, "about": {"@id": root["@id"]}}),
        root,
    ];
    graph.extend(entities.as_array().unwrap().clone());
    json!({"@context": CONTEXT, "@graph": graph})
}

fn crate_of(dataset: Value, entities: Value) -> ReadCrate {
    read(document(dataset, entities), Path::new("crate.json"), None).unwrap()
}

fn refusal(document: Value) -> Vec<Finding> {
    read(document, Path::new("crate.json"), None).unwrap_err()
}

fn property(name: &str, value: &str) -> Property {
    Property {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

#[test]
fn a_detached_crate_is_catalogued_at_its_own_address() {
    let read = crate_of(json!({}), json!([]));
    let source = &read.study.source;
    assert_eq!(
        (
            source.identifier.as_str(),
            source.identifier_is_given,
            source.iri.as_deref()
        ),
        ("S-1", true, Some(ROOT))
    );
    assert_eq!(source.format, PackageFormat::DetachedCrate);
    assert_eq!(read.study.data_at.as_deref(), Some(ROOT));
    assert_eq!(read.findings, []);
}

#[test]
fn a_crate_without_an_address_is_catalogued_with_a_finding() {
    let read = crate_of(json!({"@id": "./"}), json!([]));
    assert_eq!(read.study.data_at, None);
    assert!(read.study.is_catalogued());
    assert!(
        read.findings
            .iter()
            .any(|finding| finding.message.contains("no address"))
    );
    let elsewhere = crate_of(
        json!({"@id": "./", "sameAs": "https://doi.org/10.1234/x", "identifier": ["S-1", "doi:10.1234/Y"]}),
        json!([]),
    );
    assert_eq!(
        elsewhere.study.data_at.as_deref(),
        Some("https://doi.org/10.1234/x")
    );
    assert_eq!(
        elsewhere.study.source.same_as,
        ["https://doi.org/10.1234/x", "https://doi.org/10.1234/y"]
    );
}

#[test]
fn no_descriptor_no_dataset_and_two_datasets_are_told_apart() {
    let message = |document: Value| refusal(document).pop().unwrap().message;
    let graph = |entities: Value| json!({"@context": CONTEXT, "@graph": entities});
    assert!(message(graph(json!([]))).contains("no metadata descriptor"));
    assert!(
        message(graph(json!([{"@id": "./", "@type": "Dataset"}])))
            .contains("no metadata descriptor")
    );
    let descriptor = |about: Value| json!({"@id": "ro-crate-metadata.json", "about": about});
    assert!(message(graph(json!([descriptor(json!([]))]))).contains("names no dataset"));
    assert!(message(graph(json!([descriptor(json!({"@id": "./"}))]))).contains("is not in @graph"));
    assert!(
        message(graph(
            json!([descriptor(json!({"@id": "#a"})), {"@id": "#a", "@type": "Person"}])
        ))
        .contains("not a Dataset")
    );
    let two = json!([descriptor(json!([{"@id": "#a"}, {"@id": "#b"}])), {"@id": "#a", "@type": "Dataset"}, {"@id": "#b", "@type": "Dataset"}]);
    assert!(message(graph(two)).starts_with("2 root datasets (#a, #b)"));
    let twice = json!([descriptor(json!({"@id": "#a"})), descriptor(json!({"@id": "#b"})), {"@id": "#a", "@type": "Dataset"}, {"@id": "#b", "@type": "Dataset"}]);
    assert!(message(graph(twice)).starts_with("2 root datasets"));
}

#[test]
fn a_descriptor_by_another_name_is_found_by_what_it_conforms_to() {
    let document = json!({"@context": CONTEXT, "@graph": [
        {"@id": "https://example.org/my-crate.json", "@type": "CreativeWork", "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"}, "about": {"@id": ROOT}},
        {"@id": ROOT, "@type": "Dataset", "name": "A study"},
    ]});
    let read = read(document, Path::new("x.json"), None).unwrap();
    assert_eq!(read.study.source.identifier, ROOT);
}

#[test]
fn names_in_every_spelling_are_understood() {
    let read = crate_of(
        json!({"name": [], "http://schema.org/name": "By http", "https://schema.org/description": "By https", "rdf:seeAlso": {"@id": "https://doi.org/10.1/A"},
               "schema:publisher": {"@type": "Organisation", "name": "Archive"}, "license": {"@id": "https://licence.example/"}}),
        json!([{"@id": "https://doi.org/10.1/A", "@type": "https://schema.org/ScholarlyArticle", "name": "Article"}]),
    );
    let study = read.study;
    assert_eq!(
        (study.title.as_deref(), study.description.as_deref()),
        (Some("By http"), Some("By https"))
    );
    assert_eq!(study.publications[0].title.as_deref(), Some("Article"));
    assert_eq!(study.publisher.unwrap().name.as_deref(), Some("Archive"));
    assert_eq!(study.licence.as_deref(), Some("https://licence.example/"));
    assert_eq!(study.additional, []);
}

#[test]
fn a_context_of_its_own_is_never_fetched_and_nothing_of_it_is_lost() {
    let mut document = document(
        json!({"name": "Title", "wholly": "unknown", "odd:key": ["a", {"@id": "#thing"}]}),
        json!([{"@id": "#thing", "@type": "Thing", "name": "T", "inner": 3}]),
    );
    document["@context"] = json!([CONTEXT, "http://127.0.0.1:9/context.jsonld"]);
    let read = read(document, Path::new("x.json"), None).unwrap();
    assert_eq!(read.study.title.as_deref(), Some("Title"));
    assert_eq!(
        read.study.additional,
        [
            property("odd:key", "a"),
            property("odd:key", "T"),
            property("inner of T", "3"),
            property("wholly", "unknown")
        ]
    );
    let messages: Vec<&str> = read
        .findings
        .iter()
        .map(|finding| finding.message.as_str())
        .collect();
    assert!(
        messages[0].contains("http://127.0.0.1:9/context.jsonld")
            && messages[0].contains("no context is ever fetched")
    );
    assert!(messages[1].contains("prefix odd"));
}

#[test]
fn people_keep_their_order_and_lose_their_addresses() {
    let read = crate_of(
        json!({"author": [{"@id": "#b"}, "Only a name", {"@id": "https://orcid.org/0000-0002-1825-0097"}, {"@id": "#nobody"}]}),
        json!([
            {"@id": "#b", "@type": "Person", "givenName": "Bo", "familyName": "Berg", "email": "bo@berg.example", "address": "1 Street", "telephone": "12",
             "description": "Department of Fish", "affiliation": [{"@id": "#o"}, "Bare institute"], "contactPoint": {"@type": "ContactPoint", "email": "x@berg.example", "contactType": "desk"},
             "location": {"@type": "PostalAddress", "streetAddress": "1 Street", "name": "home"}},
            {"@id": "#o", "@type": "Organization", "name": "Institute", "address": "2 Street", "identifier": "https://ror.org/05a28rw58", "url": "https://institute.example/"},
            {"@id": "https://orcid.org/0000-0002-1825-0097", "@type": "Person", "name": "Josiah Carberry"},
        ]),
    );
    let authors = &read.study.authors;
    assert_eq!(
        authors
            .iter()
            .filter_map(|author| author.name.as_deref())
            .collect::<Vec<_>>(),
        ["Bo Berg", "Only a name", "Josiah Carberry"]
    );
    assert_eq!(
        authors[2].orcid.as_deref(),
        Some("https://orcid.org/0000-0002-1825-0097")
    );
    assert_eq!(
        authors[0].affiliations[0].ror.as_deref(),
        Some("https://ror.org/05a28rw58")
    );
    assert_eq!(
        authors[0].affiliations[0].url.as_deref(),
        Some("https://institute.example/")
    );
    assert_eq!(
        authors[0].affiliations[1].name.as_deref(),
        Some("Bare institute")
    );
    assert!(
        authors[0]
            .additional
            .contains(&property("description", "Department of Fish"))
    );
    assert!(
        read.findings
            .iter()
            .any(|finding| finding.message.contains("#nobody"))
    );
    let json = serde_json::to_string(&read.study).unwrap();
    assert!(
        !json.contains("Street") && !json.contains("berg.example") && !json.contains("\"12\""),
        "{json}"
    );
    assert!(json.contains("desk"));
}

#[test]
fn subjects_get_their_roles_by_type_and_vocabulary() {
    let read = crate_of(
        json!({"about": [{"@id": "obo:NCBITaxon_06239"}, {"@id": "#s"}, {"@id": "obo:GO_0005634"}, {"@id": "http://purl.obolibrary.org/obo/UBERON_0000955"}, "wing", {"@id": "#worm"}]}),
        json!([
            {"@id": "obo:NCBITaxon_06239", "@type": "Taxon", "scientificName": "Caenorhabditis elegans", "vernacularName": "nematode"},
            {"@id": "#s", "@type": "BioSample", "name": "Sample", "taxonomicRange": [{"@id": "obo:NCBITaxon_06239"}], "hasCellLine": [{"@id": "obo:CLO_0007665"}, "HL-60"], "passage": 7},
            {"@id": "obo:GO_0005634", "@type": "DefinedTerm", "name": "nucleus"},
            {"@id": "obo:CLO_0007665", "@type": "DefinedTerm", "name": "MEF"},
            {"@id": "#worm", "@type": "Taxon", "name": "worm", "sameAs": "https://identifiers.org/taxonomy:6239"},
        ]),
    );
    let study = read.study;
    let roles: Vec<_> = study
        .subjects
        .iter()
        .map(|used| (used.role, used.given.as_str(), used.label.as_deref()))
        .collect();
    assert_eq!(
        roles,
        [
            (
                TermRole::Organism,
                "http://purl.obolibrary.org/obo/NCBITaxon_06239",
                Some("Caenorhabditis elegans")
            ),
            (
                TermRole::Process,
                "http://purl.obolibrary.org/obo/GO_0005634",
                Some("nucleus")
            ),
            (
                TermRole::Tissue,
                "http://purl.obolibrary.org/obo/UBERON_0000955",
                None
            ),
            (TermRole::Subject, "wing", None),
            (
                TermRole::Organism,
                "https://identifiers.org/taxonomy:6239",
                Some("worm")
            ),
        ]
    );
    let sample = &study.biosamples[0];
    assert_eq!(
        sample
            .terms
            .iter()
            .map(|used| used.role)
            .collect::<Vec<_>>(),
        [TermRole::Organism, TermRole::CellLine, TermRole::CellLine]
    );
    assert_eq!(sample.additional, [property("passage", "7")]);
    assert_eq!(
        study.additional,
        [property(
            "vernacularName of Caenorhabditis elegans",
            "nematode"
        )]
    );
}

#[test]
fn a_method_is_a_term_a_protocol_or_both() {
    let read = crate_of(
        json!({"measurementMethod": [{"@id": "#p"}, {"@id": "#00000251"}, "lattice light-sheet"]}),
        json!([
            {"@id": "#p", "@type": "LabProtocol", "name": "Imaging", "description": "how", "labEquipment": ["Scope", {"@id": "#laser"}], "measurementTechnique": {"@id": "obo:FBbi_00000251"}, "step": "1"},
            {"@id": "#laser", "@type": "Thing", "name": "Laser", "wavelength": "488 nm"},
            {"@id": "#00000251", "@type": "DefinedTerm", "name": "confocal microscopy"},
        ]),
    );
    let study = read.study;
    assert_eq!(
        study
            .imaging_methods
            .iter()
            .map(|used| used.text())
            .collect::<Vec<_>>(),
        ["confocal microscopy", "lattice light-sheet"]
    );
    assert_eq!(study.imaging_methods[0].given, "#00000251");
    let protocol = &study.acquisitions[0];
    assert_eq!(protocol.instrument.as_deref(), Some("Scope; Laser"));
    assert_eq!(
        protocol.methods[0].given,
        "http://purl.obolibrary.org/obo/FBbi_00000251"
    );
    assert_eq!(
        protocol.additional,
        [
            property("wavelength of Laser", "488 nm"),
            property("step", "1")
        ]
    );
}

#[test]
fn sizes_are_read_under_both_spellings() {
    let read = crate_of(
        json!({"size": [{"@id": "#b"}, {"@id": "#f"}, {"@id": "#w"}]}),
        json!([
            {"@id": "#b", "@type": "QuantitiveValue", "value": "24011059", "unitCode": "http://purl.obolibrary.org/obo/UO_0000233", "description": "24.0 MB"},
            {"@id": "#f", "@type": "QuantitativeValue", "value": 2.0, "unitText": "file count"},
            {"@id": "#w", "@type": "QuantitativeValue", "value": 12, "unitText": "wells", "name": "plate"},
        ]),
    );
    assert_eq!(
        (read.study.stated_bytes, read.study.stated_files),
        (Some(24_011_059), Some(2))
    );
    assert!(read.study.additional.contains(&property("size", "24.0 MB")));
    assert!(
        read.study.additional.contains(&property("size", "plate"))
            && read
                .study
                .additional
                .contains(&property("value of plate", "12"))
    );
}

#[test]
fn the_first_address_is_the_licence_and_the_others_are_kept() {
    let read = crate_of(
        json!({"license": ["ask us", "https://licence.example/a", {"@id": "https://licence.example/b"}]}),
        json!([]),
    );
    assert_eq!(
        read.study.licence.as_deref(),
        Some("https://licence.example/a")
    );
    assert_eq!(
        read.study.additional,
        [
            property("license", "ask us"),
            property("license", "https://licence.example/b")
        ]
    );
    assert_eq!(read.findings.len(), 2);
}

#[test]
fn languages_are_chosen_and_kept() {
    let read = crate_of(
        json!({"name": {"ja": "線虫", "en": "Worm"}, "description": [{"@value": "魚", "@language": "ja"}]}),
        json!([]),
    );
    assert_eq!(
        (
            read.study.title.as_deref(),
            read.study.description.as_deref()
        ),
        (Some("Worm"), Some("魚"))
    );
    assert_eq!(read.study.additional, [property("name (ja)", "線虫")]);
}

#[test]
fn articles_grants_and_other_ties_find_their_places() {
    let read = crate_of(
        json!({"citation": [{"@id": "#a"}, "Smith 2020, J. Cells"], "seeAlso": ["https://other.example/page", {"@id": "https://doi.org/10.1/B"}], "isBasedOn": {"@id": "https://data.example/1"},
               "funder": [{"@id": "#g"}, {"@id": "https://ror.org/05a28rw58"}], "thumbnailUrl": ["https://pictures.example/1.png", "local.png"], "accessRights": "Controlled access"}),
        json!([
            {"@id": "#a", "@type": "ScholarlyArticle", "name": "One", "identifier": ["PMID: 123", "https://doi.org/10.1/C"], "datePublished": "2006", "author": "Smith"},
            {"@id": "#g", "@type": "Grant", "identifier": "G-1", "name": "Grant one", "funder": {"@type": "Organization", "name": "Fund"}},
        ]),
    );
    let study = read.study;
    assert_eq!(study.publications.len(), 3);
    assert_eq!(
        (
            study.publications[0].pmid.as_deref(),
            study.publications[0].doi.as_deref()
        ),
        (Some("123"), Some("https://doi.org/10.1/C"))
    );
    assert_eq!(
        study.publications[1].title.as_deref(),
        Some("Smith 2020, J. Cells")
    );
    let ties: Vec<_> = study
        .related
        .iter()
        .map(|related| (related.relation.as_str(), related.id.as_str()))
        .collect();
    assert_eq!(
        ties,
        [
            ("see-also", "https://other.example/page"),
            ("derived-from", "https://data.example/1")
        ]
    );
    assert_eq!(
        (
            study.funding[0].award.as_deref(),
            study.funding[0].funder.name.as_deref()
        ),
        (Some("G-1"), Some("Fund"))
    );
    assert_eq!(
        study.funding[1].funder.ror.as_deref(),
        Some("https://ror.org/05a28rw58")
    );
    assert_eq!(study.thumbnails, ["https://pictures.example/1.png"]);
    assert_eq!(study.access_level.as_deref(), Some("controlled"));
    for kept in [
        property("thumbnailUrl", "local.png"),
        property("author of One", "Smith"),
        property("name of G-1", "Grant one"),
    ] {
        assert!(
            study.additional.contains(&kept),
            "{kept:?} in {:?}",
            study.additional
        );
    }
}
