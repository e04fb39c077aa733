//! The list of all files of a study, a page at a time, filtered by name.

use ::web::page::{Download, Linked, Notice, Paging, Title};
use ::web::{Site, words};
use askama::Template;
use serde::Deserialize;
use url::form_urlencoded::Serializer;

use super::about;
use super::holdings::{FileLine, downloads, file_line};
use super::parts::turned_to;
use crate::database::Connection;
use crate::database::file;
use crate::database::study;
use crate::serve::error::ServeError;
use crate::serve::resolve::Resolved;
use crate::serve::state::State;

/// Files on a page.
const FILES: u64 = 100;
/// Characters of a name that are looked for.
const MOST_CHARACTERS: usize = 300;

/// What the list of files is asked for.
#[derive(Debug, Clone, Deserialize, Default)]
pub(in crate::serve) struct FilesAsked {
    /// A part of the path.
    #[serde(default)]
    name: String,
    /// The page, from 1.
    page: Option<u64>,
}

#[derive(Template)]
#[template(path = "files.html")]
struct FilesPage<'a> {
    site: &'a Site,
    study: Linked,
    versioned: String,
    version: u64,
    notices: Vec<Notice>,
    name: String,
    is_filtered: bool,
    amount: String,
    lines: Vec<FileLine>,
    paging: Paging,
    here: String,
    list: String,
    sums: String,
    downloads: Vec<Download>,
    /// None where this archive makes none.
    zip: Option<String>,
}

/// The page of a list of files.
///
/// # Errors
/// [`ServeError::NotFound`] for a study without files, and for a page that there is not; what cannot be read.
pub(in crate::serve) fn files(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    asked: &FilesAsked,
) -> Result<String, ServeError> {
    let (id, version) = (resolved.id.as_str(), resolved.version());
    let name: String = asked.name.trim().chars().take(MOST_CHARACTERS).collect();
    let sums = file::sums(connection, id, version, &name)?;
    if sums.files == 0 && file::sums(connection, id, version, "")?.files == 0 {
        return Err(ServeError::NotFound(format!(
            "{} has no files here; its page says where the data are",
            resolved.versioned()
        )));
    }
    let at = |below: &str| state.path(&format!("id/{}/{below}", resolved.versioned()));
    let here = at("files");
    let paging = turned_to(asked.page, sums.files, FILES, |page| {
        let mut query = Serializer::new(String::new());
        if !name.is_empty() {
            query.append_pair("name", &name);
        }
        query.append_pair("page", &page.to_string());
        format!("{here}?{}", query.finish())
    })?;
    let rows = file::page(connection, id, version, &name, FILES, paging.before)?;
    let lines = rows
        .iter()
        .map(|row| file_line(state, connection, resolved, row))
        .collect::<Result<_, _>>()?;
    let page = FilesPage {
        site: &state.site,
        study: study_link(state, connection, resolved)?,
        versioned: resolved.versioned(),
        version,
        notices: about::notices(state, resolved, "/files"),
        is_filtered: !name.is_empty(),
        name,
        amount: format!(
            "{}, {}",
            words::count(sums.files, "file", "files"),
            words::bytes(sums.bytes)
        ),
        lines,
        paging,
        list: at("files.tsv"),
        sums: at("sha256sums.txt"),
        zip: (state.archive.config().zip_files > 0).then(|| at("files.zip")),
        downloads: downloads(state, connection, resolved)?,
        here,
    };
    Ok(page.render()?)
}

/// A study by its title, with the address of the version that is looked at.
pub(super) fn study_link(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
) -> Result<Linked, ServeError> {
    let row = study::find(connection, resolved.id.as_str())?;
    let title = row
        .map(|row| row.title)
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| resolved.id.to_string());
    let name = if resolved.is_versioned {
        resolved.versioned()
    } else {
        resolved.id.to_string()
    };
    let title = Title::of(title);
    Ok(Linked::to(
        title.in_line(),
        state.path(&format!("id/{name}")),
    ))
}
