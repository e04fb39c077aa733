//! Small files with bytes changed, cut and repeated: whatever comes of it, nobody panics, and what cannot be read says why.

use proptest::prelude::*;

use super::made::{Form, Page, Value, tiff, tiff_as};
use super::reading::{open, read_all};
use crate::image::tiff::tags;

use Value::{Longs, Shorts};

/// One file of each kind that takes another way through the code.
fn files() -> Vec<Vec<u8>> {
    let grey = Page::grey(9, 7, 8, (0..63).collect());
    let compressed = |number: u16, strip: Vec<u8>| {
        grey.clone()
            .with(tags::COMPRESSION, Shorts(vec![number]))
            .holding(vec![strip])
    };
    let lzw = weezl::encode::Encoder::with_tiff_size_switch(weezl::BitOrder::Msb, 8);
    let xml = concat!(
        "<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\"><Image ID=\"Image:0\">",
        "<Pixels ID=\"Pixels:0\" DimensionOrder=\"XYCZT\" Type=\"uint8\" SizeX=\"9\" SizeY=\"7\" SizeZ=\"2\"",
        " SizeC=\"1\" SizeT=\"1\" PhysicalSizeX=\"0.5\"><Channel ID=\"Channel:0\" Color=\"-16776961\"/>",
        "<TiffData IFD=\"0\" PlaneCount=\"2\"/></Pixels></Image></OME>"
    );
    let colour = grey
        .clone()
        .with(tags::SAMPLES_PER_PIXEL, Shorts(vec![3]))
        .with(tags::BITS_PER_SAMPLE, Shorts(vec![8, 8, 8]));
    let mut pyramid = Page::grey(16, 16, 8, Vec::new())
        .with(tags::TILE_WIDTH, Shorts(vec![16]))
        .with(tags::TILE_LENGTH, Shorts(vec![16]))
        .holding(vec![vec![5; 256]]);
    pyramid.below = vec![Page::grey(8, 8, 8, vec![6; 64])];
    vec![
        tiff(&[
            grey.clone().with(tags::PREDICTOR, Shorts(vec![2])),
            grey.clone(),
        ]),
        tiff_as(
            Form {
                big_endian: true,
                big: true,
            },
            &[Page::grey(5, 5, 12, vec![7; 40])],
        ),
        tiff(&[compressed(5, {
            let mut lzw = lzw;
            lzw.encode(&[9; 63]).unwrap()
        })]),
        tiff(&[compressed(32773, vec![0xc2, 4, 0, 1])]),
        tiff(&[Page::grey(40, 4, 1, vec![0x26, 0xa0, 0x55, 0x13, 0x80])
            .with(tags::COMPRESSION, Shorts(vec![4]))]),
        tiff(&[Page::grey(40, 4, 1, vec![0, 0x13, 0x55, 0x40, 1, 0x26])
            .with(tags::COMPRESSION, Shorts(vec![3]))
            .with(tags::T4_OPTIONS, Longs(vec![1]))]),
        tiff(&[grey.clone().saying(xml), grey.clone()]),
        tiff(&[grey.clone().saying("ImageJ=1\nimages=2\nslices=2\n"), grey]),
        tiff(&[colour
            .with(tags::PHOTOMETRIC, Shorts(vec![6]))
            .holding(vec![vec![100; 120]])]),
        tiff(&[pyramid]),
    ]
}

/// Opens, and reads what is small enough to be read in a test.
fn read_whatever(bytes: Vec<u8>) {
    let Ok(opened) = open(bytes) else {
        return;
    };
    for image in opened.images {
        let samples: u64 = image
            .description()
            .axes
            .iter()
            .map(|axis| axis.size)
            .product();
        if samples > 1 << 20 {
            continue;
        }
        for level in 0..image.levels().len() {
            if let Err(error) = read_all(&*image, level, |_| {}) {
                assert!(!error.to_string().is_empty());
            }
        }
    }
}

#[test]
fn the_files_are_sound_before_they_are_changed() {
    for (index, file) in files().into_iter().enumerate() {
        let opened = open(file).unwrap_or_else(|error| panic!("file {index}: {error}"));
        for image in opened.images {
            read_all(&*image, 0, |_| {}).unwrap_or_else(|error| panic!("file {index}: {error}"));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn changed_bytes_never_make_a_panic(
        which in 0_usize..10,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut file = files().swap_remove(which);
        for (place, byte) in changes {
            let place = place.index(file.len());
            file[place] = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()));
        }
        read_whatever(file);
    }

    #[test]
    fn noise_behind_a_head_never_makes_a_panic(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        read_whatever([b"II\x2a\0\x08\0\0\0".to_vec(), noise].concat());
    }
}
