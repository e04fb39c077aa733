//! The first filling, and what is left when it is cut off.

use oxigraph::model::{GraphNameRef, NamedNodeRef, QuadRef};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};

use super::fixture::{
    Mirror, dump, expected_lines, few_terms, hide, loaded, record_lines, record_of, shown, titled,
};
use super::in_both_places;
use crate::graph::{Graph, GraphError, Loaded, Place, write_expected};
use ontologies::schema::{omma, schema_org};
use protocol::record::Object;

in_both_places!(
    a_fresh_graph_is_empty_and_has_no_position,
    a_loaded_record_stands_there_with_its_catalogue_record,
    an_empty_federation_can_be_loaded,
    a_graph_that_holds_something_is_not_loaded_again,
    a_load_that_is_cut_off_leaves_no_position,
    a_position_that_was_never_finished_is_not_believed,
    what_is_expected_of_a_graph_is_what_it_dumps,
    the_dump_is_sorted_and_leaves_out_what_the_harvester_remembers,
    a_query_over_the_default_graph_does_not_see_the_position,
);

fn a_fresh_graph_is_empty_and_has_no_position(place: &Place) {
    let graph = Graph::open(place).unwrap();
    assert_eq!(graph.position().unwrap(), None);
    assert_eq!(graph.len().unwrap(), 0);
    assert!(graph.is_empty().unwrap());
    assert_eq!(dump(&graph), "");

    let applied = graph.apply(&[hide("DND-S1")], &Mirror::default(), 1);
    assert!(
        matches!(applied, Err(GraphError::NotLoaded(_))),
        "{applied:?}"
    );
    let set = graph.set_terms(&few_terms());
    assert!(matches!(set, Err(GraphError::NotLoaded(_))), "{set:?}");
    assert_eq!(graph.position().unwrap(), None);
}

fn a_loaded_record_stands_there_with_its_catalogue_record(place: &Place) {
    let all = [
        titled("DND-S1", 1, "Cells"),
        titled("DND-S1-I1", 3, "A cell"),
    ];
    let graph = Graph::open(place).unwrap();
    let shown = all.iter().cloned().map(Ok);
    let counts = graph.load(shown, &few_terms(), 42).unwrap();
    assert_eq!(record_lines(&graph), expected_lines(&all));
    assert_eq!(graph.position().unwrap(), Some(42));
    assert_eq!(graph.records().unwrap(), 2);
    let expected = Loaded {
        records: 2,
        statements: 2 * (6 + 6),
        term_statements: graph.len().unwrap() - 24,
    };
    assert_eq!(counts, expected);
    assert!(counts.term_statements > 0);
}

/// Numbers, times and truth values in spellings that the store does not keep, twice the same value in one record among them.
fn what_is_expected_of_a_graph_is_what_it_dumps(place: &Place) {
    let typed = |value: &str, name: &str| {
        Object::typed(value, format!("http://www.w3.org/2001/XMLSchema#{name}")).unwrap()
    };
    let spellings = record_of(
        "DND-S3",
        vec![
            ("", omma::FILE_COUNT, typed("01", "integer")),
            ("", omma::FILE_COUNT, typed("1", "integer")),
            ("", omma::FILE_COUNT, typed("+7", "nonNegativeInteger")),
            ("", omma::FILE_COUNT, typed("many", "integer")),
            ("", schema_org::VALUE, typed("1.50", "decimal")),
            ("", schema_org::VALUE, typed("1.5E0", "double")),
            ("", schema_org::VALUE, typed("1", "boolean")),
            ("", schema_org::VALUE, typed("2020-02-03", "date")),
            ("", schema_org::VALUE, typed("2020", "gYear")),
            (
                "",
                schema_org::VALUE,
                typed("2020-02-03T04:05:06.700Z", "dateTime"),
            ),
            ("", schema_org::VALUE, typed("00ff", "hexBinary")),
            (
                "",
                schema_org::VALUE,
                Object::tagged("Zellen", "de-CH").unwrap(),
            ),
        ],
    );
    let all = [
        titled("DND-S1", 1, "Cells"),
        titled("DND-S1-I1", 3, "A \"cell\"\n"),
        shown("DND-S3", 2, spellings),
    ];
    let graph = loaded(place, &all, 5);
    let mut expected = Vec::new();
    let records = all.iter().cloned().map(Ok);
    let folder = std::env::temp_dir();
    let count = write_expected(records, &few_terms(), &folder, &mut expected).unwrap();
    assert_eq!(String::from_utf8(expected).unwrap(), dump(&graph));
    assert_eq!(count, graph.len().unwrap());
    // the store does write them its own way
    assert!(!dump(&graph).contains("\"01\""));

    let cut = [Err(anyhow::anyhow!("no such bundle"))];
    let outcome = write_expected(cut.into_iter(), &few_terms(), &folder, &mut Vec::new());
    assert!(
        matches!(outcome, Err(GraphError::Records(_))),
        "{outcome:?}"
    );
}

fn an_empty_federation_can_be_loaded(place: &Place) {
    let graph = loaded(place, &[], 0);
    assert_eq!(graph.position().unwrap(), Some(0));
    assert_eq!(graph.records().unwrap(), 0);
}

fn a_graph_that_holds_something_is_not_loaded_again(place: &Place) {
    let graph = loaded(place, &[], 0);
    let again = graph.load(std::iter::empty(), &few_terms(), 1);
    assert!(matches!(again, Err(GraphError::NotEmpty(_))), "{again:?}");
    assert_eq!(graph.position().unwrap(), Some(0));
}

fn a_load_that_is_cut_off_leaves_no_position(place: &Place) {
    let graph = Graph::open(place).unwrap();
    let cut = [
        Ok(titled("DND-S1", 1, "Cells")),
        Err(anyhow::anyhow!("no such bundle")),
    ];
    let outcome = graph.load(cut.into_iter(), &few_terms(), 7).unwrap_err();
    assert!(matches!(outcome, GraphError::Records(_)), "{outcome}");
    assert!(outcome.to_string().contains("no such bundle"), "{outcome}");
    assert_eq!(graph.position().unwrap(), None);

    drop(graph);
    Graph::destroy(place).unwrap();
    let graph = loaded(place, &[titled("DND-S1", 1, "Cells")], 7);
    assert_eq!(graph.position().unwrap(), Some(7));
}

fn a_position_that_was_never_finished_is_not_believed(place: &Place) {
    let graph = Graph::open(place).unwrap();
    // statements without a position: what a process leaves that died between the two
    let node = NamedNodeRef::new_unchecked("https://w3id.org/ommatidia/id/DND-S1");
    graph
        .store()
        .insert(QuadRef::new(node, node, node, GraphNameRef::DefaultGraph))
        .unwrap();
    assert_eq!(graph.position().unwrap(), None);
    let load = graph.load(std::iter::empty(), &few_terms(), 1);
    assert!(matches!(load, Err(GraphError::NotEmpty(_))), "{load:?}");
    let applied = graph.apply(&[], &Mirror::default(), 1);
    assert!(
        matches!(applied, Err(GraphError::NotLoaded(_))),
        "{applied:?}"
    );
}

fn the_dump_is_sorted_and_leaves_out_what_the_harvester_remembers(place: &Place) {
    let all = [
        titled("DND-S10", 1, "B"),
        titled("DND-S1", 1, "A"),
        titled("DND-S2", 1, "C"),
    ];
    let graph = loaded(place, &all, 3);
    let dump = dump(&graph);
    let lines: Vec<&str> = dump.lines().collect();
    assert!(lines.is_sorted_by(|one, other| one.as_bytes() < other.as_bytes()));
    assert!(!dump.contains("x-ommatidia"));
}

fn a_query_over_the_default_graph_does_not_see_the_position(place: &Place) {
    let graph = loaded(place, &[titled("DND-S1", 1, "Cells")], 3);
    let query = SparqlEvaluator::new()
        .parse_query("SELECT * { ?s ?p ?o FILTER(STRSTARTS(STR(?p), 'urn:')) }")
        .unwrap();
    let QueryResults::Solutions(solutions) = query.on_store(graph.store()).execute().unwrap()
    else {
        panic!("a SELECT has solutions");
    };
    assert_eq!(solutions.count(), 0);
}

#[cfg(not(feature = "rocksdb"))]
#[test]
fn without_rocksdb_a_graph_on_disk_is_refused_with_advice() {
    let place = Place::Disk("/nowhere/graph".into());
    let refused = Graph::open(&place).unwrap_err();
    let text = refused.to_string();
    assert!(text.contains("/nowhere/graph"), "{text}");
    assert!(text.contains("graph = \"memory\""), "{text}");
}
