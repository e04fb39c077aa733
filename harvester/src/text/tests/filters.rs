//! Every parameter that narrows a search.

use ontologies::schema::{ACCESS_PUBLIC, bao, dct, obo, omma, schema_org};
use protocol::record::Object;

use super::{CONFOCAL, HUMAN, MOUSE, SPIM, SPINNING_DISK, Scene, Thing, YEAST};
use crate::text::SearchError;

fn scene() -> Scene {
    Scene::with(&[
        Thing::new("DND-S1", "One")
            .about(MOUSE)
            .method(SPINNING_DISK)
            .licence("https://creativecommons.org/licenses/by/4.0/")
            .link(dct::ACCESS_RIGHTS, ACCESS_PUBLIC)
            .text(omma::MANIFEST, &"0".repeat(64))
            .year(2019)
            .author("Doe, Jane Maria", Some("0000-0001-2345-678X")),
        Thing::new("DND-S2", "Two")
            .of("ebi")
            .method(CONFOCAL)
            .licence("https://creativecommons.org/publicdomain/zero/1.0/")
            .text(dct::ACCESS_RIGHTS, "registered")
            .link(omma::DATA_AT, "https://archive.example.org/2")
            .year(2015)
            .part(
                schema_org::ABOUT,
                &[
                    (obo::IN_TAXON, Object::iri(HUMAN).unwrap()),
                    (
                        omma::CELL_TYPE,
                        Object::iri("http://purl.obolibrary.org/obo/CL_0000540").unwrap(),
                    ),
                    (
                        bao::HAS_CELL_LINE,
                        Object::iri("http://purl.obolibrary.org/obo/CLO_0003684").unwrap(),
                    ),
                    (
                        omma::TISSUE,
                        Object::iri("http://purl.obolibrary.org/obo/UBERON_0000955").unwrap(),
                    ),
                    (
                        omma::DISEASE,
                        Object::iri("http://purl.obolibrary.org/obo/MONDO_0005070").unwrap(),
                    ),
                ],
            )
            .author("John Smith", None)
            .author("Jane Roe", None),
        Thing::new("DND-S3", "Three")
            .about(YEAST)
            .about("http://purl.obolibrary.org/obo/GO_0005634")
            .link(
                &format!("{}phenotype", omma::NAMESPACE),
                "http://www.ebi.ac.uk/cmpo/CMPO_0000077",
            )
            .text(&format!("{}geneSymbol", omma::NAMESPACE), "Tea1")
            .link(
                &format!("{}gene", omma::NAMESPACE),
                "https://identifiers.org/ensembl:ENSG00000141510",
            ),
        Thing::new("DND-S1-I1", "An image")
            .about(MOUSE)
            .method(SPINNING_DISK),
    ])
}

#[test]
fn each_parameter_narrows_by_what_records_say() {
    let scene = scene();
    for (name, value, expected) in [
        ("kind", "study", "S1 S2 S3"),
        ("kind", "image", "S1-I1"),
        ("kind", "-image", "S1 S2 S3"),
        ("member", "ebi", "S2"),
        ("member", "nobody", ""),
        ("organism", "NCBITaxon:10090", "S1 S1-I1"),
        ("organism", MOUSE, "S1 S1-I1"),
        (
            "organism",
            "https://purl.obolibrary.org/obo/NCBITaxon_10090",
            "S1 S1-I1",
        ),
        ("organism", "Mus musculus", "S1 S1-I1"),
        // descendants: mammals, and everything with a nucleus
        ("organism", "NCBITaxon:40674", "S1 S1-I1 S2"),
        ("organism", "NCBITaxon:2759", "S1 S1-I1 S2 S3"),
        ("organism", "-NCBITaxon:40674", "S3"),
        ("method", "FBbi:00000253", "S1 S1-I1"),
        // a spinning disk is a confocal, and both are on the project's shelf
        ("method", "FBbi:00000251", "S1 S1-I1 S2"),
        ("method", "confocal", "S1 S1-I1 S2"),
        ("method", "omma:method-confocal", "S1 S1-I1 S2"),
        ("method", "omma:method-light", "S1 S1-I1 S2"),
        ("method", "omma:method-electron", ""),
        ("cell", "CL:0000540", "S2"),
        ("cell", "CLO:0003684", "S2"),
        ("tissue", "UBERON:0000955", "S2"),
        ("disease", "MONDO:0005070", "S2"),
        ("process", "GO:0005634", "S3"),
        ("phenotype", "CMPO:0000077", "S3"),
        // CMPO's terms are often written at the OBO library's base
        (
            "phenotype",
            "http://purl.obolibrary.org/obo/CMPO_0000077",
            "S3",
        ),
        ("gene", "tea1", "S3"),
        ("gene", "ENSG00000141510", "S3"),
        ("gene", "ensembl:ENSG00000141510", "S3"),
        ("author", "doe", "S1"),
        ("author", "Jane Doe", "S1"),
        ("author", "Doe, J.", "S1"),
        ("author", "jane", "S1 S2"),
        // the words of one name, not of two
        ("author", "Jane Smith", ""),
        ("author", "0000-0001-2345-678x", "S1"),
        ("author", "https://orcid.org/0000-0001-2345-678X", "S1"),
        ("licence", "CC-BY-4.0", "S1"),
        (
            "licence",
            "http://creativecommons.org/licenses/by/4.0/legalcode",
            "S1",
        ),
        ("licence", "CC0", "S2"),
        ("access", "open", "S1"),
        ("access", "registered", "S2"),
        ("holding", "held", "S1"),
        ("holding", "catalogued", "S2"),
        ("year", "2019", "S1"),
        ("year", "2015..2018", "S2"),
        ("year", "2015..", "S1 S2"),
        ("year", "..2015", "S2"),
        ("year", "-2019", "S1-I1 S2 S3"),
    ] {
        let mut found = scene.found(&[(name, value)]);
        found.sort_unstable();
        let expected: Vec<String> = expected
            .split_whitespace()
            .map(|id| format!("DND-{id}"))
            .collect();
        assert_eq!(found, expected, "{name}={value}");
    }
}

#[test]
fn values_of_one_parameter_are_alternatives_and_parameters_go_together() {
    let scene = scene();
    let organisms = [
        ("organism", "NCBITaxon:10090"),
        ("organism", "NCBITaxon:4896"),
    ];
    assert_eq!(scene.found(&organisms), ["DND-S1", "DND-S1-I1", "DND-S3"]);
    let studies = [organisms[0], organisms[1], ("kind", "study")];
    assert_eq!(scene.found(&studies), ["DND-S1", "DND-S3"]);
    let without = [
        ("organism", "NCBITaxon:2759"),
        ("organism", "-NCBITaxon:9606"),
    ];
    assert_eq!(scene.found(&without), ["DND-S1", "DND-S1-I1", "DND-S3"]);
    let years = [("year", "2015"), ("year", "2019"), ("year", "-2015")];
    assert_eq!(scene.found(&years), ["DND-S1"]);
}

#[test]
fn what_cannot_be_is_an_error_that_says_what_can() {
    let scene = scene();
    for (parameters, says) in [
        (
            vec![("colour", "red")],
            "parameter \"colour\" is not known; possible are q, organism",
        ),
        (vec![("kind", "film")], "possible is study, image"),
        (vec![("holding", "lost")], "possible is held, catalogued"),
        (vec![("access", "secret")], "possible is open, registered"),
        (
            vec![("sort", "random")],
            "possible is relevance, newest, oldest, title",
        ),
        (vec![("format", "xml")], "possible is json, jsonl, csv"),
        (
            vec![("facets", "organism,colour")],
            "parameter \"facets\" cannot be \"colour\"",
        ),
        (vec![("size", "0")], "a number from 1 to 100"),
        (vec![("size", "101")], "a number from 1 to 100"),
        (vec![("page", "0")], "a number from 1"),
        (vec![("page", "-1")], "a number from 1"),
        (vec![("page", "501")], "cursor=*"),
        (vec![("page", "1"), ("cursor", "*")], "exclude each other"),
        (
            vec![("sort", "title"), ("cursor", "*")],
            "exclude each other",
        ),
        (vec![("cursor", "abc")], "begin with cursor=*"),
        (
            vec![("q", "a"), ("q", "b")],
            "parameter \"q\" is given more than once",
        ),
        (vec![("year", "soon")], "2015..2020"),
        (vec![("year", "2020..2015")], "2015..2020"),
        (vec![("author", "???")], "words of a name, or an ORCID"),
        (vec![("gene", "-")], "a value behind the minus"),
        (
            vec![("organism", "Mus muscullus")],
            "did you mean NCBITaxon:10090 (Mus musculus)",
        ),
        (
            vec![("organism", "NCBITaxon:99999999")],
            "is not a term that is known here",
        ),
        (vec![("organism", "mouse")], "is the label of several terms"),
    ] {
        let error = scene.search(&parameters).unwrap_err();
        assert!(error.is_of_request());
        let message = error.to_string();
        assert!(message.contains(says), "{parameters:?}: {message}");
        assert!(
            !message.ends_with('.') && !message.ends_with('?'),
            "{message}"
        );
    }
}

#[test]
fn a_term_that_no_ontology_has_is_a_filter_where_documents_have_it() {
    let unknown = "http://purl.obolibrary.org/obo/NCBITaxon_99999999";
    let scene = Scene::with(&[Thing::new("DND-S1", "One").about(unknown).term_use(
        "organism",
        "a new worm",
        Some(unknown),
    )]);
    let answer = scene
        .search(&[("organism", "NCBITaxon:99999999"), ("facets", "organism")])
        .unwrap();
    assert_eq!(answer.total, 1);
    let value = &answer.facets[0].1[0];
    assert_eq!(
        (value.id.as_str(), value.label.as_str()),
        ("NCBITaxon:99999999", "a new worm")
    );
    assert!(matches!(
        scene.search(&[("tissue", "NCBITaxon:99999999")]),
        Err(SearchError::UnknownTerm { .. })
    ));
}

#[test]
fn a_form_may_send_fields_that_nobody_filled_in() {
    let empty = [
        ("q", ""),
        ("organism", ""),
        ("year", " "),
        ("sort", ""),
        ("page", ""),
        ("size", ""),
        ("facets", ""),
    ];
    assert_eq!(scene().found(&empty).len(), 4);
}

#[test]
fn growing_cells_is_no_imaging_method_although_it_is_a_technique() {
    let growing = "http://www.ebi.ac.uk/efo/EFO_0003789";
    let technique = |iri: &str| [(schema_org::MEASUREMENT_TECHNIQUE, Object::iri(iri).unwrap())];
    let scene = Scene::with(&[Thing::new("DND-S1", "One")
        .part(omma::PROTOCOL, &technique(growing))
        .term_use("subject", "growth protocol", Some(growing))
        .part(omma::PROTOCOL, &technique(SPINNING_DISK))
        .term_use("method", "spinning disk", Some(SPINNING_DISK))
        // nothing is said of what it was submitted as
        .part(omma::PROTOCOL, &technique(SPIM))]);
    let answer = scene.search(&[("facets", "method")]).unwrap();
    let methods: Vec<&str> = answer.facets[0]
        .1
        .iter()
        .map(|value| value.id.as_str())
        .collect();
    assert_eq!(methods, ["FBbi:00000369", "FBbi:00000253"]);
    assert_eq!(scene.find("growth protocol"), ["DND-S1"]);
}
