//! The group that lists label images, and what an OME-Zarr that was deposited has in its own.

use std::io;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::error::MakeError;
use super::place::Place;
use crate::image::pyramid::ZarrForm;
use crate::image::{Files, ImageError, Limits};
use crate::relative_path::RelPath;

/// What says in Zarr 3 which label images there are (OME-Zarr 0.5, "labels").
const GROUP: &str = "zarr.json";

/// The same in Zarr 2.
const ATTRIBUTES: &str = ".zattrs";

/// `labels/` of an image.
pub(super) struct LabelGroup {
    /// The form of the image, which its labels have to have: readers do not look for two in one hierarchy.
    pub form: ZarrForm,
    /// Where it is in the study, if it was deposited.
    folder: Option<String>,
    /// What its document says there.
    document: Value,
    /// The document of the image, where that has a copy of all that is below, in which ours are not.
    consolidated: Option<Value>,
}

/// Under what name a Zarr 3 has a copy of the documents of all that is below.
const CONSOLIDATED: &str = "consolidated_metadata";

impl LabelGroup {
    /// That of a pyramid of ours.
    pub fn of_pyramid() -> LabelGroup {
        LabelGroup {
            form: ZarrForm::Three,
            folder: None,
            document: Value::Null,
            consolidated: None,
        }
    }

    /// That of the OME-Zarr that was deposited in a folder.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of_deposit(files: &dyn Files, image: &str) -> Result<LabelGroup, MakeError> {
        let folder = format!("{image}/labels");
        let of_image = document(files, &format!("{image}/{GROUP}"))?;
        let form = match &of_image {
            Some(_) => ZarrForm::Three,
            None => ZarrForm::Two,
        };
        let name = match form {
            ZarrForm::Two => ATTRIBUTES,
            ZarrForm::Three => GROUP,
        };
        Ok(LabelGroup {
            form,
            document: document(files, &format!("{folder}/{name}"))?.unwrap_or_default(),
            folder: Some(folder),
            consolidated: of_image.filter(|image| image.get(CONSOLIDATED).is_some()),
        })
    }

    /// Whether a folder of the study is a label image of its own.
    pub fn has(&self, folder: &str) -> bool {
        let own = self.folder.as_deref();
        let below = own.and_then(|own| folder.strip_prefix(own));
        below.is_some_and(|below| below.starts_with('/'))
    }

    /// The names that it lists by itself.
    fn own(&self) -> Vec<&str> {
        let list = match self.form {
            ZarrForm::Two => &self.document["labels"],
            ZarrForm::Three => &self.document["attributes"]["ome"]["labels"],
        };
        let names = list.as_array().into_iter().flatten();
        names.filter_map(Value::as_str).collect()
    }

    /// A name that none of its own has.
    pub fn free_name(&self, name: &str) -> String {
        let own = self.own();
        let mut free = name.to_owned();
        while own.iter().any(|own| own.split('/').next() == Some(&free)) {
            free.push_str("-deposited");
        }
        free
    }

    /// Lists its own and those that were written.
    ///
    /// # Errors
    /// When the disk cannot be written.
    pub fn list(&self, place: &Place, written: &[String]) -> Result<(), MakeError> {
        let written = written.iter().map(String::as_str);
        let names: Vec<&str> = self.own().into_iter().chain(written).collect();
        let mut document = match &self.document {
            Value::Object(_) => self.document.clone(),
            _ => json!({}),
        };
        without_copy(&mut document);
        let folder = place.labels();
        let put = |path: PathBuf, document: &Value| {
            place.write(&path, format!("{document:#}\n").as_bytes())
        };
        match self.form {
            ZarrForm::Two => {
                document["labels"] = json!(names);
                put(folder.join(".zgroup"), &json!({"zarr_format": 2}))?;
                put(folder.join(ATTRIBUTES), &document)
            }
            ZarrForm::Three => {
                let version = document["attributes"]["ome"]["version"].take();
                let version = Some(version).filter(Value::is_string);
                document["zarr_format"] = json!(3);
                document["node_type"] = json!("group");
                document["attributes"]["ome"]["version"] = version.unwrap_or(json!("0.5"));
                document["attributes"]["ome"]["labels"] = json!(names);
                put(folder.join(GROUP), &document)?;
                let Some(mut image) = self.consolidated.clone() else {
                    return Ok(());
                };
                without_copy(&mut image);
                put(place.document_beside_labels(), &image)
            }
        }
    }
}

fn without_copy(document: &mut Value) {
    if let Some(document) = document.as_object_mut() {
        document.remove(CONSOLIDATED);
    }
}

/// A document of an OME-Zarr; none where there is none, or it is not understood.
fn document(files: &dyn Files, path: &str) -> Result<Option<Value>, MakeError> {
    let failed = |error: io::Error| MakeError::from(ImageError::from(error));
    let Ok(path) = RelPath::parse(path) else {
        return Ok(None);
    };
    let Some(bytes) = files.open(&path).map_err(failed)? else {
        return Ok(None);
    };
    if bytes.size() > Limits::default().metadata_bytes {
        return Ok(None);
    }
    let mut text = vec![0; bytes.size() as usize];
    bytes.read_at(0, &mut text).map_err(failed)?;
    let document: Option<Value> = serde_json::from_slice(&text).ok();
    Ok(document.filter(Value::is_object))
}

impl Place {
    /// What stands in for the document of an image that was deposited, where labels were written that its copy of all that is below
    /// does not know.
    pub(crate) fn document_beside_labels(&self) -> PathBuf {
        self.path().join(GROUP)
    }

    /// The names of the label images of a pyramid, as they are listed there; none where there is no list.
    ///
    /// # Errors
    /// When the disk cannot be read.
    pub fn label_names(&self) -> io::Result<Vec<String>> {
        let text = match std::fs::read(self.labels().join(GROUP)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        // we wrote it; what cannot be read lists nothing
        let group: Value = serde_json::from_slice(&text).unwrap_or_default();
        let names = group["attributes"]["ome"]["labels"].as_array();
        let names = names.into_iter().flatten().filter_map(Value::as_str);
        Ok(names.map(str::to_owned).collect())
    }

    /// The folder of the label images that were written over the image: below its pyramid, or alone where there is none.
    pub(crate) fn labels(&self) -> PathBuf {
        let pyramid = self.pyramid();
        match pyramid.exists() {
            true => pyramid.join("labels"),
            false => self.path().join("labels"),
        }
    }
}
