//! The view that shows something sensible of any image.

use super::colours::{COLOURS, WHITE};
use super::view::{others, size_of};
use super::{ChannelView, Depth, Samples, Style, View};
use crate::image::{AxisKind, Description, ImageError, PixelSource, PixelType};

/// Channels that are laid over each other when nobody says which: more would be white mush.
pub const MOST_CHANNELS_SHOWN: usize = 6;

/// Red, green and blue, which the channels of a colour picture are.
const PRIMARIES: [[u8; 3]; 3] = [[255, 0, 0], [0, 255, 0], [0, 0, 255]];

/// Words by which a file says that a channel is seen in transmitted light.
const TRANSMITTED: [&str; 5] = ["bright", "phase", "dic", "transmi", "differential"];

/// The middle plane, the first time point, and the channels in the colours and windows that the file gives, else in
/// colours that everybody can tell apart and with all but the darkest and the brightest thousandth of the values. Channels in
/// transmitted light are left out where others are not: they would cover these with grey.
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
    Ok(ChannelView {
        index,
        window,
        gamma: 1.0,
        colour: colour(description, index),
    })
}

/// The channels that are shown.
fn shown(description: &Description) -> Vec<u64> {
    let count = size_of(description, &AxisKind::C);
    let is_transmitted = |index: &u64| {
        let channel = description.channels.get(*index as usize);
        let contrast = channel.and_then(|channel| channel.contrast.as_deref());
        contrast.is_some_and(|contrast| {
            let contrast = contrast.to_lowercase();
            TRANSMITTED.iter().any(|word| contrast.contains(word))
        })
    };
    let emitted: Vec<u64> = (0..count)
        .filter(|index| !is_transmitted(index))
        .take(MOST_CHANNELS_SHOWN)
        .collect();
    if emitted.is_empty() || description.is_colour {
        (0..count).take(MOST_CHANNELS_SHOWN).collect()
    } else {
        emitted
    }
}

/// The window of a channel where no pixel has to be looked at: what the file says, or all values of a colour picture of
/// 8 bit.
fn known_window(description: &Description, index: u64) -> Option<[f64; 2]> {
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
    let brightest = view.channels.iter().map(|one| one.window[1]);
    let brightest = brightest.fold(0.0, f64::max);
    let window = [0.0, if brightest > 0.0 { brightest } else { 1.0 }];
    for channel in &mut view.channels {
        channel.window = window;
    }
}

fn colour(description: &Description, index: u64) -> [u8; 3] {
    let place = index as usize;
    if description.is_colour {
        return PRIMARIES[place % PRIMARIES.len()];
    }
    let stated = || {
        description
            .channels
            .iter()
            .filter_map(|channel| channel.colour)
    };
    let count = size_of(description, &AxisKind::C);
    // one colour for all, most often white, is what programs write that know none
    let is_said = stated().count() as u64 == count
        && (count == 1 || stated().any(|one| Some(one) != stated().next()));
    match description
        .channels
        .get(place)
        .and_then(|channel| channel.colour)
    {
        // black would show nothing
        Some(colour) if is_said && colour != [0; 3] => colour,
        _ if count == 1 => WHITE,
        _ => COLOURS[place % COLOURS.len()],
    }
}
