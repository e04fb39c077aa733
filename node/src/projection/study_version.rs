//! The rows of a version of a study, from what the storage holds of it.

use std::collections::HashMap;

use protocol::digest::Digest;
use protocol::identifier::Accession;

use crate::archive::Archive;
use crate::database::Connection;
use crate::database::file::{self, FileRow};
use crate::database::image::{self};
use crate::database::manifest::{self as manifests, ManifestPlace};
use crate::database::record::RecordRow;
use crate::database::study::{self, StudyRow};
use crate::relative_path::RelPath;
use crate::store::manifest::{ManifestRow, images_in};
use crate::study::{Series, Study};
use crate::study_object::{self, StudyObject};

use super::{ProjectionError, found_by};

/// What the storage holds of the study version whose entries are being read.
pub(super) struct StudyVersion {
    pub(super) study: String,
    pub(super) version: u64,
    /// The records that it announced that have not been come to yet; nothing once they are erased.
    pub(super) records: Option<Vec<u8>>,
    pub(super) read: usize,
    /// Key and title of its images, by accession.
    pub(super) images: HashMap<String, (String, String)>,
    /// What the files of its images are known by, by accession.
    pub(super) files: HashMap<String, Digest>,
}

pub(super) fn set_study(
    archive: &Archive,
    connection: &mut Connection,
    id: &Accession,
    row: &RecordRow,
) -> Result<StudyVersion, ProjectionError> {
    let version = row.version.unsigned_abs();
    let object = StudyObject::open(archive, &archive.config().namespace.iri(id), version)?;
    let stored = object.study()?;
    let manifest = object.manifest()?.unwrap_or_default();
    let before = study::find(connection, id.as_str())?;
    let issued = before.map_or_else(|| row.time.clone(), |before| before.issued);
    let study_row = study_row(id, row, &object, stored.as_ref(), &manifest, issued)?;
    study::set(connection, &study_row)?;
    let described = stored.as_ref().map(|(study, _)| study);
    found_by::set(connection, id.as_str(), described, &study_row.issued)?;
    if let Some(place) = manifest_place(id, version, &object)? {
        manifests::insert(connection, &place)?;
    }
    let files = file_rows(id, version, &object, &manifest);
    file::set_version(connection, id.as_str(), version, files)?;
    let images = match &stored {
        Some((study, _)) => named_images(study, &manifest),
        None => images_of_manifest(&manifest),
    };
    image::mark_present_only(
        connection,
        id.as_str(),
        &images.keys().map(String::as_str).collect::<Vec<_>>(),
    )?;
    if stored.is_some() {
        // an image that is as it was gets no record with this version, and what the version before was told by may be gone
        image::name(connection, id.as_str(), &images)?;
    }
    let files = study_object::files_of_images(&manifest);
    Ok(StudyVersion {
        study: id.to_string(),
        version,
        records: object.records()?,
        read: 0,
        images,
        files,
    })
}

fn study_row(
    id: &Accession,
    row: &RecordRow,
    object: &StudyObject,
    stored: Option<&(Study, Vec<u8>)>,
    manifest: &[ManifestRow],
    issued: String,
) -> Result<StudyRow, ProjectionError> {
    let study = stored.map(|(study, _)| study);
    let known_by = object.known_by()?;
    Ok(StudyRow {
        id: id.to_string(),
        serial: id.serial().cast_signed(),
        source_key: known_by.key,
        latest_version: row.version,
        fingerprint: known_by.fingerprint,
        title: study
            .and_then(|study| study.title.clone())
            .unwrap_or_default(),
        released: study.and_then(|study| study.release_date.clone()),
        issued,
        modified: row.time.clone(),
        catalogued: study.is_some_and(Study::is_catalogued),
        images: study
            .map_or(0, |study| study.images.len() as u64)
            .cast_signed(),
        files: (manifest.len() as u64).cast_signed(),
        bytes: manifest
            .iter()
            .map(|row| row.bytes)
            .sum::<u64>()
            .cast_signed(),
        picture: study.and_then(|study| picture(study, manifest)),
    })
}

/// Where the list of a version's files is, as long as it is there.
fn manifest_place(
    id: &Accession,
    version: u64,
    object: &StudyObject,
) -> Result<Option<ManifestPlace>, ProjectionError> {
    let found = object.manifest_file()?;
    Ok(found.map(|(content_key, sha256)| ManifestPlace {
        study: id.to_string(),
        version: version.cast_signed(),
        content_key,
        sha256: sha256.to_string(),
    }))
}

fn file_rows(
    id: &Accession,
    version: u64,
    object: &StudyObject,
    manifest: &[ManifestRow],
) -> Vec<FileRow> {
    manifest
        .iter()
        .map(|row| FileRow {
            study: id.to_string(),
            path: row.path.to_string(),
            since: version.cast_signed(),
            until: None,
            bytes: row.bytes.cast_signed(),
            sha256: row.sha256.to_string(),
            media_type: row.media_type.clone(),
            image: row.image.clone(),
            content_key: object.content_key(&row.path),
        })
        .collect()
}

/// Key and title of a study's images by accession: the manifest says which accessions an image's first file has, in the order
/// of the images that have this file.
fn named_images(study: &Study, manifest: &[ManifestRow]) -> HashMap<String, (String, String)> {
    let mut by_path: HashMap<&str, Box<dyn Iterator<Item = &str>>> = HashMap::new();
    for row in manifest {
        if let Some(column) = &row.image {
            by_path.insert(row.path.as_str(), Box::new(images_in(column)));
        }
    }
    let mut named = HashMap::new();
    for image in &study.images {
        let next = |path: &RelPath| by_path.get_mut(path.as_str())?.next();
        let ids: Vec<Option<&str>> = image.files.iter().map(next).collect();
        if let Some(Some(id)) = ids.first() {
            named.insert((*id).to_owned(), (image.key.clone(), image.title.clone()));
        }
    }
    named
}

/// The same where the study's description was redacted: what is known again then is the first of an image's files.
fn images_of_manifest(manifest: &[ManifestRow]) -> HashMap<String, (String, String)> {
    let mut images = HashMap::new();
    for row in manifest {
        let ids = row.image.iter().flat_map(|column| images_in(column));
        for (number, id) in ids.enumerate() {
            let series = Series {
                number: number as u64,
                path: None,
            };
            let key = || series.key(row.path.as_str());
            images
                .entry(id.to_owned())
                .or_insert_with(|| (key(), String::new()));
        }
    }
    images
}

/// A larger picture is shown on the page of its study alone: a list shows many.
const LARGEST_IN_A_LIST: u64 = 250_000;

/// The picture that stands for a study in lists, where it is small.
fn picture(study: &Study, manifest: &[ManifestRow]) -> Option<String> {
    let path = study.thumbnail.as_ref()?;
    let is_small = |row: &&ManifestRow| row.path == *path && row.bytes <= LARGEST_IN_A_LIST;
    let row = manifest.iter().find(is_small)?;
    Some(row.path.as_str().to_owned())
}
