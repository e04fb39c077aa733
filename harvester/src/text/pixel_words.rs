//! The values of an image's facets: the words and spans that filters take and counts are kept by, and what people call them.

use super::facet::Facet;

/// How a pixel is stored, by the words of records (docs/METADATA.md), with those of OME-XML for the same; and what people say.
const PIXEL_TYPES: [(&str, &str, &str); 12] = [
    ("bit", "bit", "black and white"),
    ("uint8", "uint8", "8 bit"),
    ("uint16", "uint16", "16 bit"),
    ("uint32", "uint32", "32 bit"),
    ("uint64", "uint64", "64 bit"),
    ("int8", "int8", "8 bit with sign"),
    ("int16", "int16", "16 bit with sign"),
    ("int32", "int32", "32 bit with sign"),
    ("int64", "int64", "64 bit with sign"),
    ("float16", "half", "16 bit floating point"),
    ("float32", "float", "32 bit floating point"),
    ("float64", "double", "64 bit floating point"),
];

/// Kinds of annotation by the words of the MIFA guidelines, and what people say.
const ANNOTATIONS: [(&str, &str); 11] = [
    ("bounding_boxes", "bounding boxes"),
    ("class_labels", "class labels"),
    ("counts", "counts"),
    ("derived_annotations", "derived annotations"),
    ("geometrical_annotations", "outlines and shapes"),
    ("graphs", "graphs"),
    ("point_annotations", "points"),
    ("segmentation_mask", "segmentation masks"),
    ("tracks", "tracks"),
    ("weak_annotations", "weak annotations"),
    ("other", "other annotations"),
];

/// A filter's word for an annotation of any kind.
pub(super) const ANY_ANNOTATION: &str = "any";

/// A span of numbers as a filter has it, and what people say: of planes, then of time points.
pub(super) const PLACES: [(&str, u64, u64, &str, &str); 5] = [
    ("2..", 2, u64::MAX, "any z-stack", "any time series"),
    ("1", 1, 1, "one plane", "one time point"),
    ("2..10", 2, 10, "2 to 10 planes", "2 to 10 time points"),
    (
        "11..100",
        11,
        100,
        "11 to 100 planes",
        "11 to 100 time points",
    ),
    (
        "101..",
        101,
        u64::MAX,
        "more than 100 planes",
        "more than 100 time points",
    ),
];

/// Spans of the size of a pixel in micrometres, each without its end, and what people say.
pub(super) const PIXEL_SIZES: [(&str, f64, f64, &str); 5] = [
    ("..0.1", 0.0, 0.1, "below 0.1 µm"),
    ("0.1..0.3", 0.1, 0.3, "0.1 to 0.3 µm"),
    ("0.3..1", 0.3, 1.0, "0.3 to 1 µm"),
    ("1..10", 1.0, 10.0, "1 to 10 µm"),
    ("10..", 10.0, f64::INFINITY, "10 µm and more"),
];

/// The filter's word for how a pixel is stored; none for what is no such word.
pub(super) fn pixel_type(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let mut known = PIXEL_TYPES.iter();
    known
        .find(|(word, other, _)| {
            text.eq_ignore_ascii_case(word) || text.eq_ignore_ascii_case(other)
        })
        .map(|(word, _, _)| *word)
}

/// All spellings of such a word.
pub(super) fn spellings_of_pixel_type(word: &str) -> Vec<&'static str> {
    let known = PIXEL_TYPES.iter().find(|(known, _, _)| *known == word);
    known.map_or_else(Vec::new, |(word, other, _)| vec![*word, *other])
}

/// The filter's word for a kind of annotation; none for what is no such word.
pub(super) fn kind_of_annotation(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let mut known = ANNOTATIONS.iter();
    known
        .find(|(word, _)| text.eq_ignore_ascii_case(word))
        .map(|(word, _)| *word)
}

/// What people call a way to store a pixel: `16 bit`; what is no such word is called as it is.
pub fn pixel_type_in_words(word: &str) -> &str {
    let known = PIXEL_TYPES.iter().find(|(known, _, _)| *known == word);
    known.map_or(word, |(_, _, called)| *called)
}

/// What people call a kind of annotation: `segmentation masks`; what is no such word is called as it is.
pub fn annotation_in_words(word: &str) -> &str {
    if word == ANY_ANNOTATION {
        return "annotations of any kind";
    }
    let known = ANNOTATIONS.iter().find(|(known, _)| *known == word);
    known.map_or(word, |(_, called)| *called)
}

/// The key of a format: spellings that differ in case alone are one.
pub(super) fn key_of_format(text: &str) -> String {
    text.trim().to_lowercase()
}

/// All words for how a pixel is stored.
pub(super) fn all_pixel_types() -> Vec<&'static str> {
    PIXEL_TYPES.iter().map(|(word, _, _)| *word).collect()
}

/// All words for kinds of annotation, and that for any.
pub(super) fn all_annotations() -> Vec<&'static str> {
    let kinds = ANNOTATIONS.iter().map(|(word, _)| *word);
    kinds.chain([ANY_ANNOTATION]).collect()
}

/// The place of a facet's value among those that are listed: numbers rise, and a span that has others within stands before
/// them. None for facets that are no numbers.
pub fn place_of_value(facet: Facet, value: &str) -> Option<u64> {
    let place = match facet {
        Facet::Channels => return value.parse().ok(),
        Facet::Planes | Facet::Times => PLACES.iter().position(|(span, ..)| *span == value),
        Facet::PixelSize => PIXEL_SIZES.iter().position(|(span, ..)| *span == value),
        _ => None,
    };
    place.map(|place| place as u64)
}

/// What people call a span that a filter over an image's numbers has: `2 to 5 planes`, `0.05 to 0.2 µm`. None for other facets.
pub fn span_in_words(facet: Facet, text: &str) -> Option<String> {
    let (one, many) = match facet {
        Facet::Channels => ("channel", "channels"),
        Facet::Planes => ("plane", "planes"),
        Facet::Times => ("time point", "time points"),
        Facet::PixelSize => ("µm", "µm"),
        _ => return None,
    };
    let known = match facet {
        Facet::PixelSize => known_size(text),
        Facet::Planes | Facet::Times => known_places(text, facet == Facet::Planes),
        _ => None,
    };
    if let Some(called) = known {
        return Some(called.to_owned());
    }
    Some(match text.split_once("..") {
        None if text == "1" => format!("1 {one}"),
        None => format!("{text} {many}"),
        Some((from, "")) => format!("{from} {many} and more"),
        Some(("", to)) if facet == Facet::PixelSize => format!("below {to} {many}"),
        Some(("", to)) => format!("at most {to} {many}"),
        Some((from, to)) => format!("{from} to {to} {many}"),
    })
}

fn known_size(text: &str) -> Option<&'static str> {
    let mut known = PIXEL_SIZES.iter();
    known
        .find(|(span, ..)| *span == text)
        .map(|(.., called)| *called)
}

fn known_places(text: &str, is_plane: bool) -> Option<&'static str> {
    let mut known = PLACES.iter();
    known
        .find(|(span, ..)| *span == text)
        .map(|(_, _, _, planes, times)| if is_plane { *planes } else { *times })
}

#[cfg(test)]
mod tests {
    use super::{Facet, kind_of_annotation, pixel_type, pixel_type_in_words, span_in_words};

    #[test]
    fn a_word_has_one_form_and_a_plain_name() {
        assert_eq!(pixel_type(" UInt16 "), Some("uint16"));
        assert_eq!(pixel_type("double"), Some("float64"));
        assert_eq!(pixel_type("uint12"), None);
        assert_eq!(pixel_type_in_words("uint16"), "16 bit");
        assert_eq!(pixel_type_in_words("complex"), "complex");
        assert_eq!(kind_of_annotation("Tracks"), Some("tracks"));
        assert_eq!(kind_of_annotation("masks"), None);
    }

    #[test]
    fn a_span_is_called_as_people_say_it() {
        let called = |facet, text| span_in_words(facet, text).unwrap_or_default();
        for (facet, text, expected) in [
            (Facet::Planes, "2..", "any z-stack"),
            (Facet::Planes, "3..5", "3 to 5 planes"),
            (Facet::Times, "1", "one time point"),
            (Facet::Channels, "1", "1 channel"),
            (Facet::Channels, "..4", "at most 4 channels"),
            (Facet::PixelSize, "..0.1", "below 0.1 µm"),
            (Facet::PixelSize, "0.05..0.2", "0.05 to 0.2 µm"),
            (Facet::PixelSize, "5..", "5 µm and more"),
            (Facet::Year, "2019", ""),
        ] {
            assert_eq!(called(facet, text), expected, "{text}");
        }
    }
}
