//! How long a server may keep a harvester waiting, and how much of it at once.

use std::time::Duration;

/// The bounds of time of one request, and the number of requests. The bound of bytes is each request's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For a connection: the look-up of the name, TCP and TLS together.
    pub connect: Duration,
    /// From the sending of a request, connecting included, to the last of the answer's headers; anew for each redirect.
    pub answer: Duration,
    /// Without a byte of the body.
    pub idle: Duration,
    /// How long a body may take before [`Self::slowest`] is asked of it.
    pub grace: Duration,
    /// Bytes a second (after content coding is undone) that a body must keep on average from its beginning. Zero is
    /// taken as one.
    pub slowest: u64,
    /// For everything from the first sending to the last byte, beside the time that a body of the largest size takes at
    /// the slowest speed.
    pub whole: Duration,
    /// Requests under way at once to one server, that is host and port; the others wait their turn. Zero is taken as one.
    pub at_once: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            idle: Duration::from_secs(20),
            grace: Duration::from_secs(30),
            slowest: 16 * 1024,
            whole: Duration::from_secs(60),
            at_once: 4,
        }
    }
}

impl Limits {
    /// How long a request for a body of at most this many bytes may take: 60 s + most / (16 KiB/s) by default, so
    /// 124 s for a record of 1 MiB.
    pub fn whole_for(&self, most: u64) -> Duration {
        let at_the_slowest = Duration::from_secs(most / self.slowest.max(1));
        self.whole.saturating_add(at_the_slowest)
    }

    /// Whether a body of which this much came in this time is too slow to wait for the rest.
    pub(super) fn is_too_slow(&self, bytes: u64, elapsed: Duration) -> bool {
        let asked = u128::from(self.slowest.max(1)) * elapsed.as_millis();
        elapsed > self.grace && u128::from(bytes) * 1000 < asked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_body_may_take_longer_and_no_size_overflows() {
        let limits = Limits::default();
        assert_eq!(limits.whole_for(0), Duration::from_secs(60));
        assert_eq!(limits.whole_for(1024 * 1024), Duration::from_secs(124));
        assert!(limits.whole_for(u64::MAX) > Duration::from_secs(1 << 40));
        let none = Limits {
            slowest: 0,
            ..limits
        };
        assert_eq!(none.whole_for(5), Duration::from_secs(65));
    }

    #[test]
    fn speed_is_asked_of_a_body_only_after_its_grace() {
        let limits = Limits::default();
        assert!(!limits.is_too_slow(0, Duration::from_secs(30)));
        assert!(limits.is_too_slow(31 * 16 * 1024 - 1, Duration::from_secs(31)));
        assert!(!limits.is_too_slow(31 * 16 * 1024, Duration::from_secs(31)));
    }
}
