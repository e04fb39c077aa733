//! What bioformats2raw writes beside the images (<https://ngff.openmicroscopy.org/0.5/#bf2raw>): `OME/METADATA.ome.xml`, in
//! which the images have names.

use super::store::{Hierarchy, whole};
use crate::image::ImageError;
use crate::image::ome_xml::{self, is_of_slide};

/// The images without the label and the macro picture of a slide, which may carry names of people. Where the document is not
/// there, cannot be read, or has another number of images, all of them: then nothing says which they are.
pub(super) fn of_specimen(
    hierarchy: &Hierarchy,
    images: Vec<String>,
) -> Result<Vec<String>, ImageError> {
    if images.len() < 2 {
        return Ok(images);
    }
    let Some(bytes) = hierarchy.open("OME/METADATA.ome.xml")? else {
        return Ok(images);
    };
    if bytes.size() > hierarchy.limits.metadata_bytes {
        return Err(ImageError::TooLarge {
            what: "the metadata in bytes",
            number: bytes.size(),
            limit: hierarchy.limits.metadata_bytes,
        });
    }
    let text = whole(bytes.as_ref())?;
    let text = String::from_utf8_lossy(&text);
    let document = ome_xml::read(
        text.trim_start_matches('\u{feff}').trim(),
        &hierarchy.limits,
    );
    let Ok(document) = document else {
        return Ok(images);
    };
    if document.images.len() != images.len() {
        return Ok(images);
    }
    let named = images.into_iter().zip(&document.images);
    Ok(named
        .filter(|(_, image)| !is_of_slide(image.name.as_deref()))
        .map(|(path, _)| path)
        .collect())
}
