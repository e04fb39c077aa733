//! Plates: a well is one of a plate, and a field of view is one image.

use std::collections::BTreeMap;

use super::report::Report;
use crate::study::plate::{FIELD, InPlate, WELL, Well, field_number};
use crate::study::{Image, Study};

/// Findings of one kind that are told one by one: more than anybody mends so.
const MOST_TOLD: usize = 100_000;

/// Columns by which images of one field are told apart: a plane, a channel, a time point a file.
const WITHIN_A_FIELD: [&str; 4] = ["channel", "z", "timepoint", "replicate"];

/// Finds wells that no plate has, fields without a number, and images that are said to be of the same field.
pub(super) fn check(study: &Study, report: &mut Report) {
    let mut no_wells = Vec::new();
    let mut no_fields = Vec::new();
    let mut same = Vec::new();
    let mut seen: BTreeMap<Apart<'_>, &str> = BTreeMap::new();
    for image in &study.images {
        if let Some(well) = image.said(WELL)
            && let Err(reason) = Well::parse(well)
        {
            no_wells.push(format!("{well:?} of {} is no well: {reason}", image.key));
        }
        let Some(place) = image.in_plate() else {
            continue;
        };
        if let Some(field) = image.said(FIELD)
            && field_number(field).is_none()
        {
            no_fields.push(format!(
                "the field {field:?} of {} has no number, and is kept as text",
                image.key
            ));
        }
        if place.well.is_some()
            && let Some(other) = seen.insert(told_apart(image, &place), &image.key)
        {
            same.push(format!(
                "{} and {other} are said to be the same field of the same well; give a column field with a number for each",
                image.key
            ));
        }
    }
    told(no_wells, |message| report.graded("well", message));
    told(no_fields, |message| report.warning("field", message));
    told(same, |message| report.warning("field", message));
}

/// Plate, well, number and name of the field, and what tells images within a field apart.
type Apart<'a> = (Option<&'a str>, Option<Well>, Option<u64>, Vec<&'a str>);

fn told_apart<'a>(image: &'a Image, place: &InPlate<'a>) -> Apart<'a> {
    let unnumbered = place.field.is_none().then_some(FIELD);
    let names = unnumbered.into_iter().chain(WITHIN_A_FIELD);
    let said = names.map(|name| image.said(name).unwrap_or_default());
    (place.plate, place.well, place.field, said.collect())
}

/// Tells the first of many, and how many more there are.
pub(super) fn told(mut messages: Vec<String>, mut tell: impl FnMut(String)) {
    let more = messages.len().saturating_sub(MOST_TOLD);
    messages.truncate(MOST_TOLD);
    if more > 0 {
        messages.push(format!("and {more} more of this kind"));
    }
    messages.into_iter().for_each(&mut tell);
}
