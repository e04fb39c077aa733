//! How often a server is asked again, and after what time.

use std::time::Duration;

use crate::fetch::FetchError;

/// The pause before the second attempt; each further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause that is made without being asked for one.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The longest pause that is made when a server asks for one: a person waits, and is told instead.
const LONGEST_ASKED: Duration = Duration::from_secs(120);

/// Counts failures in a row.
#[derive(Debug)]
pub(super) struct Patience {
    most: u32,
    failures: u32,
}

impl Patience {
    /// Gives up after so many attempts beside the first.
    pub fn of(most: u32) -> Self {
        Self { most, failures: 0 }
    }

    /// Something came: whatever was before is forgiven.
    pub fn renew(&mut self) {
        self.failures = 0;
    }

    /// Waits as long as is right after this failure.
    ///
    /// # Errors
    /// The failure itself, where asking again is of no use or was of none.
    pub async fn after(&mut self, error: FetchError) -> Result<(), FetchError> {
        let Some(pause) = self.pause(&error) else {
            return Err(error);
        };
        tracing::debug!(error = %error, pause_ms = pause.as_millis(), "asked again after a pause");
        tokio::time::sleep(pause).await;
        Ok(())
    }

    fn pause(&mut self, error: &FetchError) -> Option<Duration> {
        let asked = error.retry_after().unwrap_or_default();
        if !may_pass(error) || self.failures >= self.most || asked > LONGEST_ASKED {
            return None;
        }
        let doubled = FIRST_PAUSE.saturating_mul(1 << self.failures.min(16));
        self.failures += 1;
        Some(doubled.min(LONGEST_PAUSE).max(asked))
    }
}

/// Whether the same request may succeed later.
fn may_pass(error: &FetchError) -> bool {
    match error {
        FetchError::Resolve { .. }
        | FetchError::Connect { .. }
        | FetchError::Timeout { .. }
        | FetchError::Protocol { .. }
        | FetchError::Backoff { .. }
        | FetchError::Truncated { .. } => true,
        FetchError::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500..=599),
        _ => false,
    }
}

/// Whether it is the server that is lost, so that nothing else of it need be tried.
pub(super) fn is_down(error: &FetchError) -> bool {
    matches!(
        error,
        FetchError::Resolve { .. }
            | FetchError::Connect { .. }
            | FetchError::Tls { .. }
            | FetchError::Address { .. }
            | FetchError::Backoff { .. }
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: u16) -> FetchError {
        FetchError::Status {
            url: "https://images.example.org/".to_owned(),
            status,
        }
    }

    #[test]
    fn pauses_grow_and_end_and_begin_again_when_something_came() {
        let mut patience = Patience::of(3);
        let mut pause = || patience.pause(&status(502)).map(|pause| pause.as_millis());
        assert_eq!(
            [pause(), pause(), pause(), pause()],
            [Some(500), Some(1000), Some(2000), None]
        );
        patience.renew();
        assert!(patience.pause(&status(502)).is_some());
    }

    #[test]
    fn a_server_is_left_alone_as_long_as_it_asks_for_or_for_good() {
        let asks_for = |seconds| {
            let after = Duration::from_secs(seconds);
            let busy = FetchError::Backoff {
                url: String::new(),
                status: 503,
                after,
            };
            Patience::of(1).pause(&busy)
        };
        assert_eq!(asks_for(7), Some(Duration::from_secs(7)));
        assert_eq!(asks_for(0), Some(FIRST_PAUSE));
        assert_eq!(asks_for(3600), None);
    }

    #[test]
    fn what_will_be_the_same_is_not_asked_again() {
        assert_eq!(Patience::of(9).pause(&status(403)), None);
    }
}
