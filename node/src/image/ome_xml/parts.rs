//! Attributes of the elements of OME-XML as values.

use super::model::{Measure, OmeChannel, OmeImage, PlaneBlock};
use super::reader::{Attributes, OmeXmlError};
use super::units;
use crate::image::{AxisKind, Channel, Objective};

pub(super) fn text(attributes: &Attributes, name: &str) -> Option<String> {
    attributes
        .get(name)
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
        .map(str::to_owned)
}

fn number(attributes: &Attributes, name: &str) -> Option<u64> {
    attributes.get(name)?.trim().parse().ok()
}

fn measure(attributes: &Attributes, name: &str) -> Option<Measure> {
    Some(Measure {
        value: attributes.get(name)?.trim().parse().ok()?,
        unit: attributes.get(&format!("{name}Unit")).cloned(),
    })
}

pub(super) fn pixels(image: &mut OmeImage, attributes: &Attributes) -> Result<(), OmeXmlError> {
    let mut sizes = [0; 5];
    for (size, name) in sizes
        .iter_mut()
        .zip(["SizeX", "SizeY", "SizeZ", "SizeC", "SizeT"])
    {
        *size = number(attributes, name)
            .filter(|size| *size > 0)
            .ok_or_else(|| OmeXmlError::Damaged(format!("an image has no {name}")))?;
    }
    image.sizes = sizes;
    image.order = order(attributes.get("DimensionOrder").map_or("", String::as_str));
    image.pixel_type = text(attributes, "Type")
        .or_else(|| text(attributes, "PixelType"))
        .unwrap_or_default();
    image.significant_bits =
        number(attributes, "SignificantBits").and_then(|bits| u8::try_from(bits).ok());
    for (size, name) in
        image
            .physical_sizes
            .iter_mut()
            .zip(["PhysicalSizeX", "PhysicalSizeY", "PhysicalSizeZ"])
    {
        *size = units::step(measure(attributes, name), "\u{b5}m");
    }
    image.time_increment = units::step(measure(attributes, "TimeIncrement"), "s");
    Ok(())
}

/// `XYZCT`: which axis changes from one plane to the next, and so on.
fn order(text: &str) -> Vec<AxisKind> {
    let kinds: Vec<AxisKind> = text
        .chars()
        .skip(2)
        .filter_map(|letter| match letter {
            'Z' => Some(AxisKind::Z),
            'C' => Some(AxisKind::C),
            'T' => Some(AxisKind::T),
            _ => None,
        })
        .collect();
    let all = [AxisKind::Z, AxisKind::C, AxisKind::T];
    let is_whole = kinds.len() == all.len() && all.iter().all(|kind| kinds.contains(kind));
    if is_whole { kinds } else { all.to_vec() }
}

pub(super) fn channel(attributes: &Attributes) -> OmeChannel {
    let wavelength = |now: &str, before: &str| {
        units::nanometres(measure(attributes, now).or_else(|| measure(attributes, before)))
    };
    OmeChannel {
        channel: Channel {
            name: text(attributes, "Name"),
            colour: attributes
                .get("Color")
                .and_then(|colour| units::colour(colour)),
            excitation_nm: wavelength("ExcitationWavelength", "ExWave"),
            emission_nm: wavelength("EmissionWavelength", "EmWave"),
            fluorophore: text(attributes, "Fluor"),
            contrast: text(attributes, "ContrastMethod")
                .or_else(|| text(attributes, "AcquisitionMode"))
                .or_else(|| text(attributes, "Mode")),
            window: None,
            is_hidden: false,
        },
        samples: number(attributes, "SamplesPerPixel").unwrap_or(1).max(1),
    }
}

pub(super) fn block(attributes: &Attributes) -> PlaneBlock {
    let first = ["FirstZ", "FirstC", "FirstT"].map(|name| number(attributes, name).unwrap_or(0));
    PlaneBlock {
        directory: number(attributes, "IFD"),
        first,
        count: number(attributes, "PlaneCount").or_else(|| number(attributes, "NumPlanes")),
        file: None,
    }
}

pub(super) fn objective(attributes: &Attributes) -> (String, Objective) {
    let mut objective = Objective {
        model: text(attributes, "Model"),
        ..Objective::default()
    };
    for name in ["Immersion", "LensNA", "NominalMagnification"] {
        if let Some(said) = attributes.get(name) {
            set(&mut objective, name, said);
        }
    }
    let id = attributes.get("ID").cloned().unwrap_or_default();
    (id, objective)
}

pub(super) fn set(objective: &mut Objective, name: &str, said: &str) {
    let number = || {
        said.parse()
            .ok()
            .filter(|number: &f64| number.is_finite() && *number > 0.0)
    };
    match name {
        "Immersion" if !said.is_empty() && said != "Unknown" => {
            objective.immersion = Some(said.to_owned());
        }
        "LensNA" => objective.numerical_aperture = number(),
        "NominalMagnification" => objective.magnification = number(),
        _ => {}
    }
}
