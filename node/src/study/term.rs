//! Terms: what they are used for, as given, and what they were resolved to.

use serde::{Deserialize, Serialize};

/// What a term is used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TermRole {
    /// A species or strain: NCBITaxon.
    Organism,
    /// A way of imaging: FBbi and others.
    Method,
    /// A type of cell: CL.
    CellType,
    /// A cell line: CLO, BAO, EFO.
    CellLine,
    /// An organ or tissue: UBERON.
    Tissue,
    /// A disease: MONDO, DOID, EFO.
    Disease,
    /// A biological process or cellular component: GO.
    Process,
    /// Preparation of a specimen: FBbi and others.
    Preparation,
    /// Anything else that the study says it is about.
    Subject,
}

/// A term as it was given, and what it was resolved to.
///
/// Reading fills `given` and `label`; only validation sets `iri`. A use without `iri` is text and stays text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermUse {
    /// What it is used for.
    pub role: TermRole,
    /// As submitted: a CURIE, an IRI, or a label.
    pub given: String,
    /// The label that the source puts beside the identifier, as submitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// The one canonical IRI of the term, set by validation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iri: Option<String>,
}

impl TermUse {
    /// A term as given, not yet resolved.
    pub fn new(role: TermRole, given: impl Into<String>, label: Option<String>) -> TermUse {
        TermUse {
            role,
            given: given.into(),
            label,
            iri: None,
        }
    }

    /// What to call the term where only text will do: the submitted label, else what was given.
    pub fn text(&self) -> &str {
        self.label.as_deref().unwrap_or(&self.given)
    }
}
