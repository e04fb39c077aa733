//! How many studies and images have a term.

use ontologies::Terms;
use ontologies::schema::dct;

use super::{CONFOCAL, HUMAN, MOUSE, SPINNING_DISK, Scene, Thing, YEAST};
use crate::text::OfKinds;

const MAMMALIA: &str = "http://purl.obolibrary.org/obo/NCBITaxon_40674";

fn counted(scene: &Scene, iri: &str) -> [(u64, u64); 2] {
    [false, true].map(|or_narrower| {
        let found = scene
            .text
            .count_with_term(iri, or_narrower, Terms::builtin());
        let OfKinds { studies, images } = found.unwrap();
        (studies, images)
    })
}

#[test]
fn a_term_is_counted_by_itself_and_with_what_is_below_it() {
    let scene = Scene::with(&[
        Thing::new("DND-S1", "Both").about(MOUSE).about(HUMAN),
        Thing::new("DND-S2", "A mouse").about(MOUSE),
        Thing::new("DND-S2-I1", "Its image").about(MOUSE),
        Thing::new("DND-S3", "Neither").about(YEAST),
    ]);
    assert_eq!(counted(&scene, MOUSE), [(2, 1), (2, 1)]);
    assert_eq!(counted(&scene, HUMAN), [(1, 0), (1, 0)]);
    // a study with two mammals is one study
    assert_eq!(counted(&scene, MAMMALIA), [(0, 0), (2, 1)]);
    assert_eq!(counted(&scene, SPINNING_DISK), [(0, 0), (0, 0)]);
}

#[test]
fn what_is_shown_no_more_is_not_counted() {
    let gone = Thing::new("DND-S1", "A mouse").about(MOUSE);
    let scene = Scene::with(&[gone.clone(), Thing::new("DND-S2", "Another").about(MOUSE)]);
    scene.apply(&[
        gone.goes(),
        Thing::new("DND-S3", "A third").about(HUMAN).comes(),
    ]);
    assert_eq!(counted(&scene, MOUSE), [(1, 0), (1, 0)]);
    assert_eq!(counted(&scene, MAMMALIA), [(0, 0), (2, 0)]);
}

#[test]
fn a_facet_of_methods_counts_what_falls_under_it() {
    let scene = Scene::with(&[
        Thing::new("DND-S1", "A disk").method(SPINNING_DISK),
        Thing::new("DND-S2", "Confocal").method(CONFOCAL),
        Thing::new("DND-S3", "A mouse").about(MOUSE),
    ]);
    let facets = Terms::builtin().facets(SPINNING_DISK);
    let nearest = &facets.first().unwrap().iri;
    assert_eq!(counted(&scene, nearest), [(0, 0), (2, 0)], "{nearest}");
}

/// What kind of study it is has no facet, and what is above it in the ontology counts all the same.
#[test]
fn terms_in_no_facet_are_counted_as_well() {
    let terms = Terms::builtin();
    let scene = Scene::with(&[
        Thing::new("DND-S1", "As a type").link(dct::TYPE, MOUSE),
        Thing::new("DND-S2", "As a subject").about(HUMAN),
        Thing::new("DND-S3", "As a type of a type").link(dct::TYPE, MAMMALIA),
    ]);
    assert_eq!(counted(&scene, MOUSE), [(1, 0), (1, 0)]);
    assert_eq!(counted(&scene, MAMMALIA), [(1, 0), (3, 0)]);
    let above = terms.ancestors(MAMMALIA);
    let root = &above.last().unwrap().iri;
    assert_eq!(counted(&scene, root), [(0, 0), (3, 0)], "{root}");
}
