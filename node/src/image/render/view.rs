//! What of an image is shown, and how.

use super::RenderError;
use crate::image::{AxisKind, Description, Plane};

/// A way to look at an image.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Which focal plane, or which ones together.
    pub depth: Depth,
    /// Which time point.
    pub time: u64,
    /// Where on each further axis, in the order in which the description has them.
    pub others: Vec<u64>,
    /// The channels that are shown; what they show is added up.
    pub channels: Vec<ChannelView>,
    /// How values become colours.
    pub style: Style,
}

/// Focal planes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Depth {
    /// One.
    Plane(u64),
    /// The greatest value of each pixel in these planes.
    Maximum {
        /// The first.
        first: u64,
        /// The last, which belongs to them.
        last: u64,
    },
}

/// How values become colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Style {
    /// Channels in their colours, added up.
    #[default]
    Composite,
    /// Each value is the number of an object and has a colour of its own; 0 is the background. Of the first channel.
    Labels,
}

/// How a channel is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChannelView {
    /// Which, from 0.
    pub index: u64,
    /// The value that is black, and the value that is shown as bright as possible.
    pub window: [f64; 2],
    /// The exponent of the curve between them: 1 is a straight line, below 1 brings out what is dark.
    pub gamma: f64,
    /// The colour of the brightest: red, green, blue.
    pub colour: [u8; 3],
}

impl Depth {
    /// First and last plane.
    pub fn range(self) -> (u64, u64) {
        match self {
            Self::Plane(plane) => (plane, plane),
            Self::Maximum { first, last } => (first, last),
        }
    }
}

impl View {
    /// Whether the image has everything that the view names.
    ///
    /// # Errors
    /// [`RenderError::NotThere`], which says what it has not.
    pub fn check(&self, description: &Description) -> Result<(), RenderError> {
        let (first, last) = self.depth.range();
        let absent = |what: &str, index: u64, size: u64| {
            Err(RenderError::NotThere(format!(
                "there is no {what} {index} in this image, which has {size}, counted from 0"
            )))
        };
        if first > last {
            return Err(RenderError::NotThere(format!(
                "the planes {first}-{last} end before they begin; give the smaller number first"
            )));
        }
        let planes = size_of(description, &AxisKind::Z);
        if last >= planes {
            return absent("focal plane", last, planes);
        }
        let times = size_of(description, &AxisKind::T);
        if self.time >= times {
            return absent("time point", self.time, times);
        }
        let others = others(description);
        for ((name, size), &index) in others.iter().zip(&self.others) {
            if index >= *size {
                return absent(name, index, *size);
            }
        }
        if others.len() != self.others.len() || self.channels.is_empty() {
            return Err(RenderError::NotThere(
                "a view has at least one channel and a place on each further axis of its image"
                    .to_owned(),
            ));
        }
        let channels = size_of(description, &AxisKind::C);
        match self.channels.iter().find(|one| one.index >= channels) {
            Some(channel) => absent("channel", channel.index, channels),
            None => Ok(()),
        }
    }

    /// The plane of a channel at a depth.
    pub(super) fn plane(&self, description: &Description, channel: u64, z: u64) -> Plane {
        let mut others = self.others.iter();
        let axes = description.axes.iter();
        let indices = axes.filter_map(|axis| match axis.kind {
            AxisKind::X | AxisKind::Y => None,
            AxisKind::Z => Some(z),
            AxisKind::C => Some(channel),
            AxisKind::T => Some(self.time),
            AxisKind::Other(_) => Some(others.next().copied().unwrap_or(0)),
        });
        Plane(indices.collect())
    }
}

/// The length of an axis; 1 where the image has no such.
pub(crate) fn size_of(description: &Description, kind: &AxisKind) -> u64 {
    let axis = description.axes.iter().find(|axis| axis.kind == *kind);
    axis.map_or(1, |axis| axis.size)
}

/// Name and length of the axes beyond x, y, z, c and t.
pub(crate) fn others(description: &Description) -> Vec<(&str, u64)> {
    let axes = description.axes.iter();
    axes.filter_map(|axis| match &axis.kind {
        AxisKind::Other(name) => Some((name.as_str(), axis.size)),
        _ => None,
    })
    .collect()
}
