//! By what a study is found in the node's own list: its words, and the values of its facets.

use std::collections::BTreeMap;

use crate::database::browse::{self, FacetKind, FacetRow};
use crate::database::{Connection, DatabaseError};
use crate::study::{Person, Study, TermRole, TermUse};

/// Makes known by what a study is found. One whose description was erased is found by its accession alone.
pub(super) fn set(
    connection: &mut Connection,
    id: &str,
    study: Option<&Study>,
    issued: &str,
) -> Result<(), DatabaseError> {
    let facets = study.map(|study| facets(id, study, issued));
    browse::set(
        connection,
        id,
        &text(id, study),
        &facets.unwrap_or_default(),
    )
}

/// Everything that somebody may look for, a line each, in lower case.
fn text(id: &str, study: Option<&Study>) -> String {
    let mut lines = vec![id];
    if let Some(study) = study {
        lines.push(&study.source.identifier);
        lines.extend(study.source.same_as.iter().map(String::as_str));
        lines.extend(study.title.as_deref());
        lines.extend(study.description.as_deref());
        lines.extend(study.keywords.iter().map(String::as_str));
        lines.extend(study.authors.iter().flat_map(names));
        let all_terms = study.subjects.iter().chain(&study.imaging_methods);
        lines.extend(all_terms.flat_map(words));
        for article in &study.publications {
            lines.extend(article.title.as_deref());
            lines.extend(article.doi.as_deref());
            lines.extend(article.pmid.as_deref());
        }
    }
    // line feeds in a text are blanks to a reader who looks for words
    lines.join("\n").to_lowercase()
}

fn names(person: &Person) -> impl Iterator<Item = &str> {
    let all = [
        &person.name,
        &person.given_name,
        &person.family_name,
        &person.orcid,
    ];
    all.into_iter().filter_map(|name| name.as_deref())
}

fn words(term: &TermUse) -> impl Iterator<Item = &str> {
    [Some(term.given.as_str()), term.label.as_deref()]
        .into_iter()
        .flatten()
}

fn facets(id: &str, study: &Study, issued: &str) -> Vec<FacetRow> {
    let mut found: BTreeMap<(FacetKind, String), String> = BTreeMap::new();
    let mut add = |kind, value: &str, label: &str| {
        found
            .entry((kind, value.to_owned()))
            .or_insert_with(|| label.to_owned());
    };
    let organisms = study
        .subjects
        .iter()
        .filter(|term| term.role == TermRole::Organism);
    for term in organisms {
        add(FacetKind::Organism, value(term), term.text());
    }
    for term in &study.imaging_methods {
        add(FacetKind::Method, value(term), term.text());
    }
    if let Some(licence) = &study.licence {
        add(FacetKind::Licence, licence, licence);
    }
    let date = study.release_date.as_deref().unwrap_or(issued);
    if let Some(year) = date
        .get(..4)
        .filter(|year| year.bytes().all(|byte| byte.is_ascii_digit()))
    {
        add(FacetKind::Year, year, year);
    }
    let holding = if study.is_catalogued() {
        "catalogued"
    } else {
        "held"
    };
    add(FacetKind::Holding, holding, holding);
    let row = |((kind, value), label): ((FacetKind, String), String)| FacetRow {
        study: id.to_owned(),
        kind: kind.name().to_owned(),
        value,
        label,
    };
    found.into_iter().map(row).collect()
}

/// What a term is counted under: its IRI, else what the source gave.
fn value(term: &TermUse) -> &str {
    term.iri.as_deref().unwrap_or(&term.given)
}
