//! From samples as they are stored to the channels that readers are given: red, green and blue of what is a picture, else
//! each sample as it was measured.

use std::sync::Arc;

use super::compression::Compression;
use super::directory::Directory;
use super::input::Input;
use super::shape::SampleKind;
use super::{broken, tags};
use crate::image::{ImageError, PixelType};

/// Two to the power of 16 indices, three colours each.
const MOST_PALETTE: u64 = 3 << 16;

/// What the samples of a pixel mean.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Colours {
    /// Measurements, the first so many of which are given; dark and light are exchanged where white is stored as 0.
    Channels { kept: u64, inverted: bool },
    /// Red, green and blue; what stands beside them is left out.
    Rgb,
    /// Indices into a palette.
    Palette(Arc<Palette>),
    /// Cyan, magenta, yellow and black, which are given as red, green and blue.
    Inks,
    /// Lightness and two differences of colour, which are given as red, green and blue.
    YCbCr(YCbCr),
}

/// Colours by their index.
#[derive(Debug)]
pub(super) struct Palette {
    /// All reds, then all greens, then all blues.
    entries: Vec<u16>,
    /// Whether eight bits tell them all.
    eight_bit: bool,
}

/// How lightness and differences of colour become red, green and blue (TIFF 6.0 sections 20 and 21).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct YCbCr {
    /// How many columns and rows share one difference of colour.
    pub(super) subsampling: (u64, u64),
    /// Share of red and of green in lightness.
    red: f64,
    green: f64,
    /// What is stored for no and for full lightness, and for no and for the greatest difference of colour.
    reference: [f64; 6],
}

impl Colours {
    /// Reads what a directory says of colours.
    pub(super) fn read(
        input: &Input,
        directory: &Directory,
        samples: u64,
        bits: u8,
        kind: SampleKind,
        compression: Compression,
    ) -> Result<Self, ImageError> {
        let all = Self::Channels {
            kept: samples,
            inverted: false,
        };
        let photometric = directory.number(input, tags::PHOTOMETRIC)?;
        let extra = directory.numbers(input, tags::EXTRA_SAMPLES, 4096)?;
        match photometric.unwrap_or(default_photometric(samples, compression)) {
            white @ (0 | 1 | 4) => Ok(Self::Channels {
                kept: without_alpha(samples, 1, &extra),
                inverted: white == 0 && kind != SampleKind::Float,
            }),
            2 if samples < 3 => Ok(all),
            2 => match without_alpha(samples, 3, &extra) {
                3 => Ok(Self::Rgb),
                // a fourth sample of a picture that is not described is what most programs take for alpha
                4 if kind == SampleKind::Unsigned && extra.iter().all(|kind| *kind == 0) => {
                    Ok(Self::Rgb)
                }
                _ => Ok(all),
            },
            3 if kind == SampleKind::Unsigned && bits <= 16 => {
                let entries = directory.numbers(input, tags::COLOR_MAP, MOST_PALETTE)?;
                Ok(Self::Palette(Arc::new(Palette::of(&entries, bits)?)))
            }
            3 => Err(ImageError::Unsupported(format!(
                "it has a palette for samples of {bits} bit, {samples} a pixel"
            ))),
            5 if samples >= 4 && kind != SampleKind::Signed => Ok(Self::Inks),
            6 if samples >= 3 && bits == 8 && kind == SampleKind::Unsigned => {
                YCbCr::read(input, directory, compression).map(Self::YCbCr)
            }
            6 => Err(ImageError::Unsupported(format!(
                "its colours are YCbCr of {samples} samples of {bits} bit"
            ))),
            8..=10 => Err(ImageError::Unsupported(
                "its colours are CIE L*a*b*".to_owned(),
            )),
            32803 => Err(ImageError::Unsupported(
                "its pixels are the raw mosaic of a camera".to_owned(),
            )),
            32844 | 32845 => Err(ImageError::Unsupported(
                "its colours are SGI LogLuv".to_owned(),
            )),
            _ => Ok(all),
        }
    }

    /// How many channels of a pixel are given.
    pub(super) fn channels(&self, samples: u64) -> u64 {
        match self {
            Self::Channels { kept, .. } => (*kept).min(samples),
            _ => 3,
        }
    }

    /// Whether these are red, green and blue of one picture.
    pub(super) fn is_colour(&self) -> bool {
        !matches!(self, Self::Channels { .. })
    }

    /// Whether every channel is one sample, so that samples that stand apart can be read apart.
    pub(super) fn is_sample_by_sample(&self) -> bool {
        matches!(self, Self::Channels { .. } | Self::Rgb)
    }

    /// Whether pixels share samples, so that rows are not stored one by one.
    pub(super) fn is_subsampled(&self) -> bool {
        matches!(self, Self::YCbCr(YCbCr { subsampling, .. }) if *subsampling != (1, 1))
    }

    /// What a depositor should know of it.
    pub(super) fn warning(&self, samples: u64) -> Option<String> {
        match self {
            Self::Channels { kept, .. } if *kept < samples => {
                Some("its transparency is left out".to_owned())
            }
            Self::Palette(_) if samples > 1 => Some("its transparency is left out".to_owned()),
            Self::Rgb if samples > 3 => Some(
                "what its pixels hold beside red, green and blue, their transparency as a rule, is left out"
                    .to_owned(),
            ),
            Self::Inks => Some(
                "its colours are given as inks (CMYK); they are shown as red, green and blue, without a profile of colours"
                    .to_owned(),
            ),
            _ => None,
        }
    }
}

/// Files that do not say what their samples mean: a fax is black on white, three samples are a picture.
fn default_photometric(samples: u64, compression: Compression) -> u64 {
    match samples {
        _ if compression.is_fax() => 0,
        3 | 4 => 2,
        _ => 1,
    }
}

/// Samples that are left when those at the end that say of themselves that they are transparency are not counted.
fn without_alpha(samples: u64, base: u64, extra: &[u64]) -> u64 {
    let alpha = extra
        .iter()
        .rev()
        .take_while(|kind| matches!(kind, 1 | 2))
        .count() as u64;
    samples.saturating_sub(alpha).max(base.min(samples))
}

impl Palette {
    fn of(entries: &[u64], bits: u8) -> Result<Self, ImageError> {
        let length = 1_usize << bits;
        if entries.len() < 3 * length {
            return Err(broken(format!(
                "its palette has {} numbers, and {} are needed",
                entries.len(),
                3 * length
            )));
        }
        let entries: Vec<u16> = entries[..3 * length]
            .iter()
            .map(|entry| *entry as u16)
            .collect();
        // some programs write eight bits without making sixteen of them
        let unscaled = entries.iter().all(|entry| *entry < 256);
        let doubled = |entry: &u16| entry & 0xff == 0 || entry & 0xff == entry >> 8;
        if unscaled || entries.iter().all(doubled) {
            let shift = if unscaled { 0 } else { 8 };
            return Ok(Self {
                entries: entries.iter().map(|entry| entry >> shift).collect(),
                eight_bit: true,
            });
        }
        Ok(Self {
            entries,
            eight_bit: false,
        })
    }

    pub(super) fn pixel_type(&self) -> PixelType {
        if self.eight_bit {
            PixelType::Uint8
        } else {
            PixelType::Uint16
        }
    }

    pub(super) fn entries(&self) -> &[u16] {
        &self.entries
    }

    /// One of the three colours of each index.
    pub(super) fn colour(&self, which: usize) -> &[u16] {
        let length = self.entries.len() / 3;
        &self.entries[which * length..(which + 1) * length]
    }
}

impl YCbCr {
    fn read(
        input: &Input,
        directory: &Directory,
        compression: Compression,
    ) -> Result<Self, ImageError> {
        if compression == Compression::Jpeg {
            // a JPEG decoder brings the samples to one size, and JFIF says what they mean
            return Ok(Self {
                subsampling: (1, 1),
                red: 0.299,
                green: 0.587,
                reference: [0.0, 255.0, 128.0, 255.0, 128.0, 255.0],
            });
        }
        let subsampling = directory.numbers(input, tags::YCBCR_SUBSAMPLING, 2)?;
        let coefficients = directory.fractions(input, tags::YCBCR_COEFFICIENTS, 3)?;
        let reference = directory.fractions(input, tags::REFERENCE_BLACK_WHITE, 6)?;
        let (across, down) = match subsampling[..] {
            [across, down] => (across, down),
            _ => (2, 2),
        };
        let planar = directory.number(input, tags::PLANAR_CONFIGURATION)? == Some(2);
        if ![1, 2, 4].contains(&across) || ![1, 2, 4].contains(&down) {
            return Err(broken(format!(
                "{across} by {down} of its pixels are said to share their colour"
            )));
        }
        if planar && (across, down) != (1, 1) {
            return Err(ImageError::Unsupported(
                "its lightness and colour are stored apart and in different sizes".to_owned(),
            ));
        }
        let usable = |numbers: &[f64]| numbers.iter().all(|number| number.is_finite());
        let (red, green) = match coefficients[..] {
            [red, green, blue] if usable(&coefficients) && green > 0.0 && red + blue < 1.0 => {
                (red, green)
            }
            _ => (0.299, 0.587),
        };
        let reference = match <[f64; 6]>::try_from(reference) {
            Ok(reference) if usable(&reference) && reference[0] < reference[1] => reference,
            _ => [0.0, 255.0, 128.0, 255.0, 128.0, 255.0],
        };
        Ok(Self {
            subsampling: (across, down),
            red,
            green,
            reference,
        })
    }

    /// What each sample adds to red, green and blue.
    pub(super) fn tables(&self) -> Tables {
        let [black, white, no_blue, full_blue, no_red, full_red] = self.reference;
        let spread = |sample: usize, none: f64, full: f64, range: f64| {
            let width = if full == none { 1.0 } else { full - none };
            (sample as f64 - none) * range / width
        };
        let blue_share = 1.0 - self.red - self.green;
        let table = |value: &dyn Fn(usize) -> f64| -> [f32; 256] {
            std::array::from_fn(|sample| value(sample) as f32)
        };
        let red = |sample| spread(sample, no_red, full_red, 127.0) * (2.0 - 2.0 * self.red);
        let blue = |sample| spread(sample, no_blue, full_blue, 127.0) * (2.0 - 2.0 * blue_share);
        Tables {
            lightness: table(&|sample| spread(sample, black, white, 255.0)),
            red: table(&red),
            blue: table(&blue),
            green_of_red: table(&|sample| -red(sample) * self.red / self.green),
            green_of_blue: table(&|sample| -blue(sample) * blue_share / self.green),
        }
    }
}

/// What each of 256 values of a sample adds.
pub(super) struct Tables {
    lightness: [f32; 256],
    red: [f32; 256],
    blue: [f32; 256],
    green_of_red: [f32; 256],
    green_of_blue: [f32; 256],
}

impl Tables {
    /// Red, green and blue of one pixel.
    pub(super) fn colours(&self, lightness: u8, blue: u8, red: u8) -> [u8; 3] {
        let lightness = self.lightness[usize::from(lightness)];
        let (blue, red) = (usize::from(blue), usize::from(red));
        let green = self.green_of_blue[blue] + self.green_of_red[red];
        // the cast keeps what is below 0 and above 255 in bounds
        [self.red[red], green, self.blue[blue]].map(|colour| (lightness + colour + 0.5) as u8)
    }
}
