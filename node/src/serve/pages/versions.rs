//! The versions of a study, and what is different between two of them.

use ::web::page::{Linked, Notice, Paging};
use ::web::{Site, words};
use askama::Template;
use serde::Deserialize;

use super::about::{self, VersionLine};
use super::comparison::{Changed, compare};
use super::files::study_link;
use super::parts::turned_to;
use crate::database::Connection;
use crate::database::file::{self, FileChange};
use crate::database::record::RecordRow;
use crate::serve::contents;
use crate::serve::error::ServeError;
use crate::serve::resolve::Resolved;
use crate::serve::state::State;

/// Changed files on a page.
const FILES: u64 = 100;

/// Which versions are to be compared.
#[derive(Debug, Clone, Copy, Deserialize, Default)]
pub(in crate::serve) struct Compared {
    /// The earlier version; where nothing is said the one before `to`.
    from: Option<u64>,
    /// The later version; where nothing is said the newest.
    to: Option<u64>,
    /// The page of changed files, from 1.
    page: Option<u64>,
}

#[derive(Template)]
#[template(path = "versions.html")]
struct VersionsPage<'a> {
    site: &'a Site,
    study: Linked,
    id: String,
    notices: Vec<Notice>,
    versions: Vec<VersionLine>,
    here: String,
    /// Numbers of all versions, for the two lists of choices.
    numbers: Vec<u64>,
    difference: Option<Difference>,
}

/// What is different between two versions.
struct Difference {
    from: u64,
    to: u64,
    /// Nothing where the description of one of the two was removed.
    description: Option<Vec<Changed>>,
    files: Vec<FileLine>,
    files_in_words: String,
    paging: Paging,
}

/// A file that is not the same in both.
struct FileLine {
    what: &'static str,
    path: String,
    before: String,
    after: String,
}

/// The page of the versions of a study.
///
/// # Errors
/// [`ServeError::NotFound`] for a version or a page that there is not; what cannot be read.
pub(in crate::serve) fn versions(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    compared: &Compared,
) -> Result<String, ServeError> {
    let here = state.path(&format!("id/{}/versions", resolved.id));
    let numbers: Vec<u64> = resolved
        .versions
        .iter()
        .map(|row| row.version.unsigned_abs())
        .collect();
    let difference = match pair(resolved, compared)? {
        Some((from, to)) => Some(difference(
            state,
            connection,
            resolved,
            from,
            to,
            compared.page,
            &here,
        )?),
        None => None,
    };
    let page = VersionsPage {
        site: &state.site,
        study: study_link(state, connection, resolved)?,
        id: resolved.id.to_string(),
        notices: about::marks(resolved),
        versions: about::versions(state, resolved, false),
        here,
        numbers,
        difference,
    };
    Ok(page.render()?)
}

/// The two versions to compare, the earlier first; nothing where there is only one and none was named.
fn pair<'a>(
    resolved: &'a Resolved,
    compared: &Compared,
) -> Result<Option<(&'a RecordRow, &'a RecordRow)>, ServeError> {
    let row = |version: u64| {
        let found = resolved
            .versions
            .iter()
            .find(|row| row.version.unsigned_abs() == version);
        found.ok_or_else(|| {
            ServeError::NotFound(format!(
                "there is no version {version} of {}; the newest is {}",
                resolved.id,
                resolved.latest()
            ))
        })
    };
    let to = compared.to.unwrap_or_else(|| resolved.latest());
    let from = compared.from.unwrap_or_else(|| to.saturating_sub(1));
    if compared.from.is_none() && from == 0 {
        row(to)?;
        return Ok(None);
    }
    let (earlier, later) = (row(from.min(to))?, row(from.max(to))?);
    Ok((from != to).then_some((earlier, later)))
}

fn difference(
    state: &State,
    connection: &mut Connection,
    resolved: &Resolved,
    from: &RecordRow,
    to: &RecordRow,
    page: Option<u64>,
    here: &str,
) -> Result<Difference, ServeError> {
    let (one, other) = (from.version.unsigned_abs(), to.version.unsigned_abs());
    let description = match (
        contents::content(state, from)?,
        contents::content(state, to)?,
    ) {
        (Some(before), Some(after)) => {
            let changes = compare(&before.study, &after.study).map_err(|error| {
                ServeError::Broken(format!(
                    "versions {one} and {other} of {} cannot be compared: {error}",
                    resolved.id
                ))
            })?;
            Some(changes)
        }
        _ => None,
    };
    let changes = file::changes(connection, resolved.id.as_str(), one, other)?;
    let paging = turned_to(page, changes.len() as u64, FILES, |page| {
        format!("{here}?from={one}&to={other}&page={page}#files")
    })?;
    let first = usize::try_from(paging.before).unwrap_or(usize::MAX);
    let on_page = changes.iter().skip(first).take(FILES as usize);
    Ok(Difference {
        from: one,
        to: other,
        description,
        files: on_page.map(file_line).collect(),
        files_in_words: files_in_words(&changes),
        paging,
    })
}

fn file_line(change: &FileChange) -> FileLine {
    let size = |bytes: Option<u64>| bytes.map(words::bytes).unwrap_or_default();
    FileLine {
        what: what(change),
        path: change.path.clone(),
        before: size(change.before),
        after: size(change.after),
    }
}

fn what(change: &FileChange) -> &'static str {
    match (change.before, change.after) {
        (None, _) => "Added",
        (_, None) => "Removed",
        _ => "Changed",
    }
}

/// `2 files added, 1 file removed`.
fn files_in_words(changes: &[FileChange]) -> String {
    let count = |kind: &str| changes.iter().filter(|change| what(change) == kind).count() as u64;
    let said: Vec<String> = ["Added", "Removed", "Changed"]
        .into_iter()
        .map(|kind| (kind, count(kind)))
        .filter(|(_, number)| *number > 0)
        .map(|(kind, number)| {
            format!(
                "{} {}",
                words::count(number, "file", "files"),
                kind.to_lowercase()
            )
        })
        .collect();
    said.join(", ")
}
