//! Whether this process is to end, for work that takes long: it looks between two pieces of it.
//!
//! Nothing depends on anybody looking: whatever is cut off anywhere is completed by the next start. Who looks ends in order, which is
//! sooner and says why.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Said once, heard by everybody who has a copy.
#[derive(Debug, Clone, Default)]
pub struct Ending(Arc<AtomicBool>);

/// Work that was given up because the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it was given up, as the process ends; the next start goes on")]
pub struct Ended;

impl Ending {
    /// From now on the process is to end.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether there is time for another piece of work.
    ///
    /// # Errors
    /// [`Ended`] when there is not.
    pub fn go_on(&self) -> Result<(), Ended> {
        if self.0.load(Ordering::Acquire) {
            return Err(Ended);
        }
        Ok(())
    }
}
