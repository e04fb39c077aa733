//! Writes label images over an image, and removes those that are no longer wanted.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::Label;
use crate::derive::aligned::aligned;
use crate::derive::error::MakeError;
use crate::derive::label_group::LabelGroup;
use crate::derive::place::{Pixels, Place};
use crate::derive::settings::Settings;
use crate::image::pyramid::{self, Options, PyramidError};
use crate::image::{Description, ImageError, ImageFiles, PixelSource, Sizes, label_misfits};

/// Writes those that are not there yet below the pyramid of the image, or beside the levels that were deposited, and lists them.
/// `files` are those of the image.
///
/// # Errors
/// [`MakeError`]: the disk, or it was told to stop. What is wrong with a label image is none.
pub(in crate::derive) fn write(
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
        return list(&[], &group, place, &made.pixels);
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
        let options = Options {
            memory_bytes: settings.memory_bytes,
            threads: settings.threads,
            is_label: true,
            form: group.form,
            is_to_stop,
        };
        let is_there =
            target.exists() || write_one(label, &target, image.description(), settings, &options)?;
        if is_there && !written.contains(&name) {
            written.push(name);
        }
    }
    list(&written, &group, place, &made.pixels)
}

/// Writes a label image; whether it can be laid over the image.
fn write_one(
    label: &Label,
    target: &Path,
    image: &Description,
    settings: &Settings,
    options: &Options<'_>,
) -> Result<bool, MakeError> {
    let Some(source) = readable(label, settings, image)? else {
        return Ok(false);
    };
    match pyramid::write(source.as_ref(), target, options) {
        Ok(_) => Ok(true),
        Err(PyramidError::Image(error)) if !is_of_disk(&error) => Ok(false),
        Err(PyramidError::TooWide { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Lists the label images that were written, and removes all others. Where there are none, what was deposited is served as it is:
/// nothing may stand in for its `labels/`.
fn list(
    written: &[String],
    group: &LabelGroup,
    place: &Place,
    pixels: &Pixels,
) -> Result<(), MakeError> {
    let folder = place.labels();
    let failed = |error: io::Error| MakeError::of_disk(&folder, error);
    if !folder.exists() {
        return Ok(());
    }
    if written.is_empty() && matches!(pixels, Pixels::Deposited { .. }) {
        return place.remove_labels().map(drop).map_err(failed);
    }
    group.list(place, written)?;
    remove_others(&folder, written).map_err(failed)
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
            Ok(fits.then(|| aligned(source, image)))
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
    pub(in crate::derive) fn remove_labels(&self) -> io::Result<bool> {
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
