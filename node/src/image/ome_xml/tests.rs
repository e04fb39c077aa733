//! Documents of every schema.

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics says where it failed"
)]

use std::path::{Path, PathBuf};

use super::{OmeXml, OmeXmlError, read};
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
