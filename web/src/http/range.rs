//! Ranges of bytes (RFC 9110 section 14).

use actix_web::http::header::{HeaderMap, RANGE};

/// What a request asks for of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// All of it.
    Whole,
    /// These bytes.
    Part {
        /// The first byte, from 0.
        first: u64,
        /// How many; at least 1.
        length: u64,
    },
    /// No byte that exists, or a range that cannot be understood: 416.
    Nothing,
}

/// Reads `Range` for a file of `size` bytes.
///
/// An unknown unit is ignored, as RFC 9110 wants. Several ranges are answered with the whole, as it allows: nobody reads
/// images so, and a list of a thousand overlapping ranges would be a cheap way to make a server work.
pub fn wanted(headers: &HeaderMap, size: u64) -> Wanted {
    let Some(value) = headers.get(RANGE) else {
        return Wanted::Whole;
    };
    let Ok(value) = value.to_str() else {
        return Wanted::Nothing;
    };
    let Some((unit, ranges)) = value.split_once('=') else {
        return Wanted::Nothing;
    };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Wanted::Whole;
    }
    if ranges.contains(',') {
        return Wanted::Whole;
    }
    part(ranges.trim(), size).unwrap_or(Wanted::Nothing)
}

fn part(range: &str, size: u64) -> Option<Wanted> {
    let (first, last) = range.split_once('-')?;
    if first.is_empty() {
        let length = number(last)?.min(size);
        return (length > 0).then_some(Wanted::Part {
            first: size - length,
            length,
        });
    }
    let first = number(first)?;
    let last = if last.is_empty() {
        u64::MAX
    } else {
        number(last)?
    };
    if first > last || first >= size {
        return None;
    }
    Some(Wanted::Part {
        first,
        length: last.min(size - 1) - first + 1,
    })
}

/// Digits alone; a number beyond 64 bits is beyond every file.
fn number(digits: &str) -> Option<u64> {
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderValue, RANGE};

    use super::{Wanted, wanted};

    fn of(value: &str, size: u64) -> Wanted {
        let mut headers = HeaderMap::new();
        headers.insert(
            RANGE,
            HeaderValue::from_bytes(value.as_bytes()).expect("a header value"),
        );
        wanted(&headers, size)
    }

    const fn part(first: u64, length: u64) -> Wanted {
        Wanted::Part { first, length }
    }

    #[test]
    fn ranges_of_every_odd_kind() {
        for (value, expected) in [
            ("bytes=0-0", part(0, 1)),
            ("bytes=0-9", part(0, 10)),
            ("bytes=0-99", part(0, 10)),
            ("bytes=9-", part(9, 1)),
            ("bytes=-3", part(7, 3)),
            ("bytes=-99", part(0, 10)),
            ("BYTES=2-4", part(2, 3)),
            ("bytes= 2-4", part(2, 3)),
            ("bytes=0-99999999999999999999999", part(0, 10)),
            ("bytes=10-", Wanted::Nothing),
            ("bytes=99999999999999999999999-", Wanted::Nothing),
            ("bytes=5-2", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=-", Wanted::Nothing),
            ("bytes=", Wanted::Nothing),
            ("bytes", Wanted::Nothing),
            ("bytes=a-b", Wanted::Nothing),
            ("bytes=1 - 2", Wanted::Nothing),
            ("bytes=+1-2", Wanted::Nothing),
            ("bytes=--1", Wanted::Nothing),
            ("bytes=1-2-3", Wanted::Nothing),
            ("bytes=0x1-2", Wanted::Nothing),
            ("bytes=\u{e4}-2", Wanted::Nothing),
            ("bytes=0-1,3-4", Wanted::Whole),
            ("lines=1-2", Wanted::Whole),
        ] {
            assert_eq!(of(value, 10), expected, "{value}");
        }
        assert_eq!(wanted(&HeaderMap::new(), 10), Wanted::Whole);
    }

    #[test]
    fn an_empty_file_has_no_range() {
        for value in ["bytes=0-", "bytes=0-0", "bytes=-1"] {
            assert_eq!(of(value, 0), Wanted::Nothing, "{value}");
        }
    }
}
