//! The smallest pictures that are pictures, each with pixels of its own.

use std::io::Cursor;

use image::{GrayImage, ImageFormat};

/// Width and height of every picture here, in pixels.
pub const SIZE: (u32, u32) = (4, 3);

/// Twelve pixels that no other seed gives.
fn pixels(seed: u64) -> Vec<u8> {
    let mut pixels = seed.to_le_bytes().to_vec();
    pixels.extend([1, 2, 3, 4]);
    pixels
}

/// An uncompressed greyscale TIFF of one strip, byte for byte after TIFF 6.0, section 4.
pub fn tiff(seed: u64) -> Vec<u8> {
    let pixels = pixels(seed);
    let short = 3_u16;
    let long = 4_u16;
    let entries: [(u16, u16, u32); 9] = [
        (256, short, SIZE.0),
        (257, short, SIZE.1),
        (258, short, 8),
        (259, short, 1),
        (262, short, 1),
        (273, long, 8),
        (277, short, 1),
        (278, short, SIZE.1),
        (279, long, pixels.len() as u32),
    ];
    let directory = 8 + pixels.len() as u32;
    let mut bytes = b"II\x2a\0".to_vec();
    bytes.extend(directory.to_le_bytes());
    bytes.extend(&pixels);
    bytes.extend((entries.len() as u16).to_le_bytes());
    for (tag, kind, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend(kind.to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend(0_u32.to_le_bytes());
    bytes
}

/// A greyscale PNG.
pub fn png(seed: u64) -> Vec<u8> {
    let picture = GrayImage::from_raw(SIZE.0, SIZE.1, pixels(seed)).unwrap();
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}
