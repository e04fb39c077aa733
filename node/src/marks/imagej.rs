//! A region of interest as ImageJ writes it: `.roi`, big endian, as its `RoiDecoder` documents the format.

use super::{MOST_POINTS, Mark, MarksError, Shape, near};

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
    /// How many points there are, where they are too many for the number at `POINTS`, which is 0 then.
    pub const MANY_POINTS: usize = 18;
    pub const PATH_SIZE: usize = 36;
    pub const OPTIONS: usize = 50;
    /// The slice of a stack that is no hyperstack, from 1.
    pub const POSITION: usize = 56;
    pub const SECOND_HEADER: usize = 60;
    pub const COORDINATES: usize = 64;
    /// From the second header on.
    pub const CHANNEL: usize = 4;
    pub const PLANE: usize = 8;
    pub const FRAME: usize = 12;
    pub const NAME: usize = 16;
    pub const NAME_LENGTH: usize = 20;
}

/// The option that says that coordinates are finer than pixels.
const IS_FINE: u16 = 128;

/// Whole coordinates below it are no negative ones, but beyond 32,767: `getShort` of the decoder.
const LEAST: i16 = -5000;

/// Characters of a name that are kept.
const MOST_CHARACTERS: u32 = 200;

/// Reads one region, and adds its points to those of its file.
pub(super) fn read(bytes: &[u8], points: &mut usize) -> Result<Mark, MarksError> {
    if !bytes.starts_with(b"Iout") {
        return Err(MarksError::not_understood("it is no region of ImageJ"));
    }
    let roi = Roi(bytes);
    let shape = roi.shape(points)?;
    let second = roi.int(at::SECOND_HEADER).unwrap_or(0) as usize;
    let (z, t) = roi.plane_and_time(second);
    Ok(Mark {
        label: roi.name(second),
        z,
        t,
        ..Mark::at(shape)
    })
}

/// The bytes of a region. No number can be read where the file ends before.
struct Roi<'a>(&'a [u8]);

impl Roi<'_> {
    fn bytes<const N: usize>(&self, place: usize) -> Result<[u8; N], MarksError> {
        place
            .checked_add(N)
            .and_then(|end| self.0.get(place..end)?.try_into().ok())
            .ok_or_else(|| {
                MarksError::not_understood("it ends before the region of ImageJ in it does")
            })
    }

    fn short(&self, place: usize) -> Result<u16, MarksError> {
        self.bytes(place).map(u16::from_be_bytes)
    }

    fn coordinate(&self, place: usize) -> Result<f64, MarksError> {
        let unsigned = self.short(place)?;
        let signed = unsigned.cast_signed();
        Ok(match signed < LEAST {
            true => f64::from(unsigned),
            false => f64::from(signed),
        })
    }

    fn int(&self, place: usize) -> Result<u32, MarksError> {
        self.bytes(place).map(u32::from_be_bytes)
    }

    fn float(&self, place: usize) -> Result<f64, MarksError> {
        near(f64::from(f32::from_be_bytes(self.bytes(place)?)))
    }

    fn fine(&self) -> Result<[f64; 4], MarksError> {
        let number = |index: usize| self.float(at::FINE + 4 * index);
        Ok([number(0)?, number(1)?, number(2)?, number(3)?])
    }

    fn is_fine(&self, version: u16) -> Result<bool, MarksError> {
        let version = self.short(at::VERSION)? >= version;
        Ok(version && self.short(at::OPTIONS)? & IS_FINE != 0)
    }

    fn rectangle(&self) -> Result<[f64; 4], MarksError> {
        if self.is_fine(223)? && matches!(self.0.get(at::TYPE), Some(1 | 2)) {
            return self.fine();
        }
        let (left, top) = (self.coordinate(at::LEFT)?, self.coordinate(at::TOP)?);
        let (right, bottom) = (self.coordinate(at::RIGHT)?, self.coordinate(at::BOTTOM)?);
        Ok([left, top, right - left, bottom - top])
    }

    fn shape(&self, points: &mut usize) -> Result<Shape, MarksError> {
        let rectangle = self.rectangle()?;
        if self.int(at::PATH_SIZE)? > 0 {
            // several parts: what is around them is sure, their curves are not read
            return Ok(Shape::Rectangle(rectangle));
        }
        let [kind] = self.bytes(at::TYPE)?;
        Ok(match kind {
            0 | 7 | 8 => self.line(true, points)?,
            1 => Shape::Rectangle(rectangle),
            2 => Shape::Ellipse(rectangle),
            3 => {
                let [x1, y1, x2, y2] = self.fine()?;
                Shape::Lines {
                    lines: vec![vec![[x1, y1], [x2, y2]]],
                    is_closed: false,
                }
            }
            4 | 5 | 9 => self.line(false, points)?,
            10 => match self.points(points)?[..] {
                [only] => Shape::Point(only),
                ref several => Shape::Lines {
                    lines: several.iter().map(|point| vec![*point]).collect(),
                    is_closed: false,
                },
            },
            other => {
                let reason =
                    format!("its region of ImageJ has the type {other}, which is not known");
                return Err(MarksError::not_understood(reason));
            }
        })
    }

    fn line(&self, is_closed: bool, points: &mut usize) -> Result<Shape, MarksError> {
        Ok(Shape::Lines {
            lines: vec![self.points(points)?],
            is_closed,
        })
    }

    fn points(&self, points: &mut usize) -> Result<Vec<[f64; 2]>, MarksError> {
        let count = match self.short(at::POINTS)? {
            0 => self.int(at::MANY_POINTS)? as usize,
            count => usize::from(count),
        };
        if count == 0 {
            return Err(MarksError::not_understood(
                "its region of ImageJ has no points",
            ));
        }
        *points = points.saturating_add(count);
        if *points > MOST_POINTS {
            return Err(MarksError::too_many_points());
        }
        let (left, top) = (self.coordinate(at::LEFT)?, self.coordinate(at::TOP)?);
        if self.is_fine(222)? {
            let xs = at::COORDINATES + 4 * count;
            let point = |index: usize| -> Result<[f64; 2], MarksError> {
                let x = self.float(xs + 4 * index)?;
                Ok([x, self.float(xs + 4 * (count + index))?])
            };
            return (0..count).map(point).collect();
        }
        let point = |index: usize| -> Result<[f64; 2], MarksError> {
            let x = self.coordinate(at::COORDINATES + 2 * index)?;
            let y = self.coordinate(at::COORDINATES + 2 * (count + index))?;
            Ok([left + x, top + y])
        };
        (0..count).map(point).collect()
    }

    /// The plane and the time point, from 0: those of a hyperstack where any of its numbers is there, else the slice of a stack.
    fn plane_and_time(&self, second: usize) -> (Option<u64>, Option<u64>) {
        let from_one = |place: usize| {
            let number = i32::from_be_bytes(self.bytes(place).ok()?);
            u64::try_from(number).ok()?.checked_sub(1)
        };
        let of_hyperstack = |place: usize| (second > 0).then(|| from_one(second + place)).flatten();
        let (z, t) = (of_hyperstack(at::PLANE), of_hyperstack(at::FRAME));
        match z.or(t).or_else(|| of_hyperstack(at::CHANNEL)) {
            Some(_) => (z, t),
            None => (from_one(at::POSITION), None),
        }
    }

    fn name(&self, second: usize) -> Option<String> {
        let (place, length) = (
            self.int(second.checked_add(at::NAME)?).ok()? as usize,
            self.int(second.checked_add(at::NAME_LENGTH)?).ok()?,
        );
        if second == 0 || place == 0 || length == 0 {
            return None;
        }
        let letters = 0..length.min(MOST_CHARACTERS) as usize;
        let letters: Option<Vec<u16>> = letters
            .map(|index| self.short(place.checked_add(2 * index)?).ok())
            .collect();
        Some(String::from_utf16_lossy(&letters?))
    }
}
