//! Lengths and times in words, and the scale bar: as the viewer in the browser says them.

use super::Region;
use super::spot::significant;
use crate::image::{AxisKind, Description, Length};
use crate::study::Step;

/// Units of length, with how many micrometres they are.
const LENGTHS: [(&str, f64); 5] = [
    ("m", 1e6),
    ("mm", 1e3),
    ("\u{b5}m", 1.0),
    ("nm", 1e-3),
    ("pm", 1e-6),
];

/// The longest bar takes one part in so many of the picture's width.
const PARTS: f64 = 4.5;

/// A bar of a round length.
#[derive(Debug, Clone, PartialEq)]
pub struct ScaleBar {
    /// How long it is on the page, in points of the screen.
    pub points: f64,
    /// How long it is in the image: `20 µm`.
    pub text: String,
}

/// The step along an axis, where it is known.
pub(super) fn step<'d>(description: &'d Description, kind: &AxisKind) -> Option<&'d Length> {
    let mut axes = description.axes.iter();
    axes.find(|axis| axis.kind == *kind)?.step.as_ref()
}

/// A length in micrometres; none where its unit is none of length.
pub(super) fn micrometres(length: &Length) -> Option<f64> {
    let step = Step::of_length(length.value, length.unit.as_deref()?)?;
    Some(step.size.value())
}

/// A bar of 1, 2 or 5 of a unit in the picture of a region; none where nobody knows how large a pixel is.
pub(super) fn bar(step: Option<&Length>, region: &Region) -> Option<ScaleBar> {
    let step = step?;
    let unit = step.unit.as_deref()?;
    let known = micrometres(step);
    // a unit that only the file knows is a unit all the same
    let size = known.unwrap_or(step.value);
    let longest = region.shown[0] as f64 / PARTS / region.zoom * size;
    let power = 10_f64.powi(longest.log10().floor() as i32);
    let lengths = [5.0, 2.0, 1.0].map(|factor| factor * power);
    let length = lengths
        .into_iter()
        .find(|length| *length <= longest)
        .unwrap_or(power);
    let points = length / size * region.zoom;
    (points.is_finite() && points > 0.0).then(|| ScaleBar {
        points: (points * 10.0).round() / 10.0,
        text: match known {
            Some(_) => length_text(length),
            None => format!("{} {unit}", significant(length, 4)),
        },
    })
}

/// How large a region is: `96 µm × 48 µm`.
pub(super) fn extent(description: &Description, region: &Region) -> Option<String> {
    let [wide, high] =
        [(AxisKind::X, region.width), (AxisKind::Y, region.height)].map(|(kind, pixels)| {
            let size = micrometres(step(description, &kind)?)?;
            Some(length_text(size * pixels as f64))
        });
    Some(format!("{} \u{d7} {}", wide?, high?))
}

/// A length above 0, in the unit in which it is between 1 and 1000.
fn length_text(micrometres: f64) -> String {
    let mut units = LENGTHS.iter();
    let found = units.find(|(_, size)| micrometres >= size * 0.999_999_9);
    let (unit, size) = found.unwrap_or(&LENGTHS[LENGTHS.len() - 1]);
    format!("{} {unit}", significant(micrometres / size, 4))
}

/// How long after the first time point another is; none where the step is not known.
pub(super) fn moment(description: &Description, place: u64) -> Option<String> {
    let length = step(description, &AxisKind::T)?;
    let step = Step::of_time(length.value, length.unit.as_deref()?)?;
    let seconds = step.size.value() * place as f64;
    Some(match seconds {
        0.0 => "0 s".to_owned(),
        _ if seconds < 1.0 => format!("{} ms", significant(seconds * 1e3, 3)),
        _ if seconds < 120.0 => format!("{} s", significant(seconds, 4)),
        _ if seconds < 7200.0 => format!("{} min", significant(seconds / 60.0, 4)),
        _ => format!("{} h", significant(seconds / 3600.0, 4)),
    })
}
