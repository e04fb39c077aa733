//! Whatever the bytes: an answer or an error, never a panic; and what was read once reads the same again.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use ontologies::{Curie, Scope, Terms, load, shacl::Shapes, slims};
use proptest::prelude::*;

const OBO: &str = "format-version: 1.2\nontology: xx\nidspace: YY http://example.org/yy#\n\n[Term]\nid: XX:0000001\nname: one\n\
    def: \"the \\\"first\\\"\" [A:1]\nsynonym: \"uno\" EXACT []\nsynonym: \"prime\" RELATED []\nalt_id: XX:0000009\n\
    is_a: XX:0000002 {is_inferred=\"true\"} ! two\nrelationship: part_of YY:3 ! three\n\n[Term]\nid: XX:0000002\nname: two\n\
    is_obsolete: true\nreplaced_by: XX:0000001\n\n[Typedef]\nid: part_of\n";

const TURTLE: &str = "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n\
    @prefix obo: <http://purl.obolibrary.org/obo/> .\n<http://purl.obolibrary.org/obo/xx.owl> a owl:Ontology ; owl:versionInfo \"2026-01-02\" .\n\
    obo:XX_0000001 a owl:Class ; rdfs:label \"eins\"@de, \"one\"@en ; rdfs:subClassOf obo:XX_0000002 ,\n\
    [ a owl:Restriction ; owl:onProperty obo:BFO_0000050 ; owl:someValuesFrom obo:XX_0000003 ] .\n\
    obo:XX_0000002 a owl:Class ; owl:deprecated true ; obo:IAO_0100001 \"XX:0000001\" .";

#[test]
fn obo_says_what_it_says() {
    let ontology = load(OBO.as_bytes()).unwrap();
    assert_eq!(ontology.source.name, "XX");
    let one = ontology
        .terms
        .iter()
        .find(|term| term.label == "one")
        .unwrap();
    assert_eq!(one.iri, "http://purl.obolibrary.org/obo/XX_0000001");
    assert_eq!(one.definition.as_deref(), Some("the \"first\""));
    assert_eq!(one.synonyms, ["uno"]);
    assert_eq!(one.parents, ["http://purl.obolibrary.org/obo/XX_0000002"]);
    assert_eq!(one.part_of, ["http://example.org/yy#3"]);
    let replaced = |label: &str| {
        ontology
            .terms
            .iter()
            .find(|term| term.obsolete && term.label == label)
            .unwrap()
            .replaced_by
            .clone()
    };
    assert_eq!(replaced("two"), Some(one.iri.clone()));
    assert_eq!(
        replaced(""),
        Some(one.iri.clone()),
        "an alternative id is a term that was merged"
    );
}

#[test]
fn turtle_says_what_it_says() {
    let ontology = load(TURTLE.as_bytes()).unwrap();
    assert_eq!(
        (ontology.source.name.as_str(), ontology.source.date()),
        ("XX", Some("2026-01-02"))
    );
    let one = ontology
        .terms
        .iter()
        .find(|term| term.label == "one")
        .unwrap();
    assert_eq!(one.parents, ["http://purl.obolibrary.org/obo/XX_0000002"]);
    assert_eq!(one.part_of, ["http://purl.obolibrary.org/obo/XX_0000003"]);
    let two = ontology.terms.iter().find(|term| term.obsolete).unwrap();
    assert_eq!(two.replaced_by.as_ref(), Some(&one.iri));
}

#[test]
fn errors_name_the_place_and_what_to_do() {
    for (text, words) in [
        ("format-version: 1.2\n[Term]\nid: XX:1\nname", "line 4"),
        (
            "format-version: 1.2\n[Term]\nid: XX:1\nsynonym: no quotes\n",
            "quotation marks",
        ),
        ("format-version: 1.2\n", "defines no class"),
        ("@prefix a: <b", "Turtle"),
        ("@prefix a: <http://b/> . a:x a:y a:z .", "defines no class"),
        (
            "<?xml version=\"1.0\"?><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><x/></rdf:RDF>",
            "RDF/XML",
        ),
        ("{\"graphs\": 1}", "OBO Graphs"),
        ("{\"CL:1\": {\"label\": 1}}", "table of ancestors"),
    ] {
        let message = load(text.as_bytes()).unwrap_err().to_string();
        assert!(message.contains(words), "{text}: {message}");
    }
    assert!(
        load(&[0x1f, 0x8b, 8, 0])
            .unwrap_err()
            .to_string()
            .contains("decompress")
    );
}

proptest! {
    #[test]
    fn an_identifier_reads_the_same_again(text in "(obo:|https?://[a-z.]{0,12}/|#)?(NCBITaxon|FBbi|go|CMPO|XX|omma|EDAM)?[:_/=]?[0-9A-Za-z_:%-]{0,12}") {
        if let Ok(curie) = Curie::parse(&text) {
            prop_assert_eq!(&Curie::parse(&curie.iri()).unwrap(), &curie);
            prop_assert!(curie.is_written_as(&curie.iri()));
        }
    }

    #[test]
    fn no_text_is_too_strange(text in any::<String>()) {
        let _ = Curie::parse(&text);
        let _ = Curie::parse_within("FBbi", &text);
        let _ = Terms::builtin().resolve_in(&text, Scope::ImagingMethod);
        let _ = load(text.as_bytes());
        let _ = slims::parse(&text);
        let _ = Shapes::parse(&text);
    }

    #[test]
    fn a_damaged_file_is_an_error_or_a_smaller_ontology(
        which in 0_usize..2,
        at in any::<prop::sample::Index>(),
        junk in "[\\x00-\\x7f]{0,4}|[<>\"{}\\[\\]\\\\é]{1,3}",
    ) {
        let whole = [OBO, TURTLE][which];
        let at = at.index(whole.len());
        let damaged = format!("{}{junk}{}", &whole[..at], &whole[(at + junk.len()).min(whole.len())..]);
        let _ = load(damaged.as_bytes());
        let _ = load(&whole.as_bytes()[..at]);
    }
}
