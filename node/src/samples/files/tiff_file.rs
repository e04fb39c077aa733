//! TIFF files: pages of 8 or 16 bits, deflated, with OME-XML in the first page or without.

use std::io::Cursor;

use tiff::TiffResult;
use tiff::encoder::colortype::{ColorType, Gray8, Gray16, RGB8};
use tiff::encoder::{
    Compression, DeflateLevel, Predictor, TiffEncoder, TiffKindStandard, TiffValue,
};
use tiff::tags::Tag;

use super::Ome;

/// Planes of one size: channels first, then depth, then time.
#[derive(Debug, Clone, Default)]
pub(in crate::samples) struct Stack {
    pub width: usize,
    pub height: usize,
    pub size_z: usize,
    pub planes: Vec<Vec<u16>>,
    /// Whether the counts are written as bytes.
    pub eight_bits: bool,
}

impl Stack {
    /// A stack without planes, with `size_z` of them for each channel and time point.
    pub fn new(width: usize, height: usize, size_z: usize) -> Stack {
        Stack {
            width,
            height,
            size_z,
            ..Stack::default()
        }
    }

    /// The pixel type in the words of OME.
    pub fn pixel_type(&self) -> &'static str {
        if self.eight_bits { "uint8" } else { "uint16" }
    }

    /// An OME-TIFF.
    ///
    /// # Errors
    /// When the encoder refuses, which it does for stacks beyond 4 GiB.
    pub fn ome_tiff(&self, ome: &Ome) -> TiffResult<Vec<u8>> {
        self.tiff(Some(&ome.document(self)))
    }

    /// A TIFF, with `description` in its first page.
    ///
    /// # Errors
    /// As [`Stack::ome_tiff`].
    pub fn tiff(&self, description: Option<&str>) -> TiffResult<Vec<u8>> {
        let mut file = Cursor::new(Vec::new());
        let mut encoder = encoder(&mut file, Predictor::None)?;
        for (index, plane) in self.planes.iter().enumerate() {
            let description = description.filter(|_| index == 0);
            let (width, height) = (self.width, self.height);
            if self.eight_bits {
                let bytes: Vec<u8> = plane.iter().map(|count| *count as u8).collect();
                page::<Gray8>(&mut encoder, width, height, description, &bytes)?;
            } else {
                page::<Gray16>(&mut encoder, width, height, description, plane)?;
            }
        }
        Ok(file.into_inner())
    }
}

/// A TIFF of one page in colour: red, green and blue by turns.
///
/// # Errors
/// As [`Stack::ome_tiff`].
pub(in crate::samples) fn colour(
    width: usize,
    height: usize,
    samples: &[u8],
) -> TiffResult<Vec<u8>> {
    let mut file = Cursor::new(Vec::new());
    let mut encoder = encoder(&mut file, Predictor::Horizontal)?;
    page::<RGB8>(&mut encoder, width, height, None, samples)?;
    Ok(file.into_inner())
}

type Encoder<'a> = TiffEncoder<&'a mut Cursor<Vec<u8>>, TiffKindStandard>;

/// Noise hardly shrinks however long one tries, so the fastest level is the right one. Differences of pixels that are
/// mostly noise are more noise: only pictures with little of it gain by a predictor.
fn encoder(file: &mut Cursor<Vec<u8>>, predictor: Predictor) -> TiffResult<Encoder<'_>> {
    Ok(TiffEncoder::new(file)?
        .with_compression(Compression::Deflate(DeflateLevel::Fast))
        .with_predictor(predictor))
}

fn page<C: ColorType>(
    encoder: &mut Encoder<'_>,
    width: usize,
    height: usize,
    description: Option<&str>,
    samples: &[C::Inner],
) -> TiffResult<()>
where
    [C::Inner]: TiffValue,
{
    let mut image = encoder.new_image::<C>(width as u32, height as u32)?;
    if let Some(description) = description {
        image
            .encoder()
            .write_tag(Tag::ImageDescription, description)?;
    }
    image.write_data(samples)
}
