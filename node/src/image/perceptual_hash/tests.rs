#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io;
use std::sync::Arc;

use image::{DynamicImage, GrayImage, Luma, Rgb, RgbImage};
use proptest::prelude::*;
use protocol::perceptual_hash::{Orientation, PerceptualHash, Sought};

use super::{Frequencies, SIDE, hash_and_structure, perceptual_hash, squared};
use crate::image::render::synthetic::Synthetic;
use crate::image::render::{Bounds, Hues, PictureFormat, encode};
use crate::image::{Bytes, Limits, picture};

struct InMemory(Vec<u8>);

impl Bytes for InMemory {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).unwrap();
        buffer.copy_from_slice(&self.0[start..start + buffer.len()]);
        Ok(())
    }
}

fn of(picture: impl Into<DynamicImage>) -> Option<PerceptualHash> {
    let bytes = InMemory(encode(&picture.into(), PictureFormat::Png, Hues::OfEachPixel).unwrap());
    let source = picture::open_png(Arc::new(bytes), Limits::default()).unwrap();
    perceptual_hash(&source, &Bounds::default()).unwrap()
}

/// Numbers that look random and are the same each time.
fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Cells: spots of different sizes and brightness, on a dark ground.
fn cells(seed: u64, width: u32, height: u32) -> GrayImage {
    let mut number = random(seed);
    let spots: Vec<[f64; 4]> = (0..40)
        .map(|_| {
            [
                number(),
                number(),
                0.01 + 0.05 * number(),
                40.0 + 150.0 * number(),
            ]
        })
        .collect();
    GrayImage::from_fn(width, height, |x, y| {
        let (x, y) = (
            f64::from(x) / f64::from(width),
            f64::from(y) / f64::from(height),
        );
        let light: f64 = spots
            .iter()
            .map(|[across, down, size, light]| {
                let far = ((x - across).powi(2) + (y - down).powi(2)) / size.powi(2);
                light * (-far).exp()
            })
            .sum();
        Luma([(12.0 + light).min(255.0) as u8])
    })
}

fn nearest(one: PerceptualHash, other: PerceptualHash) -> (u32, String) {
    let (distance, orientation) = Sought::new(one).nearest(other);
    (distance, orientation.to_string())
}

#[test]
fn a_turned_or_mirrored_copy_has_the_hash_that_follows_from_the_hash() {
    let picture = DynamicImage::from(cells(1, 300, 220));
    let upright = of(picture.clone()).unwrap();
    for (copy, orientation) in [
        (picture.rotate90(), "90"),
        (picture.rotate180(), "180"),
        (picture.rotate270(), "270"),
        (picture.fliph(), "!0"),
        (picture.flipv(), "!180"),
        (picture.fliph().rotate90(), "!90"),
    ] {
        let (distance, found) = nearest(upright, of(copy).unwrap());
        assert_eq!(found, orientation);
        // rendering rounds in other places
        assert!(distance <= 4, "{orientation}: {distance}");
    }
}

#[test]
fn copies_that_people_make_are_near_and_other_images_are_far() {
    let picture = cells(2, 640, 480);
    let original = of(picture.clone()).unwrap();
    let brighter = GrayImage::from_fn(640, 480, |x, y| {
        let value = f64::from(picture.get_pixel(x, y).0[0]) / 255.0;
        Luma([(value.powf(0.7) * 230.0 + 20.0) as u8])
    });
    let smaller = DynamicImage::from(picture.clone()).thumbnail_exact(320, 240);
    let green = RgbImage::from_fn(640, 480, |x, y| Rgb([0, picture.get_pixel(x, y).0[0], 0]));
    let wide = DynamicImage::from(picture).crop_imm(8, 6, 624, 468);
    for (copy, most) in [
        (DynamicImage::from(brighter), 40),
        (smaller, 12),
        (DynamicImage::from(green), 24),
        (wide, 60),
    ] {
        let (distance, orientation) = nearest(original, of(copy).unwrap());
        assert_eq!(orientation, "0");
        assert!(distance <= most, "{distance} of at most {most}");
    }
    for seed in 3..12 {
        let (distance, _) = nearest(original, of(cells(seed, 640, 480)).unwrap());
        assert!(distance > 80, "{distance}");
    }
}

#[test]
fn what_has_no_structure_has_no_hash() {
    let black = GrayImage::new(300, 300);
    let mut number = random(5);
    let noise = GrayImage::from_fn(300, 300, |_, _| Luma([(90.0 + 60.0 * number()) as u8]));
    let shaded = GrayImage::from_fn(300, 300, |x, y| Luma([((x + y) / 3) as u8]));
    let vignetted = GrayImage::from_fn(300, 300, |x, y| {
        let far = (f64::from(x) - 150.0).powi(2) + (f64::from(y) - 150.0).powi(2);
        Luma([(200.0 - far / 400.0 + 6.0 * number()) as u8])
    });
    let strip = cells(6, 600, 20);
    for (name, picture) in [
        ("black", black),
        ("noise", noise),
        ("shaded", shaded),
        ("vignetted", vignetted),
        ("strip", strip),
    ] {
        assert_eq!(of(picture), None, "{name}");
    }
}

#[test]
fn the_square_has_the_mean_of_what_each_field_covers() {
    for (width, height) in [(64, 64), (256, 171), (100, 256), (40, 33), (128, 64)] {
        let even = vec![77_u8; width * height];
        assert_eq!(squared(&even, width, height), [77 * 256; SIDE * SIDE]);
    }
    // two pixels a field
    let stripes: Vec<u8> = [0, 10, 20, 30].repeat(32 * 64);
    assert_eq!(squared(&stripes, 128, 64)[..4], [1280, 6400, 1280, 6400]);
    // a field lies on one pixel and on half of the next
    let ramp: Vec<u8> = (0..96).collect::<Vec<u8>>().repeat(64);
    assert_eq!(squared(&ramp, 96, 64)[..3], [85, 426, 853]);
}

#[test]
fn a_large_image_is_read_from_a_small_level_or_not_at_all() {
    let axes = [("c", 2), ("z", 3), ("y", 6000), ("x", 6000)];
    let bounds = Bounds { samples: 4 << 20 };
    let with_levels = Synthetic::new(&axes).with_levels(5);
    hash_and_structure(&with_levels, &bounds).unwrap();
    assert!(with_levels.samples_read() < 4 << 20);
    let alone = Synthetic::new(&axes);
    assert_eq!(perceptual_hash(&alone, &bounds).unwrap(), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn frequencies_of_a_turned_square_are_the_same_to_the_last_bit(seed in 1_u64..) {
        let mut number = random(seed);
        let square: Vec<i64> = (0..SIDE * SIDE).map(|_| (number() * 65_535.0) as i64).collect();
        let (hash, structure) = Frequencies::of(&square).hash();
        let at = |x: usize, y: usize| square[y * SIDE + x];
        let last = SIDE - 1;
        let turned = |place: &dyn Fn(usize, usize) -> i64| {
            let places = (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y)));
            Frequencies::of(&places.map(|(x, y)| place(x, y)).collect::<Vec<_>>()).hash()
        };
        let all: [&dyn Fn(usize, usize) -> i64; 8] = [
            &at,
            &|x, y| at(y, last - x),
            &|x, y| at(last - x, last - y),
            &|x, y| at(last - y, x),
            &|x, y| at(last - x, y),
            &|x, y| at(last - y, last - x),
            &|x, y| at(x, last - y),
            &|x, y| at(y, x),
        ];
        for (place, orientation) in all.into_iter().zip(Orientation::ALL) {
            let (of_turned, other) = turned(place);
            prop_assert_eq!(hash.turned(orientation), of_turned, "{}", orientation);
            prop_assert!((structure.frequencies - other.frequencies).abs() < 1e-6);
        }
    }
}
