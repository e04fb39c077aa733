//! Images side by side: a picture, a title, what the image is in plain words, and where it comes from.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ::web::page::{Linked, Title, size_in_pixels};
use ::web::words;

use super::picture::Picture;
use crate::serve::error::ServeError;
use crate::serve::state::Shared;
use crate::serve::thumbnails::is_unreachable;
use crate::text::{Hit, Pixels, annotation_in_words, pixel_type_in_words};

/// Methods that are named below an image.
const MOST_METHODS: usize = 3;
/// Kinds of annotation that are named below an image.
const MOST_ANNOTATIONS: usize = 4;

/// An image in a gallery; the template part is `gallery.html`.
#[derive(Debug, Default)]
pub(super) struct ImageCard {
    pub id: String,
    pub title: Title,
    pub href: String,
    pub picture: Option<Picture>,
    /// `2048 × 2048, 3 channels, 25 planes, 0.11 µm a pixel`; empty where nobody says
    pub sizes: String,
    /// with what it is annotated
    pub annotated: Vec<String>,
    /// the study, where that does not follow from the page
    pub study: Option<Linked>,
    /// further words: methods; the part of the study, the files
    pub further: Vec<String>,
    /// the institution, where that does not follow from the page
    pub member: String,
    /// whether the institution cannot be reached, so that only what is kept here is shown
    pub is_unreachable: bool,
}

/// Hits as a gallery.
///
/// # Errors
/// When the index or the ledger cannot be read.
pub(super) fn gallery(
    shared: &Shared,
    hits: Vec<Hit>,
    members: &BTreeMap<String, String>,
) -> Result<Vec<ImageCard>, ServeError> {
    let base_path = &shared.site.base_path;
    let mut pictures = Picture::of_hits(shared, &hits)?;
    let unreachable = unreachable(shared, &hits)?;
    let studies: BTreeSet<&str> = hits.iter().filter_map(|hit| hit.study.as_deref()).collect();
    let titles = shared.harvester.projections().stores().text;
    let titles = titles.titles(&studies).map_err(anyhow::Error::from)?;
    let cards = hits.iter().map(|hit| ImageCard {
        href: format!("{base_path}images/{}", hit.id),
        picture: pictures.remove(&hit.id),
        sizes: hit.pixels.as_ref().map(sizes).unwrap_or_default(),
        annotated: hit.pixels.iter().flat_map(annotations).collect(),
        study: hit
            .study
            .as_ref()
            .map(|study| study_link(base_path, study, &titles)),
        further: methods(hit).into_iter().collect(),
        member: members.get(&hit.member).unwrap_or(&hit.member).clone(),
        is_unreachable: unreachable.contains(&hit.member),
        title: Title::of(hit.title.as_str()),
        id: hit.id.clone(),
    });
    Ok(cards.collect())
}

/// The members of hits that could not be reached when they were last harvested.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn unreachable(shared: &Shared, hits: &[Hit]) -> Result<HashSet<String>, ServeError> {
    let members: BTreeSet<&String> = hits.iter().map(|hit| &hit.member).collect();
    let mut unreachable = HashSet::new();
    for member in members {
        if is_unreachable(&shared.harvester, member)? {
            unreachable.insert(member.clone());
        }
    }
    Ok(unreachable)
}

fn study_link(base_path: &str, study: &str, titles: &HashMap<String, String>) -> Linked {
    match titles.get(study) {
        Some(title) => Linked::to(
            Title::of(title.as_str()).in_line(),
            format!("{base_path}studies/{study}"),
        ),
        None => Linked::text(study),
    }
}

/// The methods in one line; none where none is known.
fn methods(hit: &Hit) -> Option<String> {
    let methods = hit.method.iter().take(MOST_METHODS);
    let labels: Vec<&str> = methods.map(|method| method.label.as_str()).collect();
    (!labels.is_empty()).then(|| labels.join(", "))
}

/// With what an image is annotated, in words.
pub(super) fn annotations(pixels: &Pixels) -> impl Iterator<Item = String> + use<> {
    let annotated = pixels.annotated.clone().into_iter();
    annotated
        .take(MOST_ANNOTATIONS)
        .map(|kind| annotation_in_words(&kind).to_owned())
}

/// What an image is, in one line: what there is one of goes without saying.
pub(super) fn sizes(pixels: &Pixels) -> String {
    let kind = pixels.pixel_type.as_deref().map(pixel_type_in_words);
    let further = [kind, pixels.image_format.as_deref()];
    let further = further.into_iter().flatten().map(together);
    in_line(extent(pixels).into_iter().chain(further))
}

/// The same without how pixels are stored, where there is less room.
pub(super) fn sizes_in_short(pixels: &Pixels) -> String {
    in_line(extent(pixels).into_iter())
}

fn extent(pixels: &Pixels) -> Vec<String> {
    let several = |number: Option<u64>, one, many| {
        let number = number.filter(|number| *number > 1);
        number.map(|number| together(&words::count(number, one, many)))
    };
    let side = size_in_pixels(pixels.size_x, pixels.size_y);
    let parts = [
        side.map(|side| side.replace(' ', "\u{a0}")),
        several(pixels.channels, "channel", "channels"),
        several(pixels.size_z, "plane", "planes"),
        several(pixels.time_points, "time point", "time points"),
        pixels
            .pixel_size
            .map(|size| format!("{} a pixel", together(&length(size)))),
    ];
    parts.into_iter().flatten().collect()
}

fn in_line(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}

/// A number and what follows it stay in one line.
fn together(text: &str) -> String {
    text.replacen(' ', "\u{a0}", 1)
}

/// A length in the unit in which people say it, to three digits: `0.108 µm`, `0.834 nm`, `2.5 mm`.
fn length(micrometres: f64) -> String {
    let (value, unit) = if micrometres < 0.01 {
        (micrometres * 1000.0, "nm")
    } else if micrometres < 1000.0 {
        (micrometres, "µm")
    } else {
        (micrometres / 1000.0, "mm")
    };
    let places = match value {
        ..0.1 => 4,
        ..1.0 => 3,
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    let rounded = format!("{value:.places$}");
    let plain = match rounded.contains('.') {
        true => rounded.trim_end_matches('0').trim_end_matches('.'),
        false => &rounded,
    };
    match plain {
        "0" => format!("{value:.1e} {unit}"),
        plain => format!("{plain} {unit}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Pixels, length, sizes, sizes_in_short};

    #[test]
    fn lengths_are_said_in_their_unit() {
        for (micrometres, expected) in [
            (0.108_333, "0.108 µm"),
            (0.000_834, "0.834 nm"),
            (0.25, "0.25 µm"),
            (1.0, "1 µm"),
            (10.0, "10 µm"),
            (100.0, "100 µm"),
            (2500.0, "2.5 mm"),
            (1e-9, "1.0e-6 nm"),
        ] {
            assert_eq!(length(micrometres), expected);
        }
    }

    #[test]
    fn what_there_is_one_of_goes_without_saying() {
        let pixels = Pixels {
            size_x: Some(512),
            size_y: Some(256),
            size_z: Some(1),
            channels: Some(3),
            time_points: Some(120),
            pixel_size: Some(0.1),
            pixel_type: Some("uint16".to_owned()),
            image_format: Some("OME-TIFF".to_owned()),
            annotated: Vec::new(),
        };
        assert_eq!(
            sizes(&pixels).replace('\u{a0}', " "),
            "512 × 256, 3 channels, 120 time points, 0.1 µm a pixel, 16 bit, OME-TIFF"
        );
        assert_eq!(
            sizes_in_short(&pixels).replace('\u{a0}', " "),
            "512 × 256, 3 channels, 120 time points, 0.1 µm a pixel"
        );
        assert_eq!(sizes(&Pixels::default()), "");
    }
}
