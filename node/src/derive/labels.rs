//! Label images that were deposited beside an image, as `labels/` of its pyramid: there viewers find them and lay them over it.
//!
//! A label image is known by its name and the digest of its bytes, which are in the name of its folder: one that was changed
//! gets a new folder, and what is no longer wanted goes. The group that lists those that are there is written last (`label_group.rs`).
//! An OME-Zarr that is shown as it was deposited has them beside its own label images: they are in a folder here, which stands in
//! for `labels/` of what was deposited as far as it reaches.
//! A mask that cannot be read, or does not fit, is left out: that was a finding when it was deposited.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use protocol::digest::Digest;

use super::aligned::Aligned;
use super::error::MakeError;
use super::label_group::LabelGroup;
use super::place::{Pixels, Place};
use super::settings::Settings;
use super::stored_files::StudyFiles;
use super::subject::{Subjects, study_version};
use crate::database::derivation::DerivationRow;
use crate::database::{file, image, standing};
use crate::image::pyramid::{self, Options, PyramidError};
use crate::image::{
    Description, ImageError, ImageFiles, PixelSource, Sizes, is_zarr_zip, label_misfits,
    zarr_folder,
};
use crate::relative_path::RelPath;
use crate::study::SEGMENTATION_MASK;

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
            let path = &mask.file;
            let stored = file::find(&mut connection, &row.study, version, path.as_str())?;
            let Some(stored) = stored.filter(|stored| stored.content_key.is_some()) else {
                continue;
            };
            // a mask that is an image by itself and was withdrawn is shown nowhere
            let column = stored.image.as_deref().unwrap_or_default();
            if standing::withdrawn_among(&mut connection, column)?.is_some() {
                continue;
            }
            let root = zarr_folder(path);
            let is_image =
                root.is_some() || is_zarr_zip(path) || stored.media_type.starts_with("image/");
            if !is_image {
                continue;
            }
            let (folder, _) = path.as_str().rsplit_once('/').unwrap_or_default();
            // where it is in an OME-Zarr; at the top may be a layout in which the first image is further down
            let inside = root
                .as_ref()
                .and_then(|root| folder.strip_prefix(root.as_str()));
            let inside = inside.map(|inside| inside.trim_start_matches('/').to_owned());
            let name = match &root {
                Some(_) => {
                    let digests =
                        file::digests_below(&mut connection, &row.study, version, folder)?;
                    name(folder, &Digest::of(digests.concat().as_bytes()).to_string())
                }
                None => name(path.as_str(), &stored.sha256),
            };
            labels.push(Label {
                name,
                folder: folder.to_owned(),
                files: ImageFiles {
                    files: Arc::new(StudyFiles {
                        archive: Arc::clone(&archive),
                        study: row.study.clone(),
                        version,
                    }),
                    paths: vec![path.clone()],
                    number: 0,
                    inside: inside.filter(|inside| !inside.is_empty()),
                    counted: Vec::new(),
                },
            });
        }
        Ok(labels)
    }
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

/// Writes those that are not there yet below the pyramid of the image, or beside the levels that were deposited, and lists them.
/// `files` are those of the image.
///
/// # Errors
/// [`MakeError`]: the disk, or it was told to stop. What is wrong with a label image is none.
pub(super) fn write(
    labels: &[Label],
    files: &ImageFiles,
    place: &Place,
    settings: &Settings,
    is_to_stop: &(dyn Fn() -> bool + Sync),
) -> Result<(), MakeError> {
    let folder = place.labels();
    let failed = |error: io::Error| MakeError::of_disk(&folder, error);
    let Some(made) = place.made().map_err(failed)? else {
        return Ok(());
    };
    let group = match &made.pixels {
        Pixels::Pyramid => LabelGroup::of_pyramid(),
        Pixels::Deposited { folder } => LabelGroup::of_deposit(files.files.as_ref(), folder)?,
    };
    let labels: Vec<&Label> = labels
        .iter()
        .filter(|one| !group.has(&one.folder))
        .collect();
    if labels.is_empty() {
        return match (folder.exists(), &made.pixels) {
            (false, _) => Ok(()),
            (true, Pixels::Deposited { .. }) => place.remove_labels().map(drop).map_err(failed),
            (true, Pixels::Pyramid) => {
                group.list(place, &[])?;
                remove_others(&folder, &[]).map_err(failed)
            }
        };
    }
    fs::create_dir_all(&folder).map_err(failed)?;
    pyramid::remove_leftovers(&folder).map_err(failed)?;
    let image = match &made.pixels {
        Pixels::Pyramid => place.open_pyramid()?,
        Pixels::Deposited { .. } => settings.images.open(files)?,
    };
    let mut written = Vec::new();
    for label in labels {
        let name = group.free_name(&label.name);
        let target = folder.join(&name);
        if !target.exists() {
            let Some(source) = readable(label, settings, image.description())? else {
                continue;
            };
            let options = Options {
                memory_bytes: settings.memory_bytes,
                threads: settings.threads,
                is_label: true,
                form: group.form,
                is_to_stop,
            };
            match pyramid::write(source.as_ref(), &target, &options) {
                Ok(_) => {}
                Err(PyramidError::Image(error)) if !is_of_disk(&error) => continue,
                Err(PyramidError::TooWide { .. }) => continue,
                Err(error) => return Err(error.into()),
            }
        }
        if !written.contains(&name) {
            written.push(name);
        }
    }
    group.list(place, &written)?;
    remove_others(&folder, &written).map_err(failed)
}

/// The label image, opened, where it can be laid over the image.
fn readable(
    label: &Label,
    settings: &Settings,
    image: &Description,
) -> Result<Option<Arc<dyn PixelSource>>, MakeError> {
    match settings.images.open(&label.files) {
        Ok(source) => {
            let fits = label_misfits(source.description(), &Sizes::of(image)).is_empty();
            Ok(fits.then(|| Aligned::with(source, image)))
        }
        Err(error) if is_of_disk(&error) => Err(error.into()),
        Err(_) => Ok(None),
    }
}

/// Whether the disk failed, and not the file: one that ends too early is no fault of the disk.
fn is_of_disk(error: &ImageError) -> bool {
    let ImageError::Read(cause) = error else {
        return false;
    };
    !matches!(
        cause.kind(),
        io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidData
    )
}

fn remove_others(folder: &Path, wanted: &[String]) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_wanted = wanted.iter().any(|wanted| name == wanted.as_str());
        if entry.file_type()?.is_dir() && !is_wanted && !name.to_string_lossy().starts_with('.') {
            fs::remove_dir_all(entry.path())?;
        }
    }
    Ok(())
}

impl Place {
    /// Removes all label images that were written over the image; whether there were any.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn remove_labels(&self) -> io::Result<bool> {
        match fs::remove_file(self.document_beside_labels()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        match fs::remove_dir_all(self.labels()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error),
        }
    }
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
