//! Images by what they are themselves: planes, time points, channels, pixels, formats, annotations.

use std::collections::BTreeMap;

use ontologies::schema::schema_org::KEYWORDS;
use ontologies::schema::{dcat, omma, xsd};
use proptest::prelude::*;
use protocol::record::Object;

use super::{MOUSE, Scene, Thing};
use crate::text::{Facet, SearchError};

const FACETS: &str = "z,t,channels,pixel_size,pixel_type,image_format,annotated";

impl Thing {
    fn says_of_pixels(self, name: &str, value: &str, datatype: &str) -> Self {
        let object = Object::typed(value, datatype).unwrap();
        self.says(&format!("{}{name}", omma::NAMESPACE), object)
    }

    fn size(self, name: &str, number: u64) -> Self {
        self.says_of_pixels(name, &number.to_string(), xsd::INTEGER)
    }

    fn pixel_of(self, micrometres: &str) -> Self {
        self.says_of_pixels("physicalSizeX", micrometres, xsd::DOUBLE)
    }

    fn said(self, name: &str, text: &str) -> Self {
        self.text(&format!("{}{name}", omma::NAMESPACE), text)
    }
}

fn scene() -> Scene {
    Scene::with(&[
        Thing::new("DND-S1", "A study").about(MOUSE),
        Thing::new("DND-S1-I1", "A z-stack of neurons")
            .about(MOUSE)
            .size("sizeX", 2048)
            .size("sizeY", 1024)
            .size("sizeZ", 25)
            .size("sizeC", 3)
            .size("sizeT", 1)
            .pixel_of("0.108")
            .said("pixelType", "uint16")
            .said("imageFormat", "OME-TIFF")
            .said("annotatedWith", "segmentation_mask")
            .said("annotatedWith", "tracks"),
        Thing::new("DND-S1-I2", "A film")
            .size("sizeZ", 1)
            .size("sizeC", 1)
            .size("sizeT", 480)
            .pixel_of("3.0E-1")
            .said("pixelType", "float")
            .said("imageFormat", "ome-tiff"),
        Thing::new("DND-S1-I3", "A tomogram")
            .size("sizeZ", 300)
            .pixel_of("0.00083")
            .said("pixelType", "int8")
            .said("imageFormat", "MRC")
            .said("annotatedWith", "something new"),
        // what is no number, no size and no word says nothing
        Thing::new("DND-S1-I4", "A liar")
            .said("sizeZ", "many")
            .size("sizeC", 0)
            .size("sizeT", 5_000_000_000)
            .pixel_of("-1")
            .says_of_pixels("physicalSizeY", "INF", xsd::DOUBLE)
            .said("pixelType", "uint12"),
    ])
}

#[test]
fn images_are_found_by_what_they_are() {
    let scene = scene();
    for (name, value, expected) in [
        ("z", "25", "1"),
        ("z", "2..", "1 3"),
        ("z", "..10", "2"),
        ("z", "2..10", ""),
        ("z", "-2..", "2 4"),
        ("t", "101..", "2"),
        ("t", "1", "1"),
        ("channels", "3", "1"),
        ("channels", "1..2", "2"),
        ("channels", "..", ""),
        ("pixel_size", "0.1..0.3", "1"),
        // a span is without its end
        ("pixel_size", "0.3..1", "2"),
        ("pixel_size", "..0.1", "3"),
        ("pixel_size", "5e-2..0.2", "1"),
        ("pixel_size", "-..0.1", "1 2 4"),
        ("pixel_size", "1000..", ""),
        ("pixel_type", "uint16", "1"),
        ("pixel_type", "float32", "2"),
        ("pixel_type", "Float", "2"),
        ("pixel_type", "-int8", "1 2 4"),
        ("image_format", "OME-TIFF", "1 2"),
        ("image_format", "mrc", "3"),
        ("image_format", "CZI", ""),
        ("annotated", "tracks", "1"),
        ("annotated", "any", "1 3"),
        ("annotated", "-any", "2 4"),
    ] {
        let asked = [("kind", "image"), (name, value)];
        if value == ".." {
            assert!(scene.search(&asked).is_err());
            continue;
        }
        let mut found = scene.found(&asked);
        found.sort_unstable();
        let expected: Vec<String> = expected
            .split_whitespace()
            .map(|number| format!("DND-S1-I{number}"))
            .collect();
        assert_eq!(found, expected, "{name}={value}");
    }
    // parameters go together, and values of one are alternatives
    let stacks = [("z", "25"), ("z", "300"), ("organism", "NCBITaxon:10090")];
    assert_eq!(scene.found(&stacks), ["DND-S1-I1"]);
}

#[test]
fn an_image_is_found_by_what_its_study_is_called_behind_those_that_say_so_themselves() {
    let scene = Scene::with(&[
        Thing::new("DND-S1", "Nuclei of the fly embryo").text(KEYWORDS, "mitosis"),
        Thing::new("DND-S1-I1", "Plate 1, field 3").of_study("Nuclei of the fly embryo\nmitosis"),
        Thing::new("DND-S2-I1", "Nuclei").of_study("Another study"),
        Thing::new("DND-S3-I1", "An image without a study"),
    ]);
    let images = |words: &str| scene.found(&[("kind", "image"), ("q", words)]);
    assert_eq!(images("nuclei"), ["DND-S2-I1", "DND-S1-I1"]);
    assert_eq!(images("pictures of nuclei in mitosis"), ["DND-S1-I1"]);
    assert_eq!(images("fly field"), ["DND-S1-I1"]);
    // two names of a study are no phrase
    assert!(images("\"embryo mitosis\"").is_empty());
    assert_eq!(images("nuclei -mitosis"), ["DND-S2-I1"]);
    assert_eq!(images("images").len(), 3, "images of anything");
    assert!(
        scene
            .found(&[("kind", "study"), ("q", "images")])
            .is_empty()
    );
}

#[test]
fn a_study_that_is_called_otherwise_is_told_from_one_that_is_not() {
    let study = Thing::new("DND-S1", "Spindles").text(KEYWORDS, "mitosis");
    let scene = Scene::with(std::slice::from_ref(&study));
    let otherwise = |change| {
        let ids = scene.text.called_otherwise(&[change]).unwrap();
        ids.len() == 1
    };
    assert!(!otherwise(study.comes()));
    assert!(!otherwise(
        study.clone().description("More is said.").comes()
    ));
    assert!(otherwise(
        study.clone().text(KEYWORDS, "kinetochores").comes()
    ));
    assert!(otherwise(
        Thing::new("DND-S1", "Asters")
            .text(KEYWORDS, "mitosis")
            .comes()
    ));
    assert!(otherwise(study.goes()));
    assert!(otherwise(Thing::new("DND-S2", "New").comes()));
    assert!(!otherwise(Thing::new("DND-S2", "Never there").goes()));
    assert!(!otherwise(Thing::new("DND-S1-I1", "An image").comes()));
}

#[test]
fn a_hit_says_what_the_image_is() {
    let answer = scene().search(&[("q", "neurons")]).unwrap();
    let hit = serde_json::to_value(&answer.hits[0]).unwrap();
    assert_eq!(hit["study"], "DND-S1");
    assert_eq!(
        hit["pixels"],
        serde_json::json!({
            "size_x": 2048, "size_y": 1024, "size_z": 25, "channels": 3, "time_points": 1, "pixel_size": 0.108,
            "pixel_type": "uint16", "image_format": "OME-TIFF", "annotated": ["segmentation_mask", "tracks"],
        })
    );
    let liar = scene().search(&[("q", "liar")]).unwrap();
    assert_eq!(liar.hits[0].pixels, None);
    let study = scene().search(&[("kind", "study")]).unwrap();
    assert_eq!(
        (&study.hits[0].study, &study.hits[0].pixels),
        (&None, &None)
    );
}

#[test]
fn an_image_that_is_kept_and_was_read_has_the_picture_that_its_node_makes() {
    let thumbnail = |thing: Thing| {
        Scene::with(&[thing])
            .search(&[])
            .unwrap()
            .hits
            .remove(0)
            .thumbnail
    };
    let sized = |id: &str| Thing::new(id, "An image").size("sizeX", 8).size("sizeY", 8);
    let file = [(omma::PATH, Object::text("a.tif"))];
    let made = "https://images.example.org/id/DND-S1-I1.1/thumbnail";
    let kept = sized("DND-S1-I1").part(dcat::DISTRIBUTION, &file);
    assert_eq!(thumbnail(kept.clone()).as_deref(), Some(made));
    let named = kept.link(
        "http://schema.org/thumbnailUrl",
        "https://x.example.org/t.png",
    );
    assert_eq!(
        thumbnail(named).as_deref(),
        Some("https://x.example.org/t.png")
    );
    assert_eq!(thumbnail(sized("DND-S1-I1")), None);
    let unread = Thing::new("DND-S1-I1", "A file").part(dcat::DISTRIBUTION, &file);
    assert_eq!(thumbnail(unread), None);
    assert_eq!(
        thumbnail(sized("DND-S1").part(dcat::DISTRIBUTION, &file)),
        None
    );
}

#[test]
fn values_are_listed_by_the_spans_that_people_choose() {
    let answer = scene().search(&[("facets", FACETS)]).unwrap();
    let listed = |name: &str| -> Vec<(String, String, u64)> {
        let values = answer.facets.iter().find(|(facet, _)| *facet == name);
        let mut values: Vec<_> = values
            .unwrap()
            .1
            .iter()
            .map(|value| (value.id.clone(), value.label.clone(), value.count))
            .collect();
        values.sort();
        values
    };
    let value = |id: &str, label: &str, count| (id.to_owned(), label.to_owned(), count);
    assert_eq!(
        listed("z"),
        [
            value("1", "one plane", 1),
            value("101..", "more than 100 planes", 1),
            value("11..100", "11 to 100 planes", 1),
            value("2..", "any z-stack", 2),
        ]
    );
    assert_eq!(
        listed("pixel_size"),
        [
            value("..0.1", "below 0.1 µm", 1),
            value("0.1..0.3", "0.1 to 0.3 µm", 1),
            value("0.3..1", "0.3 to 1 µm", 1),
        ]
    );
    assert_eq!(
        listed("annotated"),
        [
            value("segmentation_mask", "segmentation masks", 1),
            value("tracks", "tracks", 1),
        ]
    );
    assert_eq!(listed("channels"), [value("1", "1", 1), value("3", "3", 1)]);
    assert_eq!(
        listed("image_format"),
        [value("mrc", "MRC", 1), value("ome-tiff", "OME-TIFF", 2)]
    );
    assert_eq!(
        listed("pixel_type"),
        [
            value("float32", "32 bit floating point", 1),
            value("int8", "8 bit with sign", 1),
            value("uint16", "16 bit", 1),
        ]
    );
}

#[test]
fn what_cannot_be_asked_is_said_with_what_can() {
    let scene = scene();
    for (name, value, says) in [
        (
            "z",
            "many",
            "parameter \"z\" cannot be \"many\"; possible is 3, 2..10, 2.. or ..10",
        ),
        ("t", "0", "possible is 3, 2..10"),
        ("channels", "3..2", "parameter \"channels\" cannot be"),
        ("z", "-", "possible is 3"),
        (
            "pixel_size",
            "0.1",
            "possible is 0.05..0.2, ..0.1 or 10.., in micrometres",
        ),
        ("pixel_size", "0,1..0,2", "in micrometres"),
        ("pixel_size", "1..0.5", "the smaller number first"),
        ("pixel_type", "uint12", "possible is bit, uint8, uint16"),
        (
            "annotated",
            "masks",
            "segmentation_mask, tracks, weak_annotations, other, any",
        ),
        ("image_format", "-", "a value behind the minus"),
    ] {
        let error = scene.search(&[(name, value)]).unwrap_err();
        assert!(matches!(error, SearchError::Value { .. }), "{error}");
        assert!(error.to_string().contains(says), "{name}={value}: {error}");
    }
}

/// An image in the plainest form.
#[derive(Debug, Clone)]
struct Raw {
    planes: Option<u64>,
    times: Option<u64>,
    channels: Option<u64>,
    /// in nanometres
    pixel: Option<u32>,
    pixel_type: Option<usize>,
    annotated: Vec<usize>,
}

const TYPES: [&str; 3] = ["uint8", "uint16", "float32"];
const KINDS: [&str; 3] = ["tracks", "segmentation_mask", "counts"];

fn raw() -> impl Strategy<Value = Raw> {
    let few = || prop::option::of(prop_oneof![1..4_u64, 9..13_u64, 99..103_u64]);
    let pixel = prop_oneof![Just(99), Just(100), Just(299), Just(300), 1..20_000_u32];
    let words = (
        prop::option::of(0..TYPES.len()),
        prop::collection::btree_set(0..KINDS.len(), 0..3),
    );
    (few(), few(), few(), prop::option::of(pixel), words).prop_map(
        |(planes, times, channels, pixel, (pixel_type, annotated))| Raw {
            planes,
            times,
            channels,
            pixel,
            pixel_type,
            annotated: annotated.into_iter().collect(),
        },
    )
}

impl Raw {
    fn thing(&self, serial: usize) -> Thing {
        let mut thing = Thing::new(&format!("DND-S1-I{serial}"), "An image");
        let sizes = [
            ("sizeZ", self.planes),
            ("sizeT", self.times),
            ("sizeC", self.channels),
        ];
        for (name, size) in sizes {
            if let Some(size) = size {
                thing = thing.size(name, size);
            }
        }
        if let Some(nanometres) = self.pixel {
            thing = thing.pixel_of(&self.micrometres(nanometres).to_string());
        }
        if let Some(number) = self.pixel_type {
            thing = thing.said("pixelType", TYPES[number]);
        }
        for kind in &self.annotated {
            thing = thing.said("annotatedWith", KINDS[*kind]);
        }
        thing
    }

    fn micrometres(&self, nanometres: u32) -> f64 {
        f64::from(nanometres) / 1000.0
    }

    /// Whether a value of a facet, as the index lists it, is true of it: read without the index's own reading.
    fn has(&self, facet: &str, value: &str) -> bool {
        let whole = |number: Option<u64>| {
            let bounds = match value.split_once("..") {
                Some((from, to)) => (from.parse().unwrap_or(1), to.parse().unwrap_or(u64::MAX)),
                None => (value.parse().unwrap(), value.parse().unwrap()),
            };
            number.is_some_and(|number| (bounds.0..=bounds.1).contains(&number))
        };
        match facet {
            "z" => whole(self.planes),
            "t" => whole(self.times),
            "channels" => whole(self.channels),
            "pixel_size" => {
                let (from, to) = value.split_once("..").unwrap();
                let (from, to) = (from.parse().unwrap_or(0.0), to.parse().unwrap_or(f64::MAX));
                let pixel = self.pixel.map(|pixel| self.micrometres(pixel));
                pixel.is_some_and(|pixel| pixel >= from && pixel < to)
            }
            "pixel_type" => self.pixel_type.is_some_and(|number| TYPES[number] == value),
            _ => self.annotated.iter().any(|kind| KINDS[*kind] == value),
        }
    }

    fn has_any(&self, facet: &str) -> bool {
        match facet {
            "z" => self.planes.is_some(),
            "t" => self.times.is_some(),
            "channels" => self.channels.is_some(),
            "pixel_size" => self.pixel.is_some(),
            "pixel_type" => self.pixel_type.is_some(),
            _ => !self.annotated.is_empty(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn every_value_finds_as_many_as_it_counts(
        first in prop::collection::vec(raw(), 1..20),
        second in prop::collection::vec(raw(), 0..20),
    ) {
        // two commits, so that there is more than one segment
        let scene = Scene::empty();
        let all: BTreeMap<usize, Raw> = (1..).zip(first.iter().chain(&second).cloned()).collect();
        let changes: Vec<_> = all.iter().map(|(serial, raw)| raw.thing(*serial).comes()).collect();
        let (one, other) = changes.split_at(first.len());
        scene.apply(one);
        scene.apply(other);
        let answer = scene.search(&[("facets", "z,t,channels,pixel_size,pixel_type,annotated")]).unwrap();
        for (facet, values) in &answer.facets {
            for value in values {
                let expected = all.values().filter(|raw| raw.has(facet, &value.id)).count() as u64;
                prop_assert_eq!(value.count, expected, "{} {}", facet, &value.id);
                let found = scene.search(&[(facet, &value.id)]).unwrap();
                prop_assert_eq!(found.total, expected, "{}={}", facet, &value.id);
                let excluded = scene.search(&[(facet, &format!("-{}", value.id))]).unwrap();
                prop_assert_eq!(excluded.total, all.len() as u64 - expected, "{}=-{}", facet, &value.id);
            }
            // whoever has anything has a value
            let having = all.values().filter(|raw| raw.has_any(facet)).count();
            let listed = all.values().filter(|raw| values.iter().any(|value| raw.has(facet, &value.id))).count();
            prop_assert_eq!(having, listed, "{}", facet);
        }
    }
}

#[test]
fn facets_of_images_are_known_as_such() {
    let of_images: Vec<&str> = FACETS.split(',').collect();
    for facet in Facet::ALL {
        assert_eq!(facet.is_of_images(), of_images.contains(&facet.name()));
    }
}
