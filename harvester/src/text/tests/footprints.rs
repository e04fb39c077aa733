//! Terms that change while nobody looks: which documents are made again, and that none is forgotten.

use ontologies::{Ontology, Source, Term, Terms};

use super::{CONFOCAL, HUMAN, MOUSE, SPINNING_DISK, Scene, Thing, YEAST, open, request};
use crate::projection::Change;

const RODENT: &str = "http://purl.obolibrary.org/obo/NCBITaxon_9989";

fn term(iri: &str, label: &str, parents: &[&str]) -> Term {
    Term {
        iri: iri.to_owned(),
        label: label.to_owned(),
        parents: parents.iter().map(|iri| (*iri).to_owned()).collect(),
        ..Term::default()
    }
}

fn only(terms: Vec<Term>) -> Terms {
    Terms::only(vec![Ontology {
        source: Source::default(),
        terms,
    }])
}

/// What the index is made with at first.
fn first() -> Vec<Term> {
    vec![
        term(MOUSE, "mouse", &[RODENT]),
        term(RODENT, "rodent", &[]),
        term(YEAST, "fission yeast", &[]),
        term(SPINNING_DISK, "spinning disk", &[CONFOCAL]),
        term(CONFOCAL, "confocal", &[]),
    ]
}

fn things() -> [Thing; 4] {
    [
        Thing::new("DND-S1", "One").about(MOUSE),
        Thing::new("DND-S2", "Two").about(YEAST),
        Thing::new("DND-S3", "Three").method(SPINNING_DISK),
        // a term that nobody knows yet
        Thing::new("DND-S4", "Four").about(HUMAN),
    ]
}

fn scene() -> Scene {
    let scene = Scene::empty();
    let shown = things().into_iter().map(|thing| Ok(thing.shown()));
    scene.text.load(shown, &only(first()), 1).unwrap();
    scene
}

/// Closed and opened again, as by the next process.
fn reopened(scene: Scene) -> Scene {
    let Scene { folder, text, .. } = scene;
    drop(text);
    Scene {
        text: open(folder.path()).unwrap(),
        folder,
        position: std::cell::Cell::new(1),
    }
}

/// The accessions that have to be made again; none where the index has these terms.
fn begun(scene: &Scene, terms: &Terms) -> Option<Vec<String>> {
    let outdated = scene.text.begin_terms(terms).unwrap()?;
    Some(outdated.ids.iter().map(ToString::to_string).collect())
}

/// Makes again what has to be; gives what that was.
fn brought(scene: &Scene, terms: &Terms) -> Vec<String> {
    let outdated = scene.text.begin_terms(terms).unwrap().unwrap();
    let changes: Vec<Change> = things()
        .iter()
        .filter(|thing| outdated.ids.contains(&thing.id))
        .map(Thing::comes)
        .collect();
    scene.text.apply(&changes, terms, 1).unwrap();
    scene.text.end_terms(&outdated).unwrap();
    outdated.ids.iter().map(ToString::to_string).collect()
}

fn found(scene: &Scene, words: &str, terms: &Terms) -> Vec<String> {
    let request = request(&[("q", words)]).unwrap();
    let answer = scene.text.search(&request, terms).unwrap();
    answer.hits.into_iter().map(|hit| hit.id).collect()
}

#[test]
fn the_terms_that_an_index_was_made_with_are_no_change_also_in_another_order() {
    let scene = reopened(scene());
    let mut terms = first();
    terms.reverse();
    assert_eq!(begun(&scene, &only(terms)), None);
    assert_eq!(begun(&scene, &only(first())), None);
}

#[test]
fn another_process_makes_again_what_is_changed_and_nothing_else() {
    type Version = fn(&mut Vec<Term>);
    // none: the index has these terms; no document: what is broader is called at the question
    let versions: [(&str, Version, Option<&[&str]>); 7] = [
        (
            "a name",
            |terms| terms[0].label = "house mouse".into(),
            Some(&["DND-S1"]),
        ),
        (
            "a name above",
            |terms| terms[4].label = "pinhole".into(),
            Some(&[]),
        ),
        (
            "a parent that goes",
            |terms| terms[3].parents.clear(),
            Some(&["DND-S3"]),
        ),
        (
            "a term above that goes",
            |terms| drop(terms.remove(1)),
            Some(&["DND-S1"]),
        ),
        (
            "a parent further above",
            |terms| terms[1].parents.push(YEAST.into()),
            Some(&["DND-S1"]),
        ),
        (
            "a term that comes",
            |terms| terms.push(term(HUMAN, "human", &[])),
            Some(&["DND-S4"]),
        ),
        (
            "a definition",
            |terms| terms[0].definition = Some("a small rodent".into()),
            None,
        ),
    ];
    let scene = scene();
    let mut scene = reopened(scene);
    for (what, change, expected) in versions {
        let mut terms = first();
        change(&mut terms);
        let terms = only(terms);
        let Some(expected) = expected else {
            assert_eq!(begun(&scene, &terms), None, "{what}");
            continue;
        };
        assert_eq!(brought(&scene, &terms), expected, "{what}");
        assert_eq!(begun(&scene, &terms), None, "{what}");
        scene = reopened(scene);
        assert_eq!(begun(&scene, &terms), None, "{what}");
        let is_called_so = found(&scene, "pinhole", &terms) == ["DND-S3"];
        assert_eq!(is_called_so, what == "a name above", "{what}");
        // and back
        assert_eq!(brought(&scene, &only(first())), expected, "{what}");
    }
}

#[test]
fn what_was_interrupted_is_begun_again_also_when_it_goes_back() {
    let scene = reopened(scene());
    let mut renamed = first();
    renamed[0].label = "house mouse".to_owned();
    let renamed = only(renamed);
    assert_eq!(begun(&scene, &renamed).unwrap(), ["DND-S1"]);
    scene
        .text
        .apply(&[things()[0].comes()], &renamed, 1)
        .unwrap();
    // the process dies before it says that all is done
    let scene = reopened(scene);
    assert_eq!(begun(&scene, &renamed).unwrap(), ["DND-S1"]);
    // the operator takes the file away again: what was made with it is made again as it was
    let scene = reopened(scene);
    assert_eq!(brought(&scene, &only(first())), ["DND-S1"]);
    assert_eq!(found(&scene, "house", &only(first())), Vec::<String>::new());
    assert_eq!(found(&scene, "mouse", &only(first())), ["DND-S1"]);
}

#[test]
fn an_index_that_does_not_know_its_terms_is_made_again_whole() {
    let all = ["DND-S1", "DND-S2", "DND-S3", "DND-S4"];
    // the file is lost, or garbled
    let lose: fn(&std::path::Path) = |file| std::fs::remove_file(file).unwrap();
    let garble: fn(&std::path::Path) = |file| {
        let mut bytes = std::fs::read(file).unwrap();
        bytes[50] ^= 1;
        std::fs::write(file, bytes).unwrap();
    };
    for spoil in [lose, garble] {
        let scene = scene();
        for file in std::fs::read_dir(scene.folder.path().join("text")).unwrap() {
            let file = file.unwrap().path();
            let name = file.file_name().unwrap().to_str().unwrap();
            if name.starts_with("ommatidia-terms-") {
                spoil(&file);
            }
        }
        let mut terms = first();
        terms[2].label = "yeast".to_owned();
        let terms = only(terms);
        let scene = reopened(scene);
        assert_eq!(begun(&scene, &terms).unwrap(), all);
        assert_eq!(brought(&scene, &terms), all);
        assert_eq!(begun(&reopened(scene), &terms), None);
    }
}

#[test]
fn ontologies_that_change_faster_than_documents_are_made_leave_nothing_behind() {
    let scene = scene();
    let version = |number: usize| {
        let mut terms = first();
        terms[0].label = format!("mouse {number}");
        only(terms)
    };
    for number in 0..9 {
        assert!(
            begun(&scene, &version(number))
                .unwrap()
                .contains(&"DND-S1".to_owned())
        );
    }
    brought(&scene, &version(9));
    assert_eq!(begun(&scene, &version(9)), None);
    assert_eq!(found(&scene, "mouse", &version(9)), ["DND-S1"]);
}
