//! What is said of an image: `info.json` and manifests.

use super::{LIMITS, resolved};
use crate::iiif::{Canvas, Info, Manifest};
use crate::image::render::synthetic::Synthetic;
use crate::image::{AxisKind, Length, PixelSource};

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
