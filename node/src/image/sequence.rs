//! Many files that are one image: `t001_c1_z03.tif`.
//!
//! Each file is a part: all planes at one time, channel and focal plane, or at one of those. Parts are opened when they are
//! read, and only some are kept open, because there may be more of them than a process may have open files.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Area, Axis, AxisKind, Channel, Description, ImageError, Level, PixelSource, Plane};

/// How many parts are kept open.
pub(super) const OPEN_PARTS: usize = 16;

/// Opens a part by its number.
pub type OpenPart = Box<dyn Fn(usize) -> Result<Arc<dyn PixelSource>, ImageError> + Send + Sync>;

/// An axis along which parts are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Which.
    pub kind: AxisKind,
    /// What the parts along it are called, in order: of channels, their names.
    pub names: Vec<String>,
}

/// An image of many parts.
pub struct Sequence {
    description: Description,
    levels: Vec<Level>,
    open_part: OpenPart,
    /// How long each counted axis is, and its place among the description's axes.
    counted: Vec<(u64, usize)>,
    /// The description's place of each of a part's own axes before y and x.
    own: Vec<usize>,
    opened: Mutex<VecDeque<(usize, Arc<dyn PixelSource>)>>,
}

impl Sequence {
    /// Puts parts together: they are numbered along the counted axes, the last one fastest. Every part is opened once, to
    /// see that all are alike.
    ///
    /// # Errors
    /// [`ImageError`] of a part that cannot be opened; where a part differs from the first in size or type, or has an axis
    /// that is counted as well.
    pub fn new(counted: &[Counted], open_part: OpenPart) -> Result<Sequence, ImageError> {
        let first = open_part(0)?;
        let mut description = first.description().clone();
        let parts = counted
            .iter()
            .try_fold(1, |parts: usize, axis| parts.checked_mul(axis.names.len()));
        let parts = parts
            .filter(|parts| *parts > 0)
            .ok_or_else(|| ImageError::Unsupported("it has no files, or too many".to_owned()))?;
        let mut levels = first.levels().to_vec();
        for number in 1..parts {
            let part = open_part(number)?;
            check_alike(&description, number, part.description())?;
            let is_same = |(one, other): &(&Level, &Level)| {
                (one.width, one.height) == (other.width, other.height)
            };
            let same = levels.iter().zip(part.levels()).take_while(is_same).count();
            levels.truncate(same.max(1));
        }
        description.axes = axes(&description.axes, counted)?;
        description.channels = channels(&description, counted);
        if counted.iter().any(|axis| axis.kind == AxisKind::C) {
            description.is_colour = false;
        }
        let place = |kind: &AxisKind| {
            let mut axes = description.axes.iter();
            axes.position(|axis| axis.kind == *kind).unwrap_or_default()
        };
        let own = first.description().axes.iter();
        let own = own.filter(|axis| !is_spread(&axis.kind) && !is_counted(counted, axis));
        Ok(Sequence {
            counted: counted
                .iter()
                .map(|axis| (axis.names.len() as u64, place(&axis.kind)))
                .collect(),
            own: own.map(|axis| place(&axis.kind)).collect(),
            description,
            levels,
            open_part,
            opened: Mutex::new(VecDeque::from([(0, first)])),
        })
    }

    fn part(&self, number: usize) -> Result<Arc<dyn PixelSource>, ImageError> {
        let kept = {
            let opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
            let found = opened.iter().find(|(other, _)| *other == number);
            found.map(|(_, part)| Arc::clone(part))
        };
        if let Some(part) = kept {
            return Ok(part);
        }
        let part = (self.open_part)(number)?;
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.push_front((number, Arc::clone(&part)));
        opened.truncate(OPEN_PARTS);
        Ok(part)
    }
}

impl PixelSource for Sequence {
    fn description(&self) -> &Description {
        &self.description
    }

    fn levels(&self) -> &[Level] {
        &self.levels
    }

    fn read(
        &self,
        level: usize,
        plane: &Plane,
        area: Area,
        buffer: &mut [u8],
    ) -> Result<(), ImageError> {
        let number = self.counted.iter().fold(0, |number, (length, place)| {
            assert!(plane.0[*place] < *length, "there is no plane {plane:?}");
            number * length + plane.0[*place]
        });
        // less than the number of parts
        let part = self.part(usize::try_from(number).unwrap_or(usize::MAX))?;
        // a file may have been exchanged since all were looked at
        if part
            .levels()
            .get(level)
            .map(|level| (level.width, level.height))
            != Some((self.levels[level].width, self.levels[level].height))
        {
            return Err(different(
                usize::try_from(number).unwrap_or(usize::MAX),
                "size",
            ));
        }
        let axes = part.description().axes.iter();
        let mut own = self.own.iter();
        // a part's axes of length 1 that are counted stay at their one place
        let own_plane = axes.filter(|axis| !is_spread(&axis.kind)).map(|axis| {
            let is_counted = self
                .counted
                .iter()
                .any(|(_, place)| self.description.axes[*place].kind == axis.kind);
            if is_counted {
                0
            } else {
                own.next().map_or(0, |place| plane.0[*place])
            }
        });
        part.read(level, &Plane(own_plane.collect()), area, buffer)
    }
}

/// The axes of the whole: those of a part, and the counted ones where a description has them.
fn axes(own: &[Axis], counted: &[Counted]) -> Result<Vec<Axis>, ImageError> {
    let mut axes: Vec<Axis> = Vec::new();
    for axis in own {
        if !is_counted(counted, axis) {
            axes.push(axis.clone());
        } else if axis.size > 1 {
            let kind = name(&axis.kind);
            return Err(ImageError::Unsupported(format!(
                "the names of its files count the {kind}, and each file holds {} {kind} already",
                axis.size
            )));
        }
    }
    for axis in counted {
        let step = own.iter().find(|other| other.kind == axis.kind);
        axes.push(Axis {
            kind: axis.kind.clone(),
            size: axis.names.len() as u64,
            step: step.and_then(|other| other.step.clone()),
        });
    }
    axes.sort_by_key(|axis| match axis.kind {
        AxisKind::Other(_) => 0,
        AxisKind::T => 1,
        AxisKind::C => 2,
        AxisKind::Z => 3,
        AxisKind::Y => 4,
        AxisKind::X => 5,
    });
    Ok(axes)
}

/// Channels that are counted have the names that the files give them, unless these are mere numbers.
fn channels(of_part: &Description, counted: &[Counted]) -> Vec<Channel> {
    let Some(axis) = counted.iter().find(|axis| axis.kind == AxisKind::C) else {
        return of_part.channels.clone();
    };
    let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    axis.names
        .iter()
        .map(|name| Channel {
            name: (!is_number(name)).then(|| name.clone()),
            ..Channel::default()
        })
        .collect()
}

fn check_alike(first: &Description, number: usize, other: &Description) -> Result<(), ImageError> {
    let sizes = |description: &Description| -> Vec<(AxisKind, u64)> {
        let axes = description.axes.iter();
        axes.map(|axis| (axis.kind.clone(), axis.size)).collect()
    };
    if sizes(first) != sizes(other) {
        return Err(different(number, "size"));
    }
    if first.pixel_type != other.pixel_type {
        return Err(different(number, "type of pixels"));
    }
    Ok(())
}

fn different(number: usize, what: &str) -> ImageError {
    ImageError::Unsupported(format!(
        "its file number {} has another {what} than its first",
        number + 1
    ))
}

fn is_spread(kind: &AxisKind) -> bool {
    matches!(kind, AxisKind::X | AxisKind::Y)
}

fn is_counted(counted: &[Counted], axis: &Axis) -> bool {
    counted.iter().any(|other| other.kind == axis.kind)
}

fn name(kind: &AxisKind) -> &str {
    match kind {
        AxisKind::X => "columns",
        AxisKind::Y => "rows",
        AxisKind::Z => "planes",
        AxisKind::C => "channels",
        AxisKind::T => "times",
        AxisKind::Other(name) => name,
    }
}
