//! The images of a conversion by bioformats2raw (OME-Zarr, "bioformats2raw.layout"), without the label of a slide and the
//! picture of the whole slide, where their names tell them.

use serde_json::Value;

use super::axes::text;
use super::layout::broken;
use super::store::{Hierarchy, join, whole};
use crate::image::slide_pictures::{LeftOut, SlidePicture};
use crate::image::{ImageError, ome_xml};

/// Where bioformats2raw puts what the file that it converted said.
const METADATA: &str = "OME/METADATA.ome.xml";

/// The paths of the images, and what was left out, in sentences.
pub(super) fn images(hierarchy: &Hierarchy) -> Result<(Vec<String>, Vec<String>), ImageError> {
    let paths = paths(hierarchy)?;
    // one that stands alone may be the mask of a segmentation as well
    if paths.len() < 2 {
        return Ok((paths, Vec::new()));
    }
    let names = names(hierarchy)?;
    let mut left_out = LeftOut::default();
    let mut kept = Vec::with_capacity(paths.len());
    for (number, path) in paths.into_iter().enumerate() {
        let name = names.get(number).and_then(Option::as_deref);
        match own_name(hierarchy, &path)?
            .as_deref()
            .and_then(SlidePicture::of)
            .or(name.and_then(SlidePicture::of))
        {
            Some(picture) => left_out.add(picture),
            None => kept.push(path),
        }
    }
    if kept.is_empty() {
        return Err(broken("it has no image to be shown"));
    }
    Ok((kept, left_out.sentence().into_iter().collect()))
}

/// As the group `OME` lists them, else as they are numbered.
fn paths(hierarchy: &Hierarchy) -> Result<Vec<String>, ImageError> {
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
        return Ok(list.iter().filter_map(|path| text(Some(path))).collect());
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

/// The names that the OME-XML gives them, in their order; none where it is not there or cannot be understood.
fn names(hierarchy: &Hierarchy) -> Result<Vec<Option<String>>, ImageError> {
    let Some(bytes) = hierarchy.open(METADATA)? else {
        return Ok(Vec::new());
    };
    if bytes.size() > hierarchy.limits.metadata_bytes {
        return Err(ImageError::TooLarge {
            what: "the metadata in bytes",
            number: bytes.size(),
            limit: hierarchy.limits.metadata_bytes,
        });
    }
    let document = String::from_utf8(whole(bytes.as_ref())?).ok();
    let document = document.and_then(|text| {
        let text = text.trim_start_matches('\u{feff}').trim();
        ome_xml::read(text, &hierarchy.limits).ok()
    });
    let images = document.map_or(Vec::new(), |document| document.images);
    Ok(images.into_iter().map(|image| image.name).collect())
}

/// The name that an image has of its own. One that cannot be read is opened, and refused, by others.
fn own_name(hierarchy: &Hierarchy, path: &str) -> Result<Option<String>, ImageError> {
    let attributes = match hierarchy.group(path) {
        Ok(attributes) => attributes,
        Err(ImageError::Read(error)) => return Err(ImageError::Read(error)),
        Err(_) => None,
    };
    let multiscales = attributes
        .as_ref()
        .and_then(|group| group.ome("multiscales"));
    Ok(multiscales.and_then(|list| text(list.get(0)?.get("name"))))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::Arc;

    use serde_json::{Value, json};

    use crate::image::zarr::{Contents, contents};
    use crate::image::{Folder, Limits};

    fn group(folder: &Path, attributes: Value) {
        fs::create_dir_all(folder).expect("a folder");
        let document = json!({"zarr_format": 3, "node_type": "group", "attributes": attributes});
        fs::write(folder.join("zarr.json"), document.to_string()).expect("a file");
    }

    fn held(names: [&str; 3]) -> Contents {
        let data = tempfile::tempdir().expect("a folder");
        group(data.path(), json!({"ome": {"bioformats2raw.layout": 3}}));
        for number in ["0", "1", "2"] {
            group(&data.path().join(number), json!({}));
        }
        group(
            &data.path().join("OME"),
            json!({"ome": {"series": ["0", "1", "2"]}}),
        );
        let images: String = names
            .iter()
            .map(|name| format!("<Image Name=\"{name}\"><Pixels SizeX=\"1\" SizeY=\"1\" SizeZ=\"1\" SizeC=\"1\" SizeT=\"1\"/></Image>"))
            .collect();
        fs::write(
            data.path().join("OME/METADATA.ome.xml"),
            format!("<OME>{images}</OME>"),
        )
        .expect("a file");
        contents(
            Arc::new(Folder(data.path().to_owned())),
            None,
            Limits::default(),
        )
        .expect("an OME-Zarr")
    }

    #[test]
    fn the_label_of_a_slide_is_no_image_of_a_conversion() {
        let slide = held(["scan", "label image", "macro image"]);
        assert_eq!(slide.images, ["0"]);
        assert!(
            slide.warnings[0].contains("the label and the picture of the whole slide are left out"),
            "{:?}",
            slide.warnings
        );
        let fields = held(["field 1", "field 2", "labelled"]);
        assert_eq!(fields.images, ["0", "1", "2"]);
        assert!(fields.warnings.is_empty());
    }
}
