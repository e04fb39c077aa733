//! Terms with what was submitted for them.

use std::collections::HashSet;

use ontologies::schema::omma;

use super::facts::Node;

/// A term: what a thing is about or was made with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Term {
    /// What it stands for, as the record writes it: `organism`, `method`, `cell-type`, `cell-line`, `tissue`, `disease`,
    /// `process`, `preparation`, `subject`.
    pub role: String,
    /// Its canonical IRI; absent for what is only text.
    pub iri: Option<String>,
    /// What to call it: the label as submitted, or one that [`super::StudyView::name_terms`] found.
    pub label: Option<String>,
    /// The identifier as submitted, where it is not the IRI.
    pub submitted: Option<String>,
}

impl Term {
    /// What to call it where only text will do: its label, else the shortest identifier that it has.
    pub fn text(&self) -> String {
        let short = || {
            let iri = self.iri.as_deref()?;
            Some(match ontologies::curie::compact(iri) {
                Some((prefix, local)) => format!("{prefix}:{local}"),
                None => iri.to_owned(),
            })
        };
        self.label
            .clone()
            .or_else(short)
            .or_else(|| self.submitted.clone())
            .unwrap_or_default()
    }

    fn read(node: &Node<'_, '_>) -> Term {
        Term {
            role: node.text(omma::ROLE).unwrap_or_default(),
            iri: node.iris(omma::TERM).into_iter().next(),
            label: node.text(omma::SUBMITTED_LABEL),
            submitted: node.text(omma::SUBMITTED_TERM),
        }
    }
}

/// The terms of a node: those that were submitted for it, then what else its predicates name. Each predicate stands with
/// the role of what it names.
pub(super) fn terms(node: &Node<'_, '_>, predicates: &[(&str, &str)]) -> Vec<Term> {
    let mut terms: Vec<Term> = node
        .nodes(omma::HAS_TERM_USE)
        .iter()
        .map(Term::read)
        .collect();
    // each term once, however many predicates name it
    let mut known: HashSet<String> = terms
        .iter()
        .flat_map(|term| [&term.iri, &term.label, &term.submitted])
        .flatten()
        .cloned()
        .collect();
    for (predicate, role) in predicates {
        for iri in node.iris(predicate) {
            if known.insert(iri.clone()) {
                terms.push(Term {
                    role: (*role).to_owned(),
                    iri: Some(iri),
                    ..Term::default()
                });
            }
        }
        for text in node.literals(predicate) {
            if known.insert(text.clone()) {
                terms.push(Term {
                    role: (*role).to_owned(),
                    label: Some(text),
                    ..Term::default()
                });
            }
        }
    }
    terms
}
