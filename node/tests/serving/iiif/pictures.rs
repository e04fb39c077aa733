//! What a viewer gets.

use std::sync::atomic::Ordering;

use image::{DynamicImage, GenericImageView as _, Rgba};

use super::{COLOUR, STACK, server, server_with};
use crate::server::{Answer, Server};

fn decoded(answer: &Answer) -> DynamicImage {
    assert_eq!(answer.status, 200, "{answer:?}");
    image::load_from_memory(&answer.body).unwrap()
}

fn pixel(server: &Server, identifier: &str, at: (u32, u32)) -> Rgba<u8> {
    let picture = server.get(&format!("/iiif/3/{identifier}/full/max/0/default.png"));
    decoded(&picture).get_pixel(at.0, at.1)
}

#[test]
fn a_picture_says_what_it_is_called_how_long_it_may_be_kept_and_what_it_complies_with() {
    let (server, _) = server();
    let path = format!("/iiif/3/{STACK}/0,0,512,512/256,/0/default.jpg");
    let picture = server.get(&path);
    assert_eq!(decoded(&picture).dimensions(), (256, 256));
    let canonical = server.url(&format!(
        "/iiif/3/{STACK}/0,0,512,512/256,256/0/default.jpg"
    ));
    assert_eq!(
        picture.header("link"),
        format!(
            "<{canonical}>;rel=\"canonical\", <http://iiif.io/api/image/3/level2.json>;rel=\"profile\""
        )
    );
    for (name, value) in [
        ("content-type", "image/jpeg"),
        ("cache-control", "public, max-age=300"),
        ("access-control-allow-origin", "*"),
        ("x-content-type-options", "nosniff"),
        ("ommatidia-state", ""),
    ] {
        assert_eq!(picture.header(name), value, "{name}");
    }
    let known = server.get_with(&path, "if-none-match", &picture.header("etag"));
    assert_eq!((known.status, known.body.len()), (304, 0));
    let versioned = server.get(&path.replace(STACK, &format!("{STACK}.1")));
    assert_eq!(
        versioned.header("cache-control"),
        "private, max-age=31536000, immutable"
    );
    assert_eq!(versioned.header("etag"), picture.header("etag"));
    assert_eq!(versioned.body, picture.body);
}

#[test]
fn every_format_and_quality_is_made() {
    let (server, _) = server();
    for (format, media_type) in [
        ("jpg", "image/jpeg"),
        ("png", "image/png"),
        ("webp", "image/webp"),
    ] {
        for (quality, has_colour) in [
            ("default", true),
            ("color", true),
            ("gray", false),
            ("bitonal", false),
        ] {
            for rotation in ["0", "!90", "33"] {
                let path = format!("/iiif/3/{STACK}/square/90,/{rotation}/{quality}.{format}");
                let answer = server.get(&path);
                assert_eq!(answer.header("content-type"), media_type, "{path}");
                let picture = decoded(&answer).to_rgb8();
                let is_coloured = picture.pixels().any(|pixel| {
                    let [red, green, blue] = pixel.0;
                    red.abs_diff(green).max(green.abs_diff(blue)) > 8
                });
                assert_eq!(is_coloured, has_colour, "{path}");
            }
        }
    }
}

#[test]
fn what_follows_the_accession_chooses_planes_channels_windows_and_colours() {
    let (server, _) = server();
    // the value at 100, 50 is 150 + 100 z + 300 t + 500 c
    for (rendering, expected) in [
        ("~z=0~t=0~c=0:0-2550:ffffff", [15, 15, 15]),
        ("~z=4~t=0~c=0:0-2550:ffffff", [55, 55, 55]),
        ("~z=4~t=2~c=0:0-2550:ffffff", [115, 115, 115]),
        ("~z=0~t=0~c=1:0-2550:ffffff", [65, 65, 65]),
        ("~z=0~t=0~c=0:0-255:ff0000", [150, 0, 0]),
        ("~z=0~t=0~c=0:0-2550:ff0000,1:0-2550:0000ff", [15, 0, 65]),
        ("~z=max~t=0~c=0:0-2550:ffffff", [55, 55, 55]),
        ("~z=1-3~t=0~c=0:0-2550:ffffff", [45, 45, 45]),
        ("~z=0~t=0~c=0:0-2550:ffffff:g0.5", [62, 62, 62]),
        ("~c=0:0-2550:ffffff", [35, 35, 35]),
    ] {
        let [red, green, blue, _] = pixel(&server, &format!("{STACK}{rendering}"), (100, 50)).0;
        assert_eq!([red, green, blue], expected, "{rendering}");
    }
    let labels = pixel(&server, &format!("{STACK}~c=0~as=labels"), (100, 50)).0;
    let [red, green, blue] = node::image::render::label_colour(350);
    assert_eq!(labels, [red, green, blue, 255]);
}

#[test]
fn an_identifier_may_be_written_in_any_encoding_and_has_one_canonical_form() {
    let (server, _) = server();
    let plain = server.get(&format!(
        "/iiif/3/{STACK}~z=0~c=0:0-255:ff0000/full/90,/0/default.png"
    ));
    let encoded = "DND%2DS1%2dI1%7Ez%3D0%7ec=0%3A0-255:FF0000/%66ull/90%2C/0/default.png";
    let encoded = server.get(&format!("/iiif/3/{encoded}"));
    assert_eq!(encoded.body, plain.body);
    assert_eq!(encoded.header("link"), plain.header("link"));
    assert_eq!(encoded.header("etag"), plain.header("etag"));
    let info = server
        .get(&format!("/iiif/3/{STACK}%7Ec%3D0,1/info.json"))
        .json();
    assert_eq!(info["id"], server.url(&format!("/iiif/3/{STACK}~c=0,1")));
}

#[test]
fn a_colour_picture_is_as_it_was_deposited() {
    let (server, _) = server();
    let picture = decoded(&server.get(&format!("/iiif/3/{COLOUR}/full/max/0/default.png")));
    assert_eq!(picture.dimensions(), (4, 3));
    assert!(picture.to_rgb8().pixels().all(|pixel| pixel.0 == [2, 0, 0]));
}

#[test]
fn the_information_is_json_or_json_ld_and_the_base_leads_to_it() {
    let (server, _) = server();
    for base in [format!("/iiif/3/{STACK}"), format!("/iiif/3/{STACK}/")] {
        let answer = server.get(&base);
        assert_eq!(answer.status, 303);
        assert_eq!(
            answer.header("location"),
            format!("/iiif/3/{STACK}/info.json")
        );
    }
    let path = format!("/iiif/3/{STACK}/info.json");
    let json = server.get(&path);
    assert_eq!(json.header("content-type"), "application/json");
    assert!(json.header("vary").contains("Accept"));
    let linked = server.get_as(&path, "application/ld+json");
    assert!(
        linked
            .header("content-type")
            .starts_with("application/ld+json;profile=")
    );
    assert_eq!(linked.json(), json.json());
    assert_ne!(linked.header("etag"), json.header("etag"));
    let info = json.json();
    assert_eq!(info["id"], server.url(&format!("/iiif/3/{STACK}")));
    assert_eq!(
        (&info["width"], &info["height"]),
        (&900.into(), &600.into())
    );
    assert_eq!(
        info["rights"],
        "https://creativecommons.org/licenses/by/4.0/"
    );
    assert_eq!(info["maxArea"], 1 << 24);
    for size in info["sizes"].as_array().unwrap() {
        let path = format!(
            "/iiif/3/{STACK}/full/{},{}/0/default.jpg",
            size["width"], size["height"]
        );
        assert_eq!(server.get(&path).status, 200, "{path}");
    }
}

#[test]
fn what_was_made_is_not_made_again() {
    let (server, shown) = server();
    let path = format!("/iiif/3/{STACK}/0,0,256,256/max/0/default.jpg");
    let first = server.get(&path);
    let read = shown.read.load(Ordering::Relaxed);
    assert!(read > 0);
    let again = server.get(&path.replace("/max/", "/256,/"));
    assert_eq!(first.body, again.body);
    assert_eq!(shown.read.load(Ordering::Relaxed), read);
    assert_eq!(shown.opened.load(Ordering::Relaxed), 1);
}

#[test]
fn thumbnails_and_services_are_found_from_the_accession() {
    let (server, _) = server();
    for (asked, leads_to) in [
        (
            format!("{STACK}/thumbnail"),
            format!("{STACK}/full/256,171/0/default.jpg"),
        ),
        (
            format!("{STACK}/thumbnail?size=512&format=webp"),
            format!("{STACK}/full/512,341/0/default.webp"),
        ),
        (
            format!("{STACK}.1/thumbnail?size=128"),
            format!("{STACK}.1/full/128,85/0/default.jpg"),
        ),
        (
            format!("{STACK}~c=1/thumbnail"),
            format!("{STACK}~c=1/full/256,171/0/default.jpg"),
        ),
        (
            format!("{COLOUR}/thumbnail"),
            format!("{COLOUR}/full/max/0/default.jpg"),
        ),
        (
            "DND-S1/thumbnail".to_owned(),
            format!("{STACK}/full/256,171/0/default.jpg"),
        ),
        (format!("{STACK}/iiif"), STACK.to_owned()),
        (
            format!("{STACK}/iiif/info.json"),
            format!("{STACK}/info.json"),
        ),
        (
            format!("{STACK}~z=1/iiif/full/90,/0/gray.png"),
            format!("{STACK}~z=1/full/90,/0/gray.png"),
        ),
    ] {
        let answer = server.get(&format!("/id/{asked}"));
        assert_eq!(answer.status, 302, "{asked}: {answer:?}");
        assert_eq!(
            answer.header("location"),
            format!("/iiif/3/{leads_to}"),
            "{asked}"
        );
        let target = server.get(&answer.header("location"));
        assert!([200, 303].contains(&target.status), "{asked}: {target:?}");
    }
    let manifest = server.get(&format!("/id/{STACK}/iiif/manifest"));
    assert_eq!(
        manifest.header("location"),
        format!("/iiif/presentation/3/{STACK}/manifest")
    );
    for wrong in [
        "thumbnail?size=100",
        "thumbnail?format=png",
        "thumbnail?format=x",
    ] {
        assert_eq!(
            server.get(&format!("/id/{STACK}/{wrong}")).status,
            400,
            "{wrong}"
        );
    }
}

#[test]
fn below_a_path_everything_is_there_with_and_without_it() {
    let (server, _) = server_with("/omma/", "");
    for prefix in ["/omma", ""] {
        let info = server.get(&format!("{prefix}/iiif/3/{STACK}/info.json"));
        assert_eq!(
            info.json()["id"],
            server.url(&format!("/omma/iiif/3/{STACK}"))
        );
        let base = server.get(&format!("{prefix}/iiif/3/{STACK}"));
        assert_eq!(
            base.header("location"),
            format!("/omma/iiif/3/{STACK}/info.json")
        );
        let thumbnail = server.get(&format!("{prefix}/id/{STACK}/thumbnail"));
        assert!(thumbnail.header("location").starts_with("/omma/iiif/3/"));
        let service = server.get(&format!("{prefix}/id/{STACK}/iiif/info.json"));
        assert_eq!(
            service.header("location"),
            format!("/omma/iiif/3/{STACK}/info.json")
        );
    }
}
