//! Sets of annotations: data derived from images. They stand in the study's record until annotations have their own.

use ontologies::schema::{dcat, oa, omma, prov, schema_org};

use super::describing::Describing;
use super::file_iri;
use super::statements::Node;
use crate::relative_path::RelPath;
use crate::study::{AnnotationFile, AnnotationSet};

impl Describing<'_> {
    pub(super) fn annotations(&mut self) {
        for (index, set) in self.study.annotations.iter().enumerate() {
            self.annotation(index + 1, set);
        }
    }

    /// An annotation is about the images that its files were made from; where none is named, about the study.
    fn annotation(&mut self, number: usize, set: &AnnotationSet) {
        let node = self.home.part("annotation", number);
        let said = &mut self.statements;
        said.classes(&node, &[oa::ANNOTATION, prov::ENTITY]);
        said.position(&node, number);
        said.text(&node, schema_org::NAME, &set.title);
        said.optional(&node, omma::ANNOTATION_TYPE, set.annotation_type.as_deref());
        said.optional(
            &node,
            schema_org::MEASUREMENT_TECHNIQUE,
            set.method.as_deref(),
        );
        let images: Vec<Node> = set
            .files
            .iter()
            .filter_map(|file| file.source.as_ref())
            .filter_map(|source| self.image_of(source))
            .collect();
        for image in &images {
            self.statements.node(&node, oa::HAS_TARGET, image);
        }
        if images.is_empty() {
            self.statements.node(&node, oa::HAS_TARGET, &self.home);
        }
        for (index, file) in set.files.iter().enumerate() {
            self.annotation_file(&node, index + 1, file);
        }
    }

    fn annotation_file(&mut self, annotation: &Node, number: usize, file: &AnnotationFile) {
        let body = annotation.part("file", number);
        self.statements.node(annotation, oa::HAS_BODY, &body);
        self.statements.text(&body, omma::PATH, file.file.as_str());
        let address = self.file(&file.file);
        self.statements.node(&body, dcat::DOWNLOAD_URL, &address);
        if let Some(source) = &file.source {
            let origin = self.image_of(source).unwrap_or_else(|| self.file(source));
            self.statements.node(&body, prov::WAS_DERIVED_FROM, &origin);
        }
    }

    fn file(&self, path: &RelPath) -> Node {
        Node::resource(file_iri(
            self.naming.namespace,
            self.naming.study,
            self.naming.version,
            path,
        ))
    }
}
