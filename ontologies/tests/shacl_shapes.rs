//! What the suite does not ask: refusals, messages, and the shapes of the real profiles.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use ontologies::schema;
use ontologies::shacl::{Severity, ShapeError, Shapes};
use oxrdf::Graph;

mod shared;

const PREFIXES: &str = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <http://example.org/> . \
                        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n";

fn shapes(turtle: &str) -> Result<Shapes, ShapeError> {
    Shapes::parse(&format!("{PREFIXES}{turtle}"))
}

fn graph(turtle: &str) -> Graph {
    oxttl::TurtleParser::new()
        .for_slice(format!("{PREFIXES}{turtle}").as_bytes())
        .map(Result::unwrap)
        .collect()
}

#[test]
fn what_is_not_understood_is_refused() {
    for (turtle, words) in [
        (
            "ex:S a sh:NodeShape ; sh:sparql [ sh:select \"x\" ] .",
            "sh:sparql",
        ),
        (
            "ex:S a sh:NodeShape ; sh:property [ sh:path ex:p ; sh:js ex:f ] .",
            "sh:js",
        ),
        ("ex:S sh:rule ex:r .", "sh:rule"),
        (
            "ex:S a sh:NodeShape ; sh:target [ sh:select \"x\" ] .",
            "sh:target",
        ),
        ("ex:S a sh:NodeShape ; sh:minCuont 1 .", "sh:minCuont"),
        ("ex:S a sh:NodeShape ; sh:minCount 1 .", "needs a sh:path"),
        (
            "ex:S a sh:NodeShape ; sh:property [ sh:nodeKind sh:IRI ] .",
            "no sh:path",
        ),
        (
            "ex:S a sh:NodeShape ; sh:property [ sh:path [ ] ] .",
            "no path",
        ),
        (
            "ex:S a sh:NodeShape ; sh:property [ sh:path ( ex:p ) ] .",
            "at least two",
        ),
        (
            "ex:S a sh:NodeShape ; sh:in ex:notAList .",
            "well-formed list",
        ),
        ("ex:S a sh:NodeShape ; sh:pattern \"(\" .", "sh:pattern"),
        (
            "ex:S a sh:NodeShape ; sh:pattern \"a\" ; sh:flags \"k\" .",
            "sh:flags",
        ),
        ("ex:S a sh:NodeShape ; sh:nodeKind ex:Kind .", "six kinds"),
        ("ex:S a sh:NodeShape ; sh:minLength -1 .", "whole number"),
        ("ex:S a sh:NodeShape ; sh:closed 7 .", "true or false"),
        ("ex:S a sh:NodeShape ; sh:node ex:S .", "refers to itself"),
        (
            "ex:S a sh:NodeShape ; sh:not [ sh:and ( ex:S ) ] .",
            "refers to itself",
        ),
        ("ex:S a sh:NodeShape", "not Turtle"),
    ] {
        let message = shapes(turtle).unwrap_err().to_string();
        assert!(message.contains(words), "{turtle}\n{message}");
    }
}

#[test]
fn a_path_that_contains_itself_is_refused() {
    let error =
        shapes("ex:S a sh:PropertyShape ; sh:path _:p . _:p sh:inversePath _:p .").unwrap_err();
    assert!(error.to_string().contains("contains itself"), "{error}");
}

#[test]
fn results_say_what_is_wrong_in_words() {
    let shapes = shapes(
        "ex:S sh:targetClass ex:Study ; sh:property
            [ sh:path ex:title ; sh:minCount 1 ; sh:message \"ein Titel\"@de, \"a title\"@en ] ,
            [ sh:path ex:size ; sh:maxInclusive 3 ; sh:severity sh:Warning ] .",
    )
    .unwrap();
    let results = shapes.validate(&graph(
        "ex:a a ex:Study ; ex:size 4 , 2 . ex:b a ex:Study ; ex:title \"x\" .",
    ));
    let said: Vec<_> = results
        .iter()
        .map(|result| {
            (
                result.severity.clone(),
                result.message.as_str(),
                result.component,
            )
        })
        .collect();
    assert_eq!(
        said,
        [
            (
                Severity::Warning,
                "each value must be \"3\"^^<http://www.w3.org/2001/XMLSchema#integer> or less",
                "MaxInclusiveConstraintComponent"
            ),
            (
                Severity::Violation,
                "a title",
                "MinCountConstraintComponent"
            ),
        ]
    );
    assert_eq!(
        results[0].value.as_ref().unwrap().to_string(),
        "\"4\"^^<http://www.w3.org/2001/XMLSchema#integer>"
    );
    assert_eq!(
        results[1].path.as_ref().unwrap().to_string(),
        "<http://example.org/title>"
    );
}

#[test]
fn cycles_in_the_data_end() {
    let shapes = shapes("@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . ex:S sh:targetClass ex:A ; sh:class ex:B .").unwrap();
    let data = graph(
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . ex:A rdfs:subClassOf ex:B . ex:B rdfs:subClassOf ex:A . ex:x a ex:A .",
    );
    assert!(shapes.validate(&data).is_empty());
}

#[test]
fn the_profiles_of_the_project_are_understood() {
    for turtle in [schema::SHAPES_PROFILE_1, schema::SHAPES_LEGACY] {
        Shapes::parse(turtle).unwrap();
    }
}

#[test]
fn the_gide_profile_is_understood() {
    let Some(folder) = shared::data("gide") else {
        return;
    };
    let turtle = std::fs::read_to_string(folder.join("gide_profile_shacl_shape.ttl")).unwrap();
    Shapes::parse(&turtle).unwrap();
}
