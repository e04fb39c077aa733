//! The page of an image.

use ::web::page::{AnnotationsOfImage, FileLine, ImageBody, Linked, Pair, Title, component_of, form};
use ::web::view::ImageView;
use ::web::{Site, words};
use askama::Template;

use super::about::About;
use super::parts::{picture_of, show};
use super::plates;
use crate::database::record::{self, RecordRow};
use crate::database::{Connection, file, image as images};
use crate::derive::{self, Progress};
use crate::describe::{MOST_FILES_DESCRIBED, in_address};
use crate::image::thumbnail::SIDES;
use crate::relative_path::RelPath;
use crate::serve::contents;
use crate::serve::described::study_of;
use crate::serve::error::ServeError;
use crate::serve::resolve::Resolved;
use crate::serve::state::State;
use crate::study::{Image, Study};

#[derive(Template)]
#[template(path = "image.html")]
struct ImagePage<'a> {
    site: &'a Site,
    about: About,
    title: Title,
    /// the address of a picture of it
    portrait: Option<String>,
    /// why there is none
    no_portrait: Option<String>,
    study: Linked,
    component: String,
    image: ImageBody,
    files: Vec<FileLine>,
    files_left_out: usize,
    list: String,
}

/// The page of an image in a version; nothing where the storage no longer describes it.
///
/// # Errors
/// When something cannot be read.
pub(super) fn image(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    view: &ImageView,
) -> Result<Option<String>, ServeError> {
    let Some(study_id) = resolved.id.study_part() else {
        return Ok(None);
    };
    let studies = record::versions(connection, study_id)?;
    let Some(of_study) = study_version(&studies, &resolved.row) else {
        return Ok(None);
    };
    let Some(content) = contents::content(state, of_study)? else {
        return Ok(None);
    };
    let version = of_study.version.unsigned_abs();
    let Some(image) = find(connection, resolved, &content.study)? else {
        return Ok(None);
    };
    let Some(study) = study_of(state, of_study)? else {
        return Ok(None);
    };
    let (of_image, files_left_out) = of_image(image);
    let files = files(state, connection, of_image, study_id, version)?;
    let mut body = ImageBody::of(view, Some(&study), &show);
    body.annotations = annotations(state, connection, &content.study, image, study_id, version)?;
    body.annotations_link = (!body.annotations.is_empty()).then(|| {
        let versioned = resolved.versioned();
        let address = state.path(&format!("id/{versioned}/annotations"));
        Linked::to("as W3C Web Annotations (JSON-LD)", address)
    });
    body.facts = with_link_to_plate(state, body.facts, study_id, version, image);
    let (id, of_version) = (resolved.id.as_str(), resolved.version());
    let (portrait, no_portrait) = match derive::progress(&state.archive, connection, id, of_version)? {
        Progress::Ready(_, made) => {
            let picture = picture_of(state, id, of_version, &made, SIDES[2]);
            (Some(picture), None)
        }
        Progress::Unreadable(reason) => (None, Some(reason)),
        Progress::Waiting => (None, None),
    };
    let page = ImagePage {
        site: &state.site,
        about: About::of(state, resolved)?,
        title: Title::of(view.title()),
        portrait,
        no_portrait,
        study: Linked::to(
            Title::of(study.title()).in_line(),
            state.path(&format!("id/{study_id}")),
        ),
        component: Title::of(component_of(&study, view)).in_line().into_owned(),
        image: body,
        files_left_out,
        files,
        list: state.path(&format!("id/{study_id}.{version}/files.tsv")),
    };
    Ok(Some(page.render()?))
}

/// The files of an image that are listed, and how many are not.
fn of_image(image: &Image) -> (&[RelPath], usize) {
    let listed = image.files.len().min(MOST_FILES_DESCRIBED);
    (&image.files[..listed], image.files.len() - listed)
}

/// Its annotations, with files that can be downloaded here.
fn annotations(
    state: &State,
    connection: &mut Connection,
    study: &Study,
    image: &Image,
    study_id: &str,
    version: u64,
) -> Result<Vec<AnnotationsOfImage>, ServeError> {
    let mut annotations = Vec::new();
    for found in study.annotations_of(image) {
        let paths: Vec<RelPath> = found.files.iter().map(|file| file.file.clone()).collect();
        let listed = &paths[..paths.len().min(MOST_FILES_DESCRIBED)];
        let files = files(state, connection, listed, study_id, version)?;
        let set = found.set;
        let (kind, method) = (set.annotation_type.as_deref(), set.method.as_deref());
        let mut lines = AnnotationsOfImage::new(&set.title, kind, method, files);
        lines.files_left_out += paths.len() - listed.len();
        annotations.push(lines);
    }
    Ok(annotations)
}

/// The well leads to the plate's page.
fn with_link_to_plate(
    state: &State,
    mut facts: Vec<Pair>,
    study_id: &str,
    version: u64,
    image: &Image,
) -> Vec<Pair> {
    let Some((place, well)) = image
        .in_plate()
        .and_then(|place| place.well.map(|well| (place, well)))
    else {
        return facts;
    };
    let of_plates = state.path(&format!("id/{study_id}.{version}/plates"));
    for fact in facts.iter_mut().filter(|fact| fact.name == "Well") {
        let query = plates::query_of(place.plate, None, Some(well));
        fact.value.href = Some(format!("{of_plates}?{query}#well"));
    }
    facts
}

/// The version of the study with which the image's version was announced.
fn study_version<'a>(studies: &'a [RecordRow], image: &RecordRow) -> Option<&'a RecordRow> {
    studies
        .iter()
        .rfind(|study| study.log_index <= image.log_index)
}

/// The image in the study: it is known by its first file's path.
fn find<'a>(
    connection: &mut Connection,
    resolved: &Resolved,
    study: &'a Study,
) -> Result<Option<&'a Image>, ServeError> {
    let row = images::find(connection, resolved.id.as_str())?;
    Ok(row.and_then(|row| study.images.iter().find(|image| image.key == row.image_key)))
}

fn files(
    state: &State,
    connection: &mut Connection,
    paths: &[RelPath],
    study_id: &str,
    version: u64,
) -> Result<Vec<FileLine>, ServeError> {
    let mut lines = Vec::new();
    for path in paths {
        let row = file::find(connection, study_id, version, path.as_str())?;
        let is_here = row.as_ref().is_some_and(|row| row.content_key.is_some());
        let href = is_here.then(|| address(state, study_id, version, path));
        let text = path.to_string();
        let file = Linked { text, href };
        lines.push(match row {
            Some(row) => FileLine {
                file,
                form: form(&row.media_type).to_owned(),
                size: words::bytes(row.bytes.unsigned_abs()),
                sha256: row.sha256,
            },
            None => FileLine {
                file,
                form: String::new(),
                size: String::new(),
                sha256: String::new(),
            },
        });
    }
    Ok(lines)
}

fn address(state: &State, study_id: &str, version: u64, path: &RelPath) -> String {
    state.path(&format!(
        "id/{study_id}.{version}/files/{}",
        in_address(path)
    ))
}
