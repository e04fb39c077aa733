//! What was imaged, biologically, and how it was made ready.

use ontologies::schema::{dct, dwc, obo, omma, prov, schema_org};

use super::describing::{self, Describing};
use super::statements::{Node, pairs};
use super::terms::predicates_of_biosample;
use crate::study::{Biosample, BiosampleRole, PreparationStep, Specimen, Treatment};

impl<'a> Describing<'a> {
    pub(super) fn biosamples(&mut self) {
        for (index, biosample) in self.study.biosamples.iter().enumerate() {
            self.biosample(index + 1, biosample);
        }
    }

    fn biosample(&mut self, number: usize, biosample: &'a Biosample) {
        let node = self.home.part("biosample", number);
        let said = &mut self.statements;
        said.node(&self.home, schema_org::ABOUT, &node);
        said.classes(&node, &[schema_org::BIO_SAMPLE]);
        said.position(&node, number);
        said.text(&node, schema_org::IDENTIFIER, &biosample.id);
        said.optional(&node, schema_org::NAME, biosample.title.as_deref());
        said.optional(
            &node,
            schema_org::DESCRIPTION,
            biosample.description.as_deref(),
        );
        said.optional(&node, omma::STRAIN, biosample.strain.as_deref());
        said.optional(&node, omma::GENOTYPE, biosample.genotype.as_deref());
        said.optional(&node, dwc::SEX, biosample.sex.as_deref());
        said.optional(&node, omma::AGE, biosample.age.as_deref());
        said.optional(&node, omma::DEVELOPMENTAL_STAGE, biosample.stage.as_deref());
        if let Some(role) = biosample.role {
            let name = match role {
                BiosampleRole::Control => "control",
                BiosampleRole::Treated => "treated",
            };
            said.text(&node, omma::SAMPLE_ROLE, name);
        }
        said.properties(&node, pairs(&biosample.additional));
        for (index, treatment) in biosample.treatments.iter().enumerate() {
            self.treatment(&node, index + 1, treatment);
        }
        for used in &biosample.terms {
            self.term(&node, predicates_of_biosample(used.role), used);
        }
    }

    fn treatment(&mut self, biosample: &Node, number: usize, treatment: &Treatment) {
        let node = biosample.part("treatment", number);
        let said = &mut self.statements;
        said.node(biosample, omma::HAS_TREATMENT, &node);
        said.classes(&node, &[omma::TREATMENT]);
        said.position(&node, number);
        said.text(&node, omma::AGENT, &treatment.agent);
        said.optional(&node, omma::DOSE, treatment.dose.as_deref());
        said.optional(&node, schema_org::UNIT_TEXT, treatment.unit.as_deref());
        said.optional(&node, omma::DURATION, treatment.duration.as_deref());
    }

    pub(super) fn specimens(&mut self) {
        for (index, specimen) in self.study.specimens.iter().enumerate() {
            self.specimen(index + 1, specimen);
        }
    }

    fn specimen(&mut self, number: usize, specimen: &'a Specimen) {
        let node = self.home.part("specimen", number);
        let said = &mut self.statements;
        said.node(&self.home, omma::SPECIMEN, &node);
        said.classes(&node, &[obo::SPECIMEN]);
        said.position(&node, number);
        said.text(&node, schema_org::IDENTIFIER, &specimen.id);
        said.optional(&node, schema_org::NAME, specimen.title.as_deref());
        let origin = specimen.biosample.as_deref();
        let known = origin.and_then(|name| describing::biosample(self.study, name));
        if let Some((biosample, _)) = known {
            said.node(
                &node,
                omma::BIOSAMPLE,
                &self.home.part("biosample", biosample),
            );
        }
        let unknown = origin
            .filter(|_| known.is_none())
            .map(|name| ("biosample", name));
        said.properties(&node, pairs(&specimen.additional).chain(unknown));
        for (index, step) in specimen.preparation.iter().enumerate() {
            self.preparation(&node, index + 1, step);
        }
    }

    fn preparation(&mut self, specimen: &Node, number: usize, step: &'a PreparationStep) {
        let node = specimen.part("preparation", number);
        let said = &mut self.statements;
        said.node(specimen, prov::WAS_GENERATED_BY, &node);
        said.classes(&node, &[schema_org::LAB_PROTOCOL, prov::ACTIVITY]);
        said.position(&node, number);
        said.optional(&node, schema_org::DESCRIPTION, step.description.as_deref());
        if let Some(method) = &step.method {
            self.term(&node, &[dct::TYPE], method);
        }
    }
}
