//! A mark in an image.

/// Something that is marked in an image.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// What it is called in its file.
    pub label: Option<String>,
    /// What kind of thing it is.
    pub class: Option<String>,
    /// Where it is.
    pub shape: Shape,
    /// The plane, from 0; none where it is in all of them, or the file does not say.
    pub z: Option<u64>,
    /// The time point, from 0; none where it is at all of them, or the file does not say. Points of tracks have their own.
    pub t: Option<u64>,
    /// The channel, from 0; none where it is in all of them, or the file does not say.
    pub c: Option<u64>,
    /// The colour in which it was drawn: red, green, blue.
    pub colour: Option<[u8; 3]>,
}

/// A place in a plane, in pixels from the left and upper edge.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A point.
    Point([f64; 2]),
    /// A rectangle: its left upper corner, its width and height.
    Rectangle([f64; 4]),
    /// The ellipse in such a rectangle.
    Ellipse([f64; 4]),
    /// Lines; closed ones enclose an area, from which those within are taken out.
    Lines {
        /// The points of each line.
        lines: Vec<Vec<[f64; 2]>>,
        /// Whether they are closed.
        is_closed: bool,
    },
    /// The way of something through time.
    Track(Vec<TrackPoint>),
}

/// Where something was at a time point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackPoint {
    /// The time point.
    pub t: u64,
    /// Columns from the left.
    pub x: f64,
    /// Rows from above.
    pub y: f64,
}

impl Mark {
    /// A mark of which nothing but its place is known.
    pub fn at(shape: Shape) -> Mark {
        Mark {
            label: None,
            class: None,
            shape,
            z: None,
            t: None,
            c: None,
            colour: None,
        }
    }

    /// Whether something of it lies within a picture of such a size.
    pub fn is_within(&self, width: f64, height: f64) -> bool {
        let [left, top, right, bottom] = self.bounds();
        right >= 0.0 && bottom >= 0.0 && left <= width && top <= height
    }

    /// How many points say where it is.
    pub fn points(&self) -> usize {
        match &self.shape {
            Shape::Point(_) | Shape::Rectangle(_) | Shape::Ellipse(_) => 1,
            Shape::Lines { lines, .. } => lines.iter().map(Vec::len).sum(),
            Shape::Track(points) => points.len(),
        }
    }

    /// The smallest rectangle around it: left, top, right, bottom.
    pub fn bounds(&self) -> [f64; 4] {
        match &self.shape {
            Shape::Point([x, y]) => [*x, *y, *x, *y],
            Shape::Rectangle([x, y, width, height]) | Shape::Ellipse([x, y, width, height]) => {
                [*x, *y, x + width, y + height]
            }
            Shape::Lines { lines, .. } => around(lines.iter().flatten().copied()),
            Shape::Track(points) => around(points.iter().map(|point| [point.x, point.y])),
        }
    }
}

fn around(points: impl Iterator<Item = [f64; 2]>) -> [f64; 4] {
    let nothing = [f64::MAX, f64::MAX, f64::MIN, f64::MIN];
    points.fold(nothing, |[left, top, right, bottom], [x, y]| {
        [left.min(x), top.min(y), right.max(x), bottom.max(y)]
    })
}
