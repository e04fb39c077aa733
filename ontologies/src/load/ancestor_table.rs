//! The JSON tables of the `cellxgene-ontology-guide` package: each term with all its ancestors and their distance.
//!
//! The parents are the ancestors at distance 1. For UBERON and CL the package counts part-of steps too, so some of these parents
//! are wholes; the closure, which runs over both, is the same.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::LoadError;
use crate::curie::expand;
use crate::term::{Ontology, Source, Term};

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    label: String,
    description: Option<String>,
    #[serde(default)]
    synonyms: Vec<String>,
    #[serde(default)]
    deprecated: bool,
    replaced_by: Option<String>,
    ancestors: BTreeMap<String, u32>,
}

pub(super) fn read(text: &str) -> Result<Ontology, LoadError> {
    let table: BTreeMap<String, Entry> =
        serde_json::from_str(text).map_err(|error| LoadError::Syntax {
            format: "a JSON table of ancestors",
            problem: error.to_string(),
        })?;
    let terms = table
        .into_iter()
        .filter_map(|(id, entry)| term(&id, entry))
        .collect();
    Ok(Ontology {
        source: Source::default(),
        terms,
    })
}

fn term(id: &str, entry: Entry) -> Option<Term> {
    let parents = entry
        .ancestors
        .iter()
        .filter(|(_, distance)| **distance == 1);
    Some(Term {
        iri: expand(id)?,
        label: entry.label,
        synonyms: entry.synonyms,
        definition: entry.description,
        parents: parents.filter_map(|(parent, _)| expand(parent)).collect(),
        obsolete: entry.deprecated,
        replaced_by: entry.replaced_by.as_deref().and_then(expand),
        ..Term::default()
    })
}
