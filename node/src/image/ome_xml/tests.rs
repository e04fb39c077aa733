//! Documents of every schema.

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics says where it failed"
)]

use std::path::{Path, PathBuf};

use super::regions::MOST_REGIONS;
use super::{OmeXml, OmeXmlError, read, regions};
use crate::image::Limits;

/// Documents beside the workspace: the samples of OME's own specification, and those of ome-types.
const OTHER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/other");
const MALFORMED: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../shared/data/images/malformed/ome-xml"
);

fn documents() -> Vec<PathBuf> {
    if !Path::new(OTHER).is_dir() {
        assert!(std::env::var_os("CI").is_none(), "{OTHER} is absent");
        eprintln!("SKIPPED: {OTHER} is absent");
        return Vec::new();
    }
    walkdir::WalkDir::new(OTHER)
        .into_iter()
        .chain(walkdir::WalkDir::new(MALFORMED))
        .map(Result::unwrap)
        .map(|entry| entry.into_path())
        .filter(|path| path.to_string_lossy().ends_with(".ome.xml"))
        .collect()
}

fn parse(text: &str) -> Result<OmeXml, OmeXmlError> {
    read(text, &Limits::default())
}

#[test]
fn the_samples_of_every_schema_are_read() {
    let documents = documents();
    let mut images = 0;
    let mut refused = Vec::new();
    for path in &documents {
        let text = std::fs::read_to_string(path).unwrap();
        match parse(&text) {
            Ok(document) => images += document.images.len(),
            Err(error) => refused.push(format!("{}: {error}", path.display())),
        }
    }
    // the one that is bad by its name has an image of no size
    assert!(
        refused
            .iter()
            .all(|refused| refused.contains("bad.ome.xml")),
        "{refused:#?}"
    );
    assert!(
        documents.is_empty() || images >= documents.len() / 2,
        "{images}"
    );
}

#[test]
fn the_oldest_schema_writes_elements_where_later_ones_have_attributes() {
    let path = Path::new(MALFORMED).join("tests__data__2008_instrument.ome.xml");
    let Ok(text) = std::fs::read_to_string(&path) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is absent",
            path.display()
        );
        eprintln!("SKIPPED: {} is absent", path.display());
        return;
    };
    let document = parse(&text).unwrap();
    let image = &document.images[0];
    assert_eq!(image.sizes, [6, 4, 1, 1, 1]);
    assert_eq!(image.pixel_type, "uint8");
    assert_eq!(image.acquired.as_deref(), Some("2010-02-23T12:51:30Z"));
    let instrument = image.instrument.as_ref().unwrap();
    assert_eq!(instrument.model.as_deref(), Some("Lab Mk3"));
    assert_eq!(image.physical_sizes[2], None, "a size of 0 is none");
    assert_eq!(image.physical_sizes[0].as_ref().unwrap().value, 10_000.0);
}

#[test]
fn an_objective_is_found_by_its_reference() {
    let text = "<OME><Instrument ID=\"I\"><Microscope Manufacturer=\"Zeiss\" Model=\"LSM\"/><Objective ID=\"O\" Model=\"Plan\" NominalMagnification=\"63\" LensNA=\"1.4\" Immersion=\"Oil\"/></Instrument><Image><InstrumentRef ID=\"I\"/><ObjectiveSettings ID=\"O\"/><Pixels SizeX=\"1\" SizeY=\"1\" SizeZ=\"1\" SizeC=\"1\" SizeT=\"1\"/></Image></OME>";
    let document = parse(text).unwrap();
    let image = &document.images[0];
    let objective = image.objective.as_ref().unwrap();
    assert_eq!(objective.magnification, Some(63.0));
    assert_eq!(objective.numerical_aperture, Some(1.4));
    assert_eq!(objective.immersion.as_deref(), Some("Oil"));
    assert_eq!(
        image.instrument.as_ref().unwrap().manufacturer.as_deref(),
        Some("Zeiss")
    );
}

#[test]
fn hostile_documents_are_refused() {
    assert_eq!(
        parse("<!DOCTYPE OME SYSTEM \"file:///etc/passwd\"><OME/>"),
        Err(OmeXmlError::DocumentType)
    );
    assert!(matches!(
        parse("<OME>&a;</OME>"),
        Err(OmeXmlError::Damaged(_))
    ));
    assert_eq!(
        parse(&format!("<OME>{}", "<a>".repeat(100_000))),
        Err(OmeXmlError::TooMuch("elements inside each other"))
    );
    assert_eq!(parse("<html/>"), Err(OmeXmlError::Other));
    assert!(matches!(
        parse("<OME><Image>"),
        Err(OmeXmlError::Damaged(_))
    ));
    let images = "<Image/>".repeat(20_000);
    assert!(
        parse(&format!("<OME>{images}</OME>"))
            .unwrap()
            .images
            .is_empty()
    );
}

#[test]
fn colours_are_signed_or_not_and_other_units_become_ours() {
    let channel = |inside: &str| {
        let text = format!(
            "<OME><Image><Pixels SizeX=\"1\" SizeY=\"1\" SizeZ=\"1\" SizeC=\"1\" SizeT=\"1\"><Channel {inside}/></Pixels></Image></OME>"
        );
        parse(&text)
            .unwrap()
            .images
            .remove(0)
            .channels
            .remove(0)
            .channel
    };
    assert_eq!(channel("Color=\"-1\"").colour, Some([255, 255, 255]));
    assert_eq!(channel("Color=\"4278190335\"").colour, Some([255, 0, 0]));
    assert_eq!(channel("Color=\"16711935\"").colour, Some([0, 255, 0]));
    assert_eq!(channel("Color=\"99999999999\"").colour, None);
    let wave = channel("ExcitationWavelength=\"0.488\" ExcitationWavelengthUnit=\"µm\"");
    assert!((wave.excitation_nm.unwrap() - 488.0).abs() < 1e-9);
    assert_eq!(channel("EmWave=\"520\"").emission_nm, Some(520.0));
    assert_eq!(channel("EmissionWavelength=\"-5\"").emission_nm, None);
}

#[test]
fn a_long_name_of_a_region_is_not_copied_to_each_of_its_shapes() {
    let (name, forms) = (
        "n".repeat(1 << 20),
        "<Point X=\"1\" Y=\"2\"/>".repeat(50_000),
    );
    let text = format!("<OME><Image/><ROI ID=\"r\" Name=\"{name}\">{forms}</ROI></OME>");
    let mut told = 0;
    regions(&text, &mut |images, shape| {
        assert_eq!(images, [0]);
        assert_eq!(shape.region.as_ref().unwrap().len(), 200);
        told += 1;
        Ok(())
    })
    .unwrap();
    assert_eq!(told, 50_000);
}

#[test]
fn what_is_said_of_a_shape_goes_to_its_form_and_is_not_copied() {
    let points = "1,1 ".repeat(5000);
    let text = format!(
        "<OME><Image/><ROI><Shape TheZ=\"3\"><Polygon points=\"{points}\"/></Shape></ROI></OME>"
    );
    let mut told = Vec::new();
    regions(&text, &mut |_, shape| {
        told.push(shape.clone());
        Ok(())
    })
    .unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].attributes["thez"], "3");
    assert_eq!(told[0].attributes["points"].trim(), points.trim());

    // shapes of no image are not even made, however long what is said of them
    let forms = "<a/>".repeat(50_000);
    let long = "1".repeat(1 << 20);
    let text =
        format!("<OME><Image/><Image/><ROI><Shape points=\"{long}\">{forms}</Shape></ROI></OME>");
    assert_eq!(regions(&text, &mut |_, _| Err(OmeXmlError::Other)), Ok(()));
}

#[test]
fn regions_of_the_same_identifier_share_their_images() {
    let images = "<Image><ROIRef ID=\"r\"/></Image>".repeat(1000);
    let region = "<ROI ID=\"r\"><Point/></ROI>";
    let empty = "<ROI ID=\"r\"/>".repeat(100_000);
    let text = format!("<OME>{images}{region}{empty}{region}</OME>");
    let mut lists = Vec::new();
    regions(&text, &mut |images, _| {
        lists.push((images.as_ptr(), images.len()));
        Ok(())
    })
    .unwrap();
    assert_eq!(lists.len(), 2);
    assert_eq!(lists[0], lists[1], "one list, and no copy of it");
    assert_eq!(lists[0].1, 1000);
}

#[test]
fn regions_and_shapes_without_end_are_refused() {
    let refused = |inside: String| regions(&format!("<OME>{inside}</OME>"), &mut |_, _| Ok(()));
    assert_eq!(
        refused("<ROI/>".repeat(MOST_REGIONS + 1)),
        Err(OmeXmlError::TooMuch("regions of interest"))
    );
    let forms = "<a/>".repeat(MOST_REGIONS + 1);
    assert_eq!(
        refused(format!("<Image/><Image/><ROI>{forms}</ROI>")),
        Err(OmeXmlError::TooMuch("shapes in regions of interest"))
    );
}

#[test]
fn attributes_are_bounded_in_number_and_length() {
    let many: String = (0..1000).map(|number| format!(" a{number}=\"\"")).collect();
    assert_eq!(
        parse(&format!("<OME{many}/>")),
        Err(OmeXmlError::TooMuch("attributes in one element"))
    );
    let long = "\u{e4}".repeat(1 << 20);
    let text = format!(
        "<OME><Image Name=\"{long}\"><Pixels SizeX=\"1\" SizeY=\"1\" SizeZ=\"1\" SizeC=\"1\" SizeT=\"1\"/></Image></OME>"
    );
    let name = parse(&text).unwrap().images.remove(0).name.unwrap();
    assert_eq!(name.chars().count(), 2048, "4096 bytes");
}
