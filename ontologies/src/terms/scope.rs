//! What kind of thing a field asks for, as the vocabularies in which its label is looked up.

use crate::curie::compact;

/// The meaning of a field, which says in which vocabularies a bare label may be looked up, and in which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Any vocabulary; a label that two of them have is ambiguous.
    Any,
    /// An organism: NCBITaxon.
    Organism,
    /// A way of taking images: FBbi, then CHMO, OBI, MI, EDAM, then the project's own facets.
    ImagingMethod,
    /// How a specimen was prepared: FBbi, then EFO, OBI, CHMO.
    SamplePreparation,
    /// A type of cell: CL.
    CellType,
    /// A cell line: CLO, then EFO.
    CellLine,
    /// An organ or tissue: UBERON, then PO, FBbt, WBbt, ZFA.
    Anatomy,
    /// A disease: MONDO, then DOID, HP, EFO.
    Disease,
    /// A phenotype: CMPO, then GO, PATO, MP, HP.
    Phenotype,
    /// A cellular component, process or function: GO.
    GeneOntology,
    /// A type of study or protocol: EFO, then OBI.
    StudyType,
    /// A condition on use: DUO.
    DataUse,
}

impl Scope {
    /// Prefixes of the vocabularies, the one whose term is preferred first; empty for [`Scope::Any`].
    #[must_use]
    pub fn vocabularies(self) -> &'static [&'static str] {
        match self {
            Self::Any => &[],
            Self::Organism => &["NCBITaxon"],
            Self::ImagingMethod => &["FBbi", "CHMO", "OBI", "MI", "EDAM", "omma"],
            Self::SamplePreparation => &["FBbi", "EFO", "OBI", "CHMO"],
            Self::CellType => &["CL"],
            Self::CellLine => &["CLO", "EFO"],
            Self::Anatomy => &["UBERON", "PO", "FBbt", "WBbt", "ZFA"],
            Self::Disease => &["MONDO", "DOID", "HP", "EFO"],
            Self::Phenotype => &["CMPO", "GO", "PATO", "MP", "HP"],
            Self::GeneOntology => &["GO"],
            Self::StudyType => &["EFO", "OBI"],
            Self::DataUse => &["DUO"],
        }
    }

    /// True where a term with this IRI is of one of the vocabularies.
    #[must_use]
    pub fn admits(self, iri: &str) -> bool {
        self == Self::Any || self.preference(iri).is_some()
    }

    /// Place of the term's vocabulary in the order of preference.
    pub(super) fn preference(self, iri: &str) -> Option<usize> {
        if self == Self::Any {
            return Some(0);
        }
        let (prefix, _) = compact(iri)?;
        self.vocabularies()
            .iter()
            .position(|vocabulary| *vocabulary == prefix)
    }
}
