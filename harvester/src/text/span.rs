//! Filters over numbers: spans that a value of a hit must be in one of, and spans that it may not be in.

use super::error::SearchError;
use super::facet::Facet;
use super::filter::split_minus;
use super::record::{LARGEST_PIXEL, MOST_PLACES};
use super::request::impossible;

/// Numbers from here to there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Span {
    /// Both ends included.
    Whole(u64, u64),
    /// Without the end, so that spans that meet have no number in common.
    Real(f64, f64),
}

/// The spans of one parameter: any of these, none of those.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Spans {
    pub any: Vec<Span>,
    pub none: Vec<Span>,
}

impl Spans {
    /// `2019`, `2015..2020`, `2015..`, `..2020`, with `-` before those that are excluded; sizes of pixels as spans alone.
    pub(super) fn parse(facet: Facet, values: &[&str]) -> Result<Self, SearchError> {
        let mut spans = Self::default();
        for value in values {
            let (excluded, text) = split_minus(value);
            let (span, possible) = match facet {
                Facet::Year => (years(text), "2019, 2015..2020, 2015.. or ..2020"),
                Facet::PixelSize => (
                    sizes(text),
                    "0.05..0.2, ..0.1 or 10.., in micrometres, the smaller number first",
                ),
                _ => (places(text), "3, 2..10, 2.. or ..10, from 1 on"),
            };
            let span = span.ok_or_else(|| impossible(facet.name(), value, possible))?;
            let list = if excluded {
                &mut spans.none
            } else {
                &mut spans.any
            };
            list.push(span);
        }
        Ok(spans)
    }
}

/// What stands before and behind the dots; one number alone stands on both sides.
fn ends(text: &str) -> Option<(Option<&str>, Option<&str>)> {
    let stated = |text| Some(text).filter(|text: &&str| !text.is_empty());
    let ends = match text.split_once("..") {
        None => (stated(text), stated(text)),
        Some((from, to)) => (stated(from), stated(to)),
    };
    (ends != (None, None)).then_some(ends)
}

fn whole(text: &str, least: u64, most: u64, number: impl Fn(&str) -> Option<u64>) -> Option<Span> {
    let (from, to) = ends(text)?;
    let read = |text: Option<&str>, open| text.map_or(Some(open), &number);
    let (from, to) = (read(from, least)?, read(to, most)?);
    (from <= to && from >= least).then_some(Span::Whole(from, to))
}

/// No document without a year is in a span, however open: years begin with 1.
fn years(text: &str) -> Option<Span> {
    whole(text, 1, 9999, |text| {
        digits(text).filter(|_| text.len() == 4)
    })
}

fn places(text: &str) -> Option<Span> {
    whole(text, 1, MOST_PLACES, |text| {
        digits(text).filter(|number| *number <= MOST_PLACES)
    })
}

fn digits(text: &str) -> Option<u64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

fn sizes(text: &str) -> Option<Span> {
    if !text.contains("..") {
        return None;
    }
    let number = |text: &str| -> Option<f64> {
        let is_plain = text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".eE-+".contains(&byte));
        let number: f64 = text.parse().ok().filter(|_| is_plain)?;
        (0.0..=LARGEST_PIXEL).contains(&number).then_some(number)
    };
    let (from, to) = ends(text)?;
    let read = |text: Option<&str>, open| text.map_or(Some(open), number);
    let (from, to) = (read(from, 0.0)?, read(to, LARGEST_PIXEL)?);
    (from < to).then_some(Span::Real(from, to))
}

#[cfg(test)]
mod tests {
    use super::{LARGEST_PIXEL, MOST_PLACES, Span, places, sizes, years};

    #[test]
    fn years_are_one_or_a_span_with_open_ends() {
        for (text, from, to) in [
            ("2019", 2019, 2019),
            ("2015..2020", 2015, 2020),
            ("2015..", 2015, 9999),
            ("..2020", 1, 2020),
        ] {
            assert_eq!(years(text), Some(Span::Whole(from, to)));
        }
        for bad in ["", "..", "19", "2020..2015", "0000", "2019-05", "+201"] {
            assert_eq!(years(bad), None, "{bad}");
        }
    }

    #[test]
    fn places_are_counted_from_one() {
        assert_eq!(places("3"), Some(Span::Whole(3, 3)));
        assert_eq!(places("2..10"), Some(Span::Whole(2, 10)));
        assert_eq!(places("101.."), Some(Span::Whole(101, MOST_PLACES)));
        assert_eq!(places("..4"), Some(Span::Whole(1, 4)));
        for bad in [
            "0",
            "..0",
            "-1",
            "3..2",
            "1.5",
            "many",
            "99999999999999999999",
            "1..2..3",
        ] {
            assert_eq!(places(bad), None, "{bad}");
        }
    }

    #[test]
    fn sizes_of_pixels_are_spans_of_micrometres() {
        assert_eq!(sizes("0.05..0.2"), Some(Span::Real(0.05, 0.2)));
        assert_eq!(sizes("..1e-1"), Some(Span::Real(0.0, 0.1)));
        assert_eq!(sizes("10.."), Some(Span::Real(10.0, LARGEST_PIXEL)));
        for bad in [
            "", "..", "0.1", "0.2..0.1", "-1..1", "0.1..inf", "nan..1", "0,1..0,2", "1..1",
        ] {
            assert_eq!(sizes(bad), None, "{bad}");
        }
    }
}
