//! Sets of annotations: data derived from images. Their description is a part of the study's record, as that of its
//! components and biosamples; each image says by itself with what it is annotated ([`super::marks`]).

use std::collections::HashSet;

use ontologies::schema::{dcat, oa, omma, prov, schema_org};

use super::describing::Describing;
use super::statements::Node;
use super::{MOST_FILES_DESCRIBED, file_iri};
use crate::relative_path::RelPath;
use crate::study::{AnnotationFile, AnnotationSet};

impl Describing<'_> {
    pub(super) fn annotations(&mut self) {
        for (index, set) in self.study.annotations.iter().enumerate() {
            self.annotation(index + 1, set);
        }
    }

    /// An annotation is about the images that its files were made from; where none is named, or more than a record has room
    /// for, about the study.
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
        let mut images: Vec<Node> = set
            .files
            .iter()
            .filter_map(|file| self.source_of(file))
            .collect();
        // several masks of one image have one target
        let mut seen = HashSet::new();
        images.retain(|image| seen.insert(image.clone()));
        if images.is_empty() || images.len() > MOST_FILES_DESCRIBED {
            images = vec![self.home.clone()];
        }
        for image in &images {
            self.statements.node(&node, oa::HAS_TARGET, image);
        }
        if set.files.len() > MOST_FILES_DESCRIBED {
            let files = set.files.len() as u64;
            return self.statements.number(&node, omma::FILE_COUNT, files);
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
            let origin = self.source_of(file).unwrap_or_else(|| self.file(source));
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
