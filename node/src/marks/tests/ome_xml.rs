//! Regions of interest of OME-XML: of all schemas, of real samples, and of strangers.

use std::collections::HashMap;
use std::path::Path;

use super::super::ome_xml::{each, look_through, of_image};
use super::super::{Form, MOST_MARKS, Mark, MarksError, Shape};
use super::read;

const SAMPLES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../shared/data/other/ome-model-samples/specification/samples"
);

/// A document of an image that refers to the region `R`, which has these shapes.
fn document(shapes: &str) -> String {
    format!(
        r#"<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06"><Image ID="I"><ROIRef ID="R"/></Image><ROI ID="R" Name="cell 7"><Union>{shapes}</Union></ROI></OME>"#
    )
}

fn marks(shapes: &str) -> Vec<Mark> {
    of_image(&document(shapes), 0).unwrap()
}

fn shape(shapes: &str) -> Shape {
    let marks = marks(shapes);
    assert_eq!(marks.len(), 1, "{shapes}: {marks:?}");
    marks[0].shape.clone()
}

/// Why the only shape is none.
fn refused(shapes: &str) -> String {
    let mut why = Vec::new();
    each(&document(shapes), &mut |_, mark| {
        why.push(mark.unwrap_err().to_string());
    })
    .unwrap();
    assert_eq!(why.len(), 1, "{shapes}");
    why.remove(0)
}

fn closed(points: &[[f64; 2]]) -> Shape {
    Shape::Lines {
        lines: vec![points.to_vec()],
        is_closed: true,
    }
}

#[test]
fn every_form_is_where_it_was_drawn() {
    for (form, expected) in [
        (
            r#"<Rectangle X="1" Y="2" Width="3" Height="4.5"/>"#,
            Shape::Rectangle([1.0, 2.0, 3.0, 4.5]),
        ),
        (
            r#"<Ellipse X="10" Y="20" RadiusX="3" RadiusY="4"/>"#,
            Shape::Ellipse([7.0, 16.0, 6.0, 8.0]),
        ),
        (r#"<Point X="1" Y="2"/>"#, Shape::Point([1.0, 2.0])),
        (r#"<Label X="1" Y="2" Text="a"/>"#, Shape::Point([1.0, 2.0])),
        (
            r#"<Mask X="1" Y="2" Width="3" Height="4"><BinData Length="2">//8=</BinData></Mask>"#,
            Shape::Rectangle([1.0, 2.0, 3.0, 4.0]),
        ),
        (
            r#"<Polygon Points="1,1 10,20, 20,20"/>"#,
            closed(&[[1.0, 1.0], [10.0, 20.0], [20.0, 20.0]]),
        ),
        (
            r#"<Polyline Closed="true" Points="1,1 10,20"/>"#,
            closed(&[[1.0, 1.0], [10.0, 20.0]]),
        ),
        (
            r#"<Line X1="1" Y1="2" X2="3" Y2="4"/>"#,
            Shape::Lines {
                lines: vec![vec![[1.0, 2.0], [3.0, 4.0]]],
                is_closed: false,
            },
        ),
    ] {
        assert_eq!(shape(form), expected, "{form}");
    }
}

#[test]
fn plane_time_channel_words_and_colour_go_with_a_shape() {
    let said = marks(
        r#"<Point X="1" Y="2" TheZ="3" TheT="4" TheC="1" Text=" a  nucleus " StrokeColor="-16776961"/><Point X="1" Y="2" StrokeColor="1"/>"#,
    );
    assert_eq!(
        (said[0].z, said[0].t, said[0].c),
        (Some(3), Some(4), Some(1))
    );
    assert_eq!(said[0].label.as_deref(), Some("a nucleus"));
    assert_eq!(said[0].colour, Some([255, 0, 0]));
    assert_eq!(said[1].label.as_deref(), Some("cell 7"), "of its region");
    assert_eq!((said[1].z, said[1].colour), (None, None));
}

#[test]
fn transformations_move_shapes_as_elements_and_as_svg_writes_them() {
    let rectangle = |how: &str| {
        shape(&format!(
            r#"<Rectangle X="0" Y="0" Width="2" Height="1" {how}"#
        ))
    };
    let expected = closed(&[[5.0, 6.0], [7.0, 6.0], [7.0, 7.0], [5.0, 7.0]]);
    for how in [
        r#"><Transform A00="1" A10="0" A01="0" A11="1" A02="5" A12="6"/></Rectangle>"#,
        r#"Transform="matrix(1 0 0 1 5 6)"/>"#,
        r#"Transform="[1, 0, 0, 1, 5, 6]"/>"#,
        r#"transform="translate(5,6)"/>"#,
    ] {
        assert_eq!(rectangle(how), expected, "{how}");
    }
    assert_eq!(
        rectangle(r#"Transform="none"/>"#),
        Shape::Rectangle([0.0, 0.0, 2.0, 1.0])
    );
    let Shape::Lines { lines, .. } = rectangle(r#"Transform="rotate(90 0 0)"/>"#) else {
        panic!("it was turned");
    };
    let [x, y] = lines[0][1];
    assert!(x.abs() < 1e-9 && (y - 2.0).abs() < 1e-9, "{lines:?}");
    let Shape::Lines { lines, is_closed } =
        shape(r#"<Ellipse X="5" Y="5" RadiusX="2" RadiusY="1" Transform="scale(2)"/>"#)
    else {
        panic!("it was made larger");
    };
    assert_eq!((lines[0][0], is_closed), ([14.0, 10.0], true));
    assert!(
        refused(r#"<Point X="1" Y="1" Transform="skewX(3)"/>"#).contains("\"skewX(3)\""),
        "others are told"
    );
}

#[test]
fn the_oldest_schema_has_regions_in_images_and_small_letters() {
    let text = r#"<OME><Image ID="I1"><ROI:ROI xmlns:ROI="r"><ROI:Union><ROI:Shape theZ="2" theT="1" ID="s"><ROI:Rect x="1" y="2" width="3" height="4"/></ROI:Shape>
        <ROI:Shape><ROI:Circle cx="5" cy="5" r="2"/></ROI:Shape></ROI:Union></ROI:ROI></Image>
        <Image ID="I2"><ROI:ROI xmlns:ROI="r"><ROI:Union><ROI:Shape><ROI:Polygon points="points[1,1 2,1 2,2] points1[9,9]"/></ROI:Shape></ROI:Union></ROI:ROI></Image></OME>"#;
    let first = of_image(text, 0).unwrap();
    assert_eq!(first[0].shape, Shape::Rectangle([1.0, 2.0, 3.0, 4.0]));
    assert_eq!((first[0].z, first[0].t), (Some(2), Some(1)));
    assert_eq!(first[1].shape, Shape::Ellipse([3.0, 3.0, 4.0, 4.0]));
    let second = of_image(text, 1).unwrap();
    assert_eq!(
        second[0].shape,
        closed(&[[1.0, 1.0], [2.0, 1.0], [2.0, 2.0]])
    );
    assert_eq!((first.len(), second.len()), (2, 1));
}

#[test]
fn a_region_is_of_those_images_that_refer_to_it() {
    let text = r#"<OME><Image/><Image><ROIRef ID="b"/><ROIRef ID="gone"/></Image><Image><ROIRef ID="b"/><ROIRef ID="a"/></Image><Folder><ROIRef ID="c"/></Folder>
        <StructuredAnnotations><XMLAnnotation><Value><ROI ID="b"><Point X="9" Y="9"/></ROI><Image><ROIRef ID="c"/></Image></Value></XMLAnnotation></StructuredAnnotations>
        <ROI ID="a"><Union><Point X="1" Y="1"/></Union></ROI><ROI ID="b"><Union><Point X="2" Y="2"/></Union></ROI><ROI ID="c"><Union><Point X="3" Y="3"/></Union></ROI></OME>"#;
    let count = |place| of_image(text, place).unwrap().len();
    assert_eq!([count(0), count(1), count(2), count(3)], [0, 1, 2, 0]);
    assert_eq!(
        of_image(text, 1).unwrap()[0].shape,
        Shape::Point([2.0, 2.0])
    );
    let nobodys = r#"<OME><Image/><ROI ID="a"><Union><Point X="1" Y="1"/></Union></ROI></OME>"#;
    assert_eq!(of_image(nobodys, 0).unwrap().len(), 1, "of the only image");
    let read = read(Form::OmeXml, nobodys.as_bytes()).unwrap();
    assert_eq!(read.len(), 1, "as a file of its own");
}

#[test]
fn shapes_that_are_none_are_left_out_and_the_others_stay() {
    for (form, why) in [
        (
            r#"<Point X="NaN" Y="1"/>"#,
            "it has a position that is no number",
        ),
        (
            r#"<Point X="1e300" Y="1"/>"#,
            "it has a position that is no number",
        ),
        (r#"<Point X="1"/>"#, "it has a point without y"),
        (
            r#"<Rectangle X="1" Y="1" Width="-1" Height="1"/>"#,
            "it has a shape of no extent",
        ),
        (
            r#"<Polygon Points="1,1 2"/>"#,
            "it has a polygon with an x that has no y",
        ),
        (r#"<Polygon/>"#, "it has a polygon without points"),
        (
            r#"<Path Definition="M0 0"/>"#,
            "it has a shape of the kind \"path\", which is not known",
        ),
    ] {
        let said = refused(form);
        assert!(said.starts_with(why), "{form}: {said}");
        let both = format!("{form}<Point X=\"1\" Y=\"1\"/>");
        assert_eq!(marks(&both).len(), 1, "{form}");
    }
}

#[test]
fn what_is_outside_of_its_image_is_counted() {
    let text = document(
        r#"<Point X="1" Y="1"/><Point X="5" Y="1"/><Point X="1" Y="1" TheZ="2"/><Point X="1" Y="1" TheT="9"/><Point X="x" Y="1"/>"#,
    );
    let found = look_through(&text, &HashMap::from([(0, [4, 3, 2, 1])])).unwrap();
    let found = &found[&0];
    assert_eq!((found.marks, found.outside, found.left_out), (4, 3, 1));
}

#[test]
fn too_many_of_anything_are_refused() {
    let many = "<Point X=\"1\" Y=\"1\"/>".repeat(MOST_MARKS + 1);
    assert_eq!(
        of_image(&document(&many), 0),
        Err(MarksError::too_many_marks())
    );
    let images = "<Image><ROIRef ID=\"R\"/></Image>".repeat(500);
    let few = "<Point X=\"1\" Y=\"1\"/>".repeat(401);
    let shared = format!("<OME>{images}<ROI ID=\"R\"><Union>{few}</Union></ROI></OME>");
    assert_eq!(of_image(&shared, 0), Err(MarksError::too_many_marks()));
    let points = format!("<Polygon Points=\"{}\"/>", "1,1 ".repeat(1_000_001));
    assert_eq!(
        of_image(&document(&points.repeat(2)), 0),
        Err(MarksError::too_many_points())
    );
    let images =
        "<Image/>".to_owned() + &format!("<Image>{}</Image>", "<ROIRef ID=\"R\"/>".repeat(200_001));
    let said = of_image(&format!("<OME>{images}</OME>"), 0).unwrap_err();
    assert!(said.to_string().contains("more references"), "{said}");
    for broken in ["<OME>", "<svg/>", "<!DOCTYPE OME><OME/>"] {
        assert!(of_image(broken, 0).is_err(), "{broken}");
    }
}

/// How many marks the only image of each sample has, and how many shapes are left out.
#[test]
fn the_samples_of_all_schemas_are_read() {
    if !Path::new(SAMPLES).exists() {
        assert!(std::env::var_os("CI").is_none(), "{SAMPLES} is absent");
        eprintln!("SKIPPED: {SAMPLES} is absent");
        return;
    }
    for (sample, expected) in [
        ("2009-09/ROI", 4),
        ("2010-06/ROI", 4),
        ("2011-06/ROI", 6),
        ("2013-06/ROI", 5),
        ("2015-01/ROI", 5),
        ("2013-06/transformations-downgrade", 0),
        ("2015-01/transformations-upgrade", 0),
        ("2016-06/timestampannotation-posix-only", 0),
    ] {
        let text = std::fs::read_to_string(format!("{SAMPLES}/{sample}.ome.xml")).unwrap();
        let (mut marks, mut left_out) = (Vec::new(), Vec::new());
        each(&text, &mut |_, mark| match mark {
            Ok(mark) => marks.push(mark),
            Err(error) => left_out.push(error),
        })
        .unwrap();
        assert_eq!(left_out, [], "{sample}");
        if expected > 0 {
            assert_eq!(marks.len(), expected, "{sample}: {marks:?}");
        } else {
            assert!(marks.len() > 5, "{sample}: {marks:?}");
        }
        let words: Vec<&str> = marks
            .iter()
            .filter_map(|mark| mark.label.as_deref())
            .collect();
        assert!(
            words.iter().any(|word| word.starts_with("Hi There!")),
            "{sample}: {words:?}"
        );
    }
}
