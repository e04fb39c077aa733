//! Forms of which there is no real file at hand, and files that say more than they have.

use weezl::{BitOrder, encode::Encoder};

use super::made::{Form, Page, Value, tiff, tiff_as};
use super::reading::{axes, open, pixels, refusal};
use crate::image::tiff::tags;
use crate::image::{Area, PixelType, Plane};

use Value::{Bytes, Longs, Rational, Shorts};

fn ramp(count: usize) -> Vec<u8> {
    (0..count).map(|number| (number * 7 % 256) as u8).collect()
}

#[test]
fn all_four_forms_of_the_head_are_read_alike() {
    for (big_endian, big) in [(false, false), (true, false), (false, true), (true, true)] {
        let form = Form { big_endian, big };
        let strip: Vec<u8> = (0..12_u16)
            .flat_map(|number| match big_endian {
                true => (number * 1000).to_be_bytes(),
                false => (number * 1000).to_le_bytes(),
            })
            .collect();
        let opened = open(tiff_as(form, &[Page::grey(4, 3, 16, strip)])).unwrap();
        let image = &opened.images[0];
        assert_eq!(image.description().pixel_type, PixelType::Uint16);
        let expected: Vec<u8> = (0..12_u16)
            .flat_map(|number| (number * 1000).to_ne_bytes())
            .collect();
        assert_eq!(pixels(&**image), expected);
    }
}

#[test]
fn a_chain_that_runs_in_a_circle_is_cut_and_said_so() {
    let mut file = tiff(&[Page::grey(2, 2, 8, ramp(4)), Page::grey(2, 2, 8, ramp(4))]);
    // the link of the last directory is the last thing in the file; the first link is in the head
    let first = file[4..8].to_vec();
    let end = file.len();
    file[end - 4..].copy_from_slice(&first);
    let opened = open(file).unwrap();
    let description = opened.images[0].description();
    assert_eq!(axes(&*opened.images[0]), "Z=2,Y=2,X=2");
    assert!(
        description.warnings.iter().any(|warning| {
            warning == "the list of its pages runs in a circle; 2 pages are read"
        })
    );
}

#[test]
fn a_billion_pixels_in_a_kilobyte_are_refused() {
    let page = Page::grey(31_623, 31_623, 8, ramp(500));
    let said = refusal(tiff(std::slice::from_ref(&page)));
    assert!(said.contains("ends at byte"), "{said}");
    // and compressed, where nothing but decoding would tell
    let page = page.with(tags::COMPRESSION, Shorts(vec![8]));
    let said = refusal(tiff(&[page]));
    assert!(said.contains("at most 268435456 is read"), "{said}");
}

#[test]
fn tiles_past_the_end_of_the_file_are_refused() {
    let page = Page::grey(4, 4, 8, ramp(16)).with(tags::STRIP_OFFSETS, Longs(vec![1 << 30]));
    let said = refusal(tiff(&[page]));
    assert!(
        said.contains("ends at byte 1073741840, and the file at"),
        "{said}"
    );
}

#[test]
fn strips_that_are_shorter_than_their_rows_are_refused() {
    let page = Page::grey(4, 4, 8, Vec::new())
        .with(tags::ROWS_PER_STRIP, Shorts(vec![2]))
        .holding(vec![ramp(8), ramp(5)]);
    let said = refusal(tiff(&[page]));
    assert!(said.contains("has 5 bytes, and its rows need 8"), "{said}");
}

#[test]
fn too_few_strips_are_refused() {
    let page = Page::grey(4, 4, 8, ramp(4)).with(tags::ROWS_PER_STRIP, Shorts(vec![1]));
    let said = refusal(tiff(&[page]));
    assert!(
        said.contains("it has 1 strips or tiles, and 4 are needed"),
        "{said}"
    );
}

#[test]
fn directories_that_overlap_are_refused() {
    // a directory of 300 entries, each nonsense, and another that begins two bytes behind the beginning of the first
    let mut file = b"II\x2a\0\x08\0\0\0".to_vec();
    file.extend(300_u16.to_le_bytes().repeat(1804));
    file[3610..3614].copy_from_slice(&10_u32.to_le_bytes());
    assert!(refusal(file).contains("its directories overlap"));
}

#[test]
fn a_tile_that_was_never_written_is_black() {
    let page = Page::grey(4, 2, 8, Vec::new())
        .with(tags::TILE_WIDTH, Shorts(vec![2]))
        .with(tags::TILE_LENGTH, Shorts(vec![2]))
        .holding(vec![vec![1, 2, 3, 4], Vec::new()]);
    let opened = open(tiff(&[page])).unwrap();
    assert_eq!(pixels(&*opened.images[0]), [1, 2, 0, 0, 3, 4, 0, 0]);
}

#[test]
fn lzw_as_it_was_before_it_was_printed_is_read() {
    let plain = ramp(600);
    let old = Encoder::new(BitOrder::Lsb, 8).encode(&plain).unwrap();
    assert_eq!((old[0], old[1] & 1), (0, 1));
    let page = Page::grey(30, 20, 8, old).with(tags::COMPRESSION, Shorts(vec![5]));
    assert_eq!(pixels(&*open(tiff(&[page])).unwrap().images[0]), plain);
}

#[test]
fn pixels_that_share_their_colour_are_read() {
    // two by two pixels share one colour: four lightnesses, then no blue and no red difference
    let grey = [10, 20, 30, 40, 128, 128];
    let page = Page::grey(3, 2, 8, [grey, [50, 60, 70, 80, 128, 128]].concat())
        .with(tags::PHOTOMETRIC, Shorts(vec![6]))
        .with(tags::SAMPLES_PER_PIXEL, Shorts(vec![3]))
        .with(tags::BITS_PER_SAMPLE, Shorts(vec![8, 8, 8]));
    let opened = open(tiff(&[page])).unwrap();
    let image = &opened.images[0];
    assert!(image.description().is_colour);
    assert_eq!(axes(&**image), "C=3,Y=2,X=3");
    let plane = [10, 20, 50, 30, 40, 70];
    assert_eq!(pixels(&**image), plane.repeat(3));
}

#[test]
fn a_palette_of_sixteen_bits_keeps_them() {
    let colours: Vec<u16> = (0..12).map(|number| number * 5000 + 1).collect();
    let page = Page::grey(4, 1, 2, vec![0b0001_1011])
        .with(tags::PHOTOMETRIC, Shorts(vec![3]))
        .with(tags::COLOR_MAP, Shorts(colours.clone()));
    let opened = open(tiff(&[page])).unwrap();
    let image = &opened.images[0];
    assert_eq!(image.description().pixel_type, PixelType::Uint16);
    let expected: Vec<u8> = colours
        .iter()
        .flat_map(|colour| colour.to_ne_bytes())
        .collect();
    assert_eq!(pixels(&**image), expected);
}

#[test]
fn a_palette_of_even_greys_is_no_palette_and_other_greys_are_one_channel() {
    let opened = |pixels: Vec<u8>, shades: Vec<u16>| {
        let page = Page::grey(4, 1, 8, pixels)
            .with(tags::PHOTOMETRIC, Shorts(vec![3]))
            .with(tags::COLOR_MAP, Shorts(shades.repeat(3)));
        open(tiff(&[page])).unwrap()
    };
    for step in [1, 256, 257] {
        let even = opened(
            vec![0, 7, 20, 255],
            (0..256).map(|index| index * step).collect(),
        );
        let description = even.images[0].description();
        assert!(!description.is_colour);
        assert_eq!(axes(&*even.images[0]), "Y=1,X=4");
        assert_eq!(pixels(&*even.images[0]), [0, 7, 20, 255]);
    }
    let reversed = opened(
        vec![0, 7, 20, 255],
        (0..256).rev().map(|shade| shade * 257).collect(),
    );
    assert_eq!(axes(&*reversed.images[0]), "Y=1,X=4");
    assert_eq!(
        reversed.images[0].description().pixel_type,
        PixelType::Uint8
    );
    assert_eq!(pixels(&*reversed.images[0]), [255, 248, 235, 0]);
}

#[test]
fn a_palette_that_is_too_short_is_refused() {
    let page = Page::grey(4, 1, 8, ramp(4))
        .with(tags::PHOTOMETRIC, Shorts(vec![3]))
        .with(tags::COLOR_MAP, Shorts(vec![1; 9]));
    let said = refusal(tiff(&[page]));
    assert!(
        said.contains("its palette has 9 numbers, and 768 are needed"),
        "{said}"
    );
}

#[test]
fn smaller_pictures_below_a_page_are_its_levels() {
    let below = vec![
        Page::grey(4, 4, 8, ramp(16)),
        Page::grey(2, 2, 8, vec![9; 4]),
    ];
    let mut page = Page::grey(8, 8, 8, ramp(64));
    page.below = below;
    let opened = open(tiff(&[page])).unwrap();
    let image = &opened.images[0];
    assert_eq!(image.levels().len(), 3);
    let mut buffer = vec![0; 4];
    let area = Area {
        x: 0,
        y: 0,
        width: 2,
        height: 2,
    };
    image.read(2, &Plane::default(), area, &mut buffer).unwrap();
    assert_eq!(buffer, [9; 4]);
}

#[test]
fn the_label_and_the_macro_picture_of_a_slide_are_left_out() {
    let tiled = |width: u32, fill: u8| {
        Page::grey(width, width, 8, Vec::new())
            .with(tags::TILE_WIDTH, Longs(vec![width]))
            .with(tags::TILE_LENGTH, Longs(vec![width]))
            .holding(vec![vec![fill; (width * width) as usize]])
    };
    let head = "Aperio Image Library v11\n64x64 |AppMag = 20|MPP = 0.4990";
    let file = tiff(&[
        tiled(64, 1).saying(head),
        Page::grey(20, 30, 8, ramp(600)).saying("Aperio Image Library v11\n64x64 -> 20x30"),
        tiled(32, 2).saying("Aperio Image Library v11\nlevel"),
        Page::grey(10, 12, 8, ramp(120)).saying("Aperio Image Library v11\nlabel 10x12"),
        Page::grey(14, 12, 8, ramp(168)).saying("Aperio Image Library v11\nmacro 14x12"),
    ]);
    let opened = open(file).unwrap();
    assert_eq!(opened.images.len(), 1);
    let description = opened.images[0].description();
    assert_eq!(opened.images[0].levels().len(), 2);
    assert_eq!(description.axes[0].step.as_ref().unwrap().value, 0.499);
    assert_eq!(
        description.objective.as_ref().unwrap().magnification,
        Some(20.0)
    );
    assert!(
        description
            .warnings
            .iter()
            .any(|warning| warning.contains("may show names"))
    );
}

#[test]
fn pages_of_several_sizes_are_several_images() {
    let file = tiff(&[
        Page::grey(4, 4, 8, ramp(16)),
        Page::grey(5, 3, 8, ramp(15)),
        Page::grey(4, 4, 8, ramp(16)),
    ]);
    let opened = open(file).unwrap();
    let all: Vec<String> = opened.images.iter().map(|image| axes(&**image)).collect();
    assert_eq!(all, ["Z=2,Y=4,X=4", "Y=3,X=5"]);
}

#[test]
fn measured_resolutions_are_sizes_of_pixels_and_those_of_printers_are_not() {
    let step = |page: Page| {
        let opened = open(tiff(&[page])).unwrap();
        opened.images[0].description().axes[1].step.clone()
    };
    let page = Page::grey(2, 2, 8, ramp(4)).with(tags::RESOLUTION_UNIT, Shorts(vec![3]));
    // 20,000 pixels a centimetre are 0.5 µm each
    let measured = step(page.clone().with(tags::X_RESOLUTION, Rational(20_000, 1))).unwrap();
    assert_eq!(
        (measured.value, measured.unit.as_deref()),
        (0.5, Some("micrometer"))
    );
    let printed = page
        .with(tags::RESOLUTION_UNIT, Shorts(vec![2]))
        .with(tags::X_RESOLUTION, Rational(300, 1));
    assert_eq!(step(printed), None);
}

#[test]
fn samples_that_stand_apart_are_read_apart() {
    let page = Page::grey(2, 2, 8, Vec::new())
        .with(tags::SAMPLES_PER_PIXEL, Shorts(vec![2]))
        .with(tags::BITS_PER_SAMPLE, Shorts(vec![8, 8]))
        .with(tags::PLANAR_CONFIGURATION, Shorts(vec![2]))
        .with(tags::ROWS_PER_STRIP, Shorts(vec![1]))
        .holding(vec![vec![1, 2], vec![3, 4], vec![5, 6], vec![7, 8]]);
    let opened = open(tiff(&[page])).unwrap();
    assert_eq!(axes(&*opened.images[0]), "C=2,Y=2,X=2");
    assert_eq!(pixels(&*opened.images[0]), [1, 2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn whatever_is_not_read_says_what_it_is() {
    let page = Page::grey(2, 2, 8, ramp(4));
    for (compression, name) in [
        (6, "JPEG in the manner"),
        (33003, "JPEG 2000"),
        (34925, "LZMA"),
    ] {
        let said = refusal(tiff(&[page
            .clone()
            .with(tags::COMPRESSION, Shorts(vec![compression]))]));
        assert!(
            said.contains(name) && said.ends_with("which is not read here"),
            "{said}"
        );
    }
    let complex = page
        .with(tags::BITS_PER_SAMPLE, Shorts(vec![64]))
        .with(tags::SAMPLE_FORMAT, Shorts(vec![6]));
    assert!(refusal(tiff(&[complex])).contains("complex"));
    assert!(refusal(b"\x89PNG\r\n\x1a\n".to_vec()).contains("does not begin as one"));
    assert!(refusal(Vec::new()).contains("fewer bytes"));
}

#[test]
fn tags_with_nonsense_in_them_are_no_harm() {
    let page = Page::grey(2, 2, 8, ramp(4));
    let said = refusal(tiff(&[page
        .clone()
        .with(tags::BITS_PER_SAMPLE, Bytes(vec![0; 9]))]));
    assert!(said.contains("0 bit"), "{said}");
    let said = refusal(tiff(&[page.with(tags::IMAGE_WIDTH, Longs(vec![u32::MAX]))]));
    assert!(said.contains("is read") || said.contains("ends"), "{said}");
}

#[test]
fn any_area_is_what_it_is_in_the_whole() {
    let page = Page::grey(23, 17, 8, Vec::new())
        .with(tags::TILE_WIDTH, Shorts(vec![16]))
        .with(tags::TILE_LENGTH, Shorts(vec![16]))
        .holding(
            (0..4)
                .map(|tile: u8| ramp(256).iter().map(|byte| byte ^ tile).collect())
                .collect(),
        );
    let opened = open(tiff(&[page])).unwrap();
    let image = &opened.images[0];
    let whole = pixels(&**image);
    for (x, y, width, height) in [
        (0, 0, 23, 17),
        (15, 15, 2, 2),
        (22, 16, 1, 1),
        (3, 9, 17, 8),
    ] {
        let mut buffer = vec![0; (width * height) as usize];
        let area = Area {
            x,
            y,
            width,
            height,
        };
        image.read(0, &Plane::default(), area, &mut buffer).unwrap();
        for (index, byte) in buffer.iter().enumerate() {
            let (column, row) = (x + index as u64 % width, y + index as u64 / width);
            assert_eq!(*byte, whole[(row * 23 + column) as usize]);
        }
    }
}
