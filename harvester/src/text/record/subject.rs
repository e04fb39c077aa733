//! What a bare `schema:about` says: told by the vocabulary of the term.

use ontologies::{Terms, curie};

use crate::text::facet::Facet;

/// Roots in EFO, which holds diseases, cell lines and kinds of study alike.
const EFO_DISEASE: &str = "http://www.ebi.ac.uk/efo/EFO_0000408";
const EFO_CELL_LINE: &str = "http://www.ebi.ac.uk/efo/EFO_0000322";

/// The facet of a term that a record is about; none for what is none of the seven.
pub(super) fn facet_of_subject(iri: &str, terms: &Terms) -> Option<Facet> {
    let (prefix, _) = curie::compact(iri)?;
    match prefix {
        "NCBITaxon" => Some(Facet::Organism),
        "FBbi" | "CHMO" => Some(Facet::Method),
        "CL" | "CLO" => Some(Facet::Cell),
        "UBERON" | "PO" | "FBbt" | "WBbt" | "ZFA" => Some(Facet::Tissue),
        "MONDO" | "DOID" => Some(Facet::Disease),
        "GO" => Some(Facet::Process),
        "CMPO" | "PATO" | "MP" | "HP" => Some(Facet::Phenotype),
        "EFO" => in_efo(iri, terms),
        _ => None,
    }
}

fn in_efo(iri: &str, terms: &Terms) -> Option<Facet> {
    let ancestors = terms.ancestors(iri);
    let is_below = |root: &str| iri == root || ancestors.iter().any(|term| term.iri == root);
    if is_below(EFO_DISEASE) {
        Some(Facet::Disease)
    } else if is_below(EFO_CELL_LINE) {
        Some(Facet::Cell)
    } else {
        None
    }
}
