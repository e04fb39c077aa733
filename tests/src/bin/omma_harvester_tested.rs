//! `omma-harvester` itself, under a name that cargo makes known to the tests of this package: so they always run the
//! program of this source tree, however they are started.

use std::process::ExitCode;
use std::sync::Arc;

use harvester::clock::{Clock, SystemClock};
use time::{Duration, OffsetDateTime};

/// The machine's clock, put forward or back by so much.
struct ShiftedClock(Duration);

impl Clock for ShiftedClock {
    fn now(&self) -> OffsetDateTime {
        SystemClock.now() + self.0
    }
}

fn main() -> ExitCode {
    let shift = std::env::var("OMMA_CLOCK_OFFSET")
        .ok()
        .and_then(|seconds| seconds.parse().ok())
        .unwrap_or(0);
    let clock: Arc<dyn Clock> = Arc::new(ShiftedClock(Duration::seconds(shift)));
    harvester::cli::main_with_clock(&clock)
}
