//! Types of pixels.

use std::fmt;

/// The type of one sample, as readers give it: native byte order, whole bytes. Depths between (1 to 7, 10, 12, 14, 24 bit)
/// are given in the next wider type, and [`super::Description::significant_bits`] tells the depth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PixelType {
    /// Unsigned, 8 bit.
    Uint8,
    /// Unsigned, 16 bit.
    Uint16,
    /// Unsigned, 32 bit.
    Uint32,
    /// Unsigned, 64 bit.
    Uint64,
    /// Signed, 8 bit.
    Int8,
    /// Signed, 16 bit.
    Int16,
    /// Signed, 32 bit.
    Int32,
    /// Signed, 64 bit.
    Int64,
    /// Floating point, 32 bit; also what 16 and 24 bit are given as.
    Float32,
    /// Floating point, 64 bit.
    Float64,
}

impl PixelType {
    /// Bytes of one sample.
    pub fn bytes(self) -> usize {
        match self {
            Self::Uint8 | Self::Int8 => 1,
            Self::Uint16 | Self::Int16 => 2,
            Self::Uint32 | Self::Int32 | Self::Float32 => 4,
            Self::Uint64 | Self::Int64 | Self::Float64 => 8,
        }
    }

    /// Its name, as in OME-Zarr and in image records: `uint16`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Uint8 => "uint8",
            Self::Uint16 => "uint16",
            Self::Uint32 => "uint32",
            Self::Uint64 => "uint64",
            Self::Int8 => "int8",
            Self::Int16 => "int16",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Float32 => "float32",
            Self::Float64 => "float64",
        }
    }
}

impl fmt::Display for PixelType {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
