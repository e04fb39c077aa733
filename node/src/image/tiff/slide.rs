//! What Aperio's programs say of a slide in the text of its first page.

use crate::image::{AxisKind, Length, Objective};

/// A slide of an Aperio scanner (SVS).
pub(super) struct Slide {
    micrometres: Option<f64>,
    magnification: Option<f64>,
}

impl Slide {
    pub(super) fn of(description: Option<&str>) -> Option<Self> {
        let description = description.filter(|text| text.starts_with("Aperio"))?;
        let value = |name: &str| {
            let entry = description
                .split('|')
                .filter_map(|entry| entry.split_once('='))
                .find(|(key, _)| key.trim() == name)?;
            let number: f64 = entry.1.trim().parse().ok()?;
            (number.is_finite() && number > 0.0).then_some(number)
        };
        Some(Self {
            micrometres: value("MPP"),
            magnification: value("AppMag"),
        })
    }

    pub(super) fn format(&self) -> &'static str {
        "Aperio SVS"
    }

    pub(super) fn steps(&self) -> Vec<(AxisKind, Length)> {
        let step = |value: f64| Length {
            value,
            unit: Some("micrometer".to_owned()),
        };
        self.micrometres.map_or(Vec::new(), |value| {
            vec![(AxisKind::X, step(value)), (AxisKind::Y, step(value))]
        })
    }

    pub(super) fn objective(&self) -> Option<Objective> {
        self.magnification.map(|magnification| Objective {
            magnification: Some(magnification),
            ..Objective::default()
        })
    }
}
