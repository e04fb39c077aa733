//! `/id/<study>/plates`: each plate as a grid of wells, coloured by what is known of them, and the images of a well.

mod colouring;
mod wells;

use ::web::page::{Linked, Notice};
use ::web::{Site, words};
use askama::Template;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::about;
use super::files::study_link;
use super::holdings::{ImageLine, SmallPicture, image_lines};
use crate::database::Connection;
use crate::database::standing::withdrawn_keys;
use crate::serve::contents;
use crate::serve::error::ServeError;
use crate::serve::resolve::Resolved;
use crate::serve::state::State;
use crate::study::Study;
use crate::study::plate::Well;
use colouring::{Colouring, LegendLine};
use wells::{Plate, plates_of};

/// Images of a well that are shown.
const MOST_FIELDS: usize = 200;

/// What the page of plates is asked for.
#[derive(Debug, Clone, Deserialize, Default)]
pub(in crate::serve) struct PlateAsked {
    /// The plate's name; the first one where none is given.
    plate: Option<String>,
    /// The column by which wells are coloured.
    by: Option<String>,
    /// The well whose images are shown.
    well: Option<String>,
}

#[derive(Template)]
#[template(path = "plates.html")]
struct PlatesPage<'a> {
    site: &'a Site,
    study: Linked,
    versioned: String,
    version: u64,
    notices: Vec<Notice>,
    name: String,
    amount: String,
    plates: Vec<Choice>,
    columns: Vec<Choice>,
    by: String,
    heads: Vec<String>,
    rows: Vec<RowOfWells>,
    scale: Option<String>,
    legend: Vec<LegendLine>,
    well: Option<WellShown>,
}

/// A link of several of which one is chosen.
struct Choice {
    link: Linked,
    is_chosen: bool,
}

/// A row of the grid.
struct RowOfWells {
    name: String,
    wells: Vec<WellCell>,
}

/// A place of the grid; without an address where no image was taken.
struct WellCell {
    href: Option<String>,
    label: String,
    /// The class of its colour.
    look: String,
    is_chosen: bool,
}

/// The well that is looked at.
struct WellShown {
    name: String,
    amount: String,
    values: Vec<(String, String)>,
    images: Vec<ImageLine>,
    left_out: usize,
}

/// The query of the page for a plate, a column and a well.
pub(super) fn query_of(plate: Option<&str>, by: Option<&str>, well: Option<Well>) -> String {
    let mut query = Serializer::new(String::new());
    let well = well.map(|well| well.to_string());
    for (name, value) in [
        ("plate", Some(plate.unwrap_or_default())),
        ("by", by),
        ("well", well.as_deref()),
    ] {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    query.finish()
}

/// The page.
///
/// # Errors
/// [`ServeError::NotFound`] for a study without plates, and for a plate, column or well that there is not.
pub(in crate::serve) fn plates(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    asked: &PlateAsked,
) -> Result<String, ServeError> {
    let resolved_row = &resolved.row;
    let content = contents::content(state, resolved_row)?;
    let content = content.ok_or_else(|| nothing(resolved))?;
    let study = &shown_of(&content.study, connection, resolved)?;
    let plates = plates_of(study);
    let plate = chosen_plate(&plates, asked, resolved)?;
    let columns = plate.columns(study);
    let by = match asked.by.as_deref().filter(|by| !by.is_empty()) {
        Some(by) => Some(
            columns
                .iter()
                .find(|column| *column == by)
                .ok_or_else(|| missing(&format!("no column {by:?} of the wells"), resolved))?
                .as_str(),
        ),
        None => columns.first().map(String::as_str),
    };
    let colouring = Colouring::of(plate, study, by);
    let looked_at = asked.well.as_deref().filter(|well| !well.is_empty());
    let looked_at = looked_at
        .map(|text| {
            let well = Well::parse(text).ok();
            well.filter(|well| plate.wells.contains_key(well))
                .ok_or_else(|| missing(&format!("no image of a well {text:?}"), resolved))
        })
        .transpose()?;
    let here = state.path(&format!("id/{}/plates", resolved.versioned()));
    let query = |by: Option<&str>, well: Option<Well>| query_of(plate.name, by, well);
    let choice = |text: &str, href: String, is_chosen: bool| Choice {
        link: Linked::to(text, href),
        is_chosen,
    };
    let page = PlatesPage {
        site: &state.site,
        study: study_link(state, connection, resolved)?,
        versioned: resolved.versioned(),
        version: resolved.version(),
        notices: about::notices(state, resolved, "/plates"),
        name: plate.name.unwrap_or("Plate").to_owned(),
        amount: plate.in_words(),
        plates: plates
            .iter()
            .map(|other| {
                let query = query_of(other.name, None, None);
                let name = other.name.unwrap_or("Plate");
                choice(name, format!("{here}?{query}"), other.name == plate.name)
            })
            .collect(),
        columns: columns
            .iter()
            .map(|column| {
                let query = query(Some(column), looked_at);
                choice(column, format!("{here}?{query}"), by == Some(column))
            })
            .collect(),
        by: by.unwrap_or_default().to_owned(),
        heads: (1..=plate.layout().1)
            .map(|column| column.to_string())
            .collect(),
        rows: grid(plate, &colouring, looked_at, |well| {
            format!("{here}?{}#well", query(by, Some(well)))
        }),
        scale: colouring.scale(),
        legend: colouring.legend(),
        well: looked_at
            .map(|well| shown(state, connection, resolved, study, plate, well))
            .transpose()?,
    };
    Ok(page.render()?)
}

/// The study without the images that were withdrawn: what they were, and where, is said nowhere.
fn shown_of(
    study: &Study,
    connection: &mut Connection,
    resolved: &Resolved,
) -> Result<Study, ServeError> {
    let gone = withdrawn_keys(connection, resolved.id.as_str())?;
    let mut study = study.clone();
    study.images.retain(|image| !gone.contains(&image.key));
    Ok(study)
}

fn chosen_plate<'p, 's>(
    plates: &'p [Plate<'s>],
    asked: &PlateAsked,
    resolved: &Resolved,
) -> Result<&'p Plate<'s>, ServeError> {
    let first = plates.first().ok_or_else(|| nothing(resolved))?;
    match asked.plate.as_deref() {
        // a plate without a name is asked for by an empty one
        Some("") => Ok(plates
            .iter()
            .find(|plate| plate.name.is_none())
            .unwrap_or(first)),
        Some(name) => plates
            .iter()
            .find(|plate| plate.name == Some(name))
            .ok_or_else(|| missing(&format!("no plate {name:?}"), resolved)),
        None => Ok(first),
    }
}

fn grid(
    plate: &Plate<'_>,
    colouring: &Colouring,
    chosen: Option<Well>,
    href: impl Fn(Well) -> String,
) -> Vec<RowOfWells> {
    let (rows, columns) = plate.layout();
    let cell = |well: Well| match plate.wells.get(&well) {
        None => WellCell {
            href: None,
            label: format!("{well}: no image"),
            look: "none".to_owned(),
            is_chosen: false,
        },
        Some(images) => {
            let count = words::count(images.len() as u64, "image", "images");
            let value = colouring.value_in_words(well);
            WellCell {
                href: Some(href(well)),
                label: match value {
                    Some(value) => format!("{well}: {value}, {count}"),
                    None => format!("{well}: {count}"),
                },
                look: colouring.look(well),
                is_chosen: chosen == Some(well),
            }
        }
    };
    let row = |row: u8| RowOfWells {
        name: Well::row_name(row),
        wells: (0..columns)
            .map(|column| cell(Well { row, column }))
            .collect(),
    };
    (0..rows).map(row).collect()
}

fn shown(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    study: &Study,
    plate: &Plate<'_>,
    well: Well,
) -> Result<WellShown, ServeError> {
    let places = plate
        .wells
        .get(&well)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let listed = &places[..places.len().min(MOST_FIELDS)];
    let images = listed.iter().map(|place| &study.images[*place]);
    Ok(WellShown {
        name: well.to_string(),
        amount: words::count(places.len() as u64, "image", "images"),
        values: plate.values(study, well),
        images: image_lines(state, connection, resolved, study, images)?,
        left_out: places.len() - listed.len(),
    })
}

fn nothing(resolved: &Resolved) -> ServeError {
    missing("no plates", resolved)
}

fn missing(what: &str, resolved: &Resolved) -> ServeError {
    ServeError::NotFound(format!(
        "{} has {what}; its page says what it has",
        resolved.versioned()
    ))
}
