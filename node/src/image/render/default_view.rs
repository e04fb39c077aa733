//! The view that shows something sensible of any image.

use super::channel_colours::{channel_colours, is_transmitted};
use super::view::{others, size_of};
use super::{ChannelView, Depth, Samples, Style, View};
use crate::image::{AxisKind, Description, ImageError, PixelSource, PixelType};

/// Channels that are laid over each other when nobody says which: more would be white mush.
pub const MOST_CHANNELS_SHOWN: usize = 6;

/// The middle plane, the first time point, and the channels in the colours and windows that the file gives, else in
/// colours that everybody can tell apart and with all but the darkest and the brightest thousandth of the values. Channels that
/// the file hides are left out, and those in transmitted light where others are not: they would cover these with grey.
///
/// This is how an image is shown where nobody says how, everywhere: the viewer in the browser is told it.
///
/// # Errors
/// Where the pixels cannot be read.
pub fn default_view(source: &dyn PixelSource) -> Result<View, ImageError> {
    let description = source.description();
    let mut view = View {
        depth: Depth::Plane(size_of(description, &AxisKind::Z) / 2),
        time: 0,
        others: vec![0; others(description).len()],
        channels: Vec::new(),
        style: Style::Composite,
    };
    for index in shown(description) {
        view.channels.push(default_channel(source, &view, index)?);
    }
    if description.is_colour {
        share_window(&mut view);
    }
    Ok(view)
}

/// How a channel is shown where nobody says it, in the planes of a view.
///
/// # Errors
/// Where the pixels cannot be read.
///
/// # Panics
/// Where the image has no such channel.
pub fn default_channel(
    source: &dyn PixelSource,
    view: &View,
    index: u64,
) -> Result<ChannelView, ImageError> {
    let description = source.description();
    let window = match known_window(description, index) {
        Some(window) => window,
        None => {
            let (first, last) = view.depth.range();
            let plane = view.plane(description, index, first.midpoint(last));
            Samples::read(source, &plane)?.window()
        }
    };
    let colours = channel_colours(description);
    Ok(ChannelView {
        index,
        window,
        gamma: 1.0,
        colour: colours[index as usize],
    })
}

/// The channels that are shown.
pub(crate) fn shown(description: &Description) -> Vec<u64> {
    let count = size_of(description, &AxisKind::C);
    let channel = |index: &u64| description.channels.get(*index as usize);
    let is_hidden = |index: &u64| channel(index).is_some_and(|channel| channel.is_hidden);
    let mut visible: Vec<u64> = (0..count).filter(|index| !is_hidden(index)).collect();
    if visible.is_empty() {
        visible = (0..count).collect();
    }
    if !description.is_colour {
        let is_emitted = |index: &u64| !channel(index).is_some_and(is_transmitted);
        let emitted: Vec<u64> = visible.iter().copied().filter(is_emitted).collect();
        if !emitted.is_empty() {
            visible = emitted;
        }
    }
    visible.truncate(MOST_CHANNELS_SHOWN);
    visible
}

/// The window of a channel where no pixel has to be looked at: what the file says, or all values of a colour picture of
/// 8 bit.
pub(crate) fn known_window(description: &Description, index: u64) -> Option<[f64; 2]> {
    let stated = description
        .channels
        .get(index as usize)
        .and_then(|channel| channel.window);
    let is_said = |window: &[f64; 2]| {
        window.iter().all(|end| end.is_finite())
            && window[0] < window[1]
            && Some(*window)
                != whole_range(
                    description.pixel_type,
                    u32::from(description.significant_bits),
                )
            && Some(*window) != whole_range(description.pixel_type, 64)
    };
    if description.is_colour && description.pixel_type == PixelType::Uint8 {
        return Some([0.0, 255.0]);
    }
    stated.filter(is_said)
}

/// All values of a type, which many programs write where they know no better.
fn whole_range(pixel_type: PixelType, bits: u32) -> Option<[f64; 2]> {
    let bits = bits.min(pixel_type.bytes() as u32 * 8) as i32;
    match pixel_type {
        PixelType::Uint8 | PixelType::Uint16 | PixelType::Uint32 | PixelType::Uint64 => {
            Some([0.0, 2_f64.powi(bits) - 1.0])
        }
        PixelType::Int8 | PixelType::Int16 | PixelType::Int32 | PixelType::Int64 => {
            let half = 2_f64.powi(bits - 1);
            Some([-half, half - 1.0])
        }
        PixelType::Float32 | PixelType::Float64 => None,
    }
}

/// The three channels of a colour picture have one window, from 0: else its white would take on a hue.
fn share_window(view: &mut View) {
    let window = shared_window(view.channels.iter().map(|one| one.window));
    for channel in &mut view.channels {
        channel.window = window;
    }
}

/// The one window of several: from 0 to the brightest, or from the darkest where nothing is brighter than 0.
pub(crate) fn shared_window(windows: impl Iterator<Item = [f64; 2]> + Clone) -> [f64; 2] {
    let greatest = windows.clone().map(|one| one[1]).fold(f64::MIN, f64::max);
    let least = windows.map(|one| one[0]).fold(f64::MAX, f64::min);
    match (least, greatest) {
        _ if greatest > 0.0 => [0.0, greatest],
        _ if least < greatest => [least, greatest],
        _ => [0.0, 1.0],
    }
}
