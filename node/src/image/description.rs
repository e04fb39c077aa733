//! What an image is, as its file says.

use super::PixelType;

/// An image.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// Its name, where the file gives one.
    pub name: Option<String>,
    /// The format of the file, as people call it: `OME-TIFF`, `OME-Zarr 0.5`, `PNG`.
    pub format: &'static str,
    /// Its axes, the slowest first: other axes under their own names, then t, c, z, y, x. Always ends with y and x; an axis
    /// of size 1 that the file does not speak of is left out.
    pub axes: Vec<Axis>,
    /// The type of its samples.
    pub pixel_type: PixelType,
    /// Bits of a sample that mean something; at most those of the type.
    pub significant_bits: u8,
    /// Whether its three channels are red, green and blue of one picture (a photograph, a histology slide), not three
    /// measurements. Palettes are given so.
    pub is_colour: bool,
    /// Channels, as many as the c axis is long, in order; one where there is no c axis.
    pub channels: Vec<Channel>,
    /// When it was taken: RFC 3339, where the file says it so that it can be understood.
    pub acquired: Option<String>,
    /// The microscope.
    pub instrument: Option<Instrument>,
    /// The objective.
    pub objective: Option<Objective>,
    /// What in the file contradicts itself or was set aside, in sentences that a depositor understands.
    pub warnings: Vec<String>,
}

/// An axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    /// Which.
    pub kind: AxisKind,
    /// Its length in pixels, planes, frames.
    pub size: u64,
    /// The step from one to the next.
    pub step: Option<Length>,
}

/// Which axis.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum AxisKind {
    /// Columns.
    X,
    /// Rows.
    Y,
    /// Focal planes.
    Z,
    /// Channels.
    C,
    /// Time points.
    T,
    /// Another, under the name that its file gives (lifetime, angle, phase …).
    Other(String),
}

/// A measured step, in the unit that its file gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Length {
    /// The number; above 0 and finite.
    pub value: f64,
    /// The unit as OME-Zarr spells it: `micrometer`, `nanometer`, `second`; none where the file does not say.
    pub unit: Option<String>,
}

/// Units of space and time as files write them, and what they are in OME-Zarr's spelling.
pub const WELL_KNOWN_LENGTHS: &[(&str, &str)] = &[
    ("m", "meter"),
    ("mm", "millimeter"),
    ("\u{b5}m", "micrometer"),
    ("\u{3bc}m", "micrometer"),
    ("um", "micrometer"),
    ("micron", "micrometer"),
    ("microns", "micrometer"),
    ("nm", "nanometer"),
    ("pm", "picometer"),
    ("\u{c5}", "angstrom"),
    ("inch", "inch"),
    ("in", "inch"),
    ("cm", "centimeter"),
    ("s", "second"),
    ("sec", "second"),
    ("ms", "millisecond"),
    ("\u{b5}s", "microsecond"),
    ("min", "minute"),
    ("h", "hour"),
];

/// A channel.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Channel {
    /// Its name.
    pub name: Option<String>,
    /// Its colour: red, green, blue.
    pub colour: Option<[u8; 3]>,
    /// Wavelength of the light that excites, in nanometres.
    pub excitation_nm: Option<f64>,
    /// Wavelength of the light that is seen, in nanometres.
    pub emission_nm: Option<f64>,
    /// The dye or fluorescent protein.
    pub fluorophore: Option<String>,
    /// How it was taken: OME's `ContrastMethod` or `AcquisitionMode`.
    pub contrast: Option<String>,
    /// Least and greatest value that the file says to show.
    pub window: Option<[f64; 2]>,
    /// Whether the file says that it is not shown until somebody asks for it.
    pub is_hidden: bool,
}

/// A microscope.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Instrument {
    /// Who made it.
    pub manufacturer: Option<String>,
    /// The model.
    pub model: Option<String>,
}

/// An objective.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Objective {
    /// The model.
    pub model: Option<String>,
    /// Nominal magnification.
    pub magnification: Option<f64>,
    /// Numerical aperture.
    pub numerical_aperture: Option<f64>,
    /// What is between lens and cover slip: `Oil`, `Water`.
    pub immersion: Option<String>,
}
