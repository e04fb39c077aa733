//! A region of interest as ImageJ writes it: `.roi`, big endian, as its `RoiDecoder` documents the format.

use super::{MOST_POINTS, Mark, MarksError, Shape};

/// Places of numbers in the header.
mod at {
    pub const VERSION: usize = 4;
    pub const TYPE: usize = 6;
    pub const TOP: usize = 8;
    pub const LEFT: usize = 10;
    pub const BOTTOM: usize = 12;
    pub const RIGHT: usize = 14;
    pub const POINTS: usize = 16;
    /// Four floating-point numbers: the ends of a line, or a rectangle finer than pixels.
    pub const FINE: usize = 18;
    pub const PATH_SIZE: usize = 36;
    pub const OPTIONS: usize = 50;
    pub const SECOND_HEADER: usize = 60;
    pub const COORDINATES: usize = 64;
    /// From the second header on.
    pub const PLANE: usize = 8;
    pub const FRAME: usize = 12;
    pub const NAME: usize = 16;
    pub const NAME_LENGTH: usize = 20;
}

/// The option that says that coordinates are finer than pixels.
const IS_FINE: u16 = 128;

/// Characters of a name that are kept.
const MOST_CHARACTERS: u32 = 200;

/// Reads one region.
pub(super) fn read(bytes: &[u8]) -> Result<Mark, MarksError> {
    if !bytes.starts_with(b"Iout") {
        return Err(MarksError::not_understood("it is no region of ImageJ"));
    }
    let roi = Roi(bytes);
    let shape = roi.shape().ok_or_else(|| {
        MarksError::not_understood("it ends before the region of ImageJ in it does")
    })??;
    let second = roi.int(at::SECOND_HEADER).unwrap_or(0) as usize;
    let from_one = |place: usize| {
        let number = (second > 0).then(|| roi.int(second + place)).flatten()?;
        u64::from(number).checked_sub(1)
    };
    Ok(Mark {
        label: roi.name(second),
        z: from_one(at::PLANE),
        t: from_one(at::FRAME),
        ..Mark::at(shape)
    })
}

/// The bytes of a region. Every number is none where the file ends before.
struct Roi<'a>(&'a [u8]);

impl Roi<'_> {
    fn bytes<const N: usize>(&self, place: usize) -> Option<[u8; N]> {
        let end = place.checked_add(N)?;
        self.0.get(place..end)?.try_into().ok()
    }

    fn short(&self, place: usize) -> Option<u16> {
        self.bytes(place).map(u16::from_be_bytes)
    }

    fn signed(&self, place: usize) -> Option<f64> {
        self.bytes(place)
            .map(|bytes| f64::from(i16::from_be_bytes(bytes)))
    }

    fn int(&self, place: usize) -> Option<u32> {
        self.bytes(place).map(u32::from_be_bytes)
    }

    fn float(&self, place: usize) -> Option<f64> {
        let number = f32::from_be_bytes(self.bytes(place)?);
        number.is_finite().then_some(f64::from(number))
    }

    fn fine(&self) -> Option<[f64; 4]> {
        let number = |index: usize| self.float(at::FINE + 4 * index);
        Some([number(0)?, number(1)?, number(2)?, number(3)?])
    }

    fn is_fine(&self, version: u16) -> Option<bool> {
        let version = self.short(at::VERSION)? >= version;
        Some(version && self.short(at::OPTIONS)? & IS_FINE != 0)
    }

    fn rectangle(&self) -> Option<[f64; 4]> {
        if self.is_fine(223)? && matches!(self.0.get(at::TYPE), Some(1 | 2)) {
            return self.fine();
        }
        let (left, top) = (self.signed(at::LEFT)?, self.signed(at::TOP)?);
        let (right, bottom) = (self.signed(at::RIGHT)?, self.signed(at::BOTTOM)?);
        Some([left, top, right - left, bottom - top])
    }

    fn shape(&self) -> Option<Result<Shape, MarksError>> {
        let rectangle = self.rectangle()?;
        if self.int(at::PATH_SIZE)? > 0 {
            // several parts: what is around them is sure, their curves are not read
            return Some(Ok(Shape::Rectangle(rectangle)));
        }
        let lines = |is_closed: bool| {
            let points = self.points()?;
            Some(Shape::Lines {
                lines: vec![points],
                is_closed,
            })
        };
        let shape = match self.0.get(at::TYPE)? {
            0 | 7 | 8 => lines(true)?,
            1 => Shape::Rectangle(rectangle),
            2 => Shape::Ellipse(rectangle),
            3 => {
                let [x1, y1, x2, y2] = self.fine()?;
                Shape::Lines {
                    lines: vec![vec![[x1, y1], [x2, y2]]],
                    is_closed: false,
                }
            }
            4 | 5 | 9 => lines(false)?,
            10 => match self.points()?[..] {
                [only] => Shape::Point(only),
                ref several => Shape::Lines {
                    lines: several.iter().map(|point| vec![*point]).collect(),
                    is_closed: false,
                },
            },
            other => {
                let reason =
                    format!("its region of ImageJ has the type {other}, which is not known");
                return Some(Err(MarksError::not_understood(reason)));
            }
        };
        Some(Ok(shape))
    }

    fn points(&self) -> Option<Vec<[f64; 2]>> {
        let count = usize::from(self.short(at::POINTS)?);
        if count == 0 || count > MOST_POINTS {
            return None;
        }
        let (left, top) = (self.signed(at::LEFT)?, self.signed(at::TOP)?);
        if self.is_fine(222)? {
            let xs = at::COORDINATES + 4 * count;
            let point = |index: usize| {
                let x = self.float(xs + 4 * index)?;
                Some([x, self.float(xs + 4 * (count + index))?])
            };
            return (0..count).map(point).collect();
        }
        let point = |index: usize| {
            let x = self.signed(at::COORDINATES + 2 * index)?;
            let y = self.signed(at::COORDINATES + 2 * (count + index))?;
            Some([left + x, top + y])
        };
        (0..count).map(point).collect()
    }

    fn name(&self, second: usize) -> Option<String> {
        let (place, length) = (
            self.int(second.checked_add(at::NAME)?)? as usize,
            self.int(second.checked_add(at::NAME_LENGTH)?)?,
        );
        if second == 0 || place == 0 || length == 0 {
            return None;
        }
        let letters = 0..length.min(MOST_CHARACTERS) as usize;
        let letters: Option<Vec<u16>> = letters
            .map(|index| self.short(place.checked_add(2 * index)?))
            .collect();
        Some(String::from_utf16_lossy(&letters?))
    }
}
