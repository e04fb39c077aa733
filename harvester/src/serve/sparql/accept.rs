//! `Accept` with its weights (RFC 9110 section 12.5.1).

use actix_web::http::header::{ACCEPT, HeaderMap};

use crate::query::ResultFormat;

/// Media ranges that are read of a request at most.
const RANGES: usize = 64;

/// What a client accepts: media ranges with their weights in thousandths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Accept(Vec<(String, u16)>);

impl Accept {
    /// The request's `Accept`; without one that can be read, anything.
    pub fn of(headers: &HeaderMap) -> Accept {
        let values = headers.get_all(ACCEPT);
        let ranges: Vec<_> = values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(media_range)
            .take(RANGES)
            .collect();
        if ranges.is_empty() {
            Accept(vec![("*/*".to_owned(), 1000)])
        } else {
            Accept(ranges)
        }
    }

    /// The weight of a media type by the most specific range that it falls under; 0 is "not this".
    pub fn weight(&self, media_type: &str) -> u16 {
        let main = media_type.split('/').next().unwrap_or_default();
        let of_range = |range: &str| {
            let weights = self.0.iter().filter(|(named, _)| named == range);
            weights.map(|(_, weight)| *weight).max()
        };
        of_range(media_type)
            .or_else(|| of_range(&format!("{main}/*")))
            .or_else(|| of_range("*/*"))
            .unwrap_or(0)
    }
}

impl Accept {
    /// Whether a page is wanted more than any form of a result: a browser that follows a link or sends a form.
    pub fn prefers_page(&self) -> bool {
        let page = self.weight("text/html");
        let mut results = ResultFormat::TABLES.iter().chain(&ResultFormat::GRAPHS);
        results.all(|format| {
            let mut names = format.asked_as().iter();
            names.all(|name| self.weight(name) < page)
        })
    }
}

/// Reads `type/subtype;…;q=0.5`.
fn media_range(text: &str) -> Option<(String, u16)> {
    let mut parts = text.split(';');
    let range = parts.next()?.trim().to_ascii_lowercase();
    let (main, sub) = range.split_once('/')?;
    if main.is_empty() || sub.is_empty() || (main == "*" && sub != "*") {
        return None;
    }
    let weight = parts
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .map_or(Some(1000), |(_, value)| thousandths(value.trim()))?;
    Some((range, weight))
}

/// Reads a weight: `0`, `1`, `0.8`, at most three digits behind the point.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    if decimals.len() > 3 || !decimals.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let decimals: u16 = format!("{decimals:0<3}").parse().ok()?;
    match (whole, decimals) {
        ("0", decimals) => Some(decimals),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{ACCEPT, HeaderMap, HeaderValue};

    use super::Accept;

    #[test]
    fn the_most_specific_range_decides() {
        let mut headers = HeaderMap::new();
        headers.insert(
            ACCEPT,
            HeaderValue::from_static(
                "TEXT/csv;charset=x;q=0.5, text/*;q=0.25, */*;q=0, rubbish, a/b;q=7, c/d;q=1.001, e/f;q=",
            ),
        );
        let accept = Accept::of(&headers);
        for (name, weight) in [
            ("text/csv", 500),
            ("text/turtle", 250),
            ("application/json", 0),
            ("a/b", 0),
            ("c/d", 0),
        ] {
            assert_eq!(accept.weight(name), weight, "{name}");
        }
        assert_eq!(Accept::of(&HeaderMap::new()).weight("x/y"), 1000);
    }

    #[test]
    fn only_browsers_want_a_page_most() {
        for (value, wants_page) in [
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                true,
            ),
            ("text/html", true),
            ("*/*", false),
            ("text/html, */*", false),
            ("text/html, application/xml", false),
            ("text/csv", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(value));
            assert_eq!(Accept::of(&headers).prefers_page(), wants_page, "{value}");
        }
    }
}
