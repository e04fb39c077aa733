//! From samples as they are stored to the channels that readers are given: red, green and blue of what is a picture, else
//! each sample as it was measured.

use std::sync::Arc;

use super::compression::Compression;
use super::directory::Directory;
use super::input::Input;
use super::palette::Palette;
use super::shape::SampleKind;
use super::tags;
use super::ycbcr::YCbCr;
use crate::image::ImageError;

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
    /// Indices into a palette of shades of grey, which are given as one channel.
    Shades(Arc<Palette>),
    /// Cyan, magenta, yellow and black, which are given as red, green and blue.
    Inks,
    /// Lightness and two differences of colour, which are given as red, green and blue.
    YCbCr(YCbCr),
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
                let palette = Palette::of(&entries, bits)?;
                Ok(Self::of_palette(palette))
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

    /// Programs that have pictures with palettes only write grey ones with one as well: these are measurements.
    fn of_palette(palette: Palette) -> Self {
        if palette.is_even_grey() {
            let (kept, inverted) = (1, false);
            return Self::Channels { kept, inverted };
        }
        let is_grey = palette.is_grey();
        let palette = Arc::new(palette);
        match is_grey {
            true => Self::Shades(palette),
            false => Self::Palette(palette),
        }
    }

    /// How many channels of a pixel are given.
    pub(super) fn channels(&self, samples: u64) -> u64 {
        match self {
            Self::Channels { kept, .. } => (*kept).min(samples),
            Self::Shades(_) => 1,
            _ => 3,
        }
    }

    /// Whether these are red, green and blue of one picture.
    pub(super) fn is_colour(&self) -> bool {
        !matches!(self, Self::Channels { .. } | Self::Shades(_))
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
            Self::Palette(_) | Self::Shades(_) if samples > 1 => Some("its transparency is left out".to_owned()),
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
