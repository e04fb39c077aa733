//! Reads what follows `~` in an identifier.

use percent_encoding::percent_decode_str;

use super::{AskedChannel, AskedDepth, Rendering};
use crate::iiif::Refusal;
use crate::iiif::number::whole;
use crate::image::render::Style;

/// Most characters of a rendering: addresses of more are cut by programs between.
const LONGEST: usize = 2_000;
/// Most channels in one.
const MOST_CHANNELS: usize = 64;

impl Rendering {
    /// Parses what follows the first `~` of an identifier, decoded.
    ///
    /// # Errors
    /// Says which part is not understood, and what it looks like.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if text.len() > LONGEST {
            return Err(Refusal::malformed(format!(
                "the rendering in this address is {} characters long, and {LONGEST} is the most",
                text.len()
            )));
        }
        let mut rendering = Self::default();
        let mut seen = Vec::new();
        for part in text.split('~') {
            let Some((key, value)) = part.split_once('=') else {
                return Err(unknown(part));
            };
            if seen.contains(&key) {
                return Err(Refusal::malformed(format!(
                    "{key} is given twice; give it once"
                )));
            }
            seen.push(key);
            rendering.set(key, value)?;
        }
        Ok(rendering)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), Refusal> {
        let wrong = |like: &str| {
            Refusal::malformed(format!(
                "{key}={value} is not understood; it looks like {like}"
            ))
        };
        match key {
            "z" => {
                let depth = depth(value).ok_or_else(|| wrong("z=10, z=3-20 or z=max"))?;
                self.depth = Some(depth);
            }
            "t" => self.time = Some(whole(value).ok_or_else(|| wrong("t=0"))?),
            "c" => {
                let channels: Option<Vec<_>> = value.split(',').map(AskedChannel::parse).collect();
                self.channels = channels
                    .filter(|channels| channels.len() <= MOST_CHANNELS)
                    .ok_or_else(|| {
                        wrong("c=0,2:100-4000:ff00ff:g0.8: number, window, colour, gamma")
                    })?;
            }
            "as" if value == "labels" => self.style = Some(Style::Labels),
            "as" if value == "channels" => self.style = Some(Style::Composite),
            "as" => return Err(wrong("as=labels or as=channels")),
            _ => {
                let name = key.strip_prefix("axis.").ok_or_else(|| unknown(key))?;
                let name = percent_decode_str(name)
                    .decode_utf8()
                    .map_err(|_| wrong("axis.lifetime=4"))?;
                let place = whole(value).ok_or_else(|| wrong("axis.lifetime=4"))?;
                self.others.push((name.into_owned(), place));
            }
        }
        Ok(())
    }
}

impl AskedChannel {
    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split(':');
        let mut channel = Self {
            index: whole(parts.next()?)?,
            window: None,
            colour: None,
            gamma: None,
        };
        for part in parts {
            if let Some(gamma) = part.strip_prefix('g') {
                let gamma = gamma
                    .parse()
                    .ok()
                    .filter(|gamma| (0.01..=100.0).contains(gamma))?;
                refuse_second(channel.gamma.replace(gamma))?;
            } else if let Some(colour) = colour(part) {
                refuse_second(channel.colour.replace(colour))?;
            } else {
                refuse_second(channel.window.replace(window(part)?))?;
            }
        }
        Some(channel)
    }
}

fn refuse_second<T>(earlier: Option<T>) -> Option<()> {
    earlier.is_none().then_some(())
}

fn unknown(part: &str) -> Refusal {
    Refusal::malformed(format!(
        "{part:?} is no part of a rendering; there are z=, t=, c=, as= and axis.<name>=, each after ~"
    ))
}

fn depth(text: &str) -> Option<AskedDepth> {
    if text == "max" {
        return Some(AskedDepth::All);
    }
    match text.split_once('-') {
        None => whole(text).map(AskedDepth::Plane),
        Some((first, last)) => {
            let (first, last) = (whole(first)?, whole(last)?);
            (first <= last).then_some(AskedDepth::Maximum(first, last))
        }
    }
}

fn colour(text: &str) -> Option<[u8; 3]> {
    let is_colour = text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let number = is_colour
        .then(|| u32::from_str_radix(text, 16).ok())
        .flatten()?;
    let [_, red, green, blue] = number.to_be_bytes();
    Some([red, green, blue])
}

/// Two numbers with `-` between, each of which may be below 0 and have an exponent: `-1e-3--5e-4`.
fn window(text: &str) -> Option<[f64; 2]> {
    let is_end = |place: usize| {
        // a sign at the beginning, or after the e of an exponent, belongs to its number
        place > 0 && text.as_bytes().get(place - 1) != Some(&b'e')
    };
    let (place, _) = text.match_indices('-').find(|(place, _)| is_end(*place))?;
    let (least, greatest) = (signed(&text[..place])?, signed(&text[place + 1..])?);
    (least < greatest).then_some([least, greatest])
}

fn signed(text: &str) -> Option<f64> {
    let is_number = !text.is_empty()
        && text.len() <= 24
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b"-.e".contains(&byte));
    is_number
        .then(|| text.parse::<f64>().ok())
        .flatten()
        .filter(|number| number.is_finite())
}
