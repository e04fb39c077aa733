#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeSet, HashSet};
use std::fs;

use ontologies::{Ontology, Source, Term, Terms};

use proptest::prelude::*;

use super::footprint::Footprint;
use super::{changed_terms, list, load, terms};

const BASE: &str = "http://purl.obolibrary.org/obo/XX_";

fn iri(number: u32) -> String {
    format!("{BASE}{number:07}")
}

fn term(number: u32, parents: &[u32]) -> Term {
    Term {
        iri: iri(number),
        label: format!("term {number}"),
        synonyms: vec![format!("first {number}"), format!("second {number}")],
        parents: parents.iter().map(|parent| iri(*parent)).collect(),
        ..Term::default()
    }
}

/// 1 above 2 above 3 above 4; 5 stands beside 2, 6 by itself.
fn family() -> Vec<Term> {
    vec![
        term(1, &[]),
        term(2, &[1]),
        term(3, &[2]),
        term(4, &[3]),
        term(5, &[1]),
        term(6, &[]),
    ]
}

fn only(terms: Vec<Term>) -> Terms {
    Terms::only(vec![Ontology {
        source: Source {
            name: "XX".to_owned(),
            ..Source::default()
        },
        terms,
    }])
}

/// Which terms change where one of the family is made another.
fn changed_by(change: impl FnOnce(&mut Vec<Term>)) -> BTreeSet<u32> {
    let mut family_after = family();
    change(&mut family_after);
    numbers(&changed_terms(&only(family()), &only(family_after)))
}

fn numbers(iris: &HashSet<String>) -> BTreeSet<u32> {
    iris.iter()
        .map(|iri| iri.strip_prefix(BASE).unwrap().parse().unwrap())
        .collect()
}

#[test]
fn the_same_terms_in_another_order_are_no_change() {
    let changed = changed_by(|terms| {
        terms.reverse();
        terms.iter_mut().for_each(|term| term.synonyms.reverse());
    });
    assert_eq!(changed, BTreeSet::new());
}

#[test]
fn a_new_name_changes_the_term_and_not_what_is_below_it() {
    assert_eq!(
        changed_by(|terms| terms[1].label = "second".to_owned()),
        [2].into()
    );
    assert_eq!(
        changed_by(|terms| terms[1].synonyms.truncate(1)),
        [2].into()
    );
    assert_eq!(changed_by(|terms| terms[2].obsolete = true), [3].into());
    assert_eq!(
        changed_by(|terms| terms[5].replaced_by = Some(iri(1))),
        [6].into()
    );
}

#[test]
fn a_definition_is_in_no_index_of_documents() {
    let changed = changed_by(|terms| terms[1].definition = Some("the second".to_owned()));
    assert_eq!(changed, BTreeSet::new());
}

#[test]
fn a_changed_parent_changes_all_descendants() {
    assert_eq!(
        changed_by(|terms| terms[1].parents = vec![iri(6)]),
        [2, 3, 4].into()
    );
    assert_eq!(
        changed_by(|terms| terms[1].parents = Vec::new()),
        [2, 3, 4].into()
    );
    assert_eq!(
        changed_by(|terms| terms[5].part_of = vec![iri(1)]),
        [6].into()
    );
}

#[test]
fn what_moves_changes_those_that_it_leaves_and_those_that_it_joins() {
    // 4 comes out from below 3, and 6 comes below 3
    let changed = changed_by(|terms| {
        terms[3].parents = Vec::new();
        terms[5].parents = vec![iri(3)];
        terms[2].parents = vec![iri(5)];
    });
    assert_eq!(changed, [3, 4, 6].into());
}

#[test]
fn a_term_that_comes_or_goes_changes_what_is_below_it() {
    assert_eq!(
        changed_by(|terms| drop(terms.remove(1))),
        [2, 3, 4].into(),
        "what is below a term that is gone has lost what is above it"
    );
    let without: Vec<Term> = family().into_iter().skip(1).collect();
    assert_eq!(
        numbers(&changed_terms(&only(without), &only(family()))),
        [1, 2, 3, 4, 5].into(),
        "what named a parent that was not known has it now"
    );
}

#[test]
fn a_cycle_ends() {
    let changed = changed_by(|terms| terms[0].parents = vec![iri(4)]);
    assert_eq!(changed, [1, 2, 3, 4, 5].into());
}

const OBO: &str = "format-version: 1.2\nontology: xx\n\n[Term]\nid: XX:0000001\nname: term 1\n";

#[test]
fn loading_says_what_changed_and_has_the_terms_at_hand() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("ontologies");
    let file = place.path().join("release.obo");
    let before = terms(&folder).unwrap();

    fs::write(&file, OBO).unwrap();
    let loaded = load(&folder, std::slice::from_ref(&file), &before).unwrap();
    assert_eq!(numbers(&loaded.changed), [1].into());
    assert_eq!(loaded.terms.by_iri(&iri(1)).unwrap().label, "term 1");
    assert_eq!(loaded.listed[0].name, "XX");

    let again = load(&folder, std::slice::from_ref(&file), &loaded.terms).unwrap();
    assert_eq!(again.changed, HashSet::new());

    fs::write(&file, OBO.replace("name: term 1", "name: first")).unwrap();
    let renamed = load(&folder, &[file], &again.terms).unwrap();
    assert_eq!(numbers(&renamed.changed), [1].into());
    assert_eq!(
        terms(&folder).unwrap().by_iri(&iri(1)).unwrap().label,
        "first"
    );
    let own: Vec<String> = list(&folder)
        .unwrap()
        .into_iter()
        .filter(|listed| listed.file != "built in")
        .map(|listed| listed.name)
        .collect();
    assert_eq!(own, ["XX"]);
}

proptest! {
    #[test]
    fn a_footprint_sees_the_changes_that_the_terms_themselves_show(
        before in prop::collection::vec((1_u32..9, 0_u32..3, prop::collection::vec(1_u32..9, 0..3)), 0..9),
        after in prop::collection::vec((1_u32..9, 0_u32..3, prop::collection::vec(1_u32..9, 0..3)), 0..9),
    ) {
        let made = |terms: Vec<(u32, u32, Vec<u32>)>| {
            let mut known: BTreeSet<u32> = BTreeSet::new();
            let mut of = Vec::new();
            for (number, label, parents) in terms {
                if known.insert(number) {
                    of.push(Term { label: format!("label {label}"), ..term(number, &parents) });
                }
            }
            // a parent that nobody knows is one of no consequence, and only the terms themselves tell it from none
            for term in &mut of {
                term.parents.retain(|parent| known.iter().any(|number| iri(*number) == *parent));
            }
            only(of)
        };
        let (old, new) = (made(before), made(after));
        let bytes = Footprint::of(&old).to_bytes();
        let old_footprint = Footprint::read(&bytes, &Footprint::name_of(&bytes)).unwrap();
        let new_footprint = Footprint::of(&new);
        let change = old_footprint.change_to(&new_footprint, &new);
        prop_assert!(!change.is_of_everything());
        let seen: BTreeSet<u32> = (1..9).filter(|number| change.is_of(&iri(*number))).collect();
        prop_assert_eq!(seen, numbers(&changed_terms(&old, &new)));
    }
}
