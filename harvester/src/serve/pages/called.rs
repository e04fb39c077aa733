//! What facets and their values are called on pages.

use std::collections::BTreeMap;

use super::tiles::names_of_members;
use crate::serve::state::Shared;
use crate::serve::terms::label_of_term;
use crate::text::{Facet, FacetValue, annotation_in_words, pixel_type_in_words, span_in_words};

/// What holdings are called.
const HELD: &str = "kept by the institution";
const CATALOGUED: &str = "kept elsewhere";

/// What a facet is called.
pub(super) fn title(facet: Facet) -> &'static str {
    match facet {
        Facet::Organism => "Organism",
        Facet::Method => "Imaging method",
        Facet::Tissue => "Tissue or organ",
        Facet::Cell => "Cell type or line",
        Facet::Disease => "Disease",
        Facet::Process => "Process or component",
        Facet::Phenotype => "Phenotype",
        Facet::Gene => "Gene",
        Facet::Author => "Author",
        Facet::Licence => "Licence",
        Facet::Member => "Institution",
        Facet::Kind => "Kind",
        Facet::Access => "Access",
        Facet::Holding => "Files",
        Facet::Year => "Year",
        Facet::Channels => "Channels",
        Facet::Planes => "Focal planes",
        Facet::Times => "Time points",
        Facet::PixelSize => "Pixel size",
        Facet::PixelType => "Depth of a pixel",
        Facet::ImageFormat => "Format",
        Facet::Annotated => "Annotated with",
    }
}

/// What the value of a filter is called, whether anything has it or not; that it excludes is said.
pub(super) fn label_of_filter(shared: &Shared, facet: Facet, text: &str) -> String {
    if let Some(value) = text.strip_prefix('-') {
        return format!("not {}", label_of_filter(shared, facet, value));
    }
    let terms = shared.harvester.projections().terms();
    let term = facet.is_of_terms().then(|| label_of_term(text, &terms));
    let known = term.flatten().or_else(|| {
        let mut members = names_of_members(shared);
        (facet == Facet::Member)
            .then(|| members.remove(text))
            .flatten()
    });
    known
        .or_else(|| span_in_words(facet, text))
        .unwrap_or_else(|| {
            match (facet, text) {
                (Facet::Holding, "held") => HELD,
                (Facet::Holding, "catalogued") => CATALOGUED,
                (Facet::PixelType, word) => pixel_type_in_words(word),
                (Facet::Annotated, word) => annotation_in_words(word),
                (_, text) => text,
            }
            .to_owned()
        })
}

/// What a value is called: a member by its institution, holdings and access in words.
pub(super) fn label(
    facet: Facet,
    value: &FacetValue,
    members: &BTreeMap<String, String>,
) -> String {
    match (facet, value.id.as_str()) {
        (Facet::Member, id) => members.get(id).cloned().unwrap_or_else(|| id.to_owned()),
        (Facet::Holding, "held") => HELD.to_owned(),
        (Facet::Holding, "catalogued") => CATALOGUED.to_owned(),
        _ if value.label.is_empty() => value.id.clone(),
        _ => value.label.clone(),
    }
}
