//! The page of an image.

use ::web::page::Title;
use ::web::{Site, words};
use askama::Template;

use super::about::About;
use super::credit::licence_name;
use super::holdings::dimensions;
use super::parts::{Linked, Pair, in_address, pairs};
use super::sample::{self, Cards};

use crate::database::record::{self, RecordRow};
use crate::database::{Connection, file, image as images};
use crate::describe::MOST_FILES_DESCRIBED;
use crate::relative_path::RelPath;
use crate::serve::contents;
use crate::serve::error::ServeError;
use crate::serve::resolve::Resolved;
use crate::serve::state::State;
use crate::study::{Channel, Image, Study};

#[derive(Template)]
#[template(path = "image.html")]
struct ImagePage<'a> {
    site: &'a Site,
    about: About,
    title: Title,
    study: Linked,
    component: String,
    facts: Vec<Pair>,
    channels: Vec<ChannelLine>,
    files: Vec<FileLine>,
    files_left_out: usize,
    list: String,
    cards: Vec<Cards>,
    further: Vec<Pair>,
}

struct ChannelLine {
    number: usize,
    name: String,
    targets: String,
    fluorophore: String,
}

struct FileLine {
    file: Linked,
    size: String,
    media_type: String,
    sha256: String,
}

/// The page of an image in a version; nothing where the storage no longer describes it.
///
/// # Errors
/// When something cannot be read.
pub(super) fn image(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
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
    let study = &content.study;
    let (files, bytes) = files(state, connection, image, study_id, version)?;
    let study_title = study.title.clone().unwrap_or_else(|| study_id.to_owned());
    let page = ImagePage {
        site: &state.site,
        about: About::of(state, resolved)?,
        title: Title::of(image.title.as_str()),
        study: Linked::to(
            Title::of(study_title).in_line(),
            state.path(&format!("id/{study_id}")),
        ),
        component: study
            .components
            .get(image.component)
            .map(|component| Title::of(component.title.as_str()).in_line().into_owned())
            .unwrap_or_default(),
        facts: facts(study, image, bytes),
        channels: image.channels.iter().enumerate().map(channel).collect(),
        files_left_out: image.files.len() - files.len(),
        files,
        list: state.path(&format!("id/{study_id}.{version}/files.tsv")),
        cards: sample::of_image(study, image),
        further: pairs(&image.additional),
    };
    Ok(Some(page.render()?))
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

fn facts(study: &Study, image: &Image, bytes: u64) -> Vec<Pair> {
    let mut facts = Vec::new();
    if let Some(pixels) = &image.pixels {
        facts.push(Pair::new("Width \u{d7} height", dimensions(pixels)));
    }
    if !image.channels.is_empty() {
        facts.push(Pair::new("Channels", image.channels.len().to_string()));
    }
    facts.push(Pair::new("Files", words::number(image.files.len() as u64)));
    if image.files.len() <= MOST_FILES_DESCRIBED {
        facts.push(Pair::new("Size", words::bytes(bytes)));
    }
    if let Some(licence) = &study.licence {
        facts.push(Pair::linked(
            "Licence",
            Linked::out(licence_name(licence), Some(licence)),
        ));
    }
    facts
}

fn channel((index, channel): (usize, &Channel)) -> ChannelLine {
    ChannelLine {
        number: index + 1,
        name: channel.name.clone().unwrap_or_default(),
        targets: channel.targets.join(", "),
        fluorophore: channel.fluorophore.clone().unwrap_or_default(),
    }
}

fn files(
    state: &State,
    connection: &mut Connection,
    image: &Image,
    study_id: &str,
    version: u64,
) -> Result<(Vec<FileLine>, u64), ServeError> {
    let mut lines = Vec::new();
    let mut bytes = 0;
    for path in image.files.iter().take(MOST_FILES_DESCRIBED) {
        let row = file::find(connection, study_id, version, path.as_str())?;
        bytes += row.as_ref().map_or(0, |row| row.bytes.unsigned_abs());
        let is_here = row.as_ref().is_some_and(|row| row.content_key.is_some());
        lines.push(FileLine {
            file: Linked {
                text: path.to_string(),
                href: is_here.then(|| address(state, study_id, version, path)),
            },
            size: row
                .as_ref()
                .map(|row| words::bytes(row.bytes.unsigned_abs()))
                .unwrap_or_default(),
            media_type: row
                .as_ref()
                .map(|row| row.media_type.clone())
                .unwrap_or_default(),
            sha256: row.map(|row| row.sha256).unwrap_or_default(),
        });
    }
    Ok((lines, bytes))
}

fn address(state: &State, study_id: &str, version: u64, path: &RelPath) -> String {
    state.path(&format!(
        "id/{study_id}.{version}/files/{}",
        in_address(path)
    ))
}
