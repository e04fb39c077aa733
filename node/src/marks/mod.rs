//! What files of annotations mark in an image: points, regions and tracks, out of the formats in which people hand them in.
//!
//! [`read`] gives the [`Mark`]s of a file: of tables (CSV, TSV), of ImageJ's ROIs (`.roi`, and zips of them), of GeoJSON
//! as QuPath writes it, and of OME-XML; [`ome_xml`] also those that lie in image files. The positions are pixels of the image. Nothing here knows of studies or HTTP; every reader meets
//! strangers' bytes, and what it takes is bounded by the constants below. [`web_annotation`] says them as W3C annotations.

mod geo_json;
mod imagej;
mod imagej_zip;
mod mark;
mod measure;
mod ome_transform;
pub mod ome_xml;
mod table;
pub mod web_annotation;

#[cfg(test)]
mod tests;

pub use mark::{Mark, Shape, TrackPoint};
pub use measure::PixelSize;

/// Most bytes that are read of one file.
pub const MOST_BYTES: u64 = 32 << 20;
/// Most bytes of JSON, which takes ten times as much memory.
pub const MOST_JSON_BYTES: u64 = 8 << 20;
/// Most marks that are taken out of one file.
pub const MOST_MARKS: usize = 200_000;
/// Most points that the marks of one file may have together.
pub const MOST_POINTS: usize = 2_000_000;
/// How far from the left and upper edge a position may be, pixels. No image is a hundredth as wide, and what is written of a
/// position stays within 14 characters: the largest 64-bit number has 309 digits.
pub const FARTHEST: f64 = 1e9;

/// Why the marks of a file are not read. The text continues "… is kept as a file, and what it marks is not shown: ".
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum MarksError {
    /// It is not what its name says, or says nothing that can be understood.
    #[error("{0}")]
    NotUnderstood(String),
    /// It is larger than what is read.
    #[error("it has more than {most} {what}")]
    TooMuch {
        /// What there is too much of.
        what: &'static str,
        /// How much is read.
        most: u64,
    },
}

impl MarksError {
    fn not_understood(reason: impl Into<String>) -> MarksError {
        MarksError::NotUnderstood(reason.into())
    }

    fn too_many_marks() -> MarksError {
        MarksError::TooMuch {
            what: "marks",
            most: MOST_MARKS as u64,
        }
    }

    fn too_many_points() -> MarksError {
        MarksError::TooMuch {
            what: "points",
            most: MOST_POINTS as u64,
        }
    }
}

/// A form of files that marks are read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Columns, separated by commas, semicolons or tabs.
    Table,
    /// A region of interest of ImageJ.
    ImageJ,
    /// Several of these.
    ImageJZip,
    /// Features, as QuPath writes them.
    GeoJson,
    /// Regions of interest of OME-XML.
    OmeXml,
}

impl Form {
    /// The form that the name of a file promises; none where marks are not read from it.
    pub fn of(name: &str) -> Option<Form> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Some(Form::Table),
            "roi" => Some(Form::ImageJ),
            // one that is an OME-Zarr holds labels, if anything
            "zip" if !is(name, ".zarr.zip") => Some(Form::ImageJZip),
            "geojson" => Some(Form::GeoJson),
            "ome" => Some(Form::OmeXml),
            "xml" if is(name, ".ome.xml") => Some(Form::OmeXml),
            _ => None,
        }
    }

    /// Most bytes that are read of a file of this form.
    pub fn most_bytes(self) -> u64 {
        match self {
            Form::GeoJson => MOST_JSON_BYTES,
            _ => MOST_BYTES,
        }
    }
}

/// Whether a name ends so, in small or capital letters.
fn is(name: &str, ending: &str) -> bool {
    name.to_ascii_lowercase().ends_with(ending)
}

/// A coordinate, or the length of an edge.
fn near(number: f64) -> Result<f64, MarksError> {
    if (-FARTHEST..=FARTHEST).contains(&number) {
        return Ok(number);
    }
    Err(MarksError::not_understood(format!(
        "it has a position that is no number of pixels from -{FARTHEST} to {FARTHEST}"
    )))
}

/// The marks of a file, in its order, in an image whose pixels are so large.
///
/// # Errors
/// [`MarksError`] where there are none that can be understood.
pub fn read(form: Form, bytes: &[u8], pixel: &PixelSize) -> Result<Vec<Mark>, MarksError> {
    if bytes.len() as u64 > form.most_bytes() {
        return Err(MarksError::TooMuch {
            what: "bytes",
            most: form.most_bytes(),
        });
    }
    let marks = match form {
        Form::Table => table::read(bytes, pixel),
        Form::ImageJ => imagej::read(bytes, &mut 0).map(|mark| vec![mark]),
        Form::ImageJZip => imagej_zip::read(bytes),
        Form::GeoJson => geo_json::read(bytes),
        Form::OmeXml => ome_xml::read(bytes),
    }?;
    if marks.is_empty() {
        return Err(MarksError::not_understood("it marks nothing"));
    }
    Ok(marks)
}
