//! The OME-XML of an OME-TIFF (schema 2016-06): what the pixels are, how large, when, and through which optics.

use std::fmt::Write;

use super::Stack;

/// What is said of an image beside its pixels.
#[derive(Debug, Clone)]
pub(in crate::samples) struct Ome {
    pub name: String,
    /// ISO 8601, as the microscope would have noted it.
    pub date: &'static str,
    /// Micrometres: across, down, and from plane to plane.
    pub pixel: (f32, f32, Option<f32>),
    /// Seconds from one time point to the next.
    pub seconds: Option<f32>,
    pub optics: Option<Optics>,
    pub channels: Vec<Channel>,
}

/// The objective.
#[derive(Debug, Clone, Copy)]
pub(in crate::samples) struct Optics {
    pub magnification: f32,
    pub aperture: f32,
    /// A word of OME: Air, Oil, Water, …
    pub immersion: &'static str,
}

/// A channel.
#[derive(Debug, Clone, Copy)]
pub(in crate::samples) struct Channel {
    pub name: &'static str,
    /// Red, green, blue.
    pub colour: [u8; 3],
    pub fluorophore: Option<&'static str>,
    /// Nanometres.
    pub excitation: Option<f32>,
    /// Nanometres.
    pub emission: Option<f32>,
    /// A word of OME: WideField, LaserScanningConfocalMicroscopy, MultiPhotonMicroscopy, …
    pub mode: &'static str,
    /// A word of OME: Fluorescence, Phase, DIC, Brightfield, …
    pub contrast: &'static str,
}

impl Channel {
    /// A fluorescent channel: a name, a colour, a dye, what it takes and what it gives in nanometres.
    pub const fn dye(
        name: &'static str,
        colour: [u8; 3],
        fluorophore: &'static str,
        wavelengths: (f32, f32),
        mode: &'static str,
    ) -> Channel {
        Channel {
            name,
            colour,
            fluorophore: Some(fluorophore),
            excitation: Some(wavelengths.0),
            emission: Some(wavelengths.1),
            mode,
            contrast: "Fluorescence",
        }
    }

    /// A channel without a dye, in grey.
    pub const fn grey(name: &'static str, mode: &'static str, contrast: &'static str) -> Channel {
        Channel {
            name,
            colour: [255, 255, 255],
            fluorophore: None,
            excitation: None,
            emission: None,
            mode,
            contrast,
        }
    }

    fn element(&self, index: usize) -> String {
        let mut text = format!(
            r#"<Channel ID="Channel:0:{index}" Name="{}" SamplesPerPixel="1""#,
            escaped(self.name)
        );
        let [red, green, blue] = self.colour.map(u32::from);
        // red, green, blue and opacity in one number, which the schema wants to be signed
        let colour = (red << 24 | green << 16 | blue << 8 | 255) as i32;
        put(&mut text, "ContrastMethod", Some(self.contrast));
        put(&mut text, "AcquisitionMode", Some(self.mode));
        put(&mut text, "Fluor", self.fluorophore.map(escaped));
        put(&mut text, "ExcitationWavelength", self.excitation);
        put(&mut text, "EmissionWavelength", self.emission);
        put(&mut text, "Color", Some(colour));
        text + "/>"
    }
}

impl Ome {
    /// The document that goes into the first page of `stack`'s file; plain ASCII, as a TIFF's texts are.
    pub fn document(&self, stack: &Stack) -> String {
        let mut text = r#"<?xml version="1.0" encoding="UTF-8"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.openmicroscopy.org/Schemas/OME/2016-06 http://www.openmicroscopy.org/Schemas/OME/2016-06/ome.xsd" Creator="omma-node samples">"#.to_owned();
        if let Some(optics) = self.optics {
            text += &optics.element();
        }
        text += &format!(
            r#"<Image ID="Image:0" Name="{}"><AcquisitionDate>{}</AcquisitionDate><Description>Computed, not recorded by a microscope.</Description>"#,
            escaped(&self.name),
            self.date
        );
        if self.optics.is_some() {
            text += r#"<InstrumentRef ID="Instrument:0"/><ObjectiveSettings ID="Objective:0"/>"#;
        }
        text += &self.pixels(stack);
        for (index, channel) in self.channels.iter().enumerate() {
            text += &channel.element(index);
        }
        let planes = stack.planes.len();
        text += &format!(r#"<TiffData IFD="0" PlaneCount="{planes}"/>"#);
        text + "</Pixels></Image></OME>"
    }

    /// The opening tag of `Pixels`.
    fn pixels(&self, stack: &Stack) -> String {
        let mut text = r#"<Pixels ID="Pixels:0" DimensionOrder="XYCZT""#.to_owned();
        put(&mut text, "Type", Some(stack.pixel_type()));
        put(&mut text, "BigEndian", Some(false));
        put(&mut text, "SizeX", Some(stack.width));
        put(&mut text, "SizeY", Some(stack.height));
        put(&mut text, "SizeC", Some(self.channels.len()));
        put(&mut text, "SizeZ", Some(stack.size_z));
        let rest = self.channels.len() * stack.size_z;
        put(&mut text, "SizeT", Some(stack.planes.len() / rest.max(1)));
        // micrometres are what the schema takes where no unit stands
        put(&mut text, "PhysicalSizeX", Some(self.pixel.0));
        put(&mut text, "PhysicalSizeY", Some(self.pixel.1));
        put(&mut text, "PhysicalSizeZ", self.pixel.2);
        put(&mut text, "TimeIncrement", self.seconds);
        text + ">"
    }
}

impl Optics {
    fn element(self) -> String {
        format!(
            r#"<Instrument ID="Instrument:0"><Objective ID="Objective:0" Immersion="{}" LensNA="{}" NominalMagnification="{}"/></Instrument>"#,
            self.immersion, self.aperture, self.magnification
        )
    }
}

/// An attribute, if there is a value.
fn put(text: &mut String, name: &str, value: Option<impl std::fmt::Display>) {
    if let Some(value) = value {
        // writing to a string cannot fail
        let _ = write!(text, r#" {name}="{value}""#);
    }
}

/// Text for an attribute's value, in ASCII.
fn escaped(text: &str) -> String {
    text.chars()
        .map(|letter| match letter {
            '&' => "&amp;".to_owned(),
            '<' => "&lt;".to_owned(),
            '"' => "&quot;".to_owned(),
            letter if letter.is_ascii() => letter.to_string(),
            letter => format!("&#{};", u32::from(letter)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_xml_and_tiff_do_not_take_is_written_otherwise() {
        assert_eq!(escaped("a<\"µ&b"), "a&lt;&quot;&#181;&amp;b");
    }
}
