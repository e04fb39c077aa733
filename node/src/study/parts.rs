//! What belongs to a study: its components, what was derived from its images, the figures that they stand behind.

use serde::{Deserialize, Serialize};

use crate::relative_path::RelPath;

/// A part of a study whose images belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Component {
    /// Its title.
    pub title: String,
    /// In words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Biosamples, by their names inside the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub biosamples: Vec<String>,
    /// Specimens, by their names inside the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub specimens: Vec<String>,
    /// Acquisitions, by their names inside the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acquisitions: Vec<String>,
}

/// A figure or panel of the article that the data stand behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// As the article numbers it: `2a`.
    pub figure: String,
    /// Files of the images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub images: Vec<RelPath>,
}

/// Data derived from images.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct AnnotationSet {
    /// Its title.
    pub title: String,
    /// MIFA's type: `segmentation_mask`, `tracks`, `class_labels` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub annotation_type: Option<String>,
    /// How it was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Its files, and the image file that each was made from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<AnnotationFile>,
}

/// A file of an annotation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnnotationFile {
    /// Its path in the study.
    pub file: RelPath,
    /// The image file that it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<RelPath>,
    /// Which of the images in that file, by its number as of [`super::Series`]; none is the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<u64>,
}
