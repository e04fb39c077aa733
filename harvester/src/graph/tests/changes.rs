//! New versions, withdrawals, restorations; and bytes that are not there when a version is to be taken out.

use ontologies::schema::{omma, schema_org};
use protocol::record::Object;

use super::fixture::{
    Mirror, dump, expected_lines, hide, loaded, record_lines, record_of, show, shown, titled,
};
use super::in_both_places;
use crate::graph::{Applied, GraphError, Place};

in_both_places!(
    a_new_version_replaces_exactly_the_old_one,
    a_withdrawn_study_is_gone_at_once_and_its_neighbours_stay,
    a_suppressed_record_comes_back_as_it_was,
    applying_twice_is_applying_once,
    the_last_of_several_changes_of_a_resource_counts,
    a_record_verified_again_keeps_its_statements_and_asks_for_no_bytes,
    without_its_bytes_a_version_is_found_in_the_store,
    bytes_of_another_digest_are_not_trusted,
    a_broken_mirror_changes_nothing_and_keeps_the_position,
    numbers_that_the_store_writes_in_another_way_come_and_go,
    catching_up_gives_the_same_dump_as_loading_anew,
    the_position_moves_without_changes,
);

fn a_new_version_replaces_exactly_the_old_one(place: &Place) {
    let old = titled("DND-S1", 1, "Cels");
    let other = titled("DND-S2", 1, "Fibres");
    let graph = loaded(place, &[old.clone(), other.clone()], 1);
    let new = titled("DND-S1", 2, "Cells");
    let applied = graph
        .apply(&[show(&new)], &Mirror::of([&old, &other]), 2)
        .unwrap();
    assert_eq!(
        applied,
        Applied {
            inserted: 1,
            removed: 1
        }
    );
    assert_eq!(record_lines(&graph), expected_lines([&new, &other]));
    assert_eq!(graph.position().unwrap(), Some(2));
}

fn a_withdrawn_study_is_gone_at_once_and_its_neighbours_stay(place: &Place) {
    // ids that begin with the id of the study that goes, and are others
    let neighbours = ["DND-S42", "DND-S4-I1", "DND-S40", "XDND-S4"].map(|id| titled(id, 1, id));
    let study = titled("DND-S4", 1, "Cells");
    let mut all = neighbours.to_vec();
    all.push(study.clone());
    let graph = loaded(place, &all, 1);
    let applied = graph
        .apply(&[hide("DND-S4")], &Mirror::of(&all), 2)
        .unwrap();
    assert_eq!(
        applied,
        Applied {
            inserted: 0,
            removed: 1
        }
    );
    assert_eq!(record_lines(&graph), expected_lines(&neighbours));
    assert_eq!(graph.records().unwrap(), 4);
}

fn a_suppressed_record_comes_back_as_it_was(place: &Place) {
    let study = titled("DND-S1", 1, "Cells");
    let graph = loaded(place, std::slice::from_ref(&study), 1);
    let before = dump(&graph);
    let mirror = Mirror::of([&study]);
    graph.apply(&[hide("DND-S1")], &mirror, 2).unwrap();
    assert_eq!(graph.records().unwrap(), 0);
    graph.apply(&[show(&study)], &mirror, 3).unwrap();
    assert_eq!(dump(&graph), before);
}

fn applying_twice_is_applying_once(place: &Place) {
    let old = titled("DND-S1", 1, "Cels");
    let graph = loaded(place, std::slice::from_ref(&old), 1);
    let changes = [
        show(&titled("DND-S1", 2, "Cells")),
        show(&titled("DND-S2", 1, "Fibres")),
    ];
    let mirror = Mirror::of([&old]);
    graph.apply(&changes, &mirror, 2).unwrap();
    let once = dump(&graph);
    let again = graph.apply(&changes, &mirror, 2).unwrap();
    assert_eq!(again, Applied::default());
    assert_eq!(dump(&graph), once);
}

fn the_last_of_several_changes_of_a_resource_counts(place: &Place) {
    let first = titled("DND-S1", 1, "One");
    let graph = loaded(place, std::slice::from_ref(&first), 1);
    let last = titled("DND-S1", 3, "Three");
    let changes = [
        show(&titled("DND-S1", 2, "Two")),
        hide("DND-S1"),
        show(&last),
    ];
    let applied = graph.apply(&changes, &Mirror::of([&first]), 2).unwrap();
    assert_eq!(
        applied,
        Applied {
            inserted: 1,
            removed: 1
        }
    );
    assert_eq!(record_lines(&graph), expected_lines([&last]));
}

fn a_record_verified_again_keeps_its_statements_and_asks_for_no_bytes(place: &Place) {
    let before = titled("DND-S1", 1, "Cells");
    let graph = loaded(place, std::slice::from_ref(&before), 1);
    let mut after = before.clone();
    after.verified_at = "2027-01-01T00:00:00Z".to_owned();
    let mirror = Mirror::default();
    graph.apply(&[show(&after)], &mirror, 2).unwrap();
    assert_eq!(record_lines(&graph), expected_lines([&after]));
    assert!(mirror.asked.borrow().is_empty());
}

fn without_its_bytes_a_version_is_found_in_the_store(place: &Place) {
    let ids = ["DND-S4", "DND-S42", "DND-S4-I1", "DND-S5"];
    let all = ids.map(|id| titled(id, 1, id));
    let graph = loaded(place, &all, 1);
    let terms_before = dump(&graph).lines().count() - record_lines(&graph).len();
    let mirror = Mirror::of([&all[1]]);
    let new = titled("DND-S5", 2, "Five");
    let changes = [hide("DND-S4"), show(&new), hide("DND-S42")];
    let applied = graph.apply(&changes, &mirror, 2).unwrap();
    assert_eq!(
        applied,
        Applied {
            inserted: 1,
            removed: 3
        }
    );
    assert_eq!(record_lines(&graph), expected_lines([&all[2], &new]));
    assert_eq!(
        dump(&graph).lines().count() - record_lines(&graph).len(),
        terms_before
    );
    assert_eq!(
        *mirror.asked.borrow(),
        ["DND-S4.1", "DND-S5.1", "DND-S42.1"]
    );
}

fn bytes_of_another_digest_are_not_trusted(place: &Place) {
    let study = titled("DND-S1", 1, "Cells");
    let graph = loaded(place, std::slice::from_ref(&study), 1);
    // the mirror says that version 1 is something else: taking that out would leave the title
    let mirror = Mirror::of([&titled("DND-S1", 1, "Fibres")]);
    graph.apply(&[hide("DND-S1")], &mirror, 2).unwrap();
    assert!(
        record_lines(&graph).is_empty(),
        "{:?}",
        record_lines(&graph)
    );
}

fn a_broken_mirror_changes_nothing_and_keeps_the_position(place: &Place) {
    let study = titled("DND-S1", 1, "Cells");
    let graph = loaded(place, std::slice::from_ref(&study), 1);
    let before = dump(&graph);
    let mut mirror = Mirror::of([&study]);
    mirror.is_broken = true;
    let changes = [show(&titled("DND-S2", 1, "Fibres")), hide("DND-S1")];
    let outcome = graph.apply(&changes, &mirror, 2).unwrap_err();
    assert!(matches!(outcome, GraphError::Bytes { .. }), "{outcome}");
    assert!(outcome.to_string().contains("DND-S1.1"), "{outcome}");
    assert_eq!(dump(&graph), before);
    assert_eq!(graph.position().unwrap(), Some(1));
    mirror.is_broken = false;
    graph.apply(&changes, &mirror, 2).unwrap();
    assert_eq!(graph.position().unwrap(), Some(2));
    assert_eq!(graph.records().unwrap(), 1);
}

fn numbers_that_the_store_writes_in_another_way_come_and_go(place: &Place) {
    let xsd = |local: &str| format!("http://www.w3.org/2001/XMLSchema#{local}");
    let typed = |text: &str, local: &str| Object::typed(text, xsd(local)).unwrap();
    let spelt = |numbers: &[(&str, &str)]| {
        let statements = numbers
            .iter()
            .map(|(text, datatype)| ("#n", schema_org::VALUE, typed(text, datatype)));
        record_of("DND-S1", statements.collect())
    };
    let odd = spelt(&[
        ("01", "integer"),
        ("1", "integer"),
        ("1", "int"),
        ("1.50", "decimal"),
        ("NaN", "double"),
        ("-0", "double"),
        ("0", "double"),
        ("2026-01-01T00:00:00.000+00:00", "dateTime"),
        ("true", "boolean"),
        ("1", "boolean"),
        ("no number", "integer"),
        ("99999999999999999999999", "integer"),
    ]);
    let plain = spelt(&[("1", "integer"), ("1.5", "decimal")]);
    let (odd, plain) = (shown("DND-S1", 1, odd), shown("DND-S1", 2, plain));
    let graph = loaded(place, std::slice::from_ref(&odd), 1);
    let with_odd = dump(&graph);
    let mirror = Mirror::of([&odd, &plain]);

    graph.apply(&[show(&plain)], &mirror, 2).unwrap();
    assert_eq!(record_lines(&graph), expected_lines([&plain]));
    graph.apply(&[show(&odd)], &mirror, 3).unwrap();
    assert_eq!(dump(&graph), with_odd);
    graph.apply(&[hide("DND-S1")], &mirror, 4).unwrap();
    assert!(
        record_lines(&graph).is_empty(),
        "{:?}",
        record_lines(&graph)
    );
}

fn catching_up_gives_the_same_dump_as_loading_anew(place: &Place) {
    let old = titled("DND-S1", 1, "Cels");
    let gone = titled("DND-S3", 1, "Gone");
    let graph = loaded(place, &[old.clone(), gone.clone()], 1);
    let new = titled("DND-S1", 2, "Cells");
    let statement = shown(
        "DND-N1",
        1,
        record_of(
            "DND-N1",
            vec![("", omma::TERM, Object::iri("http://a.example/x").unwrap())],
        ),
    );
    let changes = [show(&new), show(&statement), hide("DND-S3")];
    graph
        .apply(&changes, &Mirror::of([&old, &gone]), 2)
        .unwrap();
    let caught_up = dump(&graph);
    drop(graph);
    crate::graph::Graph::destroy(place).unwrap();
    let anew = loaded(place, &[statement, new], 2);
    assert_eq!(dump(&anew), caught_up);
}

fn the_position_moves_without_changes(place: &Place) {
    let graph = loaded(place, &[], 1);
    for position in [2, 10, u64::MAX] {
        graph.apply(&[], &Mirror::default(), position).unwrap();
        assert_eq!(graph.position().unwrap(), Some(position));
    }
}
