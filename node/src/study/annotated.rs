//! Which annotations are made from which image.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{AnnotationFile, AnnotationSet, Image, Study};
use crate::image::zarr_folder;

/// The types of annotation that the MIFA guidelines list.
pub const MIFA_TYPES: [&str; 11] = [
    "class_labels",
    "bounding_boxes",
    "counts",
    "derived_annotations",
    "geometrical_annotations",
    "graphs",
    "point_annotations",
    "segmentation_mask",
    "tracks",
    "weak_annotations",
    "other",
];

/// The type of annotation whose pixels are numbers of objects.
pub const SEGMENTATION_MASK: &str = "segmentation_mask";

/// The type of annotation that marks regions by their outlines.
pub const GEOMETRICAL_ANNOTATIONS: &str = "geometrical_annotations";

/// The MIFA type that a text names, however it writes capitals, spaces and hyphens: `Segmentation mask`.
pub fn mifa_type(text: &str) -> Option<&'static str> {
    let plain: String = text
        .trim()
        .chars()
        .map(|letter| match letter {
            ' ' | '-' => '_',
            other => other.to_ascii_lowercase(),
        })
        .collect();
    let found = MIFA_TYPES.into_iter().find(|known| *known == plain);
    // what people write who speak of several
    found.or(match plain.as_str() {
        "segmentation_masks" => Some(SEGMENTATION_MASK),
        "track" => Some("tracks"),
        _ => None,
    })
}

/// The types of the annotations that are made from each image, by the image's files and its number in them.
#[derive(Debug, Default)]
pub struct Annotated<'a>(HashMap<(&'a str, u64), BTreeSet<&'a str>>);

impl<'a> Annotated<'a> {
    /// Reads the annotations of a study, once for all its images.
    pub fn of(study: &'a Study) -> Annotated<'a> {
        let mut by_file: HashMap<(&str, u64), BTreeSet<&str>> = HashMap::new();
        for set in &study.annotations {
            let Some(kind) = set.annotation_type.as_deref() else {
                continue;
            };
            for file in &set.files {
                if let Some(source) = &file.source {
                    let image = (source.as_str(), file.image.unwrap_or(0));
                    by_file.entry(image).or_default().insert(kind);
                }
            }
        }
        Annotated(by_file)
    }

    /// The types of an image's annotations, in the order of the alphabet.
    pub fn types(&self, image: &Image) -> BTreeSet<&'a str> {
        let number = image.number_in_files();
        let files = image.files.iter().map(|file| (file.as_str(), number));
        let types = files.filter_map(|file| self.0.get(&file));
        types.flatten().copied().collect()
    }
}

/// What a set of annotations has of one image.
#[derive(Debug)]
pub struct OfImage<'a> {
    /// The place of the set in [`Study::annotations`], from 0.
    pub place: usize,
    /// The set.
    pub set: &'a AnnotationSet,
    /// Those of its files that are made from the image.
    pub files: Vec<&'a AnnotationFile>,
}

impl Image {
    /// Whether it is the first image of its files, which is meant where annotations name a file: of a plate or another
    /// OME-Zarr in a folder each image has files of its own.
    pub fn is_first(&self) -> bool {
        self.number_in_files() == 0
    }

    /// Its number among the images of its files, by which annotations name those that are not the first.
    pub fn number_in_files(&self) -> u64 {
        let first = self.files.first();
        match &self.series {
            Some(series) if first.is_none_or(|file| zarr_folder(file).is_none()) => series.number,
            _ => 0,
        }
    }
}

impl Study {
    /// The sets of annotations that have files made from an image, with these files.
    pub fn annotations_of(&self, image: &Image) -> Vec<OfImage<'_>> {
        let number = image.number_in_files();
        let own: HashSet<&str> = image.files.iter().map(|file| file.as_str()).collect();
        let is_of_image = |file: &&AnnotationFile| {
            let source = file.source.as_ref();
            source.is_some_and(|source| own.contains(source.as_str()))
                && file.image.unwrap_or(0) == number
        };
        let sets = self.annotations.iter().enumerate();
        sets.map(|(place, set)| OfImage {
            place,
            set,
            files: set.files.iter().filter(is_of_image).collect(),
        })
        .filter(|of_image| !of_image.files.is_empty())
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::mifa_type;

    #[test]
    fn a_type_is_known_however_it_is_written() {
        assert_eq!(mifa_type("segmentation_mask"), Some("segmentation_mask"));
        assert_eq!(mifa_type(" Segmentation masks"), Some("segmentation_mask"));
        assert_eq!(mifa_type("Bounding-Boxes"), Some("bounding_boxes"));
        assert_eq!(mifa_type("mask"), None);
    }
}
