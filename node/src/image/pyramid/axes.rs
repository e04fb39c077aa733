//! The axes of an image as OME-Zarr allows them: time, then channels or one axis of another kind, then space.
//!
//! Where an image has channels and other axes, or several other ones, these are counted as channels: the first of them
//! slowest, the channels fastest. Each such channel is named after its places: `angle 2, GFP`.

use crate::image::{
    Area, Axis, AxisKind, Channel, Description, ImageError, Level, PixelSource, Plane, render,
};

/// Most channels that come of it.
const MOST_CHANNELS: u64 = 10_000;

/// An image whose axes are in the order of OME-Zarr.
pub(super) struct Ordered<'a> {
    source: &'a dyn PixelSource,
    description: Description,
    /// Axes of the source that are counted as channels, and their lengths.
    counted: Vec<(usize, u64)>,
}

impl<'a> Ordered<'a> {
    pub fn new(source: &'a dyn PixelSource) -> Result<Ordered<'a>, ImageError> {
        let given = source.description();
        let counted: Vec<(usize, u64)> = given
            .axes
            .iter()
            .enumerate()
            .filter(|(_, axis)| matches!(axis.kind, AxisKind::C | AxisKind::Other(_)))
            .map(|(place, axis)| (place, axis.size))
            .collect();
        let mut description = given.clone();
        if counted.len() > 1 {
            let number = counted
                .iter()
                .fold(1, |product: u64, (_, size)| product.saturating_mul(*size));
            if number > MOST_CHANNELS {
                return Err(ImageError::TooLarge {
                    what: "the number of its channels and of what is counted with them",
                    number,
                    limit: MOST_CHANNELS,
                });
            }
            let colours = render::channel_colours(given);
            description.channels = (0..number)
                .map(|index| channel(given, &counted, &colours, index))
                .collect();
            description
                .axes
                .retain(|axis| !matches!(axis.kind, AxisKind::C | AxisKind::Other(_)));
            description.axes.push(Axis {
                kind: AxisKind::C,
                size: number,
                step: None,
            });
            description.is_colour = false;
        }
        description.axes.sort_by_key(|axis| match axis.kind {
            AxisKind::T => 0,
            AxisKind::C | AxisKind::Other(_) => 1,
            AxisKind::Z => 2,
            AxisKind::Y => 3,
            AxisKind::X => 4,
        });
        Ok(Ordered {
            source,
            description,
            counted,
        })
    }

    pub fn description(&self) -> &Description {
        &self.description
    }

    /// The full resolution.
    pub fn level(&self) -> Level {
        self.source.levels()[0]
    }

    /// Lengths of the axes before y and x.
    pub fn outer(&self) -> Vec<u64> {
        let axes = &self.description.axes;
        axes[..axes.len() - 2]
            .iter()
            .map(|axis| axis.size)
            .collect()
    }

    /// Reads an area of a plane at the full resolution.
    pub fn read(&self, plane: &[u64], area: Area, buffer: &mut [u8]) -> Result<(), ImageError> {
        let given = &self.source.description().axes;
        let mut own = vec![0; given.len() - 2];
        for (axis, at) in self.description.axes.iter().zip(plane) {
            if matches!(axis.kind, AxisKind::C | AxisKind::Other(_)) {
                let mut rest = *at;
                for (place, size) in self.counted.iter().rev() {
                    own[*place] = rest % size;
                    rest /= size;
                }
            } else if let Some(place) = given.iter().position(|other| other.kind == axis.kind) {
                own[place] = *at;
            }
        }
        self.source.read(0, &Plane(own), area, buffer)
    }
}

/// One of the channels that come of counting others with them.
///
/// They keep the colours of the channels that they are of. Those of the first place on every other axis are shown, the others
/// when they are asked for: laid over each other they would be no picture of anything.
fn channel(
    given: &Description,
    counted: &[(usize, u64)],
    colours: &[[u8; 3]],
    index: u64,
) -> Channel {
    let mut rest = index;
    let mut names = Vec::new();
    let mut found = Channel::default();
    let (mut colour, mut is_first) = (colours.first().copied(), true);
    for (place, size) in counted.iter().rev() {
        let at = rest % size;
        rest /= size;
        match &given.axes[*place].kind {
            AxisKind::Other(name) => {
                is_first &= at == 0;
                names.push(format!("{name} {}", at + 1));
            }
            _ => {
                let channel = usize::try_from(at)
                    .ok()
                    .and_then(|at| given.channels.get(at));
                found = channel.cloned().unwrap_or_default();
                colour = colours.get(at as usize).copied();
                let name = found.name.clone();
                names.push(name.unwrap_or_else(|| format!("channel {}", at + 1)));
            }
        }
    }
    names.reverse();
    found.name = Some(names.join(", "));
    found.colour = colour;
    found.is_hidden |= !is_first;
    found
}
