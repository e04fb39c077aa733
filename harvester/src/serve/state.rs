//! What handlers share, and the one place where they cross from async into what blocks.

use std::sync::Arc;

use actix_web::web;

use super::error::ServeError;
use crate::operate::Harvester;

/// What handlers share.
pub struct State {
    harvester: Arc<Harvester>,
}

impl State {
    pub(super) fn new(harvester: Arc<Harvester>) -> Self {
        Self { harvester }
    }

    pub(super) fn harvester(&self) -> &Arc<Harvester> {
        &self.harvester
    }
}

/// Runs work that reads the ledger, an index or the mirror, beside the threads that talk to clients.
///
/// # Errors
/// The work's own; [`ServeError::Broken`] when it panicked.
pub(super) async fn blocking<T: Send + 'static>(
    state: &web::Data<State>,
    work: impl FnOnce(&Harvester) -> Result<T, ServeError> + Send + 'static,
) -> Result<T, ServeError> {
    let harvester = Arc::clone(&state.harvester);
    web::block(move || work(&harvester))
        .await
        .map_err(|error| ServeError::Broken(error.into()))?
}
