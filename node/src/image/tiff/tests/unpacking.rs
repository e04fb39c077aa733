//! Every depth, both orders of bytes, both predictors: what is packed comes out as it was.

use proptest::prelude::*;

use crate::image::tiff::input::ByteOrder;
use crate::image::tiff::shape::Predictor;
use crate::image::tiff::unpack::Rows;
use crate::image::tiff::words::Word;

/// Packs rows in the plainest way: a bit at a time.
fn pack(rows: Rows, samples: &[u64]) -> Vec<u8> {
    let bits = usize::from(rows.bits);
    let per_row = rows.columns * rows.samples;
    let mut bytes = Vec::new();
    for row in samples.chunks(per_row) {
        let mut differences = row.to_vec();
        if rows.predictor == Predictor::Horizontal {
            for index in rows.samples..row.len() {
                differences[index] = row[index].wrapping_sub(row[index - rows.samples]);
            }
        }
        let mut text = Vec::new();
        for sample in differences {
            let mut sample: Vec<bool> = (0..bits).rev().map(|bit| sample >> bit & 1 == 1).collect();
            if bits.is_multiple_of(8) && rows.order == ByteOrder::Little {
                sample = sample.chunks(8).rev().flatten().copied().collect();
            }
            text.extend(sample);
        }
        for byte in text.chunks(8) {
            let bit = |(place, bit): (usize, &bool)| u8::from(*bit) << (7 - place);
            bytes.push(byte.iter().enumerate().map(bit).sum());
        }
    }
    bytes
}

/// Samples in their order in the rows, from what was unpacked: each on its own.
fn side_by_side<W: Word>(rows: Rows, apart: &[W]) -> Vec<u64> {
    let pixels = apart.len() / rows.samples;
    (0..apart.len())
        .map(|index| apart[index % rows.samples * pixels + index / rows.samples].number())
        .collect()
}

fn rows() -> impl Strategy<Value = (Rows, Vec<u64>)> {
    (
        1_u8..=64,
        1_usize..9,
        1_usize..5,
        1_usize..4,
        any::<bool>(),
        any::<bool>(),
    )
        .prop_flat_map(|(bits, columns, samples, height, little, predicted)| {
            let rows = Rows {
                bits,
                columns,
                samples,
                order: if little {
                    ByteOrder::Little
                } else {
                    ByteOrder::Big
                },
                predictor: if predicted {
                    Predictor::Horizontal
                } else {
                    Predictor::None
                },
            };
            let count = columns * samples * height;
            let sample = 0..=u64::MAX >> (64 - bits);
            (Just(rows), prop::collection::vec(sample, count))
        })
}

proptest! {
    #[test]
    fn samples_of_any_depth_come_out_as_they_went_in((rows, samples) in rows()) {
        let bytes = pack(rows, &samples);
        let unpacked = match rows.bits {
            0..=8 => side_by_side(rows, &rows.unpack::<u8>(&bytes)),
            9..=16 => side_by_side(rows, &rows.unpack::<u16>(&bytes)),
            17..=32 => side_by_side(rows, &rows.unpack::<u32>(&bytes)),
            _ => side_by_side(rows, &rows.unpack::<u64>(&bytes)),
        };
        prop_assert_eq!(unpacked, samples);
    }

    #[test]
    fn the_predictor_of_floating_point_numbers_is_undone(
        numbers in prop::collection::vec(any::<f32>(), 1..20)
    ) {
        // all greatest bytes first, then each byte as its difference from the one before
        let mut bytes: Vec<u8> = (0..4)
            .flat_map(|significance| {
                numbers.iter().map(move |number| number.to_be_bytes()[significance])
            })
            .collect();
        for index in (1..bytes.len()).rev() {
            bytes[index] = bytes[index].wrapping_sub(bytes[index - 1]);
        }
        let rows = Rows {
            bits: 32,
            columns: numbers.len(),
            samples: 1,
            order: ByteOrder::Little,
            predictor: Predictor::FloatingPoint,
        };
        let unpacked: Vec<u32> = rows.unpack(&bytes);
        let expected: Vec<u32> = numbers.iter().map(|number| number.to_bits()).collect();
        prop_assert_eq!(unpacked, expected);
    }
}
