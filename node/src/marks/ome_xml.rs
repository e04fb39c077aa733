//! Regions of interest of OME-XML, schemas of 2008 to 2016 (<https://docs.openmicroscopy.org/ome-model/latest/developers/roi.html>).
//!
//! Each shape of a region is a mark. A mask is the rectangle that it lies in; a label is the point at which its text stands.

use std::collections::HashMap;

use super::ome_transform::{moved, transformation};
use super::{MOST_MARKS, MOST_POINTS, Mark, MarksError, Shape, near};
use crate::image::ome_xml::{OmeShape, OmeXmlError, regions};

/// Characters of a name that are kept.
const MOST_CHARACTERS: usize = 200;

/// Of 255; what writers say who give a width for a colour has less.
const LEAST_OPACITY: u8 = 32;

/// The image that is meant where a file is named and none of the images in it.
const FIRST: u64 = 0;

/// Who is told of a mark, or why a shape is none, with the places of the images that it is of.
pub type TellMark<'a> = dyn FnMut(&[u64], Result<Mark, MarksError>) + 'a;

/// Tells of each shape.
///
/// # Errors
/// [`MarksError`] where the document cannot be read, or has more than may be read.
pub fn each(text: &str, tell: &mut TellMark<'_>) -> Result<(), MarksError> {
    let (mut marks, mut points) = (0, 0);
    let mut too_much = None;
    let read = regions(text, &mut |images, shape| {
        // one that many images refer to is a mark of each of them
        marks += images.len();
        let mark = mark(shape);
        let of_mark = mark.as_ref().map_or(1, Mark::points);
        points += of_mark.saturating_mul(images.len());
        if marks > MOST_MARKS {
            too_much = Some(MarksError::too_many_marks());
        } else if points > MOST_POINTS {
            too_much = Some(MarksError::too_many_points());
        } else {
            tell(images, mark);
            return Ok(());
        }
        Err(OmeXmlError::TooMuch("regions of interest"))
    });
    match (read, too_much) {
        (_, Some(too_much)) => Err(too_much),
        (Err(error), None) => Err(MarksError::not_understood(error.to_string())),
        (Ok(()), None) => Ok(()),
    }
}

/// The marks of the image at a place in the document, in its order; those that cannot be understood are left out.
///
/// # Errors
/// As [`each`].
pub fn of_image(text: &str, place: u64) -> Result<Vec<Mark>, MarksError> {
    let mut marks = Vec::new();
    each(text, &mut |images, mark| {
        if let (true, Ok(mark)) = (images.contains(&place), mark) {
            marks.push(mark);
        }
    })?;
    Ok(marks)
}

/// The marks of the first image of a document.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Mark>, MarksError> {
    of_image(&String::from_utf8_lossy(bytes), FIRST)
}

/// What the regions of an image are, when they are looked through.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Shapes that are understood.
    pub marks: u64,
    /// Those of them that no plane of the image has a pixel of.
    pub outside: u64,
    /// Shapes that are not understood.
    pub left_out: u64,
    /// Why the first of these is not.
    pub why: Option<String>,
}

/// Columns, rows, planes and time points of an image.
pub type Extent = [u64; 4];

/// Looks through the regions of images, whose sizes are given by their places.
///
/// # Errors
/// As [`each`].
pub fn look_through(
    text: &str,
    images: &HashMap<u64, Extent>,
) -> Result<HashMap<u64, Found>, MarksError> {
    let mut found: HashMap<u64, Found> = HashMap::new();
    each(text, &mut |places, mark| {
        for (place, extent) in places
            .iter()
            .filter_map(|place| Some((*place, images.get(place)?)))
        {
            let found = found.entry(place).or_default();
            match &mark {
                Ok(mark) => {
                    found.marks += 1;
                    found.outside += u64::from(!is_within(mark, extent));
                }
                Err(error) => {
                    found.left_out += 1;
                    found.why.get_or_insert_with(|| error.to_string());
                }
            }
        }
    })?;
    Ok(found)
}

fn is_within(mark: &Mark, [width, height, planes, times]: &Extent) -> bool {
    mark.is_within(*width as f64, *height as f64)
        && mark.z.is_none_or(|z| z < *planes)
        && mark.t.is_none_or(|t| t < *times)
}

fn mark(said: &OmeShape) -> Result<Mark, MarksError> {
    let shape = shape(said)?;
    let shape = match transformation(said)? {
        Some(matrix) => moved(shape, matrix)?,
        None => shape,
    };
    let index = |name: &str| said.attributes.get(name)?.trim().parse().ok();
    // `Text` since 2012, `Label` before
    let words = ["text", "label"].iter();
    let mut words = words.filter_map(|name| said.attributes.get(*name));
    let label = said.text.as_ref().or_else(|| words.next());
    Ok(Mark {
        label: label.or(said.region.as_ref()).and_then(|text| line(text)),
        z: index("thez"),
        t: index("thet"),
        c: index("thec"),
        colour: colour(said),
        ..Mark::at(shape)
    })
}

/// A text on one line, and not too long.
fn line(text: &str) -> Option<String> {
    let start: String = text.chars().take(4 * MOST_CHARACTERS).collect();
    let words: Vec<&str> = start
        .split(|letter: char| letter.is_whitespace() || letter.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line: String = words.join(" ").chars().take(MOST_CHARACTERS).collect();
    (!line.is_empty()).then_some(line)
}

/// The colour of its outline: red, green, blue and opacity in one number. One that can hardly be seen is none.
fn colour(said: &OmeShape) -> Option<[u8; 3]> {
    let said = said.attributes.get("strokecolor");
    let number: i64 = said?.trim().parse().ok()?;
    let number = u32::try_from(number)
        .ok()
        .or_else(|| i32::try_from(number).ok().map(i32::cast_unsigned))?;
    let [red, green, blue, opacity] = number.to_be_bytes();
    (opacity >= LEAST_OPACITY).then_some([red, green, blue])
}

/// The number of an attribute, under the first of its names that there is.
pub(super) fn number(said: &OmeShape, names: &[&str]) -> Result<f64, MarksError> {
    let found = names.iter().find_map(|name| said.attributes.get(*name));
    let found = found.ok_or_else(|| {
        MarksError::not_understood(format!("it has a {} without {}", said.kind, names[0]))
    })?;
    let number = found.trim().parse().unwrap_or(f64::NAN);
    near(number)
}

fn shape(said: &OmeShape) -> Result<Shape, MarksError> {
    let get = |names: &[&str]| number(said, names);
    Ok(match said.kind.as_str() {
        "rectangle" | "rect" | "mask" => {
            let [width, height] = [get(&["width"])?, get(&["height"])?];
            Shape::Rectangle([get(&["x"])?, get(&["y"])?, long(width)?, long(height)?])
        }
        "ellipse" => ellipse(
            [get(&["x", "cx"])?, get(&["y", "cy"])?],
            [get(&["radiusx", "rx"])?, get(&["radiusy", "ry"])?],
        )?,
        "circle" => {
            let radius = get(&["r", "radius"])?;
            ellipse([get(&["cx", "x"])?, get(&["cy", "y"])?], [radius, radius])?
        }
        "point" => Shape::Point([get(&["x", "cx"])?, get(&["y", "cy"])?]),
        "label" | "text" => Shape::Point([get(&["x"])?, get(&["y"])?]),
        "line" => lines(
            vec![
                [get(&["x1"])?, get(&["y1"])?],
                [get(&["x2"])?, get(&["y2"])?],
            ],
            false,
        ),
        "polyline" => {
            let closed = said.attributes.get("closed").map(|text| text.trim());
            lines(points(said)?, matches!(closed, Some("true" | "1")))
        }
        "polygon" => lines(points(said)?, true),
        other => {
            let short: String = other.chars().take(40).collect();
            return Err(MarksError::not_understood(format!(
                "it has a shape of the kind {short:?}, which is not known"
            )));
        }
    })
}

fn long(length: f64) -> Result<f64, MarksError> {
    if length > 0.0 {
        return Ok(length);
    }
    Err(MarksError::not_understood("it has a shape of no extent"))
}

fn ellipse([x, y]: [f64; 2], [across, down]: [f64; 2]) -> Result<Shape, MarksError> {
    let (across, down) = (long(across)?, long(down)?);
    Ok(Shape::Ellipse([
        x - across,
        y - down,
        2.0 * across,
        2.0 * down,
    ]))
}

pub(super) fn lines(points: Vec<[f64; 2]>, is_closed: bool) -> Shape {
    Shape::Lines {
        lines: vec![points],
        is_closed,
    }
}

/// `1,1 10,20, 20,20`: numbers in pairs, whatever stands between them. Programs of 2009 wrote `points[1,1 10,20] points1[…]`, the
/// same points several times.
fn points(said: &OmeShape) -> Result<Vec<[f64; 2]>, MarksError> {
    let text = said.attributes.get("points").map_or("", String::as_str);
    let text = match text.trim().strip_prefix("points[") {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => text,
    };
    let mut numbers = text
        .split(|letter: char| letter == ',' || letter.is_whitespace())
        .filter(|text| !text.is_empty());
    let mut points = Vec::new();
    while let Some(x) = numbers.next() {
        let Some(y) = numbers.next() else {
            return Err(MarksError::not_understood(format!(
                "it has a {} with an x that has no y",
                said.kind
            )));
        };
        if points.len() == MOST_POINTS {
            return Err(MarksError::too_many_points());
        }
        let coordinate = |text: &str| near(text.parse().unwrap_or(f64::NAN));
        points.push([coordinate(x)?, coordinate(y)?]);
    }
    match points.is_empty() {
        true => Err(MarksError::not_understood(format!(
            "it has a {} without points",
            said.kind
        ))),
        false => Ok(points),
    }
}
