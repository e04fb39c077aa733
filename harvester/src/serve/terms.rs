//! What is known of a term: the JSON of `/api/v1/terms/<curie>`.
//!
//! A facet of imaging methods is answered like any term: below it are the narrower facets, the terms that hang on them, and all
//! that is narrower than those, so that its counts are of what is listed.

mod find;
#[cfg(test)]
mod tests;

use ontologies::{Term, Terms};
use serde::Serialize;

pub use find::TermError;

use crate::text::LabelledTerm;
use find::{find, named};

/// Narrower terms that are listed at most; their number is given in full. Every taxon would be two million.
pub const MOST_LISTED: usize = 500;

/// How many studies and images have a term.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Studies.
    pub study: u64,
    /// Images.
    pub image: u64,
}

/// What is known of a term, in the order in which it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TermAnswer {
    /// The CURIE; the IRI where no vocabulary is known for it.
    pub id: String,
    /// The canonical IRI.
    pub iri: String,
    /// The preferred label; empty where no ontology that is loaded has one.
    pub label: String,
    /// Exact synonyms.
    pub synonyms: Vec<String>,
    /// The definition, where an ontology that is loaded has one.
    pub definition: Option<String>,
    /// Whether its ontology has withdrawn the term.
    pub obsolete: bool,
    /// The term to use instead of a withdrawn one, where there is one.
    pub replaced_by: Option<LabelledTerm>,
    /// Where all this is from.
    pub ontology: OntologyOfTerm,
    /// Superclasses and wholes.
    pub parents: Vec<LabelledTerm>,
    /// What names this term as superclass or whole, by label; at most [`MOST_LISTED`].
    pub children: Vec<LabelledTerm>,
    /// How many children there are.
    pub children_total: usize,
    /// Everything broader, the nearest first.
    pub ancestors: Vec<LabelledTerm>,
    /// Everything narrower, the nearest first; at most [`MOST_LISTED`].
    pub descendants: Vec<LabelledTerm>,
    /// How many descendants there are.
    pub descendants_total: usize,
    /// The facets of imaging methods that it falls under, the nearest first.
    pub facets: Vec<LabelledTerm>,
    /// How much there is of it.
    pub counts: BothCounts,
}

/// The file whose word counts on a term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OntologyOfTerm {
    /// Its name, such as `CL`.
    pub name: String,
    /// Its version, where it states one.
    pub version: Option<String>,
}

/// How much there is of a term, by itself and with what is narrower.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BothCounts {
    /// Of what names exactly this term.
    pub direct: Counts,
    /// Of what names this term or one below it, each study and image once.
    pub with_descendants: Counts,
}

/// What is known of the term that a text names: a CURIE or an IRI, in any spelling that is known.
///
/// `counts` is asked twice for the term's IRI: for itself (`false`), and together with its descendants (`true`).
///
/// # Errors
/// [`TermError`]: the text names no term, or none that is known, or counting failed.
pub fn term_json(
    text: &str,
    terms: &Terms,
    counts: &dyn Fn(&str, bool) -> anyhow::Result<Counts>,
) -> Result<TermAnswer, TermError> {
    let term = find(text, terms)?;
    let counted = |with_descendants| {
        counts(&term.iri, with_descendants).map_err(|source| TermError::NotCounted {
            id: named(term).id,
            source,
        })
    };
    let counts = BothCounts {
        direct: counted(false)?,
        with_descendants: counted(true)?,
    };
    Ok(describe(term, terms, counts))
}

/// What a term is called that is named by a CURIE or an IRI; none where it is not known or has no name.
pub(super) fn label_of_term(text: &str, terms: &Terms) -> Option<String> {
    let term = find(text, terms).ok()?;
    (!term.label.is_empty()).then(|| term.label.clone())
}

fn describe(term: &Term, terms: &Terms, counts: BothCounts) -> TermAnswer {
    let children = children(term, terms);
    let descendants = if terms.methods().is_facet(&term.iri) {
        terms.under_facet(&term.iri)
    } else {
        terms.descendants(&term.iri)
    };
    let facets = terms.facets(&term.iri).into_iter();
    TermAnswer {
        id: named(term).id,
        iri: term.iri.clone(),
        label: term.label.clone(),
        synonyms: term.synonyms.clone(),
        definition: term.definition.clone(),
        obsolete: term.obsolete,
        replaced_by: term.replaced_by.as_deref().map(|iri| successor(iri, terms)),
        ontology: OntologyOfTerm {
            name: term.ontology.clone(),
            version: terms
                .source_of(&term.iri)
                .and_then(|source| source.version.clone()),
        },
        parents: all(&terms.broader(&term.iri)),
        children: first(&children),
        children_total: children.len(),
        ancestors: all(&terms.ancestors(&term.iri)),
        descendants: first(&descendants),
        descendants_total: descendants.len(),
        // a facet falls under itself, which nobody needs to be told
        facets: facets
            .filter(|facet| facet.iri != term.iri)
            .map(named)
            .collect(),
        counts,
    }
}

/// What is directly below a term, by label; below a facet also the terms that hang on it.
fn children<'t>(term: &Term, terms: &'t Terms) -> Vec<&'t Term> {
    let mut children = terms.narrower(&term.iri);
    for leaf in terms.methods().leaves_of_facet(&term.iri) {
        children.extend(terms.by_iri(leaf));
    }
    // labels need not be unique, and the same question has the same answer every time
    children.sort_by(|one, other| (&one.label, &one.iri).cmp(&(&other.label, &other.iri)));
    children.dedup_by(|one, other| one.iri == other.iri);
    children
}

/// The term that takes the place of a withdrawn one, which need not be in an ontology that is loaded.
fn successor(iri: &str, terms: &Terms) -> LabelledTerm {
    terms.by_iri(iri).map_or_else(
        || {
            let id = find::short(iri);
            LabelledTerm {
                label: id.clone(),
                id,
            }
        },
        named,
    )
}

fn all(terms: &[&Term]) -> Vec<LabelledTerm> {
    terms.iter().copied().map(named).collect()
}

fn first(terms: &[&Term]) -> Vec<LabelledTerm> {
    all(&terms[..terms.len().min(MOST_LISTED)])
}
