//! Up and down the hierarchy, over superclass and part-of together, in graphs that may hold cycles.

use std::collections::{HashMap, HashSet};

use super::{Place, Terms};
use crate::methods::Methods;
use crate::term::Term;

/// The facet for what falls under no other.
const OTHER: &str = "https://w3id.org/ommatidia/ns#method-other";

/// The edges of the hierarchy between terms that are in the index, upwards and downwards.
pub(super) fn edges(
    terms: &[Term],
    by_iri: &HashMap<String, Place>,
) -> (Vec<Vec<Place>>, Vec<Vec<Place>>) {
    let mut broader = vec![Vec::new(); terms.len()];
    let mut narrower = vec![Vec::new(); terms.len()];
    for ((term, up), place) in terms.iter().zip(&mut broader).zip(0..) {
        for iri in term.parents.iter().chain(&term.part_of) {
            if let Some(parent) = by_iri
                .get(iri)
                .copied()
                .filter(|parent| *parent != place && !up.contains(parent))
            {
                up.push(parent);
                narrower[parent as usize].push(place);
            }
        }
    }
    (broader, narrower)
}

/// Which terms fall under a facet: the leaves, all that is narrower, and the facets themselves.
pub(super) fn methods(
    by_iri: &HashMap<String, Place>,
    narrower: &[Vec<Place>],
    methods: &Methods,
) -> Vec<bool> {
    let mut seen = vec![false; narrower.len()];
    for facet in methods.facets() {
        for iri in std::iter::once(facet.iri.as_str()).chain(methods.leaves_of_facet(&facet.iri)) {
            if let Some(start) = by_iri.get(iri) {
                let mut is_new = |place: Place| !std::mem::replace(&mut seen[place as usize], true);
                walk(*start, narrower, &mut is_new, &mut Vec::new());
            }
        }
    }
    seen
}

impl Terms {
    /// Every term that is broader than this one: superclasses and wholes, and theirs. Never the term itself, even in a cycle.
    ///
    /// An imaging method has the ancestors that its own ontology gives it; [`Terms::facets`] tells the facets it belongs to.
    #[must_use]
    pub fn ancestors(&self, iri: &str) -> Vec<&Term> {
        self.reach(iri, &self.broader)
    }

    /// Every term that is narrower than this one. Never the term itself, even in a cycle.
    #[must_use]
    pub fn descendants(&self, iri: &str) -> Vec<&Term> {
        self.reach(iri, &self.narrower)
    }

    /// The superclasses and wholes of a term, as far as they are known themselves.
    #[must_use]
    pub fn broader(&self, iri: &str) -> Vec<&Term> {
        self.neighbours(iri, &self.broader)
    }

    /// The terms that name this one as superclass or whole.
    #[must_use]
    pub fn narrower(&self, iri: &str) -> Vec<&Term> {
        self.neighbours(iri, &self.narrower)
    }

    /// Every term that is narrower than one of these, each once, in one walk; one of these itself only where it is narrower than
    /// another or stands in a cycle.
    #[must_use]
    pub fn descendants_of_any<'i>(&self, iris: impl IntoIterator<Item = &'i str>) -> Vec<&Term> {
        let mut seen = vec![false; self.terms.len()];
        let mut is_new = |place: Place| !std::mem::replace(&mut seen[place as usize], true);
        let mut found = Vec::new();
        for start in iris.into_iter().filter_map(|iri| self.by_iri.get(iri)) {
            for child in &self.narrower[*start as usize] {
                walk(*child, &self.narrower, &mut is_new, &mut found);
            }
        }
        found.into_iter().map(|place| self.at(place)).collect()
    }

    /// The facets of imaging methods that a term falls under, the nearest and all broader ones; empty for what is no method.
    ///
    /// A term falls under a facet where it, or a broader term of its own ontology, is one of the facet's leaves; under "other"
    /// only where it falls under nothing else.
    #[must_use]
    pub fn facets(&self, iri: &str) -> Vec<&Term> {
        let own = std::iter::once(iri);
        let line = own
            .chain(
                self.ancestors(iri)
                    .into_iter()
                    .map(|term| term.iri.as_str()),
            )
            .collect::<Vec<_>>();
        let mut facets: Vec<&Term> = Vec::new();
        for facet in line.iter().flat_map(|iri| self.methods.facets_of_leaf(iri)) {
            let with_broader = self.by_iri(facet).into_iter().chain(self.ancestors(facet));
            for term in with_broader {
                if !facets.iter().any(|known| known.iri == term.iri) {
                    facets.push(term);
                }
            }
        }
        if facets.len() > 1 {
            facets.retain(|facet| facet.iri != OTHER);
        }
        facets
    }

    /// Every term that falls under a facet: narrower facets, their leaves, and all that is narrower than those.
    #[must_use]
    pub fn under_facet(&self, facet: &str) -> Vec<&Term> {
        let mut found: Vec<Place> = Vec::new();
        let mut seen = HashSet::new();
        let narrower_facets = self
            .descendants(facet)
            .into_iter()
            .map(|term| term.iri.as_str());
        for facet in std::iter::once(facet).chain(narrower_facets) {
            let leaves = self.methods.leaves_of_facet(facet);
            for start in std::iter::once(facet)
                .chain(leaves)
                .filter_map(|iri| self.by_iri.get(iri))
            {
                walk(
                    *start,
                    &self.narrower,
                    &mut |place| seen.insert(place),
                    &mut found,
                );
            }
        }
        let is_residual = |term: &&Term| {
            facet != OTHER || self.facets(&term.iri).iter().all(|own| own.iri == OTHER)
        };
        found
            .into_iter()
            .map(|place| self.at(place))
            .filter(|term| term.iri != facet)
            .filter(is_residual)
            .collect()
    }

    /// True for a term that names a way of taking images: it falls under a facet and is not a mere sampling (time lapse).
    #[must_use]
    pub fn is_imaging_method(&self, iri: &str) -> bool {
        let falls_under_facet = self
            .by_iri
            .get(iri)
            .is_some_and(|place| self.is_method[*place as usize]);
        falls_under_facet && !self.methods.is_sampling(iri)
    }

    fn neighbours(&self, iri: &str, edges: &[Vec<Place>]) -> Vec<&Term> {
        let places = self.by_iri.get(iri).map(|place| &edges[*place as usize]);
        places
            .into_iter()
            .flatten()
            .map(|place| self.at(*place))
            .collect()
    }

    fn reach(&self, iri: &str, edges: &[Vec<Place>]) -> Vec<&Term> {
        let Some(start) = self.by_iri.get(iri).copied() else {
            return Vec::new();
        };
        // a set, because with a million taxa a row of flags for each of some thirty ancestors would be most of the work
        let mut seen = HashSet::new();
        let mut found = Vec::new();
        walk(start, edges, &mut |place| seen.insert(place), &mut found);
        found
            .into_iter()
            .filter(|place| *place != start)
            .map(|place| self.at(place))
            .collect()
    }
}

/// All places that can be reached, nearest first, the start included; each once, so that a cycle ends.
fn walk(
    start: Place,
    edges: &[Vec<Place>],
    is_new: &mut impl FnMut(Place) -> bool,
    found: &mut Vec<Place>,
) {
    if !is_new(start) {
        return;
    }
    let mut next = found.len();
    found.push(start);
    while let Some(place) = found.get(next).copied() {
        next += 1;
        for neighbour in &edges[place as usize] {
            if is_new(*neighbour) {
                found.push(*neighbour);
            }
        }
    }
}
