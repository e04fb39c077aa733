//! The documents of an OME-Zarr 0.5.

use serde_json::{Map, Value, json};

use super::histogram::Shown;
use super::plan::{LevelPlan, Plan};
use super::shard::ZSTD_LEVEL;
use crate::image::{Axis, AxisKind, Channel, Description, PixelType};

/// Channels that are shown at first: more at once are hard to tell apart.
const SHOWN_AT_FIRST: usize = 6;

/// Colours of channels whose own are not known: the first two are told apart by everybody.
const COLOURS: [[u8; 3]; 6] = [
    [255, 0, 255],
    [0, 255, 0],
    [0, 255, 255],
    [255, 255, 0],
    [255, 0, 0],
    [0, 0, 255],
];

/// The `zarr.json` of a level.
pub(super) fn array(description: &Description, plan: &Plan, level: &LevelPlan) -> Value {
    let with = |planes: &[u64], height: u64, width: u64| [planes, &[height, width]].concat();
    let ones = vec![1; plan.outer.len()];
    let endian = if cfg!(target_endian = "big") {
        "big"
    } else {
        "little"
    };
    let bytes = if description.pixel_type.bytes() == 1 {
        json!({"name": "bytes"})
    } else {
        json!({"name": "bytes", "configuration": {"endian": endian}})
    };
    json!({
        "zarr_format": 3,
        "node_type": "array",
        "shape": with(&plan.outer, level.height, level.width),
        "data_type": description.pixel_type.name(),
        "chunk_grid": {"name": "regular", "configuration": {
            "chunk_shape": with(&plan.planes, level.shard_height, level.shard_width),
        }},
        "chunk_key_encoding": {"name": "default", "configuration": {"separator": "/"}},
        "fill_value": if is_float(description.pixel_type) { json!(0.0) } else { json!(0) },
        "codecs": [{"name": "sharding_indexed", "configuration": {
            "chunk_shape": with(&ones, level.chunk_height, level.chunk_width),
            "codecs": [
                bytes,
                {"name": "zstd", "configuration": {"level": ZSTD_LEVEL, "checksum": false}},
                {"name": "crc32c"},
            ],
            "index_codecs": [
                {"name": "bytes", "configuration": {"endian": "little"}},
                {"name": "crc32c"},
            ],
            "index_location": "end",
        }}],
        "attributes": {},
        "dimension_names": description.axes.iter().map(name).collect::<Vec<_>>(),
    })
}

/// The `zarr.json` of the pyramid. Without what is known of the channels' values it says nothing of channels.
pub(super) fn group(
    description: &Description,
    plan: &Plan,
    shown: &[Shown],
    is_label: bool,
) -> Value {
    let datasets: Vec<Value> = plan
        .levels
        .iter()
        .enumerate()
        .map(|(number, level)| dataset(description, number, level))
        .collect();
    let mut multiscale = json!({
        "axes": description.axes.iter().map(axis).collect::<Vec<_>>(),
        "datasets": datasets,
        "type": if is_label { "nearest" } else { "mean" },
    });
    if let Some(name) = &description.name {
        multiscale["name"] = json!(name);
    }
    let mut ome = json!({"version": "0.5", "multiscales": [multiscale]});
    let mut attributes = Map::new();
    if is_label {
        // the version stands beside it, once
        ome["image-label"] = json!({});
    } else if !shown.is_empty() {
        ome["omero"] = omero(description, shown);
    }
    attributes.insert("ome".to_owned(), ome);
    if !shown.is_empty() {
        let histograms: Vec<Value> = shown.iter().map(histogram).collect();
        let channels = description.channels.iter();
        // a word for each channel, empty where it is not known
        let contrasts: Vec<&str> = channels
            .map(|channel| channel.contrast.as_deref().unwrap_or_default())
            .collect();
        // what OME-Zarr has no word for, and what decides how the image is shown
        let own = json!({
            "colour": description.is_colour,
            "contrasts": contrasts,
            "histograms": histograms,
        });
        attributes.insert("ommatidia".to_owned(), own);
    }
    json!({"zarr_format": 3, "node_type": "group", "attributes": attributes})
}

/// Values that are not finite have no place in JSON; then no range is told.
fn histogram(shown: &Shown) -> Value {
    json!({
        "minimum": shown.range.0,
        "maximum": shown.range.1,
        "window": [shown.window.0, shown.window.1],
        "counts": shown.counts,
    })
}

fn dataset(description: &Description, number: usize, level: &LevelPlan) -> Value {
    let factor = |axis: &Axis| match axis.kind {
        AxisKind::X => level.scale_x,
        AxisKind::Y => level.scale_y,
        _ => 1.0,
    };
    let step = |axis: &Axis| axis.step.as_ref().map_or(1.0, |step| step.value);
    let axes = &description.axes;
    let scale: Vec<f64> = axes.iter().map(|axis| step(axis) * factor(axis)).collect();
    let mut transformations = vec![json!({"type": "scale", "scale": scale})];
    if number > 0 {
        // the middle of the first pixel is the middle of those that it was made of
        let shift = |axis: &Axis| step(axis) * (factor(axis) - 1.0) / 2.0;
        let translation: Vec<f64> = axes.iter().map(shift).collect();
        transformations.push(json!({"type": "translation", "translation": translation}));
    }
    json!({"path": number.to_string(), "coordinateTransformations": transformations})
}

fn name(axis: &Axis) -> &str {
    match &axis.kind {
        AxisKind::X => "x",
        AxisKind::Y => "y",
        AxisKind::Z => "z",
        AxisKind::C => "c",
        AxisKind::T => "t",
        AxisKind::Other(name) => name,
    }
}

fn axis(axis: &Axis) -> Value {
    let kind = match axis.kind {
        AxisKind::X | AxisKind::Y | AxisKind::Z => Some("space"),
        AxisKind::C => Some("channel"),
        AxisKind::T => Some("time"),
        AxisKind::Other(_) => None,
    };
    let mut value = json!({"name": name(axis)});
    if let Some(kind) = kind {
        value["type"] = json!(kind);
    }
    let unit = axis.step.as_ref().and_then(|step| step.unit.as_ref());
    if let Some(unit) = unit {
        value["unit"] = json!(unit);
    }
    value
}

fn omero(description: &Description, shown: &[Shown]) -> Value {
    let channels: Vec<Value> = description
        .channels
        .iter()
        .zip(shown)
        .enumerate()
        .map(|(number, (channel, shown))| omero_channel(description, number, channel, shown))
        .collect();
    let middle = |kind: &AxisKind| {
        let axis = description.axes.iter().find(|axis| axis.kind == *kind);
        axis.map_or(0, |axis| axis.size / 2)
    };
    json!({
        "channels": channels,
        "rdefs": {
            "defaultZ": middle(&AxisKind::Z),
            "defaultT": 0,
            "model": if description.channels.len() > 1 { "color" } else { "greyscale" },
        },
    })
}

fn omero_channel(
    description: &Description,
    number: usize,
    channel: &Channel,
    shown: &Shown,
) -> Value {
    let window = if description.is_colour {
        whole_type(description)
    } else {
        stated_window(description, channel, shown).unwrap_or(shown.window)
    };
    let [red, green, blue] = colour(channel, number, description.channels.len());
    let of_light = ["Red", "Green", "Blue"].get(number);
    let of_light = of_light.filter(|_| description.is_colour && description.channels.len() == 3);
    let label = channel.name.clone();
    let label = label.or_else(|| of_light.map(|name| (*name).to_owned()));
    json!({
        "active": number < SHOWN_AT_FIRST,
        "coefficient": 1.0,
        "color": format!("{red:02X}{green:02X}{blue:02X}"),
        "family": "linear",
        "inverted": false,
        "label": label.unwrap_or_else(|| format!("Channel {}", number + 1)),
        "window": {
            "min": shown.range.0.min(window.0),
            "max": shown.range.1.max(window.1),
            "start": window.0,
            "end": window.1,
        },
    })
}

/// The window that the file says, where it says something: not all values that the type has, and some that there are.
fn stated_window(
    description: &Description,
    channel: &Channel,
    shown: &Shown,
) -> Option<(f64, f64)> {
    let [start, end] = channel.window?;
    let is_whole_type = !is_float(description.pixel_type)
        && description.pixel_type.bytes() > 1
        && (start, end) == whole_type(description);
    let meets = start < end && end > shown.range.0 && start < shown.range.1;
    (meets && !is_whole_type).then_some((start, end))
}

/// The least and the greatest value that samples can have; of floating point, 0 and 1.
fn whole_type(description: &Description) -> (f64, f64) {
    let bits = f64::from(description.significant_bits);
    match description.pixel_type {
        PixelType::Uint8 | PixelType::Uint16 | PixelType::Uint32 | PixelType::Uint64 => {
            (0.0, bits.exp2() - 1.0)
        }
        PixelType::Int8 | PixelType::Int16 | PixelType::Int32 | PixelType::Int64 => {
            (-(bits - 1.0).exp2(), (bits - 1.0).exp2() - 1.0)
        }
        PixelType::Float32 | PixelType::Float64 => (0.0, 1.0),
    }
}

/// Its own colour; else that of the light that was seen; else one of its place.
fn colour(channel: &Channel, number: usize, channels: usize) -> [u8; 3] {
    let own = channel.colour.or_else(|| channel.emission_nm.map(of_light));
    own.unwrap_or_else(|| match channels {
        0 | 1 => [255, 255, 255],
        _ => COLOURS[number % COLOURS.len()],
    })
}

/// About the colour of light of a wavelength in nanometres; beyond what eyes see, that of the nearest end.
fn of_light(nanometres: f64) -> [u8; 3] {
    match nanometres {
        ..470.0 => [0, 0, 255],
        ..500.0 => [0, 255, 255],
        ..560.0 => [0, 255, 0],
        ..590.0 => [255, 255, 0],
        ..650.0 => [255, 0, 0],
        _ => [255, 0, 255],
    }
}

pub(super) fn is_float(pixel_type: PixelType) -> bool {
    matches!(pixel_type, PixelType::Float32 | PixelType::Float64)
}
