//! The axes of a multiscale image, and how far apart its pixels are.

use serde_json::Value;

use super::layout::broken;
use crate::image::{Axis, AxisKind, ImageError, Length};

/// Most characters of a name or unit that are taken over.
const MOST_CHARACTERS: usize = 64;

/// The axes of an array in its own order: what each is, and its unit.
pub(super) struct ArrayAxes {
    kinds: Vec<AxisKind>,
    units: Vec<Option<String>>,
    /// Whether the file names them; before OME-Zarr 0.3 they are always t, c, z, y, x.
    are_named: bool,
}

impl ArrayAxes {
    /// Of the multiscale's `axes`, for an array of so many.
    pub fn parse(axes: Option<&Value>, count: usize) -> Result<ArrayAxes, ImageError> {
        let Some(list) = axes.and_then(Value::as_array) else {
            return ArrayAxes::of_old_versions(count);
        };
        if list.len() != count {
            return Err(broken(format!(
                "it names {} axes, and its array has {count}",
                list.len()
            )));
        }
        let mut kinds: Vec<AxisKind> = list.iter().map(kind).collect();
        name_unnamed_space(&mut kinds, list);
        for (number, kind) in kinds.iter().enumerate() {
            if kinds[..number].contains(kind) {
                return Err(broken(format!("two of its axes are {kind:?}")));
            }
        }
        if !kinds.contains(&AxisKind::X) || !kinds.contains(&AxisKind::Y) {
            return Err(broken("none of its axes is x, or none is y"));
        }
        Ok(ArrayAxes {
            kinds,
            units: list.iter().map(|axis| text(axis.get("unit"))).collect(),
            are_named: true,
        })
    }

    fn of_old_versions(count: usize) -> Result<ArrayAxes, ImageError> {
        let all = [
            AxisKind::T,
            AxisKind::C,
            AxisKind::Z,
            AxisKind::Y,
            AxisKind::X,
        ];
        if !(2..=all.len()).contains(&count) {
            return Err(broken(format!(
                "it does not name its axes, and its array has {count}"
            )));
        }
        Ok(ArrayAxes {
            kinds: all[all.len() - count..].to_vec(),
            units: vec![None; count],
            are_named: false,
        })
    }

    /// The image's axes in the order of its description, and which of the array's each is. Axes of length 1 that the file
    /// does not name are left out.
    pub fn described(&self, shape: &[u64], scale: &[f64]) -> (Vec<Axis>, Vec<usize>) {
        let mut order: Vec<usize> = (0..self.kinds.len())
            .filter(|axis| self.are_named || shape[*axis] > 1 || *axis + 2 >= shape.len())
            .collect();
        order.sort_by_key(|axis| rank(&self.kinds[*axis]));
        let axes = order
            .iter()
            .map(|axis| Axis {
                kind: self.kinds[*axis].clone(),
                size: shape[*axis],
                step: self.step(*axis, scale.get(*axis).copied()),
            })
            .collect();
        (axes, order)
    }

    fn step(&self, axis: usize, scale: Option<f64>) -> Option<Length> {
        let value = scale.filter(|scale| scale.is_finite() && *scale > 0.0)?;
        let unit = self.units[axis].clone();
        // 1 of no unit is what is written where nothing is known
        let says_nothing = unit.is_none() && value == 1.0;
        (self.kinds[axis] != AxisKind::C && !says_nothing).then_some(Length { value, unit })
    }
}

/// The order in which a description has its axes.
fn rank(kind: &AxisKind) -> u8 {
    match kind {
        AxisKind::Other(_) => 0,
        AxisKind::T => 1,
        AxisKind::C => 2,
        AxisKind::Z => 3,
        AxisKind::Y => 4,
        AxisKind::X => 5,
    }
}

/// An axis is an object since version 0.4, a letter in 0.3.
fn kind(axis: &Value) -> AxisKind {
    let name = text(Some(axis)).or_else(|| text(axis.get("name")));
    let name = name.unwrap_or_default();
    let lower = name.to_ascii_lowercase();
    match (lower.as_str(), axis.get("type").and_then(Value::as_str)) {
        (_, Some("channel")) | ("c" | "channel", None) => AxisKind::C,
        (_, Some("time")) | ("t" | "time", None) => AxisKind::T,
        ("x", _) => AxisKind::X,
        ("y", _) => AxisKind::Y,
        ("z", _) => AxisKind::Z,
        _ => AxisKind::Other(name),
    }
}

/// Axes of space that have names of their own are z, y and x by their place.
fn name_unnamed_space(kinds: &mut [AxisKind], list: &[Value]) {
    let is_space = |axis: &Value| axis.get("type").and_then(Value::as_str) == Some("space");
    let space: Vec<usize> = (0..list.len())
        .filter(|axis| is_space(&list[*axis]))
        .collect();
    let is_named = |axis: &usize| !matches!(kinds[*axis], AxisKind::Other(_));
    if (2..=3).contains(&space.len()) && !space.iter().any(is_named) {
        let names = [AxisKind::X, AxisKind::Y, AxisKind::Z];
        for (axis, kind) in space.iter().rev().zip(names) {
            kinds[*axis] = kind;
        }
    }
}

/// How far apart pixels are along each of the array's axes: a level's scale times that of all levels.
pub(super) fn scale(multiscale: &Value, dataset: &Value, axes: usize) -> Vec<f64> {
    let mut product = vec![1.0; axes];
    for owner in [dataset, multiscale] {
        let transformations = owner.get("coordinateTransformations");
        let transformations = transformations.and_then(Value::as_array);
        for transformation in transformations.into_iter().flatten() {
            if transformation.get("type").and_then(Value::as_str) != Some("scale") {
                continue;
            }
            let numbers = transformation.get("scale").and_then(Value::as_array);
            for (value, number) in product.iter_mut().zip(numbers.into_iter().flatten()) {
                *value *= number.as_f64().unwrap_or(1.0);
            }
        }
    }
    product
}

/// A short text, if that is what it is.
pub(super) fn text(value: Option<&Value>) -> Option<String> {
    let text = value?.as_str()?.trim();
    let is_fine = !text.is_empty() && !text.chars().any(char::is_control);
    is_fine.then(|| text.chars().take(MOST_CHARACTERS).collect())
}
