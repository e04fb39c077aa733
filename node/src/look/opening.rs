//! How an image is shown where no link says how, in words for the viewer in the browser: it shows what the server's pictures
//! and thumbnails show.

use super::Spot;
use super::channels::written_out;
use crate::iiif::AskedDepth;
use crate::image::Description;
use crate::image::render::{Depth, View, channel_colours};

/// Channels whose colours are told: the viewer has no more.
const MOST_COLOURS: usize = 1000;

/// How an image is shown at first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The query of an address that says all of it: planes, time, and each channel that is shown with window and colour.
    pub view: String,
    /// The colour of every channel, shown or not: `00ff00 ff00ff`.
    pub colours: String,
}

impl Opening {
    /// The words of a default view.
    pub(super) fn of(description: &Description, default: &View) -> Opening {
        let mut spot = Spot::default();
        spot.rendering.depth = match default.depth {
            Depth::Plane(plane) => u32::try_from(plane).ok().map(AskedDepth::Plane),
            Depth::Maximum { .. } => None,
        };
        spot.rendering.time = u32::try_from(default.time).ok();
        spot.rendering.channels = default.channels.iter().filter_map(written_out).collect();
        let colours = channel_colours(description).into_iter().take(MOST_COLOURS);
        let colours: Vec<String> = colours
            .map(|[red, green, blue]| format!("{red:02x}{green:02x}{blue:02x}"))
            .collect();
        Opening {
            view: spot.query(),
            colours: colours.join(" "),
        }
    }
}
