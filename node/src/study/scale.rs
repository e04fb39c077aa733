//! How large a pixel is, and how long it is from one time point to the next.

use serde::{Deserialize, Serialize};

use super::Number;
use crate::marks::PixelSize;

/// Units of length, as they are written and as OME-Zarr spells them, with how many micrometres they are.
const LENGTHS: &[(&str, &str, f64)] = &[
    ("am", "attometer", 1e-12),
    ("fm", "femtometer", 1e-9),
    ("pm", "picometer", 1e-6),
    ("\u{c5}", "angstrom", 1e-4),
    ("nm", "nanometer", 1e-3),
    ("\u{b5}m", "micrometer", 1.0),
    ("mm", "millimeter", 1e3),
    ("cm", "centimeter", 1e4),
    ("inch", "inch", 25_400.0),
    ("dm", "decimeter", 1e5),
    ("m", "meter", 1e6),
    ("km", "kilometer", 1e9),
];

/// Units of time, with how many seconds they are.
const TIMES: &[(&str, &str, f64)] = &[
    ("as", "attosecond", 1e-18),
    ("fs", "femtosecond", 1e-15),
    ("ps", "picosecond", 1e-12),
    ("ns", "nanosecond", 1e-9),
    ("\u{b5}s", "microsecond", 1e-6),
    ("ms", "millisecond", 1e-3),
    ("s", "second", 1.0),
    ("min", "minute", 60.0),
    ("h", "hour", 3600.0),
    ("d", "day", 86_400.0),
];

/// Other ways to write a unit.
const ALSO: &[(&str, &str)] = &[
    ("um", "micrometer"),
    ("\u{3bc}m", "micrometer"),
    ("micron", "micrometer"),
    ("microns", "micrometer"),
    ("micrometre", "micrometer"),
    ("nanometre", "nanometer"),
    ("millimetre", "millimeter"),
    ("metre", "meter"),
    ("\u{212b}", "angstrom"),
    ("a", "angstrom"),
    ("\u{e5}ngstr\u{f6}m", "angstrom"),
    ("in", "inch"),
    ("us", "microsecond"),
    ("\u{3bc}s", "microsecond"),
    ("sec", "second"),
    ("hr", "hour"),
];

/// The steps along the axes of an image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Scale {
    /// The width of a pixel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x: Option<Step>,
    /// The height of a pixel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<Step>,
    /// From one focal plane to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub z: Option<Step>,
    /// From one time point to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub t: Option<Step>,
}

impl Scale {
    /// How large a pixel is, for what is marked in other units than pixels.
    pub fn pixel_size(&self) -> PixelSize {
        let size = |step: &Option<Step>| step.as_ref().map(|step| step.size.value());
        PixelSize {
            x: size(&self.x),
            y: size(&self.y),
            z: size(&self.z),
        }
    }

    /// Whether no step is known.
    pub fn is_unknown(&self) -> bool {
        *self == Scale::default()
    }
}

/// A step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// In micrometres; of time, in seconds.
    pub size: Number,
    /// As it was stated: `0.1 nm`.
    pub stated: String,
}

impl Step {
    /// A length in a unit, however that is written; none where nobody knows the unit, or the number measures nothing.
    pub fn of_length(value: f64, unit: &str) -> Option<Step> {
        Step::of(value, unit, LENGTHS)
    }

    /// A time in a unit.
    pub fn of_time(value: f64, unit: &str) -> Option<Step> {
        Step::of(value, unit, TIMES)
    }

    fn of(value: f64, unit: &str, units: &[(&str, &str, f64)]) -> Option<Step> {
        let lower = unit.to_lowercase();
        let spelled = ALSO
            .iter()
            .find(|(also, _)| *also == lower)
            .map_or(lower.as_str(), |(_, spelled)| spelled);
        let known = |(short, long, _): &&(&str, &str, f64)| *short == unit || *long == spelled;
        let (short, _, factor) = units.iter().find(known)?;
        Some(Step {
            size: Number::of(value * factor)?,
            stated: format!("{} {short}", Number::of(value)?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Step;

    #[test]
    fn steps_are_brought_to_micrometres_and_seconds() {
        let length = |value, unit| {
            Step::of_length(value, unit).map(|step| (step.size.to_string(), step.stated))
        };
        let is = |size: &str, stated: &str| Some((size.to_owned(), stated.to_owned()));
        assert_eq!(length(0.1, "nm"), is("0.0001", "0.1 nm"));
        assert_eq!(length(1.06, "angstrom"), is("0.000106", "1.06 \u{c5}"));
        assert_eq!(length(65.0, "nanometer"), is("0.065", "65 nm"));
        assert_eq!(length(0.5, "um"), is("0.5", "0.5 \u{b5}m"));
        assert_eq!(length(2.0, "micrometer"), is("2", "2 \u{b5}m"));
        assert_eq!(length(2.0, "pixel"), None);
        assert_eq!(length(2.0, "s"), None);
        let time = |value, unit| Step::of_time(value, unit).map(|step| step.size.to_string());
        assert_eq!(time(2.0, "min").as_deref(), Some("120"));
        assert_eq!(time(250.0, "millisecond").as_deref(), Some("0.25"));
        assert_eq!(time(0.0, "s"), None);
    }
}
