//! All terms that are known, from the slims and from loaded ontologies, in one index.

mod closure;
mod labels;
mod merge;
mod resolve;
mod scope;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use resolve::{Matched, Resolution};
pub use scope::Scope;

use crate::curie::Curie;
use crate::methods::Methods;
use crate::slims;
use crate::term::{Ontology, Source, Term};
use labels::Labels;

/// A term's place in [`Terms::terms`]; 4 bytes, because there may be a million taxa with thirty ancestors each.
type Place = u32;

/// An index over terms: by IRI, by label and synonym, up and down the hierarchy.
///
/// Immutable once built; share it by reference or in an `Arc`.
#[derive(Debug)]
pub struct Terms {
    terms: Vec<Term>,
    by_iri: HashMap<String, Place>,
    labels: Labels,
    /// Superclasses and wholes of each term that are themselves in the index.
    broader: Vec<Vec<Place>>,
    /// The same edges from the other end.
    narrower: Vec<Vec<Place>>,
    methods: Methods,
    /// True for each term that falls under a facet, and for the facets.
    is_method: Vec<bool>,
    sources: Vec<Source>,
    /// The place in `sources` of each term's; there is none for the facets, which stand last.
    source_of: Vec<u32>,
}

impl Terms {
    /// The slims and the facet tree of imaging methods that the crate ships; built on first use, in a few milliseconds.
    #[must_use]
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<Terms> = LazyLock::new(|| Terms::with(Vec::new()));
        &BUILTIN
    }

    /// The shipped slims together with loaded ontologies.
    ///
    /// Term by term: an ontology's word on its own terms (CL on CL terms) goes before that of one that only imports them; of two
    /// such the later release goes first, and where a release has no date, what was loaded goes before the slim.
    #[must_use]
    pub fn with(loaded: Vec<Ontology>) -> Self {
        // the slims are compiled in and a test reads each of them, so this cannot fail in a build that passed
        let slims = slims::BUILTIN
            .iter()
            .map(|text| slims::parse(text).expect("a shipped slim can be read"));
        Self::from_ontologies(slims.collect(), loaded)
    }

    /// An index over these ontologies alone, without what the crate ships.
    #[must_use]
    pub fn only(ontologies: Vec<Ontology>) -> Self {
        Self::from_ontologies(Vec::new(), ontologies)
    }

    fn from_ontologies(slims: Vec<Ontology>, loaded: Vec<Ontology>) -> Self {
        let sources = slims
            .iter()
            .chain(&loaded)
            .map(|ontology| ontology.source.clone())
            .collect();
        let methods = Methods::shipped();
        let (mut terms, source_of) = merge::merge(slims, loaded);
        terms.extend(methods.facet_terms());
        let by_iri = terms
            .iter()
            .zip(0..)
            .map(|(term, place)| (term.iri.clone(), place))
            .collect();
        let labels = Labels::of(&terms, &by_iri, &methods);
        let (broader, narrower) = closure::edges(&terms, &by_iri);
        let is_method = closure::methods(&by_iri, &narrower, &methods);
        Self {
            terms,
            by_iri,
            labels,
            broader,
            narrower,
            methods,
            is_method,
            sources,
            source_of,
        }
    }

    /// The term with exactly this canonical IRI, obsolete or not.
    #[must_use]
    pub fn by_iri(&self, iri: &str) -> Option<&Term> {
        self.by_iri.get(iri).map(|place| self.at(*place))
    }

    /// The term of this identifier, obsolete or not.
    #[must_use]
    pub fn by_curie(&self, curie: &Curie) -> Option<&Term> {
        self.by_iri(&curie.iri())
    }

    /// Every term, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Term> {
        self.terms.iter()
    }

    /// How many terms there are, obsolete ones and facets included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// True where there is no term at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// What was put into the index: slims first, then loaded ontologies, in the order given.
    #[must_use]
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// The file whose word counts on this term; `None` for a facet and for what is not known.
    #[must_use]
    pub fn source_of(&self, iri: &str) -> Option<&Source> {
        let place = *self.by_iri.get(iri)?;
        let file = *self.source_of.get(place as usize)?;
        self.sources.get(file as usize)
    }

    /// The facet tree of imaging methods and its synonyms.
    #[must_use]
    pub fn methods(&self) -> &Methods {
        &self.methods
    }

    fn at(&self, place: Place) -> &Term {
        &self.terms[place as usize]
    }
}
