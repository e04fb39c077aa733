//! The conversions of this process, so that none goes on when the process is told to end: their programs have process groups of
//! their own, which a terminal does not interrupt.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long is waited for the last one. What goes on then is ended by who clears the staging.
const PATIENCE: Duration = Duration::from_secs(20);

static ALL: Mutex<All> = Mutex::new(All {
    number: 0,
    is_to_end: false,
});
static ENDED: Condvar = Condvar::new();

struct All {
    number: usize,
    is_to_end: bool,
}

/// A conversion, until this goes.
#[derive(Debug)]
pub(super) struct Running(());

impl Running {
    /// Begins one; none where all are to end.
    pub fn begin() -> Option<Running> {
        let mut all = all();
        if all.is_to_end {
            return None;
        }
        all.number += 1;
        Some(Running(()))
    }

    /// Whether it is to end.
    pub fn is_to_end(&self) -> bool {
        all().is_to_end
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        all().number -= 1;
        ENDED.notify_all();
    }
}

/// Ends all conversions of this process, for good, and waits for that.
pub fn end_all() {
    let mut all = all();
    all.is_to_end = true;
    let waited = ENDED.wait_timeout_while(all, PATIENCE, |all| all.number > 0);
    drop(waited);
}

fn all() -> MutexGuard<'static, All> {
    ALL.lock().unwrap_or_else(PoisonError::into_inner)
}
