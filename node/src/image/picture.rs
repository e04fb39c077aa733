//! PNG and JPEG pictures.
//!
//! A picture is decoded once and as a whole, because neither format can be entered in the middle; its size is checked before.

mod jpeg;
mod png;

use std::sync::{Arc, Mutex, PoisonError};

use super::{
    Area, Axis, AxisKind, Bytes, Channel, Description, ImageError, Level, Limits, PixelSource,
    PixelType, Plane,
};

/// A picture.
pub struct Picture {
    bytes: Arc<dyn Bytes>,
    limits: Limits,
    format: Format,
    description: Description,
    levels: [Level; 1],
    decoded: Mutex<Option<Arc<Decoded>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Png,
    Jpeg,
}

/// What the beginning of a picture tells.
struct Header {
    width: u64,
    height: u64,
    /// 1, or 3 for red, green and blue: what is given of it.
    channels: usize,
    pixel_type: PixelType,
    significant_bits: u8,
    /// Whether its pixels have to be looked at to know if something is to be said of them.
    is_to_be_looked_at: bool,
    warnings: Vec<String>,
}

/// The samples of a picture: pixel by pixel, native byte order.
struct Decoded {
    samples: Vec<u8>,
    /// Samples of a pixel in `samples`, of which the first are the channels and one more is how opaque it is.
    samples_per_pixel: usize,
    /// What is to be said of them.
    warning: Option<String>,
}

/// Opens a PNG picture.
///
/// # Errors
/// [`ImageError`] where it is none, or is larger than the limits allow.
pub fn open_png(bytes: Arc<dyn Bytes>, limits: Limits) -> Result<Picture, ImageError> {
    let header = png::header(&bytes)?;
    Picture::new(bytes, limits, Format::Png, header)
}

/// Opens a JPEG picture.
///
/// # Errors
/// [`ImageError`] where it is none, or is larger than the limits allow.
pub fn open_jpeg(bytes: Arc<dyn Bytes>, limits: Limits) -> Result<Picture, ImageError> {
    let header = jpeg::header(&bytes, &limits)?;
    Picture::new(bytes, limits, Format::Jpeg, header)
}

/// Opens a PNG or JPEG picture to know what it is: pixels are not looked at, even where something might have to be said of
/// them.
///
/// # Errors
/// [`ImageError`] where it is neither, or is larger than the limits allow.
pub(super) fn open_unseen(bytes: Arc<dyn Bytes>, limits: Limits) -> Result<Picture, ImageError> {
    let mut first = [0; 2];
    bytes.read_at(0, &mut first)?;
    let (format, header) = match first {
        [0xff, 0xd8] => (Format::Jpeg, jpeg::header(&bytes, &limits)?),
        _ => (Format::Png, png::header(&bytes)?),
    };
    let header = Header {
        is_to_be_looked_at: false,
        ..header
    };
    Picture::new(bytes, limits, format, header)
}

impl Picture {
    fn new(
        bytes: Arc<dyn Bytes>,
        limits: Limits,
        format: Format,
        header: Header,
    ) -> Result<Picture, ImageError> {
        // with one sample more for transparency
        let pixel = (header.channels as u64 + 1) * header.pixel_type.bytes() as u64;
        let size = header
            .width
            .saturating_mul(header.height)
            .saturating_mul(pixel);
        if size > limits.chunk_bytes {
            return Err(ImageError::TooLarge {
                what: "the decoded picture in bytes",
                number: size,
                limit: limits.chunk_bytes,
            });
        }
        let is_to_be_looked_at = header.is_to_be_looked_at;
        let mut picture = Picture {
            bytes,
            limits,
            format,
            levels: [Level {
                width: header.width,
                height: header.height,
                chunk_width: header.width,
                chunk_height: header.height,
            }],
            description: description(format, header),
            decoded: Mutex::default(),
        };
        if is_to_be_looked_at {
            let warning = picture.decoded()?.warning.clone();
            picture.description.warnings.extend(warning);
        }
        Ok(picture)
    }

    fn decoded(&self) -> Result<Arc<Decoded>, ImageError> {
        let mut decoded = self.decoded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(decoded) = decoded.as_ref() {
            return Ok(Arc::clone(decoded));
        }
        let new = Arc::new(match self.format {
            Format::Png => png::decode(&self.bytes, &self.limits)?,
            Format::Jpeg => {
                jpeg::decode(&self.bytes, &self.limits, self.description.channels.len())?
            }
        });
        Ok(Arc::clone(decoded.insert(new)))
    }
}

impl PixelSource for Picture {
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
        let channels = self.description.channels.len() as u64;
        let channel = plane.0.first().copied().unwrap_or(0);
        assert!(channel < channels, "there is no plane {plane:?}");
        let decoded = self.decoded()?;
        let sample = self.description.pixel_type.bytes();
        // the picture is in memory: no number here is larger than its samples are many
        let index = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let pixel = decoded.samples_per_pixel * sample;
        let rows = buffer.chunks_exact_mut(index(area.width) * sample);
        for (row, places) in (area.y..).zip(rows) {
            let first = index(row * size.width + area.x) * pixel + index(channel) * sample;
            let pixels = decoded.samples[first..].chunks(pixel);
            for (place, pixel) in places.chunks_exact_mut(sample).zip(pixels) {
                place.copy_from_slice(&pixel[..sample]);
            }
        }
        Ok(())
    }
}

fn description(format: Format, header: Header) -> Description {
    let axis = |kind, size| Axis {
        kind,
        size,
        step: None,
    };
    let mut axes = vec![
        axis(AxisKind::Y, header.height),
        axis(AxisKind::X, header.width),
    ];
    let is_colour = header.channels == 3;
    let mut channels = vec![Channel::default()];
    if is_colour {
        axes.insert(0, axis(AxisKind::C, 3));
        let primary = |name: &str, colour| Channel {
            name: Some(name.to_owned()),
            colour: Some(colour),
            ..Channel::default()
        };
        channels = vec![
            primary("red", [255, 0, 0]),
            primary("green", [0, 255, 0]),
            primary("blue", [0, 0, 255]),
        ];
    }
    Description {
        name: None,
        format: match format {
            Format::Png => "PNG",
            Format::Jpeg => "JPEG",
        },
        axes,
        pixel_type: header.pixel_type,
        significant_bits: header.significant_bits,
        is_colour,
        channels,
        acquired: None,
        instrument: None,
        objective: None,
        warnings: header.warnings,
    }
}
