//! Changes are there at once, what goes is gone at once, and applying twice is applying once.

use std::collections::HashSet;

use ontologies::schema::dct;
use ontologies::{Ontology, Source, Term, Terms};
use protocol::identifier::Accession;

use super::{CONFOCAL, MOUSE, SPINNING_DISK, Scene, Thing, YEAST};

#[test]
fn a_withdrawn_study_is_gone_at_once() {
    let one = Thing::new("DND-S1", "Septin rings").about(YEAST);
    let two = Thing::new("DND-S2", "Septin filaments").about(YEAST);
    let scene = Scene::with(&[one.clone(), two.clone()]);
    assert_eq!(scene.find("septin").len(), 2);
    scene.apply(&[one.goes()]);
    assert_eq!(scene.find("septin"), ["DND-S2"]);
    assert_eq!(scene.find("DND-S1"), Vec::<String>::new());
    let answer = scene.search(&[("facets", "organism,kind")]).unwrap();
    assert_eq!(answer.total, 1);
    assert!(
        answer
            .facets
            .iter()
            .all(|(_, values)| values.iter().all(|value| value.count == 1))
    );
    scene.apply(&[two.goes()]);
    let answer = scene.search(&[("facets", "organism")]).unwrap();
    assert_eq!((answer.total, answer.facets[0].1.len()), (0, 0));
    // and comes back
    scene.apply(&[one.comes()]);
    assert_eq!(scene.find("septin"), ["DND-S1"]);
}

#[test]
fn a_new_version_takes_the_place_of_the_old_one() {
    let scene = Scene::with(&[Thing::new("DND-S1", "Septin rings").about(YEAST)]);
    let revised = Thing::new("DND-S1", "Actin cables").about(MOUSE);
    scene.apply(&[revised.comes()]);
    assert_eq!(scene.find("septin"), Vec::<String>::new());
    assert_eq!(scene.find("actin"), ["DND-S1"]);
    assert_eq!(
        scene.found(&[("organism", "NCBITaxon:4896")]),
        Vec::<String>::new()
    );
    // of several changes of one resource the last counts, and twice is as once
    let changes = [
        revised.goes(),
        Thing::new("DND-S1", "Tubulin").comes(),
        revised.comes(),
    ];
    scene.apply(&changes);
    scene.apply(&changes);
    assert_eq!(scene.search(&[]).unwrap().total, 1);
    assert_eq!(scene.find("actin"), ["DND-S1"]);
}

#[test]
fn the_position_is_that_of_the_last_commit_also_after_opening_again() {
    let scene = Scene::empty();
    let terms = Terms::builtin();
    assert_eq!(scene.text.position(), None);
    let one = Thing::new("DND-S1", "Septin rings");
    scene
        .text
        .load(std::iter::once(Ok(one.shown())), terms, 41)
        .unwrap();
    assert_eq!(scene.text.position(), Some(41));
    scene.text.apply(&[], terms, 42).unwrap();
    let Scene { folder, text, .. } = scene;
    drop(text);
    let text = super::open(folder.path()).unwrap();
    assert_eq!(text.position(), Some(42));
    let request = super::request(&[("q", "septin"), ("facets", "kind")]).unwrap();
    assert_eq!(text.search(&request, terms).unwrap().total, 1);
}

#[test]
fn a_load_replaces_everything_and_a_failed_one_nothing() {
    let scene = Scene::with(&[Thing::new("DND-S1", "Septin rings")]);
    let terms = Terms::builtin();
    let broken = [
        Ok(Thing::new("DND-S2", "Actin").shown()),
        Err(anyhow::anyhow!("the mirror cannot be read")),
    ];
    let error = scene.text.load(broken.into_iter(), terms, 9).unwrap_err();
    assert!(error.to_string().contains("could not be read"), "{error}");
    assert_eq!(scene.text.position(), Some(1));
    assert_eq!(scene.find(""), ["DND-S1"]);
    scene.load(&[Thing::new("DND-S3", "Tubulin")]);
    assert_eq!(scene.find(""), ["DND-S3"]);
}

#[test]
fn records_of_other_kinds_are_passed_over() {
    let scene = Scene::empty();
    let study = Thing::new("DND-S1", "A study");
    let annotation = Thing::new("DND-S1-A1", "An annotation").text(dct::RELATION, "x");
    let shown = [&study, &annotation].map(|thing| Ok(thing.shown()));
    let loaded = scene
        .text
        .load(shown.into_iter(), Terms::builtin(), 1)
        .unwrap();
    assert_eq!(loaded, 1);
    scene.apply(&[annotation.comes()]);
    assert_eq!(scene.find(""), ["DND-S1"]);
}

#[test]
fn documents_of_a_term_are_named_and_follow_a_changed_ontology() {
    let things = [
        Thing::new("DND-S1", "One").method(SPINNING_DISK),
        Thing::new("DND-S2", "Two").method(CONFOCAL),
        Thing::new("DND-S3", "Three").about(MOUSE),
    ];
    let scene = Scene::with(&things);
    let ids = |iri: &str| -> Vec<String> {
        let iris = HashSet::from([iri.to_owned()]);
        let found: Vec<Accession> = scene.text.ids_with_terms(&iris).unwrap();
        found.iter().map(ToString::to_string).collect()
    };
    assert_eq!(ids(SPINNING_DISK), ["DND-S1"]);
    assert_eq!(ids(CONFOCAL), ["DND-S1", "DND-S2"]);
    assert_eq!(ids(YEAST), Vec::<String>::new());
    // the term gets another name and another parent
    let own = "http://purl.obolibrary.org/obo/FBbi_99999999";
    let term = |iri: &str, label: &str, parents: &[&str]| Term {
        iri: iri.to_owned(),
        label: label.to_owned(),
        parents: parents.iter().map(|iri| (*iri).to_owned()).collect(),
        ..Term::default()
    };
    let terms = Terms::only(vec![Ontology {
        source: Source::default(),
        terms: vec![
            term(own, "whirling imaging", &[]),
            term(SPINNING_DISK, "Nipkow imaging", &[own]),
        ],
    }]);
    let changes = [things[0].comes()];
    scene.text.apply(&changes, &terms, 2).unwrap();
    assert_eq!(ids(own), ["DND-S1"]);
    let request = super::request(&[("q", "nipkow whirling"), ("method", "FBbi:99999999")]).unwrap();
    let answer = scene.text.search(&request, &terms).unwrap();
    assert_eq!(answer.hits[0].id, "DND-S1");
    assert_eq!(answer.hits[0].method[0].label, "Nipkow imaging");
}
