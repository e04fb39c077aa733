//! What of an image an identifier names beside the image: planes, channels, windows, colours (docs/design/0006-iiif.md).

mod reading;

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::Refusal;
use super::number::written;
use crate::image::render::{
    ChannelView, Depth, RenderError, Style, View, default_channel, others, size_of,
};
use crate::image::{AxisKind, PixelSource};

/// Beyond these, the name of an axis is written in percent-encoding, once more than the address itself.
const IN_NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// What is asked for; whatever is not said is as in the default view.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rendering {
    /// Which focal plane, or which ones together: `z=10`, `z=3-20`, `z=max`.
    pub depth: Option<AskedDepth>,
    /// Which time point: `t=0`.
    pub time: Option<u32>,
    /// Where on axes beyond x, y, z, c and t, by their names: `axis.lifetime=4`.
    pub others: Vec<(String, u32)>,
    /// Which channels: `c=0:100-4000:ff00ff,2`.
    pub channels: Vec<AskedChannel>,
    /// How values become colours: `as=labels`.
    pub style: Option<Style>,
}

/// Focal planes that are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskedDepth {
    /// One.
    Plane(u32),
    /// The greatest values of some.
    Maximum(u32, u32),
    /// The greatest values of all.
    All,
}

/// A channel that is asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AskedChannel {
    /// Which, from 0.
    pub index: u32,
    /// The values that are black and bright: `100-4000`.
    pub window: Option<[f64; 2]>,
    /// Its colour: `ff00ff`.
    pub colour: Option<[u8; 3]>,
    /// The exponent of the curve: `g0.8`.
    pub gamma: Option<f64>,
}

impl Rendering {
    /// Whether nothing is asked for, so that the default view is shown.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// The view that is asked for of an image: whatever is not said is as in its default view.
    ///
    /// # Errors
    /// 404 where the image has no such plane, axis or channel; where its pixels cannot be read.
    pub fn view(&self, source: &dyn PixelSource, default: &View) -> Result<View, Refusal> {
        let description = source.description();
        let mut view = default.clone();
        match self.depth {
            None => {}
            Some(AskedDepth::Plane(plane)) => view.depth = Depth::Plane(plane.into()),
            Some(AskedDepth::Maximum(first, last)) => {
                view.depth = Depth::Maximum {
                    first: first.into(),
                    last: last.into(),
                }
            }
            Some(AskedDepth::All) => {
                view.depth = Depth::Maximum {
                    first: 0,
                    last: size_of(description, &AxisKind::Z) - 1,
                }
            }
        }
        if let Some(time) = self.time {
            view.time = time.into();
        }
        let axes = others(description);
        for (name, place) in &self.others {
            let Some(number) = axes.iter().position(|axis| axis.0 == name) else {
                return Err(Refusal::not_found(format!(
                    "this image has no axis {name:?}"
                )));
            };
            view.others[number] = (*place).into();
        }
        if let Some(style) = self.style {
            view.style = style;
        }
        if !self.channels.is_empty() {
            // whether they are there is known before any of them is looked at
            let count = size_of(description, &AxisKind::C);
            if let Some(channel) = self
                .channels
                .iter()
                .find(|one| u64::from(one.index) >= count)
            {
                return Err(Refusal::not_found(format!(
                    "there is no channel {} in this image, which has {count}, counted from 0",
                    channel.index
                )));
            }
            let shown = self.channels.iter().map(|one| one.view(source, default));
            view.channels = shown.collect::<Result<_, _>>()?;
        }
        view.check(description)?;
        Ok(view)
    }
}

impl AskedChannel {
    /// How the channel is shown, where that is not said as it is in the default view of its own planes.
    fn view(&self, source: &dyn PixelSource, default: &View) -> Result<ChannelView, RenderError> {
        let index = u64::from(self.index);
        let known = default.channels.iter().find(|one| one.index == index);
        let mut shown = match (known, self.window, self.colour) {
            (Some(known), _, _) => *known,
            // nothing that would have to be guessed from pixels
            (None, Some(window), Some(colour)) => ChannelView {
                index,
                window,
                gamma: 1.0,
                colour,
            },
            (None, _, _) => default_channel(source, default, index)?,
        };
        shown.window = self.window.unwrap_or(shown.window);
        shown.colour = self.colour.unwrap_or(shown.colour);
        shown.gamma = self.gamma.unwrap_or(shown.gamma);
        Ok(shown)
    }
}

/// The one way in which each rendering is written.
impl fmt::Display for Rendering {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.depth {
            None => {}
            Some(AskedDepth::Plane(plane)) => write!(formatter, "~z={plane}")?,
            Some(AskedDepth::Maximum(first, last)) => write!(formatter, "~z={first}-{last}")?,
            Some(AskedDepth::All) => formatter.write_str("~z=max")?,
        }
        if let Some(time) = self.time {
            write!(formatter, "~t={time}")?;
        }
        for (name, place) in &self.others {
            write!(
                formatter,
                "~axis.{}={place}",
                utf8_percent_encode(name, IN_NAME)
            )?;
        }
        for (number, channel) in self.channels.iter().enumerate() {
            formatter.write_str(if number == 0 { "~c=" } else { "," })?;
            write!(formatter, "{channel}")?;
        }
        match self.style {
            None => Ok(()),
            Some(Style::Labels) => formatter.write_str("~as=labels"),
            Some(Style::Composite) => formatter.write_str("~as=channels"),
        }
    }
}

impl fmt::Display for AskedChannel {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.index)?;
        if let Some([least, greatest]) = self.window {
            write!(formatter, ":{}-{}", short(least), short(greatest))?;
        }
        if let Some([red, green, blue]) = self.colour {
            write!(formatter, ":{red:02x}{green:02x}{blue:02x}")?;
        }
        match self.gamma {
            Some(gamma) => write!(formatter, ":g{}", written(gamma)),
            None => Ok(()),
        }
    }
}

/// In digits, or with an exponent where that would be too many of them to be read back.
fn short(number: f64) -> String {
    let plain = format!("{number}");
    if plain.len() > 16 {
        format!("{number:e}")
    } else {
        plain
    }
}
