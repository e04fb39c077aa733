//! What is taken from OME-XML.

use crate::image::{AxisKind, Channel, Instrument, Length, Objective};

/// A document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OmeXml {
    /// The identifier of the file that holds it.
    pub uuid: Option<String>,
    /// The file that has the metadata, where this document has none (`BinaryOnly`).
    pub metadata_file: Option<String>,
    /// Its images.
    pub images: Vec<OmeImage>,
    /// Names of files that planes are in, with the identifiers of these files; [`PlaneBlock::file`] is a place here.
    pub files: Vec<(String, String)>,
}

/// An image (`Image` with its `Pixels`).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OmeImage {
    /// Its name.
    pub name: Option<String>,
    /// When it was taken: RFC 3339.
    pub acquired: Option<String>,
    /// Sizes of x, y, z, c and t.
    pub sizes: [u64; 5],
    /// Which of z, c and t is the fastest, and so on.
    pub order: Vec<AxisKind>,
    /// `uint8`, `uint16` …, as it is written.
    pub pixel_type: String,
    /// Bits of a sample that mean something.
    pub significant_bits: Option<u8>,
    /// Sizes of a pixel in x, y and z.
    pub physical_sizes: [Option<Length>; 3],
    /// Time from one time point to the next.
    pub time_increment: Option<Length>,
    /// Its channels.
    pub channels: Vec<OmeChannel>,
    /// Where its planes are.
    pub planes: Vec<PlaneBlock>,
    /// The microscope.
    pub instrument: Option<Instrument>,
    /// The objective.
    pub objective: Option<Objective>,
    /// Its place among the images of the document, from 0, those without pixels among them.
    pub place: u64,
    /// How many regions of interest are said to be its own.
    pub regions: u64,
    /// What was set aside, in sentences.
    pub warnings: Vec<String>,
}

/// A channel, which several samples of a pixel may belong to.
#[derive(Debug, Clone, PartialEq)]
pub struct OmeChannel {
    /// What is said of it.
    pub channel: Channel,
    /// Samples of a pixel: 3 where it is a picture in red, green and blue.
    pub samples: u64,
}

/// Planes that follow each other in a file (`TiffData`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlaneBlock {
    /// The first directory, from 0.
    pub directory: Option<u64>,
    /// Place of the first plane on z, c and t.
    pub first: [u64; 3],
    /// How many planes.
    pub count: Option<u64>,
    /// Which file; none where it is the one that has the document.
    pub file: Option<u32>,
}

/// A number with its unit, as OME-XML writes them.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// The number.
    pub value: f64,
    /// The unit, as it is written.
    pub unit: Option<String>,
}
