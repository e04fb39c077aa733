//! What is not public any more leaves the cache, also where nobody asks for it.
//!
//! Nothing of it is answered from the moment when its log says so; this is about the bytes on the disk.

use std::sync::Arc;
use std::time::Duration;

use actix_web::web;

use super::State;
use crate::ledger::{LedgerError, shown};
use crate::operate::Harvester;
use crate::thumbnails::{Key, Thumbnails};

/// How often the cache is compared with the ledger: mirrors have 24 hours to follow (docs/PROTOCOL.md section 3).
const EVERY: Duration = Duration::from_secs(600);

/// Removes what is not shown any more, now and again and again.
pub(in crate::serve) async fn sweep_for_ever(state: web::Data<State>) {
    let (harvester, thumbnails) = (
        Arc::clone(state.harvester()),
        Arc::clone(&state.shared().thumbnails),
    );
    drop(state);
    loop {
        let (harvester, thumbnails) = (Arc::clone(&harvester), Arc::clone(&thumbnails));
        let swept = web::block(move || sweep(&harvester, &thumbnails)).await;
        match swept {
            Ok(Ok(0)) => {}
            Ok(Ok(removed)) => tracing::info!(
                removed,
                "thumbnails of what is not shown any more were removed"
            ),
            Ok(Err(error)) => {
                tracing::warn!("the thumbnails cannot be compared with the ledger: {error}")
            }
            Err(error) => {
                tracing::warn!("the thumbnails were not compared with the ledger: {error}")
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

fn sweep(harvester: &Harvester, thumbnails: &Thumbnails) -> Result<usize, LedgerError> {
    let ending = harvester.ending();
    thumbnails.cache().sweep(|key: &Key| {
        if ending.go_on().is_err() {
            // the next start goes on
            return Ok(true);
        }
        let connection = &mut *harvester.desk().ledger.reader()?;
        let shown = shown::shown(connection, key.of.id())?;
        Ok(shown.is_some_and(|shown| shown.digest == key.record))
    })
}
