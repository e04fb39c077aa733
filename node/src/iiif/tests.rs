//! Addresses of every kind, whole and broken.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod documents;
mod renderings;

use proptest::prelude::*;

use super::{Address, Asked, Identifier, Limits, MOST_SIDE, Refusal, RefusalKind, Resolved};
use crate::image::render::synthetic::Synthetic;
use crate::image::render::{Bounds, default_view};

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
