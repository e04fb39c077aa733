//! OME-Zarr, versions 0.1 to 0.5: over Zarr v2 and v3, shards included.
//!
//! [`contents`] says which images there are (one; those of a conversion by bioformats2raw; those of a plate), and [`open`]
//! opens one. A zip is read through [`ZipFiles`].
//!
//! The chunks are decoded here and not by the crate `zarrs`: its codecs allocate whatever a compressed chunk says that it
//! holds, and here nothing is decoded beyond what the shape of a chunk allows, which [`Limits`] bound.

mod array;
mod axes;
mod bioformats2raw;
mod blosc;
mod blosc_unshuffle;
mod blosclz;
mod chunks;
mod codec;
mod image;
mod layout;
mod omero;
mod plate;
mod sample;
mod shard;
mod store;
mod zip;

use std::sync::Arc;

use serde_json::Value;

pub use self::chunks::Chunks;
pub use self::image::ZarrImage;
pub use self::plate::{Field, Plate, Well};
pub use self::zip::ZipFiles;
use super::{Files, ImageError, Limits};
use crate::relative_path::RelPath;
use layout::broken;
use store::{Hierarchy, join};

/// What an OME-Zarr holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// The paths of its images in it; the empty one is itself. Label images are not among them.
    pub images: Vec<String>,
    /// The plate that they are of.
    pub plate: Option<Plate>,
}

/// Which images there are in the OME-Zarr in a folder, or in all of the files.
///
/// # Errors
/// [`ImageError`] where it is none, or cannot be read.
pub fn contents(
    files: Arc<dyn Files>,
    root: Option<RelPath>,
    limits: Limits,
) -> Result<Contents, ImageError> {
    let hierarchy = Hierarchy::new(files, root, limits, own_chunks(&limits));
    let attributes = hierarchy
        .group("")?
        .ok_or_else(|| broken("it has neither zarr.json nor .zgroup or .zattrs"))?;
    if attributes.ome("multiscales").is_some() {
        return Ok(Contents {
            images: vec![String::new()],
            plate: None,
        });
    }
    if let Some(plate) = attributes.ome("plate") {
        let plate = Plate::read(&hierarchy, "", plate)?;
        let fields = plate.wells.iter().flat_map(|well| &well.fields);
        return Ok(Contents {
            images: fields.map(|field| field.path.clone()).collect(),
            plate: Some(plate),
        });
    }
    if attributes.ome("bioformats2raw.layout").is_some() {
        return Ok(Contents {
            images: bioformats2raw::of_specimen(&hierarchy, series(&hierarchy)?)?,
            plate: None,
        });
    }
    Err(ImageError::Unsupported(
        "it is a Zarr without the metadata of OME-Zarr".to_owned(),
    ))
}

/// Opens the image at a path in an OME-Zarr. It keeps some of its decoded chunks, as many as the limits say.
///
/// # Errors
/// [`ImageError`] where there is none, or it cannot be read.
pub fn open(
    files: Arc<dyn Files>,
    root: Option<RelPath>,
    path: &str,
    limits: Limits,
) -> Result<ZarrImage, ImageError> {
    open_sharing(files, root, path, limits, own_chunks(&limits))
}

/// Opens the image at a path in an OME-Zarr, which keeps its decoded chunks among those of others.
///
/// # Errors
/// As [`open`].
pub fn open_sharing(
    files: Arc<dyn Files>,
    root: Option<RelPath>,
    path: &str,
    limits: Limits,
    chunks: Arc<Chunks>,
) -> Result<ZarrImage, ImageError> {
    ZarrImage::open(&Hierarchy::new(files, root, limits, chunks), path)
}

fn own_chunks(limits: &Limits) -> Arc<Chunks> {
    Arc::new(Chunks::of(limits.cache_bytes))
}

/// The images of a conversion by bioformats2raw: as the group `OME` lists them, else as they are numbered.
fn series(hierarchy: &Hierarchy) -> Result<Vec<String>, ImageError> {
    let limit = hierarchy.limits.images;
    let too_many = |number: usize| ImageError::TooLarge {
        what: "the number of its images",
        number: number as u64,
        limit: limit as u64,
    };
    let listed = hierarchy.group("OME")?;
    let listed = listed.as_ref().and_then(|group| group.ome("series"));
    if let Some(list) = listed.and_then(Value::as_array) {
        if list.len() > limit {
            return Err(too_many(list.len()));
        }
        return Ok(list
            .iter()
            .filter_map(|path| axes::text(Some(path)))
            .collect());
    }
    let mut images = Vec::new();
    while hierarchy
        .group(&join("", &images.len().to_string()))?
        .is_some()
    {
        if images.len() == limit {
            return Err(too_many(limit + 1));
        }
        images.push(images.len().to_string());
    }
    if images.is_empty() {
        return Err(broken(
            "it is a conversion by bioformats2raw and has no image 0",
        ));
    }
    Ok(images)
}
