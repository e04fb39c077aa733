//! Filters: the values of a parameter that a hit must have one of, and those that it may not have.

use ontologies::{Curie, Resolution, Term as OntologyTerm, Terms};

use super::error::SearchError;
use super::facet::Facet;
use super::licence::licence;
use super::pixel_words::{all_annotations, all_pixel_types, key_of_format, pixel_type};
use super::record::{orcid, words_of_name};
use super::request::impossible;
use super::{gene, words};

/// The values of one parameter as they were given: any of these, none of those.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chosen {
    pub any: Vec<String>,
    pub none: Vec<String>,
}

/// What stands in records where a level of access is stated (METADATA.md, and the publications office's words).
pub(super) const ACCESS: [&str; 7] = [
    "open",
    "registered",
    "controlled",
    "restricted",
    "non-public",
    "confidential",
    "sensitive",
];

impl Chosen {
    /// Splits values by the `-` before them. Values of parameters that have few are checked here; terms need the ontologies.
    pub(super) fn parse(facet: Facet, values: &[&str]) -> Result<Self, SearchError> {
        let mut chosen = Self::default();
        for value in values {
            let (excluded, value) = split_minus(value);
            check(facet, value)?;
            let list = if excluded {
                &mut chosen.none
            } else {
                &mut chosen.any
            };
            list.push(value.to_owned());
        }
        Ok(chosen)
    }
}

pub(super) fn split_minus(value: &str) -> (bool, &str) {
    match value.strip_prefix('-') {
        Some(rest) => (true, rest.trim_start()),
        None => (false, value),
    }
}

fn check(facet: Facet, value: &str) -> Result<(), SearchError> {
    let possible: &[&str] = match facet {
        Facet::Kind => &["study", "image"],
        Facet::Holding => &["held", "catalogued"],
        Facet::Access => &ACCESS,
        Facet::PixelType if pixel_type(value).is_some() => return Ok(()),
        Facet::PixelType => &all_pixel_types(),
        Facet::Annotated => &all_annotations(),
        _ if value.is_empty() => {
            return Err(impossible(facet.name(), "-", "a value behind the minus"));
        }
        Facet::Author if orcid(value).is_none() && words::folded(value).is_empty() => {
            return Err(impossible(
                facet.name(),
                value,
                "words of a name, or an ORCID",
            ));
        }
        _ => return Ok(()),
    };
    if possible.contains(&value) {
        Ok(())
    } else {
        Err(impossible(facet.name(), value, &possible.join(", ")))
    }
}

/// The keys in the index of a value of a facet without terms.
pub(super) fn plain_key(facet: Facet, value: &str) -> String {
    match facet {
        Facet::Licence => licence(value).key,
        Facet::Gene => gene::key(value),
        Facet::PixelType => pixel_type(value).unwrap_or(value).to_owned(),
        Facet::ImageFormat => key_of_format(value),
        Facet::Author => match orcid(value) {
            Some(orcid) => orcid.to_lowercase(),
            None => words_of_name(value).join(" "),
        },
        _ => value.to_owned(),
    }
}

/// The terms that a value of a facet with terms means: one, or of an obsolete term itself and what replaces it.
///
/// `is_used` tells whether a document has a term: one that is used is a filter even where no ontology has it.
///
/// # Errors
/// [`SearchError::UnknownTerm`] with the nearest terms, [`SearchError::AmbiguousTerm`] with all that have the label.
pub(super) fn term_keys(
    facet: Facet,
    value: &str,
    terms: &Terms,
    is_used: &dyn Fn(&str) -> Result<bool, SearchError>,
) -> Result<Vec<String>, SearchError> {
    if let Some(iri) = identifier(value) {
        let is_known = terms.by_iri(&iri).is_some();
        if is_known || is_used(&iri)? {
            return Ok(vec![iri]);
        }
        return Err(unknown(facet, value, &[]));
    }
    let mut nearest: Vec<&OntologyTerm> = Vec::new();
    for scope in facet.scopes() {
        match terms.resolve_label(value, *scope) {
            Resolution::Found { term, .. } | Resolution::Outside(term) => {
                return Ok(vec![term.iri.clone()]);
            }
            Resolution::Obsolete { term, replaced_by } => {
                let replacement = replaced_by.map(|term| term.iri.clone());
                return Ok(std::iter::once(term.iri.clone())
                    .chain(replacement)
                    .collect());
            }
            Resolution::Ambiguous(candidates) => {
                return Err(SearchError::AmbiguousTerm {
                    name: facet.name(),
                    value: value.to_owned(),
                    candidates: listed(&candidates),
                });
            }
            Resolution::NotLoaded(_) => {}
            Resolution::Unknown { nearest: similar } => nearest.extend(similar),
        }
    }
    Err(unknown(facet, value, &nearest))
}

/// A CURIE, an IRI in any known spelling, or any other address as it is.
fn identifier(value: &str) -> Option<String> {
    match Curie::parse(value) {
        Ok(curie) => Some(curie.iri()),
        Err(_) => {
            let is_address = value.starts_with("http://") || value.starts_with("https://");
            is_address.then(|| value.to_owned())
        }
    }
}

fn unknown(facet: Facet, value: &str, nearest: &[&OntologyTerm]) -> SearchError {
    let suggestion = match nearest {
        [] => "; give a CURIE such as NCBITaxon:9606, an IRI, or a label exactly".to_owned(),
        nearest => format!("; did you mean {}?", listed(nearest)),
    };
    SearchError::UnknownTerm {
        name: facet.name(),
        value: value.to_owned(),
        suggestion: suggestion.trim_end_matches('?').to_owned(),
    }
}

fn listed(terms: &[&OntologyTerm]) -> String {
    let named: Vec<String> = terms
        .iter()
        .take(5)
        .map(|term| format!("{} ({})", short(&term.iri), term.label))
        .collect();
    named.join(", ")
}

/// A term's CURIE where its IRI has one, else the IRI.
pub(super) fn short(iri: &str) -> String {
    match ontologies::curie::compact(iri) {
        Some((prefix, local)) => format!("{prefix}:{local}"),
        None => iri.to_owned(),
    }
}
