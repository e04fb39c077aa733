//! One multiscale image.

use serde_json::Value;

use super::array::{Array, Cut};
use super::axes::{self, ArrayAxes, text};
use super::layout::{Layout, broken, product};
use super::omero;
use super::store::{Attributes, Hierarchy, join};
use crate::image::{
    Area, AxisKind, Description, ImageError, Level, Limits, PixelSource, PixelType, Plane,
};

/// Most levels that are looked for.
const MOST_LEVELS: usize = 64;

/// An image in an OME-Zarr.
pub struct ZarrImage {
    description: Description,
    levels: Vec<Level>,
    arrays: Vec<Array>,
    /// Which axis of the arrays each of the description's is.
    order: Vec<usize>,
    /// Whether its values are names of objects.
    is_label: bool,
    labels: Vec<String>,
}

impl ZarrImage {
    /// Whether its pixels name objects (a segmentation) instead of measuring.
    pub fn is_label(&self) -> bool {
        self.is_label
    }

    /// The label images that belong to it, by their paths in the OME-Zarr.
    pub fn labels(&self) -> &[String] {
        &self.labels
    }

    /// Opens the image in a group.
    pub(super) fn open(hierarchy: &Hierarchy, path: &str) -> Result<ZarrImage, ImageError> {
        let attributes = hierarchy
            .group(path)?
            .ok_or_else(|| broken(format!("there is no group at {path:?}")))?;
        let multiscales = attributes.ome("multiscales").and_then(Value::as_array);
        let multiscales = multiscales
            .filter(|list| !list.is_empty())
            .ok_or_else(|| broken(format!("the group {path:?} describes no multiscale image")))?;
        let mut warnings = Vec::new();
        if multiscales.len() > 1 {
            warnings.push(format!(
                "it describes {} multiscale images in one group, and the first is shown",
                multiscales.len()
            ));
        }
        let multiscale = &multiscales[0];
        let arrays = arrays(hierarchy, path, multiscale, &mut warnings)?;
        let layout = &arrays[0].layout;
        let array_axes = ArrayAxes::parse(multiscale.get("axes"), layout.shape.len())?;
        let datasets = multiscale.get("datasets").and_then(Value::as_array);
        let first = datasets
            .and_then(|list| list.first())
            .unwrap_or(&Value::Null);
        let scale = axes::scale(multiscale, first, layout.shape.len());
        let (axes, order) = array_axes.described(&layout.shape, &scale);
        check_planes(&layout.shape, &order, &hierarchy.limits)?;
        let count = axes
            .iter()
            .find(|axis| axis.kind == AxisKind::C)
            .map_or(Some(1), |axis| usize::try_from(axis.size).ok())
            .ok_or_else(|| broken("it has too many channels"))?;
        let mut channels = omero::channels(attributes.ome("omero"), count, &mut warnings);
        let is_colour = omero::add_own(attributes.values.get("ommatidia"), &mut channels);
        let pixel_type = layout.sample.pixel_type();
        let significant_bits = layout.sample.significant_bits();
        let (arrays, levels) = smaller(arrays, &order, &mut warnings);
        Ok(ZarrImage {
            is_label: attributes.ome("image-label").is_some(),
            labels: labels(hierarchy, path, &mut warnings)?,
            description: Description {
                name: text(multiscale.get("name")),
                format: format(&attributes, multiscale),
                axes,
                pixel_type,
                significant_bits,
                is_colour: is_colour.unwrap_or_else(|| {
                    pixel_type == PixelType::Uint8 && omero::is_colour(&channels)
                }),
                channels,
                acquired: None,
                instrument: None,
                objective: None,
                warnings,
            },
            levels,
            arrays,
            order,
        })
    }
}

impl PixelSource for ZarrImage {
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
        let (array, size) = (&self.arrays[level], self.levels[level]);
        size.must_hold(area);
        let bytes = array.layout.fill.len() as u64;
        assert_eq!(
            buffer.len() as u64,
            area.width * area.height * bytes,
            "the buffer does not fit the area"
        );
        let planes = self.order.len() - 2;
        assert_eq!(
            plane.0.len(),
            planes,
            "the plane has other axes than the image"
        );
        let mut start = vec![0; array.layout.shape.len()];
        for (axis, at) in self.order.iter().zip(&plane.0) {
            assert!(
                *at < array.layout.shape[*axis],
                "there is no plane {plane:?}"
            );
            start[*axis] = *at;
        }
        let (row_axis, column_axis) = (self.order[planes], self.order[planes + 1]);
        (start[row_axis], start[column_axis]) = (area.y, area.x);
        let cut = Cut {
            start: &start,
            row_axis,
            rows: area.height,
            column_axis,
            columns: area.width,
        };
        array.read(&cut, buffer)
    }
}

/// The arrays of a multiscale image, the full one first. One that cannot be read is left out, unless it is the first.
fn arrays(
    hierarchy: &Hierarchy,
    path: &str,
    multiscale: &Value,
    warnings: &mut Vec<String>,
) -> Result<Vec<Array>, ImageError> {
    let datasets = multiscale
        .get("datasets")
        .and_then(Value::as_array)
        .filter(|list| !list.is_empty())
        .ok_or_else(|| broken("it lists no datasets"))?;
    let mut arrays: Vec<Array> = Vec::new();
    for dataset in datasets.iter().take(MOST_LEVELS) {
        let name = dataset
            .get("path")
            .and_then(Value::as_str)
            .ok_or_else(|| broken("a dataset has no path"))?;
        let key = join(path, name);
        match Layout::read(hierarchy, &key) {
            Ok(Some(layout)) => arrays.push(Array::new(hierarchy, &key, layout)),
            Ok(None) if arrays.is_empty() => {
                return Err(broken(format!("its array {key:?} is missing")));
            }
            Ok(None) => warnings.push(format!("its level {key:?} is missing")),
            Err(error) if arrays.is_empty() => return Err(error),
            Err(ImageError::Read(error)) => return Err(ImageError::Read(error)),
            Err(error) => warnings.push(format!("its level {key:?} is not used: {error}")),
        }
    }
    Ok(arrays)
}

/// Those of the arrays that are the full one made smaller in y and x, and their sizes.
fn smaller(
    arrays: Vec<Array>,
    order: &[usize],
    warnings: &mut Vec<String>,
) -> (Vec<Array>, Vec<Level>) {
    let (row_axis, column_axis) = (order[order.len() - 2], order[order.len() - 1]);
    let mut kept: Vec<Array> = Vec::new();
    let mut levels: Vec<Level> = Vec::new();
    for (number, array) in arrays.into_iter().enumerate() {
        let layout = &array.layout;
        let level = |layout: &Layout| Level {
            width: layout.shape[column_axis],
            height: layout.shape[row_axis],
            chunk_width: layout.chunk_shape[column_axis],
            chunk_height: layout.chunk_shape[row_axis],
        };
        if let (Some(first), Some(last)) = (kept.first(), levels.last()) {
            let first = &first.layout;
            let is_alike = first.shape.len() == layout.shape.len()
                && first.sample.pixel_type() == layout.sample.pixel_type()
                && (0..first.shape.len())
                    .filter(|axis| *axis != row_axis && *axis != column_axis)
                    .all(|axis| first.shape[axis] == layout.shape[axis]);
            if !is_alike {
                warnings.push(format!(
                    "its level {number} has other planes, channels or pixels than the first, and is not used"
                ));
                continue;
            }
            let new = level(layout);
            let is_smaller = new.width <= last.width
                && new.height <= last.height
                && (new.width, new.height) != (last.width, last.height);
            if !is_smaller {
                warnings.push(format!(
                    "its level {number} is not smaller than the one before, and is not used"
                ));
                continue;
            }
        }
        levels.push(level(layout));
        kept.push(array);
    }
    (kept, levels)
}

fn check_planes(shape: &[u64], order: &[usize], limits: &Limits) -> Result<(), ImageError> {
    let (row_axis, column_axis) = (order[order.len() - 2], order[order.len() - 1]);
    let others: Vec<u64> = (0..shape.len())
        .filter(|axis| *axis != row_axis && *axis != column_axis)
        .map(|axis| shape[axis])
        .collect();
    let number = product(&others);
    if number > limits.planes {
        return Err(ImageError::TooLarge {
            what: "the number of its planes",
            number,
            limit: limits.planes,
        });
    }
    Ok(())
}

/// The paths of an image's label images.
fn labels(
    hierarchy: &Hierarchy,
    path: &str,
    warnings: &mut Vec<String>,
) -> Result<Vec<String>, ImageError> {
    let folder = join(path, "labels");
    let attributes = match hierarchy.group(&folder) {
        Ok(attributes) => attributes,
        Err(ImageError::Read(error)) => return Err(ImageError::Read(error)),
        Err(error) => {
            warnings.push(format!("its labels are not listed: {error}"));
            None
        }
    };
    let names = attributes
        .as_ref()
        .and_then(|attributes| attributes.ome("labels"))
        .and_then(Value::as_array);
    let names = names.into_iter().flatten();
    Ok(names
        .take(hierarchy.limits.images)
        .filter_map(|name| text(Some(name)))
        .map(|name| join(&folder, &name))
        .collect())
}

fn format(attributes: &Attributes, multiscale: &Value) -> &'static str {
    let version = multiscale
        .get("version")
        .or_else(|| attributes.ome("version"));
    let version = version.and_then(Value::as_str).unwrap_or_default();
    let number: String = version.chars().take(3).collect();
    match number.as_str() {
        "0.1" => "OME-Zarr 0.1",
        "0.2" => "OME-Zarr 0.2",
        "0.3" => "OME-Zarr 0.3",
        "0.4" => "OME-Zarr 0.4",
        "0.5" => "OME-Zarr 0.5",
        _ if attributes.zarr_format == 3 => "OME-Zarr 0.5",
        _ => "OME-Zarr 0.4",
    }
}
