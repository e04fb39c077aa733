//! How fast the graph is filled: `cargo bench -p harvester --bench graph -- [RECORDS]` (default 20,000; with
//! `--no-default-features` in memory only).
//!
//! Synthetic records of 30 to 60 statements are loaded, and a tenth of them replaced by a new version; beside each, in the
//! same run, stands the store alone with the same statements, which it is given ready made: the bulk loader with its defaults
//! for a load, one transaction of removals and insertions for the changes.

use std::collections::HashMap;
use std::error::Error;
use std::fmt::Write as _;
use std::time::Instant;

use harvester::graph::{Graph, Place, TermsChange};
use harvester::projection::{Change, RecordBytes, Shown};
use ontologies::Terms;
use oxigraph::model::Quad;
use oxigraph::store::Store;
use oxttl::NQuadsParser;
use protocol::identifier::{Accession, Namespace};
use protocol::record::{Object, Record, SALT_PREDICATE, Statement};

type Outcome<T> = Result<T, Box<dyn Error>>;

const NAMESPACE: &str = "https://w3id.org/ommatidia/id/";

/// How many changes are applied at once, as a harvest does.
const CHANGES_A_CALL: usize = 2000;

fn main() -> Outcome<()> {
    let number = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(20_000);
    let old = (1..=number)
        .map(|serial| shown(serial, 1))
        .collect::<Outcome<Vec<_>>>()?;
    let new = (1..=number / 10)
        .map(|serial| shown(serial, 2))
        .collect::<Outcome<Vec<_>>>()?;
    let bytes: usize = old.iter().map(|shown| shown.record.bytes().len()).sum();
    println!("{number} records, {} MB of N-Quads", bytes / 1_000_000);
    // the second time round the processor and the allocator are warm for both
    for _ in 0..2 {
        measure("memory", &old, &new, &|| {
            Ok((Graph::open(&Place::Memory)?, Store::new()?))
        })?;
    }
    #[cfg(feature = "rocksdb")]
    {
        let folder = tempfile::tempdir()?;
        let place = Place::Disk(folder.path().join("graph"));
        measure("disk", &old, &new, &|| {
            Ok((
                Graph::open(&place)?,
                Store::open(folder.path().join("raw"))?,
            ))
        })?;
    }
    Ok(())
}

type Make<'a> = &'a dyn Fn() -> Outcome<(Graph, Store)>;

fn measure(name: &str, old: &[Shown], new: &[Shown], make: Make<'_>) -> Outcome<()> {
    let (graph, raw) = make()?;
    let quads = old
        .iter()
        .map(quads_of)
        .collect::<Outcome<Vec<_>>>()?
        .concat();
    let count = quads.len();
    let by_store = seconds(|| {
        let mut loader = raw.bulk_loader();
        loader.load_quads(quads)?;
        Ok(loader.commit()?)
    })?;
    let terms = Terms::only(Vec::new());
    let records = old.to_vec();
    let by_graph = seconds(|| {
        Ok(graph
            .load(records.into_iter().map(Ok), &terms, 1)
            .map(drop)?)
    })?;
    report(name, "load", count, by_graph, by_store);

    let mirror = Mirror::of(old);
    let pairs = old.iter().zip(new);
    let pairs = pairs.map(|(old, new)| Ok((quads_of(old)?, quads_of(new)?)));
    let pairs = pairs.collect::<Outcome<Vec<_>>>()?;
    let count = pairs.iter().map(|(old, new)| old.len() + new.len()).sum();
    let by_store = seconds(|| {
        for pairs in pairs.chunks(CHANGES_A_CALL) {
            let mut transaction = raw.start_transaction()?;
            for (old, new) in pairs {
                old.iter().for_each(|quad| transaction.remove(quad));
                new.iter().for_each(|quad| transaction.insert(quad));
            }
            transaction.commit()?;
        }
        Ok(())
    })?;
    let changes: Vec<Change> = new.iter().map(change).collect();
    let by_graph = seconds(|| {
        for (position, changes) in (2..).zip(changes.chunks(CHANGES_A_CALL)) {
            graph.apply(changes, &mirror, position)?;
        }
        Ok(())
    })?;
    report(name, "apply", count, by_graph, by_store);

    let mut lines = 0;
    let elapsed = seconds(|| {
        lines = graph.dump(&mut std::io::sink())?;
        Ok(())
    })?;
    let terms = Terms::builtin();
    let mut change = TermsChange::default();
    let by_difference = seconds(|| {
        change = graph.set_terms(terms)?;
        Ok(())
    })?;
    let again = seconds(|| Ok(graph.set_terms(terms).map(drop)?))?;
    let (number, statements) = (terms.len(), change.added);
    println!(
        "{name:8} terms {statements:9} statements of {number} terms {by_difference:6.2} s, again {again:.3} s"
    );
    println!("{name:8} dump  {lines:9} statements  {elapsed:6.2} s");
    Ok(())
}

fn report(place: &str, what: &str, statements: usize, by_graph: f64, by_store: f64) {
    let ratio = by_graph / by_store;
    println!(
        "{place:8} {what:5} {statements:9} statements  graph {by_graph:6.2} s  store alone {by_store:6.2} s  ratio {ratio:.2}"
    );
}

fn seconds(act: impl FnOnce() -> Outcome<()>) -> Outcome<f64> {
    let started = Instant::now();
    act()?;
    Ok(started.elapsed().as_secs_f64())
}

/// An image as a screen has them: 30 to 60 statements, most of which name terms and parts that many others name too.
fn shown(serial: u64, version: u64) -> Outcome<Shown> {
    let id = Accession::parse(&format!("DND-S{}-I{serial}", 1 + serial / 1000))?;
    let namespace = Namespace::parse(NAMESPACE)?;
    let iri = namespace.iri(&id);
    let mut statements = vec![Statement::parse(
        iri.as_str(),
        SALT_PREDICATE,
        Object::text(format!("{serial:018}AA{version:02}")),
    )?];
    let schema = |local: &str| format!("http://schema.org/{local}");
    let omma = |local: &str| format!("https://w3id.org/ommatidia/ns#{local}");
    let integer = "http://www.w3.org/2001/XMLSchema#integer";
    let mut say = |behind: &str, predicate: String, object: Object| -> Outcome<()> {
        statements.push(Statement::parse(
            format!("{iri}{behind}"),
            predicate,
            object,
        )?);
        Ok(())
    };
    say(
        "",
        schema("name"),
        Object::text(format!(
            "plate {} well {serial} version {version}",
            serial / 384
        )),
    )?;
    say(
        "",
        schema("isPartOf"),
        Object::iri(format!("{NAMESPACE}DND-S{}", 1 + serial / 1000))?,
    )?;
    for axis in ["sizeX", "sizeY", "sizeC"] {
        say(
            "",
            omma(axis),
            Object::typed((512 + serial % 3).to_string(), integer)?,
        )?;
    }
    for about in 0..4 {
        let term = format!(
            "http://purl.obolibrary.org/obo/GO_{:07}",
            (serial * 7 + about) % 5000
        );
        say("", schema("about"), Object::iri(term)?)?;
    }
    // 20 to 50 more: four for each channel, file or value
    for part in 0..5 + serial % 8 {
        let node = format!("#channel-{part}");
        say("", omma("channel"), Object::iri(format!("{iri}{node}"))?)?;
        say(
            &node,
            schema("name"),
            Object::text(format!("channel {part} of {serial}")),
        )?;
        say(
            &node,
            schema("position"),
            Object::typed(part.to_string(), integer)?,
        )?;
        say(
            &node,
            omma("target"),
            Object::text(format!("ENSG{:011}", serial * 13 % 20_000)),
        )?;
    }
    Ok(Shown {
        version,
        member: "dundee".to_owned(),
        index: serial,
        verified_at: "2026-11-05T12:00:00Z".to_owned(),
        of_study: None,
        record: Record::from_statements(&id, &namespace, statements)?,
        id,
        namespace,
    })
}

fn change(shown: &Shown) -> Change {
    Change {
        id: shown.id.clone(),
        namespace: shown.namespace.clone(),
        shown: Some(shown.clone()),
    }
}

/// The statements of a record and of its catalogue record, read from text.
fn quads_of(shown: &Shown) -> Outcome<Vec<Quad>> {
    let iri = shown.namespace.iri(&shown.id);
    let xsd = "http://www.w3.org/2001/XMLSchema#";
    let omma = "https://w3id.org/ommatidia/ns#";
    let mut text = String::from_utf8(shown.record.bytes().to_vec())?;
    for (predicate, object) in [
        (
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#type".to_owned(),
            "<http://www.w3.org/ns/dcat#CatalogRecord>".to_owned(),
        ),
        (
            "http://xmlns.com/foaf/0.1/primaryTopic".to_owned(),
            format!("<{iri}>"),
        ),
        (format!("{omma}member"), format!("{:?}", shown.member)),
        (
            format!("{omma}logIndex"),
            format!("\"{}\"^^<{xsd}integer>", shown.index),
        ),
        (
            format!("{omma}digest"),
            format!("\"{}\"", shown.record.digest()),
        ),
        (
            format!("{omma}verifiedAt"),
            format!("\"{}\"^^<{xsd}dateTime>", shown.verified_at),
        ),
    ] {
        writeln!(text, "<{iri}.{}> <{predicate}> {object} .", shown.version)?;
    }
    let quads = NQuadsParser::new().for_slice(text.as_bytes());
    Ok(quads.collect::<Result<_, _>>()?)
}

struct Mirror(HashMap<(String, u64), Vec<u8>>);

impl Mirror {
    fn of(all: &[Shown]) -> Self {
        let pair = |shown: &Shown| {
            let key = (shown.id.to_string(), shown.version);
            (key, shown.record.bytes().to_vec())
        };
        Self(all.iter().map(pair).collect())
    }
}

impl RecordBytes for Mirror {
    fn bytes(&self, id: &Accession, version: u64) -> anyhow::Result<Option<Vec<u8>>> {
        Ok(self.0.get(&(id.to_string(), version)).cloned())
    }
}
