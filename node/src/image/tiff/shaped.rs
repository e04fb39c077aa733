//! Files of Python's `tifffile`: a line of JSON in the first page has the shape of the array, and its axes at times.

use serde::Deserialize;

use super::chain::Chain;
use super::stack::Stack;
use crate::image::AxisKind;

#[derive(Deserialize)]
struct Said {
    shape: Vec<u64>,
    axes: Option<String>,
}

/// What `tifffile` says of a file; none where it did not write it, and where what it says does not fit the pages or names no
/// axes: then they are pages like any others.
pub(super) fn read(chain: &Chain, text: &str) -> Option<Stack> {
    if !text.starts_with("{\"shape\":") {
        return None;
    }
    let said: Said = serde_json::from_str(text).ok()?;
    let axes = said.axes?;
    let shape = &chain.pages.first()?.as_ref().ok()?.shape;
    if axes.chars().count() != said.shape.len() {
        return None;
    }
    let mut leading: Vec<(AxisKind, u64)> = Vec::new();
    for (letter, size) in axes.chars().zip(&said.shape) {
        match letter {
            'Y' if *size == shape.height => {}
            'X' if *size == shape.width => {}
            'Y' | 'X' => return None,
            // samples are in the pages
            'S' if *size == shape.samples => {}
            'S' => return None,
            'Z' => leading.push((AxisKind::Z, *size)),
            'C' => leading.push((AxisKind::C, *size)),
            'T' => leading.push((AxisKind::T, *size)),
            other => leading.push((AxisKind::Other(name(other)), *size)),
        }
    }
    Some(Stack {
        format: "TIFF",
        axes: leading,
        steps: Vec::new(),
        channels: Vec::new(),
        warnings: Vec::new(),
    })
}

/// What `tifffile` means by the letter of an axis.
fn name(letter: char) -> String {
    match letter {
        'A' => "angle".to_owned(),
        'H' => "lifetime".to_owned(),
        'I' | 'Q' => "plane".to_owned(),
        'P' => "phase".to_owned(),
        'R' => "tile".to_owned(),
        'V' => "event".to_owned(),
        'L' => "exposure".to_owned(),
        'M' => "mosaic".to_owned(),
        'E' => "wavelength".to_owned(),
        other => other.to_lowercase().to_string(),
    }
}
