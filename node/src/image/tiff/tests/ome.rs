//! OME-TIFF: one file, several files, companions, and documents that are wrong.

use super::made::{Page, tiff};
use super::reading::{axes, open, open_among, pixels, refusal};
use crate::image::{AxisKind, PixelSource};

const NAMESPACE: &str = "http://www.openmicroscopy.org/Schemas/OME/2016-06";

fn page(fill: u8) -> Page {
    Page::grey(2, 2, 8, vec![fill; 4])
}

fn document(inside: &str) -> String {
    format!("<?xml version=\"1.0\"?><OME xmlns=\"{NAMESPACE}\" UUID=\"urn:uuid:a\">{inside}</OME>")
}

/// An image of the given sizes of z, c and t.
fn image(order: &str, [z, c, t]: [u64; 3], inside: &str) -> String {
    format!(
        "<Image ID=\"Image:0\" Name=\"cells\"><AcquisitionDate>2020-02-03T04:05:06</AcquisitionDate><Pixels ID=\"P\" DimensionOrder=\"{order}\" Type=\"uint8\" SizeX=\"2\" SizeY=\"2\" SizeZ=\"{z}\" SizeC=\"{c}\" SizeT=\"{t}\" PhysicalSizeX=\"500\" PhysicalSizeXUnit=\"nm\" TimeIncrement=\"3\">{inside}</Pixels></Image>"
    )
}

/// The first pixel of each plane.
fn firsts(image: &dyn PixelSource) -> Vec<u8> {
    pixels(image).chunks(4).map(|plane| plane[0]).collect()
}

fn warnings(image: &dyn PixelSource) -> String {
    image.description().warnings.join("; ")
}

#[test]
fn planes_are_in_the_order_that_the_document_says() {
    let channels = "<Channel ID=\"C0\" Name=\"DNA\" Color=\"65535\" EmissionWavelength=\"461\"/><Channel ID=\"C1\" Color=\"-16776961\"/><TiffData/>";
    let xml = document(&image("XYCZT", [3, 2, 1], channels));
    let mut pages: Vec<Page> = (0..6).map(page).collect();
    pages[0] = pages[0].clone().saying(&xml);
    let opened = open(tiff(&pages)).unwrap();
    let image = &opened.images[0];
    let description = image.description();
    assert_eq!(description.format, "OME-TIFF");
    assert_eq!(axes(&**image), "C=2,Z=3,Y=2,X=2");
    assert_eq!(firsts(&**image), [0, 2, 4, 1, 3, 5]);
    assert_eq!(description.name.as_deref(), Some("cells"));
    assert_eq!(
        description.acquired.as_deref(),
        Some("2020-02-03T04:05:06Z")
    );
    assert_eq!(description.channels[0].name.as_deref(), Some("DNA"));
    assert_eq!(description.channels[0].colour, Some([0, 0, 255]));
    assert_eq!(description.channels[0].emission_nm, Some(461.0));
    assert_eq!(description.channels[1].colour, Some([255, 0, 0]));
    let x = description
        .axes
        .iter()
        .find(|axis| axis.kind == AxisKind::X)
        .unwrap();
    let step = x.step.clone().unwrap();
    assert_eq!(
        (step.value, step.unit.as_deref()),
        (500.0, Some("nanometer"))
    );
    assert_eq!(warnings(&**image), "");
}

/// Two files with a channel each, both with the document.
fn pair(inside: &str) -> [(&'static str, Vec<u8>); 2] {
    let xml =
        |uuid: &str| format!("<OME xmlns=\"{NAMESPACE}\" UUID=\"urn:uuid:{uuid}\">{inside}</OME>");
    [
        (
            "set/a.ome.tif",
            tiff(&[page(10).saying(&xml("a")), page(11)]),
        ),
        (
            "set/b.ome.tif",
            tiff(&[page(20).saying(&xml("b")), page(21)]),
        ),
    ]
}

const BOTH: &str = "<TiffData FirstC=\"0\" IFD=\"0\" PlaneCount=\"2\"><UUID FileName=\"a.ome.tif\">urn:uuid:a</UUID></TiffData><TiffData FirstC=\"1\" IFD=\"0\" PlaneCount=\"2\"><UUID FileName=\"b.ome.tif\">urn:uuid:b</UUID></TiffData>";

#[test]
fn a_set_of_files_is_one_image_whichever_of_them_is_opened() {
    let files = pair(&image("XYZCT", [2, 2, 1], BOTH));
    for name in ["set/a.ome.tif", "set/b.ome.tif"] {
        let opened = open_among(files.clone(), name).unwrap();
        assert_eq!(axes(&*opened.images[0]), "C=2,Z=2,Y=2,X=2");
        assert_eq!(firsts(&*opened.images[0]), [10, 11, 20, 21]);
        assert_eq!(opened.files[0].as_str(), name);
        assert_eq!(opened.files.len(), 2);
    }
}

#[test]
fn planes_of_a_file_that_is_missing_are_black_and_said_so() {
    let [first, _] = pair(&image("XYZCT", [2, 2, 1], BOTH));
    let opened = open_among([first], "set/a.ome.tif").unwrap();
    assert_eq!(firsts(&*opened.images[0]), [10, 11, 0, 0]);
    let said = warnings(&*opened.images[0]);
    assert!(
        said.contains("2 of its 4 planes are not in its files"),
        "{said}"
    );
    assert!(said.contains("\"b.ome.tif\" for one"), "{said}");
}

#[test]
fn a_companion_holds_the_document_of_its_files() {
    let [a, b] = pair("<BinaryOnly MetadataFile=\"x.companion.ome\" UUID=\"urn:uuid:c\"/>");
    let companion = document(&image("XYZCT", [2, 2, 1], BOTH)).into_bytes();
    let files = [a, b, ("set/x.companion.ome", companion)];
    for name in ["set/a.ome.tif", "set/b.ome.tif", "set/x.companion.ome"] {
        let opened = open_among(files.clone(), name).unwrap();
        assert_eq!(firsts(&*opened.images[0]), [10, 11, 20, 21], "{name}");
        assert_eq!(opened.files.len(), 3);
    }
    let [a, b, _] = files;
    let opened = open_among([a, b], "set/a.ome.tif").unwrap();
    assert!(warnings(&*opened.images[0]).contains("x.companion.ome"));
}

#[test]
fn a_file_that_was_renamed_is_still_read() {
    let data = "<TiffData IFD=\"0\" PlaneCount=\"2\"><UUID FileName=\"before.ome.tif\">urn:uuid:z</UUID></TiffData>";
    let xml = document(&image("XYZCT", [2, 1, 1], data));
    let opened = open(tiff(&[page(1).saying(&xml), page(2)])).unwrap();
    assert_eq!(firsts(&*opened.images[0]), [1, 2]);
    assert_eq!(warnings(&*opened.images[0]), "");
}

#[test]
fn files_outside_the_folder_are_never_opened() {
    let data = "<TiffData IFD=\"0\"><UUID FileName=\"../../secret.tif\">urn:uuid:z</UUID></TiffData><TiffData IFD=\"0\" FirstZ=\"1\"><UUID FileName=\"x.tif\">urn:uuid:y</UUID></TiffData>";
    let xml = document(&image("XYZCT", [2, 1, 1], data));
    let files = [
        ("set/x.tif", tiff(&[page(1).saying(&xml)])),
        ("secret.tif", tiff(&[page(66)])),
    ];
    let opened = open_among(files, "set/x.tif").unwrap();
    assert_eq!(firsts(&*opened.images[0]), [0, 1]);
}

#[test]
fn planes_that_are_missing_are_black_and_said_so() {
    let xml = document(&image("XYZCT", [5, 1, 1], "<TiffData/>"));
    let opened = open(tiff(&[page(1).saying(&xml), page(2)])).unwrap();
    assert_eq!(firsts(&*opened.images[0]), [1, 2, 0, 0, 0]);
    let said = warnings(&*opened.images[0]);
    assert!(
        said.contains("3 of its 5 planes are not in its files"),
        "{said}"
    );
}

#[test]
fn a_document_that_contradicts_the_pages_is_said_to() {
    let xml = document(&image("XYZCT", [1, 1, 1], "<TiffData/>"));
    let xml = xml
        .replace("SizeX=\"2\"", "SizeX=\"2000\"")
        .replace("uint8", "uint16");
    let opened = open(tiff(&[page(1).saying(&xml)])).unwrap();
    let said = warnings(&*opened.images[0]);
    assert!(
        said.contains("its OME-XML says 2000 × 2 pixels, and its pages have 2 × 2"),
        "{said}"
    );
    assert!(said.contains("\"uint16\", and they are uint8"), "{said}");
}

#[test]
fn a_document_type_is_refused() {
    let xml = document(&image("XYZCT", [1, 1, 1], "<TiffData/>"))
        .replace("<OME", "<!DOCTYPE OME [<!ENTITY a \"aaaa\">]><OME");
    assert!(refusal(tiff(&[page(1).saying(&xml)])).contains("document type (DTD)"));
}

#[test]
fn a_damaged_document_leaves_a_plain_file() {
    let xml = document("<Image><Pixels");
    let opened = open(tiff(&[page(1).saying(&xml), page(2)])).unwrap();
    assert_eq!(axes(&*opened.images[0]), "Z=2,Y=2,X=2");
    assert!(warnings(&*opened.images[0]).contains("it is read as a plain TIFF"));
}

#[test]
fn absurd_sizes_are_refused_before_anything_is_made_for_them() {
    let sizes = [1 << 40, 1 << 40, 1 << 40];
    let xml = document(&image(
        "XYZCT",
        sizes,
        "<TiffData IFD=\"0\" PlaneCount=\"9999999\"/>",
    ));
    assert!(refusal(tiff(&[page(1).saying(&xml)])).contains("number of its planes"));
}

#[test]
fn many_images_of_many_planes_are_no_more_than_one_of_them() {
    let many = image("XYZCT", [1_000_000, 1, 1], "<TiffData/>").repeat(100);
    let opened = open(tiff(&[page(1).saying(&document(&many))])).unwrap();
    assert_eq!(opened.images.len(), 1);
    let said = warnings(&*opened.images[0]);
    assert!(
        said.contains("the number of its planes is 2000000"),
        "{said}"
    );
}

#[test]
fn several_images_in_a_file_are_several_images() {
    let two = image("XYZCT", [2, 1, 1], "<TiffData IFD=\"0\" PlaneCount=\"2\"/>")
        + &image("XYZCT", [1, 1, 1], "<TiffData IFD=\"2\"/>")
        + &image("XYZCT", [1, 1, 1], "<TiffData IFD=\"3\"/>").replace("cells", "label image");
    let opened = open(tiff(&[
        page(1).saying(&document(&two)),
        page(2),
        page(3),
        page(4),
    ]))
    .unwrap();
    let all: Vec<Vec<u8>> = opened.images.iter().map(|image| firsts(&**image)).collect();
    assert_eq!(all, [vec![1, 2], vec![3]]);
    let said = warnings(&*opened.images[0]);
    assert!(
        said.contains("the label of the slide is left out, because it may show names"),
        "{said}"
    );
    assert!(!said.contains("whole slide"), "{said}");
}

#[test]
fn labels_and_macros_are_left_out_however_they_are_called() {
    let named = |name: &str, directory: u32| {
        let at = format!("<TiffData IFD=\"{directory}\"/>");
        image("XYZCT", [1, 1, 1], &at).replace("cells", name)
    };
    let slide = named("main", 0) + &named("label", 1) + &named("macro image", 2);
    let pages = [page(1).saying(&document(&slide)), page(2), page(3)];
    let opened = open(tiff(&pages)).unwrap();
    let all: Vec<Vec<u8>> = opened.images.iter().map(|image| firsts(&**image)).collect();
    assert_eq!(all, [vec![1]]);
    let said = warnings(&*opened.images[0]);
    assert!(
        said.contains("the label and the picture of the whole slide are left out"),
        "{said}"
    );
    // alone it may be a mask
    let alone = open(tiff(&[page(1).saying(&document(&named("label", 0)))])).unwrap();
    assert_eq!(alone.images.len(), 1);
}
