//! Clusters are looked for by a thread of their own, when somebody wants to see them: of a million images it takes minutes.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use protocol::identifier::Accession;
use protocol::perceptual_hash::PerceptualHash;

use super::clusters::{Cluster, clusters};

/// How long whoever asks waits for the first clusters, which are being looked for.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many wait at a time: each holds a thread that others need for their answers.
const MOST_WAITING: usize = 4;

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
    waiting: usize,
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
    /// The newest clusters there are, and whether they are of after so many changes; where they are not, newer ones are looked
    /// for meanwhile. Where none were ever found a few wait for the first. None where there are still none.
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
        let is_awaited = |found: &Found| found.is_under_way && found.newest.is_none();
        if is_awaited(&found) && found.waiting < MOST_WAITING {
            found.waiting += 1;
            let has_ended = &self.0.has_ended;
            let waited = has_ended.wait_timeout_while(found, PATIENCE, |found| is_awaited(found));
            (found, _) = waited.unwrap_or_else(PoisonError::into_inner);
            found.waiting -= 1;
        }
        let is_current = is_current(&found);
        let newest = found.newest.as_ref();
        Ok(newest.map(|(_, clusters)| (Arc::clone(clusters), is_current)))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

    use std::thread;
    use std::time::{Duration, Instant};

    use super::{Accession, Gathering, MOST_WAITING, PATIENCE, PerceptualHash};

    type Images = (u64, Vec<(Accession, PerceptualHash)>);

    /// Who asks now has nothing looked for.
    fn never() -> Images {
        panic!("clusters are looked for without need");
    }

    fn wait_for_end(gathering: &Gathering) {
        let until = Instant::now() + Duration::from_secs(60);
        while gathering.0.lock().is_under_way {
            assert!(Instant::now() < until, "it never ended");
            thread::sleep(Duration::from_millis(1));
        }
    }

    #[test]
    fn older_clusters_are_given_without_waiting_while_newer_ones_are_looked_for() {
        let gathering = Gathering::default();
        let first = gathering.newest(1, || (1, Vec::new())).unwrap();
        assert!(first.unwrap().1);
        wait_for_end(&gathering);
        gathering
            .newest(2, || {
                // from here to the end it is under way
                let since = Instant::now();
                let (_, is_current) = gathering.newest(2, never).unwrap().unwrap();
                assert!(!is_current);
                assert!(since.elapsed() < PATIENCE);
                (2, Vec::new())
            })
            .unwrap();
        wait_for_end(&gathering);
        assert!(gathering.newest(2, never).unwrap().unwrap().1);
    }

    #[test]
    fn only_a_few_wait_for_the_first_clusters() {
        let gathering = Gathering::default();
        thread::scope(|scope| {
            let mut waiting = Vec::new();
            let first = gathering.newest(1, || {
                for _ in 0..MOST_WAITING {
                    waiting.push(scope.spawn(|| gathering.newest(1, never).unwrap()));
                }
                let until = Instant::now() + PATIENCE;
                while gathering.0.lock().waiting < MOST_WAITING && Instant::now() < until {
                    thread::sleep(Duration::from_millis(1));
                }
                // and for one more there is no place
                assert_eq!(gathering.0.lock().waiting, MOST_WAITING);
                let since = Instant::now();
                assert_eq!(gathering.newest(1, never).unwrap(), None);
                assert!(since.elapsed() < PATIENCE);
                (1, Vec::new())
            });
            first.unwrap();
            for one in waiting {
                assert!(one.join().unwrap().unwrap().1);
            }
        });
        assert_eq!(gathering.0.lock().waiting, 0);
    }
}
