//! Pages: directories that hold a picture, with the smaller pictures of it that hang below them.

use std::sync::Arc;

use super::directory::Directory;
use super::input::Input;
use super::shape::{self, Shape};
use super::{broken, tags};
use crate::image::slide_pictures::SlidePicture;
use crate::image::{ImageError, Limits};

/// A picture is halved until it is a few hundred pixels wide: 32 levels are more than four bytes of width can have.
const MOST_LEVELS: u64 = 32;
/// What programs write to say what a page is. OME-XML has a limit of its own.
const MOST_DESCRIPTION: u64 = 1 << 13;

/// A directory that holds a picture.
#[derive(Debug, Clone)]
pub(super) struct Page {
    pub(super) shape: Arc<Shape>,
    /// Where the directory stands.
    pub(super) directory: u64,
    /// The same picture in smaller sizes, the largest first.
    pub(super) smaller: Vec<(Arc<Shape>, u64)>,
    /// What the page says of its purpose.
    pub(super) purpose: Purpose,
}

/// What a page is there for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To be looked at.
    Picture,
    /// A smaller size of another page.
    Smaller,
    /// The label of a slide or the picture of the whole slide, which may show names of patients.
    Slide(SlidePicture),
    /// Which pixels of another page are to be seen.
    Mask,
}

impl Page {
    /// Understands a directory; what it has in common with the page before it, they share.
    pub(super) fn read(
        input: &Input,
        directory: &Directory,
        before: Option<&Page>,
        limits: &Limits,
    ) -> Result<Self, ImageError> {
        let shape = Shape::read(input, directory, limits)?;
        let shape = shape::share(shape, before.map(|before| &before.shape));
        let smaller = smaller(input, directory, &shape, before, limits)?;
        Ok(Self {
            directory: directory.offset,
            smaller,
            purpose: purpose(input, directory)?,
            shape,
        })
    }

    /// How many sizes there are, the full one with them.
    pub(super) fn levels(&self) -> usize {
        1 + self.smaller.len()
    }

    /// One of its sizes.
    pub(super) fn level(&self, level: usize) -> Option<(&Arc<Shape>, u64)> {
        match level {
            0 => Some((&self.shape, self.directory)),
            _ => self
                .smaller
                .get(level - 1)
                .map(|(shape, directory)| (shape, *directory)),
        }
    }
}

/// The text of a directory, where it is short enough to be one that says what the page is.
pub(super) fn description(
    input: &Input,
    directory: &Directory,
) -> Result<Option<String>, ImageError> {
    match directory.entry(tags::IMAGE_DESCRIPTION) {
        Some(entry) if entry.count() <= MOST_DESCRIPTION => {
            directory.text(input, tags::IMAGE_DESCRIPTION, MOST_DESCRIPTION)
        }
        _ => Ok(None),
    }
}

/// The sizes below a directory, as long as each is smaller than the one before and of the same kind of pixels. Others
/// hang there as well (pictures of EXIF, masks), and are no sizes of this page.
fn smaller(
    input: &Input,
    directory: &Directory,
    shape: &Arc<Shape>,
    before: Option<&Page>,
    limits: &Limits,
) -> Result<Vec<(Arc<Shape>, u64)>, ImageError> {
    let Some(entry) = directory.entry(tags::SUB_IFDS) else {
        return Ok(Vec::new());
    };
    let mut smaller: Vec<(Arc<Shape>, u64)> = Vec::new();
    for offset in entry.numbers(input, MOST_LEVELS)? {
        let candidate =
            Directory::read(input, offset).and_then(|below| Shape::read(input, &below, limits));
        let candidate = match candidate {
            Ok(candidate) => candidate,
            Err(ImageError::Read(error)) => return Err(ImageError::Read(error)),
            Err(_) => break,
        };
        let above = smaller.last().map_or(shape, |(above, _)| above);
        if !is_smaller(&candidate, above) {
            break;
        }
        let beside = before.and_then(|before| before.smaller.get(smaller.len()));
        smaller.push((
            shape::share(candidate, beside.map(|(shape, _)| shape)),
            offset,
        ));
    }
    Ok(smaller)
}

/// Whether one shape is another at a smaller size: the same factor both ways, as far as whole pixels allow.
pub(super) fn is_smaller(smaller: &Shape, larger: &Shape) -> bool {
    let fits = |small: u64, large: u64, factor: f64| {
        (small as f64 * factor - large as f64).abs() <= factor.max(2.0) * 2.0
    };
    let factor = larger.width.max(larger.height) as f64 / smaller.width.max(smaller.height) as f64;
    smaller.is_sample_beside(larger)
        && factor >= 1.2
        && fits(smaller.width, larger.width, factor)
        && fits(smaller.height, larger.height, factor)
}

fn purpose(input: &Input, directory: &Directory) -> Result<Purpose, ImageError> {
    let kind = directory
        .number(input, tags::NEW_SUBFILE_TYPE)?
        .unwrap_or(0);
    let lens = directory.fractions(input, tags::NDPI_SOURCE_LENS, 1)?;
    if lens.first().is_some_and(|lens| *lens < 0.0) {
        return Ok(Purpose::Slide(SlidePicture::Macro));
    }
    if let Some(description) = description(input, directory)?
        && let Some(picture) = of_slide(&description)
    {
        return Ok(Purpose::Slide(picture));
    }
    Ok(match kind {
        // Aperio's own mark of the macro picture
        9 => Purpose::Slide(SlidePicture::Macro),
        kind if kind & 4 == 4 => Purpose::Mask,
        kind if kind & 1 == 1 => Purpose::Smaller,
        _ => Purpose::Picture,
    })
}

/// Which picture of a slide a page says that it is: Aperio in the second line, Philips, Ventana and others with that word
/// alone.
fn of_slide(description: &str) -> Option<SlidePicture> {
    if !description.starts_with("Aperio") {
        return SlidePicture::of(description);
    }
    let mut lines = description.lines().skip(1);
    lines.find_map(|line| match line.split_whitespace().next()? {
        word if word.eq_ignore_ascii_case("label") => Some(SlidePicture::Label),
        word if word.eq_ignore_ascii_case("macro") => Some(SlidePicture::Macro),
        _ => None,
    })
}

/// Offsets and lengths of the strips or tiles of one directory, and the tables of its JPEG streams.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) offsets: Vec<u64>,
    pub(super) lengths: Vec<u64>,
    pub(super) tables: Option<Vec<u8>>,
}

impl Body {
    /// Reads where the pixels of a shape stand.
    pub(super) fn read(
        input: &Input,
        directory: u64,
        shape: &Shape,
        limits: &Limits,
    ) -> Result<Self, ImageError> {
        let directory = Directory::read(input, directory)?;
        let most = limits.metadata_bytes / 8;
        let either = |one, other| {
            let numbers = directory.numbers(input, one, most)?;
            match numbers.is_empty() {
                // some programs give tiles where others give strips
                true => directory.numbers(input, other, most),
                false => Ok::<_, ImageError>(numbers),
            }
        };
        let offsets = either(tags::TILE_OFFSETS, tags::STRIP_OFFSETS)?;
        let lengths = either(tags::TILE_BYTE_COUNTS, tags::STRIP_BYTE_COUNTS)?;
        let needed = shape.pieces();
        if (offsets.len() as u64) < needed {
            return Err(broken(format!(
                "it has {} strips or tiles, and {needed} are needed",
                offsets.len()
            )));
        }
        let tables = directory.bytes(input, tags::JPEG_TABLES, 1 << 20)?;
        Ok(Self {
            offsets,
            lengths,
            tables,
        })
    }

    /// Refuses an uncompressed strip or tile that says that it is shorter than its rows. A single one that does is one of
    /// the many whose program wrote a wrong number: the end of the file is the only bound then.
    pub(super) fn check_length(&self, index: u64, needed: u64) -> Result<(), ImageError> {
        match self.lengths.get(index as usize) {
            Some(length @ 1..) if *length < needed && self.offsets.len() > 1 => Err(broken(
                format!("its strip or tile {index} has {length} bytes, and its rows need {needed}"),
            )),
            _ => Ok(()),
        }
    }

    /// What it takes in memory.
    pub(super) fn bytes(&self) -> u64 {
        let tables = self.tables.as_ref().map_or(0, Vec::len);
        ((self.offsets.len() + self.lengths.len()) * 8 + tables) as u64
    }
}
