//! Named points at which a test can have the process killed, to see that nothing is lost or doubled there.
//!
//! Only debug builds have them: a release build compiles every call to nothing. `OMMA_CRASH_AT=name` aborts the
//! process, as `kill -9` would, when it comes to the point of that name; `name:3` at the third time. `OMMA_HANG_AT=name` has the
//! thread that comes there never go on, like one whose disk does not answer.

/// Every point, in the order in which a harvest comes to them.
pub const POINTS: &[&str] = &[
    "tiles-mirrored",
    "head-stored",
    "window-mirrored",
    "window-judged",
    "checkpoint-mirrored",
    "graph-loading",
    "graph-applied",
    "text-loading",
    "text-applied",
    "bytes-erased",
    "ontologies-kept",
    "terms-begun",
    "terms-stated",
    "terms-applied",
];

/// The points outside of harvests.
pub const ELSEWHERE: &[&str] = &["thumbnail-written"];

/// Dies or hangs here when the environment says so.
#[cfg(debug_assertions)]
pub fn point(name: &'static str) {
    use std::sync::atomic::AtomicUsize;
    static DYING: AtomicUsize = AtomicUsize::new(0);
    static HANGING: AtomicUsize = AtomicUsize::new(0);
    debug_assert!(
        POINTS.contains(&name) || ELSEWHERE.contains(&name),
        "crash point {name} is not in the list"
    );
    if is_wanted("OMMA_CRASH_AT", name, &DYING) {
        // as abrupt as kill -9: no destructor, no flush
        std::process::abort();
    }
    if is_wanted("OMMA_HANG_AT", name, &HANGING) {
        tracing::warn!("hangs at {name}");
        loop {
            std::thread::park();
        }
    }
}

/// Whether a variable names this point, and this is the time of which it speaks.
#[cfg(debug_assertions)]
fn is_wanted(variable: &str, name: &str, passed: &std::sync::atomic::AtomicUsize) -> bool {
    let Ok(wanted) = std::env::var(variable) else {
        return false;
    };
    let (wanted, times) = match wanted.split_once(':') {
        Some((wanted, times)) => (wanted.to_owned(), times.parse().unwrap_or(1)),
        None => (wanted, 1),
    };
    wanted == name && passed.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1 == times
}

/// Does nothing in a release build.
#[cfg(not(debug_assertions))]
pub fn point(_name: &'static str) {}
