//! Making the derivation of one image: pyramid, thumbnails, and last what says that they are there.

use std::sync::Arc;

use super::error::MakeError;
use super::place::{Made, Pixels, Place};
use super::settings::Settings;
use crate::image::pyramid::{self, Options, ZarrForm};
use crate::image::render::Bounds;
use crate::image::thumbnail::thumbnails;
use crate::image::{ImageFiles, Limits, PixelSource, zarr};

/// A deposited OME-Zarr is used as it is where no side of its smallest level is longer: from more, a small picture of the whole
/// takes too long to make.
const SMALL_ENOUGH: u64 = 2048;

/// Makes what is not there yet, of files that are asked for only then. An OME-Zarr that a converter wrote is not kept.
///
/// # Errors
/// [`MakeError`]; nothing then says that it is there.
pub(super) fn make(
    files: impl FnOnce() -> Result<ImageFiles, MakeError>,
    is_converted: bool,
    place: &Place,
    settings: &Settings,
    is_to_stop: &(dyn Fn() -> bool + Sync),
) -> Result<(), MakeError> {
    let known = place.made();
    if known
        .map_err(|error| MakeError::of_disk(place.path(), error))?
        .is_some()
    {
        return Ok(());
    }
    place.remove_leftovers()?;
    let files = files()?;
    let source = settings.images.open(&files)?;
    refuse_too_large(source.as_ref(), settings.largest_pixels)?;
    let deposited = match is_converted {
        true => None,
        false => deposited(&files, source.as_ref())?,
    };
    let (pixels, source) = match deposited {
        Some(folder) => (Pixels::Deposited { folder }, source),
        None => (
            Pixels::Pyramid,
            with_pyramid(source.as_ref(), place, settings, is_to_stop)?,
        ),
    };
    for thumbnail in thumbnails(source.as_ref(), &Bounds::default())? {
        let path = place.thumbnail(thumbnail.side, thumbnail.format);
        place.write(&path, &thumbnail.bytes)?;
    }
    crate::crash::point("thumbnails-written");
    if is_to_stop() {
        return Err(MakeError::Stopped);
    }
    place.finish(&Made::new(pixels, source.levels()[0]))?;
    crate::crash::point("derivation-written");
    Ok(())
}

/// Writes the pyramid, and opens it.
fn with_pyramid(
    source: &dyn PixelSource,
    place: &Place,
    settings: &Settings,
    is_to_stop: &(dyn Fn() -> bool + Sync),
) -> Result<Arc<dyn PixelSource>, MakeError> {
    let options = Options {
        memory_bytes: settings.memory_bytes,
        threads: settings.threads,
        is_label: false,
        form: ZarrForm::Three,
        is_to_stop,
    };
    pyramid::write(source, &place.pyramid(), &options)?;
    crate::crash::point("pyramid-written");
    Ok(place.open_pyramid()?)
}

/// The folder of the image in an OME-Zarr that was deposited as a folder and has levels that are small enough.
fn deposited(files: &ImageFiles, source: &dyn PixelSource) -> Result<Option<String>, MakeError> {
    let Some(root) = files.paths.first().and_then(crate::image::zarr_folder) else {
        return Ok(None);
    };
    let smallest = source.levels().last();
    if smallest.is_none_or(|level| level.width.max(level.height) > SMALL_ENOUGH) {
        return Ok(None);
    }
    let path = match &files.inside {
        Some(path) => Some(path.clone()),
        None => {
            let files_of_study = Arc::clone(&files.files);
            let contents = zarr::contents(files_of_study, Some(root.clone()), Limits::default())?;
            contents.images.into_iter().nth(files.number)
        }
    };
    Ok(path.map(|path| match path.trim_matches('/') {
        "" => root.to_string(),
        path => format!("{root}/{path}"),
    }))
}

fn refuse_too_large(source: &dyn PixelSource, most: u64) -> Result<(), MakeError> {
    let pixels = source
        .description()
        .axes
        .iter()
        .fold(1, |product: u64, axis| product.saturating_mul(axis.size));
    if pixels <= most {
        return Ok(());
    }
    Err(MakeError::Unreadable(format!(
        "it has {pixels} pixels in all its planes, and at most {most} are made into a picture here (images.largest_pixels)"
    )))
}
