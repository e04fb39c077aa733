//! What a study is about as a whole follows from its biosamples and acquisitions, where it has any.

use super::report::Report;
use crate::study::{Study, TermRole, TermUse};

/// Completes the organisms and methods of the study, and says where the study's own list differs.
pub(super) fn derive(study: &mut Study, report: &mut Report) {
    let of_samples: Vec<TermUse> = study
        .biosamples
        .iter()
        .flat_map(|sample| &sample.terms)
        .filter(|used| used.role == TermRole::Organism)
        .cloned()
        .collect();
    let own: Vec<&TermUse> = study.organisms().collect();
    if let Some(message) = difference(&own, &of_samples, "organisms", "the biosamples") {
        report.warning("organisms", message);
    }
    add(&mut study.subjects, of_samples);

    let of_protocols: Vec<TermUse> = study
        .acquisitions
        .iter()
        .flat_map(|protocol| &protocol.methods)
        .filter(|used| used.role == TermRole::Method)
        .cloned()
        .collect();
    let own: Vec<&TermUse> = study.imaging_methods.iter().collect();
    if let Some(message) = difference(&own, &of_protocols, "imaging methods", "the acquisitions") {
        report.warning("imaging_methods", message);
    }
    add(&mut study.imaging_methods, of_protocols);
}

/// How two lists differ, where both have something.
fn difference(own: &[&TermUse], derived: &[TermUse], what: &str, whose: &str) -> Option<String> {
    let derived: Vec<&TermUse> = derived.iter().collect();
    if own.is_empty() || derived.is_empty() {
        return None;
    }
    let (only_own, only_derived) = (without(own, &derived), without(&derived, own));
    let said = |list: &[&str]| {
        if list.is_empty() {
            "nothing".to_owned()
        } else {
            list.join(", ")
        }
    };
    (!only_own.is_empty() || !only_derived.is_empty()).then(|| {
        format!("the {what} of the study and those of {whose} differ: only the study has {}, only {whose} have {}; all are kept", said(&only_own), said(&only_derived))
    })
}

/// What to call the uses of one list that the other does not have.
fn without<'a>(list: &[&'a TermUse], other: &[&TermUse]) -> Vec<&'a str> {
    let mut only: Vec<&str> = Vec::new();
    for used in list
        .iter()
        .filter(|used| !other.iter().any(|known| same(known, used)))
    {
        if !only.contains(&used.text()) {
            only.push(used.text());
        }
    }
    only
}

/// Adds what is not there yet, by term where there is one.
fn add(list: &mut Vec<TermUse>, more: Vec<TermUse>) {
    for used in more {
        if !list
            .iter()
            .any(|known| known.role == used.role && same(known, &used))
        {
            list.push(used);
        }
    }
}

fn same(one: &TermUse, other: &TermUse) -> bool {
    match (&one.iri, &other.iri) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.text() == other.text(),
        _ => false,
    }
}
