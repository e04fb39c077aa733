//! What was imaged, how it was made ready and how it was imaged.

use ontologies::schema::{bao, dct, dwc, dwciri, obo, omma, prov, schema_org};

use super::Property;
use super::facts::Node;
use super::terms::{Term, terms};

/// What was imaged, biologically.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Biosample {
    /// The hash of the node: `biosample-1`.
    pub node: String,
    /// Its name inside the source.
    pub id: Option<String>,
    /// A title.
    pub title: Option<String>,
    /// In words.
    pub description: Option<String>,
    /// Organism, cells, tissue, disease and what else it is.
    pub terms: Vec<Term>,
    /// Strain.
    pub strain: Option<String>,
    /// Genotype.
    pub genotype: Option<String>,
    /// Sex.
    pub sex: Option<String>,
    /// Age.
    pub age: Option<String>,
    /// Developmental stage.
    pub stage: Option<String>,
    /// `control` or `treated`.
    pub role: Option<String>,
    /// What was done to it, in order.
    pub treatments: Vec<Treatment>,
    /// Further names and values.
    pub properties: Vec<Property>,
}

/// What was done to a biosample.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Treatment {
    /// With what.
    pub agent: Option<String>,
    /// How much.
    pub dose: Option<String>,
    /// The unit of the dose.
    pub unit: Option<String>,
    /// How long.
    pub duration: Option<String>,
}

impl Treatment {
    /// In one line: `latrunculin A, 10 micromolar, 5 min`.
    pub fn text(&self) -> String {
        let dose: Vec<&str> = [self.dose.as_deref(), self.unit.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        let dose = (!dose.is_empty()).then(|| dose.join(" "));
        let parts = [self.agent.clone(), dose, self.duration.clone()];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

impl Biosample {
    /// What to call it: its title, else its name in the source, else the name of its node.
    pub fn text(&self) -> &str {
        called(&[&self.title, &self.id], &self.node)
    }

    pub(super) fn read(node: &Node<'_, '_>) -> Biosample {
        let named = [
            (obo::IN_TAXON, "organism"),
            (schema_org::TAXONOMIC_RANGE, "organism"),
            (omma::CELL_TYPE, "cell-type"),
            (bao::HAS_CELL_LINE, "cell-line"),
            (omma::TISSUE, "tissue"),
            (omma::DISEASE, "disease"),
            (schema_org::ABOUT, "subject"),
            (dwciri::MEASUREMENT_METHOD, "method"),
            (dct::TYPE, "preparation"),
        ];
        Biosample {
            node: node.fragment(),
            id: node.text(schema_org::IDENTIFIER),
            title: node.text(schema_org::NAME),
            description: node.text(schema_org::DESCRIPTION),
            terms: terms(node, &named),
            strain: node.text(omma::STRAIN),
            genotype: node.text(omma::GENOTYPE),
            sex: node.text(dwc::SEX),
            age: node.text(omma::AGE),
            stage: node.text(omma::DEVELOPMENTAL_STAGE),
            role: node.text(omma::SAMPLE_ROLE),
            treatments: node
                .nodes(omma::HAS_TREATMENT)
                .iter()
                .map(|treatment| Treatment {
                    agent: treatment.text(omma::AGENT),
                    dose: treatment.text(omma::DOSE),
                    unit: treatment.text(schema_org::UNIT_TEXT),
                    duration: treatment.text(omma::DURATION),
                })
                .collect(),
            properties: node.properties(),
        }
    }
}

/// How a biosample was made ready for the microscope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Specimen {
    /// The hash of the node: `specimen-1`.
    pub node: String,
    /// Its name inside the source.
    pub id: Option<String>,
    /// A title.
    pub title: Option<String>,
    /// The nodes of the biosamples that it was made from.
    pub biosamples: Vec<String>,
    /// The steps, in order.
    pub preparation: Vec<Preparation>,
    /// Further names and values.
    pub properties: Vec<Property>,
}

/// A step of preparing a specimen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Preparation {
    /// The method.
    pub methods: Vec<Term>,
    /// In words.
    pub description: Option<String>,
}

impl Specimen {
    /// What to call it: its title, else its name in the source, else the name of its node.
    pub fn text(&self) -> &str {
        called(&[&self.title, &self.id], &self.node)
    }

    pub(super) fn read(node: &Node<'_, '_>) -> Specimen {
        let step = |step: &Node<'_, '_>| Preparation {
            methods: terms(step, &[(dct::TYPE, "preparation")]),
            description: step.text(schema_org::DESCRIPTION),
        };
        Specimen {
            node: node.fragment(),
            id: node.text(schema_org::IDENTIFIER),
            title: node.text(schema_org::NAME),
            biosamples: fragments(node, omma::BIOSAMPLE),
            preparation: node
                .nodes(prov::WAS_GENERATED_BY)
                .iter()
                .map(step)
                .collect(),
            properties: node.properties(),
        }
    }
}

/// A protocol: an image acquisition where it has an imaging method.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Protocol {
    /// The hash of the node: `acquisition-1`.
    pub node: String,
    /// Its name inside the source.
    pub id: Option<String>,
    /// A title.
    pub title: Option<String>,
    /// In words.
    pub description: Option<String>,
    /// Imaging methods and other techniques.
    pub methods: Vec<Term>,
    /// The microscope and what hangs on it.
    pub instrument: Option<String>,
    /// Whether images are taken by it.
    pub is_imaging: bool,
    /// Further names and values.
    pub properties: Vec<Property>,
}

impl Protocol {
    /// What to call it: its title, else its name in the source, else the name of its node.
    pub fn text(&self) -> &str {
        called(&[&self.title, &self.id], &self.node)
    }

    pub(super) fn read(node: &Node<'_, '_>) -> Protocol {
        Protocol {
            node: node.fragment(),
            id: node.text(schema_org::IDENTIFIER),
            title: node.text(schema_org::NAME),
            description: node.text(schema_org::DESCRIPTION),
            methods: terms(node, &[(schema_org::MEASUREMENT_TECHNIQUE, "method")]),
            instrument: node.text(schema_org::LAB_EQUIPMENT),
            is_imaging: node.is_of(obo::IMAGING_ASSAY),
            properties: node.properties(),
        }
    }
}

/// The hashes of the nodes that a predicate points to; what points elsewhere keeps its IRI.
pub(super) fn fragments(node: &Node<'_, '_>, predicate: &str) -> Vec<String> {
    let near = node.nodes(predicate);
    let far = node
        .texts(predicate)
        .into_iter()
        .filter(|iri| !near.iter().any(|node| node.iri == iri));
    near.iter()
        .map(Node::fragment)
        .chain(far.collect::<Vec<_>>())
        .collect()
}

fn called<'a>(names: &[&'a Option<String>], node: &'a str) -> &'a str {
    names
        .iter()
        .find_map(|name| name.as_deref())
        .unwrap_or(node)
}
