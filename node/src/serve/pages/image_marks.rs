//! What the page of an image says of its annotations and of its place in a plate, with links to what this node has.

use ::web::page::{AnnotationsOfImage, ImageBody, Linked};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::image::file_lines;
use super::plates;
use crate::database::Connection;
use crate::derive::is_label_of;
use crate::describe::MOST_FILES_DESCRIBED;
use crate::relative_path::RelPath;
use crate::serve::error::ServeError;
use crate::serve::resolve::Resolved;
use crate::serve::state::State;
use crate::study::{Image, Study};

/// An image of a version of a study, and the study.
pub(super) struct Seen<'a> {
    /// The image's version.
    pub resolved: &'a Resolved,
    /// The image.
    pub image: &'a Image,
    /// Its study as the storage has it.
    pub study: &'a Study,
    /// The study's accession.
    pub study_id: &'a str,
    /// The study's version.
    pub version: u64,
}

/// Puts annotations with files to download, and the way to the plate, onto the page.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn add(
    state: &State,
    connection: &mut Connection,
    seen: &Seen<'_>,
    body: &mut ImageBody,
) -> Result<(), ServeError> {
    let mut annotations = Vec::new();
    for found in seen.study.annotations_of(seen.image) {
        let paths: Vec<RelPath> = found.files.iter().map(|file| file.file.clone()).collect();
        let listed = &paths[..paths.len().min(MOST_FILES_DESCRIBED)];
        let files = file_lines(state, connection, listed, seen.study_id, seen.version)?;
        let set = found.set;
        let (kind, method) = (set.annotation_type.as_deref(), set.method.as_deref());
        let mut lines = AnnotationsOfImage::new(&set.title, kind, method, files);
        lines.files_left_out += paths.len() - listed.len();
        annotations.push(lines);
    }
    body.annotations_link = (!annotations.is_empty()).then(|| {
        let image = seen.resolved.as_asked();
        let address = state.path(&format!("id/{image}/annotations"));
        Linked::to("as W3C Web Annotations (JSON-LD)", address)
    });
    body.annotations = annotations;
    link_plate(state, seen, body);
    say_colour(seen, body);
    Ok(())
}

/// What the label images of these names are called, by spaces: by the set of annotations whose file they were made of, and by
/// their own name as well where the set has several of them.
pub(super) fn label_titles(seen: &Seen<'_>, names: &[String]) -> String {
    let sets = seen.study.annotations_of(seen.image);
    let title = |name: &str| {
        let mut sets = sets.iter();
        let set = sets.find(|set| set.files.iter().any(|file| is_label_of(name, &file.file)))?;
        Some(set.set.title.as_str())
    };
    let titles: Vec<Option<&str>> = names.iter().map(|name| title(name)).collect();
    let is_of_several = |title: &str| {
        titles
            .iter()
            .flatten()
            .filter(|other| **other == title)
            .count()
            > 1
    };
    let called = names.iter().zip(&titles).map(|(name, title)| {
        let called = match title {
            None => name.clone(),
            Some(title) if is_of_several(title) => format!("{title} ({name})"),
            Some(title) => (*title).to_owned(),
        };
        utf8_percent_encode(&called, NON_ALPHANUMERIC).to_string()
    });
    called.collect::<Vec<_>>().join(" ")
}

/// The well leads to the plate's page.
fn link_plate(state: &State, seen: &Seen<'_>, body: &mut ImageBody) {
    let Some(place) = seen.image.in_plate().filter(|place| place.well.is_some()) else {
        return;
    };
    let query = plates::query_of(place.plate, None, place.well);
    let plates = state.path(&format!("id/{}.{}/plates", seen.study_id, seen.version));
    for fact in body.facts.iter_mut().filter(|fact| fact.name == "Well") {
        fact.value.href = Some(format!("{plates}?{query}#well"));
    }
}

/// Red, green and blue of one picture are no three measurements: the record counts them, and the study knows.
fn say_colour(seen: &Seen<'_>, body: &mut ImageBody) {
    let pixels = seen.image.pixels.as_ref();
    if !pixels.is_some_and(|pixels| pixels.is_colour) {
        return;
    }
    for fact in &mut body.facts {
        match fact.name.as_str() {
            "Channels" => fact.value.text = "colour (red, green and blue)".to_owned(),
            "A pixel is" => fact.value.text = format!("{} of each colour", fact.value.text),
            _ => {}
        }
    }
}
