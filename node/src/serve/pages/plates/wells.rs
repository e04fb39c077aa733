//! The plates of a study, with the images of each well.

use std::collections::{BTreeMap, BTreeSet};

use ::web::words;

use crate::study::Study;
use crate::study::plate::{FIELD, PLATE, WELL, Well};

/// Rows and columns of plates as they are mostly made: of 6, 12, 24, 96, 384 and 1,536 wells.
const LAYOUTS: [(u8, u8); 6] = [(2, 3), (3, 4), (4, 6), (8, 12), (16, 24), (32, 48)];

/// A plate.
#[derive(Debug)]
pub(super) struct Plate<'a> {
    /// Its name; none where the study does not name it.
    pub name: Option<&'a str>,
    /// The places of the images of each well in the study, by field.
    pub wells: BTreeMap<Well, Vec<usize>>,
}

/// The plates of a study, in the order in which its images speak of them.
pub(super) fn plates_of(study: &Study) -> Vec<Plate<'_>> {
    let mut plates: Vec<Plate<'_>> = Vec::new();
    let mut places: BTreeMap<Option<&str>, usize> = BTreeMap::new();
    for (index, image) in study.images.iter().enumerate() {
        let Some((place, well)) = image
            .in_plate()
            .and_then(|place| place.well.map(|well| (place, well)))
        else {
            continue;
        };
        let at = *places.entry(place.plate).or_insert_with(|| {
            plates.push(Plate {
                name: place.plate,
                wells: BTreeMap::new(),
            });
            plates.len() - 1
        });
        plates[at].wells.entry(well).or_default().push(index);
    }
    for images in plates.iter_mut().flat_map(|plate| plate.wells.values_mut()) {
        images.sort_by_key(|place| {
            let place_in_plate = study.images[*place].in_plate();
            place_in_plate.and_then(|place| place.field)
        });
    }
    plates
}

impl Plate<'_> {
    /// Rows and columns of the smallest plate that has all its wells.
    pub fn layout(&self) -> (u8, u8) {
        let rows = self
            .wells
            .keys()
            .map(|well| well.row + 1)
            .max()
            .unwrap_or(1);
        let columns = self.wells.keys().map(|well| well.column + 1).max();
        let columns = columns.unwrap_or(1);
        let mut layouts = LAYOUTS.into_iter();
        let fits = layouts
            .find(|(most_rows, most_columns)| rows <= *most_rows && columns <= *most_columns);
        fits.unwrap_or((rows, columns))
    }

    /// `24 wells with 48 images`.
    pub fn in_words(&self) -> String {
        let images: usize = self.wells.values().map(Vec::len).sum();
        let wells = words::count(self.wells.len() as u64, "well", "wells");
        format!(
            "{wells} with {}",
            words::count(images as u64, "image", "images")
        )
    }

    /// The names of what is known of the images, in the order in which they are given.
    pub fn columns(&self, study: &Study) -> Vec<String> {
        let mut seen = BTreeSet::new();
        let mut columns = Vec::new();
        for place in self.wells.values().flatten() {
            for property in &study.images[*place].additional {
                let is_place = [PLATE, WELL, FIELD].contains(&property.name.as_str());
                if !is_place && seen.insert(property.name.as_str()) {
                    columns.push(property.name.clone());
                }
            }
        }
        columns
    }

    /// What the images of a well say under a name, each value once.
    pub fn said<'s>(&self, study: &'s Study, well: Well, name: &str) -> BTreeSet<&'s str> {
        let images = self.wells.get(&well).into_iter().flatten();
        images
            .filter_map(|place| study.images[*place].said(name))
            .collect()
    }

    /// Everything that is known of a well: names and values.
    pub fn values(&self, study: &Study, well: Well) -> Vec<(String, String)> {
        let said = |name: String| {
            let values: Vec<&str> = self.said(study, well, &name).into_iter().collect();
            (!values.is_empty()).then(|| (name, values.join(", ")))
        };
        self.columns(study).into_iter().filter_map(said).collect()
    }
}
