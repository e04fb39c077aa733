//! How much is done at once, and how many may wait for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::IiifError;

/// How long a request waits for its turn: longer than a viewer's reader would.
const PATIENCE: Duration = Duration::from_secs(10);

/// Lets a number of requests in, has some wait, and sends the rest away.
pub(crate) struct Gate {
    turns: Arc<Semaphore>,
    waiting: AtomicUsize,
    most_waiting: usize,
}

/// One that waits; it waits no more when this is dropped, also where its client went away.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Gate {
    /// A gate for so many at once, and so many who wait.
    pub(crate) fn new(at_once: usize, most_waiting: usize) -> Gate {
        Gate {
            turns: Arc::new(Semaphore::new(at_once.max(1))),
            waiting: AtomicUsize::new(0),
            most_waiting,
        }
    }

    /// Waits for a turn, which ends when what is returned is dropped. It goes with the work, into the thread that does it: the
    /// work goes on where the client that asked for it went away.
    ///
    /// # Errors
    /// [`IiifError::Busy`] where too many wait already, or it took too long.
    pub(super) async fn enter(&self) -> Result<OwnedSemaphorePermit, IiifError> {
        if let Ok(turn) = Arc::clone(&self.turns).try_acquire_owned() {
            return Ok(turn);
        }
        let before = self.waiting.fetch_add(1, Ordering::AcqRel);
        let _waiting = Waiting(&self.waiting);
        if before >= self.most_waiting {
            return Err(IiifError::Busy);
        }
        match tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await {
            Ok(Ok(turn)) => Ok(turn),
            // nobody closes the semaphore
            Ok(Err(_)) | Err(_) => Err(IiifError::Busy),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::sync::Arc;

    use futures_util::future::join_all;
    use tokio::sync::Notify;

    use super::{Gate, IiifError};

    #[actix_web::test]
    async fn those_for_whom_there_is_no_room_are_sent_away_and_the_rest_come_in() {
        let gate = Arc::new(Gate::new(2, 3));
        let go = Arc::new(Notify::new());
        let first = gate.enter().await.unwrap();
        let second = gate.enter().await.unwrap();
        let ten_thousand = join_all((0..10_000).map(|_| {
            let gate = Arc::clone(&gate);
            let go = Arc::clone(&go);
            async move {
                let outcome = gate.enter().await;
                if matches!(outcome, Err(IiifError::Busy)) {
                    // the last of those who are sent away opens the gate to those who wait
                    go.notify_one();
                }
                outcome.is_ok()
            }
        }));
        let (outcomes, ()) = futures_util::join!(ten_thousand, async {
            go.notified().await;
            drop((first, second));
        });
        let came_in = outcomes.iter().filter(|is_in| **is_in).count();
        assert!((3..10_000).contains(&came_in), "{came_in} came in");
        assert_eq!(gate.waiting.load(std::sync::atomic::Ordering::Acquire), 0);
        let _again = gate.enter().await.unwrap();
    }
}
