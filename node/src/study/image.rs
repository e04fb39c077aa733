//! Images.

use serde::{Deserialize, Serialize};

use super::Property;
use crate::relative_path::RelPath;

/// A channel of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Channel {
    /// Its name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What is seen in it: genes, proteins, structures.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<String>,
    /// The dye or fluorescent protein.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fluorophore: Option<String>,
}

/// What the header of an image file says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Pixels {
    /// Columns, in pixels.
    pub size_x: u64,
    /// Rows, in pixels.
    pub size_y: u64,
    /// `uint8`, `uint16`, `float32` …, where the header tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixel_type: Option<String>,
}

/// An axis along which the files of an image are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedAxis {
    /// `t`, `c` or `z`.
    pub axis: String,
    /// What the places along it are called in the names of the files, in order.
    pub places: Vec<String>,
}

/// An image of a study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// What makes it the same image in the next version of the study: its first file's path.
    pub key: String,
    /// Its title: as stated, else the file's name.
    pub title: String,
    /// The component that it belongs to: an index into `Study::components`.
    pub component: usize,
    /// Its primary files: paths in the study.
    pub files: Vec<RelPath>,
    /// Biosamples that override the component's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub biosamples: Vec<String>,
    /// Specimens that override the component's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub specimens: Vec<String>,
    /// Acquisitions that override the component's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acquisitions: Vec<String>,
    /// Channels, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<Channel>,
    /// The axes along which its files are counted, the slowest first, where there are several: one file for each place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub counted: Vec<CountedAxis>,
    /// What the file's header says, when it could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixels: Option<Pixels>,
    /// Further names and values (the free columns of a file list among them).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional: Vec<Property>,
}
