//! Stacks as ImageJ, MetaMorph and tifffile write them.

use super::made::{Page, Value, tiff};
use super::reading::{axes, open, pixels, refusal};
use crate::image::tiff::tags;
use crate::image::{AxisKind, PixelSource};

use Value::{Bytes, Longs, Rational};

const HYPERSTACK: &str = "ImageJ=1.53t\nimages=12\nchannels=2\nslices=3\nframes=2\nhyperstack=true\nmode=composite\nunit=\\u00B5m\nfinterval=2.5\nspacing=0.3\nloop=false\nmin=3.0\nmax=99.0\n";

fn step(image: &dyn PixelSource, kind: AxisKind) -> (f64, String) {
    let axis = image
        .description()
        .axes
        .iter()
        .find(|axis| axis.kind == kind)
        .unwrap();
    let step = axis.step.clone().unwrap();
    (step.value, step.unit.unwrap())
}

/// The planes of twelve bytes, in the order of the file.
fn planes() -> Vec<Vec<u8>> {
    (0..12).map(|plane| vec![plane; 4]).collect()
}

/// Time before channels before depth, of a file in which channels are the fastest.
const ORDER: [u8; 12] = [0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11];

#[test]
fn a_hyperstack_of_imagej_has_its_axes_and_sizes() {
    let mut pages: Vec<Page> = planes()
        .into_iter()
        .map(|plane| Page::grey(2, 2, 8, plane))
        .collect();
    pages[0] = pages[0]
        .clone()
        .saying(HYPERSTACK)
        .with(tags::X_RESOLUTION, Rational(4, 1))
        .with(tags::Y_RESOLUTION, Rational(2, 1));
    let opened = open(tiff(&pages)).unwrap();
    let image = &opened.images[0];
    assert_eq!(axes(&**image), "T=2,C=2,Z=3,Y=2,X=2");
    assert_eq!(step(&**image, AxisKind::X), (0.25, "micrometer".to_owned()));
    assert_eq!(step(&**image, AxisKind::Z), (0.3, "micrometer".to_owned()));
    assert_eq!(step(&**image, AxisKind::T), (2.5, "second".to_owned()));
    let first: Vec<u8> = pixels(&**image).chunks(4).map(|plane| plane[0]).collect();
    assert_eq!(first, ORDER);
    assert!(image.description().warnings.is_empty());
}

#[test]
fn a_stack_with_one_directory_is_read_to_its_last_plane() {
    let page = Page::grey(2, 2, 8, planes().concat())
        .saying(HYPERSTACK)
        .with(tags::STRIP_BYTE_COUNTS, Longs(vec![4]));
    let opened = open(tiff(&[page])).unwrap();
    let image = &opened.images[0];
    assert_eq!(axes(&**image), "T=2,C=2,Z=3,Y=2,X=2");
    let first: Vec<u8> = pixels(&**image).chunks(4).map(|plane| plane[0]).collect();
    assert_eq!(first, ORDER);
}

#[test]
fn a_stack_that_was_cut_off_is_refused() {
    let page = Page::grey(40, 40, 8, vec![1; 1600])
        .saying(HYPERSTACK)
        .with(tags::STRIP_BYTE_COUNTS, Longs(vec![1600]));
    assert!(refusal(tiff(&[page])).contains("ends at byte"));
}

#[test]
fn colours_and_windows_of_channels_are_those_of_imagej() {
    let mut table = vec![0; 768];
    table[255] = 255;
    table[767] = 128;
    let window = [5_f64, 500.0]
        .iter()
        .flat_map(|number| number.to_le_bytes());
    // the list of kinds, then the values: kinds are numbers in the order of the file
    let mut bytes = b"JIJI".to_vec();
    bytes.extend(b"gnar");
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(b"stul");
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend(window);
    bytes.extend(table);
    let page = Page::grey(2, 2, 8, vec![1; 4])
        .saying("ImageJ=1.53t\nimages=1\n")
        .with(tags::IMAGEJ_BYTE_COUNTS, Longs(vec![20, 16, 768]))
        .with(tags::IMAGEJ_METADATA, Bytes(bytes));
    let opened = open(tiff(&[page])).unwrap();
    let channel = &opened.images[0].description().channels[0];
    assert_eq!(channel.colour, Some([255, 0, 128]));
    assert_eq!(channel.window, Some([5.0, 500.0]));
}

#[test]
fn numbers_of_imagej_that_contradict_each_other_are_said() {
    let pages = [
        Page::grey(2, 2, 8, vec![1; 4]).saying("ImageJ=1.53t\nimages=3\nchannels=2\nslices=7\n"),
        Page::grey(2, 2, 8, vec![2; 4]),
        Page::grey(2, 2, 8, vec![3; 4]),
    ];
    let opened = open(tiff(&pages)).unwrap();
    assert_eq!(axes(&*opened.images[0]), "Z=3,Y=2,X=2");
    assert!(opened.images[0].description().warnings[0].contains("it says 3 planes"));
}

#[test]
fn a_million_planes_are_refused_where_there_is_one() {
    let page = Page::grey(2, 2, 8, vec![1; 4])
        .saying("ImageJ=1.53t\nimages=4000000000\nslices=4000000000\n");
    assert!(refusal(tiff(&[page])).contains("number of its planes"));
    let page =
        Page::grey(2, 2, 8, vec![1; 4]).saying("ImageJ=1.53t\nimages=1000000\nslices=1000000\n");
    assert!(refusal(tiff(&[page])).contains("ends at byte"));
}

#[test]
fn a_stack_of_metamorph_has_its_planes() {
    let distances: Vec<u32> = (0..3).flat_map(|plane| [plane, 1, 0, 0, 0, 0]).collect();
    let bytes: Vec<u8> = distances
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    // the writer knows no type of six numbers: the tag is put in as the place of its values
    let page = Page::grey(2, 2, 8, (0..12).collect())
        .with(tags::STRIP_BYTE_COUNTS, Longs(vec![4]))
        .with(tags::UIC2, Bytes(bytes));
    let mut file = tiff(&[page]);
    // three values of a fraction each
    let entry = file
        .windows(4)
        .rposition(|bytes| bytes == [0x5d, 0x83, 1, 0])
        .unwrap();
    file[entry + 2] = 5;
    file[entry + 4..entry + 8].copy_from_slice(&3_u32.to_le_bytes());
    let opened = open(file).unwrap();
    assert_eq!(opened.images[0].description().format, "MetaMorph STK");
    assert_eq!(axes(&*opened.images[0]), "Z=3,Y=2,X=2");
    assert_eq!(pixels(&*opened.images[0]), (0..12).collect::<Vec<u8>>());
}

#[test]
fn axes_that_tifffile_names_keep_their_names() {
    let pages: Vec<Page> = (0..6)
        .map(|plane| Page::grey(2, 2, 8, vec![plane; 4]))
        .collect();
    let mut named = pages.clone();
    named[0] = named[0]
        .clone()
        .saying("{\"shape\": [2, 3, 2, 2], \"axes\": \"CHYX\"}");
    let opened = open(tiff(&named)).unwrap();
    let image = &opened.images[0];
    assert_eq!(axes(&**image), "Other(\"lifetime\")=3,C=2,Y=2,X=2");
    let first: Vec<u8> = pixels(&**image).chunks(4).map(|plane| plane[0]).collect();
    assert_eq!(first, [0, 3, 1, 4, 2, 5]);
}
