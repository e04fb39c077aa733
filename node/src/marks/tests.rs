//! Files as people hand them in, and files that mean harm.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod ome_xml;

use std::io::{Cursor, Write};

use serde_json::json;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::web_annotation::{MOST_POINTS_TOLD, annotation, points_told};
use super::{Form, Mark, MarksError, PixelSize, Shape, TrackPoint};

/// The marks of a file in an image of which nobody says how large its pixels are.
fn read(form: Form, bytes: &[u8]) -> Result<Vec<Mark>, MarksError> {
    super::read(form, bytes, &PixelSize::default())
}

fn table(text: &str) -> Vec<Mark> {
    read(Form::Table, text.as_bytes()).unwrap()
}

fn message(form: Form, bytes: &[u8]) -> String {
    read(form, bytes).unwrap_err().to_string()
}

#[test]
fn a_table_of_points_marks_each() {
    let marks =
        table("\u{feff}cell,x,y,frame,class\n7,1.5,2,3,neuron\n8,,2,3,glia\nremark\n9,4,5,,\n");
    let point = |label: &str, place, t, class: Option<&str>| Mark {
        label: Some(label.to_owned()),
        class: class.map(str::to_owned),
        t,
        ..Mark::at(Shape::Point(place))
    };
    assert_eq!(
        marks,
        [
            point("7", [1.5, 2.0], Some(3), Some("neuron")),
            point("9", [4.0, 5.0], None, None),
        ]
    );
}

#[test]
fn a_table_of_tracks_marks_their_ways_through_time() {
    let expected = Mark {
        label: Some("4".to_owned()),
        ..Mark::at(Shape::Track(vec![
            TrackPoint {
                t: 0,
                x: 1.0,
                y: 2.0,
            },
            TrackPoint {
                t: 1,
                x: 3.0,
                y: 4.0,
            },
        ]))
    };
    for text in [
        "track_id\tt\tx\ty\n4\t1\t3\t4\n4\t0\t1\t2\n",
        "track,time_point,x,y\n4,0,1,2\n4,1,3,4\n",
        "frame;particle;y;x\n0;4;2;1\n1;4;4;3\n",
        "ID,T,Y,X\n4,0,2,1\n4,1,4,3\n",
    ] {
        assert_eq!(table(text), std::slice::from_ref(&expected), "{text}");
    }
}

/// Spots as TrackMate 7 exports them, with their positions in a unit.
fn track_mate(unit: &str) -> String {
    let mut table =
        "LABEL,ID,TRACK_ID,QUALITY,POSITION_X,POSITION_Y,POSITION_Z,POSITION_T,FRAME,RADIUS\n\
        Label,Spot ID,Track ID,Quality,X,Y,Z,T,Frame,Radius\n\
        Label,Spot ID,Track ID,Quality,X,Y,Z,T,Frame,R\n"
            .to_owned();
    table += &format!(",,,(quality),({unit}),({unit}),({unit}),(sec),,({unit})\n");
    table += "ID11,11,0,5.1,10.5,20,1.5,30.0,1,2.5\nID10,10,0,5.2,10,20.5,1.5,0.0,0,2.5\nID12,12,,5.3,1,2,0.0,0.0,0,2.5\n";
    table
}

#[test]
fn spots_of_trackmate_become_pixels_by_the_size_of_one() {
    let size = PixelSize {
        x: Some(0.5),
        y: Some(0.25),
        z: Some(0.3),
    };
    let track = |first: [f64; 2], second: [f64; 2], z| Mark {
        label: Some("0".to_owned()),
        z: Some(z),
        ..Mark::at(Shape::Track(
            [(0, first), (1, second)]
                .map(|(t, [x, y])| TrackPoint { t, x, y })
                .to_vec(),
        ))
    };
    let marks = |unit: &str| super::read(Form::Table, track_mate(unit).as_bytes(), &size).unwrap();
    let found = marks("micron");
    assert_eq!(found[0], track([20.0, 82.0], [21.0, 80.0], 5));
    assert_eq!(
        found[1].label.as_deref(),
        Some("ID12"),
        "a spot in no track"
    );
    assert_eq!(found[1].shape, Shape::Point([2.0, 8.0]));
    assert_eq!(found.len(), 2);
    assert_eq!(marks("pixel")[0], track([10.0, 20.5], [10.5, 20.0], 1));
    for (text, words) in [
        (track_mate("micron"), "give `pixel_size` of the image"),
        (
            track_mate("furlong"),
            "no unit of length that is known here",
        ),
        (
            "TRACK_ID,FRAME,POSITION_X,POSITION_Y\n1,1,2,3\n".to_owned(),
            "keep the four lines",
        ),
    ] {
        let said = message(Form::Table, text.as_bytes());
        assert!(said.contains(words), "{said}");
    }
}

#[test]
fn rows_and_columns_of_scikit_image_are_not_mixed_up() {
    let marks = table("label,centroid-0,centroid-1\n1,10,20\n");
    assert_eq!(marks[0].shape, Shape::Point([20.0, 10.0]));
    assert_eq!(marks[0].z, None);
    let marks = table("label,centroid-0,centroid-1,centroid-2\n1,3,10,20\n");
    assert_eq!(marks[0].shape, Shape::Point([20.0, 10.0]), "in a volume");
    assert_eq!(marks[0].z, Some(3));
}

#[test]
fn positions_that_no_image_has_are_refused() {
    let edge = table("x,y\n-1000000000,1000000000\n");
    assert_eq!(edge[0].shape, Shape::Point([-1e9, 1e9]));
    let mut line = roi(3, &[]);
    line[22..26].copy_from_slice(&2e9_f32.to_be_bytes());
    let mut no_number = roi(3, &[]);
    no_number[22..26].copy_from_slice(&f32::NAN.to_be_bytes());
    let point = json!({"geometry": {"type": "Point", "coordinates": [1, -1e300]}});
    for (form, bytes) in [
        (Form::Table, b"x,y\n1,1\n1,1000000001\n".to_vec()),
        (Form::Table, b"track,t,x,y\n1,0,-1e300,1\n".to_vec()),
        (Form::ImageJ, line),
        (Form::ImageJ, no_number),
        (Form::GeoJson, point.to_string().into_bytes()),
    ] {
        assert_eq!(
            message(form, &bytes),
            "it has a position that is no number of pixels from -1000000000 to 1000000000"
        );
    }
}

#[test]
fn what_is_no_table_of_positions_says_so() {
    let said = message(Form::Table, b"TRACK_ID,x_um,y_um\n1,2,3\n");
    assert!(
        said.contains("no columns x and y") && said.contains("x_um"),
        "{said}"
    );
    assert_eq!(message(Form::Table, b"x,y\n"), "it marks nothing");
    assert!(message(Form::Table, b"").contains("no columns x and y"));
    let said = message(
        Form::GeoJson,
        &vec![b' '; (super::MOST_JSON_BYTES + 1) as usize],
    );
    assert_eq!(said, "it has more than 8388608 bytes");
}

/// A region of ImageJ of a type, with a rectangle, and points in it as whole numbers.
fn roi(kind: u8, points: &[[i16; 2]]) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..4].copy_from_slice(b"Iout");
    bytes[4..6].copy_from_slice(&228_u16.to_be_bytes());
    bytes[6] = kind;
    for (place, number) in [(8, 20_i16), (10, 10), (12, 50), (14, 40)] {
        bytes[place..place + 2].copy_from_slice(&number.to_be_bytes());
    }
    bytes[16..18].copy_from_slice(&(points.len() as u16).to_be_bytes());
    for axis in 0..2 {
        bytes.extend(points.iter().flat_map(|point| point[axis].to_be_bytes()));
    }
    let second = bytes.len() as u32;
    bytes[60..64].copy_from_slice(&second.to_be_bytes());
    // channel 0, plane 3, frame 5, the name behind the header
    let name: Vec<u8> = "Zelle".encode_utf16().flat_map(u16::to_be_bytes).collect();
    for number in [0, 0, 3, 5, second + 64, 5] {
        bytes.extend(u32::to_be_bytes(number));
    }
    bytes.resize(second as usize + 64, 0);
    bytes.extend(name);
    bytes
}

#[test]
fn a_form_is_known_by_the_end_of_a_name() {
    for (name, form) in [
        ("a/Spots.CSV", Some(Form::Table)),
        ("RoiSet.zip", Some(Form::ImageJZip)),
        ("cells.ome.Zarr.zip", None),
        ("regions.ome.xml", Some(Form::OmeXml)),
        ("set.companion.ome", Some(Form::OmeXml)),
        ("other.xml", None),
        ("a.ome.tif", None),
    ] {
        assert_eq!(Form::of(name), form, "{name}");
    }
}

#[test]
fn what_a_page_promises_to_mark_is_what_is_read() {
    let stems = ["a", "b/a", "a.ome", "a.zarr", ".zarr", "a.b", ""];
    let endings = [
        ".csv",
        ".TSV",
        ".roi",
        ".zip",
        ".Zip",
        ".geojson",
        ".json",
        ".ome",
        ".xml",
        ".tif",
        ".png",
        ".txt",
        ".zarr",
        ".ome.xml",
        ".ome.XML",
        ".OME.tif",
        ".zarr.zip",
        ".Zarr.ZIP",
        "csv",
        "",
    ];
    let mut read = 0;
    for stem in stems {
        for ending in endings {
            let name = format!("{stem}{ending}");
            let form = Form::of(&name);
            read += usize::from(form.is_some());
            // of masks it goes by the name alone
            let promised = ::web::page::may_mark(Some("segmentation_mask"), &name);
            assert_eq!(promised, form.is_some(), "{name}");
        }
    }
    assert!(read > 20, "{read}");
}

#[test]
fn regions_of_imagej_keep_name_plane_and_time() {
    let marks = read(Form::ImageJ, &roi(1, &[])).unwrap();
    assert_eq!(
        marks,
        [Mark {
            label: Some("Zelle".to_owned()),
            class: None,
            shape: Shape::Rectangle([10.0, 20.0, 30.0, 30.0]),
            z: Some(2),
            t: Some(4),
            c: None,
            colour: None,
        }]
    );
    let polygon = read(Form::ImageJ, &roi(0, &[[0, 0], [5, 0], [5, 7]])).unwrap();
    assert_eq!(
        polygon[0].shape,
        Shape::Lines {
            lines: vec![vec![[10.0, 20.0], [15.0, 20.0], [15.0, 27.0]]],
            is_closed: true
        }
    );
}

#[test]
fn coordinates_of_imagej_beyond_32767_are_not_negative() {
    let wide = 40_000_u16.cast_signed();
    let marks = read(Form::ImageJ, &roi(4, &[[wide, -3], [-5000, 0]])).unwrap();
    assert_eq!(
        marks[0].shape,
        Shape::Lines {
            lines: vec![vec![[40_010.0, 17.0], [-4990.0, 20.0]]],
            is_closed: false
        }
    );
    let mut rectangle = roi(1, &[]);
    rectangle[14..16].copy_from_slice(&40_000_u16.to_be_bytes());
    let marks = read(Form::ImageJ, &rectangle).unwrap();
    assert_eq!(
        marks[0].shape,
        Shape::Rectangle([10.0, 20.0, 39_990.0, 30.0])
    );
}

#[test]
fn a_region_in_a_stack_of_imagej_that_is_no_hyperstack_is_in_its_slice() {
    let plane_and_time = |bytes: &[u8]| {
        let marks = read(Form::ImageJ, bytes).unwrap();
        (marks[0].z, marks[0].t)
    };
    let mut region = roi(1, &[]);
    region[56..60].copy_from_slice(&7_u32.to_be_bytes());
    assert_eq!(plane_and_time(&region), (Some(2), Some(4)));
    // plane and frame of the second header, which is at 64
    region[72..80].fill(0);
    assert_eq!(plane_and_time(&region), (Some(6), None));
    region[68..72].copy_from_slice(&1_u32.to_be_bytes());
    assert_eq!(plane_and_time(&region), (None, None), "in a channel");
    region[60..64].fill(0);
    assert_eq!(plane_and_time(&region), (Some(6), None), "no header");
    region[56..60].fill(0xff);
    assert_eq!(plane_and_time(&region), (None, None), "a negative slice");
}

#[test]
fn a_region_of_imagej_with_very_many_points_counts_them_elsewhere() {
    let points = [[0, 0], [5, 0], [5, 7]];
    let mut region = roi(0, &points);
    region[16..18].fill(0);
    region[18..22].copy_from_slice(&3_u32.to_be_bytes());
    assert_eq!(
        read(Form::ImageJ, &region),
        read(Form::ImageJ, &roi(0, &points))
    );
    region[18..22].fill(0xff);
    assert_eq!(
        message(Form::ImageJ, &region),
        "it has more than 2000000 points"
    );
    region[18..22].fill(0);
    assert!(message(Form::ImageJ, &region).contains("has no points"));
}

#[test]
fn every_cut_and_every_changed_byte_of_a_region_is_survived() {
    let whole = roi(0, &[[0, 0], [5, 0], [5, 7]]);
    for length in 0..whole.len() {
        // some are still whole: the name is last
        let _: Result<_, MarksError> = read(Form::ImageJ, &whole[..length]);
    }
    for place in 4..whole.len() {
        let mut changed = whole.clone();
        changed[place] = 0xff;
        let _: Result<_, MarksError> = read(Form::ImageJ, &changed);
    }
    assert!(message(Form::ImageJ, &whole[..70]).contains("it ends before"));
    assert!(message(Form::ImageJ, b"TIFF").contains("no region of ImageJ"));
}

#[test]
fn a_zip_of_regions_gives_them_in_order() {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("1.roi", roi(2, &[])),
        ("2.roi", roi(10, &[[1, 2]])),
        ("x.txt", vec![1]),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    let marks = read(Form::ImageJZip, &zip.finish().unwrap().into_inner()).unwrap();
    let shapes: Vec<_> = marks.into_iter().map(|mark| mark.shape).collect();
    assert_eq!(
        shapes,
        [
            Shape::Ellipse([10.0, 20.0, 30.0, 30.0]),
            Shape::Point([11.0, 22.0])
        ]
    );
    assert!(message(Form::ImageJZip, b"PK\x03\x04 and no more").contains("no zip"));
}

#[test]
fn the_points_of_all_regions_in_a_zip_are_counted_together() {
    // each of them has the most points that the shorter number can say, and 31 of them are more than two millions
    let region = roi(4, &[[1, 1]; 65_535]);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for number in 0..31 {
        let name = format!("{number}.roi");
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(&region).unwrap();
    }
    // what follows is not read any more
    zip.start_file("last.roi", SimpleFileOptions::default())
        .unwrap();
    zip.write_all(b"no region").unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    assert_eq!(
        message(Form::ImageJZip, &bytes),
        "it has more than 2000000 points"
    );
}

#[test]
fn features_of_qupath_keep_class_and_plane() {
    let document = json!({"type": "FeatureCollection", "features": [{
        "type": "Feature",
        "geometry": {"type": "Polygon", "coordinates": [[[1, 2], [3, 2], [3, 4], [1, 2]]], "plane": {"c": -1, "z": 1, "t": 0}},
        "properties": {"objectType": "annotation", "name": "gland", "classification": {"name": "Tumour", "color": [200, 0, 0]}}
    }]});
    let marks = read(Form::GeoJson, document.to_string().as_bytes()).unwrap();
    assert_eq!(
        (
            marks[0].label.as_deref(),
            marks[0].class.as_deref(),
            marks[0].z,
            marks[0].t
        ),
        (Some("gland"), Some("Tumour"), Some(1), Some(0))
    );
    for (broken, words) in [
        (
            json!({"features": [{"geometry": null}]}),
            "without a geometry",
        ),
        (
            json!({"features": [{"geometry": {"type": "Circle"}}]}),
            "\"Circle\"",
        ),
        (
            json!({"features": [{"geometry": {"type": "Point", "coordinates": ["a", 1]}}]}),
            "without two numbers",
        ),
        (
            json!({"features": [{"geometry": {"type": "LineString", "coordinates": []}}]}),
            "without a point",
        ),
        (json!([]), "marks nothing"),
        (json!(3), "marks nothing"),
    ] {
        let said = message(Form::GeoJson, broken.to_string().as_bytes());
        assert!(said.contains(words), "{broken}: {said}");
    }
    assert!(message(Form::GeoJson, "[".repeat(5000).as_bytes()).contains("no JSON"));
}

#[test]
fn marks_are_web_annotations_with_selectors() {
    let said = |mark: &Mark| {
        let said = annotation(
            "https://x/#a",
            mark,
            "https://x/i",
            "https://x/f",
            Some("tracks"),
        );
        assert_eq!(said["target"]["source"], "https://x/i");
        assert_eq!(said["via"], "https://x/f");
        said["target"]["selector"].clone()
    };
    let rectangle = Mark {
        z: Some(2),
        t: Some(4),
        ..Mark::at(Shape::Rectangle([1.0, 2.25, 3.0, 4.0]))
    };
    assert_eq!(
        said(&rectangle),
        json!({
            "type": "FragmentSelector",
            "conformsTo": "http://www.w3.org/TR/media-frags/",
            "value": "xywh=pixel:1,2.25,3,4",
            "omma:plane": 2,
            "omma:timePoint": 4
        })
    );
    let track = Mark::at(Shape::Track(vec![
        TrackPoint {
            t: 7,
            x: 1.0,
            y: 2.0,
        },
        TrackPoint {
            t: 9,
            x: 3.0,
            y: 4.0,
        },
    ]));
    assert_eq!(
        said(&track),
        json!({
            "type": "SvgSelector",
            "value": "<svg xmlns=\"http://www.w3.org/2000/svg\"><path fill=\"none\" d=\"M1 2L3 4\"/></svg>",
            "omma:timePoint": [7, 9]
        })
    );
    let outside = Mark::at(Shape::Rectangle([-1.0, 2.0, 3.0, 4.0]));
    assert_eq!(
        said(&outside)["type"],
        "SvgSelector",
        "a fragment cannot begin before 0"
    );
}

#[test]
fn a_mark_of_very_many_points_is_told_without_them() {
    let track = |points: usize| Mark {
        label: Some("4".to_owned()),
        z: Some(2),
        ..Mark::at(Shape::Track(vec![
            TrackPoint {
                t: u64::MAX,
                x: -999_999_999.999,
                y: -999_999_999.999,
            };
            points
        ]))
    };
    let said = |mark: &Mark| annotation("https://x/#a", mark, "https://x/i", "https://x/f", None);
    let most = track(MOST_POINTS_TOLD);
    assert_eq!(points_told(&most), MOST_POINTS_TOLD);
    // within a page it stands four spaces further in
    let length = format!("{:#}", said(&most)).len() + 4 * MOST_POINTS_TOLD;
    assert!(length < 65 * MOST_POINTS_TOLD + 1000, "{length}");
    let more = track(MOST_POINTS_TOLD + 1);
    assert_eq!(points_told(&more), 0);
    let said = said(&more);
    assert_eq!(
        said["target"]["selector"],
        json!({"type": "oa:Selector", "omma:plane": 2})
    );
    assert_eq!(said["body"][0]["value"], "4");
    assert_eq!(
        said["body"][1],
        json!({
            "type": "TextualBody",
            "value": "its 100001 points are not told here, for they are more than 100000; they are in the file",
            "purpose": "describing"
        })
    );
}
