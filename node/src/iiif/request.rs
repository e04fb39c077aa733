//! A picture that is asked for: parsed, then measured against an image, then made.

use super::transform::{toned, turned, turned_size};
use super::{Limits, MOST_SIDE, Refusal, Region, Rotation, Size};
use crate::image::render::{Bounds, Hues, PictureFormat, View, Wanted, encode, refuse, render};
use crate::image::{Area, PixelSource};

/// The colours of the answer (Image API 3.0, section 4.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quality {
    /// As the image is shown.
    Default,
    /// In colour, in any case as three channels.
    Colour,
    /// In shades of grey.
    Grey,
    /// Black and white.
    Bitonal,
}

/// The words for qualities, and the formats that are known and not made here.
const QUALITIES: [(&str, Quality); 4] = [
    ("default", Quality::Default),
    ("color", Quality::Colour),
    ("gray", Quality::Grey),
    ("bitonal", Quality::Bitonal),
];
const NOT_MADE: [&str; 4] = ["tif", "gif", "jp2", "pdf"];

/// What is asked of an image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ImageRequest {
    /// Which part.
    pub region: Region,
    /// How large.
    pub size: Size,
    /// How turned.
    pub rotation: Rotation,
    /// In what colours.
    pub quality: Quality,
    /// As what file.
    pub format: PictureFormat,
}

/// A request that an image of a known size can answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved {
    wanted: Wanted,
    rotation: Rotation,
    quality: Quality,
    format: PictureFormat,
    path: String,
}

impl ImageRequest {
    /// Parses the four segments after the identifier, decoded.
    ///
    /// # Errors
    /// Says which one is not understood, and what it looks like.
    pub fn parse(region: &str, size: &str, rotation: &str, last: &str) -> Result<Self, Refusal> {
        let (region, size) = (Region::parse(region)?, Size::parse(size)?);
        let rotation = Rotation::parse(rotation)?;
        let Some((quality, format)) = last.rsplit_once('.') else {
            return Err(Refusal::malformed(format!(
                "{last:?} has no format; give a quality, a point and a format, as default.jpg"
            )));
        };
        let known = QUALITIES.iter().find(|(word, _)| *word == quality);
        let Some((_, quality)) = known else {
            return Err(Refusal::malformed(format!(
                "{quality:?} is no quality; there are default, color, gray and bitonal"
            )));
        };
        let known = PictureFormat::ALL
            .into_iter()
            .find(|one| one.extension() == format);
        match known {
            Some(format) => Ok(Self {
                region,
                size,
                rotation,
                quality: *quality,
                format,
            }),
            None if NOT_MADE.contains(&format) => Err(Refusal::not_implemented(format!(
                "pictures are not made as {format} here; there are jpg, png and webp"
            ))),
            None => Err(Refusal::malformed(format!(
                "{format:?} is no format; there are jpg, png and webp"
            ))),
        }
    }

    /// Says what the answer is of an image of this size.
    ///
    /// # Errors
    /// Where region or size are not to be had of it.
    pub fn resolve(&self, width: u64, height: u64, limits: &Limits) -> Result<Resolved, Refusal> {
        let region = self.region.within(width, height)?;
        let size = self.size.of(&region, limits)?;
        let turned = turned_size(self.rotation, size);
        if turned.iter().any(|side| *side > MOST_SIDE) {
            return Err(Refusal::malformed(format!(
                "turned, the picture would have {} \u{d7} {} pixels, and {MOST_SIDE} a side is the most; ask for a smaller size",
                turned[0], turned[1]
            )));
        }
        let whole = Area {
            x: 0,
            y: 0,
            width,
            height,
        };
        let of_region = if region == whole {
            "full".to_owned()
        } else {
            format!(
                "{},{},{},{}",
                region.x, region.y, region.width, region.height
            )
        };
        let word = QUALITIES
            .iter()
            .find(|(_, quality)| *quality == self.quality);
        let path = format!(
            "{of_region}/{}/{}/{}.{}",
            canonical_size(size, &region, limits),
            self.rotation,
            word.map_or("default", |(word, _)| *word),
            self.format.extension()
        );
        Ok(Resolved {
            wanted: Wanted {
                region,
                width: size[0],
                height: size[1],
            },
            rotation: self.rotation,
            quality: self.quality,
            format: self.format,
            path,
        })
    }
}

/// The one way in which a size is written (section 4.7).
fn canonical_size(size: [u32; 2], region: &Area, limits: &Limits) -> String {
    let [most, most_enlarged] = limits.greatest(region);
    let [columns, rows] = size;
    let is_enlarged = u64::from(columns) > region.width || u64::from(rows) > region.height;
    if size == most {
        "max".to_owned()
    } else if is_enlarged && size == most_enlarged {
        "^max".to_owned()
    } else if is_enlarged {
        format!("^{columns},{rows}")
    } else {
        format!("{columns},{rows}")
    }
}

impl Resolved {
    /// The canonical form of what follows the identifier: two requests with the same have the same answer.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// How many pixels are made, before they are turned.
    pub fn pixels(&self) -> u64 {
        u64::from(self.wanted.width) * u64::from(self.wanted.height)
    }

    /// The format of the answer.
    pub fn format(&self) -> PictureFormat {
        self.format
    }

    /// Refuses what [`Resolved::answer`] would refuse before it has read a pixel.
    ///
    /// # Errors
    /// Where the view is not of this image, or needs too much.
    pub fn refuse(
        &self,
        source: &dyn PixelSource,
        view: &View,
        bounds: &Bounds,
    ) -> Result<(), Refusal> {
        Ok(refuse(source, view, &self.wanted, bounds)?)
    }

    /// Makes the answer.
    ///
    /// # Errors
    /// Where the view is not of this image, or its pixels cannot be read.
    pub fn answer(
        &self,
        source: &dyn PixelSource,
        view: &View,
        bounds: &Bounds,
    ) -> Result<Vec<u8>, Refusal> {
        let picture = render(source, view, &self.wanted, bounds)?;
        let picture = toned(turned(picture, self.rotation), self.quality);
        let hues = Hues::of(source.description(), view);
        Ok(encode(&picture, self.format, hues)?)
    }
}
