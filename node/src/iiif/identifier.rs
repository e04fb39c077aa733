//! The identifier of an image with its rendering.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{Refusal, Rendering};

/// What stands in a segment of an address as it is (RFC 3986, section 3.3); IIIF wants the rest encoded, and `/`, `?`, `#`,
/// `[`, `]`, `@` and `%` in any case (Image API 3.0, section 9).
const IN_SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'=')
    .remove(b':')
    .remove(b',')
    .remove(b'!');

/// An image and what is shown of it: `DMO-S1-I12~z=10~c=0:100-4000:ff00ff`.
#[derive(Debug, Clone, PartialEq)]
pub struct Identifier {
    /// What stands before the first `~`: an accession, with or without a version. Nothing is known of it yet.
    pub resource: String,
    /// What is shown.
    pub rendering: Rendering,
}

impl Identifier {
    /// Parses a segment, decoded.
    ///
    /// # Errors
    /// Says what of the rendering is not understood.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let (resource, rendering) = match text.split_once('~') {
            Some((resource, rest)) => (resource, Rendering::parse(rest)?),
            None => (text, Rendering::default()),
        };
        Ok(Self {
            resource: resource.to_owned(),
            rendering,
        })
    }

    /// As it stands in addresses, percent-encoded.
    pub fn segment(&self) -> String {
        let text = format!("{}{}", self.resource, self.rendering);
        utf8_percent_encode(&text, IN_SEGMENT).to_string()
    }
}
