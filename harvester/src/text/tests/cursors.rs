//! Going through everything while the index changes.

use std::collections::BTreeSet;

use super::{Scene, Thing, YEAST};
use crate::text::SearchError;

fn study(serial: u64) -> Thing {
    Thing::new(&format!("DND-S{serial}"), &format!("Study number {serial}"))
}

/// One answer: the accessions, and the cursor of the next.
fn step(scene: &Scene, cursor: &str, more: &[(&str, &str)]) -> (Vec<String>, Option<String>) {
    let mut parameters = vec![("cursor", cursor), ("size", "7")];
    parameters.extend_from_slice(more);
    let answer = scene.search(&parameters).unwrap();
    assert_eq!(answer.page, None);
    let ids = answer.hits.into_iter().map(|hit| hit.id).collect();
    (ids, answer.cursor)
}

#[test]
fn nothing_is_given_twice_or_left_out_while_the_index_changes() {
    let scene = Scene::empty();
    // serials from the end, so that what comes later has the smaller accession
    scene.load(&(51..=100).rev().map(study).collect::<Vec<_>>());
    let mut given: Vec<String> = Vec::new();
    let mut came: BTreeSet<String> = BTreeSet::new();
    let mut gone: BTreeSet<String> = BTreeSet::new();
    let mut cursor = Some("*".to_owned());
    let mut round = 0;
    while let Some(at) = cursor {
        let (ids, next) = step(&scene, &at, &[]);
        given.extend(ids);
        cursor = next;
        round += 1;
        if cursor.is_some() && round <= 10 {
            came.insert(format!("DND-S{round}"));
            // one comes, one is revised that was given, one that was not, and one goes that was not
            let not_given = |serial: &u64| {
                let id = format!("DND-S{serial}");
                !given.contains(&id) && !gone.contains(&id)
            };
            let waiting: Vec<u64> = (51..=100).filter(not_given).collect();
            let revise = |serial: u64| study(serial).about(YEAST).comes();
            let mut changes = vec![study(round).comes(), revise(100)];
            changes.extend(waiting.get(5).map(|serial| revise(*serial)));
            if let Some(serial) = waiting.first() {
                changes.push(study(*serial).goes());
                gone.insert(format!("DND-S{serial}"));
            }
            scene.apply(&changes);
        }
    }
    let unique: BTreeSet<String> = given.iter().cloned().collect();
    assert_eq!(unique.len(), given.len(), "given twice: {given:?}");
    assert!(came.len() >= 6 && gone.len() >= 5, "{came:?} {gone:?}");
    let expected: BTreeSet<String> = (51..=100)
        .map(|serial| format!("DND-S{serial}"))
        .chain(came)
        .filter(|id| !gone.contains(id))
        .collect();
    assert_eq!(unique, expected);
}

#[test]
fn a_cursor_keeps_to_its_search() {
    let scene = Scene::empty();
    let things: Vec<Thing> = (1..=30)
        .map(|serial| {
            let study = study(serial);
            if serial % 2 == 0 {
                study.about(YEAST)
            } else {
                study
            }
        })
        .collect();
    scene.load(&things);
    let filter = [("organism", "NCBITaxon:4896")];
    let (first, cursor) = step(&scene, "*", &filter);
    let cursor = cursor.unwrap();
    let (second, last) = step(&scene, &cursor, &filter);
    let (third, end) = step(&scene, &last.unwrap(), &filter);
    assert_eq!((first.len(), second.len(), third.len()), (7, 7, 1));
    assert_eq!(end, None);
    let all: BTreeSet<String> = [first, second, third].concat().into_iter().collect();
    assert_eq!(all.len(), 15);
    let elsewhere = scene.search(&[("cursor", &cursor)]);
    assert!(matches!(elsewhere, Err(SearchError::CursorElsewhere)));
    // another size or form is the same search
    assert!(
        scene
            .search(&[
                filter[0],
                ("cursor", &cursor),
                ("size", "3"),
                ("format", "csv")
            ])
            .is_ok()
    );
}

#[test]
fn a_cursor_does_not_outlive_a_load() {
    let scene = Scene::with(&(1..=20).map(study).collect::<Vec<_>>());
    let (_, cursor) = step(&scene, "*", &[]);
    scene.load(&(1..=20).map(study).collect::<Vec<_>>());
    let outlived = scene.search(&[("cursor", &cursor.unwrap())]);
    assert!(matches!(outlived, Err(SearchError::CursorOutlived)));
}

#[test]
fn an_empty_index_has_an_empty_answer() {
    let scene = Scene::empty();
    assert_eq!(step(&scene, "*", &[]), (Vec::new(), None));
    let answer = scene.search(&[("facets", "organism,year")]).unwrap();
    assert_eq!(answer.total, 0);
}
