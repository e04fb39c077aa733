//! Clusters are looked for by a thread of their own, when somebody wants to see them: of a million images it takes minutes.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use protocol::identifier::Accession;
use protocol::perceptual_hash::PerceptualHash;

use super::clusters::{Cluster, clusters};

/// How long whoever asks waits for clusters that are being looked for.
const PATIENCE: Duration = Duration::from_secs(5);

/// The clusters that were found last, and whether somebody looks for newer ones.
#[derive(Debug, Clone, Default)]
pub(super) struct Gathering(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    found: Mutex<Found>,
    has_ended: Condvar,
}

#[derive(Debug, Default)]
struct Found {
    /// after how many changes of the images, and what
    newest: Option<(u64, Arc<Vec<Cluster>>)>,
    is_under_way: bool,
}

/// Tells those who wait that it has ended, however it did.
struct UnderWay(Arc<Shared>);

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.lock().is_under_way = false;
        self.0.has_ended.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Found> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Gathering {
    /// The clusters after so many changes, or, where looking takes longer than whoever asks should wait, the newest there are;
    /// and whether they are of after the changes. None where none were ever found.
    pub fn newest(
        &self,
        changes: u64,
        images: impl FnOnce() -> (u64, Vec<(Accession, PerceptualHash)>),
    ) -> anyhow::Result<Option<(Arc<Vec<Cluster>>, bool)>> {
        let mut found = self.0.lock();
        let is_current = |found: &Found| {
            let newest = found.newest.as_ref();
            newest.is_some_and(|(of, _)| *of >= changes)
        };
        if !is_current(&found) && !found.is_under_way {
            found.is_under_way = true;
            let under_way = UnderWay(Arc::clone(&self.0));
            drop(found);
            let (of, images) = images();
            thread::Builder::new()
                .name("clusters".to_owned())
                .spawn(move || {
                    let clusters = Arc::new(clusters(&images));
                    under_way.0.lock().newest = Some((of, clusters));
                })?;
            found = self.0.lock();
        }
        let waited = self
            .0
            .has_ended
            .wait_timeout_while(found, PATIENCE, |found| {
                found.is_under_way && !is_current(found)
            });
        let (found, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let is_current = is_current(&found);
        let newest = found.newest.as_ref();
        Ok(newest.map(|(_, clusters)| (Arc::clone(clusters), is_current)))
    }
}
