//! What was imaged, how it was made ready and how it was imaged, and what came of it.

use ontologies::schema::{bao, dcat, dct, dwc, dwciri, oa, obo, omma, prov, schema_org};

use super::Property;
use super::facts::{Facts, Node};
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

    fn read(node: &Node<'_, '_>) -> Biosample {
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

    fn read(node: &Node<'_, '_>) -> Specimen {
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

    fn read(node: &Node<'_, '_>) -> Protocol {
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

/// A part of a study whose images belong together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Component {
    /// The hash of the node: `component-1`.
    pub node: String,
    /// Its title.
    pub title: Option<String>,
    /// In words.
    pub description: Option<String>,
    /// The nodes of its biosamples.
    pub biosamples: Vec<String>,
    /// The nodes of its specimens.
    pub specimens: Vec<String>,
    /// The nodes of its image acquisitions and other protocols.
    pub protocols: Vec<String>,
    /// Further names and values.
    pub properties: Vec<Property>,
}

impl Component {
    fn read(node: &Node<'_, '_>) -> Component {
        // that it is a part of its study says its place in the record
        node.texts(schema_org::IS_PART_OF);
        let mut protocols = fragments(node, prov::WAS_GENERATED_BY);
        protocols.extend(fragments(node, omma::PROTOCOL));
        Component {
            node: node.fragment(),
            title: node.text(schema_org::NAME),
            description: node.text(schema_org::DESCRIPTION),
            biosamples: fragments(node, omma::BIOSAMPLE),
            specimens: fragments(node, omma::SPECIMEN),
            protocols,
            properties: node.properties(),
        }
    }
}

/// Data derived from images.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Annotation {
    /// The hash of the node: `annotation-1`.
    pub node: String,
    /// Its title.
    pub title: Option<String>,
    /// MIFA's type: `segmentation_mask` …
    pub annotation_type: Option<String>,
    /// How it was made.
    pub method: Option<String>,
    /// The IRIs of what it is about.
    pub targets: Vec<String>,
    /// Its files.
    pub files: Vec<AnnotationFile>,
}

/// A file of an annotation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AnnotationFile {
    /// Its path in the study.
    pub path: Option<String>,
    /// Where its bytes are.
    pub address: Option<String>,
    /// The IRIs of what it was made from.
    pub sources: Vec<String>,
}

impl Annotation {
    /// In one line: `Ring masks (segmentation_mask, drawn by hand)`.
    pub fn text(&self) -> String {
        let title = self.title.as_deref().unwrap_or(&self.node);
        let kinds: Vec<&str> = [self.annotation_type.as_deref(), self.method.as_deref()]
            .into_iter()
            .flatten()
            .collect();
        if kinds.is_empty() {
            title.to_owned()
        } else {
            format!("{title} ({})", kinds.join(", "))
        }
    }

    fn read(node: &Node<'_, '_>) -> Annotation {
        let file = |file: &Node<'_, '_>| AnnotationFile {
            path: file.text(omma::PATH),
            address: file.text(dcat::DOWNLOAD_URL),
            sources: file.texts(prov::WAS_DERIVED_FROM),
        };
        Annotation {
            node: node.fragment(),
            title: node.text(schema_org::NAME),
            annotation_type: node.text(omma::ANNOTATION_TYPE),
            method: node.text(schema_org::MEASUREMENT_TECHNIQUE),
            targets: node.texts(oa::HAS_TARGET),
            files: node.nodes(oa::HAS_BODY).iter().map(file).collect(),
        }
    }
}

/// A figure or panel of an article that images stand behind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figure {
    /// The hash of the node: `figure-1`.
    pub node: String,
    /// As the article numbers it: `2a`.
    pub figure: Option<String>,
    /// The IRIs of its images.
    pub images: Vec<String>,
    /// The paths of its files that are no images.
    pub files: Vec<String>,
}

impl Figure {
    fn read(node: &Node<'_, '_>) -> Figure {
        Figure {
            node: node.fragment(),
            figure: node.text(schema_org::NAME),
            images: node.texts(prov::WAS_DERIVED_FROM),
            files: node.texts(omma::PATH),
        }
    }
}

/// What belongs to a study in its record, each kind in its order.
pub(super) struct Parts {
    pub(super) biosamples: Vec<Biosample>,
    pub(super) specimens: Vec<Specimen>,
    pub(super) protocols: Vec<Protocol>,
    pub(super) components: Vec<Component>,
    pub(super) annotations: Vec<Annotation>,
    pub(super) figures: Vec<Figure>,
}

impl Parts {
    pub(super) fn read(facts: &Facts<'_>) -> Parts {
        let home = facts.resource();
        let biosamples: Vec<Node<'_, '_>> = home
            .nodes(schema_org::ABOUT)
            .into_iter()
            .filter(|node| node.is_of(schema_org::BIO_SAMPLE))
            .collect();
        Parts {
            biosamples: biosamples.iter().map(Biosample::read).collect(),
            specimens: read_all(&home.nodes(omma::SPECIMEN), Specimen::read),
            protocols: read_all(&home.nodes(omma::PROTOCOL), Protocol::read),
            components: read_all(&facts.of_class(omma::STUDY_COMPONENT), Component::read),
            annotations: read_all(&facts.of_class(oa::ANNOTATION), Annotation::read),
            figures: read_all(&home.nodes(omma::SUPPORTS), Figure::read),
        }
    }
}

fn read_all<T>(nodes: &[Node<'_, '_>], read: fn(&Node<'_, '_>) -> T) -> Vec<T> {
    nodes.iter().map(read).collect()
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
