//! Which term a text names, or why none.

use ontologies::{Curie, CurieError, Resolution, Scope, Term, Terms, curie};

use crate::serve::error::ServeError;
use crate::text::LabelledTerm;

/// The longest identifier that is looked at, in bytes; the longest IRIs of terms have about a hundred.
const LONGEST: usize = 500;

/// Terms that are suggested at most.
const MOST_SUGGESTED: usize = 5;

/// Why there is nothing to say of a term.
#[derive(Debug, thiserror::Error)]
pub enum TermError {
    /// No identifier of a term.
    #[error("{problem}{}", suggestion(nearest))]
    Malformed {
        /// What is wrong, and what to give instead.
        problem: String,
        /// Terms that have the text, or one like it, as a label.
        nearest: Vec<LabelledTerm>,
    },
    /// An identifier of a term that no ontology has.
    #[error("no ontology here has the term {id}: {reason}")]
    Unknown {
        /// Its CURIE, or the address as it was given.
        id: String,
        /// Whether the ontology is missing or only the term.
        reason: String,
    },
    /// The term is known; how much there is of it could not be found out.
    #[error("the records with the term {id} cannot be counted")]
    NotCounted {
        /// Its CURIE.
        id: String,
        /// Why.
        source: anyhow::Error,
    },
}

impl From<TermError> for ServeError {
    fn from(error: TermError) -> Self {
        match error {
            TermError::Malformed { .. } => Self::Malformed(error.to_string()),
            TermError::Unknown { .. } => Self::NotFound(error.to_string()),
            TermError::NotCounted { .. } => Self::Broken(error.into()),
        }
    }
}

/// The term that a CURIE or IRI names, obsolete or not.
pub(super) fn find<'t>(text: &str, terms: &'t Terms) -> Result<&'t Term, TermError> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err(malformed(
            format!("an identifier of a term has at most {LONGEST} bytes; this one is longer"),
            Vec::new(),
        ));
    }
    // an IRI as a loaded file has it, also of a vocabulary that no CURIE is known for
    if let Some(term) = terms.by_iri(text) {
        return Ok(term);
    }
    match Curie::parse(text) {
        Ok(curie) => terms.by_curie(&curie).ok_or_else(|| unknown(&curie, terms)),
        Err(CurieError::NotAnIdentifier(_)) => by_unknown_prefix(text, terms),
        Err(error) => Err(malformed(error.to_string(), Vec::new())),
    }
}

/// Loaded files bring vocabularies that the crate `ontologies` has no row for; theirs are OBO's identifiers.
fn by_unknown_prefix<'t>(text: &str, terms: &'t Terms) -> Result<&'t Term, TermError> {
    let expanded = curie::expand(text);
    if let Some(term) = expanded.as_deref().and_then(|iri| terms.by_iri(iri)) {
        return Ok(term);
    }
    if text.starts_with("http://") || text.starts_with("https://") {
        return Err(TermError::Unknown {
            id: text.to_owned(),
            reason: "it is no address of a vocabulary that is known here".to_owned(),
        });
    }
    let nearest = of_label(text, terms);
    let problem = CurieError::NotAnIdentifier(text.to_owned()).to_string();
    Err(malformed(problem, nearest))
}

/// People ask for "mitosis" where the identifier is wanted.
fn of_label(text: &str, terms: &Terms) -> Vec<LabelledTerm> {
    let found = match terms.resolve_label(text, Scope::Any) {
        Resolution::Found { term, .. } | Resolution::Outside(term) => vec![term],
        Resolution::Ambiguous(candidates) => candidates,
        Resolution::Obsolete { term, replaced_by } => vec![replaced_by.unwrap_or(term)],
        Resolution::Unknown { nearest } => nearest,
        Resolution::NotLoaded(_) => Vec::new(),
    };
    found.into_iter().take(MOST_SUGGESTED).map(named).collect()
}

fn unknown(curie: &Curie, terms: &Terms) -> TermError {
    let source = terms
        .sources()
        .iter()
        .rev()
        .find(|source| source.name.eq_ignore_ascii_case(curie.prefix()));
    let reason = match source {
        Some(source) => format!(
            "{} is loaded as {}, which lacks it; look it up by its label at /api/v1/suggest",
            source.name,
            source
                .version
                .as_deref()
                .unwrap_or("a file without version")
        ),
        None => format!("{} is not loaded", curie.prefix()),
    };
    TermError::Unknown {
        id: curie.to_string(),
        reason,
    }
}

fn malformed(problem: String, nearest: Vec<LabelledTerm>) -> TermError {
    TermError::Malformed { problem, nearest }
}

fn suggestion(nearest: &[LabelledTerm]) -> String {
    if nearest.is_empty() {
        return String::new();
    }
    let named: Vec<String> = nearest
        .iter()
        .map(|term| format!("{} ({})", term.id, term.label))
        .collect();
    format!("; terms with such a label are {}", named.join(", "))
}

/// A term as other answers name it: by its CURIE, and called by its id where it has no label.
pub(super) fn named(term: &Term) -> LabelledTerm {
    let id = short(&term.iri);
    let label = if term.label.is_empty() {
        id.clone()
    } else {
        term.label.clone()
    };
    LabelledTerm { id, label }
}

/// The CURIE where the IRI has one, else the IRI.
pub(super) fn short(iri: &str) -> String {
    match curie::compact(iri) {
        Some((prefix, local)) => format!("{prefix}:{local}"),
        None => iri.to_owned(),
    }
}
