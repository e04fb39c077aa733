//! Moments as the protocol writes them: RFC 3339 in UTC, ending in `Z`.

use crate::text_form::text_form;

/// A moment such as `2026-11-21T09:30:00Z`, with the text kept as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Timestamp {
    text: String,
    seconds: i64,
}

/// A text that is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("time {0:?} is not RFC 3339 in UTC, such as 2026-11-21T09:30:00Z")]
pub struct TimestampError(String);

impl Timestamp {
    /// Reads `YYYY-MM-DDThh:mm:ss`, at most nine digits of a fraction, and `Z`, all in capitals. Leap seconds (`:60`) are refused:
    /// no arithmetic here could place them.
    ///
    /// # Errors
    /// [`TimestampError`] for any other shape, and for a day or hour that does not exist.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        let seconds = read_seconds(text).ok_or_else(|| TimestampError(text.to_owned()))?;
        Ok(Self {
            text: text.to_owned(),
            seconds,
        })
    }

    /// The moment as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, the fraction cut off.
    pub fn unix_seconds(&self) -> i64 {
        self.seconds
    }
}

text_form!(Timestamp, TimestampError);

fn read_seconds(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !separators
        .iter()
        .all(|&(position, separator)| bytes.get(position) == Some(&separator))
    {
        return None;
    }
    let number = |from: usize, to: usize| read_digits(bytes.get(from..to)?);
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let in_range = (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    if !in_range || !is_end(bytes.get(19..)?) {
        return None;
    }
    Some(days_since_1970(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second)
}

fn read_digits(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + i64::from(digit - b'0'))
    })
}

/// `Z`, or a full stop, one to nine digits, and `Z`.
fn is_end(rest: &[u8]) -> bool {
    match rest {
        [b'Z'] => true,
        [b'.', fraction @ .., b'Z'] => {
            (1..=9).contains(&fraction.len()) && fraction.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01 in the Gregorian calendar, for years 0 to 9999.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let leap_days_before = |year: i64| (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
    let days_before_year = |year: i64| year * 365 + leap_days_before(year);
    let days_before_month: i64 = (1..month).map(|earlier| days_in_month(year, earlier)).sum();
    days_before_year(year) - days_before_year(1970) + days_before_month + day - 1
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn seconds_are_counted_as_posix_counts_them() {
        // the right-hand sides are what `date -u -d … +%s` prints
        let known = [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59Z", 951_868_799),
            ("2026-11-21T09:30:00Z", 1_795_253_400),
            ("1900-03-01T00:00:00Z", -2_203_891_200),
            ("2026-11-21T09:30:00.999999999Z", 1_795_253_400),
        ];
        for (text, seconds) in known {
            assert_eq!(
                Timestamp::parse(text).unwrap().unix_seconds(),
                seconds,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_moment_in_utc_is_refused() {
        for text in [
            "",
            "2026-11-21",
            "2026-11-21T09:30:00",
            "2026-11-21t09:30:00z",
            "2026-11-21T09:30:00+00:00",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-11-21T24:00:00Z",
            "2026-11-21T23:59:60Z",
            "2026-11-21T09:30:00.Z",
            "2026-11-21T09:30:00.0000000000Z",
            "2026-11-21T09:30:00Z ",
            "+026-11-21T09:30:00Z",
        ] {
            assert!(Timestamp::parse(text).is_err(), "{text}");
        }
    }
}
