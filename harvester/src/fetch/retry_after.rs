//! How long a busy server asks to be left alone.

use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// The longest that is obeyed: a server that asks for a year is asked again all the same.
const LONGEST: Duration = Duration::from_secs(60 * 60);

/// The value of `Retry-After` (RFC 9110 section 10.2.3), seconds or a date, as the time from now; an hour at most, nothing
/// for a date that has passed, and `None` for what is neither.
pub(super) fn read(value: &str, now: OffsetDateTime) -> Option<Duration> {
    let value = value.trim();
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        // a number that does not fit is a long time as well
        let seconds = value.parse().unwrap_or(u64::MAX);
        return Some(Duration::from_secs(seconds).min(LONGEST));
    }
    let until = OffsetDateTime::parse(value, &Rfc2822).ok()?;
    // negative where it has passed, and then no Duration of the standard library
    let left = Duration::try_from(until - now).unwrap_or_default();
    Some(left.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn seconds_and_dates_are_read_and_capped_at_an_hour() {
        let now = datetime!(2026-11-21 09:30:00 UTC);
        let seconds = |value: &str| read(value, now).map(|time| time.as_secs());
        for (value, expected) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("3601", Some(3600)),
            ("99999999999999999999999", Some(3600)),
            ("Sat, 21 Nov 2026 09:31:30 GMT", Some(90)),
            ("Sat, 21 Nov 2026 09:00:00 GMT", Some(0)),
            ("Fri, 21 Nov 2036 09:30:00 GMT", Some(3600)),
            ("soon", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(seconds(value), expected, "{value}");
        }
    }
}
