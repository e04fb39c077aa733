//! Units of OME-XML, and what they are elsewhere.

use super::Measure;
use crate::image::{Length, WELL_KNOWN_LENGTHS};

/// A step of space or time: none where it is no number above 0. Without a unit it is in `default`; a unit that nobody
/// knows (`pixel`, `reference frame`) measures nothing.
pub(super) fn step(measure: Option<Measure>, default: &str) -> Option<Length> {
    let Measure { value, unit } = measure?;
    let unit = unit.as_deref().unwrap_or(default);
    let (_, spelled) = WELL_KNOWN_LENGTHS
        .iter()
        .find(|(written, spelled)| *written == unit || *spelled == unit)?;
    (value.is_finite() && value > 0.0).then(|| Length {
        value,
        unit: Some((*spelled).to_owned()),
    })
}

/// A wavelength in nanometres.
pub(super) fn nanometres(measure: Option<Measure>) -> Option<f64> {
    let Measure { value, unit } = measure?;
    let factor = match unit.as_deref() {
        None | Some("nm") => 1.0,
        Some("\u{b5}m" | "\u{3bc}m" | "um") => 1e3,
        Some("\u{c5}") => 0.1,
        Some("m") => 1e9,
        Some("pm") => 1e-3,
        _ => return None,
    };
    let value = value * factor;
    (value.is_finite() && value > 0.0).then_some(value)
}

/// A colour: red, green, blue and opacity in one number, signed as a rule, unsigned in some old files.
pub(super) fn colour(text: &str) -> Option<[u8; 3]> {
    let number: i64 = text.trim().parse().ok()?;
    let number = u32::try_from(number)
        .ok()
        .or_else(|| i32::try_from(number).ok().map(|signed| signed as u32))?;
    let [red, green, blue, _] = number.to_be_bytes();
    Some([red, green, blue])
}

/// A time: RFC 3339. One without a zone is taken for UTC, as OME's own programs do.
pub(super) fn moment(text: &str) -> Option<String> {
    use time::format_description::well_known::Rfc3339;
    use time::{OffsetDateTime, PrimitiveDateTime};

    let text = text.trim();
    let text = text.replacen(' ', "T", 1);
    let with_zone = OffsetDateTime::parse(&text, &Rfc3339)
        .or_else(|_| OffsetDateTime::parse(&format!("{text}Z"), &Rfc3339))
        .ok()?;
    // a clock that was never set says 1970
    let moment = PrimitiveDateTime::new(with_zone.date(), with_zone.time());
    if moment.year() <= 1970 {
        return None;
    }
    with_zone.format(&Rfc3339).ok()
}
