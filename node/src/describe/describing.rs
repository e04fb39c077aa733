//! A study while it is being described: its names, and who points to whom.

use std::collections::HashMap;

use protocol::record::Statement;

use super::Naming;
use super::statements::{Node, Statements};
use crate::relative_path::RelPath;
use crate::study::{
    Acquisition, AnnotationFile, Biosample, Image, Organisation, Specimen, Study, TermRole,
};

/// A term as submitted, as a key: uses that are equal share one node.
pub(super) type SameUse<'a> = (TermRole, &'a str, Option<&'a str>, Option<&'a str>);

/// An organisation as a key: name, ROR, address.
pub(super) type SameOrganisation<'a> = (Option<&'a str>, Option<&'a str>, Option<&'a str>);

/// The study, its names, and the statements so far.
pub(super) struct Describing<'a> {
    pub(super) study: &'a Study,
    pub(super) naming: &'a Naming<'a>,
    /// The study's own node.
    pub(super) home: Node,
    pub(super) statements: Statements,
    pub(super) uses: HashMap<SameUse<'a>, Node>,
    pub(super) organisations: HashMap<SameOrganisation<'a>, Node>,
    /// The place in the study's list of the image that a file belongs to.
    images_by_file: HashMap<&'a str, usize>,
    /// The same of those images that are not the first of their files, by their numbers in them.
    further_images: HashMap<(&'a str, u64), usize>,
}

impl<'a> Describing<'a> {
    pub(super) fn new(study: &'a Study, naming: &'a Naming<'a>) -> Describing<'a> {
        Describing {
            study,
            naming,
            home: Node::resource(naming.home()),
            statements: Statements::default(),
            uses: HashMap::new(),
            organisations: HashMap::new(),
            images_by_file: images_by_file(&study.images),
            further_images: further_images(&study.images),
        }
    }

    /// The image that a file belongs to, by the file's path.
    pub(super) fn image_of(&self, file: &RelPath) -> Option<Node> {
        self.image_at(*self.images_by_file.get(file.as_str())?)
    }

    /// The image that a file of annotations is made from; none where its file is in no image.
    pub(super) fn source_of(&self, file: &AnnotationFile) -> Option<Node> {
        let source = file.source.as_ref()?;
        let number = file.image.unwrap_or(0);
        match self.further_images.get(&(source.as_str(), number)) {
            Some(place) => self.image_at(*place),
            None => self.image_of(source),
        }
    }

    fn image_at(&self, place: usize) -> Option<Node> {
        let image = self.naming.images.get(place)?;
        Some(Node::resource(self.naming.namespace.iri(image)))
    }

    pub(super) fn into_statements(self) -> Vec<Statement> {
        self.statements.into_all()
    }
}

/// The key under which equal organisations are one node.
pub(super) fn same_organisation(organisation: &Organisation) -> SameOrganisation<'_> {
    (
        organisation.name.as_deref(),
        organisation.ror.as_deref(),
        organisation.url.as_deref(),
    )
}

/// A biosample by its name inside the source, and its number, from 1. Of two with one name the first is meant.
pub(super) fn biosample<'a>(study: &'a Study, name: &str) -> Option<(usize, &'a Biosample)> {
    numbered(&study.biosamples, |biosample| biosample.id == name)
}

/// A specimen by its name inside the source, and its number, from 1.
pub(super) fn specimen<'a>(study: &'a Study, name: &str) -> Option<(usize, &'a Specimen)> {
    numbered(&study.specimens, |specimen| specimen.id == name)
}

/// An acquisition by its name inside the source, and its number, from 1.
pub(super) fn acquisition<'a>(study: &'a Study, name: &str) -> Option<(usize, &'a Acquisition)> {
    numbered(&study.acquisitions, |acquisition| acquisition.id == name)
}

fn numbered<T>(parts: &[T], is_meant: impl Fn(&T) -> bool) -> Option<(usize, &T)> {
    parts
        .iter()
        .position(is_meant)
        .map(|at| (at + 1, &parts[at]))
}

fn further_images(images: &[Image]) -> HashMap<(&str, u64), usize> {
    let mut places = HashMap::new();
    for (at, image) in images.iter().enumerate() {
        let number = image.number_in_files();
        if number > 0 {
            let files = image.files.iter();
            places.extend(files.map(|file| ((file.as_str(), number), at)));
        }
    }
    places
}

fn images_by_file(images: &[Image]) -> HashMap<&str, usize> {
    let mut places = HashMap::new();
    for (at, image) in images.iter().enumerate() {
        for file in &image.files {
            places.entry(file.as_str()).or_insert(at);
        }
    }
    places
}
