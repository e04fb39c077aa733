//! Terms: what a thing is about or was made with, always with what was submitted beside it.

use ontologies::schema::{bao, dct, dwciri, obo, omma, schema_org};
use protocol::record::{Iri, Object};

use super::describing::Describing;
use super::statements::{Node, Statements};
use super::text;
use crate::study::{TermRole, TermUse};

impl<'a> Describing<'a> {
    /// Says a term of a node: by its IRI under each predicate, and as it was submitted.
    pub(super) fn term(&mut self, node: &Node, predicates: &[&'static str], used: &'a TermUse) {
        if let Some(iri) = iri_of(used) {
            for predicate in predicates {
                self.statements
                    .say(node, predicate, Object::Iri(iri.clone()));
            }
        }
        self.as_submitted(node, used);
    }

    /// Says an imaging method of a study or an image acquisition: a term by its IRI, one that is only text as text.
    pub(super) fn method(&mut self, node: &Node, predicate: &'static str, used: &'a TermUse) {
        say_method(&mut self.statements, node, predicate, used);
        self.as_submitted(node, used);
    }

    fn as_submitted(&mut self, node: &Node, used: &'a TermUse) {
        if used.text().trim().is_empty() && used.given.trim().is_empty() && iri_of(used).is_none() {
            return;
        }
        let key = (
            used.role,
            used.given.as_str(),
            used.label.as_deref(),
            used.iri.as_deref(),
        );
        let number = self.uses.len() + 1;
        let known = self.uses.get(&key).cloned();
        let use_node = known.unwrap_or_else(|| {
            let fresh = self.home.part("term", number);
            self.uses.insert(key, fresh.clone());
            say_use(&mut self.statements, &fresh, used);
            fresh
        });
        self.statements.node(node, omma::HAS_TERM_USE, &use_node);
    }
}

/// Says an imaging method without what was submitted: for an image, whose study says that.
pub(super) fn say_method(
    statements: &mut Statements,
    node: &Node,
    predicate: &'static str,
    used: &TermUse,
) {
    match iri_of(used) {
        Some(iri) => statements.say(node, predicate, Object::Iri(iri)),
        None => statements.text(node, schema_org::MEASUREMENT_TECHNIQUE, used.text()),
    }
}

fn say_use(statements: &mut Statements, node: &Node, used: &TermUse) {
    statements.classes(node, &[omma::TERM_USE]);
    statements.text(node, omma::ROLE, role_name(used.role));
    let iri = iri_of(used);
    let given_is_the_term = iri.as_ref().is_some_and(|iri| iri.as_str() == used.given);
    match &used.label {
        Some(label) => statements.text(node, omma::SUBMITTED_LABEL, label),
        None if !is_identifier(&used.given) => {
            statements.text(node, omma::SUBMITTED_LABEL, &used.given)
        }
        None => {}
    }
    if !given_is_the_term && (used.label.is_some() || is_identifier(&used.given)) {
        statements.text(node, omma::SUBMITTED_TERM, &used.given);
    }
    if let Some(iri) = iri {
        statements.say(node, omma::TERM, Object::Iri(iri));
    }
}

/// The term's IRI, where validation found it and it can be written as one.
pub(super) fn iri_of(used: &TermUse) -> Option<Iri> {
    used.iri.as_deref().and_then(text::link)
}

/// Whether what was given looks like an identifier: one word that holds a colon, a slash, a hash or an underscore.
fn is_identifier(given: &str) -> bool {
    !given.chars().any(char::is_whitespace) && given.contains([':', '/', '#', '_'])
}

/// The predicates of a term of a biosample.
pub(super) fn predicates_of_biosample(role: TermRole) -> &'static [&'static str] {
    match role {
        TermRole::Organism => &[obo::IN_TAXON, schema_org::TAXONOMIC_RANGE],
        TermRole::Method => &[dwciri::MEASUREMENT_METHOD],
        TermRole::CellType => &[omma::CELL_TYPE],
        TermRole::CellLine => &[bao::HAS_CELL_LINE],
        TermRole::Tissue => &[omma::TISSUE],
        TermRole::Disease => &[omma::DISEASE],
        TermRole::Preparation => &[dct::TYPE],
        TermRole::Process | TermRole::Subject => &[schema_org::ABOUT],
    }
}

/// How a role is written: as in the study's JSON.
fn role_name(role: TermRole) -> &'static str {
    match role {
        TermRole::Organism => "organism",
        TermRole::Method => "method",
        TermRole::CellType => "cell-type",
        TermRole::CellLine => "cell-line",
        TermRole::Tissue => "tissue",
        TermRole::Disease => "disease",
        TermRole::Process => "process",
        TermRole::Preparation => "preparation",
        TermRole::Subject => "subject",
    }
}
