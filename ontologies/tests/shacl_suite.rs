//! The W3C test suite for SHACL Core, run as data.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path as FilePath, PathBuf};

use ontologies::shacl::{Path, Severity, ShapeError, Shapes};
use oxrdf::vocab::rdf;
use oxrdf::{Graph, NamedNode, NamedOrBlankNodeRef, Term, TermRef};

mod shared;

const SH: &str = "http://www.w3.org/ns/shacl#";
const MANIFEST: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
const VALIDATE: &str = "http://www.w3.org/ns/shacl-test#Validate";

/// What a result says that the suite compares (section 3.6 of the specification; texts are compared where the suite has one).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    focus: String,
    path: Option<String>,
    value: Option<String>,
    severity: String,
    component: String,
    shape: String,
}

#[test]
fn every_case_of_the_suite_gives_the_report_that_it_should() {
    let Some(folder) = shared::data("conformance/shacl-core") else {
        return;
    };
    let mut graphs = Graphs::default();
    let mut ran = 0;
    let mut unsupported: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut failures = Vec::new();
    for file in turtle_files(&folder) {
        let manifest = graphs.read(&file);
        let validate = NamedNode::new(VALIDATE).unwrap();
        for case in manifest.subjects_for_predicate_object(rdf::TYPE, &validate) {
            match run(&mut graphs.clone(), &manifest, case) {
                Ok(None) => ran += 1,
                Ok(Some(difference)) => failures.push(format!("{}: {difference}", file.display())),
                Err(ShapeError::Unsupported { property, .. }) => {
                    unsupported
                        .entry(property)
                        .or_default()
                        .insert(case.to_string());
                }
                Err(error) => failures.push(format!("{}: {error}", file.display())),
            }
        }
    }
    let out_of_scope: usize = unsupported.values().map(BTreeSet::len).sum();
    println!(
        "SHACL Core: {ran} cases passed, {out_of_scope} out of scope {unsupported:?}, {} failed",
        failures.len()
    );
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(
        unsupported.keys().collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "all of Core is evaluated"
    );
    assert_eq!(ran, 98, "the suite has 98 cases");
}

/// The difference between the report that is expected and the one that came, if there is any.
fn run(
    graphs: &mut Graphs,
    manifest: &Graph,
    case: NamedOrBlankNodeRef<'_>,
) -> Result<Option<String>, ShapeError> {
    let action = object(manifest, case, &format!("{MANIFEST}action")).unwrap();
    let graph_of = |name: &str| -> PathBuf {
        let Some(TermRef::NamedNode(iri)) = object(
            manifest,
            node(action),
            &format!("http://www.w3.org/ns/shacl-test#{name}"),
        ) else {
            panic!("an action names its graphs")
        };
        PathBuf::from(iri.as_str().strip_prefix("file://").unwrap())
    };
    let data = graphs.read(&graph_of("dataGraph"));
    let shapes_graph = graphs.read(&graph_of("shapesGraph"));
    let results = Shapes::from_graph(&shapes_graph)?.validate(&data);

    let report = object(manifest, case, &format!("{MANIFEST}result")).unwrap();
    let mut expected = Vec::new();
    let mut messages = Vec::new();
    for result in manifest.objects_for_subject_predicate(
        node(report),
        &NamedNode::new(format!("{SH}result")).unwrap(),
    ) {
        let value = |name: &str| object(manifest, node(result), &format!("{SH}{name}"));
        expected.push(Said {
            focus: value("focusNode").unwrap().to_string(),
            path: value("resultPath")
                .map(|path| Path::from_graph(manifest, path).unwrap().to_string()),
            value: value("value").map(|value| value.to_string()),
            severity: value("resultSeverity").unwrap().to_string(),
            component: value("sourceConstraintComponent").unwrap().to_string(),
            shape: value("sourceShape")
                .map(|shape| shape.to_string())
                .unwrap_or_default(),
        });
        if let Some(TermRef::Literal(message)) = value("resultMessage") {
            messages.push(message.value().to_owned());
        }
    }
    let came: Vec<Said> = results.iter().map(said).collect();
    let (expected, came) = (without_shape_labels(expected), without_shape_labels(came));
    if expected != came {
        return Ok(Some(format!("expected {expected:#?}\nand came {came:#?}")));
    }
    let missing = messages
        .iter()
        .find(|message| !results.iter().any(|result| result.message == **message));
    Ok(missing.map(|message| format!("no result says \"{message}\"")))
}

fn said(result: &ontologies::shacl::ValidationResult) -> Said {
    let severity = match &result.severity {
        Severity::Violation => format!("<{SH}Violation>"),
        Severity::Warning => format!("<{SH}Warning>"),
        Severity::Info => format!("<{SH}Info>"),
        Severity::Other(iri) => format!("<{iri}>"),
    };
    Said {
        focus: result.focus.to_string(),
        path: result.path.as_ref().map(Path::to_string),
        value: result.value.as_ref().map(Term::to_string),
        severity,
        component: format!("<{SH}{}>", result.component),
        shape: result.shape.to_string(),
    }
}

/// Files that are read twice give their blank nodes other labels: what is blank is only compared as being so.
fn without_shape_labels(mut results: Vec<Said>) -> Vec<Said> {
    let blank = |text: &mut String| {
        if text.starts_with("_:") {
            "blank".clone_into(text);
        }
    };
    for result in &mut results {
        blank(&mut result.shape);
        blank(&mut result.focus);
        if let Some(value) = &mut result.value {
            blank(value);
        }
    }
    results.sort();
    results
}

/// Each file is read once, so that one blank node has one label in data, shapes and expectation.
#[derive(Clone, Default)]
struct Graphs(BTreeMap<PathBuf, Graph>);

impl Graphs {
    fn read(&mut self, file: &FilePath) -> Graph {
        if let Some(graph) = self.0.get(file) {
            return graph.clone();
        }
        let text = std::fs::read(file).unwrap();
        let parser = oxttl::TurtleParser::new()
            .with_base_iri(format!("file://{}", file.display()))
            .unwrap();
        let graph: Graph = parser.for_slice(&text).map(Result::unwrap).collect();
        self.0.insert(file.to_owned(), graph.clone());
        graph
    }
}

fn turtle_files(folder: &FilePath) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open = vec![folder.canonicalize().unwrap()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "ttl") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn object<'g>(
    graph: &'g Graph,
    subject: NamedOrBlankNodeRef<'_>,
    predicate: &str,
) -> Option<TermRef<'g>> {
    graph.object_for_subject_predicate(subject, &NamedNode::new(predicate).unwrap())
}

fn node(term: TermRef<'_>) -> NamedOrBlankNodeRef<'_> {
    match term {
        TermRef::NamedNode(node) => node.into(),
        TermRef::BlankNode(node) => node.into(),
        other => panic!("{other} is a literal"),
    }
}
