//! Records to show, the bytes that a mirror would have of them, and what a graph of them must hold.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use ontologies::Terms;
use ontologies::schema::{omma, schema_org};
use protocol::identifier::{Accession, Namespace};
use protocol::record::{Object, Record, SALT_PREDICATE, Statement};

use crate::graph::{Graph, Place};
use crate::projection::{Change, RecordBytes, Shown};

pub(super) const NAMESPACE: &str = "https://w3id.org/ommatidia/id/";

pub(super) fn namespace() -> Namespace {
    Namespace::parse(NAMESPACE).unwrap()
}

pub(super) fn accession(id: &str) -> Accession {
    Accession::parse(id).unwrap()
}

/// A record with a salt, and whatever else is given: behind the id of the subject (`""`, `"#author-1"`), a predicate, an object.
pub(super) fn record_of(id: &str, statements: Vec<(&str, &str, Object)>) -> Record {
    let iri = format!("{NAMESPACE}{id}");
    let salt = Object::text("AAAAAAAAAAAAAAAAAAAAAA");
    let mut all = vec![Statement::parse(iri.as_str(), SALT_PREDICATE, salt).unwrap()];
    for (behind, predicate, object) in statements {
        all.push(Statement::parse(format!("{iri}{behind}"), predicate, object).unwrap());
    }
    Record::from_statements(&accession(id), &namespace(), all).unwrap()
}

/// A record with a title and an author, who is a hash node.
pub(super) fn record(id: &str, title: &str) -> Record {
    let author = format!("{NAMESPACE}{id}#author-1");
    record_of(
        id,
        vec![
            ("", schema_org::NAME, Object::text(title)),
            (
                "",
                schema_org::DESCRIPTION,
                Object::tagged("Zellen", "de").unwrap(),
            ),
            (
                "",
                omma::FILE_COUNT,
                Object::typed("7", "http://www.w3.org/2001/XMLSchema#integer").unwrap(),
            ),
            ("", schema_org::AUTHOR, Object::iri(author).unwrap()),
            (
                "#author-1",
                schema_org::NAME,
                Object::text("Ada\nL. \"Q\" \\ \u{7f}"),
            ),
        ],
    )
}

pub(super) fn shown(id: &str, version: u64, record: Record) -> Shown {
    Shown {
        id: accession(id),
        version,
        namespace: namespace(),
        member: "dundee".to_owned(),
        index: 10 * version,
        verified_at: "2026-11-05T12:00:00Z".to_owned(),
        of_study: None,
        record,
    }
}

pub(super) fn titled(id: &str, version: u64, title: &str) -> Shown {
    shown(id, version, record(id, title))
}

pub(super) fn show(shown: &Shown) -> Change {
    Change {
        id: shown.id.clone(),
        namespace: shown.namespace.clone(),
        shown: Some(shown.clone()),
    }
}

pub(super) fn hide(id: &str) -> Change {
    Change {
        id: accession(id),
        namespace: namespace(),
        shown: None,
    }
}

/// A mirror: the bytes of versions, what was asked for, and whether it is broken.
#[derive(Default)]
pub(super) struct Mirror {
    kept: HashMap<(String, u64), Vec<u8>>,
    pub(super) asked: RefCell<Vec<String>>,
    pub(super) is_broken: bool,
}

impl Mirror {
    pub(super) fn of<'a>(all: impl IntoIterator<Item = &'a Shown>) -> Self {
        let mut mirror = Self::default();
        for shown in all {
            mirror.keep(shown);
        }
        mirror
    }

    pub(super) fn keep(&mut self, shown: &Shown) {
        let key = (shown.id.to_string(), shown.version);
        self.kept.insert(key, shown.record.bytes().to_vec());
    }

    pub(super) fn lose(&mut self, id: &str, version: u64) {
        self.kept.remove(&(id.to_owned(), version));
    }
}

impl RecordBytes for Mirror {
    fn bytes(&self, id: &Accession, version: u64) -> anyhow::Result<Option<Vec<u8>>> {
        anyhow::ensure!(!self.is_broken, "the disk of the mirror is gone");
        self.asked.borrow_mut().push(format!("{id}.{version}"));
        Ok(self.kept.get(&(id.to_string(), version)).cloned())
    }
}

/// No terms but the facets of imaging methods, which are always there.
pub(super) fn few_terms() -> Terms {
    Terms::only(Vec::new())
}

pub(super) fn loaded(place: &Place, all: &[Shown], position: u64) -> Graph {
    let graph = Graph::open(place).unwrap();
    let shown = all.iter().cloned().map(Ok);
    graph.load(shown, &few_terms(), position).unwrap();
    graph
}

/// The dump as text.
pub(super) fn dump(graph: &Graph) -> String {
    let mut out = Vec::new();
    let count = graph.dump(&mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(count, text.lines().count() as u64);
    assert_eq!(count, graph.len().unwrap());
    text
}

/// The lines of the dump that are about records.
pub(super) fn record_lines(graph: &Graph) -> BTreeSet<String> {
    let start = format!("<{NAMESPACE}");
    let dump = dump(graph);
    let lines = dump.lines().filter(|line| line.starts_with(&start));
    lines.map(str::to_owned).collect()
}

/// The lines that there must be for these records, written without the graph's code.
pub(super) fn expected_lines<'a>(all: impl IntoIterator<Item = &'a Shown>) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for shown in all {
        let text = std::str::from_utf8(shown.record.bytes()).unwrap();
        lines.extend(text.lines().map(str::to_owned));
        lines.extend(catalogue_lines(shown));
    }
    lines
}

fn catalogue_lines(shown: &Shown) -> Vec<String> {
    let subject = format!("<{NAMESPACE}{}.{}>", shown.id, shown.version);
    let ns = "https://w3id.org/ommatidia/ns#";
    let xsd = "http://www.w3.org/2001/XMLSchema#";
    let rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
    vec![
        format!("{subject} <{rdf}type> <http://www.w3.org/ns/dcat#CatalogRecord> ."),
        format!(
            "{subject} <http://xmlns.com/foaf/0.1/primaryTopic> <{NAMESPACE}{}> .",
            shown.id
        ),
        format!("{subject} <{ns}member> \"{}\" .", shown.member),
        format!(
            "{subject} <{ns}logIndex> \"{}\"^^<{xsd}integer> .",
            shown.index
        ),
        format!("{subject} <{ns}digest> \"{}\" .", shown.record.digest()),
        format!(
            "{subject} <{ns}verifiedAt> \"{}\"^^<{xsd}dateTime> .",
            shown.verified_at
        ),
    ]
}

/// What is shown of each resource, as a plain map: the model that a graph is compared with.
#[derive(Default)]
pub(super) struct Model(BTreeMap<Accession, Shown>);

impl Model {
    pub(super) fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            match &change.shown {
                Some(shown) => self.0.insert(change.id.clone(), shown.clone()),
                None => self.0.remove(&change.id),
            };
        }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Shown> {
        self.0.values()
    }
}
