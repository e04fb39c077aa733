//! MRC and CCP4 files: volumes and stacks of electron microscopy.
//!
//! The header is that of MRC2014 (Cheng et al. 2015, doi:10.1016/j.jsb.2015.04.002) and of what came before it. Modes 0, 1,
//! 2, 6 and 12 are read, in both byte orders. Rows are given as they are stored.

use std::sync::Arc;

use super::{
    Area, Axis, AxisKind, Bytes, Channel, Description, ImageError, Length, Level, Limits,
    PixelSource, PixelType, Plane,
};

const FORMAT: &str = "MRC";
const HEADER_BYTES: u64 = 1024;

/// A volume or a stack.
pub struct MrcImage {
    bytes: Arc<dyn Bytes>,
    description: Description,
    levels: [Level; 1],
    /// Where pixels begin: after the header and what extends it.
    start: u64,
    stored: Stored,
    is_big_endian: bool,
    /// Lengths of the axes before y and x, the slowest first.
    planes: Vec<u64>,
}

/// How a sample is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stored {
    Plain(PixelType),
    /// IEEE 754 binary16.
    Float16,
}

/// The header's words, by their numbers in the specification, from 1.
struct Header {
    bytes: [u8; HEADER_BYTES as usize],
    is_big_endian: bool,
}

/// Whether a file begins as an MRC file does.
pub fn is_mrc(first: &[u8]) -> bool {
    first
        .first_chunk()
        .is_some_and(|first| Header::parse(*first).is_some())
}

/// Opens an MRC or CCP4 file.
///
/// # Errors
/// [`ImageError`] where it is none, is cut off, or is of a mode that is not read.
pub fn open(bytes: Arc<dyn Bytes>, limits: Limits) -> Result<MrcImage, ImageError> {
    let mut first = [0; HEADER_BYTES as usize];
    if bytes.size() < HEADER_BYTES {
        return Err(broken("it is shorter than its header of 1,024 bytes"));
    }
    bytes.read_at(0, &mut first)?;
    let header = Header::parse(first).ok_or_else(|| broken("it does not begin like one"))?;
    let stored = header.stored()?;
    let [width, height, sections] = [1, 2, 3].map(|word| header.word(word));
    let sizes = [width, height, sections].map(u64::try_from);
    let [Ok(width @ 1..), Ok(height @ 1..), Ok(sections @ 1..)] = sizes else {
        return Err(broken(format!(
            "its size is {width} × {height} × {sections}"
        )));
    };
    if sections > limits.planes {
        return Err(ImageError::TooLarge {
            what: "the number of its sections",
            number: sections,
            limit: limits.planes,
        });
    }
    let extended = u64::try_from(header.word(24))
        .map_err(|_| broken("the size of its extended header is negative"))?;
    let start = HEADER_BYTES + extended;
    let samples = [height, sections]
        .iter()
        .try_fold(width, |product: u64, size| product.checked_mul(*size));
    let end = samples
        .and_then(|samples| samples.checked_mul(stored.bytes()))
        .and_then(|content| content.checked_add(start))
        .ok_or_else(|| broken("its size is larger than any file"))?;
    if end > bytes.size() {
        return Err(broken(format!(
            "it would have {end} bytes by its header, and has {}",
            bytes.size()
        )));
    }
    let mut warnings = Vec::new();
    if end < bytes.size() {
        warnings.push(format!(
            "{} bytes follow its last section and are not shown",
            bytes.size() - end
        ));
    }
    let axes = header.axes(width, height, sections, &mut warnings);
    Ok(MrcImage {
        planes: axes[..axes.len() - 2]
            .iter()
            .map(|axis| axis.size)
            .collect(),
        description: description(&header, axes, stored, warnings),
        levels: [Level {
            width,
            height,
            chunk_width: width,
            // about a megabyte: rows are read from disk as they are
            chunk_height: ((1 << 20) / (width * stored.bytes())).clamp(1, height),
        }],
        bytes,
        start,
        stored,
        is_big_endian: header.is_big_endian,
    })
}

fn description(
    header: &Header,
    axes: Vec<Axis>,
    stored: Stored,
    warnings: Vec<String>,
) -> Description {
    Description {
        name: header.label(),
        format: FORMAT,
        axes,
        pixel_type: stored.pixel_type(),
        // at most 64
        significant_bits: u8::try_from(stored.bytes() * 8).unwrap_or(64),
        is_colour: false,
        channels: vec![Channel::default()],
        acquired: None,
        instrument: None,
        objective: None,
        warnings,
    }
}

impl Header {
    /// The header of a file, in the byte order in which it makes sense; none where it is not one.
    fn parse(bytes: [u8; HEADER_BYTES as usize]) -> Option<Header> {
        let orders = match bytes[212] {
            0x44 => [false, true],
            0x11 => [true, false],
            // before MRC2014 nothing told
            _ => [false, true],
        };
        let has_stamp = &bytes[208..211] == b"MAP";
        orders
            .into_iter()
            .map(|is_big_endian| Header {
                bytes,
                is_big_endian,
            })
            .find(|header| header.makes_sense(has_stamp))
    }

    /// Without the stamp, which older programs did not write, everything that can be checked has to fit.
    fn makes_sense(&self, has_stamp: bool) -> bool {
        let is_mode = matches!(self.word(4), 0..=7 | 12 | 101);
        let sizes = [1, 2, 3].map(|word| self.word(word));
        let mapping = [17, 18, 19].map(|word| self.word(word));
        let is_size = |size: &i32| (1..1 << 24).contains(size);
        let is_mapping = |axis: &i32| (0..=3).contains(axis);
        is_mode
            && (has_stamp
                || sizes.iter().all(is_size)
                    && mapping.iter().all(is_mapping)
                    && (0..1 << 28).contains(&self.word(24)))
    }

    fn word(&self, number: usize) -> i32 {
        let mut word = [0; 4];
        word.copy_from_slice(&self.bytes[(number - 1) * 4..number * 4]);
        if self.is_big_endian {
            i32::from_be_bytes(word)
        } else {
            i32::from_le_bytes(word)
        }
    }

    fn float(&self, number: usize) -> f64 {
        // the bits of a word, read as what they are
        f64::from(f32::from_bits(self.word(number).cast_unsigned()))
    }

    fn stored(&self) -> Result<Stored, ImageError> {
        match self.word(4) {
            0 if self.is_unsigned_by_imod() => Ok(Stored::Plain(PixelType::Uint8)),
            0 => Ok(Stored::Plain(PixelType::Int8)),
            1 => Ok(Stored::Plain(PixelType::Int16)),
            2 => Ok(Stored::Plain(PixelType::Float32)),
            6 => Ok(Stored::Plain(PixelType::Uint16)),
            12 => Ok(Stored::Float16),
            mode @ (3 | 4) => Err(ImageError::Unsupported(format!(
                "its pixels are complex numbers (mode {mode})"
            ))),
            mode => Err(ImageError::Unsupported(format!("its mode is {mode}"))),
        }
    }

    /// IMOD leaves its stamp, and a flag that is set where bytes are signed.
    fn is_unsigned_by_imod(&self) -> bool {
        const STAMP: i32 = 1_146_047_817;
        self.word(39) == STAMP && self.word(40) & 1 == 0
    }

    /// Axes with the size of a pixel in ångström. `ISPG` says what the sections are: 0 images of a stack, 1 to 230 a volume,
    /// 401 and more volumes of a stack.
    fn axes(
        &self,
        width: u64,
        height: u64,
        sections: u64,
        warnings: &mut Vec<String>,
    ) -> Vec<Axis> {
        let group = self.word(23);
        let depth = u64::try_from(self.word(10)).unwrap_or(0);
        let mut axes = Vec::new();
        let other = |name: &str, size: u64| Axis {
            kind: AxisKind::Other(name.to_owned()),
            size,
            step: None,
        };
        if (401..=630).contains(&group) && depth > 0 && sections.is_multiple_of(depth) {
            axes.push(other("volume", sections / depth));
            axes.push(self.axis(AxisKind::Z, 3, depth));
        } else if sections > 1 && group == 0 && depth <= 1 {
            axes.push(other("image", sections));
        } else if sections > 1 {
            if group == 0 {
                warnings.push(
                    "it says both that its sections are separate images and that they are one volume; they are shown as a volume"
                        .to_owned(),
                );
            }
            axes.push(self.axis(AxisKind::Z, 3, sections));
        }
        axes.push(self.axis(AxisKind::Y, 2, height));
        axes.push(self.axis(AxisKind::X, 1, width));
        axes
    }

    /// One of columns, rows and sections (1, 2, 3): the size of the cell along the axis of space that it is, by the samples.
    fn axis(&self, kind: AxisKind, number: usize, size: u64) -> Axis {
        let mapped = usize::try_from(self.word(16 + number)).unwrap_or(0);
        let space = if (1..=3).contains(&mapped) {
            mapped
        } else {
            number
        };
        let (samples, cell) = (self.word(7 + space), self.float(10 + space));
        let value = cell / f64::from(samples);
        let is_told = samples > 0 && value.is_finite() && value > 0.0;
        Axis {
            kind,
            size,
            step: is_told.then(|| Length {
                value,
                unit: Some("angstrom".to_owned()),
            }),
        }
    }

    /// The first of its ten labels.
    fn label(&self) -> Option<String> {
        let label = String::from_utf8_lossy(&self.bytes[224..304]);
        let label = label.trim_matches(|letter: char| letter == '\0' || letter.is_whitespace());
        let is_text = !label.is_empty() && !label.chars().any(char::is_control);
        is_text.then(|| label.to_owned())
    }
}

impl Stored {
    fn bytes(self) -> u64 {
        match self {
            Stored::Plain(pixel_type) => pixel_type.bytes() as u64,
            Stored::Float16 => 2,
        }
    }

    fn pixel_type(self) -> PixelType {
        match self {
            Stored::Plain(pixel_type) => pixel_type,
            Stored::Float16 => PixelType::Float32,
        }
    }
}

impl PixelSource for MrcImage {
    fn description(&self) -> &Description {
        &self.description
    }

    fn levels(&self) -> &[Level] {
        &self.levels
    }

    fn read(
        &self,
        level: usize,
        plane: &Plane,
        area: Area,
        buffer: &mut [u8],
    ) -> Result<(), ImageError> {
        let size = self.levels[level];
        size.must_hold(area);
        assert_eq!(plane.0.len(), self.planes.len(), "the plane has other axes");
        let section = plane
            .0
            .iter()
            .zip(&self.planes)
            .fold(0, |section, (at, length)| {
                assert!(at < length, "there is no plane {plane:?}");
                section * length + at
            });
        let sample = self.stored.bytes();
        let native = self.stored.pixel_type().bytes();
        // a row is at most as long as the buffer, which is in memory
        let columns = usize::try_from(area.width).unwrap_or(usize::MAX);
        let mut stored = vec![0; columns * usize::try_from(sample).unwrap_or(8)];
        for (row, places) in (area.y..).zip(buffer.chunks_exact_mut(columns * native)) {
            let first = (section * size.height + row) * size.width + area.x;
            self.bytes
                .read_at(self.start + first * sample, &mut stored)?;
            self.to_native(&mut stored, places);
        }
        Ok(())
    }
}

impl MrcImage {
    fn to_native(&self, stored: &mut [u8], places: &mut [u8]) {
        let sample = usize::try_from(self.stored.bytes()).unwrap_or(8);
        if self.is_big_endian != cfg!(target_endian = "big") {
            stored
                .chunks_exact_mut(sample)
                .for_each(|sample| sample.reverse());
        }
        if self.stored != Stored::Float16 {
            places.copy_from_slice(stored);
            return;
        }
        for (half, place) in stored.chunks_exact(2).zip(places.chunks_exact_mut(4)) {
            let value = half::f16::from_ne_bytes([half[0], half[1]]).to_f32();
            place.copy_from_slice(&value.to_ne_bytes());
        }
    }
}

fn broken(reason: impl Into<String>) -> ImageError {
    ImageError::broken(FORMAT, reason)
}
