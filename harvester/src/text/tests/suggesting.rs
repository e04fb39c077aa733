//! Completions.

use ontologies::Terms;
use ontologies::schema::omma;

use super::{MOUSE, SPIM, Scene, Thing, YEAST};
use crate::text::{Suggestion, SuggestionKind};

fn scene() -> Scene {
    Scene::with(&[
        Thing::new("DND-S1", "Mitotic septins")
            .about(YEAST)
            .method(SPIM),
        Thing::new("DND-S2", "Müller cells in mice")
            .about(MOUSE)
            .method(SPIM),
        Thing::new("DND-S3", "Light on membranes")
            .text(&format!("{}geneSymbol", omma::NAMESPACE), "MUC1"),
        Thing::new("DND-S1-I1", "Mitotic image"),
    ])
}

fn suggest(scene: &Scene, prefix: &str) -> Vec<Suggestion> {
    scene.text.suggest(prefix, 10, Terms::builtin()).unwrap()
}

fn ids(suggestions: &[Suggestion]) -> Vec<&str> {
    suggestions
        .iter()
        .map(|suggestion| suggestion.id.as_str())
        .collect()
}

#[test]
fn terms_are_completed_by_label_and_synonym_where_documents_have_them() {
    let scene = scene();
    let found = suggest(&scene, "light sh");
    let spim = &found[0];
    assert_eq!(spim.kind, SuggestionKind::Term);
    assert_eq!(spim.count, Some(2));
    assert_eq!(spim.facet, Some("method"));
    assert!(ids(&found).contains(&"FBbi:00000369"), "{found:?}");
    assert_eq!(suggest(&scene, "Mus mus")[0].id, "NCBITaxon:10090");
    assert_eq!(suggest(&scene, "MUS MUS")[0].matched, None);
    // broader terms are completed too, with all that is below them
    let eukaryotes = suggest(&scene, "eukaryot");
    assert_eq!(eukaryotes[0].count, Some(2), "{eukaryotes:?}");
    // nobody has a rat
    assert!(suggest(&scene, "rattus norv").is_empty());
}

#[test]
fn genes_and_studies_are_completed() {
    let scene = scene();
    let found = suggest(&scene, "mu");
    assert!(
        found
            .iter()
            .any(|one| one.kind == SuggestionKind::Gene && one.id == "MUC1")
    );
    assert_eq!(ids(&suggest(&scene, "muller")), ["DND-S2"]);
    assert_eq!(ids(&suggest(&scene, "cells mul")), ["DND-S2"]);
    // images are not completed
    assert_eq!(ids(&suggest(&scene, "mitoti")), ["DND-S1"]);
    assert!(suggest(&scene, "?!").is_empty());
    assert!(
        scene
            .text
            .suggest(&"x".repeat(101), 10, Terms::builtin())
            .is_err()
    );
    assert_eq!(
        scene.text.suggest("m", 1, Terms::builtin()).unwrap().len(),
        1
    );
}

#[test]
fn completions_follow_changes() {
    let scene = scene();
    assert!(suggest(&scene, "homo sap").is_empty());
    scene.apply(&[Thing::new("DND-S4", "New").about(super::HUMAN).comes()]);
    assert_eq!(suggest(&scene, "homo sap")[0].count, Some(1));
    scene.apply(&[Thing::new("DND-S4", "New").goes()]);
    assert!(suggest(&scene, "homo sap").is_empty());
}
