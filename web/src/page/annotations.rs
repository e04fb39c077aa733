//! The annotations of an image on its page: what was derived from it, with the files.

use super::{FileLine, Linked};
use crate::view::{Annotation, StudyView};

/// Files of an image on its page that are named one by one.
const MOST_FILES: usize = 100;

/// What a set of annotations has of one image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnotationsOfImage {
    /// The title of the set.
    pub title: String,
    /// Of what kind they are, and how they were made, in one line.
    pub about: String,
    /// Those of its files that are made from the image.
    pub files: Vec<FileLine>,
    /// How many more there are.
    pub files_left_out: usize,
    /// Whether a file of it may mark something in the image.
    pub may_mark: bool,
}

/// What marks are read from, also in a set of masks.
const MARKING: [&str; 6] = [".csv", ".tsv", ".roi", ".geojson", ".ome", ".ome.xml"];

/// Whether a file of annotations of a type may mark something in an image: points, regions, tracks. A mask marks nothing: it is
/// laid over the image as a whole.
pub fn may_mark(kind: Option<&str>, path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let is_marking = MARKING.iter().any(|ending| path.ends_with(ending));
    let is_zip = path.ends_with(".zip") && !path.ends_with(".zarr.zip");
    kind != Some("segmentation_mask") || is_marking || is_zip
}

impl AnnotationsOfImage {
    /// A set with a title, a MIFA type and a method, and its files of the image.
    pub fn new(
        title: &str,
        kind: Option<&str>,
        method: Option<&str>,
        files: Vec<FileLine>,
    ) -> AnnotationsOfImage {
        let may_mark = files.iter().any(|file| may_mark(kind, &file.file.text));
        let kind = kind.map(|kind| kind.replace('_', " "));
        let about: Vec<&str> = [kind.as_deref(), method].into_iter().flatten().collect();
        let mut files = files;
        let files_left_out = files.len().saturating_sub(MOST_FILES);
        files.truncate(MOST_FILES);
        AnnotationsOfImage {
            title: title.to_owned(),
            about: about.join(" \u{b7} "),
            files,
            files_left_out,
            may_mark,
        }
    }
}

/// What the record of a study says of an image's annotations.
pub(super) fn annotations_of(study: &StudyView, image: &str) -> Vec<AnnotationsOfImage> {
    let sets = study.annotations.iter();
    let of_image = sets.filter_map(|set| {
        let files = files_of(set, image);
        let title = set.title.as_deref().unwrap_or(&set.node);
        let (kind, method) = (set.annotation_type.as_deref(), set.method.as_deref());
        (!files.is_empty()).then(|| AnnotationsOfImage::new(title, kind, method, files))
    });
    of_image.collect()
}

fn files_of(set: &Annotation, image: &str) -> Vec<FileLine> {
    let of_image = set
        .files
        .iter()
        .filter(|file| file.sources.iter().any(|source| source == image));
    let line = |file: &crate::view::AnnotationFile| FileLine {
        file: Linked::out(
            file.path.as_deref().unwrap_or_default(),
            file.address.as_deref(),
        ),
        form: String::new(),
        size: String::new(),
        sha256: String::new(),
    };
    of_image.map(line).collect()
}
