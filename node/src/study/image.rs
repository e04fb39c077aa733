//! Images.

use serde::{Deserialize, Serialize};

use super::{Number, Property, Scale};
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
    /// The colour in which it is shown: six hexadecimal digits, upper case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub colour: Option<String>,
    /// Wavelength of the light that excites, in nanometres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excitation: Option<Number>,
    /// Wavelength of the light that is seen, in nanometres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emission: Option<Number>,
    /// How it was taken: `Fluorescence`, `Brightfield`, `Phase`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contrast: Option<String>,
}

impl Channel {
    /// Whether nothing is said of it.
    pub fn is_empty(&self) -> bool {
        *self == Channel::default()
    }
}

/// What the files of an image say of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Pixels {
    /// Columns, in pixels.
    pub size_x: u64,
    /// Rows, in pixels.
    pub size_y: u64,
    /// `uint8`, `uint16`, `float32` …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixel_type: Option<String>,
    /// Bits of a sample that mean something, where these are fewer than its type has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub significant_bits: Option<u8>,
    /// Focal planes; absent, as the next two, in descriptions that were made before they were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_z: Option<u64>,
    /// Channels; red, green and blue of one picture are three.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_c: Option<u64>,
    /// Whether its channels are red, green and blue of one picture.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_colour: bool,
    /// Time points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_t: Option<u64>,
    /// Axes beyond these, under the names that the file gives, the slowest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub other_axes: Vec<NamedAxis>,
    /// The format as people call it: `OME-TIFF`, `OME-Zarr 0.5`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// The name that the image has in its file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The microscope: maker and model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instrument: Option<String>,
    /// The objective: model, magnification, numerical aperture, immersion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub objective: Option<String>,
    /// When it was taken: RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acquired: Option<String>,
    /// What it looks like: 64 hexadecimal digits. None where it has too little structure to be told from others by that, and in
    /// descriptions that were made before it was asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub perceptual_hash: Option<String>,
    /// The program by whose conversion all of this was read, with its version: `bioformats2raw 0.9.4`. None where the files were
    /// read as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub converter: Option<String>,
    /// Where its files describe regions of interest in it, where they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regions: Option<Regions>,
}

/// Where regions of interest in an image are described.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Regions {
    /// The file with OME-XML that describes them: one of the image's.
    pub file: RelPath,
    /// The place of the image among those of the OME-XML, from 0.
    pub place: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde gives what it asks about by reference"
)]
fn is_false(value: &bool) -> bool {
    !value
}

/// An axis that is none of X, Y, Z, C, T.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedAxis {
    /// Its name: `lifetime`, `angle`.
    pub name: String,
    /// How long it is.
    pub size: u64,
}

/// Which of several images in its files an image is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Its number among those that can be read, from 0, in the order of the file.
    pub number: u64,
    /// Where it is in an OME-Zarr: `A/1/0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// An axis along which the files of an image are counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountedAxis {
    /// `t`, `c` or `z`.
    pub axis: String,
    /// What the places along it are called in the names of the files, in order.
    pub places: Vec<String>,
}

impl Series {
    /// By what one of several images is known again, in a file or folder that is known by `key`: its place in an OME-Zarr, else
    /// its number. The first one is known by what the file itself would be known by.
    pub fn key(&self, key: &str) -> String {
        match (&self.path, self.number) {
            (Some(path), _) if path.is_empty() => key.to_owned(),
            (Some(path), _) => format!("{key}/{path}"),
            (None, 0) => key.to_owned(),
            (None, number) => format!("{key}/{number}"),
        }
    }
}

/// An image of a study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// What makes it the same image in the next version of the study: its first file's path, or that of its `.zarr` folder;
    /// of several images in one of these, followed by its place in it (`x.tif/2`, `plate.zarr/A/1/0`).
    pub key: String,
    /// Its title: as stated, else the file's name.
    pub title: String,
    /// The component that it belongs to: an index into `Study::components`.
    pub component: usize,
    /// Its primary files: paths in the study. It is opened by the first one; of an OME-Zarr in a folder they are those at the
    /// image's root, and all that is below it belongs to the image.
    pub files: Vec<RelPath>,
    /// How many files it has, where `files` are not all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_count: Option<u64>,
    /// Which of the images in its files it is, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub series: Option<Series>,
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
    /// What its files say, when they could be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixels: Option<Pixels>,
    /// How large a pixel is: as the depositor states it, else as the files do.
    #[serde(default, skip_serializing_if = "Scale::is_unknown")]
    pub scale: Scale,
    /// Further names and values (the free columns of a file list among them).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional: Vec<Property>,
}

impl Image {
    /// An image of which nothing but its first file is known.
    pub fn of(path: RelPath) -> Image {
        Image {
            key: path.as_str().to_owned(),
            title: path.file_name().to_owned(),
            component: 0,
            files: vec![path],
            file_count: None,
            series: None,
            biosamples: Vec::new(),
            specimens: Vec::new(),
            acquisitions: Vec::new(),
            channels: Vec::new(),
            counted: Vec::new(),
            pixels: None,
            scale: Scale::default(),
            additional: Vec::new(),
        }
    }

    /// How many files it has.
    pub fn file_count(&self) -> u64 {
        self.file_count.unwrap_or(self.files.len() as u64)
    }
}
