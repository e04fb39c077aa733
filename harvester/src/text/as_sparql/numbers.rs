//! What a filter over numbers is as a group of patterns.

use crate::text::facet::Facet;
use crate::text::span::Span;

/// Records of which a number is in one of the spans.
pub(super) fn of_spans(facet: Facet, spans: &[Span], subject: &str) -> Vec<String> {
    match facet {
        Facet::Year => of_years(spans, subject),
        Facet::PixelSize => of_sizes(spans, subject),
        Facet::Channels => of_places("omma:sizeC", spans, subject),
        Facet::Planes => of_places("omma:sizeZ", spans, subject),
        Facet::Times => of_places("omma:sizeT", spans, subject),
        _ => Vec::new(),
    }
}

/// Records of these years, both ends included; those without a year are of none.
fn of_years(spans: &[Span], subject: &str) -> Vec<String> {
    vec![
        format!("?any foaf:primaryTopic {subject} ."),
        format!("OPTIONAL {{ {subject} schema:datePublished ?stated }}"),
        format!("OPTIONAL {{ {subject} dct:issued ?issued }}"),
        "BIND(STR(COALESCE(?stated, ?issued)) AS ?date)".to_owned(),
        "FILTER(REGEX(?date, \"^[0-9]{4}(-|$)\"))".to_owned(),
        "BIND(xsd:integer(SUBSTR(?date, 1, 4)) AS ?year)".to_owned(),
        within("?year", spans),
    ]
}

/// Images of which so many channels, planes or time points are stated.
fn of_places(predicate: &str, spans: &[Span], subject: &str) -> Vec<String> {
    vec![
        format!("{subject} {predicate} ?stated ."),
        "BIND(xsd:integer(STR(?stated)) AS ?number)".to_owned(),
        within("?number", spans),
    ]
}

/// Images whose pixels are so wide or high, in micrometres.
fn of_sizes(spans: &[Span], subject: &str) -> Vec<String> {
    vec![
        format!("{subject} omma:physicalSizeX|omma:physicalSizeY ?stated ."),
        "BIND(xsd:double(STR(?stated)) AS ?size)".to_owned(),
        "FILTER(?size > 0)".to_owned(),
        within("?size", spans),
    ]
}

fn within(variable: &str, spans: &[Span]) -> String {
    let any: Vec<String> = spans
        .iter()
        .map(|span| match span {
            Span::Whole(from, to) => format!("({variable} >= {from} && {variable} <= {to})"),
            // with an exponent a number is a double, as what it is compared with
            Span::Real(from, to) => format!("({variable} >= {from:e} && {variable} < {to:e})"),
        })
        .collect();
    format!("FILTER({})", any.join(" || "))
}
