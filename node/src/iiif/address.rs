//! Addresses of the Image API, below `/iiif/3/` (section 2).

use percent_encoding::percent_decode_str;

use super::{Identifier, ImageRequest, Refusal};

/// An address.
#[derive(Debug, Clone, PartialEq)]
pub struct Address {
    /// Of which image, and what of it.
    pub identifier: Identifier,
    /// What is asked.
    pub asked: Asked,
}

/// What is asked of an image.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// Nothing: who asks so is sent to the information.
    Base,
    /// What there is.
    Information,
    /// A picture.
    Picture(ImageRequest),
}

impl Address {
    /// Parses a path as it was sent, without the `/` before it and what stands before that.
    ///
    /// # Errors
    /// Says which segment is not understood, and what it looks like.
    pub fn parse(path: &str) -> Result<Self, Refusal> {
        let segments = path
            .split('/')
            .map(decoded)
            .collect::<Result<Vec<_>, _>>()?;
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let identifier = segments.first().copied().unwrap_or_default();
        let asked = match segments[1..] {
            _ if identifier.is_empty() => None,
            [] | [""] => Some(Asked::Base),
            ["info.json"] => Some(Asked::Information),
            [region, size, rotation, last] => {
                let request = ImageRequest::parse(region, size, rotation, last)?;
                Some(Asked::Picture(request))
            }
            _ => None,
        };
        let Some(asked) = asked else {
            return Err(Refusal::not_found(
                "there is nothing here; a picture is at <identifier>/<region>/<size>/<rotation>/<quality>.<format>, its description at <identifier>/info.json",
            ));
        };
        Ok(Self {
            identifier: Identifier::parse(identifier)?,
            asked,
        })
    }
}

fn decoded(segment: &str) -> Result<String, Refusal> {
    let is_encoded = segment.bytes().enumerate().all(|(place, byte)| {
        let digits = segment.as_bytes().get(place + 1..place + 3);
        byte != b'%' || digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    });
    let text = percent_decode_str(segment)
        .decode_utf8()
        .ok()
        .filter(|_| is_encoded);
    text.map(|text| text.into_owned()).ok_or_else(|| {
        Refusal::malformed(format!(
            "the segment {segment:?} of this address is not UTF-8 in percent-encoding"
        ))
    })
}
