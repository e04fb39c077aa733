//! The one place where the server crosses from async into what blocks: SQLite, and the store.

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
