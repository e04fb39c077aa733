//! How strips and tiles are compressed.

use crate::image::ImageError;

/// A compression that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Compression {
    /// As it is.
    None,
    /// Runs of white and black, each row from a byte on (CCITT modified Huffman); from a word on where so.
    FaxRuns {
        /// Rows begin at multiples of two bytes.
        words: bool,
    },
    /// CCITT Group 3 (ITU-T T.4).
    FaxGroup3 {
        /// Rows may be coded by their difference from the row before.
        two_dimensional: bool,
    },
    /// CCITT Group 4 (ITU-T T.6).
    FaxGroup4,
    /// LZW, of TIFF 5 and 6.
    Lzw,
    /// JPEG, one stream a strip or tile (TIFF Technical Note 2).
    Jpeg,
    /// zlib.
    Deflate,
    /// Runs of bytes.
    PackBits,
    /// Zstandard.
    Zstandard,
}

impl Compression {
    /// By the number of the tag, with the options of CCITT.
    pub(super) fn of(number: u64, t4_options: u64) -> Result<Self, ImageError> {
        Ok(match number {
            1 => Self::None,
            2 => Self::FaxRuns { words: false },
            32771 => Self::FaxRuns { words: true },
            3 => Self::FaxGroup3 {
                two_dimensional: t4_options & 1 == 1,
            },
            4 => Self::FaxGroup4,
            5 => Self::Lzw,
            7 | 34892 => Self::Jpeg,
            8 | 32946 => Self::Deflate,
            32773 => Self::PackBits,
            50000 => Self::Zstandard,
            other => {
                return Err(ImageError::Unsupported(format!(
                    "its pixels are compressed as {}",
                    name(other)
                )));
            }
        })
    }

    /// Whether a strip can only be decoded from its beginning.
    pub(super) fn is_none(self) -> bool {
        self == Self::None
    }

    /// Whether pixels are one bit each.
    pub(super) fn is_fax(self) -> bool {
        matches!(
            self,
            Self::FaxRuns { .. } | Self::FaxGroup3 { .. } | Self::FaxGroup4
        )
    }
}

/// What people call the compressions that are not read.
fn name(number: u64) -> String {
    match number {
        6 => "JPEG in the manner of 1992, which TIFF gave up".to_owned(),
        9 | 10 | 34661 => "JBIG".to_owned(),
        32809 => "ThunderScan".to_owned(),
        32908 | 32909 => "Pixar film".to_owned(),
        34676 | 34677 => "SGI LogLuv".to_owned(),
        22610 | 34934 => "JPEG XR".to_owned(),
        33003 | 33004 | 33005 | 34712 => "JPEG 2000".to_owned(),
        34887 => "LERC".to_owned(),
        34925 => "LZMA".to_owned(),
        34926 | 50001 => "WebP".to_owned(),
        34927 => "PNG".to_owned(),
        50002 | 52546 => "JPEG XL".to_owned(),
        other => format!("number {other}"),
    }
}
