//! GeoJSON (RFC 7946) as QuPath writes it: features whose coordinates are pixels, with names and classes, each in a plane.

use serde_json::Value;

use super::{MOST_MARKS, MOST_POINTS, Mark, MarksError, Shape, near};

/// Characters of a name that are kept.
const MOST_CHARACTERS: usize = 200;

/// Reads a collection of features, a list of them, or one.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Mark>, MarksError> {
    let document: Value = serde_json::from_slice(bytes)
        .map_err(|error| MarksError::not_understood(format!("it is no JSON: {error}")))?;
    let features = match &document {
        Value::Array(features) => features.iter().collect(),
        Value::Object(_) => match document.get("features").and_then(Value::as_array) {
            Some(features) => features.iter().collect(),
            None => vec![&document],
        },
        _ => Vec::new(),
    };
    if features.len() > MOST_MARKS {
        return Err(MarksError::too_many_marks());
    }
    let mut points = 0;
    let mut marks = Vec::with_capacity(features.len());
    for feature in features {
        let Some(geometry) = feature
            .get("geometry")
            .filter(|geometry| geometry.is_object())
        else {
            return Err(MarksError::not_understood(
                "it has a feature without a geometry",
            ));
        };
        marks.push(Mark {
            label: named(&feature["properties"]["name"]),
            class: class(&feature["properties"]),
            z: geometry["plane"]["z"].as_u64(),
            t: geometry["plane"]["t"].as_u64(),
            ..Mark::at(shape(geometry, &mut points)?)
        });
    }
    Ok(marks)
}

fn class(properties: &Value) -> Option<String> {
    let classification = &properties["classification"];
    named(&classification["name"])
        .or_else(|| named(classification))
        .or_else(|| {
            let names = classification["names"].as_array()?;
            let names: Vec<String> = names.iter().filter_map(named).collect();
            (!names.is_empty()).then(|| names.join(": "))
        })
}

fn named(value: &Value) -> Option<String> {
    let text: String = value
        .as_str()?
        .trim()
        .chars()
        .take(MOST_CHARACTERS)
        .collect();
    (!text.is_empty()).then_some(text)
}

fn shape(geometry: &Value, points: &mut usize) -> Result<Shape, MarksError> {
    let coordinates = &geometry["coordinates"];
    let kind = geometry["type"].as_str().unwrap_or_default();
    let lines = |lines: Vec<Vec<[f64; 2]>>, is_closed| Shape::Lines { lines, is_closed };
    Ok(match kind {
        "Point" => Shape::Point(point(coordinates, points)?),
        "LineString" => lines(vec![line(coordinates, points)?], false),
        "MultiPoint" => {
            let each = line(coordinates, points)?;
            lines(each.into_iter().map(|point| vec![point]).collect(), false)
        }
        "MultiLineString" => lines(several(coordinates, points)?, false),
        "Polygon" => lines(several(coordinates, points)?, true),
        "MultiPolygon" => {
            let mut all = Vec::new();
            for polygon in list(coordinates)? {
                all.append(&mut several(polygon, points)?);
            }
            lines(all, true)
        }
        other => {
            return Err(MarksError::not_understood(format!(
                "it has a geometry of the type {other:?}, which is not known"
            )));
        }
    })
}

fn several(value: &Value, points: &mut usize) -> Result<Vec<Vec<[f64; 2]>>, MarksError> {
    let lines = list(value)?.iter();
    lines.map(|value| line(value, points)).collect()
}

fn line(value: &Value, points: &mut usize) -> Result<Vec<[f64; 2]>, MarksError> {
    let line: Vec<[f64; 2]> = list(value)?
        .iter()
        .map(|value| point(value, points))
        .collect::<Result<_, _>>()?;
    if line.is_empty() {
        return Err(MarksError::not_understood("it has a line without a point"));
    }
    Ok(line)
}

fn point(value: &Value, points: &mut usize) -> Result<[f64; 2], MarksError> {
    *points += 1;
    if *points > MOST_POINTS {
        return Err(MarksError::too_many_points());
    }
    match (value[0].as_f64(), value[1].as_f64()) {
        (Some(x), Some(y)) => Ok([near(x)?, near(y)?]),
        _ => Err(MarksError::not_understood(
            "it has a point without two numbers",
        )),
    }
}

fn list(value: &Value) -> Result<&Vec<Value>, MarksError> {
    value
        .as_array()
        .ok_or_else(|| MarksError::not_understood("its coordinates are no lists"))
}
