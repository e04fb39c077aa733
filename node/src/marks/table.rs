//! Tables of points and tracks: a column for x, one for y, and what else is known of a point.
//!
//! The columns are known by their names, in capitals or not, as the programs write them that people use: `x`, `y`, `z`, `t`
//! or `frame`, `track_id` or trackpy's `particle`, scikit-image's `centroid-0` (rows) and `centroid-1` (columns), which are
//! planes and rows where there is a `centroid-2` (columns). Positions are pixels. TrackMate's `POSITION_X` are in the unit that the
//! lines below its names say, and become pixels by the size of one; columns such as `x_um` are not understood.

use std::collections::HashMap;

use csv::{ByteRecord, ReaderBuilder};

use super::measure::{Measure, PixelSize};
use super::{MOST_MARKS, MOST_POINTS, Mark, MarksError, Shape, TrackPoint, near};

const X: [&str; 7] = [
    "x",
    "xpx",
    "xpixel",
    "xpixels",
    "centerx",
    "centroidx",
    "centroid1",
];
const Y: [&str; 7] = [
    "y",
    "ypx",
    "ypixel",
    "ypixels",
    "centery",
    "centroidy",
    "centroid0",
];
const Z: [&str; 5] = ["z", "plane", "slice", "zplane", "centroidz"];
const T: [&str; 6] = [
    "t",
    "frame",
    "timepoint",
    "time",
    "timeindex",
    "framenumber",
];
const TRACK: [&str; 5] = ["trackid", "track", "particle", "tracknumber", "trajectory"];
const LABEL: [&str; 7] = [
    "label", "name", "id", "cell", "cellid", "object", "objectid",
];
/// Positions as TrackMate calls them.
const MEASURED: [&str; 3] = ["positionx", "positiony", "positionz"];
const CLASS: [&str; 5] = ["class", "classification", "type", "category", "celltype"];

/// The places of the columns that are understood.
struct Columns {
    x: usize,
    y: usize,
    z: Option<usize>,
    t: Option<usize>,
    track: Option<usize>,
    label: Option<usize>,
    class: Option<usize>,
    /// Whether positions are TrackMate's, in a unit that one of the next rows says.
    is_measured: bool,
}

impl Columns {
    fn of(header: &ByteRecord) -> Result<Columns, MarksError> {
        let names = names(header);
        let find = |known: &[&str]| {
            known
                .iter()
                .find_map(|known| names.iter().position(|name| name == known))
        };
        let is_measured = find(&X).is_none() && names.iter().any(|name| name == MEASURED[0]);
        let place = |pixels: &[&str], measured: usize| match is_measured {
            true => find(&[MEASURED[measured]]),
            false => find(pixels),
        };
        let (Some(x), Some(y)) = (place(&X, 0), place(&Y, 1)) else {
            let listed: Vec<String> = header.iter().take(8).map(text).collect();
            return Err(MarksError::not_understood(format!(
                "it has no columns x and y with positions in pixels; its columns are {}",
                listed.join(", ")
            )));
        };
        let t = find(&T);
        let label = find(&LABEL);
        // napari's tracks are ID, T, Y, X
        let id = names.iter().position(|name| name == "id");
        let track = find(&TRACK).or(id.filter(|_| t.is_some()));
        Ok(Columns {
            x,
            y,
            z: place(&Z, 2),
            t,
            label: label.filter(|label| Some(*label) != track),
            track,
            class: find(&CLASS),
            is_measured,
        })
    }
}

/// What the columns are called. Those of scikit-image are called by the place of an axis in the array, of which the last are
/// rows and columns: in a volume they are others than in a plane.
fn names(header: &ByteRecord) -> Vec<String> {
    let mut names: Vec<String> = header.iter().map(plain).collect();
    if names.iter().any(|name| name == "centroid2") {
        for name in &mut names {
            let axis = match name.as_str() {
                "centroid0" => "centroidz",
                "centroid1" => "centroidy",
                "centroid2" => "centroidx",
                _ => continue,
            };
            *name = axis.to_owned();
        }
    }
    names
}

/// A row.
struct Row {
    x: f64,
    y: f64,
    z: Option<f64>,
    t: Option<u64>,
}

impl Row {
    fn in_pixels(self, measure: &Measure) -> Place {
        Place {
            x: measure.x(self.x),
            y: measure.y(self.y),
            // a plane between two is the one before; numbers beyond u64 become its greatest
            z: self.z.and_then(|z| measure.plane(z)),
            t: self.t,
        }
    }
}

/// Where a row is in the image.
struct Place {
    x: f64,
    y: f64,
    z: Option<u64>,
    t: Option<u64>,
}

/// The points of a table, or its tracks where it has these.
pub(super) fn read(bytes: &[u8], pixel: &PixelSize) -> Result<Vec<Mark>, MarksError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(bytes))
        .flexible(true)
        .from_reader(bytes);
    let broken = |error: csv::Error| MarksError::not_understood(format!("it is no table: {error}"));
    let columns = Columns::of(reader.byte_headers().map_err(broken)?)?;
    let mut points = Vec::new();
    let mut tracks = Tracks::default();
    let mut count = 0;
    let mut measure = (!columns.is_measured).then(Measure::of_pixels);
    for record in reader.byte_records() {
        let record = record.map_err(broken)?;
        // rows of units, of what was not found, of remarks
        let Some(row) = row(&record, &columns) else {
            if measure.is_none()
                && let Some(unit) = cell(&record, columns.x).as_deref().and_then(unit)
            {
                measure = Some(Measure::of(unit, pixel)?);
            }
            continue;
        };
        let measure = measure.as_ref().ok_or_else(|| {
            MarksError::not_understood(
                "nothing says in which unit its POSITION_X are; keep the four lines at the head of TrackMate's table",
            )
        })?;
        let row = row.in_pixels(measure);
        let (x, y) = (near(row.x)?, near(row.y)?);
        count += 1;
        match (columns.track.map(|at| cell(&record, at)), row.t) {
            (Some(Some(name)), Some(t)) => {
                if count > MOST_POINTS {
                    return Err(MarksError::too_many_points());
                }
                tracks.add(name, TrackPoint { t, x, y }, row.z)?;
            }
            _ => {
                if points.len() == MOST_MARKS {
                    return Err(MarksError::too_many_marks());
                }
                points.push(Mark {
                    label: columns.label.and_then(|at| cell(&record, at)),
                    class: columns.class.and_then(|at| cell(&record, at)),
                    z: row.z,
                    t: row.t,
                    ..Mark::at(Shape::Point([x, y]))
                });
            }
        }
    }
    let mut marks = tracks.into_marks();
    marks.append(&mut points);
    Ok(marks)
}

/// Tracks in the order in which they are first spoken of.
#[derive(Default)]
struct Tracks {
    places: HashMap<String, usize>,
    all: Vec<(String, Vec<TrackPoint>, Option<u64>)>,
}

impl Tracks {
    fn add(&mut self, name: String, point: TrackPoint, z: Option<u64>) -> Result<(), MarksError> {
        let place = match self.places.get(&name) {
            Some(place) => *place,
            None if self.all.len() == MOST_MARKS => return Err(MarksError::too_many_marks()),
            None => {
                self.all.push((name.clone(), Vec::new(), z));
                self.places.insert(name, self.all.len() - 1);
                self.all.len() - 1
            }
        };
        let (_, points, plane) = &mut self.all[place];
        points.push(point);
        // a track that goes through planes is in none of them
        *plane = plane.filter(|plane| z == Some(*plane));
        Ok(())
    }

    fn into_marks(self) -> Vec<Mark> {
        let mark = |(name, mut points, z): (String, Vec<TrackPoint>, Option<u64>)| {
            points.sort_by_key(|point| point.t);
            Mark {
                label: Some(name),
                z,
                ..Mark::at(Shape::Track(points))
            }
        };
        self.all.into_iter().map(mark).collect()
    }
}

fn row(record: &ByteRecord, columns: &Columns) -> Option<Row> {
    let number = |at: usize| cell(record, at)?.parse().ok();
    let position = |at: usize| number(at).filter(|number: &f64| number.is_finite());
    let index = |at: Option<usize>| position(at?).filter(|number| *number >= 0.0);
    Some(Row {
        x: position(columns.x)?,
        y: position(columns.y)?,
        z: index(columns.z),
        // a time point between two is the one before
        t: index(columns.t).map(|number| number as u64),
    })
}

/// What stands in brackets: `(micron)`.
fn unit(cell: &str) -> Option<&str> {
    cell.strip_prefix('(')?.strip_suffix(')')
}

fn cell(record: &ByteRecord, at: usize) -> Option<String> {
    const MOST: usize = 200;
    let cell = text(record.get(at)?);
    let cell: String = cell.trim().chars().take(MOST).collect();
    (!cell.is_empty()).then_some(cell)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn plain(name: &[u8]) -> String {
    let name = text(name);
    let letters = name.chars().filter(|letter| letter.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// What stands between the cells of the first line.
fn delimiter(bytes: &[u8]) -> u8 {
    let line = bytes
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let has = |delimiter: u8| line.contains(&delimiter);
    match () {
        () if has(b'\t') => b'\t',
        () if has(b';') && !has(b',') => b';',
        () => b',',
    }
}
