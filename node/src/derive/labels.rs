//! Label images that were deposited beside an image, as `labels/` of its pyramid: there viewers find them and lay them over it.
//!
//! A label image is known by its name and the digest of its bytes, which are in the name of its folder: one that was changed
//! gets a new folder, and what is no longer wanted goes. The group that lists those that are there is written last (`label_group.rs`).
//! An OME-Zarr that is shown as it was deposited has them beside its own label images: they are in a folder here, which stands in
//! for `labels/` of what was deposited as far as it reaches.
//! A mask that cannot be read, or does not fit, is left out: that was a finding when it was deposited.

mod writing;

use std::sync::Arc;

use protocol::digest::Digest;

use super::error::MakeError;
use super::stored_files::StudyFiles;
use super::subject::{Subjects, study_version};
use crate::archive::Archive;
use crate::database::derivation::DerivationRow;
use crate::database::{Connection, file, image, standing};
use crate::image::{ImageFiles, is_zarr_zip, zarr_folder};
use crate::relative_path::RelPath;
use crate::study::SEGMENTATION_MASK;

pub(super) use writing::write;

/// Label images that are laid over one image.
const MOST: usize = 32;

/// A label image.
pub(super) struct Label {
    /// The name of its folder: letters, digits, `-` and `_`.
    name: String,
    /// The folder in the study that it is in.
    folder: String,
    files: ImageFiles,
}

impl Subjects {
    /// The label images of an image, of its study as the newest version has it.
    ///
    /// # Errors
    /// Where storage or database cannot be read.
    pub fn labels(&mut self, row: &DerivationRow) -> Result<Vec<Label>, MakeError> {
        let archive = Arc::clone(&self.archive);
        let mut connection = archive.database().connection()?;
        let newest = crate::database::study::find(&mut connection, &row.study)?;
        let version = match newest {
            Some(newest) => newest.latest_version.unsigned_abs(),
            None => study_version(&mut connection, row)?,
        };
        let Some(known) = image::find(&mut connection, &row.image)? else {
            return Ok(Vec::new());
        };
        let study = match self.study(&row.study, version) {
            Ok(study) => study,
            // redacted: what lay over its images goes, and they stay
            Err(MakeError::Unreadable(_)) => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let image = study.images.iter().find(|one| one.key == known.image_key);
        let annotations = image.map_or_else(Vec::new, |image| study.annotations_of(image));
        let masks = annotations
            .iter()
            .filter(|found| found.set.annotation_type.as_deref() == Some(SEGMENTATION_MASK));
        let mut labels = Vec::new();
        for mask in masks.flat_map(|found| &found.files).take(MOST) {
            let study = (row.study.as_str(), version);
            labels.extend(label(&archive, &mut connection, study, &mask.file)?);
        }
        Ok(labels)
    }
}

/// The label image that a file in a version of a study is; none where it is no image, or may not be shown.
fn label(
    archive: &Arc<Archive>,
    connection: &mut Connection,
    (study, version): (&str, u64),
    path: &RelPath,
) -> Result<Option<Label>, MakeError> {
    let stored = file::find(connection, study, version, path.as_str())?;
    let Some(stored) = stored.filter(|stored| stored.content_key.is_some()) else {
        return Ok(None);
    };
    // a mask that is an image by itself and was withdrawn is shown nowhere
    let column = stored.image.as_deref().unwrap_or_default();
    if standing::withdrawn_among(connection, column)?.is_some() {
        return Ok(None);
    }
    let root = zarr_folder(path);
    if root.is_none() && !is_zarr_zip(path) && !stored.media_type.starts_with("image/") {
        return Ok(None);
    }
    let (folder, _) = path.as_str().rsplit_once('/').unwrap_or_default();
    // where it is in an OME-Zarr; at the top may be a layout in which the first image is further down
    let inside = root
        .as_ref()
        .and_then(|root| folder.strip_prefix(root.as_str()));
    let inside = inside.map(|inside| inside.trim_start_matches('/').to_owned());
    let name = match &root {
        Some(_) => {
            let digests = file::digests_below(connection, study, version, folder)?;
            name(folder, &Digest::of(digests.concat().as_bytes()).to_string())
        }
        None => name(path.as_str(), &stored.sha256),
    };
    let files = StudyFiles {
        archive: Arc::clone(archive),
        study: study.to_owned(),
        version,
    };
    Ok(Some(Label {
        name,
        folder: folder.to_owned(),
        files: ImageFiles {
            files: Arc::new(files),
            paths: vec![path.clone()],
            number: 0,
            inside: inside.filter(|inside| !inside.is_empty()),
            counted: Vec::new(),
        },
    }))
}

/// `field-1_nuclei-3c8fc620`.
fn name(path: &str, sha256: &str) -> String {
    let file_name = path.rsplit('/').next().unwrap_or_default();
    let stem = file_name.split('.').next().unwrap_or_default();
    let letters = stem.chars().map(|letter| match letter {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '_' => letter,
        _ => '_',
    });
    let letters: String = letters.take(60).collect();
    format!("{letters}-{}", sha256.get(..8).unwrap_or(sha256))
}

/// Whether a label image has the name of one that was made of a file, or of the OME-Zarr in whose folder that is.
pub fn is_label_of(label: &str, path: &RelPath) -> bool {
    let folder = path.as_str().rsplit_once('/').map(|(folder, _)| folder);
    let mut paths = [path.as_str()].into_iter().chain(folder);
    paths.any(|path| {
        let digits = label.strip_prefix(&name(path, ""));
        digits.is_some_and(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
    })
}

#[cfg(test)]
mod tests {
    use super::{is_label_of, name};
    use crate::relative_path::RelPath;

    #[test]
    fn the_name_of_a_mask_is_plain_and_changes_with_its_bytes() {
        let named = |digest: &str| name("masks/Feld 1 (Kerne).ome.tif", &digest.repeat(32));
        assert_eq!(named("ab"), "Feld_1__Kerne_-abababab");
        assert_ne!(named("ab"), named("ac"));
    }

    #[test]
    fn a_mask_is_known_again_by_its_file_or_its_folder() {
        let label = name("masks/nuclei.zarr", "0123456789");
        let is_of = |path: &str| is_label_of(&label, &RelPath::parse(path).expect("a path"));
        assert!(is_of("nuclei.tif") && is_of("masks/nuclei.zarr/zarr.json"));
        assert!(!is_of("masks/nuclei_2.tif") && !is_of("masks/nuclei-1.tif"));
    }
}
