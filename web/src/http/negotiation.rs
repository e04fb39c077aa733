//! Which form of a resource a client wants: `Accept` with its weights (RFC 9110 section 12.5.1).

use actix_web::http::header::{ACCEPT, HeaderMap};

use protocol::identifier::Kind;

use super::format::Format;

/// What a client accepts: media ranges with their weights in thousandths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accept(Vec<(String, u16)>);

impl Accept {
    /// The request's `Accept`; without one, anything. A range that cannot be read is left out.
    pub fn of(headers: &HeaderMap) -> Accept {
        let values = headers
            .get_all(ACCEPT)
            .filter_map(|value| value.to_str().ok());
        let ranges: Vec<(String, u16)> = values
            .flat_map(|value| value.split(','))
            .filter_map(media_range)
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
        let by_range = |range: &str| {
            self.0
                .iter()
                .filter(|(named, _)| named == range)
                .map(|(_, weight)| *weight)
                .max()
        };
        by_range(media_type)
            .or_else(|| by_range(&format!("{main}/*")))
            .or_else(|| by_range("*/*"))
            .unwrap_or(0)
    }

    /// The form of a resource of this kind that is wanted most; nothing when none is acceptable.
    pub fn choose_for(&self, kind: Kind) -> Option<Format> {
        self.choose_among(Format::of(kind))
    }

    /// The form of what has forms for programs alone that is wanted most, Turtle where that is a page; nothing when none is
    /// acceptable.
    pub fn choose_for_programs(&self) -> Option<Format> {
        self.choose_for(Kind::Statement).map(|format| match format {
            Format::Html => Format::Turtle,
            other => other,
        })
    }

    fn choose_among(&self, formats: &[Format]) -> Option<Format> {
        let mut best = None;
        for &format in formats {
            let weight = format
                .asked_as()
                .iter()
                .map(|name| self.weight(name))
                .max()
                .unwrap_or(0);
            if weight > 0 && best.is_none_or(|(_, highest)| weight > highest) {
                best = Some((format, weight));
            }
        }
        best.map(|(format, _)| format)
    }

    /// Whether a person reads the answer: HTML is asked for by name, and nothing for programs is preferred to it.
    pub fn is_from_a_reader(&self) -> bool {
        let named = self
            .0
            .iter()
            .any(|(range, weight)| range == "text/html" && *weight > 0);
        named && self.weight("text/html") >= self.weight("application/problem+json")
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
    let weight = parts.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim()
            .eq_ignore_ascii_case("q")
            .then(|| thousandths(value.trim()))
    });
    match weight {
        None => Some((range, 1000)),
        Some(weight) => Some((range, weight?)),
    }
}

/// Reads a weight: `0`, `1`, `0.8`, at most three digits behind the point.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, ""));
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !matches!(whole, "0" | "1") || decimals.len() > 3 || !is_digits(decimals) {
        return None;
    }
    let thousandths: u16 = format!("{decimals:0<3}").parse().ok()?;
    let weight = if whole == "1" {
        1000 + thousandths
    } else {
        thousandths
    };
    (weight <= 1000).then_some(weight)
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{ACCEPT, HeaderMap, HeaderValue};

    use super::{Accept, Format, Kind};

    fn accept(value: &str) -> Accept {
        let mut headers = HeaderMap::new();
        if !value.is_empty() {
            headers.insert(
                ACCEPT,
                HeaderValue::from_str(value).expect("a header value"),
            );
        }
        Accept::of(&headers)
    }

    #[test]
    fn the_form_with_the_highest_weight_is_chosen() {
        for (value, expected) in [
            ("", Some(Format::Html)),
            ("*/*", Some(Format::Html)),
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                Some(Format::Html),
            ),
            ("text/turtle", Some(Format::Turtle)),
            ("TEXT/TURTLE;charset=utf-8", Some(Format::Turtle)),
            (
                "text/html;q=0.5, application/n-quads;q=0.9",
                Some(Format::NQuads),
            ),
            ("application/rdf+xml, text/turtle", Some(Format::Turtle)),
            ("application/json", Some(Format::JsonLd)),
            (
                "application/ld+json;profile=\"x\";q=0.7, text/*;q=0.1",
                Some(Format::JsonLd),
            ),
            ("text/html;q=0, */*;q=0.1", Some(Format::Html)),
            (
                "text/html;q=0, application/xhtml+xml;q=0, */*;q=0.1",
                Some(Format::JsonLd),
            ),
            ("text/*", Some(Format::Html)),
            ("image/png", None),
            ("*/*;q=0", None),
            (
                "text/turtle;q=2, text/turtle;q=x, rubbish, */html",
                Some(Format::Html),
            ),
        ] {
            assert_eq!(accept(value).choose_for(Kind::Image), expected, "{value}");
        }
    }

    #[test]
    fn a_browser_is_told_from_a_program() {
        for (value, expected) in [
            (
                "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
                true,
            ),
            ("*/*", false),
            ("", false),
            ("application/problem+json, text/html;q=0.5", false),
            ("text/html;q=0", false),
        ] {
            assert_eq!(accept(value).is_from_a_reader(), expected, "{value}");
        }
    }

    #[test]
    fn reference_managers_get_what_they_ask_for_from_a_study_alone() {
        for (value, expected) in [
            ("application/x-bibtex", Some(Format::BibTex)),
            ("text/x-bibtex", Some(Format::BibTex)),
            ("application/x-research-info-systems", Some(Format::Ris)),
            (
                "application/vnd.citationstyles.csl+json, application/json;q=0.5",
                Some(Format::CslJson),
            ),
            (
                "application/vnd.datacite.datacite+xml",
                Some(Format::DataCite),
            ),
            ("application/ld+json", Some(Format::JsonLd)),
            (
                "application/ld+json;profile=\"https://w3id.org/ro/crate\"",
                Some(Format::JsonLd),
            ),
            ("*/*", Some(Format::Html)),
            ("image/png", None),
        ] {
            assert_eq!(accept(value).choose_for(Kind::Study), expected, "{value}");
        }
        assert_eq!(accept("application/x-bibtex").choose_for(Kind::Image), None);
    }
}
