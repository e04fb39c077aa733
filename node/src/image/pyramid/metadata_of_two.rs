//! The documents of an OME-Zarr 0.4, in Zarr 2.

use serde_json::{Value, json};

use super::metadata::is_float;
use super::plan::{LevelPlan, Plan};
use super::shard::ZSTD_LEVEL;
use crate::image::Description;

/// The `.zgroup` of every group of Zarr 2.
pub(super) const GROUP: &str = r#"{"zarr_format": 2}"#;

/// The `.zarray` of a level, each of whose files is a chunk.
pub(super) fn array(description: &Description, plan: &Plan, level: &LevelPlan) -> Value {
    let with = |planes: &[u64], height: u64, width: u64| [planes, &[height, width]].concat();
    let ones = vec![1; plan.outer.len()];
    let bytes = description.pixel_type.bytes();
    let order = match (bytes, cfg!(target_endian = "big")) {
        (1, _) => '|',
        (_, true) => '>',
        (_, false) => '<',
    };
    // u, i or f: the first letter of the name
    let kind = description.pixel_type.name().chars().next();
    json!({
        "zarr_format": 2,
        "shape": with(&plan.outer, level.height, level.width),
        "chunks": with(&ones, level.chunk_height, level.chunk_width),
        "dtype": format!("{order}{}{bytes}", kind.unwrap_or('u')),
        "compressor": {"id": "zstd", "level": ZSTD_LEVEL},
        "fill_value": if is_float(description.pixel_type) { json!(0.0) } else { json!(0) },
        "order": "C",
        "filters": null,
        "dimension_separator": "/",
    })
}

/// The `.zattrs` of a pyramid whose `zarr.json` would be `group`: in 0.4 everything stands beside each other, and has a version.
pub(super) fn attributes(mut group: Value) -> Value {
    let mut attributes = group["attributes"].take();
    let mut ome = attributes["ome"].take();
    if let Some(attributes) = attributes.as_object_mut() {
        attributes.remove("ome");
    }
    let version = json!("0.4");
    ome["multiscales"][0]["version"] = version.clone();
    for name in ["multiscales", "image-label", "omero"] {
        if let Some(value) = ome.get_mut(name) {
            let mut value = value.take();
            if let Some(object) = value.as_object_mut() {
                object.insert("version".to_owned(), version.clone());
            }
            attributes[name] = value;
        }
    }
    attributes
}
