//! Regions of interest that OME-XML describes in the images' own files: annotations that nobody has to list.

use std::io::Cursor;
use std::path::Path;

use node::finding::Severity;
use node::publish::Report;
use serde_json::json;
use tiff::encoder::{TiffEncoder, colortype};
use tiff::tags::Tag;

use crate::deposit;
use crate::server::Server;

/// A TIFF of so many pages of 4 × 3 pixels, with a text in the first.
fn tiff(text: &str, pages: usize) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut file).unwrap();
    for page in 0..pages {
        let mut image = encoder.new_image::<colortype::Gray8>(4, 3).unwrap();
        if page == 0 {
            let tags = image.encoder();
            tags.write_tag(Tag::ImageDescription, text).unwrap();
        }
        let pixels: Vec<u8> = (0..12).map(|pixel| pixel + page as u8).collect();
        image.write_data(&pixels).unwrap();
    }
    file.into_inner()
}

const OME: &str = r#"<OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06">"#;

/// An image of OME-XML: the number of its page, and what else it says.
fn image(page: usize, said: &str) -> String {
    format!(
        r#"<Image ID="Image:{page}" Name="field {page}"><Pixels ID="Pixels:{page}" DimensionOrder="XYCZT" Type="uint8" SizeX="4" SizeY="3" SizeC="1" SizeZ="1" SizeT="1"><Channel ID="C:{page}" SamplesPerPixel="1"/><TiffData IFD="{page}" PlaneCount="1"/></Pixels>{said}</Image>"#
    )
}

fn region(id: &str, shapes: &str) -> String {
    format!("<ROI ID=\"{id}\"><Union>{shapes}</Union></ROI>")
}

/// An OME-TIFF of an image with these shapes.
fn marked(shapes: &str) -> Vec<u8> {
    let (image, region) = (image(0, r#"<ROIRef ID="R"/>"#), region("R", shapes));
    tiff(&format!("{OME}{image}{region}</OME>"), 1)
}

/// Imports a study of these OME-TIFFs beside a picture, with further lines.
fn import(server: &Server, files: &[(&str, &[u8])], further: &str) -> Report {
    let folder = server.deposit("one");
    let images: Vec<&str> = files
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| name.ends_with(".tif"))
        .collect();
    let component = format!(
        "  - {{title: Marked, images: [{}]}}\n{further}",
        images.join(", ")
    );
    deposit::study_with(&folder, "one", 1, files, &component);
    server.import(&folder)
}

fn told<'r>(report: &'r Report, words: &str) -> &'r Severity {
    let mut findings = report.findings.iter();
    let found = findings.find(|finding| finding.message.contains(words));
    let found = found.unwrap_or_else(|| panic!("{words}: {:?}", report.findings));
    &found.severity
}

const RECTANGLE: &str = r#"<Rectangle ID="S" X="1" Y="1" Width="2" Height="1" TheZ="0" TheT="0" TheC="0" Text="cell" StrokeColor="-16776961"/>"#;

/// How often an image is said to have regions.
fn annotated(server: &Server, image: &str) -> usize {
    let record = server.get(&format!("/id/{image}.nq"));
    let said = "ns#annotatedWith> \"geometrical_annotations\" .";
    record.text().matches(said).count()
}

fn total(server: &Server, image: &str) -> u64 {
    let page = server.get(&format!("/id/{image}/annotations")).json();
    page["partOf"]["total"].as_u64().unwrap()
}

#[test]
fn regions_in_an_ome_tiff_are_annotations_though_nobody_lists_them() {
    let server = Server::start();
    let report = import(&server, &[("a.ome.tif", &marked(RECTANGLE))], "");
    assert!(report.id.is_some(), "{:?}", report.findings);
    assert_eq!(
        (
            annotated(&server, "DND-S1-I1"),
            annotated(&server, "DND-S1-I2")
        ),
        (0, 1)
    );
    let study = server.get("/id/DND-S1.nq");
    let name = "Regions of interest in the image files";
    assert!(study.text().contains(name), "{}", study.text());
    let page = server.get("/id/DND-S1-I2/annotations").json();
    let items = page["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "the file and what it marks");
    let file = "https://images.example.org/id/DND-S1.1/files/a.ome.tif";
    assert_eq!(items[0]["body"]["id"], file);
    let mark = &items[1];
    assert_eq!(mark["via"], file);
    assert_eq!(mark["body"][0]["value"], "cell");
    assert_eq!(mark["omma:annotationType"], "geometrical_annotations");
    assert_eq!(mark["omma:strokeColour"], "FF0000");
    assert_eq!(
        mark["target"],
        json!({
            "type": "SpecificResource",
            "source": "https://images.example.org/id/DND-S1-I2",
            "selector": {
                "type": "FragmentSelector", "conformsTo": "http://www.w3.org/TR/media-frags/",
                "value": "xywh=pixel:1,1,2,1", "omma:plane": 0, "omma:timePoint": 0, "omma:channelIndex": 0,
            },
        })
    );
    let page = server.get_as("/id/DND-S1-I2", "text/html");
    for words in ["geometrical annotations", name, "/id/DND-S1-I2/annotations"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
}

#[test]
fn each_image_of_a_file_has_its_own_regions() {
    let server = Server::start();
    let images = [
        image(0, ""),
        image(1, r#"<ROIRef ID="A"/><ROIRef ID="B"/>"#),
        image(2, r#"<ROIRef ID="B"/>"#),
    ];
    let regions = [
        region("A", RECTANGLE),
        region("B", r#"<Point X="1" Y="1"/>"#),
    ];
    let text = format!("{OME}{}{}</OME>", images.concat(), regions.concat());
    let report = import(&server, &[("a.ome.tif", &tiff(&text, 3))], "");
    assert!(report.id.is_some(), "{:?}", report.findings);
    let marks = |image| (annotated(&server, image), total(&server, image));
    assert_eq!(marks("DND-S1-I2"), (0, 0), "the first has none");
    assert_eq!(marks("DND-S1-I3"), (1, 3));
    assert_eq!(marks("DND-S1-I4"), (1, 2));
    let study = server.get("/id/DND-S1.nq");
    for image in ["I3", "I4"] {
        let target = format!("oa#hasTarget> <https://images.example.org/id/DND-S1-{image}> .");
        assert!(study.text().contains(&target), "{}", study.text());
    }
    assert!(
        !study
            .text()
            .contains("oa#hasTarget> <https://images.example.org/id/DND-S1-I2>")
    );
}

#[test]
fn regions_that_the_depositor_lists_are_not_there_twice() {
    let server = Server::start();
    let set = "annotations:\n  - {title: My regions, type: geometrical_annotations, method: by hand, files: [{file: a.ome.tif}]}\n";
    let report = import(&server, &[("a.ome.tif", &marked(RECTANGLE))], set);
    assert!(report.id.is_some(), "{:?}", report.findings);
    assert_eq!(
        (annotated(&server, "DND-S1-I2"), total(&server, "DND-S1-I2")),
        (1, 2)
    );
    let study = server.get("/id/DND-S1.nq");
    assert!(study.text().contains("My regions"));
    assert!(
        !study
            .text()
            .contains("Regions of interest in the image files")
    );
}

#[test]
fn regions_in_ome_xml_of_their_own_are_those_of_the_image_that_is_named() {
    let server = Server::start();
    let text = format!("{OME}{}</OME>", region("R", RECTANGLE));
    let set = "annotations:\n  - {title: Drawn later, type: geometrical_annotations, files: [{file: later.ome.xml, source: wt/0001.png}]}\n";
    let files: [(&str, &[u8]); 2] = [
        ("a.ome.tif", &marked("")),
        ("later.ome.xml", text.as_bytes()),
    ];
    let report = import(&server, &files, set);
    assert!(report.id.is_some(), "{:?}", report.findings);
    assert_eq!(
        (annotated(&server, "DND-S1-I1"), total(&server, "DND-S1-I1")),
        (1, 2)
    );
    assert_eq!(
        annotated(&server, "DND-S1-I2"),
        0,
        "a region without a shape is none"
    );
}

#[test]
fn regions_that_cannot_be_seen_are_told() {
    let server = Server::start();
    let shapes =
        format!(r#"{RECTANGLE}<Point X="NaN" Y="1"/><Point X="50" Y="1"/><Polygon Points="1,1"/>"#);
    let report = import(&server, &[("a.ome.tif", &marked(&shapes))], "");
    let words = "1 of the 4 regions of interest in a.ome.tif are not understood and not shown (a.ome.tif): it has a position";
    assert_eq!(told(&report, words), &Severity::Warning);
    let words = "1 of the 4 regions of interest in a.ome.tif lie outside of their image";
    assert_eq!(told(&report, words), &Severity::Warning);
    assert_eq!(
        total(&server, "DND-S1-I2"),
        4,
        "the file and three that are understood"
    );
}

#[test]
fn more_regions_than_are_read_are_told_and_the_image_stays() {
    let server = Server::start();
    let many = r#"<Point X="1" Y="1"/>"#.repeat(200_001);
    let report = import(&server, &[("a.ome.tif", &marked(&many))], "");
    let words = "the regions of interest in a.ome.tif are not shown: it has more than 200000 marks";
    assert_eq!(told(&report, words), &Severity::Warning);
    assert_eq!(
        (annotated(&server, "DND-S1-I2"), total(&server, "DND-S1-I2")),
        (1, 1)
    );
}

#[test]
fn words_in_regions_are_no_markup() {
    let server = Server::start();
    let shape = r#"<Point X="1" Y="1" Text="&lt;script&gt;alert(1)&lt;/script&gt;"/>"#;
    import(&server, &[("a.ome.tif", &marked(shape))], "");
    let page = server.get("/id/DND-S1-I2/annotations");
    assert_eq!(
        page.json()["items"][1]["body"][0]["value"],
        "<script>alert(1)</script>"
    );
    assert_eq!(page.header("x-content-type-options"), "nosniff");
}

/// The real document of a TIFF with planes of its own size, so that it is an image.
#[test]
fn regions_of_the_samples_are_served() {
    let sample = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../shared/data/other/ome-model-samples/specification/samples/2015-01/ROI.ome.xml"
    );
    if !Path::new(sample).exists() {
        assert!(std::env::var_os("CI").is_none(), "{sample} is absent");
        eprintln!("SKIPPED: {sample} is absent");
        return;
    }
    let text = std::fs::read_to_string(sample).unwrap();
    let server = Server::start();
    let set = "annotations:\n  - {title: Sample, type: geometrical_annotations, files: [{file: ROI.ome.xml, source: wt/0001.png}]}\n";
    let files: [(&str, &[u8]); 2] = [("a.ome.tif", &marked("")), ("ROI.ome.xml", text.as_bytes())];
    let report = import(&server, &files, set);
    assert!(report.id.is_some(), "{:?}", report.findings);
    let page = server.get("/id/DND-S1-I1/annotations").json();
    assert_eq!(page["partOf"]["total"], 6, "{page:#}");
    assert!(page.to_string().contains("Hi There!"));
}

#[test]
fn regions_in_a_companion_file_are_those_of_the_set() {
    let server = Server::start();
    let planes = r#"<TiffData IFD="0" FirstZ="0" PlaneCount="1"><UUID FileName="z0.ome.tif">urn:uuid:0</UUID></TiffData><TiffData IFD="0" FirstZ="1" PlaneCount="1"><UUID FileName="z1.ome.tif">urn:uuid:1</UUID></TiffData>"#;
    let pixels = format!(
        r#"<Pixels ID="P" DimensionOrder="XYZCT" Type="uint8" SizeX="4" SizeY="3" SizeC="1" SizeZ="2" SizeT="1"><Channel ID="C" SamplesPerPixel="1"/>{planes}</Pixels>"#
    );
    let shape = r#"<Ellipse X="2" Y="1" RadiusX="1" RadiusY="1" TheZ="1"/>"#;
    let text = format!(
        r#"{OME}<Image ID="I">{pixels}<ROIRef ID="R"/></Image>{}</OME>"#,
        region("R", shape)
    );
    let part = |number: usize| {
        let own = OME.replace("<OME ", &format!("<OME UUID=\"urn:uuid:{number}\" "));
        let only = r#"<BinaryOnly MetadataFile="set.companion.ome" UUID="urn:uuid:9"/>"#;
        tiff(&format!("{own}{only}</OME>"), 1)
    };
    let files: [(&str, &[u8]); 3] = [
        ("set.companion.ome", text.as_bytes()),
        ("z0.ome.tif", &part(0)),
        ("z1.ome.tif", &part(1)),
    ];
    let report = import(&server, &files, "");
    assert!(report.id.is_some(), "{:?}", report.findings);
    assert_eq!(annotated(&server, "DND-S1-I2"), 1);
    let page = server.get("/id/DND-S1-I2/annotations").json();
    let file = "https://images.example.org/id/DND-S1.1/files/set.companion.ome";
    assert_eq!(page["items"][1]["via"], file, "{page:#}");
    let selector = &page["items"][1]["target"]["selector"];
    assert_eq!(selector["omma:plane"], 1);
    assert!(
        selector["value"]
            .as_str()
            .unwrap()
            .contains("<ellipse cx=\"2\" cy=\"1\"")
    );
}
