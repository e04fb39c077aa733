//! What stands beside a list of studies, to narrow it: the values that its studies have, and how many have each.

use ::web::page::licence;
use ::web::words;
use ontologies::Terms;

use super::asked::Question;
use crate::database::Connection;
use crate::database::browse::{self, Counted, FacetKind};
use crate::serve::error::ServeError;

/// Values that are shown at once, and with those that are folded away.
const FIRST: usize = 8;
const MOST: usize = 100;

/// A facet beside the list.
pub(super) struct Facet {
    pub title: &'static str,
    pub first: Vec<Value>,
    pub rest: Vec<Value>,
    pub left_out: usize,
}

/// A value of it.
pub(super) struct Value {
    pub label: String,
    pub count: String,
    /// The list narrowed by it, or without it where it is narrowed by it.
    pub href: String,
    pub is_chosen: bool,
}

/// The facets of a list, those that have a value.
///
/// # Errors
/// When a query fails.
pub(super) fn facets(
    connection: &mut Connection,
    question: &Question,
    here: &str,
) -> Result<Vec<Facet>, ServeError> {
    let mut facets = Vec::new();
    for kind in FacetKind::ALL {
        // counted without the facet's own value, so that another can be taken in its place
        let others = question.without(kind);
        let mut found = browse::values(connection, &others.wanted, kind)?;
        if kind == FacetKind::Year {
            found.sort_by(|one, other| other.value.cmp(&one.value));
        }
        if !found.is_empty() {
            facets.push(facet(question, kind, &found, here));
        }
    }
    Ok(facets)
}

fn facet(question: &Question, kind: FacetKind, found: &[Counted], here: &str) -> Facet {
    let value = |counted: &Counted| {
        let is_chosen = question.has(kind, &counted.value);
        let towards = if is_chosen {
            question.without(kind)
        } else {
            question.with(kind, &counted.value)
        };
        Value {
            label: label(kind, &counted.value, &counted.label),
            count: words::number(counted.studies),
            href: format!("{here}{}", towards.address(1)),
            is_chosen,
        }
    };
    Facet {
        title: title(kind),
        first: found.iter().take(FIRST).map(value).collect(),
        rest: found
            .iter()
            .skip(FIRST)
            .take(MOST - FIRST)
            .map(value)
            .collect(),
        left_out: found.len().saturating_sub(MOST),
    }
}

/// What a facet is called.
pub(super) fn title(kind: FacetKind) -> &'static str {
    match kind {
        FacetKind::Organism => "Organism",
        FacetKind::Method => "Imaging method",
        FacetKind::Licence => "Licence",
        FacetKind::Year => "Year of release",
        FacetKind::Holding => "Where the data are",
    }
}

/// What a value is called: by its ontology where it is a term, else by what a source calls it.
pub(super) fn label(kind: FacetKind, value: &str, given: &str) -> String {
    match kind {
        FacetKind::Organism | FacetKind::Method => Terms::builtin()
            .by_iri(value)
            .map(|term| term.label.clone())
            .filter(|label| !label.is_empty())
            .unwrap_or_else(|| given.to_owned()),
        FacetKind::Licence => licence(value).name.text,
        FacetKind::Year => value.to_owned(),
        FacetKind::Holding => match value {
            "held" => "here, to download".to_owned(),
            "catalogued" => "elsewhere".to_owned(),
            other => other.to_owned(),
        },
    }
}
