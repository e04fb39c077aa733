//! Addresses of every kind, whole and broken.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use proptest::prelude::*;

use super::{
    Address, Asked, Canvas, Identifier, Info, Limits, MOST_SIDE, Manifest, Refusal, RefusalKind,
    Resolved,
};
use crate::image::render::synthetic::Synthetic;
use crate::image::render::{Bounds, Depth, Style, default_view};
use crate::image::{AxisKind, Length, PixelSource};

const LIMITS: Limits = Limits {
    side: MOST_SIDE,
    pixels: 1 << 24,
};

fn resolved(path: &str, width: u64, height: u64) -> Result<Resolved, Refusal> {
    match Address::parse(path)?.asked {
        Asked::Picture(request) => request.resolve(width, height, &LIMITS),
        other => panic!("{path} is {other:?}"),
    }
}

/// The canonical form of a request for an image of 1000 × 600 pixels, or why it is refused.
fn canonical(request: &str) -> Result<String, (RefusalKind, String)> {
    let resolved = resolved(&format!("DMO-S1-I1/{request}"), 1000, 600);
    resolved
        .map(|resolved| resolved.path().to_owned())
        .map_err(|refusal| (refusal.kind, refusal.sentence))
}

#[test]
fn every_way_of_asking_has_one_canonical_form() {
    for (asked, expected) in [
        ("full/max/0/default.jpg", "full/max/0/default.jpg"),
        (
            "0,0,1000,600/1000,600/0/default.jpg",
            "full/max/0/default.jpg",
        ),
        (
            "0,0,5000,5000/pct:100/360/default.jpg",
            "full/max/0/default.jpg",
        ),
        (
            "pct:0,0,100,100/^1000,/0.0/color.png",
            "full/max/0/color.png",
        ),
        ("square/max/90/gray.webp", "200,0,600,600/max/90/gray.webp"),
        (
            "pct:50,50,10,10/50,/!22.50/bitonal.png",
            "500,300,100,60/50,30/!22.5/bitonal.png",
        ),
        (
            "900,500,512,512/,50/.5/default.jpg",
            "900,500,100,100/50,50/0.5/default.jpg",
        ),
        ("full/!300,300/0/default.jpg", "full/300,180/0/default.jpg"),
        ("full/300,300/0/default.jpg", "full/300,300/0/default.jpg"),
        ("full/^2000,/0/default.jpg", "full/^2000,1200/0/default.jpg"),
        (
            "full/^!2000,3000/0/default.jpg",
            "full/^2000,1200/0/default.jpg",
        ),
        (
            "full/^pct:150/0/default.jpg",
            "full/^1500,900/0/default.jpg",
        ),
        ("full/^max/0/default.jpg", "full/^max/0/default.jpg"),
        (
            "full/^!99999,99999/0/default.jpg",
            "full/^max/0/default.jpg",
        ),
        ("full/pct:.1/0/default.jpg", "full/1,1/0/default.jpg"),
        (
            "999,599,1,1/max/0/default.jpg",
            "999,599,1,1/max/0/default.jpg",
        ),
        (
            "%66ull/%5E2000%2C/0/default.jpg",
            "full/^2000,1200/0/default.jpg",
        ),
    ] {
        assert_eq!(canonical(asked), Ok(expected.to_owned()), "{asked}");
        // what is canonical stays as it is
        assert_eq!(canonical(expected), Ok(expected.to_owned()), "{expected}");
    }
}

#[test]
fn every_malformed_segment_is_refused_with_a_sentence() {
    for (part, asked) in [
        (
            "region",
            [
                "",
                "Full",
                "0,0,10",
                "0,0,10,10,10",
                "0,0,-1,10",
                "0,0,0,10",
                "0,0,10,0",
                "1000,0,5,5",
                "0,600,5,5",
                "pct:",
                "pct:1,2,3",
                "pct:100,0,5,5",
                "pct:0,0,0,5",
                "pct:a,0,5,5",
                "0.5,0,5,5",
                "0,0,9999999999,1",
                "0, 0,5,5",
                "1e2,0,5,5",
                "+1,0,5,5",
                "%FF",
                "squares",
            ]
            .as_slice(),
        ),
        (
            "size",
            [
                "",
                "full",
                "0,",
                ",0",
                "0,0",
                ",",
                "^",
                "^^max",
                "max^",
                "1001,",
                ",601",
                "1001,600",
                "pct:0",
                "pct:101",
                "pct:-5",
                "pct:",
                "!0,5",
                "!5",
                "!2000,3000",
                "^99999,",
                "^20000,20000",
                "^pct:99999999",
                "1.5,",
                "5,5,5",
                "NaN,5",
                "infinity",
            ]
            .as_slice(),
        ),
        (
            "rotation",
            [
                "",
                "-1",
                "361",
                "360.1",
                "!",
                "!!0",
                "90!",
                "1e1",
                "a",
                "0.0.0",
                "..",
                "999999999999999999999",
                "NaN",
            ]
            .as_slice(),
        ),
        (
            "last",
            [
                "default",
                ".jpg",
                "default.",
                "native.jpg",
                "grey.jpg",
                "default.jpeg",
                "default.JPG",
                "default.bmp",
                "default.jpg.png",
                "DEFAULT.jpg",
                ".",
            ]
            .as_slice(),
        ),
    ] {
        for wrong in asked {
            let path = match part {
                "region" => format!("{wrong}/max/0/default.jpg"),
                "size" => format!("full/{wrong}/0/default.jpg"),
                "rotation" => format!("full/max/{wrong}/default.jpg"),
                _ => format!("full/max/0/{wrong}"),
            };
            let (kind, sentence) = canonical(&path).expect_err(&path);
            assert_eq!(kind, RefusalKind::Malformed, "{path}: {sentence}");
            assert!(
                sentence.len() > 20 && !sentence.ends_with('.'),
                "{sentence}"
            );
        }
    }
    for format in ["tif", "gif", "jp2", "pdf"] {
        let refused = canonical(&format!("full/max/0/default.{format}"));
        assert_eq!(
            refused.unwrap_err().0,
            RefusalKind::NotImplemented,
            "{format}"
        );
    }
    for path in [
        "",
        "/",
        "//",
        "a/b",
        "a/info.xml",
        "a/full/max/0/default.jpg/",
        "a/b/full/max/0/default.jpg",
        "/info.json/x",
    ] {
        assert_eq!(
            Address::parse(path).unwrap_err().kind,
            RefusalKind::NotFound,
            "{path}"
        );
    }
    for path in ["%", "%2", "%zz", "a%FFb/info.json", "%C3%28"] {
        assert_eq!(
            Address::parse(path).unwrap_err().kind,
            RefusalKind::Malformed,
            "{path}"
        );
    }
}

#[test]
fn a_billion_pixels_are_refused_and_a_large_image_is_made_smaller() {
    let [width, height] = [200_000, 100_000];
    let most = resolved("a/full/max/0/default.jpg", width, height).unwrap();
    assert_eq!(most.path(), "full/max/0/default.jpg");
    for asked in [
        "full/200000,100000/0/default.jpg",
        "full/pct:100/0/default.jpg",
        "full/16384,/0/default.jpg",
        "full/^999999999,999999999/0/default.png",
    ] {
        let refused = resolved(&format!("a/{asked}"), width, height).unwrap_err();
        assert_eq!(refused.kind, RefusalKind::Malformed, "{asked}");
    }
    assert!(resolved("a/full/!16000,16000/0/default.jpg", width, height).is_ok());
}

#[test]
fn a_rendering_is_read_and_written_in_one_way() {
    for (text, written) in [
        ("DMO-S1-I12", "DMO-S1-I12"),
        (
            "DMO-S1-I12.2~z=10~t=0~c=0:100-4000:ff00ff",
            "DMO-S1-I12.2~z=10~t=0~c=0:100-4000:ff00ff",
        ),
        ("a~t=7~z=max", "a~z=max~t=7"),
        ("a~z=03-20", "a~z=3-20"),
        ("a~c=2,0:FF00ff:g.80:5-6.50", "a~c=2,0:5-6.5:ff00ff:g0.8"),
        ("a~c=0:-5--1,1:-1e-19-1e-3", "a~c=0:-5--1,1:-1e-19-0.001"),
        ("a~c=0:100000", "a~c=0:100000"),
        ("a~as=labels", "a~as=labels"),
        (
            "a~axis.life%74ime%20%3D=4~axis.angle=1",
            "a~axis.lifetime%20%3D=4~axis.angle=1",
        ),
    ] {
        let identifier = Identifier::parse(text).unwrap();
        let again = format!("{}{}", identifier.resource, identifier.rendering);
        assert_eq!(again, written, "{text}");
        assert_eq!(Identifier::parse(written).unwrap(), identifier, "{written}");
    }
    let odd = Identifier::parse("a/b?c#d[e]@f%g").unwrap();
    assert_eq!(odd.segment(), "a%2Fb%3Fc%23d%5Be%5D%40f%25g");
    let address = Address::parse(&format!("{}/info.json", odd.segment())).unwrap();
    assert_eq!(address.identifier, odd);
}

#[test]
fn what_is_no_rendering_says_why() {
    let long = format!("a~c={}", "0,".repeat(1500));
    let many = format!("a~c={}0", "0,".repeat(64));
    for text in [
        "a~",
        "a~~",
        "a~z",
        "a~z=",
        "a~z=-1",
        "a~z=1-",
        "a~z=5-3",
        "a~z=1-2-3",
        "a~z=1.5",
        "a~z=1~z=2",
        "a~t=max",
        "a~c=",
        "a~c=0,",
        "a~c=x",
        "a~c=0:",
        "a~c=0:5-5",
        "a~c=0:6-5",
        "a~c=0:ff00f",
        "a~c=0:gg",
        "a~c=0:g0",
        "a~c=0:g1:g2",
        "a~c=0:1-2:3-4",
        "a~c=0:ff0000:00ff00",
        "a~c=0:inf-5",
        "a~c=0:1e999-2",
        "a~as=x",
        "a~axis.=",
        "a~axis.x=y",
        "a~axis.%FF=1",
        "a~scale=2",
        "a~c=0:g1e9",
        "a~c=0:gNaN",
        &long,
        &many,
    ] {
        let refused = Identifier::parse(text).expect_err(text);
        assert_eq!(refused.kind, RefusalKind::Malformed, "{text}");
    }
}

#[test]
fn a_rendering_changes_what_it_names_and_leaves_the_rest_as_it_is() {
    let source = Synthetic::new(&[
        ("phase", 3),
        ("t", 4),
        ("c", 3),
        ("z", 8),
        ("y", 16),
        ("x", 16),
    ]);
    let default = default_view(&source).unwrap();
    let view = |text: &str| {
        Identifier::parse(text)
            .unwrap()
            .rendering
            .view(&source, &default)
    };
    assert_eq!(view("a").unwrap(), default);
    let some = view("a~z=2-5~t=3~axis.phase=1~c=2:10-20,0:0000ff:g2~as=channels").unwrap();
    assert_eq!(
        (some.depth, some.time, some.others),
        (Depth::Maximum { first: 2, last: 5 }, 3, vec![1])
    );
    assert_eq!(some.channels.len(), 2);
    assert_eq!(
        (some.channels[0].index, some.channels[0].window),
        (2, [10.0, 20.0])
    );
    assert_eq!(some.channels[0].colour, default.channels[2].colour);
    assert_eq!(
        (some.channels[1].colour, some.channels[1].gamma),
        ([0, 0, 255], 2.0)
    );
    assert_eq!(some.channels[1].window, default.channels[0].window);
    assert_eq!(
        view("a~z=max").unwrap().depth,
        Depth::Maximum { first: 0, last: 7 }
    );
    assert_eq!(view("a~as=labels").unwrap().style, Style::Labels);
    for absent in [
        "a~z=8",
        "a~z=0-8",
        "a~t=4",
        "a~c=3",
        "a~axis.phase=3",
        "a~axis.angle=0",
    ] {
        assert_eq!(
            view(absent).expect_err(absent).kind,
            RefusalKind::NotFound,
            "{absent}"
        );
    }
}

#[test]
fn a_request_makes_the_picture_that_its_address_says() {
    let source = Synthetic::new(&[("c", 2), ("y", 600), ("x", 1000)]).with_levels(2);
    let view = default_view(&source).unwrap();
    for (asked, size, has_colour) in [
        ("full/300,/0/default.jpg", [300, 180], true),
        ("square/100,100/90/gray.png", [100, 100], false),
        ("0,0,100,50/max/90/color.webp", [50, 100], true),
        ("0,0,100,50/max/45/bitonal.png", [107, 107], false),
        ("0,0,100,50/^200,/!270/default.png", [100, 200], true),
    ] {
        let request = resolved(&format!("a/{asked}"), 1000, 600).unwrap();
        let bytes = request.answer(&source, &view, &Bounds::default()).unwrap();
        let picture = image::load_from_memory(&bytes).unwrap();
        assert_eq!([picture.width(), picture.height()], size, "{asked}");
        assert_eq!(picture.color().has_color(), has_colour, "{asked}");
        assert_eq!(
            image::guess_format(&bytes).unwrap().to_mime_type(),
            request.format().media_type()
        );
    }
}

#[test]
fn information_lists_tiles_and_sizes_that_can_be_had() {
    let mut source = Synthetic::new(&[("y", 5001), ("x", 10_000)]);
    for axis in &mut source.description.axes {
        if matches!(axis.kind, AxisKind::X | AxisKind::Y) {
            axis.step = Some(Length {
                value: 0.5,
                unit: Some("micrometer".to_owned()),
            });
        }
    }
    let info = Info {
        id: "https://x.org/iiif/3/a",
        description: source.description(),
        full: source.levels()[0],
        limits: &LIMITS,
        rights: Some("https://creativecommons.org/licenses/by/4.0/"),
        manifest: "https://x.org/iiif/presentation/3/a/manifest",
        record: "https://x.org/id/a.jsonld",
    };
    let document = info.to_json();
    assert_eq!(document["width"], 10_000);
    assert_eq!(
        document["tiles"][0]["scaleFactors"],
        serde_json::json!([1, 2, 4, 8, 16, 32])
    );
    assert_eq!(document["service"][0]["physicalScale"], 0.0005);
    let sizes = document["sizes"].as_array().unwrap();
    assert_eq!(sizes[0], serde_json::json!({ "width": 313, "height": 157 }));
    for size in sizes {
        let path = format!("a/full/{},{}/0/default.jpg", size["width"], size["height"]);
        assert!(resolved(&path, 10_000, 5001).is_ok(), "{path}");
    }
}

#[test]
fn a_manifest_has_a_canvas_for_each_plane_and_begins_in_the_middle() {
    let source = Synthetic::new(&[("t", 3), ("z", 5), ("y", 300), ("x", 400)]);
    let (canvases, start) = Canvas::of_image("DMO-S1-I1", source.description(), [400, 300]);
    assert_eq!((canvases.len(), start), (15, 2));
    assert_eq!(canvases[2].label, "plane 3 of 5, time 1 of 3");
    assert_eq!(canvases[2].identifier.segment(), "DMO-S1-I1~z=2~t=0");
    let manifest = Manifest {
        id: "https://x.org/iiif/presentation/3/DMO-S1-I1/manifest".to_owned(),
        label: "Yeast <i>".to_owned(),
        source: "Example Institute, DMO-S1-I1".to_owned(),
        rights: None,
        page: "https://x.org/id/DMO-S1-I1".to_owned(),
        record: "https://x.org/id/DMO-S1-I1.jsonld".to_owned(),
        canvases,
        start,
        remark: None,
    };
    let document = manifest.to_json("https://x.org/iiif/3/", &LIMITS).unwrap();
    let first = &document["items"][0];
    assert_eq!(document["start"]["id"], document["items"][2]["id"]);
    assert_eq!(first["items"][0]["items"][0]["target"], first["id"]);
    let body = &first["items"][0]["items"][0]["body"];
    assert_eq!(
        body["id"],
        "https://x.org/iiif/3/DMO-S1-I1~z=0~t=0/full/max/0/default.jpg"
    );
    assert_eq!(
        (&body["width"], &body["height"]),
        (&400.into(), &300.into())
    );
    assert_eq!(first["thumbnail"][0]["width"], 256);
    for (planes, times, expected) in [
        (2000, 1, 1),
        (1, 2000, 1),
        (50, 50, 50),
        (1, 1000, 1000),
        (2000, 10, 10),
    ] {
        let source = Synthetic::new(&[("t", times), ("z", planes), ("y", 8), ("x", 8)]);
        let (canvases, start) = Canvas::of_image("a", source.description(), [8, 8]);
        assert_eq!(canvases.len(), expected, "{planes} planes, {times} times");
        assert!(start < canvases.len());
    }
}

proptest! {
    #[test]
    fn no_address_panics(path in "\\PC{0,80}", width in 1_u64..1_000_000, height in 1_u64..1_000_000) {
        if let Ok(Address { asked: Asked::Picture(request), .. }) = Address::parse(&path) {
            let _ = request.resolve(width, height, &LIMITS);
        }
    }

    #[test]
    fn whatever_is_nearly_an_address_is_answered_or_refused_and_stays_within_the_limits(
        region in "(full|square|(pct:)?[0-9.]{0,7},[0-9]{1,7},[0-9.]{1,9},[0-9]{1,9})",
        size in "\\^?(max|!?[0-9]{0,9},[0-9]{0,9}|pct:[0-9.]{1,9})",
        rotation in "!?[0-9.]{1,6}",
        rendering in "(~[ztcaxis.]{1,5}=[0-9a-fmx:,.%-]{0,20}){0,3}",
        width in 1_u64..10_000_000, height in 1_u64..10_000_000,
    ) {
        let path = format!("a{}/{region}/{size}/{rotation}/default.jpg", rendering.replace('%', "%25"));
        if let Ok(Address { identifier, asked: Asked::Picture(request) }) = Address::parse(&path) {
            let written = format!("{}{}", identifier.resource, identifier.rendering);
            prop_assert_eq!(Identifier::parse(&written).unwrap(), identifier);
            if let Ok(resolved) = request.resolve(width, height, &LIMITS) {
                prop_assert!(resolved.pixels() <= LIMITS.pixels);
                let path = format!("a/{}", resolved.path());
                let again = self::resolved(&path, width, height).unwrap();
                prop_assert_eq!(again.path(), resolved.path());
            }
        }
    }
}
