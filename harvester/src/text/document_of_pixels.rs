//! The part of a document that says what an image's pixels are.

use std::collections::BTreeSet;

use super::bundle::Bundle;
use super::document::{Making, labelled};
use super::facet::Facet;
use super::pixel_words::{
    ANY_ANNOTATION, PIXEL_SIZES, PLACES, annotation_in_words, key_of_format, pixel_type_in_words,
};
use super::record::Stated;

impl Making<'_> {
    /// What an image's pixels are, as numbers and by the spans that people choose.
    pub(super) fn pixels(&mut self) {
        let (pixels, fields) = (&self.described.pixels, self.fields);
        let numbers = [
            (fields.channels, &pixels.channels),
            (fields.planes, &pixels.planes),
            (fields.times, &pixels.times),
        ];
        for (field, numbers) in numbers {
            for number in numbers {
                self.document.number(field, *number);
            }
        }
        for size in &pixels.pixel_sizes {
            self.document.real(fields.pixel_size, *size);
        }
        for (facet, bundle) in bundles_of_pixels(pixels) {
            self.facet(facet, bundle);
        }
        let (types, annotated) = (Facet::PixelType.name(), Facet::Annotated.name());
        for word in &pixels.pixel_types {
            self.keys.push(&[types, "=", word]);
        }
        for format in &pixels.formats {
            let key = key_of_format(format);
            self.keys.push(&[Facet::ImageFormat.name(), "=", &key]);
        }
        let any = pixels.is_annotated.then_some(ANY_ANNOTATION);
        for kind in pixels.annotated.iter().copied().chain(any) {
            self.keys.push(&[annotated, "=", kind]);
        }
    }
}

/// The values of an image's facets.
fn bundles_of_pixels(pixels: &Stated) -> [(Facet, Bundle); 7] {
    let words = |words: &BTreeSet<&'static str>, called: fn(&str) -> &str| {
        bundle(words.iter().map(|word| (*word, Some(called(word)))))
    };
    let places = |stated: &[u64], is_plane: bool| {
        let within = PLACES.iter().filter(|(_, from, to, _, _)| {
            stated.iter().any(|number| (from..=to).contains(&number))
        });
        bundle(within.map(|(span, _, _, planes, times)| {
            (*span, Some(if is_plane { *planes } else { *times }))
        }))
    };
    let sizes = PIXEL_SIZES.iter().filter(|(_, from, to, _)| {
        let mut sizes = pixels.pixel_sizes.iter();
        sizes.any(|size| size >= from && size < to)
    });
    let channels: Vec<String> = pixels.channels.iter().map(u64::to_string).collect();
    let formats: Vec<String> = pixels.formats.iter().map(|it| key_of_format(it)).collect();
    let named = formats.iter().zip(&pixels.formats);
    [
        (
            Facet::Channels,
            bundle(channels.iter().map(|number| (number.as_str(), None))),
        ),
        (Facet::Planes, places(&pixels.planes, true)),
        (Facet::Times, places(&pixels.times, false)),
        (
            Facet::PixelSize,
            bundle(sizes.map(|(span, _, _, called)| (*span, Some(*called)))),
        ),
        (
            Facet::PixelType,
            words(&pixels.pixel_types, pixel_type_in_words),
        ),
        (
            Facet::ImageFormat,
            bundle(named.map(|(key, name)| (key.as_str(), Some(name.as_str())))),
        ),
        (
            Facet::Annotated,
            words(&pixels.annotated, annotation_in_words),
        ),
    ]
}

fn bundle<'v>(values: impl Iterator<Item = (&'v str, Option<&'v str>)>) -> Bundle {
    let mut bundle = Bundle::default();
    for (key, label) in values {
        bundle.push(labelled(key, label));
    }
    bundle
}
