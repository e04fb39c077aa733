//! From what somebody wrote to the term that is meant, or to the reason why there is none.

use super::labels::other_names;
use super::{Place, Scope, Terms};
use crate::curie::Curie;
use crate::label::{bracket_names, normalise, split_trailing_bracket};
use crate::term::Term;

/// What a text means. Only [`Resolution::Found`] is an answer; all else is for the author to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution<'t> {
    /// Exactly one current term.
    Found {
        /// The term.
        term: &'t Term,
        /// What it was found by.
        by: Matched,
    },
    /// An identifier of a term that is known and current, but not of the kind that the field asks for: of another vocabulary, or
    /// for an imaging method a term of FBbi that is a dye or a way of preparing samples.
    Outside(&'t Term),
    /// Several current terms of the same vocabulary (or, in [`Scope::Any`], of any) have this label or synonym.
    Ambiguous(Vec<&'t Term>),
    /// Only an obsolete term.
    Obsolete {
        /// The obsolete term.
        term: &'t Term,
        /// The term that its ontology names as its replacement, where that is known.
        replaced_by: Option<&'t Term>,
    },
    /// A well-formed identifier of a term that none of the loaded ontologies has.
    NotLoaded(Curie),
    /// Neither an identifier nor a label that is known.
    Unknown {
        /// At most three terms with similar labels, the nearest first.
        nearest: Vec<&'t Term>,
    },
}

/// What a term was found by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matched {
    /// Its identifier, in canonical spelling.
    Identifier,
    /// Its identifier, in a spelling that had to be repaired.
    RepairedIdentifier,
    /// Its preferred label, or the abbreviation in it.
    Label,
    /// An exact synonym, or the project's table of method synonyms.
    Synonym,
}

/// Jaro–Winkler similarity from which on a label is worth suggesting: "fluoresence microscopy" has 0.99, "confocal" and
/// "focal" 0.83.
const WORTH_SUGGESTING: f64 = 0.88;

/// How many suggestions a person can take in.
const SUGGESTIONS: usize = 3;

impl Terms {
    /// Resolves a CURIE, an IRI or a label in any vocabulary.
    #[must_use]
    pub fn resolve(&self, text: &str) -> Resolution<'_> {
        self.resolve_in(text, Scope::Any)
    }

    /// Resolves a CURIE, an IRI or a label for a field with this meaning.
    ///
    /// Of a label that several vocabularies of the scope have, the first vocabulary's term is taken: an imaging method is FBbi's
    /// before it is EDAM's.
    #[must_use]
    pub fn resolve_in(&self, text: &str, scope: Scope) -> Resolution<'_> {
        let text = text.trim();
        if let Ok(curie) = Curie::parse(text) {
            return self.resolve_identifier(curie, text, scope);
        }
        self.resolve_label(text, scope)
    }

    /// Resolves a label only: a text that looks like an identifier is not taken for one.
    #[must_use]
    pub fn resolve_label(&self, label: &str, scope: Scope) -> Resolution<'_> {
        let without_bracket = split_trailing_bracket(label).map(|(before, _)| normalise(before));
        let keys = std::iter::once(normalise(label))
            .chain(without_bracket)
            .collect::<Vec<_>>();
        let found = |obsolete| {
            keys.iter()
                .find_map(|key| self.lookup(key, scope, obsolete))
        };
        if let Some(resolution) = found(false).or_else(|| found(true)) {
            return resolution;
        }
        Resolution::Unknown {
            nearest: self.nearest(&normalise(label), scope),
        }
    }

    /// Whether a submitted label fits a term: its label, an exact synonym, the abbreviation in its label, or one of the project's
    /// method synonyms, with or without a bracket at the end of what was submitted. `None` where the IRI is not of a loaded term.
    #[must_use]
    pub fn fits(&self, iri: &str, label: &str) -> Option<bool> {
        let term = self.by_iri(iri)?;
        let submitted = [
            Some(normalise(label)),
            split_trailing_bracket(label).map(|(before, _)| normalise(before)),
        ];
        let mut names = other_names(term);
        names.push(normalise(&term.label));
        names.extend(bracket_names(&term.label));
        names.extend(split_trailing_bracket(&term.label).map(|(before, _)| normalise(before)));
        names.extend(
            self.methods
                .synonyms()
                .filter(|(_, target)| *target == iri)
                .map(|(name, _)| normalise(name)),
        );
        Some(
            submitted
                .iter()
                .flatten()
                .any(|label| names.contains(label)),
        )
    }

    fn resolve_identifier(&self, curie: Curie, text: &str, scope: Scope) -> Resolution<'_> {
        let Some(term) = self.by_curie(&curie) else {
            return Resolution::NotLoaded(curie);
        };
        if term.obsolete {
            return self.obsolete(term);
        }
        if !self.admits(scope, term) {
            return Resolution::Outside(term);
        }
        let by = if curie.is_written_as(text) {
            Matched::Identifier
        } else {
            Matched::RepairedIdentifier
        };
        Resolution::Found { term, by }
    }

    /// Whether a term is of the kind that a field asks for. "Time lapse" is admitted as a method so that it can be recognised;
    /// [`Terms::is_imaging_method`] says that it is none.
    fn admits(&self, scope: Scope, term: &Term) -> bool {
        let is_of_kind = scope != Scope::ImagingMethod
            || self.methods.is_sampling(&term.iri)
            || self.is_imaging_method(&term.iri);
        is_of_kind && scope.admits(&term.iri)
    }

    fn obsolete<'t>(&'t self, term: &'t Term) -> Resolution<'t> {
        let replaced_by = term.replaced_by.as_deref().and_then(|iri| self.by_iri(iri));
        Resolution::Obsolete { term, replaced_by }
    }

    /// The first table that has terms of this state in the scope decides.
    fn lookup(&self, key: &str, scope: Scope, obsolete: bool) -> Option<Resolution<'_>> {
        for (is_label, places) in self.labels.find(key, scope) {
            let terms = self.preferred_in(places, scope, obsolete);
            match terms[..] {
                [] => {}
                [term] if obsolete => return Some(self.obsolete(term)),
                [term] => {
                    let by = if is_label {
                        Matched::Label
                    } else {
                        Matched::Synonym
                    };
                    return Some(Resolution::Found { term, by });
                }
                _ => return Some(Resolution::Ambiguous(terms)),
            }
        }
        None
    }

    /// Those of the terms that are of the most preferred vocabulary among them.
    fn preferred_in(&self, places: &[Place], scope: Scope, obsolete: bool) -> Vec<&Term> {
        let of_state = places
            .iter()
            .map(|place| self.at(*place))
            .filter(|term| term.obsolete == obsolete && (obsolete || self.admits(scope, term)));
        let ranked: Vec<_> = of_state
            .filter_map(|term| Some((scope.preference(&term.iri)?, term)))
            .collect();
        let best = ranked.iter().map(|(rank, _)| *rank).min();
        ranked
            .into_iter()
            .filter(|(rank, _)| Some(*rank) == best)
            .map(|(_, term)| term)
            .collect()
    }

    /// Current terms whose label or synonym is similar to a normalised label.
    ///
    /// With all of NCBITaxon loaded there are two million labels, so only those are compared that begin with the same letter
    /// (a slip of the pen is rarely the first one) and are of similar length.
    fn nearest(&self, key: &str, scope: Scope) -> Vec<&Term> {
        let initial = key.chars().next();
        let is_comparable = |candidate: &str| {
            candidate.chars().next() == initial
                && candidate.len() <= 2 * key.len()
                && key.len() <= 2 * candidate.len()
        };
        let mut scored: Vec<(f64, &Term)> = Vec::new();
        for (candidate, places) in self.labels.iter().filter(|(label, _)| is_comparable(label)) {
            let similarity = strsim::jaro_winkler(key, candidate);
            if similarity >= WORTH_SUGGESTING {
                let similar = places.iter().map(|place| self.at(*place));
                let admitted = similar.filter(|term| !term.obsolete && self.admits(scope, term));
                scored.extend(admitted.map(|term| (similarity, term)));
            }
        }
        // equal scores in the order of their IRIs, so that the same question has the same answer every time
        scored
            .sort_by(|(a, left), (b, right)| b.total_cmp(a).then_with(|| left.iri.cmp(&right.iri)));
        let mut nearest: Vec<&Term> = Vec::new();
        for (_, term) in scored {
            if nearest.len() < SUGGESTIONS && !nearest.contains(&term) {
                nearest.push(term);
            }
        }
        nearest
    }
}
