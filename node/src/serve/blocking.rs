//! The one place where the server crosses from async into what blocks: SQLite, and the store.
//!
//! Small files of the log are the exception: a harvester fetches them by the hundred thousand, they come out of the page
//! cache in a few microseconds, and handing each to another thread and back was markedly slower when it was tried. nginx
//! reads its files so too.

use actix_web::web;

use super::error::ServeError;
use super::state::State;

/// Runs work that reads the database or the store, beside the threads that talk to clients.
///
/// # Errors
/// The work's own; [`ServeError::Broken`] when it panicked.
pub(super) async fn blocking<T, F>(state: &web::Data<State>, work: F) -> Result<T, ServeError>
where
    F: FnOnce(&State) -> Result<T, ServeError> + Send + 'static,
    T: Send + 'static,
{
    let state = web::Data::clone(state);
    web::block(move || work(&state)).await?
}

/// Reads a small file of the log at once, on the thread that talks to clients. Never the database, never anything that
/// grows with a study.
///
/// # Errors
/// The work's own.
pub(super) fn small_file<T>(
    state: &State,
    read: impl FnOnce(&State) -> Result<T, ServeError>,
) -> Result<T, ServeError> {
    read(state)
}
