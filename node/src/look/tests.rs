#![expect(clippy::unwrap_used, reason = "a test that fails says where")]

use proptest::prelude::*;

use super::{Place, Plain, Region, ScaleBar, Spot};
use crate::image::render::synthetic::Synthetic;
use crate::image::render::{View, default_view};
use crate::image::{Length, PixelSource};

/// The words that the viewer in the browser is tested with too (`spot.test.js`), but those that only it acts on.
const WHOLE: &str = "x=812.25&y=-3&zoom=0.35&w=1371.4&h=900&z=10&t=3&axis.angle=2&c=0:100-4000:ff00ff:g0.8,2:-5--1,3:1e-19-0.001:00ff00&box=10,20,30,40&labels=nuclei:0.5&marks=1&well=B/3&field=1";

fn read(query: &str) -> (Spot, Vec<String>) {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect();
    Spot::read(
        pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    )
}

#[test]
fn what_an_address_says_is_what_is_written_again() {
    let (spot, ignored) = read(WHOLE);
    assert!(ignored.is_empty(), "{ignored:?}");
    assert_eq!(spot.query(), WHOLE);
    assert_eq!(spot.rendering.channels[0].window, Some([100.0, 4000.0]));
    assert_eq!(spot.marked, Some([10.0, 20.0, 30.0, 40.0]));
    for query in ["z=max", "z=3-20", "c=none", ""] {
        assert_eq!(read(query).0.query(), query);
    }
}

#[test]
fn what_cannot_be_understood_is_named_and_does_nothing_else() {
    let bad = [
        ("x", &["abc", "inf", "NaN", "1e999", "1;2"][..]),
        ("zoom", &["0", "-1", "NaN"]),
        ("w", &["0", "-5", "wide"]),
        ("h", &["0"]),
        ("z", &["-1", "5-3", "min", "1.5", "1~t=3"]),
        ("t", &["-1", "99999999999"]),
        ("c", &["x", "0:4000-100", "0:ff00f", "0:g0", "0:100"]),
        ("box", &["1,2,3", "1,2,0,4", "1,2,3,4,5", "a,b,c,d"]),
        ("axis.angle", &["x", "-1"]),
    ];
    for (name, values) in bad {
        for value in values {
            let (spot, ignored) = Spot::read([(name, *value), ("y", "7")]);
            assert_eq!(ignored, [name], "{name}={value}");
            assert_eq!(spot.query(), "y=7", "{name}={value}");
        }
    }
}

proptest! {
    #[test]
    fn no_text_whatever_is_a_panic_and_what_is_taken_is_read_the_same_again(
        name in "(x|y|zoom|w|h|z|t|c|box|labels|marks|well|field|axis\\.[a-z~=é ]{0,3})",
        value in "[0-9a-fmaxegE:,./%&=+~ -]{0,14}",
    ) {
        let once = Spot::read([(name.as_str(), value.as_str())]).0.query();
        prop_assert_eq!(&read(&once).0.query(), &once);
    }

    #[test]
    fn a_region_is_inside_its_image_whatever_is_asked(
        x in -1e6..1e6_f64, y in -1e6..1e6_f64, zoom in 1e-6..1e6_f64,
        columns in 1..200_000_u64, rows in 1..200_000_u64,
    ) {
        let spot = Spot { x: Some(x), y: Some(y), zoom: Some(zoom), ..Spot::default() };
        let region = Region::of(&spot, columns, rows);
        prop_assert!(region.width >= 1 && region.height >= 1);
        prop_assert!(region.x + region.width <= columns && region.y + region.height <= rows);
        prop_assert!(region.shown.iter().all(|side| (1..=800).contains(side)), "{region:?}");
    }
}

fn stack() -> (Synthetic, View) {
    let axes = [("t", 3), ("c", 2), ("z", 30), ("y", 1000), ("x", 2000)];
    let image = Synthetic::new(&axes).with_levels(4);
    let view = default_view(&image).unwrap();
    (image, view)
}

fn plain(query: &str) -> Plain {
    let (image, default) = stack();
    Plain::of(&read(query).0, "DMO-S1-I1", &image, &default).unwrap()
}

fn query_of(plain: &Plain, title: &str, text: &str) -> Option<String> {
    let controls = plain
        .controls
        .iter()
        .find(|one| one.title == title)
        .unwrap();
    let way = controls.ways.iter().find(|way| way.text == text).unwrap();
    way.query.clone()
}

#[test]
fn an_address_without_words_shows_the_picture_that_every_image_has() {
    let plain = plain("");
    let picture = plain.picture.as_ref().unwrap();
    assert_eq!(picture.path, "iiif/3/DMO-S1-I1/full/512,256/0/default.jpg");
    assert_eq!(
        picture.words,
        "The whole image, plane 16 of 30, time point 1 of 3"
    );
    assert_eq!(query_of(&plain, "Where", "Whole image"), None);
    assert_eq!(query_of(&plain, "Time", "Back"), None);
    assert_eq!(query_of(&plain, "Time", "On").unwrap(), "t=1");
}

#[test]
fn a_link_to_a_spot_is_the_region_that_the_viewer_shows() {
    let said = plain("x=500&y=500&zoom=2&z=max&t=1&c=1:10-500:00ff00&box=490,490,20,10");
    let picture = said.picture.as_ref().unwrap();
    assert_eq!(
        picture.path,
        "iiif/3/DMO-S1-I1~z=max~t=1~c=1:10-500:00ff00/308,308,384,384/^768,768/0/default.jpg"
    );
    assert_eq!(picture.marked, Some([364.0, 364.0, 40.0, 20.0]));
    let right = query_of(&said, "Where", "Right").unwrap();
    assert!(
        right.starts_with("x=692&y=500&zoom=2&z=max&t=1&c=1"),
        "{right}"
    );
    assert_eq!(query_of(&said, "Plane", "Greatest values of all"), None);
}

#[test]
fn every_link_leads_to_a_view_that_the_image_has() {
    let (image, default) = stack();
    let mut queries = vec![String::new()];
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..4 {
        let mut next = Vec::new();
        for query in queries {
            let said = Plain::of(&read(&query).0, "A", &image, &default).unwrap();
            assert_eq!(said.refused, None, "{query}");
            let ways = said.controls.iter().flat_map(|one| &one.ways);
            let toggles = said.channels.iter().map(|row| row.toggle.clone());
            next.extend(ways.filter_map(|way| way.query.clone()).chain(toggles));
        }
        next.retain(|query| seen.insert(query.clone()));
        queries = next.into_iter().take(40).collect();
    }
    assert!(seen.len() > 100, "only {} views were reached", seen.len());
}

#[test]
fn channels_are_shown_hidden_and_set_by_links_and_a_form() {
    let said = plain("");
    assert!(said.channels.iter().all(|row| row.is_shown));
    let without = plain(&said.channels[0].toggle);
    let shown: Vec<bool> = without.channels.iter().map(|row| row.is_shown).collect();
    assert_eq!(shown, [false, true]);
    let dark = plain(&without.channels[1].toggle);
    assert_eq!(dark.picture, None);
    let again = plain(&dark.channels[0].toggle);
    assert!(again.picture.is_some() && again.channels[0].is_shown);

    let fields = [
        ("set", "channels"),
        ("on", "1"),
        ("least.1", "10"),
        ("greatest.1", "500"),
        ("colour.1", "#00ff00"),
        ("gamma.1", "0.8"),
        ("least.0", "nonsense"),
    ];
    let owned: Vec<(String, String)> = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let spot = Plain::of_form(&read("z=3").0, &owned).unwrap();
    assert_eq!(spot.query(), "z=3&c=1:10-500:00ff00:g0.8");
    assert_eq!(Plain::of_form(&spot, &[]), None);
}

#[test]
fn a_link_to_what_the_image_does_not_have_says_so_and_shows_the_image() {
    let said = plain("z=99&x=500&y=500&zoom=1");
    let refused = said.refused.as_ref().unwrap();
    assert!(refused.contains("no focal plane 99"), "{refused}");
    assert!(said.picture.unwrap().path.starts_with("iiif/3/DMO-S1-I1/"));
}

#[test]
fn nothing_is_read_to_say_where_the_links_lead() {
    let (image, default) = stack();
    let before = image.samples_read();
    Plain::of(&read("z=3&t=2&c=0:1-2:ff0000").0, "A", &image, &default).unwrap();
    assert_eq!(image.samples_read(), before);
    assert_eq!(image.levels().len(), 4);
}

#[test]
fn an_image_of_very_many_channels_has_rows_for_the_first_of_them() {
    let image = Synthetic::new(&[("c", 5_000), ("y", 10), ("x", 10)]);
    let default = default_view(&image).unwrap();
    let said = Plain::of(&read("c=4999").0, "A", &image, &default).unwrap();
    assert_eq!(said.channels.len(), 100);
    assert!(said.picture.unwrap().path.contains("~c=4999/"));
}

/// The stack with pixels of a quarter of a micrometre and half a minute from one time point to the next.
fn measured(query: &str) -> Plain {
    let (mut image, default) = stack();
    for axis in &mut image.description.axes {
        let (value, unit) = match axis.kind {
            crate::image::AxisKind::T => (0.5, "minute"),
            _ => (250.0, "nanometer"),
        };
        axis.step = Some(Length {
            value,
            unit: Some(unit.to_owned()),
        });
    }
    image.description.format = "OME-Zarr 0.5";
    image.description.name = Some("Stack & more".to_owned());
    Plain::of(&read(query).0, "DMO-S1-I1", &image, &default).unwrap()
}

#[test]
fn lengths_and_times_that_are_known_are_said() {
    let whole = measured("t=1");
    let bar = |plain: &Plain| plain.picture.as_ref().unwrap().scale.clone();
    // 2,000 columns of 0.25 µm are 768 points
    let expected = ScaleBar {
        points: 153.6,
        text: "100 \u{b5}m".to_owned(),
    };
    assert_eq!(bar(&whole), Some(expected));
    assert_eq!(
        whole.controls[0].state,
        "the whole image, 2000 \u{d7} 1000 pixels, 500 \u{b5}m \u{d7} 250 \u{b5}m"
    );
    let time = whole.controls.iter().find(|one| one.title == "Time");
    assert_eq!(time.unwrap().state, "2 of 3, 30 s");
    let near = measured("x=500&y=500&zoom=8");
    assert_eq!(bar(&near).unwrap().text, "5 \u{b5}m");
    assert_eq!(bar(&near).unwrap().points, 160.0);
    assert_eq!(bar(&plain("")), None, "nobody knows how large a pixel is");
}

#[test]
fn what_was_seen_on_a_wide_screen_is_in_the_picture() {
    let wide = plain("x=1000&y=500&zoom=1&w=1500&h=600");
    let picture = wide.picture.as_ref().unwrap();
    assert!(picture.path.contains("/250,0,1500,1000/"), "{picture:?}");
    let nearer = query_of(&wide, "Where", "Nearer").unwrap();
    assert!(!nearer.contains("w=") && !nearer.contains("h="), "{nearer}");
}

#[test]
fn the_view_is_for_others_what_it_is_here() {
    let place = Place {
        base: "https://n.example.org/",
        resource: "DMO-S1-I1.2",
        iri: "https://ids.example.org/id/DMO-S1-I1",
        citation: "Example (2026). Stacks. ",
        licence: Some("CC BY 4.0"),
        has_zarr: true,
    };
    let view = "x=500&y=500&zoom=2&z=4&t=1&c=1:10-500:00ff00&box=490,490,20,10&labels=cells:0.5";
    let said = measured(view).share(&place);
    let share = said.share.as_ref().unwrap();
    let text = |name: &str| {
        let mut texts = share.texts.iter();
        texts.find(|(found, _)| *found == name).unwrap().1.as_str()
    };
    let link = text("Link to this view");
    let (page, query) = link.split_once('?').unwrap();
    assert_eq!(page, "https://n.example.org/id/DMO-S1-I1.2");
    assert_eq!(
        query,
        "x=500&y=500&zoom=2&w=384&h=384&z=4&t=1&c=1:10-500:00ff00&box=490,490,20,10&labels=cells:0.5"
    );
    let again = measured(query);
    let picture = |plain: &Plain| plain.picture.as_ref().unwrap().path.clone();
    assert_eq!(picture(&again), picture(&said));
    let citation = text("Cite this view");
    assert_eq!(
        citation,
        format!(
            "Example (2026). Stacks. View: plane 5 of 30, time point 2, x 490 to 510, y 490 to 500 (pixels). Licence: CC BY 4.0. {link}"
        )
    );
    assert_eq!(
        text("As a picture (IIIF)"),
        "https://n.example.org/iiif/3/DMO-S1-I1.2~z=4~t=1~c=1:10-500:00ff00/490,490,20,10/max/0/default.jpg"
    );
    let annotation: serde_json::Value = serde_json::from_str(text("As a W3C annotation")).unwrap();
    assert_eq!(annotation["target"]["scope"], link);
    assert_eq!(
        annotation["target"]["selector"]["value"],
        "xywh=pixel:490,490,20,10"
    );
    let names: Vec<&str> = share.elsewhere.iter().map(|other| other.name).collect();
    assert_eq!(
        names[..5],
        ["napari", "Fiji", "neuroglancer", "vizarr", "Python"]
    );
    let address = &share.elsewhere[2].text;
    let (site, state) = address.split_once("#!").unwrap();
    assert_eq!(site, "https://neuroglancer-demo.appspot.com/");
    let state = percent_encoding::percent_decode_str(state)
        .decode_utf8()
        .unwrap();
    let state: serde_json::Value = serde_json::from_str(&state).unwrap();
    assert_eq!(
        state["layers"][0]["source"],
        "https://n.example.org/zarr/DMO-S1-I1.2/|zarr3:"
    );
    assert_eq!(state["layers"][0]["localPosition"], serde_json::json!([1]));
    assert_eq!(state["dimensions"]["x"], serde_json::json!([2.5e-7, "m"]));
    assert_eq!(state["position"], serde_json::json!([500.0, 500.0, 4]));
}

#[test]
fn a_default_view_says_its_windows_and_colours_to_others() {
    let (image, default) = stack();
    let place = Place {
        base: "https://n.example.org/",
        resource: "A-S1-I1.1",
        iri: "https://ids.example.org/id/A-S1-I1",
        citation: "Stacks",
        licence: None,
        has_zarr: false,
    };
    let said = Plain::of(&Spot::default(), "A", &image, &default).unwrap();
    let share = said.share(&place).share.unwrap();
    let link = &share.texts[0].1;
    for (channel, shown) in default.channels.iter().enumerate() {
        let window = format!("{channel}:{}-{}:", shown.window[0], shown.window[1]);
        assert!(link.contains(&window), "{window} is not in {link}");
    }
    assert!(link.contains("?z=15&t=0&c="), "{link}");
    assert!(
        share.texts[1]
            .1
            .contains("View: plane 16 of 30, time point 1, whole image. https")
    );
    let names: Vec<&str> = share.elsewhere.iter().map(|other| other.name).collect();
    assert_eq!(
        names,
        ["Mirador and other viewers of IIIF"],
        "no OME-Zarr yet"
    );
    let dark = Plain::of(&read("c=none").0, "A", &image, &default).unwrap();
    let dark = dark.share(&place).share.unwrap();
    assert!(dark.texts[0].1.ends_with("c=none"), "{:?}", dark.texts[0]);
    assert!(dark.texts.iter().all(|(name, _)| !name.contains("IIIF")));
}
