//! How many conversions run at once.

use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

/// How often one who waits asks whether it still has to.
const EVERY: Duration = Duration::from_millis(200);

/// Places for so many.
#[derive(Debug)]
pub(super) struct Turns {
    free: Mutex<usize>,
    given_back: Condvar,
}

/// A place, until this goes.
#[derive(Debug)]
pub(super) struct Turn<'a>(&'a Turns);

impl Turns {
    pub fn of(number: usize) -> Turns {
        Turns {
            free: Mutex::new(number),
            given_back: Condvar::new(),
        }
    }

    /// Waits for a place; none where it was told to stop before.
    pub fn take(&self, is_to_stop: &dyn Fn() -> bool) -> Option<Turn<'_>> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        while *free == 0 {
            if is_to_stop() {
                return None;
            }
            let waited = self.given_back.wait_timeout(free, EVERY);
            free = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        *free -= 1;
        Some(Turn(self))
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.given_back.notify_one();
    }
}
