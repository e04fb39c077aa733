//! Datestamps as requests give them: a day, or a second (OAI-PMH 2.0 section 3.3.1).

use time::format_description::StaticFormatDescription;
use time::macros::format_description;
use time::{Date, PrimitiveDateTime};

const DAY: StaticFormatDescription = format_description!("[year]-[month]-[day]");
const SECOND: StaticFormatDescription =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

/// How exactly a datestamp is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Granularity {
    Day,
    Second,
}

/// A datestamp that a request gave: a day or a second that there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Datestamp {
    text: String,
    pub granularity: Granularity,
}

impl Datestamp {
    pub fn parse(text: &str) -> Option<Datestamp> {
        // the parser would take a sign before the year
        if !text.starts_with(|first: char| first.is_ascii_digit()) {
            return None;
        }
        let granularity = match text.len() {
            10 => Date::parse(text, DAY).ok().map(|_| Granularity::Day),
            20 => PrimitiveDateTime::parse(text, SECOND)
                .ok()
                .map(|_| Granularity::Second),
            _ => None,
        };
        Some(Datestamp {
            text: text.to_owned(),
            granularity: granularity?,
        })
    }

    /// The first second of it.
    pub fn first(&self) -> String {
        match self.granularity {
            Granularity::Day => format!("{}T00:00:00Z", self.text),
            Granularity::Second => self.text.clone(),
        }
    }

    /// The last second of it.
    pub fn last(&self) -> String {
        match self.granularity {
            Granularity::Day => format!("{}T23:59:59Z", self.text),
            Granularity::Second => self.text.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Datestamp;

    #[test]
    fn a_datestamp_is_a_day_or_a_second_that_there_is() {
        for (text, seconds) in [
            (
                "2026-02-28",
                Some(("2026-02-28T00:00:00Z", "2026-02-28T23:59:59Z")),
            ),
            (
                "2026-02-28T09:30:05Z",
                Some(("2026-02-28T09:30:05Z", "2026-02-28T09:30:05Z")),
            ),
            ("2026-02-29", None),
            ("2026-13-01", None),
            ("2026-02", None),
            ("2026", None),
            ("-026-02-28", None),
            ("+026-02-28", None),
            ("2026-2-28T", None),
            ("2026-02-28T24:00:00Z", None),
            ("2026-02-28T09:30:05", None),
            ("2026-02-28T09:30:05+00:00", None),
            ("2026-02-28t09:30:05z", None),
            ("2026-02-28T09:30:05.1Z", None),
            ("yesterday!", None),
            ("", None),
        ] {
            let read = Datestamp::parse(text).map(|read| (read.first(), read.last()));
            let expected = seconds.map(|(first, last)| (first.to_owned(), last.to_owned()));
            assert_eq!(read, expected, "{text}");
        }
    }
}
