//! Image acquisitions and other protocols.

use ontologies::schema::{obo, omma, prov, schema_org};

use super::describing::Describing;
use super::statements::pairs;
use super::terms::iri_of;
use crate::study::{Acquisition, TermRole};

impl<'a> Describing<'a> {
    pub(super) fn acquisitions(&mut self) {
        for (index, acquisition) in self.study.acquisitions.iter().enumerate() {
            self.acquisition(index + 1, acquisition);
        }
    }

    fn acquisition(&mut self, number: usize, acquisition: &'a Acquisition) {
        let node = self.home.part("acquisition", number);
        let said = &mut self.statements;
        said.node(&self.home, omma::PROTOCOL, &node);
        said.classes(&node, &[schema_org::LAB_PROTOCOL]);
        if is_imaging(acquisition) {
            said.classes(&node, &[prov::ACTIVITY, obo::IMAGING_ASSAY]);
        }
        said.position(&node, number);
        said.text(&node, schema_org::IDENTIFIER, &acquisition.id);
        said.optional(&node, schema_org::NAME, acquisition.title.as_deref());
        said.optional(
            &node,
            schema_org::DESCRIPTION,
            acquisition.description.as_deref(),
        );
        said.optional(
            &node,
            schema_org::LAB_EQUIPMENT,
            acquisition.instrument.as_deref(),
        );
        said.properties(&node, pairs(&acquisition.additional));
        for method in &acquisition.methods {
            self.method(&node, schema_org::MEASUREMENT_TECHNIQUE, method);
        }
    }
}

/// A protocol is an image acquisition where it has a term that validation left as an imaging method; one with words
/// alone, or with a term of another kind, could be any protocol of the laboratory, and nothing is claimed of it.
fn is_imaging(acquisition: &Acquisition) -> bool {
    acquisition
        .methods
        .iter()
        .any(|method| method.role == TermRole::Method && iri_of(method).is_some())
}

/// How a component or an image points to what it was made by: only an image acquisition makes images.
pub(super) fn made_by(acquisition: &Acquisition) -> &'static str {
    if is_imaging(acquisition) {
        prov::WAS_GENERATED_BY
    } else {
        omma::PROTOCOL
    }
}
