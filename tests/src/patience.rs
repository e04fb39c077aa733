//! Waiting for what is to come, and no longer than a test may wait.

use std::thread;
use std::time::{Duration, Instant};

/// As long as anything here may take, on a slow machine under load.
pub const LONG: Duration = Duration::from_secs(60);

/// Looks again and again until there is an answer; fails when none has come in time.
pub fn eventually<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + LONG;
    loop {
        if let Some(answer) = look() {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        // nothing depends on this pause: the condition alone ends the waiting
        thread::park_timeout(Duration::from_millis(5));
    }
}
