//! How many requests are under way to one server.
//!
//! One that is slow or hangs then holds a few of a harvester's connections and not all of them, and one that is small
//! is not overrun.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};
use url::Url;

/// From this number of servers on, those that nobody waits for are forgotten at each new one. So what is kept is at most
/// this, or the number of callers, whichever is larger.
const TIDY_FROM: usize = 1024;

/// A counted right to ask, for each server that is being asked.
pub(crate) struct ServerSlots {
    at_once: usize,
    servers: Mutex<HashMap<String, Arc<Semaphore>>>,
}

impl ServerSlots {
    pub(crate) fn new(at_once: usize) -> Self {
        Self {
            at_once: at_once.max(1),
            servers: Mutex::new(HashMap::new()),
        }
    }

    /// Waits for a turn; it ends when the permit is dropped.
    pub(crate) async fn take(&self, url: &Url) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.slots_of(url).acquire_owned().await
    }

    fn slots_of(&self, url: &Url) -> Arc<Semaphore> {
        // the port as well: several members on one machine must not wait for each other
        let server = format!(
            "{}:{}",
            url.host_str().unwrap_or_default(),
            url.port_or_known_default().unwrap_or_default()
        );
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        if servers.len() >= TIDY_FROM && !servers.contains_key(&server) {
            // each permit and each waiter has a count of its own
            servers.retain(|_, slots| Arc::strong_count(slots) > 1);
        }
        let slots = servers
            .entry(server)
            .or_insert_with(|| Arc::new(Semaphore::new(self.at_once)));
        Arc::clone(slots)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use futures_util::FutureExt;

    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn a_third_request_to_one_server_waits_and_one_to_another_does_not() {
        let slots = ServerSlots::new(2);
        let here = url("https://images.example.org/a");
        let first = slots.take(&here).now_or_never().unwrap().unwrap();
        let _second = slots
            .take(&url("https://images.example.org:443/b"))
            .now_or_never()
            .unwrap();
        assert!(slots.take(&here).now_or_never().is_none());
        let elsewhere = url("https://images.example.org:8443/");
        assert!(slots.take(&elsewhere).now_or_never().is_some());
        drop(first);
        assert!(slots.take(&here).now_or_never().is_some());
    }

    #[test]
    fn servers_that_nobody_asks_any_more_are_forgotten_and_the_others_are_not() {
        let slots = ServerSlots::new(1);
        let busy = url("https://busy.example.org/");
        let _permit = slots.take(&busy).now_or_never().unwrap().unwrap();
        for number in 0..10 * TIDY_FROM {
            let url = url(&format!("https://n{number}.example.org/"));
            assert!(slots.take(&url).now_or_never().is_some());
        }
        assert!(slots.servers.lock().unwrap().len() <= TIDY_FROM);
        assert!(slots.take(&busy).now_or_never().is_none());
    }
}
