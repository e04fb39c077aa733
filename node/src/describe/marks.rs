//! What the record of an image says of its annotations, and of its place in a plate.

use std::collections::BTreeSet;

use ontologies::schema::omma;

use super::statements::{Node, Statements, pairs};
use crate::study::Image;
use crate::study::plate::{FIELD, PLATE, WELL};

/// The types of the annotations that are made from it: by them images with masks or tracks are found.
pub(super) fn annotations(said: &mut Statements, image: &Node, types: BTreeSet<&str>) {
    for kind in types {
        said.text(image, omma::ANNOTATED_WITH, kind);
    }
}

/// Says where in a plate it was taken, and gives the names and values for which there is no other word. A well that is
/// none and a field that has no number stay as they came.
pub(super) fn in_plate<'a>(
    said: &mut Statements,
    node: &Node,
    image: &'a Image,
) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
    let place = image.in_plate();
    let mut named = Vec::new();
    if let Some(place) = &place {
        if let Some(plate) = place.plate {
            said.text(node, omma::PLATE, plate);
            named.push(PLATE);
        }
        if let Some(well) = place.well {
            said.text(node, omma::WELL, &well.to_string());
            named.push(WELL);
        }
        if let Some(field) = place.field {
            said.number(node, omma::FIELD, field);
            named.push(FIELD);
        }
    }
    // the first of each name is said; a second stays a name and value
    pairs(&image.additional).filter(move |(name, _)| {
        let said = named.iter().position(|said| said == name);
        said.map(|said| named.swap_remove(said)).is_none()
    })
}
