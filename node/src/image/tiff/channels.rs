//! From the bytes of decompressed rows to what readers are given: each channel on its own, in whole numbers of bytes of
//! this machine's order.

use half::f16;

use super::colour::Colours;
use super::input::ByteOrder;
use super::palette::Palette;
use super::shape::{SampleKind, Shape};
use super::unpack::Rows;
use super::words::Word;
use super::ycbcr::YCbCr;
use crate::image::PixelType;

/// Channels of rows of `columns` pixels, all of one before all of the next. `stored` is one piece of interleaved rows, or a
/// piece for each sample where they stand apart; where a single sample is read of these, one channel comes out.
pub(super) fn channels(
    shape: &Shape,
    order: ByteOrder,
    columns: u64,
    stored: Vec<Vec<u8>>,
) -> Vec<u8> {
    let is_odd = shape.kind != SampleKind::Float && ![8, 16, 32, 64].contains(&shape.bits);
    let rows = Rows {
        bits: shape.bits,
        columns: columns as usize,
        samples: shape.interleaved() as usize,
        // the specification knows no order of bytes but of numbers of 16 and 32 bit; tifffile and DNG take it so for 24
        order: if is_odd { ByteOrder::Big } else { order },
        predictor: shape.predictor,
    };
    match shape.bits {
        0..=8 => of_words::<u8>(shape, rows, stored),
        9..=16 => of_words::<u16>(shape, rows, stored),
        17..=32 => of_words::<u32>(shape, rows, stored),
        _ => of_words::<u64>(shape, rows, stored),
    }
}

fn of_words<W: Word>(shape: &Shape, rows: Rows, stored: Vec<Vec<u8>>) -> Vec<u8> {
    let samples = rows.samples * stored.len();
    let mut apart: Vec<W> = Vec::new();
    // each piece is given back before the next is unpacked: a chunk may be large
    for piece in stored {
        let unpacked = rows.unpack::<W>(&piece);
        drop(piece);
        if apart.is_empty() {
            apart = unpacked;
        } else {
            apart.extend(unpacked);
        }
    }
    let pixels = apart.len() / samples;
    match &shape.colours {
        Colours::Channels { kept, inverted } => {
            apart.truncate(pixels * *kept as usize);
            if *inverted {
                let mask = W::of(u64::MAX >> (64 - shape.bits));
                apart.iter_mut().for_each(|word| *word = word.xor(mask));
            }
            finish(shape, apart)
        }
        Colours::Rgb => {
            apart.truncate(pixels * 3);
            finish(shape, apart)
        }
        Colours::Palette(palette) => look_up(palette, 3, &apart[..pixels]),
        Colours::Shades(palette) => look_up(palette, 1, &apart[..pixels]),
        Colours::Inks if shape.kind == SampleKind::Float => mix_floating(shape, apart, pixels),
        Colours::Inks => mix(shape, &apart, pixels),
        Colours::YCbCr(formula) => red_green_blue(formula, &apart, pixels),
    }
}

/// Gives whole numbers their sign, and floating-point numbers a size that machines have.
fn finish<W: Word>(shape: &Shape, mut words: Vec<W>) -> Vec<u8> {
    match shape.kind {
        SampleKind::Signed if usize::from(shape.bits) < W::BYTES * 8 => {
            let sign = 1_u64 << (shape.bits - 1);
            let less = W::of(sign.wrapping_neg());
            words
                .iter_mut()
                .for_each(|word| *word = word.xor(W::of(sign)).plus(less));
            W::into_bytes(words)
        }
        SampleKind::Float if shape.bits < 32 => words
            .into_iter()
            .flat_map(|word| widen(word.number(), shape.bits).to_ne_bytes())
            .collect(),
        _ => W::into_bytes(words),
    }
}

/// A floating-point number of 16 bits (IEEE 754) or 24 (TIFF Technical Note 3: sign, seven of exponent, 16).
fn widen(number: u64, bits: u8) -> f32 {
    if bits == 16 {
        return f16::from_bits(number as u16).to_f32();
    }
    let sign = if number >> 23 & 1 == 1 { -1.0 } else { 1.0 };
    let exponent = (number >> 16 & 0x7f) as i32;
    let fraction = (number & 0xffff) as f32 / 65536.0;
    match exponent {
        0 => sign * fraction * 2_f32.powi(-62),
        0x7f if fraction == 0.0 => sign * f32::INFINITY,
        0x7f => f32::NAN,
        _ => sign * (1.0 + fraction) * 2_f32.powi(exponent - 63),
    }
}

fn look_up<W: Word>(palette: &Palette, channels: usize, indices: &[W]) -> Vec<u8> {
    let colours = (0..channels).flat_map(|which| {
        let colours = palette.colour(which);
        indices
            .iter()
            .map(move |index| colours[index.number() as usize])
    });
    match palette.pixel_type() {
        PixelType::Uint8 => colours.map(|colour| colour as u8).collect(),
        _ => u16::into_bytes(colours.collect()),
    }
}

/// Light that is left by each of three inks, and by the black one.
fn mix<W: Word>(shape: &Shape, inks: &[W], pixels: usize) -> Vec<u8> {
    let full = u128::from(u64::MAX >> (64 - shape.bits));
    let black = &inks[3 * pixels..4 * pixels];
    let light = (0..3).flat_map(|ink| {
        let ink = &inks[ink * pixels..][..pixels];
        ink.iter().zip(black).map(move |(ink, black)| {
            let light = (full - u128::from(ink.number())) * (full - u128::from(black.number()));
            W::of(((light + full / 2) / full) as u64)
        })
    });
    W::into_bytes(light.collect())
}

fn mix_floating<W: Word>(shape: &Shape, inks: Vec<W>, pixels: usize) -> Vec<u8> {
    let bytes = finish(shape, inks);
    let size = shape.pixel_type().bytes();
    let ink = |index: usize| {
        let bytes = &bytes[index * size..][..size];
        match <[u8; 4]>::try_from(bytes) {
            Ok(bytes) => f64::from(f32::from_ne_bytes(bytes)),
            Err(_) => f64::from_bits(u64::from_ne_bytes(eight(bytes))),
        }
    };
    let mut light = Vec::with_capacity(3 * pixels * size);
    for index in 0..3 * pixels {
        let value = (1.0 - ink(index)) * (1.0 - ink(3 * pixels + index % pixels));
        if size == 4 {
            light.extend((value as f32).to_ne_bytes());
        } else {
            light.extend(value.to_ne_bytes());
        }
    }
    light
}

fn eight(bytes: &[u8]) -> [u8; 8] {
    let mut array = [0; 8];
    array.copy_from_slice(bytes);
    array
}

fn red_green_blue<W: Word>(formula: &YCbCr, samples: &[W], pixels: usize) -> Vec<u8> {
    let tables = formula.tables();
    let mut colours = vec![0; 3 * pixels];
    for pixel in 0..pixels {
        let sample = |which: usize| samples[which * pixels + pixel].number() as u8;
        let [red, green, blue] = tables.colours(sample(0), sample(1), sample(2));
        colours[pixel] = red;
        colours[pixels + pixel] = green;
        colours[2 * pixels + pixel] = blue;
    }
    colours
}
