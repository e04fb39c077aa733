//! `hasPart`: datasets inside the dataset become study components, files become images or just files.

use std::collections::VecDeque;

use percent_encoding::percent_decode_str;

use super::KEPT_LOOSE;
use super::graph::{Entity, Item};
use super::images::{ImagesOfFiles, Stated};
use super::payload::Payload;
use super::protocols::{is_protocol, protocol};
use super::subjects::{biosample, terms};
use super::taking::{Reader, Taking, Target};
use crate::deposit::DepositedFile;
use crate::finding::Finding;
use crate::image::zarr_folder;
use crate::relative_path::RelPath;
use crate::study::{Component, Image, Property, Study, TermRole, TermUse};

/// Reads all parts into the study; returns its files by path.
pub(super) fn read<'g>(
    reader: &mut Reader<'g>,
    dataset: &mut Taking<'g>,
    study: &mut Study,
    payload: Option<&mut Payload<'_>>,
) -> Vec<DepositedFile> {
    let mut parts = Parts {
        reader,
        study,
        payload,
        root: dataset.entity,
        inner: VecDeque::new(),
        folders: Vec::new(),
        files: Vec::new(),
        whole: None,
        elsewhere: 0,
        images: ImagesOfFiles::default(),
    };
    parts.of(dataset, None);
    while let Some(index) = parts.inner.pop_front() {
        parts.dataset(index);
    }
    parts.folders();
    parts.zarrs();
    parts.undescribed();
    let elsewhere = parts.elsewhere;
    if elsewhere > KEPT_LOOSE {
        let message = format!(
            "{elsewhere} files are elsewhere on the web; the first {KEPT_LOOSE} are kept as further names and values of the study"
        );
        parts.reader.findings.push(Finding::warning(
            format!("{} hasPart", dataset.entity.id),
            message,
        ));
    }
    let mut files = parts.files;
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

struct Parts<'r, 'g, 's, 'p, 'm> {
    reader: &'r mut Reader<'g>,
    study: &'s mut Study,
    payload: Option<&'p mut Payload<'m>>,
    root: &'g Entity,
    /// Datasets inside that are still to be read; a list and not a recursion, because a stranger may nest a million.
    inner: VecDeque<usize>,
    /// Datasets that are folders, with their components.
    folders: Vec<(RelPath, usize)>,
    files: Vec<DepositedFile>,
    /// The component for images that are in no dataset but the root, once there is one.
    whole: Option<usize>,
    elsewhere: usize,
    images: ImagesOfFiles,
}

impl<'g> Parts<'_, 'g, '_, '_, '_> {
    /// The parts of the root (`component` is none) or of a dataset inside it.
    fn of(&mut self, dataset: &mut Taking<'g>, component: Option<usize>) {
        for item in dataset.take("hasPart") {
            match self.reader.target(item) {
                Target::Entity(index, entity) if entity.is("Dataset") => {
                    self.inner.push_back(index)
                }
                Target::Entity(index, entity) => self.file(Some(index), &entity.id, component),
                Target::Text(id) | Target::Unknown(id) => self.file(None, id, component),
            }
        }
    }

    /// A dataset inside: a component.
    fn dataset(&mut self, index: usize) {
        let mut taking = self.reader.open(index);
        if taking.is_again() {
            return;
        }
        let id = &taking.entity.id;
        let title = taking
            .text("name")
            .unwrap_or_else(|| id.trim_end_matches('/').to_owned());
        let mut component = Component {
            title: title.clone(),
            description: taking.text("description"),
            ..Component::default()
        };
        (component.biosamples, component.acquisitions) = self.made_from(&mut taking);
        self.shared(&mut taking);
        let place = self.study.components.len();
        self.study.components.push(component);
        self.of(&mut taking, Some(place));
        match relative(id) {
            Some(folder) => self.folders.extend(
                RelPath::parse(folder.trim_end_matches('/'))
                    .ok()
                    .map(|folder| (folder, place)),
            ),
            None if id.contains("://") => {
                self.reader.additional.push(Property {
                    name: format!("@id of {title}"),
                    value: id.clone(),
                });
            }
            None => {}
        }
        self.reader.leftovers_of(&taking, &title);
    }

    /// A dataset inside has to say again what it shares with the whole; said again it is no fact of its own.
    fn shared(&self, inner: &mut Taking<'g>) {
        for key in ["datePublished", "license", "author", "publisher"] {
            inner.take_if(key, |item| {
                self.root.values(key).any(|of_root| of_root == item)
            });
        }
    }

    /// What the folders of datasets hold without saying so; the innermost folder that is a dataset has it.
    fn folders(&mut self) {
        let mut folders = std::mem::take(&mut self.folders);
        folders.sort_by_key(|(folder, _)| std::cmp::Reverse(folder.as_str().len()));
        for (folder, place) in folders {
            let below = self
                .payload
                .as_mut()
                .map(|payload| payload.take_below(&folder))
                .unwrap_or_default();
            for (path, bytes) in below {
                self.keep(path, bytes, None, Some(place));
            }
        }
    }

    /// A file: here, missing, or elsewhere.
    fn file(&mut self, index: Option<usize>, id: &str, component: Option<usize>) {
        let found = relative(id).map(|path| RelPath::parse(&path));
        match (found, self.payload.is_some()) {
            (None, _) | (_, false) => self.elsewhere(index, id),
            (Some(Err(error)), true) => self.reader.findings.push(Finding::error(id, error.to_string())),
            (Some(Ok(path)), true) => match self.payload.as_mut().and_then(|payload| payload.take(&path)) {
                Some(bytes) => self.keep(path, bytes, index, component),
                None if self.payload.as_ref().is_some_and(|payload| payload.has_taken(&path)) => {}
                None => self.reader.findings.push(Finding::error(id, "the crate lists this file and its folder does not have it; add the file or take it out of hasPart")),
            },
        }
    }

    fn elsewhere(&mut self, index: Option<usize>, id: &str) {
        self.elsewhere += 1;
        let Some(index) = index else {
            if self.elsewhere <= KEPT_LOOSE {
                self.reader.additional.push(Property {
                    name: "hasPart".to_owned(),
                    value: self.reader.graph.expanded(id),
                });
            }
            return;
        };
        let mut taking = self.reader.open(index);
        if self.elsewhere <= KEPT_LOOSE {
            let called = self.reader.call(taking.entity);
            taking.take("name");
            self.reader.additional.push(Property {
                name: "hasPart".to_owned(),
                value: called.clone(),
            });
            self.reader.leftovers_of(&taking, &called);
        }
    }

    /// Keeps a file that is here, as an image where it is one.
    fn keep(&mut self, path: RelPath, bytes: u64, index: Option<usize>, component: Option<usize>) {
        let mut taking = index.map(|index| self.reader.open(index));
        let stated = taking.as_mut().and_then(stated_type);
        let Some(payload) = &self.payload else { return };
        let mut looked_at = match payload.look_at(path.clone(), bytes, stated.as_deref()) {
            Ok(looked_at) => looked_at,
            Err(error) => {
                return self.reader.findings.push(Finding::error(
                    path.as_str(),
                    format!("the file cannot be read: {error}"),
                ));
            }
        };
        let mut said = Stated::default();
        if let Some(taking) = &mut taking {
            said.title = taking.text("name");
            (said.biosamples, said.acquisitions) = self.made_from(taking);
            self.reader.leftovers(taking, None, &mut said.additional);
        }
        let mut images = Vec::new();
        if let Some(root) = zarr_folder(&path) {
            self.images.note_zarr(root, &path, component);
        } else if looked_at.may_be_image
            && let Some(payload) = &self.payload
        {
            let findings = &mut self.reader.findings;
            images = self
                .images
                .of_file(payload, &looked_at.file, &said, findings);
        }
        if images.is_empty() {
            let columns = said.title.map(|title| ("name".to_owned(), title));
            let additional = said.additional.into_iter();
            let additional = additional.map(|property| (property.name, property.value));
            looked_at.file.columns = columns.into_iter().chain(additional).collect();
        } else {
            let component = component.unwrap_or_else(|| self.whole());
            for image in &mut images {
                image.component = component;
            }
            self.study.images.append(&mut images);
        }
        self.files.push(looked_at.file);
    }

    /// The images in the OME-Zarrs that files were in.
    fn zarrs(&mut self) {
        let Some(payload) = &self.payload else { return };
        let made = self.images.of_zarrs(payload, &mut self.reader.findings);
        for (images, component) in made {
            let component = component.unwrap_or_else(|| self.whole());
            self.study
                .images
                .extend(images.into_iter().map(|image| Image { component, ..image }));
        }
    }

    /// The component that stands for the study as a whole.
    fn whole(&mut self) -> usize {
        *self.whole.get_or_insert_with(|| {
            let title = self
                .study
                .title
                .clone()
                .unwrap_or_else(|| self.study.source.identifier.clone());
            self.study.components.push(Component {
                title,
                ..Component::default()
            });
            self.study.components.len() - 1
        })
    }

    /// Biosamples and protocols that a part names, by id; they become the study's. Terms become the study's as well.
    fn made_from(&mut self, part: &mut Taking<'g>) -> (Vec<String>, Vec<String>) {
        let (mut biosamples, mut protocols) = (Vec::new(), Vec::new());
        for item in part.take("about") {
            match self.reader.target(item) {
                Target::Entity(index, entity) if entity.is("BioSample") => {
                    biosamples.push(entity.id.clone());
                    if self.reader.listed.insert(index) {
                        self.study.biosamples.push(biosample(self.reader, index));
                    }
                }
                _ => {
                    let found = terms(self.reader, item, None);
                    add_new(&mut self.study.subjects, found);
                }
            }
        }
        for item in ["measurementMethod", "measurementTechnique"]
            .into_iter()
            .flat_map(|key| part.take(key))
        {
            match self.reader.target(item) {
                Target::Entity(index, entity) if is_protocol(entity) => {
                    protocols.push(entity.id.clone());
                    if self.reader.listed.insert(index) {
                        self.study.acquisitions.push(protocol(self.reader, index));
                    }
                }
                _ => {
                    let found = terms(self.reader, item, Some(TermRole::Method));
                    add_new(&mut self.study.imaging_methods, found);
                }
            }
        }
        (biosamples, protocols)
    }

    /// Files that the crate does not describe are its payload all the same.
    fn undescribed(&mut self) {
        let Some(payload) = &mut self.payload else {
            return;
        };
        let rest = payload.take_rest();
        if rest.is_empty() {
            return;
        }
        let names = rest
            .iter()
            .take(3)
            .map(|(path, _)| path.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        self.reader.findings.push(Finding::warning(
            "hasPart",
            format!("{} files are in the folder and not described in the crate ({names}); they are kept as files, and not shown as images", rest.len()),
        ));
        for (path, bytes) in rest {
            match payload.look_at(path.clone(), bytes, None) {
                Ok(looked_at) => self.files.push(looked_at.file),
                Err(error) => self.reader.findings.push(Finding::error(
                    path.as_str(),
                    format!("the file cannot be read: {error}"),
                )),
            }
        }
    }
}

/// Adds the terms that are not there yet.
fn add_new(terms: &mut Vec<TermUse>, found: Vec<TermUse>) {
    for term in found {
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
}

/// The media type that the crate gives a file; an ImageObject without one is an image of some kind.
fn stated_type(taking: &mut Taking<'_>) -> Option<String> {
    let is_type = |item: &Item| {
        let (kind, rest) = item.raw().split_once('/').unwrap_or_default();
        matches!(
            kind,
            "image" | "text" | "application" | "video" | "audio" | "model" | "multipart" | "font"
        ) && !rest.is_empty()
    };
    let stated = taking
        .take_if("encodingFormat", is_type)
        .first()
        .map(|item| item.raw().to_ascii_lowercase());
    stated.or_else(|| {
        taking
            .entity
            .is("ImageObject")
            .then(|| "image/*".to_owned())
    })
}

/// The path that a relative id is, percent-decoded; none for an id that is an address of its own.
pub(super) fn relative(id: &str) -> Option<String> {
    let has_scheme = id.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    });
    if has_scheme || id.starts_with('#') {
        return None;
    }
    let decoded = percent_decode_str(id).decode_utf8().ok()?;
    let path = decoded.strip_prefix("./").unwrap_or(&decoded);
    Some(path.to_owned())
}
