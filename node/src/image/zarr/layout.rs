//! How an array lies in its files: one form for Zarr v2 and v3.

use serde_json::Value;

use super::codec::{self, Codec};
use super::sample::StoredType;
use super::shard::{self, Sharding};
use super::store::{FORMAT, Hierarchy, join};
use crate::image::{ImageError, Limits};

/// Most axes that an array may have.
const MOST_AXES: usize = 12;

/// How an array lies in its files.
#[derive(Debug)]
pub(super) struct Layout {
    /// Its length along each axis, at least 1.
    pub shape: Vec<u64>,
    /// What one file holds.
    pub file_shape: Vec<u64>,
    /// What is decoded at once: the same, but for shards.
    pub chunk_shape: Vec<u64>,
    /// How far apart neighbours along each axis are in a decoded chunk, in samples.
    pub strides: Vec<usize>,
    pub sample: StoredType,
    /// What is given where nothing is stored: one sample, native.
    pub fill: Vec<u8>,
    /// What a chunk goes through on its way to disk.
    pub codecs: Vec<Codec>,
    /// Where a file holds many chunks.
    pub sharding: Option<Sharding>,
    keys: Keys,
}

/// How files are named.
#[derive(Debug)]
struct Keys {
    /// `c` before the numbers.
    has_prefix: bool,
    separator: char,
}

impl Layout {
    /// Reads an array's metadata; none where there is no array.
    pub fn read(hierarchy: &Hierarchy, path: &str) -> Result<Option<Layout>, ImageError> {
        let limits = &hierarchy.limits;
        if let Some(document) = hierarchy.json(&join(path, "zarr.json"))? {
            return of_v3(&document, limits).map(Some);
        }
        match hierarchy.json(&join(path, ".zarray"))? {
            Some(document) => of_v2(&document, limits).map(Some),
            None => Ok(None),
        }
    }

    /// Samples of a chunk.
    pub fn chunk_samples(&self) -> usize {
        // bounded when the layout was made
        self.chunk_shape
            .iter()
            .map(|length| usize::try_from(*length).unwrap_or(usize::MAX))
            .product()
    }

    /// The key of a file below the array, from its number along each axis.
    pub fn key(&self, file: &[u64]) -> String {
        let numbers: Vec<String> = file.iter().map(u64::to_string).collect();
        let numbers = numbers.join(&self.keys.separator.to_string());
        match (self.keys.has_prefix, numbers.is_empty()) {
            (true, true) => "c".to_owned(),
            (true, false) => format!("c{}{numbers}", self.keys.separator),
            (false, true) => "0".to_owned(),
            (false, false) => numbers,
        }
    }
}

fn of_v2(document: &Value, limits: &Limits) -> Result<Layout, ImageError> {
    let shape = lengths(document.get("shape"), "shape")?;
    let chunk_shape = lengths(document.get("chunks"), "chunks")?;
    let Some(dtype) = document.get("dtype").and_then(Value::as_str) else {
        return Err(ImageError::Unsupported(
            "its samples have several fields".to_owned(),
        ));
    };
    let mut order: Vec<usize> = (0..shape.len()).collect();
    match document.get("order").and_then(Value::as_str) {
        Some("F") => order.reverse(),
        Some("C") | None => {}
        Some(other) => return Err(broken(format!("its order is {other:?}, not C or F"))),
    }
    let separator = match document.get("dimension_separator").and_then(Value::as_str) {
        Some("/") => '/',
        None | Some(".") => '.',
        Some(other) => return Err(broken(format!("its separator is {other:?}, not . or /"))),
    };
    let sample = StoredType::of_v2(dtype)?;
    Layout {
        file_shape: chunk_shape.clone(),
        strides: strides(&chunk_shape, &order),
        fill: sample.fill(document.get("fill_value").unwrap_or(&Value::Null))?,
        codecs: codec::of_v2(document)?,
        sharding: None,
        keys: Keys {
            has_prefix: false,
            separator,
        },
        shape,
        chunk_shape,
        sample,
    }
    .checked(limits)
}

fn of_v3(document: &Value, limits: &Limits) -> Result<Layout, ImageError> {
    if document.get("node_type").and_then(Value::as_str) != Some("array") {
        return Err(broken("where an array should be is a group"));
    }
    let shape = lengths(document.get("shape"), "shape")?;
    let grid = document.get("chunk_grid").unwrap_or(&Value::Null);
    if name(grid) != "regular" {
        return Err(ImageError::Unsupported(format!(
            "its chunks lie in a grid of the kind {:?}",
            name(grid)
        )));
    }
    let file_shape = lengths(setting(grid, "chunk_shape"), "chunk_shape")?;
    let data_type = document.get("data_type").unwrap_or(&Value::Null);
    let mut sample = StoredType::of_v3(name(data_type))?;
    let pipeline = Pipeline::parse(document.get("codecs"), shape.len())?;
    sample.big_endian = pipeline.big_endian;
    let chunk_shape = pipeline
        .sharding
        .as_ref()
        .map_or_else(|| file_shape.clone(), |(shape, _)| shape.clone());
    Layout {
        strides: strides(&chunk_shape, &pipeline.order),
        fill: sample.fill(document.get("fill_value").unwrap_or(&Value::Null))?,
        codecs: pipeline.codecs,
        sharding: pipeline.sharding.map(|(_, sharding)| sharding),
        keys: keys_of_v3(document.get("chunk_key_encoding").unwrap_or(&Value::Null))?,
        shape,
        file_shape,
        chunk_shape,
        sample,
    }
    .checked(limits)
}

fn keys_of_v3(encoding: &Value) -> Result<Keys, ImageError> {
    let has_prefix = match name(encoding) {
        "default" => true,
        "v2" => false,
        other => {
            return Err(ImageError::Unsupported(format!(
                "its chunks are named in the way {other:?}"
            )));
        }
    };
    let separator = match setting(encoding, "separator").and_then(Value::as_str) {
        Some("/") => '/',
        Some(".") => '.',
        Some(other) => return Err(broken(format!("its separator is {other:?}, not . or /"))),
        None if has_prefix => '/',
        None => '.',
    };
    Ok(Keys {
        has_prefix,
        separator,
    })
}

/// The `codecs` of a Zarr v3 array or shard.
pub(super) struct Pipeline {
    /// The order in which axes lie in a chunk, the slowest first.
    order: Vec<usize>,
    big_endian: bool,
    codecs: Vec<Codec>,
    sharding: Option<(Vec<u64>, Sharding)>,
}

impl Pipeline {
    pub(super) fn parse(codecs: Option<&Value>, axes: usize) -> Result<Pipeline, ImageError> {
        let list = codecs
            .and_then(Value::as_array)
            .ok_or_else(|| broken("it has no list of codecs"))?;
        let mut pipeline = Pipeline {
            order: (0..axes).collect(),
            big_endian: false,
            codecs: Vec::new(),
            sharding: None,
        };
        let mut is_bytes = false;
        for codec in list {
            match name(codec) {
                "transpose" if !is_bytes => pipeline.transpose(codec)?,
                "bytes" if !is_bytes => {
                    pipeline.big_endian = is_big_endian(codec)?;
                    is_bytes = true;
                }
                "sharding_indexed" if !is_bytes && list.len() == 1 => {
                    return Pipeline::sharded(codec, axes);
                }
                "sharding_indexed" => {
                    return Err(ImageError::Unsupported(
                        "its shards stand among other codecs".to_owned(),
                    ));
                }
                other if is_bytes && pipeline.codecs.len() < 8 => {
                    pipeline.codecs.push(Codec::named(other)?);
                }
                other => return Err(codec::unknown(other)),
            }
        }
        if is_bytes {
            Ok(pipeline)
        } else {
            Err(broken("its list of codecs does not say how bytes are made"))
        }
    }

    fn sharded(codec: &Value, axes: usize) -> Result<Pipeline, ImageError> {
        let chunk_shape = lengths(setting(codec, "chunk_shape"), "chunk_shape")?;
        let inner = Pipeline::parse(setting(codec, "codecs"), axes)?;
        if inner.sharding.is_some() {
            return Err(ImageError::Unsupported(
                "its shards hold further shards".to_owned(),
            ));
        }
        let index = Pipeline::parse(setting(codec, "index_codecs"), axes + 1)?;
        let at_end = match setting(codec, "index_location").and_then(Value::as_str) {
            None | Some("end") => true,
            Some("start") => false,
            Some(other) => return Err(broken(format!("its shards' index is at {other:?}"))),
        };
        let is_summed = match index.codecs.as_slice() {
            [] => false,
            [Codec::Crc32c] => true,
            _ => {
                return Err(ImageError::Unsupported(
                    "the index of its shards is compressed".to_owned(),
                ));
            }
        };
        let sharding = Sharding {
            at_end,
            is_summed,
            big_endian: index.big_endian,
        };
        Ok(Pipeline {
            sharding: Some((chunk_shape, sharding)),
            ..inner
        })
    }

    /// Each transposition permutes what the ones before it made.
    fn transpose(&mut self, codec: &Value) -> Result<(), ImageError> {
        let axes = self.order.len();
        let order: Vec<usize> = match setting(codec, "order") {
            Some(Value::String(letter)) if letter == "C" => (0..axes).collect(),
            Some(Value::String(letter)) if letter == "F" => (0..axes).rev().collect(),
            Some(Value::Array(order)) => order
                .iter()
                .filter_map(|axis| usize::try_from(axis.as_u64()?).ok())
                .collect(),
            _ => Vec::new(),
        };
        let mut sorted = order.clone();
        sorted.sort_unstable();
        if !sorted.into_iter().eq(0..axes) {
            return Err(broken("the order of a transposition is none of its axes"));
        }
        self.order = order.into_iter().map(|axis| self.order[axis]).collect();
        Ok(())
    }
}

impl Layout {
    fn checked(self, limits: &Limits) -> Result<Layout, ImageError> {
        let axes = self.shape.len();
        if self.file_shape.len() != axes || self.chunk_shape.len() != axes {
            return Err(broken("its chunks have other axes than itself"));
        }
        if axes > MOST_AXES {
            return Err(ImageError::TooLarge {
                what: "the number of its axes",
                number: axes as u64,
                limit: MOST_AXES as u64,
            });
        }
        let sample = self.sample.pixel_type().bytes().max(self.sample.bytes()) as u64;
        let bytes = product(&self.chunk_shape).saturating_mul(sample);
        bounded("a chunk in bytes", bytes, limits.chunk_bytes)?;
        bounded("its size in samples", product(&self.shape), 1 << 53)?;
        if self.sharding.is_some() {
            let chunks = shard::chunks(&self.file_shape, &self.chunk_shape)?;
            let index = product(&chunks).saturating_mul(16);
            bounded(
                "the index of a shard in bytes",
                index,
                limits.chunk_bytes.min(limits.metadata_bytes),
            )?;
        }
        Ok(self)
    }
}

fn bounded(what: &'static str, number: u64, limit: u64) -> Result<(), ImageError> {
    if number > limit {
        return Err(ImageError::TooLarge {
            what,
            number,
            limit,
        });
    }
    Ok(())
}

pub(super) fn product(lengths: &[u64]) -> u64 {
    lengths
        .iter()
        .fold(1, |product: u64, length| product.saturating_mul(*length))
}

/// The strides of a chunk whose axes lie in an order, the slowest first.
fn strides(shape: &[u64], order: &[usize]) -> Vec<usize> {
    let mut strides = vec![0; shape.len()];
    let mut stride: usize = 1;
    for axis in order.iter().rev() {
        // a chunk with other axes than the array, or that is too large, is refused later
        if let (Some(place), Some(length)) = (strides.get_mut(*axis), shape.get(*axis)) {
            *place = stride;
            stride = stride.saturating_mul(usize::try_from(*length).unwrap_or(usize::MAX));
        }
    }
    strides
}

fn lengths(value: Option<&Value>, what: &str) -> Result<Vec<u64>, ImageError> {
    let numbers: Option<Vec<u64>> = value
        .and_then(Value::as_array)
        .and_then(|list| list.iter().map(Value::as_u64).collect());
    match numbers {
        Some(numbers) if numbers.contains(&0) => {
            Err(broken(format!("its {what} has a length of 0")))
        }
        Some(numbers) => Ok(numbers),
        None => Err(broken(format!(
            "its {what} is no list of positive whole numbers"
        ))),
    }
}

fn is_big_endian(codec: &Value) -> Result<bool, ImageError> {
    match setting(codec, "endian").and_then(Value::as_str) {
        None | Some("little") => Ok(false),
        Some("big") => Ok(true),
        Some(other) => Err(broken(format!("its byte order is {other:?}"))),
    }
}

/// The name of an extension point: alone, or with a configuration.
fn name(value: &Value) -> &str {
    value
        .as_str()
        .or_else(|| value.get("name").and_then(Value::as_str))
        .unwrap_or("?")
}

fn setting<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.get("configuration")?.get(name)
}

pub(super) fn broken(reason: impl Into<String>) -> ImageError {
    ImageError::broken(FORMAT, reason)
}
