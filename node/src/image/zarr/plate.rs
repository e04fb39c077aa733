//! Plates: multi-well plates of images, OME-NGFF `plate` and `well`.

use serde_json::Value;

use super::axes::text;
use super::layout::broken;
use super::store::{Hierarchy, join};
use crate::image::ImageError;

/// A multi-well plate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plate {
    /// Its name, where the file gives one.
    pub name: Option<String>,
    /// The names of its rows, from the top: `A`.
    pub rows: Vec<String>,
    /// The names of its columns, from the left: `1`.
    pub columns: Vec<String>,
    /// The wells that there are, as the file lists them.
    pub wells: Vec<Well>,
    /// What in it contradicts itself or was set aside.
    pub warnings: Vec<String>,
}

/// A well of a plate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Well {
    /// The place of its row in [`Plate::rows`].
    pub row: usize,
    /// The place of its column in [`Plate::columns`].
    pub column: usize,
    /// Its fields of view, in order.
    pub fields: Vec<Field>,
}

/// A field of view: an image of a well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The path of its image in the OME-Zarr: `A/1/0`.
    pub path: String,
    /// Which of the plate's acquisitions it is of.
    pub acquisition: Option<u64>,
}

impl Plate {
    /// Reads the `plate` of a group and all its wells.
    pub(super) fn read(
        hierarchy: &Hierarchy,
        path: &str,
        plate: &Value,
    ) -> Result<Plate, ImageError> {
        let mut found = Plate {
            name: text(plate.get("name")),
            rows: names(plate, "rows")?,
            columns: names(plate, "columns")?,
            wells: Vec::new(),
            warnings: Vec::new(),
        };
        let limit = hierarchy.limits.images;
        let wells = plate.get("wells").and_then(Value::as_array);
        let wells = wells.ok_or_else(|| broken("its plate lists no wells"))?;
        let mut fields = 0;
        for well in wells {
            let Some(well) = found.well(hierarchy, path, well)? else {
                continue;
            };
            fields += well.fields.len();
            if fields > limit || found.wells.len() >= limit {
                return Err(ImageError::TooLarge {
                    what: "the number of the plate's images",
                    number: fields.max(wells.len()) as u64,
                    limit: limit as u64,
                });
            }
            found.wells.push(well);
        }
        Ok(found)
    }

    /// A well with its fields; none, and a warning, where it cannot be placed or is not there.
    fn well(
        &mut self,
        hierarchy: &Hierarchy,
        plate: &str,
        well: &Value,
    ) -> Result<Option<Well>, ImageError> {
        let Some(path) = text(well.get("path")) else {
            self.warnings
                .push("a well of its plate has no path".to_owned());
            return Ok(None);
        };
        let Some((row, column)) = self.place(&path, well) else {
            self.warnings.push(format!(
                "its well {path:?} is in no row and column of its plate"
            ));
            return Ok(None);
        };
        let group = join(plate, &path);
        let attributes = match hierarchy.group(&group) {
            Ok(attributes) => attributes,
            Err(ImageError::Read(error)) => return Err(ImageError::Read(error)),
            Err(error) => {
                self.warnings
                    .push(format!("its well {path:?} is not read: {error}"));
                return Ok(None);
            }
        };
        let images = attributes
            .as_ref()
            .and_then(|attributes| attributes.ome("well"))
            .and_then(|well| well.get("images"))
            .and_then(Value::as_array);
        let Some(images) = images else {
            self.warnings.push(format!("its well {path:?} is missing"));
            return Ok(None);
        };
        let fields = images
            .iter()
            // one more tells that there are too many
            .take(hierarchy.limits.images + 1)
            .filter_map(|image| {
                Some(Field {
                    path: join(&group, &text(image.get("path"))?),
                    acquisition: image.get("acquisition").and_then(Value::as_u64),
                })
            })
            .collect();
        Ok(Some(Well {
            row,
            column,
            fields,
        }))
    }

    /// Row and column of a well: by their numbers, else (before version 0.4) by its path.
    fn place(&self, path: &str, well: &Value) -> Option<(usize, usize)> {
        let number = |name: &str| usize::try_from(well.get(name)?.as_u64()?).ok();
        let (row, column) = match (number("rowIndex"), number("columnIndex")) {
            (Some(row), Some(column)) => (row, column),
            _ => {
                let (row, column) = path.split_once('/')?;
                (
                    self.rows.iter().position(|name| name == row)?,
                    self.columns.iter().position(|name| name == column)?,
                )
            }
        };
        (row < self.rows.len() && column < self.columns.len()).then_some((row, column))
    }
}

/// The names of rows or columns. The largest plates have 32 rows and 48 columns; slides with printed spots have more.
fn names(plate: &Value, list: &str) -> Result<Vec<String>, ImageError> {
    const MOST: usize = 10_000;
    let names = plate.get(list).and_then(Value::as_array);
    let names = names.ok_or_else(|| broken(format!("its plate lists no {list}")))?;
    if names.len() > MOST {
        return Err(ImageError::TooLarge {
            what: "the number of the plate's rows or columns",
            number: names.len() as u64,
            limit: MOST as u64,
        });
    }
    names
        .iter()
        .map(|name| {
            text(name.get("name"))
                .ok_or_else(|| broken(format!("one of its plate's {list} has no name")))
        })
        .collect()
}
