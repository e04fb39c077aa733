//! The home page: what this archive is, how much it has, one box to search it, and its studies, newest first.

use ::web::formats::{ListedStudy, data_catalogue};
use ::web::page::{Linked, Paging};
use ::web::{Site, words};
use askama::Template;

use super::about;
use super::parts::turned_to;
use super::study_line::{StudyLine, study_line};
use crate::database::study::{self, StudyRow};
use crate::serve::catalogue;
use crate::serve::error::ServeError;
use crate::serve::state::State;

/// Studies on a page.
const STUDIES: u64 = 25;

#[derive(Template)]
#[template(path = "home.html")]
struct HomePage<'a> {
    site: &'a Site,
    institution: Linked,
    totals: Vec<Total>,
    studies: Vec<StudyLine>,
    paging: Paging,
    checkpoint: String,
    origin: String,
    prefix: String,
    structured: Option<String>,
}

struct Total {
    number: String,
    what: &'static str,
}

/// The home page, turned to a page of its list.
///
/// # Errors
/// [`ServeError::NotFound`] for a page that there is not; what cannot be read.
pub(in crate::serve) fn home(state: &State, page: u64) -> Result<String, ServeError> {
    let mut connection = state.archive.database().connection()?;
    let sums = study::totals(&mut connection)?;
    let paging = turned_to(Some(page), sums.studies, STUDIES, |page| {
        format!("?page={page}#studies")
    })?;
    let rows = study::newest(&mut connection, STUDIES, paging.before)?;
    let studies = rows
        .iter()
        .map(|row| study_line(state, &mut connection, row))
        .collect::<Result<_, _>>()?;
    let total = |number: String, what| Total { number, what };
    let config = state.archive.config();
    let page = HomePage {
        site: &state.site,
        institution: Linked::out(config.name.clone(), config.ror.as_deref()),
        totals: vec![
            total(words::number(sums.studies), "studies"),
            total(words::number(sums.images), "images"),
            total(words::number(sums.files), "files"),
            total(words::bytes(sums.bytes), "of data here"),
        ],
        structured: Some(structured(state, &rows)),
        studies,
        paging,
        checkpoint: about::in_words(&state.archive.log().head()?),
        origin: config.origin.to_string(),
        prefix: config.prefix.to_string(),
    };
    Ok(page.render()?)
}

/// What search engines read of the archive, with the studies on this page. One without a title has lost its description.
fn structured(state: &State, rows: &[StudyRow]) -> String {
    let listed: Vec<ListedStudy> = rows
        .iter()
        .filter(|row| !row.title.is_empty())
        .map(|row| ListedStudy {
            iri: format!("{}{}", state.archive.config().namespace, row.id),
            title: row.title.clone(),
            page: state.address(&format!("id/{}", row.id)),
        })
        .collect();
    data_catalogue(&catalogue::view_of(state, None), &listed)
}
