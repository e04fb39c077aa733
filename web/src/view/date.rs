//! Dates as far as they are known.

/// A day, a month or a year of the Gregorian calendar, from 0001 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// The year, 1 to 9999.
    pub year: u16,
    /// The month, 1 to 12, where it is known.
    pub month: Option<u8>,
    /// The day of the month, 1 to 31, where it is known.
    pub day: Option<u8>,
}

impl Date {
    /// Reads `2026`, `2026-03`, `2026-03-01`, or any of them before `T` and a time. What else is written is no date; that
    /// a month has so many days is not asked.
    pub fn parse(text: &str) -> Option<Date> {
        let before_time = text.split_once('T').map_or(text, |(day, _)| day);
        let mut parts = before_time.trim().split('-');
        let year = digits(parts.next()?, 4).filter(|year| *year > 0)?;
        let month = match parts.next() {
            Some(text) => Some(two_digits(text, 12)?),
            None => None,
        };
        let day = match parts.next() {
            Some(text) => Some(two_digits(text, 31)?),
            None => None,
        };
        parts.next().is_none().then_some(Date { year, month, day })
    }

    /// As ISO 8601 writes it, as far as it is known: `2026-03-01`, `2026-03`, `2026`.
    pub fn iso(&self) -> String {
        match (self.month, self.day) {
            (Some(month), Some(day)) => format!("{:04}-{month:02}-{day:02}", self.year),
            (Some(month), None) => format!("{:04}-{month:02}", self.year),
            _ => format!("{:04}", self.year),
        }
    }
}

fn digits(text: &str, length: usize) -> Option<u16> {
    (text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn two_digits(text: &str, most: u8) -> Option<u8> {
    digits(text, 2)
        .and_then(|number| u8::try_from(number).ok())
        .filter(|number| (1..=most).contains(number))
}

#[cfg(test)]
mod tests {
    use super::Date;

    #[test]
    fn a_date_is_known_as_far_as_it_is_written() {
        for (text, iso) in [
            ("2026-03-01", Some("2026-03-01")),
            ("2026-03-01T09:30:00Z", Some("2026-03-01")),
            ("2026-03", Some("2026-03")),
            ("2026", Some("2026")),
            (" 2026 ", Some("2026")),
            ("2026-13", None),
            ("2026-00-01", None),
            ("2026-03-32", None),
            ("2026-03-01-01", None),
            ("0000", None),
            ("26", None),
            ("２０２６", None),
            ("March 2026", None),
            ("", None),
        ] {
            assert_eq!(
                Date::parse(text).map(|date| date.iso()).as_deref(),
                iso,
                "{text}"
            );
        }
    }
}
