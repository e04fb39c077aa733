//! A study in a list of studies.

use ::web::page::Title;
use ::web::words;

use super::parts::first_picture;
use crate::database::Connection;
use crate::database::study::StudyRow;
use crate::describe::in_address;
use crate::image::thumbnail::SIDES;
use crate::relative_path::RelPath;
use crate::serve::error::ServeError;
use crate::serve::state::State;

/// What a list says of a study.
#[derive(Debug)]
pub(super) struct StudyLine {
    pub id: String,
    pub title: Title,
    pub href: String,
    /// The address of a small picture.
    pub picture: Option<String>,
    pub released: Option<String>,
    pub published: String,
    pub is_revised: bool,
    pub is_catalogued: bool,
    pub amounts: String,
}

/// A study as lists show it.
///
/// # Errors
/// When the database cannot be read.
pub(super) fn study_line(
    state: &State,
    connection: &mut Connection,
    row: &StudyRow,
) -> Result<StudyLine, ServeError> {
    let mut amounts = Vec::new();
    if row.images > 0 {
        amounts.push(words::count(row.images.unsigned_abs(), "image", "images"));
    }
    if row.files > 0 {
        amounts.push(words::count(row.files.unsigned_abs(), "file", "files"));
        amounts.push(words::bytes(row.bytes.unsigned_abs()));
    }
    Ok(StudyLine {
        id: row.id.clone(),
        title: Title::of(if row.title.is_empty() {
            row.id.as_str()
        } else {
            row.title.as_str()
        }),
        href: state.path(&format!("id/{}", row.id)),
        picture: picture(state, connection, row)?,
        released: row.released.as_deref().map(words::date),
        published: words::date(&row.modified),
        is_revised: row.latest_version > 1,
        is_catalogued: row.catalogued,
        amounts: amounts.join(", "),
    })
}

/// What its depositor chose, else its first image.
fn picture(
    state: &State,
    connection: &mut Connection,
    row: &StudyRow,
) -> Result<Option<String>, ServeError> {
    let chosen = row.picture.as_deref();
    if let Some(path) = chosen.and_then(|path| RelPath::parse(path).ok()) {
        let (id, version) = (&row.id, row.latest_version);
        let path = in_address(&path);
        return Ok(Some(state.path(&format!("id/{id}.{version}/files/{path}"))));
    }
    first_picture(state, connection, &row.id, SIDES[1])
}
