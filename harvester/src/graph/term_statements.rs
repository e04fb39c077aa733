//! What the graph says of one term of an ontology.

use std::collections::HashSet;

use ontologies::{Term, Terms};
use oxigraph::model::{GraphName, Literal, NamedNode, NamedNodeRef, Quad, TermRef};

use super::vocabulary as v;

/// The terms, each IRI once: where a loaded file claims the IRI of a facet of ours, only the facet is meant.
pub(super) fn each(terms: &Terms) -> impl Iterator<Item = &Term> {
    let is_meant = |term: &&Term| {
        terms
            .by_iri(&term.iri)
            .is_some_and(|known| std::ptr::eq(known, *term))
    };
    terms.iter().filter(is_meant)
}

/// Every statement about a term: what its ontology says of it, and `omma:broader` to itself, to each of its ancestors over
/// subclass and part-of, and for an imaging method to each facet that it falls under.
///
/// Empty for a term whose IRI is not one: loaders take what files hold, and such a term could be neither asked for nor dumped.
pub(super) fn of(term: &Term, terms: &Terms) -> HashSet<Quad> {
    let Some(subject) = checked(&term.iri, &term.iri) else {
        return HashSet::new();
    };
    let mut about = About {
        subject,
        quads: HashSet::new(),
    };
    about.describe(term);
    about.say(v::BROADER, about.subject.clone());
    for ancestor in terms.ancestors(&term.iri) {
        about.tie(v::BROADER, &ancestor.iri);
    }
    // looking for facets walks up once more, which is spared to the many terms that are no methods
    if terms.is_imaging_method(&term.iri) || terms.methods().is_sampling(&term.iri) {
        for facet in terms.facets(&term.iri) {
            about.tie(v::BROADER, &facet.iri);
        }
    }
    about.quads
}

/// A term, and the statements about it.
struct About {
    subject: NamedNode,
    quads: HashSet<Quad>,
}

impl About {
    fn describe(&mut self, term: &Term) {
        self.say(v::TYPE, v::CLASS.into_owned());
        if !term.label.is_empty() {
            self.say(v::LABEL, Literal::new_simple_literal(&term.label));
        }
        for synonym in &term.synonyms {
            self.say(v::EXACT_SYNONYM, Literal::new_simple_literal(synonym));
        }
        if let Some(definition) = &term.definition {
            self.say(v::DEFINITION, Literal::new_simple_literal(definition));
        }
        for parent in &term.parents {
            self.tie(v::SUB_CLASS_OF, parent);
        }
        for whole in &term.part_of {
            self.tie(v::PART_OF, whole);
        }
        if term.obsolete {
            self.say(
                v::DEPRECATED,
                Literal::new_typed_literal("true", v::BOOLEAN),
            );
        }
        if let Some(successor) = &term.replaced_by {
            self.tie(v::REPLACED_BY, successor);
        }
    }

    fn say(&mut self, predicate: NamedNodeRef<'_>, object: impl Into<oxigraph::model::Term>) {
        self.quads.insert(Quad::new(
            self.subject.clone(),
            predicate,
            object,
            GraphName::DefaultGraph,
        ));
    }

    fn tie(&mut self, predicate: NamedNodeRef<'_>, iri: &str) {
        if let Some(object) = checked(iri, self.subject.as_str()) {
            self.say(predicate, object);
        }
    }
}

/// Whether a statement is of the kind that is made here.
pub(super) fn is_of_term(quad: &Quad) -> bool {
    let is_class = TermRef::from(&quad.object) == v::CLASS.into();
    v::OF_TERMS.contains(&quad.predicate.as_ref()) && (quad.predicate != v::TYPE || is_class)
}

fn checked(iri: &str, term: &str) -> Option<NamedNode> {
    match NamedNode::new(iri) {
        Ok(node) => Some(node),
        Err(error) => {
            tracing::warn!(
                term.id = term,
                "an ontology names {iri:?}, which is no IRI ({error}); the graph leaves it out"
            );
            None
        }
    }
}
