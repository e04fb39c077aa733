//! The terms of a record, by what they say of the thing.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ontologies::Terms;
use ontologies::schema::{bao, dct, dwciri, obo, omma, schema_org};
use protocol::record::ObjectRef;

use super::statements::{Statements, value};
use super::subject::facet_of_subject;
use super::{Described, NamedTerm};
use crate::text::facet::Facet;

/// METADATA.md, phenotype observation; the node does not write these yet, and `ontologies::schema` does not have them.
const PHENOTYPE: &str = "https://w3id.org/ommatidia/ns#phenotype";

/// A term as it was submitted: its label, and what its role says.
#[derive(Debug, Default, Clone, Copy)]
struct Submitted<'r> {
    label: Option<&'r str>,
    facet: Option<Facet>,
    has_role: bool,
}

impl<'r> Statements<'r> {
    /// Finds every term, in whatever part of the record it stands.
    pub(super) fn read_terms(&self, described: &mut Described, terms: &Terms) {
        let submitted = self.submitted_terms(described);
        let mut found: BTreeMap<Facet, BTreeMap<&str, Option<&str>>> = BTreeMap::new();
        for statement in self.all {
            let ObjectRef::Iri(iri) = statement.object() else {
                continue;
            };
            if self.is_subject(iri) {
                continue;
            }
            let as_submitted = submitted.get(iri).copied().unwrap_or_default();
            let facet = match statement.predicate() {
                schema_org::ABOUT => as_submitted.facet.or_else(|| facet_of_subject(iri, terms)),
                schema_org::MEASUREMENT_TECHNIQUE => facet_of_technique(as_submitted),
                omma::TERM | dct::TYPE => None,
                predicate => match facet_of_predicate(predicate) {
                    Some(facet) => Some(facet),
                    None => continue,
                },
            };
            match facet {
                Some(facet) => {
                    let label = found.entry(facet).or_default().entry(*iri).or_default();
                    *label = label.or(as_submitted.label);
                }
                None => {
                    described.other_terms.insert((*iri).to_owned());
                }
            }
        }
        for (facet, of_facet) in found {
            let mut named = Vec::with_capacity(of_facet.len());
            for (iri, label) in of_facet {
                described.other_terms.remove(iri);
                named.push(NamedTerm {
                    iri: iri.to_owned(),
                    label: label.map(str::to_owned),
                });
            }
            described.terms.insert(facet, named);
        }
    }

    /// Terms by IRI as they were submitted; takes all labels into the text, also of what was not found in any ontology.
    fn submitted_terms(&self, described: &mut Described) -> HashMap<&'r str, Submitted<'r>> {
        let nodes: BTreeSet<&str> = self
            .all
            .iter()
            .filter(|statement| statement.predicate() == omma::HAS_TERM_USE)
            .map(|statement| value(statement.object()))
            .collect();
        let mut submitted: HashMap<&str, Submitted<'r>> = HashMap::new();
        for node in nodes {
            let label = self.text(node, omma::SUBMITTED_LABEL);
            described.submitted.extend(label.map(str::to_owned));
            if let Some(iri) = self.links(node, omma::TERM).next() {
                let known = submitted.entry(iri).or_default();
                known.label = known.label.or(label);
                let role = self.text(node, omma::ROLE);
                known.has_role |= role.is_some();
                known.facet = known.facet.or_else(|| facet_of_role(role));
            }
        }
        submitted
    }
}

/// What a predicate says of its object.
fn facet_of_predicate(predicate: &str) -> Option<Facet> {
    match predicate {
        obo::IN_TAXON | schema_org::TAXONOMIC_RANGE => Some(Facet::Organism),
        dwciri::MEASUREMENT_METHOD => Some(Facet::Method),
        omma::CELL_TYPE | bao::HAS_CELL_LINE => Some(Facet::Cell),
        omma::TISSUE => Some(Facet::Tissue),
        omma::DISEASE => Some(Facet::Disease),
        PHENOTYPE => Some(Facet::Phenotype),
        _ => None,
    }
}

/// Protocols of growing, treating and analysing name their techniques as those of imaging do: what was submitted as something
/// else is no imaging method.
fn facet_of_technique(submitted: Submitted<'_>) -> Option<Facet> {
    if submitted.has_role {
        submitted.facet
    } else {
        Some(Facet::Method)
    }
}

/// The roles that the profile gives to submitted terms; a mere subject is told by its vocabulary.
fn facet_of_role(role: Option<&str>) -> Option<Facet> {
    match role? {
        "organism" => Some(Facet::Organism),
        "method" => Some(Facet::Method),
        "cell-type" | "cell-line" => Some(Facet::Cell),
        "tissue" => Some(Facet::Tissue),
        "disease" => Some(Facet::Disease),
        "process" => Some(Facet::Process),
        "phenotype" => Some(Facet::Phenotype),
        _ => None,
    }
}
