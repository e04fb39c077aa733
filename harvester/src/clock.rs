//! The time, asked for at one place.

use std::sync::Mutex;

use time::OffsetDateTime;
use time::macros::format_description;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> OffsetDateTime;

    /// Now as RFC 3339 in UTC to the second: `2026-11-21T09:30:00Z`.
    fn timestamp(&self) -> String {
        rfc3339(self.now())
    }
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }
}

/// A clock that stands still until it is told to go on: for tests of hours and days.
#[derive(Debug)]
pub struct HandClock(Mutex<OffsetDateTime>);

impl HandClock {
    /// A clock that shows this time.
    pub fn at(time: OffsetDateTime) -> Self {
        Self(Mutex::new(time))
    }

    /// Shows this time from now on, be it earlier or later.
    pub fn set(&self, time: OffsetDateTime) {
        *self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = time;
    }
}

impl Clock for HandClock {
    fn now(&self) -> OffsetDateTime {
        *self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// A time as RFC 3339 in UTC to the second.
pub fn rfc3339(time: OffsetDateTime) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    // formatting into a string with numeric parts alone cannot fail; a wrong year would only be an odd text
    time.to_offset(time::UtcOffset::UTC)
        .format(&form)
        .unwrap_or_default()
}
