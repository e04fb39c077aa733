//! Named points at which a test can have the process killed, to see that nothing is lost there.
//!
//! Only debug builds have them: a release build compiles every call to nothing. `OMMA_CRASH_AT=name` aborts the
//! process, as `kill -9` would, when it comes to the point of that name; `name:3` at the third time.

/// Every point, in the order in which an act comes to them.
pub const POINTS: &[&str] = &[
    "staged",
    "act-entries-written",
    "act-journalled",
    "object-committed",
    "objects-committed",
    "records-written",
    "bundles-written",
    "tiles-written",
    "barrier-passed",
    "checkpoint-stored",
    "database-updated",
    "erased",
    "act-removed",
    "journal-removed",
];

/// Points in making what is derived of an image, in order.
pub const DERIVING: &[&str] = &[
    "derivation-taken",
    "pyramid-written",
    "thumbnails-written",
    "derivation-written",
];

/// Dies here when the environment says so.
#[cfg(debug_assertions)]
pub fn point(name: &'static str) {
    use std::sync::atomic::{AtomicUsize, Ordering};
    static PASSED: AtomicUsize = AtomicUsize::new(0);
    debug_assert!(
        POINTS.contains(&name) || DERIVING.contains(&name),
        "crash point {name} is not in the list"
    );
    let Ok(wanted) = std::env::var("OMMA_CRASH_AT") else {
        return;
    };
    let (wanted, times) = match wanted.split_once(':') {
        Some((wanted, times)) => (wanted.to_owned(), times.parse().unwrap_or(1)),
        None => (wanted, 1),
    };
    if wanted == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == times {
        // as abrupt as kill -9: no destructor, no flush
        std::process::abort();
    }
}

/// Does nothing in a release build.
#[cfg(not(debug_assertions))]
pub fn point(_name: &'static str) {}
