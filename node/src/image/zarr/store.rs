//! The folder of an OME-Zarr, by keys.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::chunks::Chunks;
use crate::image::{Bytes, Files, ImageError, Limits};
use crate::relative_path::RelPath;

/// What errors call the format.
pub(super) const FORMAT: &str = "OME-Zarr";

/// A Zarr hierarchy: the files below one folder.
#[derive(Clone)]
pub(super) struct Hierarchy {
    files: Arc<dyn Files>,
    root: Option<RelPath>,
    pub limits: Limits,
    /// What is kept of its chunks.
    pub chunks: Arc<Chunks>,
}

/// The user attributes of a group.
pub(super) struct Attributes {
    pub values: Map<String, Value>,
    /// 2 or 3.
    pub zarr_format: u8,
}

impl Hierarchy {
    /// The hierarchy below a folder, or all of the files.
    pub fn new(
        files: Arc<dyn Files>,
        root: Option<RelPath>,
        limits: Limits,
        chunks: Arc<Chunks>,
    ) -> Hierarchy {
        Hierarchy {
            files,
            root,
            limits,
            chunks,
        }
    }

    /// Opens what stands under a key; none where nothing does.
    pub fn open(&self, key: &str) -> Result<Option<Arc<dyn Bytes>>, ImageError> {
        let path = match &self.root {
            Some(root) => format!("{root}/{key}"),
            None => key.to_owned(),
        };
        let path =
            RelPath::parse(&path).map_err(|error| ImageError::broken(FORMAT, error.to_string()))?;
        Ok(self.files.open(&path)?)
    }

    /// Reads a JSON document; none where there is none.
    pub fn json(&self, key: &str) -> Result<Option<Value>, ImageError> {
        let Some(bytes) = self.open(key)? else {
            return Ok(None);
        };
        if bytes.size() > self.limits.metadata_bytes {
            return Err(ImageError::TooLarge {
                what: "the metadata in bytes",
                number: bytes.size(),
                limit: self.limits.metadata_bytes,
            });
        }
        let text = whole(bytes.as_ref())?;
        serde_json::from_slice(&text)
            .map(Some)
            .map_err(|error| ImageError::broken(FORMAT, format!("{key} is not JSON: {error}")))
    }

    /// The attributes of a group; none where there is no group.
    pub fn group(&self, path: &str) -> Result<Option<Attributes>, ImageError> {
        if let Some(document) = self.json(&join(path, "zarr.json"))? {
            return Ok(Some(Attributes {
                values: object(document.get("attributes")),
                zarr_format: 3,
            }));
        }
        let attributes = self.json(&join(path, ".zattrs"))?;
        if attributes.is_none() && self.open(&join(path, ".zgroup"))?.is_none() {
            return Ok(None);
        }
        Ok(Some(Attributes {
            values: object(attributes.as_ref()),
            zarr_format: 2,
        }))
    }
}

impl Attributes {
    /// A member of the OME metadata: below `ome` since version 0.5, beside everything else before.
    pub fn ome(&self, name: &str) -> Option<&Value> {
        let below = self.values.get("ome").and_then(|ome| ome.get(name));
        below.or_else(|| self.values.get(name))
    }
}

/// All bytes of a file whose size the caller has found acceptable.
pub(super) fn whole(bytes: &dyn Bytes) -> Result<Vec<u8>, ImageError> {
    let size = usize::try_from(bytes.size())
        .map_err(|_| ImageError::broken(FORMAT, "a file is larger than memory"))?;
    let mut buffer = vec![0; size];
    bytes.read_at(0, &mut buffer)?;
    Ok(buffer)
}

/// The key of something below a group; the root's path is empty.
pub(super) fn join(path: &str, name: &str) -> String {
    match path.trim_matches('/') {
        "" => name.to_owned(),
        path => format!("{path}/{name}"),
    }
}

fn object(value: Option<&Value>) -> Map<String, Value> {
    value
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default()
}
