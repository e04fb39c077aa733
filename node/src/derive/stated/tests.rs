use std::sync::Arc;

use super::Stated;
use crate::image::{
    Area, Axis, AxisKind, Channel, Description, ImageError, Length, Level, PixelSource, PixelType,
    Plane,
};
use crate::study::{self, Scale, Step};

struct Source(Description);

impl PixelSource for Source {
    fn description(&self) -> &Description {
        &self.0
    }

    fn levels(&self) -> &[Level] {
        &[]
    }

    fn read(&self, _: usize, _: &Plane, _: Area, _: &mut [u8]) -> Result<(), ImageError> {
        Ok(())
    }
}

fn axis(kind: AxisKind, step: Option<(f64, &str)>) -> Axis {
    Axis {
        kind,
        size: 3,
        step: step.map(|(value, unit)| Length {
            value,
            unit: Some(unit.to_owned()),
        }),
    }
}

fn of_file() -> Description {
    let named = |name: &str, colour: Option<[u8; 3]>| Channel {
        name: Some(name.to_owned()),
        colour,
        emission_nm: Some(450.0),
        window: Some([3.0, 9.0]),
        ..Channel::default()
    };
    Description {
        name: None,
        format: "OME-TIFF",
        axes: vec![
            axis(AxisKind::T, None),
            axis(AxisKind::C, None),
            axis(AxisKind::Y, Some((65.0, "nanometer"))),
            axis(AxisKind::X, Some((130.0, "nanometer"))),
        ],
        pixel_type: PixelType::Uint16,
        significant_bits: 16,
        is_colour: false,
        channels: vec![
            named("DAPI", Some([0, 0, 255])),
            named("GFP", None),
            named("RFP", None),
        ],
        acquired: None,
        instrument: None,
        objective: None,
        warnings: Vec::new(),
    }
}

fn stated() -> Stated {
    let channel = |name: Option<&str>, colour: &str| study::Channel {
        name: name.map(str::to_owned),
        fluorophore: Some("Hoechst".to_owned()),
        colour: Some(colour.to_owned()),
        ..study::Channel::default()
    };
    Stated {
        channels: vec![channel(Some("Nuclei"), "FFFF00"), channel(None, "00FF80")],
        scale: Scale {
            x: Step::of_length(0.5, "\u{b5}m"),
            y: Step::of_length(0.065, "\u{b5}m"),
            z: None,
            t: Step::of_time(0.5, "min"),
        },
    }
}

fn said(stated: &Stated, of_file: Description) -> Description {
    let source = stated.over(Arc::new(Source(of_file)));
    source.description().clone()
}

#[test]
fn what_is_stated_holds_and_the_file_says_the_rest() {
    let said = said(&stated(), of_file());
    let names: Vec<_> = said
        .channels
        .iter()
        .map(|one| one.name.as_deref())
        .collect();
    assert_eq!(names, [Some("Nuclei"), Some("Hoechst"), Some("RFP")]);
    let colours: Vec<_> = said.channels.iter().map(|one| one.colour).collect();
    assert_eq!(colours, [Some([255, 255, 0]), Some([0, 255, 128]), None]);
    assert_eq!(said.channels[0].window, Some([3.0, 9.0]));
    assert_eq!(said.channels[0].emission_nm, Some(450.0));
    assert_eq!(
        said.axes,
        [
            axis(AxisKind::T, Some((30.0, "second"))),
            axis(AxisKind::C, None),
            // the same in the unit of the file
            axis(AxisKind::Y, Some((65.0, "nanometer"))),
            axis(AxisKind::X, Some((0.5, "micrometer"))),
        ]
    );
}

#[test]
fn red_green_and_blue_of_one_picture_stay_what_they_are() {
    let colour = Description {
        is_colour: true,
        ..of_file()
    };
    let of_two = said(&stated(), colour.clone());
    assert_eq!(of_two.channels, colour.channels);
    let mut three = stated();
    three.channels.push(three.channels[0].clone());
    let of_three = said(&three, colour);
    assert_eq!(of_three.channels[0].name.as_deref(), Some("Nuclei"));
    assert_eq!(of_three.channels[0].colour, Some([0, 0, 255]));
}

#[test]
fn channels_are_named_where_there_are_further_axes_too() {
    let mut of_file = of_file();
    let angle = AxisKind::Other("angle".to_owned());
    of_file.axes.insert(0, axis(angle, None));
    let said = said(&stated(), of_file);
    let names = said.channels.iter().map(|one| one.name.as_deref());
    let expected = [Some("Nuclei"), Some("Hoechst"), Some("RFP")];
    assert_eq!(names.collect::<Vec<_>>(), expected);
}
