//! ImageJ's TIFF files: what a stack is stands in the text of the first page, colours and windows of channels in two tags of
//! its own. Stacks of more than 4 GB have one directory, and all planes behind the first.

use super::chain::Chain;
use super::resolution::per_unit;
use super::stack::Stack;
use super::tags;
use crate::image::{AxisKind, Channel, ImageError, Length, Limits, WELL_KNOWN_LENGTHS};

/// What ImageJ says of a file; none where it did not write it.
pub(super) fn read(
    chain: &Chain,
    text: &str,
    limits: &Limits,
) -> Result<Option<Stack>, ImageError> {
    if !text.starts_with("ImageJ=") {
        return Ok(None);
    }
    let said = Said(text);
    let mut warnings = Vec::new();
    let axes = axes(&said, chain.pages.len() as u64, &mut warnings);
    let channels = axes
        .iter()
        .find(|(kind, _)| *kind == AxisKind::C)
        .map_or(1, |(_, size)| *size);
    let mut described = vec![Channel::default(); channels.min(limits.planes) as usize];
    describe_channels(chain, &said, &mut described)?;
    Ok(Some(Stack {
        format: "ImageJ TIFF",
        axes,
        steps: steps(chain, &said)?,
        channels: described,
        warnings,
    }))
}

/// Lines of names and values.
struct Said<'a>(&'a str);

impl Said<'_> {
    fn value(&self, name: &str) -> Option<&str> {
        self.0
            .lines()
            .filter_map(|line| line.split_once('='))
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.trim())
    }

    fn number(&self, name: &str) -> Option<f64> {
        let number: f64 = self.value(name)?.parse().ok()?;
        number.is_finite().then_some(number)
    }

    fn count(&self, name: &str) -> u64 {
        let count = self.value(name).and_then(|value| value.parse().ok());
        count.filter(|count| *count > 0).unwrap_or(1)
    }
}

/// The axes in the order of the file, which is always time, depth, channels.
fn axes(said: &Said<'_>, pages: u64, warnings: &mut Vec<String>) -> Vec<(AxisKind, u64)> {
    let [channels, depths, times] = ["channels", "slices", "frames"].map(|name| said.count(name));
    let product = channels
        .checked_mul(depths)
        .and_then(|product| product.checked_mul(times));
    let images = match said.value("images") {
        Some(_) => said.count("images"),
        None => product.unwrap_or(1).max(pages),
    };
    if product == Some(images) {
        return vec![
            (AxisKind::T, times),
            (AxisKind::Z, depths),
            (AxisKind::C, channels),
        ];
    }
    // stacks of old versions say how many planes they have and no more
    if product != Some(1) {
        warnings.push(format!(
            "it says {images} planes, and {channels} channels of {depths} focal planes at {times} times; they are taken for focal planes"
        ));
    }
    vec![(AxisKind::Z, images)]
}

fn steps(chain: &Chain, said: &Said<'_>) -> Result<Vec<(AxisKind, Length)>, ImageError> {
    let mut steps = Vec::new();
    if let Some(unit) = said.value("unit").and_then(unit) {
        let length = |value: f64| Length {
            value,
            unit: Some(unit.clone()),
        };
        let tags = [
            (AxisKind::X, tags::X_RESOLUTION),
            (AxisKind::Y, tags::Y_RESOLUTION),
        ];
        for (kind, tag) in tags {
            if let Some(pixels) = per_unit(&chain.input, &chain.first, tag)? {
                steps.push((kind, length(1.0 / pixels)));
            }
        }
        if let Some(spacing) = said.number("spacing").filter(|spacing| *spacing != 0.0) {
            steps.push((AxisKind::Z, length(spacing.abs())));
        }
    }
    if let Some(interval) = said.number("finterval").filter(|interval| *interval > 0.0) {
        let unit = said.value("tunit").and_then(unit);
        steps.push((
            AxisKind::T,
            Length {
                value: interval,
                unit: Some(unit.unwrap_or_else(|| "second".to_owned())),
            },
        ));
    }
    Ok(steps)
}

/// A unit as ImageJ writes it: `\u00B5m` for µm; `pixel` measures nothing.
fn unit(written: &str) -> Option<String> {
    let written = written
        .replace("\\u00B5", "\u{b5}")
        .replace("\\u00b5", "\u{b5}");
    WELL_KNOWN_LENGTHS
        .iter()
        .find(|(known, spelled)| *known == written || *spelled == written)
        .map(|(_, spelled)| (*spelled).to_owned())
}

/// Colours, windows and labels of channels.
fn describe_channels(
    chain: &Chain,
    said: &Said<'_>,
    channels: &mut [Channel],
) -> Result<(), ImageError> {
    let extra = Extra::read(chain)?;
    for (channel, lut) in channels.iter_mut().zip(&extra.colours) {
        channel.colour = Some(*lut);
    }
    for (channel, window) in channels.iter_mut().zip(extra.windows) {
        channel.window = Some(window);
    }
    // the text has the window of the channel that was shown last
    if let ([channel], Some(min), Some(max)) = (channels, said.number("min"), said.number("max"))
        && min < max
    {
        channel.window.get_or_insert([min, max]);
    }
    Ok(())
}

/// The tags of ImageJ: a list of kinds and how many of each, then the values (`ij.io.TiffEncoder`).
#[derive(Default)]
struct Extra {
    /// Least and greatest value of each channel that are shown.
    windows: Vec<[f64; 2]>,
    /// The brightest colour of each channel's table.
    colours: Vec<[u8; 3]>,
}

/// A table of colours: 256 reds, 256 greens, 256 blues.
const TABLE: usize = 768;
/// Labels of slices stand there as well, one for each.
const MOST_EXTRA: u64 = 64 << 20;

impl Extra {
    fn read(chain: &Chain) -> Result<Self, ImageError> {
        let input = &chain.input;
        let lengths = chain
            .first
            .numbers(input, tags::IMAGEJ_BYTE_COUNTS, 1 << 20)?;
        let Some(bytes) = chain
            .first
            .bytes(input, tags::IMAGEJ_METADATA, MOST_EXTRA)?
        else {
            return Ok(Self::default());
        };
        let Some((&head, lengths)) = lengths.split_first() else {
            return Ok(Self::default());
        };
        let Some((head, mut rest)) = bytes.split_at_checked(head as usize) else {
            return Ok(Self::default());
        };
        let mut extra = Self::default();
        let mut lengths = lengths.iter();
        // the first four bytes say IJIJ; each kind is four letters, in the order of the file, and a number
        for kind in head.get(4..).unwrap_or_default().chunks_exact(8) {
            let count = input.order.integer(&kind[4..]);
            let name = input.order.integer(&kind[..4]) as u32;
            for _ in 0..count {
                let Some((value, behind)) = lengths
                    .next()
                    .and_then(|length| rest.split_at_checked(*length as usize))
                else {
                    return Ok(extra);
                };
                rest = behind;
                extra.take(name, value, chain);
            }
        }
        Ok(extra)
    }

    fn take(&mut self, name: u32, value: &[u8], chain: &Chain) {
        match &name.to_be_bytes() {
            b"rang" => {
                let numbers: Vec<f64> = value
                    .chunks_exact(8)
                    .map(|bytes| f64::from_bits(chain.input.order.integer(bytes)))
                    .collect();
                self.windows = numbers
                    .chunks_exact(2)
                    .map(|pair| [pair[0], pair[1]])
                    .take_while(|[least, most]| {
                        least.is_finite() && most.is_finite() && least < most
                    })
                    .collect();
            }
            b"luts" if value.len() == TABLE => {
                self.colours.push([value[255], value[511], value[767]]);
            }
            _ => {}
        }
    }
}
