//! How the answer is turned (Image API 3.0, section 4.3).

use std::fmt;

use super::Refusal;
use super::number::{decimal, written};

/// Mirrored on its vertical axis, if it is to be, and then turned clockwise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rotation {
    /// Whether it is mirrored first: `!`.
    pub is_mirrored: bool,
    /// Degrees, from 0 up to and without 360.
    pub degrees: f64,
}

impl Rotation {
    /// Parses a segment, decoded.
    ///
    /// # Errors
    /// Says what a rotation looks like.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let (is_mirrored, rest) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        match decimal(rest).filter(|degrees| *degrees <= 360.0) {
            Some(degrees) => Ok(Self {
                is_mirrored,
                degrees: degrees % 360.0,
            }),
            None => Err(Refusal::malformed(format!(
                "{text:?} is no rotation; give degrees clockwise from 0 to 360, with ! before them to mirror first"
            ))),
        }
    }
}

impl fmt::Display for Rotation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = if self.is_mirrored { "!" } else { "" };
        write!(formatter, "{mark}{}", written(self.degrees))
    }
}
