//! The canonical form: against oxrdf's RDFC-1.0 over generated graphs, and against the W3C suite.

use oxrdf::dataset::{CanonicalizationAlgorithm, CanonicalizationHashAlgorithm};
use oxrdf::{Dataset, GraphName, NamedNode, NamedOrBlankNode, Quad, Term};
use oxttl::{NQuadsParser, NQuadsSerializer};
use proptest::prelude::*;
use protocol::record::{Object, Statement, parse_line};

use super::fixture::shared_data;

fn iri() -> impl Strategy<Value = String> {
    prop_oneof![
        "https://images\\.example\\.org/id/ABC-S1(#[a-zé-ÿ0-9-]{1,8})?",
        "http://[a-z]{1,6}\\.example/[A-Za-z0-9._~!$&'()*+,;=:@/α-ω一-龥-]{0,12}(\\?[a-z=&]{0,5})?(#[a-z]{0,4})?",
        "urn:[a-z]{2,5}:[a-zA-Z0-9:]{1,8}(%[0-9A-F]{2})?",
    ]
}

/// Texts with every sort of character that has, or might be thought to have, an escape.
fn value() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        '\0',
        '\u{1}',
        '\u{7}',
        '\u{8}',
        '\t',
        '\n',
        '\u{b}',
        '\u{c}',
        '\r',
        '\u{e}',
        '\u{1f}',
        ' ',
        '"',
        '\\',
        '\'',
        '\u{7f}',
        '\u{80}',
        '\u{85}',
        '\u{9f}',
        '\u{a0}',
        '\u{2028}',
        '\u{d7ff}',
        '\u{e000}',
        '\u{fdd0}',
        '\u{feff}',
        '\u{fffd}',
        '\u{fffe}',
        '\u{ffff}',
        '\u{10000}',
        '\u{1fffe}',
        '\u{10ffff}',
        'u',
        'U',
        'n',
        '<',
        '>',
        '@',
        '^',
        '.',
    ]);
    let character = prop_oneof![special, any::<char>(), prop::char::range(' ', '~')];
    prop::collection::vec(character, 0..12).prop_map(String::from_iter)
}

fn object() -> impl Strategy<Value = Object> {
    let language = prop_oneof![
        "[a-zA-Z]{2,3}(-[A-Z]{2})?",
        "[a-z]{2}-[A-Z][a-z]{3}-[A-Z]{2}",
        "x-[a-z0-9]{1,8}"
    ];
    let datatype = prop_oneof![
        Just("http://www.w3.org/2001/XMLSchema#string".to_owned()),
        Just("http://www.w3.org/2001/XMLSchema#integer".to_owned()),
        Just("http://www.w3.org/2001/XMLSchema#date".to_owned()),
        iri(),
    ];
    prop_oneof![
        iri().prop_map(|iri| Object::iri(iri).unwrap()),
        value().prop_map(Object::text),
        (value(), datatype).prop_map(|(value, datatype)| Object::typed(value, datatype).unwrap()),
        (value(), language).prop_map(|(value, language)| Object::tagged(value, &language).unwrap()),
    ]
}

fn statement() -> impl Strategy<Value = Statement> {
    (iri(), iri(), object()).prop_map(|(subject, predicate, object)| {
        Statement::parse(subject, predicate, object).unwrap()
    })
}

fn to_quad(statement: &Statement) -> Quad {
    let object: Term = match statement.object() {
        Object::Iri(iri) => NamedNode::new(iri.as_str()).unwrap().into(),
        Object::Literal(literal) => match literal.language() {
            Some(language) => {
                oxrdf::Literal::new_language_tagged_literal(literal.value(), language)
                    .unwrap()
                    .into()
            }
            None => {
                let datatype = NamedNode::new(literal.datatype()).unwrap();
                oxrdf::Literal::new_typed_literal(literal.value(), datatype).into()
            }
        },
    };
    let subject = NamedNode::new(statement.subject()).unwrap();
    Quad::new(
        subject,
        NamedNode::new(statement.predicate()).unwrap(),
        object,
        GraphName::DefaultGraph,
    )
}

fn to_statement(quad: &Quad) -> Option<Statement> {
    let NamedOrBlankNode::NamedNode(subject) = &quad.subject else {
        return None;
    };
    if quad.graph_name != GraphName::DefaultGraph {
        return None;
    }
    let object = match &quad.object {
        Term::NamedNode(node) => Object::iri(node.as_str()).unwrap(),
        Term::Literal(literal) => match literal.language() {
            Some(language) => Object::tagged(literal.value(), language).unwrap(),
            None => Object::typed(literal.value(), literal.datatype().as_str()).unwrap(),
        },
        Term::BlankNode(_) => return None,
    };
    Some(Statement::parse(subject.as_str(), quad.predicate.as_str(), object).unwrap())
}

/// Our canonical form of statements: their lines, sorted, each once.
fn ours(statements: &[Statement]) -> String {
    let mut lines: Vec<_> = statements
        .iter()
        .map(|statement| statement.as_ref().to_line())
        .collect();
    lines.sort();
    lines.dedup();
    lines.concat()
}

/// The canonical form by oxrdf and oxttl: RDFC-1.0, serialised, sorted.
fn theirs(quads: impl IntoIterator<Item = Quad>) -> String {
    let mut dataset: Dataset = quads.into_iter().collect();
    dataset.canonicalize(CanonicalizationAlgorithm::Rdfc10 {
        hash_algorithm: CanonicalizationHashAlgorithm::Sha256,
    });
    let mut serializer = NQuadsSerializer::new().for_writer(Vec::new());
    for quad in &dataset {
        serializer.serialize_quad(quad).unwrap();
    }
    let text = String::from_utf8(serializer.finish()).unwrap();
    let mut lines: Vec<_> = text.split_inclusive('\n').collect();
    lines.sort_unstable();
    lines.concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn oxrdf_writes_the_same_canonical_form(statements in prop::collection::vec(statement(), 0..12), repeat in any::<bool>()) {
        let mut statements = statements;
        if repeat {
            statements.extend(statements.clone());
        }
        let canonical = ours(&statements);
        prop_assert_eq!(&canonical, &theirs(statements.iter().map(to_quad)));
        for line in canonical.split_inclusive('\n') {
            let read = parse_line(line).unwrap();
            prop_assert_eq!(read.to_line(), line);
            prop_assert!(statements.contains(&read.to_statement()));
        }
    }

    #[test]
    fn a_line_altered_anywhere_is_refused_or_is_another_line(statement in statement(), at in any::<prop::sample::Index>(), with in any::<char>()) {
        let line = statement.as_ref().to_line();
        let mut characters: Vec<char> = line.chars().collect();
        let place = at.index(characters.len());
        prop_assume!(characters[place] != with);
        characters[place] = with;
        let altered = String::from_iter(characters);
        if let Ok(read) = parse_line(&altered) {
            prop_assert_eq!(&read.to_line(), &altered);
            prop_assert_ne!(read.to_statement(), statement);
        }
    }
}

#[test]
fn the_w3c_suite_for_rdfc_1_0() {
    let Some(data) = shared_data() else {
        return;
    };
    let folder = data.join("conformance/rdf-canon/rdfc10");
    let (mut same, mut with_blank_nodes, mut with_graphs) = (0, 0, 0);
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let Some(test) = name.strip_suffix("-in.nq") else {
            continue;
        };
        let expected = folder.join(format!("{test}-rdfc10.nq"));
        if !expected.exists() {
            continue;
        }
        let expected = std::fs::read_to_string(expected).unwrap();
        let quads: Result<Vec<_>, _> = NQuadsParser::new()
            .for_slice(&std::fs::read(&path).unwrap())
            .collect();
        let statements: Option<Vec<_>> = quads.unwrap().iter().map(to_statement).collect();
        match statements {
            Some(statements) => {
                assert_eq!(ours(&statements), expected, "{test}");
                for line in expected.split_inclusive('\n') {
                    assert_eq!(parse_line(line).unwrap().to_line(), line, "{test}");
                }
                same += 1;
            }
            None => {
                // what records cannot hold is refused for just that
                let codes: Vec<_> = expected
                    .split_inclusive('\n')
                    .filter_map(|line| parse_line(line).err())
                    .map(|error| error.code())
                    .collect();
                if codes.contains(&"blank-node") {
                    with_blank_nodes += 1;
                } else {
                    assert!(codes.contains(&"named-graph"), "{test}");
                    with_graphs += 1;
                }
            }
        }
    }
    eprintln!(
        "W3C RDFC-1.0 suite: {same} graphs the same; refused as they should be: {with_blank_nodes} with blank nodes, {with_graphs} with graph names"
    );
    assert!(
        same >= 10,
        "only {same} graphs without blank nodes were found"
    );
}
