//! Measured numbers.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Numbers of pixels, wavelengths and times are well within; what is not measures nothing that a microscope sees.
const RANGE: std::ops::RangeInclusive<f64> = 1e-12..=1e15;

/// A measured number above 0, of at most twelve digits that count, so that what was computed from another unit reads as it
/// was meant. Written as a decimal text, which every reader in every language reads back as the same number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Number(f64);

// it is never NaN
impl Eq for Number {}

impl Number {
    /// A number from 1e-12 to 1e15; none for any other.
    pub fn of(value: f64) -> Option<Number> {
        if !RANGE.contains(&value) {
            return None;
        }
        format!("{value:.11e}").parse().ok().map(Number)
    }

    /// As a number.
    pub fn value(self) -> f64 {
        self.0
    }

    /// Whether two are the same but for what rounding does.
    pub fn is_about(self, other: Number) -> bool {
        (self.0 - other.0).abs() <= 1e-3 * self.0.max(other.0)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        let text = String::deserialize(deserializer)?;
        let value = text.parse().ok().and_then(Number::of);
        value.ok_or_else(|| de::Error::custom(format!("{text:?} is no measured number")))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::Number;

    #[test]
    fn a_number_reads_as_it_was_meant_and_is_read_back_as_it_was() {
        for (value, written) in [
            (0.1, "0.1"),
            (1000.0 * 0.0001, "0.1"),
            (0.1 + 0.2, "0.3"),
            (108.33, "108.33"),
            (1.0 / 3.0, "0.333333333333"),
            (1e-12, "0.000000000001"),
            (5.0, "5"),
        ] {
            let number = Number::of(value).unwrap();
            assert_eq!(number.to_string(), written);
            let json = serde_json::to_string(&number).unwrap();
            assert_eq!(serde_json::from_str::<Number>(&json).unwrap(), number);
        }
        for nothing in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-13, 1e16] {
            assert_eq!(Number::of(nothing), None, "{nothing}");
        }
        assert!(serde_json::from_str::<Number>("\"-1\"").is_err());
    }

    #[test]
    fn numbers_that_differ_by_rounding_are_about_the_same() {
        let number = |value| Number::of(value).unwrap();
        assert!(number(0.10833).is_about(number(0.1083)));
        assert!(!number(0.1).is_about(number(0.11)));
    }
}
