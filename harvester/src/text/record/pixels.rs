//! What the record of an image says of its pixels (docs/METADATA.md, "In the record of an image"): how many there are in which direction, how large, of what kind.
//!
//! Only statements about the image itself count. Each value that is stated counts, and nothing is inferred from what is not
//! stated: an image of which nobody says how many planes it has is no single plane.

use std::collections::BTreeSet;

use ontologies::schema::omma;
use protocol::identifier::{Accession, Kind, VersionedId};
use protocol::record::{Record, StatementRef};
use serde::{Deserialize, Serialize};

use super::statements::{Statements, value};
use crate::text::pixel_words::{kind_of_annotation, pixel_type};

/// The largest number of planes, channels or time points that is believed.
pub(in crate::text) const MOST_PLACES: u64 = 999_999_999;

/// Below so many micrometres something is the size of a pixel: a kilometre is none.
pub(in crate::text) const LARGEST_PIXEL: f64 = 1e9;

/// The longest name of a format, in bytes.
const LONGEST_FORMAT: usize = 100;

/// What is stated of the pixels of an image, of each the first that its record states.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Pixels {
    /// Columns.
    pub size_x: Option<u64>,
    /// Rows.
    pub size_y: Option<u64>,
    /// Planes along the optical axis.
    pub size_z: Option<u64>,
    /// Channels.
    pub channels: Option<u64>,
    /// Time points.
    pub time_points: Option<u64>,
    /// Width of a pixel in micrometres; its height where no width is stated.
    pub pixel_size: Option<f64>,
    /// How a pixel is stored, by the word that filters use: `uint16`.
    pub pixel_type: Option<String>,
    /// The format, as people call it: `OME-TIFF`.
    pub image_format: Option<String>,
    /// Kinds of annotation, by the words of the MIFA guidelines: `segmentation_mask`.
    pub annotated: Vec<String>,
}

/// All that is stated, for filters and counts.
#[derive(Debug, Default)]
pub(in crate::text) struct Stated {
    pub columns: Vec<u64>,
    pub rows: Vec<u64>,
    pub planes: Vec<u64>,
    pub channels: Vec<u64>,
    pub times: Vec<u64>,
    /// Widths and heights of a pixel, in micrometres.
    pub pixel_sizes: Vec<f64>,
    pub pixel_types: BTreeSet<&'static str>,
    /// As they are written.
    pub formats: Vec<String>,
    pub annotated: BTreeSet<&'static str>,
    /// Whether it is annotated in any way, also one for which there is no word here.
    pub is_annotated: bool,
}

impl Pixels {
    /// What a record says of the image of this IRI; none where it says nothing.
    pub fn of(record: &Record, iri: &str) -> Option<Self> {
        let statements: Vec<StatementRef<'_>> = record.statements().collect();
        Statements::of(iri, &statements).pixels().shown()
    }
}

/// Where the node of an image makes a thumbnail of it: `<image>.<version>/thumbnail`. None for what is no image, for an image whose
/// files are elsewhere, and for one whose size nobody could read: no node can make a picture of that.
pub fn own_thumbnail(record: &Record, iri: &str, of: &VersionedId) -> Option<String> {
    let statements: Vec<StatementRef<'_>> = record.statements().collect();
    Statements::of(iri, &statements).own_thumbnail(of.id(), of.version())
}

impl Stated {
    /// What a hit shows.
    pub fn shown(&self) -> Option<Pixels> {
        let pixels = Pixels {
            size_x: self.columns.first().copied(),
            size_y: self.rows.first().copied(),
            size_z: self.planes.first().copied(),
            channels: self.channels.first().copied(),
            time_points: self.times.first().copied(),
            pixel_size: self.pixel_sizes.first().copied(),
            pixel_type: self.pixel_types.first().map(|word| (*word).to_owned()),
            image_format: self.formats.first().cloned(),
            annotated: self
                .annotated
                .iter()
                .map(|kind| (*kind).to_owned())
                .collect(),
        };
        (pixels != Pixels::default()).then_some(pixels)
    }
}

impl Statements<'_> {
    /// What is said of the pixels of what the record is about.
    pub(super) fn pixels(&self) -> Stated {
        let formats = self.values(self.home, omma::IMAGE_FORMAT).map(str::trim);
        let annotated = || self.values(self.home, omma::ANNOTATED_WITH);
        Stated {
            columns: self.places(omma::SIZE_X),
            rows: self.places(omma::SIZE_Y),
            planes: self.places(omma::SIZE_Z),
            channels: self.places(omma::SIZE_C),
            times: self.places(omma::SIZE_T),
            pixel_sizes: [omma::PHYSICAL_SIZE_X, omma::PHYSICAL_SIZE_Y]
                .into_iter()
                .flat_map(|predicate| self.micrometres(predicate))
                .collect(),
            pixel_types: self
                .values(self.home, omma::PIXEL_TYPE)
                .filter_map(pixel_type)
                .collect(),
            formats: formats
                .filter(|format| !format.is_empty() && format.len() <= LONGEST_FORMAT)
                .map(str::to_owned)
                .collect(),
            annotated: annotated().filter_map(kind_of_annotation).collect(),
            is_annotated: annotated().next().is_some(),
        }
    }

    /// [`own_thumbnail`] of a version of what the record is about.
    pub(super) fn own_thumbnail(&self, id: &Accession, version: u64) -> Option<String> {
        let is_read =
            || !self.places(omma::SIZE_X).is_empty() && !self.places(omma::SIZE_Y).is_empty();
        let is_kept = id.kind() == Kind::Image && self.holding(Kind::Image).is_some();
        (is_kept && is_read()).then(|| format!("{}.{version}/thumbnail", self.home))
    }

    fn places(&self, predicate: &'static str) -> Vec<u64> {
        self.objects(self.home, predicate)
            .filter_map(|object| value(object).parse().ok())
            .filter(|places| (1..=MOST_PLACES).contains(places))
            .collect()
    }

    fn micrometres(&self, predicate: &'static str) -> Vec<f64> {
        self.objects(self.home, predicate)
            .filter_map(|object| value(object).parse().ok())
            .filter(|size: &f64| *size > 0.0 && *size < LARGEST_PIXEL)
            .collect()
    }
}
