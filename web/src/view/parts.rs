//! What belongs to a study: its components, what was derived from its images, the figures that they stand behind.

use ontologies::schema::{dcat, oa, omma, prov, schema_org};

use super::Property;
use super::facts::{Facts, Node};
use super::sample::{Biosample, Protocol, Specimen, fragments};

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
    /// How many files it has, where these are too many for the record to list them.
    pub file_count: Option<u64>,
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
            file_count: node.number(omma::FILE_COUNT),
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
