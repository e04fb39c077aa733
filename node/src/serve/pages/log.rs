//! The page of the log: what it is and how to read it.

use ::web::{Site, words};
use askama::Template;

use crate::serve::error::ServeError;
use crate::serve::state::State;

#[derive(Template)]
#[template(path = "log.html")]
struct LogPage<'a> {
    site: &'a Site,
    origin: String,
    size: String,
    note: String,
    vkey: String,
    prefix: String,
}

/// The page.
///
/// # Errors
/// When the log cannot be read.
pub(in crate::serve) fn log(state: &State) -> Result<String, ServeError> {
    let log = state.archive.log();
    let head = log.head()?;
    let page = LogPage {
        site: &state.site,
        origin: log.origin().to_string(),
        size: words::count(head.checkpoint.size(), "entry", "entries"),
        note: String::from_utf8_lossy(&head.note).into_owned(),
        vkey: log.verifier().to_string(),
        prefix: state.address("log/"),
    };
    Ok(page.render()?)
}
