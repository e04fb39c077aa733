//! What a study says, as texts that can be compared whatever their order in the source.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use node::study::{Person, Study, TermUse};

/// The facts of a study by their kind.
pub type Facts = BTreeMap<&'static str, BTreeSet<String>>;

/// All that an RO-Crate can say of a study. Where an order has a meaning, it is in the text.
pub fn facts(study: &Study) -> Facts {
    let samples = study.biosamples.iter().map(|sample| {
        let terms: BTreeSet<String> = sample.terms.iter().map(named).collect();
        format!(
            "{:?} {:?} {:?} {terms:?} {:?}",
            sample.title, sample.description, sample.sex, sample.additional
        )
    });
    let protocols = study.acquisitions.iter().map(|one| {
        let methods: BTreeSet<String> = one.methods.iter().map(named).collect();
        format!(
            "{:?} {:?} {methods:?} {:?} {:?}",
            one.title, one.description, one.instrument, one.additional
        )
    });
    let authors: Vec<Person> = study.authors.iter().map(in_any_order).collect();
    let components = study
        .components
        .iter()
        .map(|one| format!("{:?} {:?}", one.title, one.description));
    let pairs = [
        ("title", one(&study.title)),
        ("description", one(&study.description)),
        ("date", one(&study.release_date)),
        ("licence", one(&study.licence)),
        ("authors", one(&authors)),
        ("publisher", one(&study.publisher)),
        ("keywords", study.keywords.iter().cloned().collect()),
        ("funding", each(&study.funding)),
        ("articles", each(&study.publications)),
        ("related", each(&study.related)),
        ("pictures", each(&study.thumbnails)),
        ("access", one(&study.access_level)),
        ("bytes", one(&study.stated_bytes)),
        ("files", one(&study.stated_files)),
        ("data at", one(&study.data_at)),
        ("identifier", one(&study.source.identifier)),
        ("address", one(&study.source.iri)),
        ("subjects", study.subjects.iter().map(named).collect()),
        ("methods", study.imaging_methods.iter().map(named).collect()),
        ("biosamples", samples.collect()),
        ("protocols", protocols.collect()),
        ("components", components.collect()),
        ("missing", study.missing.iter().cloned().collect()),
        ("further", each(&study.additional)),
    ];
    pairs.into_iter().collect()
}

/// A term by its IRI, and the word that was submitted for it: as a label, or in the place of an identifier.
fn named(used: &TermUse) -> String {
    let is_word = !used.given.contains([':', '/', '#', '_']);
    let word = used.label.as_ref().or(is_word.then_some(&used.given));
    match &used.iri {
        Some(iri) => format!("{iri} {word:?}"),
        None => used.text().to_owned(),
    }
}

/// A person works in several places in no order that a record keeps.
fn in_any_order(person: &Person) -> Person {
    let mut person = person.clone();
    person.affiliations.sort_by_key(|one| format!("{one:?}"));
    person
}

fn one(value: &impl Debug) -> BTreeSet<String> {
    BTreeSet::from([format!("{value:?}")])
}

fn each(values: &[impl Debug]) -> BTreeSet<String> {
    values.iter().map(|value| format!("{value:?}")).collect()
}
