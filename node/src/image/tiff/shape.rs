//! What the tags of a directory say of its pixels: all that is needed in order to decode any strip or tile, but where it
//! stands. Pages of one stack share it.

use std::sync::Arc;

use super::colour::Colours;
use super::compression::Compression;
use super::directory::Directory;
use super::input::Input;
use super::{broken, tags};
use crate::image::{ImageError, Limits, PixelType};

/// Samples of a pixel; spectral detectors give some hundred.
const MOST_SAMPLES: u64 = 4096;
/// Columns or rows: what four bytes hold.
const MOST_PIXELS: u64 = u32::MAX as u64;

/// What a sample is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SampleKind {
    /// A whole number from 0 on.
    Unsigned,
    /// A whole number, two's complement.
    Signed,
    /// A floating-point number.
    Float,
}

/// What was done to the rows before they were compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Predictor {
    /// Nothing.
    None,
    /// Each sample is the difference from that of the pixel before (section 14).
    Horizontal,
    /// The same of bytes of equal significance (Technical Note 3).
    FloatingPoint,
}

/// How a page is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Cut {
    /// Into strips of whole rows.
    Strips {
        /// Rows of each but the last.
        rows: u64,
    },
    /// Into tiles, which may reach over the right and lower edge.
    Tiles {
        /// Columns.
        width: u64,
        /// Rows.
        height: u64,
    },
}

/// The pixels of a page, but where they stand.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shape {
    pub(super) width: u64,
    pub(super) height: u64,
    /// Samples of a pixel, as they are stored.
    pub(super) samples: u64,
    pub(super) bits: u8,
    pub(super) kind: SampleKind,
    /// Each sample has strips of its own.
    pub(super) planar: bool,
    pub(super) compression: Compression,
    pub(super) predictor: Predictor,
    /// The first pixel of a byte is in its least bits.
    pub(super) bits_reversed: bool,
    pub(super) cut: Cut,
    pub(super) colours: Colours,
    /// The tag, turned by which the picture is to be shown; 1 where it is not.
    pub(super) orientation: u64,
}

impl Shape {
    /// Reads and checks the tags of a directory.
    pub(super) fn read(
        input: &Input,
        directory: &Directory,
        limits: &Limits,
    ) -> Result<Self, ImageError> {
        let number = |tag| directory.number(input, tag);
        let width = size(number(tags::IMAGE_WIDTH)?, "width")?;
        let height = size(number(tags::IMAGE_LENGTH)?, "height")?;
        let samples = number(tags::SAMPLES_PER_PIXEL)?.unwrap_or(1);
        if samples == 0 || samples > MOST_SAMPLES {
            return Err(ImageError::TooLarge {
                what: "the number of samples of a pixel",
                number: samples,
                limit: MOST_SAMPLES,
            });
        }
        let compression = Compression::of(
            number(tags::COMPRESSION)?.unwrap_or(1),
            number(tags::T4_OPTIONS)?.unwrap_or(0),
        )?;
        let bits = bits(directory, input)?;
        let kind = sample_kind(directory, input, bits)?;
        let shape = Self {
            width,
            height,
            samples,
            bits,
            kind,
            planar: samples > 1 && number(tags::PLANAR_CONFIGURATION)? == Some(2),
            compression,
            predictor: predictor(number(tags::PREDICTOR)?, kind)?,
            bits_reversed: number(tags::FILL_ORDER)? == Some(2),
            cut: cut(directory, input, height)?,
            colours: Colours::read(input, directory, samples, bits, kind, compression)?,
            orientation: number(tags::ORIENTATION)?.unwrap_or(1),
        };
        shape.check(limits)?;
        Ok(shape)
    }

    /// Whether what it says goes together, and whether a piece of it fits into memory.
    fn check(&self, limits: &Limits) -> Result<(), ImageError> {
        if self.compression.is_fax() && (self.bits != 1 || (self.samples != 1 && !self.planar)) {
            return Err(broken(format!(
                "it is compressed as a fax, and has {} samples of {} bit a pixel",
                self.samples, self.bits
            )));
        }
        if self.compression == Compression::Jpeg && (self.bits != 8 || self.samples > 4) {
            return Err(ImageError::Unsupported(format!(
                "it is JPEG of {} samples of {} bit a pixel",
                self.samples, self.bits
            )));
        }
        let rows = match self.cut {
            Cut::Strips { .. } if self.rows_stand_alone() => 1,
            Cut::Strips { rows } => rows,
            Cut::Tiles { height, .. } => height,
        };
        let pixels = self.chunk_columns().saturating_mul(rows);
        let stored = self.samples * u64::from(self.bits).div_ceil(8);
        let given = self.channels() * self.pixel_type().bytes() as u64;
        let bytes = pixels.saturating_mul(stored.max(given));
        if bytes > limits.chunk_bytes {
            return Err(ImageError::TooLarge {
                what: "the number of bytes of one of its strips or tiles",
                number: bytes,
                limit: limits.chunk_bytes,
            });
        }
        Ok(())
    }

    /// Whether any row of a strip can be read without those before it.
    pub(super) fn rows_stand_alone(&self) -> bool {
        self.compression.is_none() && !self.colours.is_subsampled()
    }

    /// Samples that stand side by side in a strip or tile.
    pub(super) fn interleaved(&self) -> u64 {
        if self.planar { 1 } else { self.samples }
    }

    /// Bytes of a row of so many columns, as it is stored.
    pub(super) fn row_bytes(&self, columns: u64) -> u64 {
        (columns * self.interleaved() * u64::from(self.bits)).div_ceil(8)
    }

    /// Columns of a strip or tile.
    pub(super) fn chunk_columns(&self) -> u64 {
        match self.cut {
            Cut::Strips { .. } => self.width,
            Cut::Tiles { width, .. } => width,
        }
    }

    /// Channels that readers are given.
    pub(super) fn channels(&self) -> u64 {
        self.colours.channels(self.samples)
    }

    /// The type that readers are given.
    pub(super) fn pixel_type(&self) -> PixelType {
        if let Colours::Palette(palette) | Colours::Shades(palette) = &self.colours {
            return palette.pixel_type();
        }
        match (self.kind, self.bits) {
            (SampleKind::Unsigned, 0..=8) => PixelType::Uint8,
            (SampleKind::Unsigned, 9..=16) => PixelType::Uint16,
            (SampleKind::Unsigned, 17..=32) => PixelType::Uint32,
            (SampleKind::Unsigned, _) => PixelType::Uint64,
            (SampleKind::Signed, 0..=8) => PixelType::Int8,
            (SampleKind::Signed, 9..=16) => PixelType::Int16,
            (SampleKind::Signed, 17..=32) => PixelType::Int32,
            (SampleKind::Signed, _) => PixelType::Int64,
            (SampleKind::Float, 64) => PixelType::Float64,
            (SampleKind::Float, _) => PixelType::Float32,
        }
    }

    /// Bits that mean something, of the type that readers are given.
    pub(super) fn significant_bits(&self) -> u8 {
        match &self.colours {
            Colours::Palette(palette) | Colours::Shades(palette) => {
                palette.pixel_type().bytes() as u8 * 8
            }
            _ => self.bits,
        }
    }

    /// Whether a page of this shape can be a plane of an image whose first has another.
    pub(super) fn is_plane_beside(&self, other: &Self) -> bool {
        self.width == other.width && self.height == other.height && self.is_sample_beside(other)
    }

    /// The same but for the size.
    pub(super) fn is_sample_beside(&self, other: &Self) -> bool {
        self.pixel_type() == other.pixel_type()
            && self.significant_bits() == other.significant_bits()
            && self.channels() == other.channels()
            && self.colours.is_colour() == other.colours.is_colour()
    }
}

fn size(number: Option<u64>, what: &'static str) -> Result<u64, ImageError> {
    match number {
        None => Err(broken(format!("a directory does not give the {what}"))),
        Some(0) => Err(broken(format!("a directory gives the {what} as 0"))),
        Some(number) if number > MOST_PIXELS => Err(broken(format!(
            "a directory gives the {what} as {number} pixels"
        ))),
        Some(number) => Ok(number),
    }
}

/// Bits of a sample, where all have the same.
fn bits(directory: &Directory, input: &Input) -> Result<u8, ImageError> {
    let all = directory.numbers(input, tags::BITS_PER_SAMPLE, MOST_SAMPLES)?;
    // one bit is the specification's default
    let first = all.first().copied().unwrap_or(1);
    if all.iter().any(|bits| *bits != first) {
        return Err(ImageError::Unsupported(
            "the samples of its pixels have different numbers of bits".to_owned(),
        ));
    }
    match u8::try_from(first) {
        Ok(bits @ 1..=64) => Ok(bits),
        _ => Err(ImageError::Unsupported(format!(
            "its samples are of {first} bit"
        ))),
    }
}

fn sample_kind(directory: &Directory, input: &Input, bits: u8) -> Result<SampleKind, ImageError> {
    let all = directory.numbers(input, tags::SAMPLE_FORMAT, MOST_SAMPLES)?;
    let first = all.first().copied().unwrap_or(1);
    if all.iter().any(|format| *format != first) {
        return Err(ImageError::Unsupported(
            "the samples of its pixels are of different types".to_owned(),
        ));
    }
    match (first, bits) {
        // 4 is "undefined", 0 what some programs mean by that
        (0 | 1 | 4, _) => Ok(SampleKind::Unsigned),
        (2, _) => Ok(SampleKind::Signed),
        (3, 16 | 24 | 32 | 64) => Ok(SampleKind::Float),
        (3, _) => Err(ImageError::Unsupported(format!(
            "its samples are floating-point numbers of {bits} bit"
        ))),
        (5 | 6, _) => Err(ImageError::Unsupported(
            "its samples are complex numbers".to_owned(),
        )),
        (other, _) => Err(broken(format!(
            "it says that its samples are of type {other}"
        ))),
    }
}

fn predictor(number: Option<u64>, kind: SampleKind) -> Result<Predictor, ImageError> {
    match (number.unwrap_or(1), kind) {
        (0 | 1, _) => Ok(Predictor::None),
        (2, _) => Ok(Predictor::Horizontal),
        (3, SampleKind::Float) => Ok(Predictor::FloatingPoint),
        (3, _) => Err(broken(
            "its predictor is for floating-point numbers, and its samples are whole ones",
        )),
        (other, _) => Err(ImageError::Unsupported(format!(
            "its rows are predicted in the manner of number {other}"
        ))),
    }
}

fn cut(directory: &Directory, input: &Input, height: u64) -> Result<Cut, ImageError> {
    let tiled =
        directory.entry(tags::TILE_WIDTH).is_some() && directory.entry(tags::TILE_LENGTH).is_some();
    if tiled {
        let width = size(directory.number(input, tags::TILE_WIDTH)?, "width of tiles")?;
        let height = size(
            directory.number(input, tags::TILE_LENGTH)?,
            "height of tiles",
        )?;
        return Ok(Cut::Tiles { width, height });
    }
    let rows = match directory.number(input, tags::ROWS_PER_STRIP)? {
        // 0 is no number of rows; libtiff takes it for one strip as well
        None | Some(0) => height,
        Some(rows) => rows.min(height),
    };
    Ok(Cut::Strips { rows })
}

/// Shared where it is the same as that of the page before, which in stacks it always is.
pub(super) fn share(shape: Shape, before: Option<&Arc<Shape>>) -> Arc<Shape> {
    match before {
        Some(before) if **before == shape => Arc::clone(before),
        _ => Arc::new(shape),
    }
}
