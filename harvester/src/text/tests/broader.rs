//! What broader terms are called, looked for in an index that does not repeat it, beside reading every name of every document.

use std::collections::BTreeSet;

use ontologies::Terms;

use super::{Scene, Thing};
use crate::text::words::{stemmed, words};

/// A study with one term, and all names that it is to be found by, as stems.
struct Study {
    thing: Thing,
    names: Vec<Vec<String>>,
}

fn stems(text: &str) -> Vec<String> {
    let words = words(&mut stemmed(), text);
    let single = words.into_iter().filter(|word| word.parts == 1);
    single.map(|word| word.text).collect()
}

/// Studies of taxa, types of cell and imaging methods, a few dozen of what the ontologies have.
fn studies() -> Vec<Study> {
    let terms = Terms::builtin();
    let mut iris: Vec<&str> = ["/NCBITaxon_", "/CL_", "/FBbi_"]
        .iter()
        .flat_map(|vocabulary| {
            let of_vocabulary = terms.iter().filter(|term| term.iri.contains(vocabulary));
            let mut iris: Vec<&str> = of_vocabulary
                .filter(|term| !terms.ancestors(&term.iri).is_empty())
                .map(|term| term.iri.as_str())
                .collect();
            iris.sort_unstable();
            let step = iris.len().div_ceil(12).max(1);
            iris.into_iter().step_by(step)
        })
        .collect();
    iris.dedup();
    let study = |(serial, iri): (usize, &str)| {
        let is_method = iri.contains("/FBbi_");
        let facets = if is_method {
            terms.facets(iri)
        } else {
            Vec::new()
        };
        let above = terms.ancestors(iri).into_iter().chain(facets);
        let all: Vec<&ontologies::Term> = terms.by_iri(iri).into_iter().chain(above).collect();
        let project = terms.methods().synonyms();
        let project =
            project.filter(|(_, method)| is_method && all.iter().any(|term| term.iri == *method));
        let names = all
            .iter()
            .flat_map(|term| std::iter::once(&term.label).chain(&term.synonyms))
            .map(String::as_str)
            .chain(project.map(|(name, _)| name));
        let thing = Thing::new(&format!("DND-S{}", serial + 1), "Untitled");
        Study {
            names: names.map(stems).collect(),
            thing: if is_method {
                thing.method(iri)
            } else {
                thing.about(iri)
            },
        }
    };
    iris.into_iter().enumerate().map(study).collect()
}

fn expected(studies: &[Study], sought: &[String]) -> BTreeSet<String> {
    let has = |study: &&Study| {
        let mut names = study.names.iter();
        names.any(|name| name.windows(sought.len()).any(|part| part == sought))
    };
    let found = studies.iter().filter(has);
    found.map(|study| study.thing.id.to_string()).collect()
}

fn found(scene: &Scene, query: &str) -> BTreeSet<String> {
    let found = scene.found(&[("q", query), ("size", "100")]);
    found.into_iter().collect()
}

/// Names that can be asked for as they are: letters and single spaces, so that there is one way to read them.
fn is_plain(name: &str) -> bool {
    name.split(' ')
        .all(|word| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic()))
}

#[test]
fn every_name_of_every_broader_term_finds_what_is_below_it() {
    let studies = studies();
    assert!(studies.len() > 20, "{} studies", studies.len());
    let all: BTreeSet<String> = studies
        .iter()
        .map(|study| study.thing.id.to_string())
        .collect();
    let scene = Scene::empty();
    // in two commits, so that what the second brings is known as well
    let (first, second) = studies.split_at(studies.len() / 2);
    scene.load(
        &first
            .iter()
            .map(|study| study.thing.clone())
            .collect::<Vec<_>>(),
    );
    assert!(found(&scene, "organism").is_subset(&all));
    scene.apply(
        &second
            .iter()
            .map(|study| study.thing.comes())
            .collect::<Vec<_>>(),
    );
    let terms = Terms::builtin();
    let mut names: Vec<&str> = terms
        .iter()
        .flat_map(|term| std::iter::once(&term.label).chain(&term.synonyms))
        .map(String::as_str)
        .filter(|name| is_plain(name) && !expected(&studies, &stems(name)).is_empty())
        .collect();
    names.sort_unstable();
    names.dedup();
    assert!(names.len() > 50, "{} names", names.len());
    for name in names {
        let sought = stems(name);
        let expected = expected(&studies, &sought);
        assert_eq!(found(&scene, &format!("\"{name}\"")), expected, "{name}");
        // of several words only unquoted ones: a debug build of tantivy 0.27 takes an excluded phrase for its own fault
        if sought.len() == 1 {
            let others: BTreeSet<String> = all.difference(&expected).cloned().collect();
            assert_eq!(found(&scene, &format!("-{name}")), others, "-{name}");
        }
        if let [first, second] = sought.as_slice() {
            let reversed = [second.clone(), first.clone()];
            let words: Vec<&str> = name.split(' ').collect();
            let query = format!("\"{} {}\"", words[1], words[0]);
            assert_eq!(
                found(&scene, &query),
                self::expected(&studies, &reversed),
                "{query}"
            );
        }
    }
}

#[test]
fn broader_names_are_known_when_an_index_is_opened_again() {
    let Scene { folder, text, .. } = Scene::with(&[
        Thing::new("DND-S1", "One").about(super::MOUSE),
        Thing::new("DND-S2", "Two").about(super::YEAST),
    ]);
    drop(text);
    let text = super::open(folder.path()).unwrap();
    for (query, total) in [
        ("mammals", 1),
        ("-mammals", 1),
        ("Eukaryota", 2),
        ("\"cellular organisms\" -mammals", 1),
    ] {
        let request = super::request(&[("q", query)]).unwrap();
        let answer = text.search(&request, Terms::builtin()).unwrap();
        assert_eq!(answer.total, total, "{query}");
    }
    let matches = text.matches("mammals", 10, Terms::builtin()).unwrap();
    assert_eq!(matches.len(), 1);
}
