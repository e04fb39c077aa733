//! Transformations of shapes in OME-XML.

use super::ome_xml::{lines, number};
use super::{MarksError, Shape, near};
use crate::image::ome_xml::OmeShape;

/// Corners of what stands for an ellipse that is turned.
const CORNERS: u32 = 48;

/// How a shape is moved: `a b c d e f`, of which x becomes a·x + c·y + e, and y b·x + d·y + f.
pub(super) type Matrix = [f64; 6];

/// The transformation: six attributes since 2012, before as SVG writes it.
pub(super) fn transformation(said: &OmeShape) -> Result<Option<Matrix>, MarksError> {
    let names = ["a00", "a10", "a01", "a11", "a02", "a12"];
    if names.iter().any(|name| said.attributes.contains_key(*name)) {
        let mut matrix = [0.0; 6];
        for (value, name) in matrix.iter_mut().zip(names) {
            *value = number(said, &[name])?;
        }
        return Ok(Some(matrix));
    }
    let Some(text) = said.attributes.get("transform") else {
        return Ok(None);
    };
    let text = text.trim();
    if text.is_empty() || text == "none" {
        return Ok(None);
    }
    written(text).map(Some).ok_or_else(|| {
        let short: String = text.chars().take(60).collect();
        MarksError::not_understood(format!(
            "it has a shape with the transformation {short:?}, which is not understood"
        ))
    })
}

/// `matrix(1 0 0 1 5 6)`, `translate(5 6)`, `scale(2)`, `rotate(90 5 6)`, or the six numbers alone.
fn written(text: &str) -> Option<Matrix> {
    let (name, list) = match text.split_once('(') {
        Some((name, rest)) => (name.trim(), rest.trim_end().strip_suffix(')')?),
        None => ("matrix", text.trim_matches(['[', ']'])),
    };
    let numbers: Option<Vec<f64>> = list
        .split([',', ' '])
        .filter(|text| !text.is_empty())
        .take(7)
        .map(|text| near(text.parse().ok()?).ok())
        .collect();
    Some(match (name, &numbers?[..]) {
        ("matrix", &[a, b, c, d, e, f]) => [a, b, c, d, e, f],
        ("translate", &[x, y]) => [1.0, 0.0, 0.0, 1.0, x, y],
        ("translate", &[x]) => [1.0, 0.0, 0.0, 1.0, x, 0.0],
        ("scale", &[x, y]) => [x, 0.0, 0.0, y, 0.0, 0.0],
        ("scale", &[both]) => [both, 0.0, 0.0, both, 0.0, 0.0],
        ("rotate", &[angle]) => turned(angle, 0.0, 0.0),
        ("rotate", &[angle, x, y]) => turned(angle, x, y),
        _ => return None,
    })
}

fn turned(degrees: f64, x: f64, y: f64) -> Matrix {
    let (sine, cosine) = degrees.to_radians().sin_cos();
    [
        cosine,
        sine,
        -sine,
        cosine,
        x - cosine * x + sine * y,
        y - sine * x - cosine * y,
    ]
}

/// A shape after a transformation. Rectangles and ellipses become the outlines that they then have.
pub(super) fn moved(shape: Shape, matrix: Matrix) -> Result<Shape, MarksError> {
    let [a, b, c, d, e, f] = matrix;
    if matrix == [1.0, 0.0, 0.0, 1.0, 0.0, 0.0] {
        return Ok(shape);
    }
    let place = |[x, y]: [f64; 2]| -> Result<[f64; 2], MarksError> {
        Ok([near(a * x + c * y + e)?, near(b * x + d * y + f)?])
    };
    let along = |points: Vec<[f64; 2]>| points.into_iter().map(place).collect::<Result<_, _>>();
    Ok(match shape {
        Shape::Point(point) => Shape::Point(place(point)?),
        Shape::Rectangle([x, y, width, height]) => {
            let (right, bottom) = (x + width, y + height);
            let corners = vec![[x, y], [right, y], [right, bottom], [x, bottom]];
            lines(along(corners)?, true)
        }
        Shape::Ellipse([x, y, width, height]) => {
            let corner = |at: u32| {
                let angle = f64::from(at) / f64::from(CORNERS) * std::f64::consts::TAU;
                let (sine, cosine) = angle.sin_cos();
                let (across, down) = (width / 2.0, height / 2.0);
                [x + across * (1.0 + cosine), y + down * (1.0 + sine)]
            };
            lines(along((0..CORNERS).map(corner).collect())?, true)
        }
        Shape::Lines {
            lines: each,
            is_closed,
        } => Shape::Lines {
            lines: each.into_iter().map(along).collect::<Result<_, _>>()?,
            is_closed,
        },
        Shape::Track(points) => Shape::Track(points),
    })
}
