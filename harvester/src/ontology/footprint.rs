//! What terms were, in 24 bytes each: enough to know later which of them have changed, when the terms themselves are gone.

use std::collections::HashMap;

use ontologies::{Term, Terms};
use protocol::digest::Digest;
use sha2::{Digest as _, Sha256};

/// The form of a footprint. Raise it when what documents take from terms changes, so that everything is made again.
const FORM: &[u8; 8] = b"terms-01";

/// Behind [`FORM`]: what the program itself knows of imaging methods.
const METHODS_LENGTH: usize = 32;

/// IRI, names, what is directly above: eight bytes each.
const TERM_LENGTH: usize = 24;

/// Two digests of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Steps {
    /// label, exact synonyms, obsolescence
    names: u64,
    /// the known terms directly above
    above: u64,
}

/// What terms were at some time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footprint {
    methods: [u8; METHODS_LENGTH],
    /// by a digest of the IRI
    terms: HashMap<u64, Steps>,
}

impl Footprint {
    /// That of these terms.
    #[must_use]
    pub fn of(terms: &Terms) -> Self {
        let is_meant = |term: &&Term| {
            let known = terms.by_iri(&term.iri);
            known.is_some_and(|known| std::ptr::eq(known, *term))
        };
        let steps = |term: &Term| {
            let steps = Steps {
                names: names(term),
                above: above(term, terms),
            };
            (digest([term.iri.as_str()]), steps)
        };
        Self {
            methods: methods(terms),
            terms: terms.iter().filter(is_meant).map(steps).collect(),
        }
    }

    /// What [`Footprint::read`] reads: the same bytes for the same terms, in whatever order they were loaded.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut sorted: Vec<(u64, Steps)> = self
            .terms
            .iter()
            .map(|(iri, steps)| (*iri, *steps))
            .collect();
        sorted.sort_unstable_by_key(|(iri, _)| *iri);
        let mut bytes =
            Vec::with_capacity(FORM.len() + METHODS_LENGTH + sorted.len() * TERM_LENGTH);
        bytes.extend_from_slice(FORM);
        bytes.extend_from_slice(&self.methods);
        for (iri, steps) in sorted {
            for number in [iri, steps.names, steps.above] {
                bytes.extend_from_slice(&number.to_be_bytes());
            }
        }
        bytes
    }

    /// The name of a footprint with these bytes: their SHA-256, hex.
    #[must_use]
    pub fn name_of(bytes: &[u8]) -> String {
        Digest::of(bytes).to_string()
    }

    /// The footprint of this name; none where the bytes are others, or of another form.
    #[must_use]
    pub fn read(bytes: &[u8], name: &str) -> Option<Self> {
        if Self::name_of(bytes) != name {
            return None;
        }
        let (methods, terms) = bytes
            .strip_prefix(FORM)?
            .split_first_chunk::<METHODS_LENGTH>()?;
        let (terms, rest) = terms.as_chunks::<8>();
        let (terms, odd) = terms.as_chunks::<3>();
        if !(rest.is_empty() && odd.is_empty()) {
            return None;
        }
        let read = |[iri, names, above]: &[[u8; 8]; 3]| {
            let steps = Steps {
                names: u64::from_be_bytes(*names),
                above: u64::from_be_bytes(*above),
            };
            (u64::from_be_bytes(*iri), steps)
        };
        Some(Self {
            methods: *methods,
            terms: terms.iter().map(read).collect(),
        })
    }

    /// How terms that left this footprint became those that left the other, which are these.
    #[must_use]
    pub fn change_to<'f>(&'f self, newer: &'f Self, terms: &'f Terms) -> Change<'f> {
        Change {
            older: self,
            newer,
            terms,
        }
    }
}

/// How terms have changed.
#[derive(Debug, Clone, Copy)]
pub struct Change<'f> {
    older: &'f Footprint,
    newer: &'f Footprint,
    terms: &'f Terms,
}

impl Change<'_> {
    /// Whether the program takes other methods for what it took before, so that anything may have changed.
    #[must_use]
    pub fn is_of_everything(&self) -> bool {
        self.older.methods != self.newer.methods
    }

    /// Whether this term has: its names, whether it is known at all, or what is above it ([`super::changed_terms`]).
    ///
    /// A link that is there no more, or was not there before, is seen at the term that it begins at, and that term is still
    /// above all that it takes with it: below the first lost link of a way up, the way is as it was.
    #[must_use]
    pub fn is_of(&self, iri: &str) -> bool {
        let (older, newer) = self.steps(iri);
        if older != newer {
            return true;
        }
        newer.is_some()
            && self.terms.ancestors(iri).iter().any(|ancestor| {
                let (older, newer) = self.steps(&ancestor.iri);
                older.map(|steps| steps.above) != newer.map(|steps| steps.above)
            })
    }

    fn steps(&self, iri: &str) -> (Option<Steps>, Option<Steps>) {
        let iri = digest([iri]);
        let of = |footprint: &Footprint| footprint.terms.get(&iri).copied();
        (of(self.older), of(self.newer))
    }
}

/// Two releases of one ontology need not list in the same order.
fn names(term: &Term) -> u64 {
    let mut synonyms: Vec<&str> = term.synonyms.iter().map(String::as_str).collect();
    synonyms.sort_unstable();
    synonyms.dedup();
    let obsolete = if term.obsolete { "obsolete" } else { "" };
    let successor = term.replaced_by.as_deref().unwrap_or_default();
    digest(
        [term.label.as_str(), obsolete, successor]
            .into_iter()
            .chain(synonyms),
    )
}

/// Superclass and whole are one hierarchy here, as they are for whoever walks it; what is not known is not walked.
fn above(term: &Term, terms: &Terms) -> u64 {
    let mut above: Vec<&str> = term
        .parents
        .iter()
        .chain(&term.part_of)
        .map(String::as_str)
        .filter(|iri| terms.by_iri(iri).is_some())
        .collect();
    above.sort_unstable();
    above.dedup();
    digest(above)
}

/// What people write for methods, and which of them hang on which facet: part of the program, and the same whatever is loaded.
fn methods(terms: &Terms) -> [u8; METHODS_LENGTH] {
    let methods = terms.methods();
    let mut lines: Vec<[&str; 2]> = methods.synonyms().map(|(name, iri)| [name, iri]).collect();
    for facet in methods.facets() {
        let leaves = methods.leaves_of_facet(&facet.iri);
        lines.extend(leaves.map(|leaf| [facet.iri.as_str(), leaf]));
    }
    lines.sort_unstable();
    let mut hash = Sha256::new();
    for text in lines.into_iter().flatten() {
        put(&mut hash, text);
    }
    hash.finalize().into()
}

/// Eight bytes are enough to tell apart what is not chosen to be confused: one pair in ten million million at a million terms.
fn digest<'t>(texts: impl IntoIterator<Item = &'t str>) -> u64 {
    let mut hash = Sha256::new();
    for text in texts {
        put(&mut hash, text);
    }
    let whole: [u8; 32] = hash.finalize().into();
    let first = whole.first_chunk::<8>();
    u64::from_be_bytes(first.copied().unwrap_or_default())
}

/// Each text behind its length, so that no two lists give the same bytes.
fn put(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text);
}
