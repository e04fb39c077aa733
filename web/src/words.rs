//! Numbers and dates as people read them.

/// A whole number with a thin space between thousands: `12 345`. Four digits stay together.
pub fn number(value: u64) -> String {
    let digits = value.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut grouped = String::with_capacity(digits.len() * 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            // a narrow space at which no line is broken
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

/// A size in bytes in the decimal units of disks: `1.2 GB`. Below 1000 bytes it is exact.
pub fn bytes(value: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if value < 1000 {
        return format!("{value} bytes");
    }
    let value = u128::from(value);
    let rounded = |part: u128| (value + part / 2) / part;
    let mut power = 1000;
    let mut unit = 0;
    while rounded(power) >= 1000 && unit + 1 < UNITS.len() {
        power *= 1000;
        unit += 1;
    }
    // a tenth of the unit, as long as that gives no more than three digits
    let tenths = rounded(power / 10);
    if tenths < 1000 {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    } else {
        format!("{} {}", rounded(power), UNITS[unit])
    }
}

/// A count with its noun: `1 image`, `12 images`.
pub fn count(value: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(value), if value == 1 { one } else { many })
}

/// A date as text says it: `2026-11-21` and `2026-11-21T09:30:00Z` as `21 November 2026`, `2026-11` as `November 2026`,
/// `2026` as it is. What has none of these forms stays as it is.
pub fn date(text: &str) -> String {
    let day_part = text.split_once('T').map_or(text, |(day, _)| day);
    let parts: Vec<&str> = day_part.split('-').collect();
    let month = |digits: &str| {
        digits
            .parse::<usize>()
            .ok()
            .and_then(|month| MONTHS.get(month.wrapping_sub(1)))
    };
    match parts[..] {
        [year, month_digits, day] if is_year(year) && is_two_digits(day) => {
            match month(month_digits) {
                Some(name) => format!("{} {name} {year}", day.trim_start_matches('0')),
                None => text.to_owned(),
            }
        }
        [year, month_digits] if is_year(year) && is_two_digits(month_digits) => {
            month(month_digits).map_or_else(|| text.to_owned(), |name| format!("{name} {year}"))
        }
        _ => text.to_owned(),
    }
}

/// A moment as text says it: `2026-11-21T09:30:12Z` as `21 November 2026, 09:30 UTC`. What has another form stays as it is.
pub fn moment(text: &str) -> String {
    let parts = text.split_once('T').and_then(|(day, time)| {
        let minute = time.strip_suffix('Z')?.get(..5)?;
        let (hours, minutes) = minute.split_once(':')?;
        (is_two_digits(hours) && is_two_digits(minutes)).then(|| (date(day), minute))
    });
    match parts {
        Some((day, minute)) => format!("{day}, {minute} UTC"),
        None => text.to_owned(),
    }
}

/// How long ago something was, in its largest whole unit: `just now`, `3 min ago`, `2 h ago`, `5 days ago`.
pub fn ago(seconds: u64) -> String {
    match seconds {
        0..60 => "just now".to_owned(),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..172_800 => format!("{} h ago", seconds / 3_600),
        _ => format!("{} days ago", number(seconds / 86_400)),
    }
}

/// A message as a sentence: messages are lower case without a full stop. An id or a path at its beginning stays as it is
/// written.
pub fn sentence(message: &str) -> String {
    let word = message.split_whitespace().next().unwrap_or_default();
    let is_word = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    match message.split_at_checked(1) {
        Some((first, rest)) if is_word => format!("{}{rest}.", first.to_ascii_uppercase()),
        _ => format!("{message}."),
    }
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn is_year(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_two_digits(text: &str) -> bool {
    text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{ago, bytes, count, date, moment, number, sentence};

    #[test]
    fn numbers_are_grouped_from_five_digits_on() {
        for (value, expected) in [
            (0, "0"),
            (9999, "9999"),
            (12_345, "12\u{202f}345"),
            (1_000_000, "1\u{202f}000\u{202f}000"),
        ] {
            assert_eq!(number(value), expected);
        }
        assert_eq!(count(1, "image", "images"), "1 image");
        assert_eq!(count(0, "image", "images"), "0 images");
    }

    #[test]
    fn sizes_are_in_the_units_of_disks() {
        for (value, expected) in [
            (0, "0 bytes"),
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (1_249, "1.2 kB"),
            (99_940, "99.9 kB"),
            (123_456, "123 kB"),
            (999_499, "999 kB"),
            (999_999, "1.0 MB"),
            (5_400_000_000, "5.4 GB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(bytes(value), expected, "{value}");
        }
    }

    #[test]
    fn dates_are_said_in_full_and_odd_ones_kept() {
        for (text, expected) in [
            ("2026-11-21", "21 November 2026"),
            ("2026-03-01T09:30:00Z", "1 March 2026"),
            ("2006-05", "May 2006"),
            ("2006", "2006"),
            ("2006-13-01", "2006-13-01"),
            ("spring 2006", "spring 2006"),
            ("", ""),
        ] {
            assert_eq!(date(text), expected);
        }
    }

    #[test]
    fn a_moment_is_said_to_the_minute_and_an_age_in_its_largest_unit() {
        assert_eq!(
            moment("2026-11-21T09:30:12Z"),
            "21 November 2026, 09:30 UTC"
        );
        for odd in ["2026-11-21", "T", "2026-11-21Tß0:30Z", "soon"] {
            assert_eq!(moment(odd), odd);
        }
        for (seconds, expected) in [
            (0, "just now"),
            (59, "just now"),
            (60, "1 min ago"),
            (3_599, "59 min ago"),
            (3_600, "1 h ago"),
            (172_799, "47 h ago"),
            (172_800, "2 days ago"),
        ] {
            assert_eq!(ago(seconds), expected);
        }
    }

    #[test]
    fn a_message_becomes_a_sentence() {
        for (message, expected) in [
            ("there is nothing at /x", "There is nothing at /x."),
            ("DND-S1 was withdrawn", "DND-S1 was withdrawn."),
            ("log/tile is no path", "log/tile is no path."),
            ("\"x\" is no accession", "\"x\" is no accession."),
            ("über alles", "über alles."),
            ("", "."),
        ] {
            assert_eq!(sentence(message), expected);
        }
    }
}
