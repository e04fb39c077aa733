//! Each form of a record, read back by a parser that nobody here wrote, says exactly the record's statements.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "support/every_form.rs"]
mod every_form;

use every_form::{as_quads, quads_of_json_ld, quads_of_record, says_the_same_in_every_form};
use ontologies::schema;
use oxrdfxml::RdfXmlParser;
use proptest::prelude::*;
use protocol::identifier::{Accession, Namespace};
use protocol::record::{Object, Record, STRUCTURE_PREDICATES, Statement};
use web::formats::{json_ld, rdf_xml, turtle};

const ABOUT: &str = "https://images.example.org/id/DND-S42";

/// 16 bytes of 1 in base64url, as the salt of a record is written.
const SALT: &str = "AQEBAQEBAQEBAQEBAQEBAQ";

fn record(mut statements: Vec<Statement>) -> Record {
    let namespace = Namespace::parse("https://images.example.org/id/").unwrap();
    statements.push(Statement::parse(ABOUT, schema::omma::SALT, Object::text(SALT)).unwrap());
    Record::from_statements(
        &Accession::parse("DND-S42").unwrap(),
        &namespace,
        statements,
    )
    .unwrap()
}

fn any_subject() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(ABOUT.to_owned()),
        "(author|term)-[1-9]".prop_map(|node| format!("{ABOUT}#{node}"))
    ]
}

/// Predicates that the context names, and some that it does not.
fn any_predicate() -> impl Strategy<Value = String> {
    let reserved: Vec<&str> = [schema::omma::RESERVED, &[schema::omma::SALT]].concat();
    let named = [
        schema::omma::ALL,
        schema::schema_org::ALL,
        schema::dct::ALL,
        schema::dcat::ALL,
        schema::rdf::ALL,
    ]
    .concat();
    let usable: Vec<&str> = named
        .into_iter()
        .filter(|iri| !STRUCTURE_PREDICATES.contains(iri) && !reserved.contains(iri))
        .collect();
    prop_oneof![
        4 => prop::sample::select(usable).prop_map(str::to_owned),
        1 => prop::sample::select(vec!["http://example.org/unknown", "name:x", "schema:name", "urn:a:b", "https://w3id.org/ommatidia/ns#new"]).prop_map(str::to_owned),
    ]
}

/// IRIs, among them such as look like compact IRIs or terms of the context.
fn any_iri() -> impl Strategy<Value = String> {
    prop_oneof![
        any_subject(),
        prop::sample::select(vec![
            "name:x",
            "Person:y",
            "schema:name",
            "omma:salt",
            "urn:x:y",
            "http://example.org/ä?q=1#f",
            "mailto:x",
            "did:web:x#k",
            "http://schema.org/Person",
            "https://w3id.org/ommatidia/ns#TermUse",
            "http://example.org/a%20b",
            "x:",
            "http://schema.org/",
        ])
        .prop_map(str::to_owned),
    ]
}

fn any_object() -> impl Strategy<Value = Object> {
    let value = prop_oneof![
        any::<String>(),
        "-?[0-9]{1,20}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        Just("1.0E0".to_owned()),
        Just("true".to_owned())
    ];
    let datatype = prop::sample::select(vec![
        schema::xsd::INTEGER,
        schema::xsd::DATE,
        schema::xsd::DATE_TIME,
        schema::xsd::YEAR,
        schema::xsd::STRING,
        schema::xsd::HEX_BINARY,
        "http://www.w3.org/2001/XMLSchema#double",
        "http://www.w3.org/2001/XMLSchema#boolean",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML",
        "name:datatype",
    ]);
    let language = prop::sample::select(vec!["en", "de-ch", "zh-hans-cn"]);
    prop_oneof![
        any_iri().prop_map(|iri| Object::iri(iri).unwrap()),
        any::<String>().prop_map(Object::text),
        (value, datatype).prop_map(|(value, datatype)| Object::typed(value, datatype).unwrap()),
        (any::<String>(), language)
            .prop_map(|(value, language)| Object::tagged(value, language).unwrap()),
    ]
}

fn any_record() -> impl Strategy<Value = Record> {
    let statement =
        (any_subject(), any_predicate(), any_object()).prop_map(|(subject, predicate, object)| {
            Statement::parse(subject, predicate, object).unwrap()
        });
    prop::collection::vec(statement, 0..24).prop_map(record)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn json_ld_expands_to_exactly_the_record(record in any_record()) {
        prop_assert_eq!(quads_of_json_ld(&json_ld(&record)), quads_of_record(&record));
    }
}

proptest! {
    #[test]
    fn any_record_is_the_same_in_every_form(record in any_record()) {
        says_the_same_in_every_form(&record);
    }
}

#[test]
fn hash_nodes_that_point_at_each_other_are_each_written_once() {
    let node = |number: usize| format!("{ABOUT}#n-{number}");
    let link = |from: String, to: String| {
        Statement::parse(from, schema::schema_org::ABOUT, Object::iri(to).unwrap()).unwrap()
    };
    let mut chain: Vec<Statement> = (0..1000)
        .map(|number| link(node(number), node(number + 1)))
        .collect();
    chain.push(link(ABOUT.to_owned(), node(0)));
    chain.push(link(node(1000), node(0)));
    let record = record(chain);
    assert_eq!(
        quads_of_json_ld(&json_ld(&record)),
        quads_of_record(&record),
        "a chain of 1,000 nodes ends in a circle"
    );
}

#[test]
fn authors_stand_in_their_order() {
    let statements = (1..=11).rev().flat_map(|number| {
        let author = format!("{ABOUT}#author-{number}");
        [
            Statement::parse(
                ABOUT,
                schema::schema_org::AUTHOR,
                Object::iri(author.as_str()).unwrap(),
            )
            .unwrap(),
            Statement::parse(
                author,
                schema::schema_org::POSITION,
                Object::typed(number.to_string(), schema::xsd::INTEGER).unwrap(),
            )
            .unwrap(),
        ]
    });
    let record = record(statements.collect());
    for document in [
        json_ld(&record),
        turtle(&record).unwrap(),
        rdf_xml(&record).unwrap(),
    ] {
        let places: Vec<usize> = (1..=11)
            .map(|number| {
                let position = [
                    format!("\"position\": {number}\n"),
                    format!("schema:position {number} "),
                    format!("integer\">{number}</"),
                ];
                position
                    .iter()
                    .find_map(|position| document.find(position))
                    .unwrap_or_else(|| panic!("{number} is not in {document}"))
            })
            .collect();
        assert!(places.is_sorted(), "{document}");
    }
}

#[test]
fn rdf_xml_keeps_carriage_returns_and_says_what_xml_cannot_hold() {
    let text = "a\r\nb\tc\u{0}\u{b}\u{fffe}d";
    let record = record(vec![
        Statement::parse(ABOUT, schema::schema_org::NAME, Object::text(text)).unwrap(),
    ]);
    let document = rdf_xml(&record).unwrap();
    assert!(
        document
            .lines()
            .nth(1)
            .unwrap()
            .starts_with("<!-- 3 characters that XML cannot hold are shown here as U+FFFD"),
        "{document}"
    );
    let read = as_quads(RdfXmlParser::new().for_slice(&document).map(Result::unwrap));
    assert!(
        read.iter().any(
            |quad| quad.contains("\"a\\r\\nb\tc\u{fffd}\u{fffd}\u{fffd}d\"")
                || quad.contains("\"a\\r\\nb\\tc\u{fffd}\u{fffd}\u{fffd}d\"")
        ),
        "{read:?}"
    );
}

#[test]
fn a_predicate_that_is_no_xml_name_is_an_error_that_says_so() {
    let record = record(vec![
        Statement::parse(ABOUT, "http://example.org/123", Object::text("x")).unwrap(),
    ]);
    let error = rdf_xml(&record).unwrap_err().to_string();
    assert_eq!(
        error,
        "the record cannot be written as RDF/XML: the predicate <http://example.org/123> does not end in a name; ask for N-Quads"
    );
    assert_eq!(
        quads_of_json_ld(&json_ld(&record)),
        quads_of_record(&record)
    );
}
