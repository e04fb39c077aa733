//! Pictures of an image whose every pixel is known.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use image::DynamicImage;

use super::synthetic::Synthetic;
use super::{
    Bounds, COLOURS, ChannelView, Depth, RenderError, Style, View, Wanted, default_view,
    label_colour, render,
};
use crate::image::{Area, Channel, PixelSource, PixelType, Plane};

fn view(channels: Vec<ChannelView>) -> View {
    View {
        depth: Depth::Plane(0),
        time: 0,
        others: Vec::new(),
        channels,
        style: Style::Composite,
    }
}

fn white(index: u64, window: [f64; 2]) -> ChannelView {
    ChannelView {
        index,
        window,
        gamma: 1.0,
        colour: [255; 3],
    }
}

fn wanted(region: [u64; 4], width: u32, height: u32) -> Wanted {
    let [x, y, columns, rows] = region;
    Wanted {
        region: Area {
            x,
            y,
            width: columns,
            height: rows,
        },
        width,
        height,
    }
}

fn made(source: &Synthetic, view: &View, wanted: &Wanted) -> DynamicImage {
    render(source, view, wanted, &Bounds::default()).unwrap()
}

#[test]
fn a_channel_is_shades_of_grey_exactly_as_its_window_says() {
    let source = Synthetic::new(&[("y", 200), ("x", 300)]);
    let picture = made(
        &source,
        &view(vec![white(0, [0.0, 255.0])]),
        &wanted([10, 20, 100, 50], 100, 50),
    );
    let DynamicImage::ImageLuma8(grey) = picture else {
        panic!("one white channel is grey");
    };
    for (x, y, shade) in grey.enumerate_pixels() {
        let value = Synthetic::value(&Plane::default(), u64::from(x) + 10, u64::from(y) + 20);
        assert_eq!(u16::from(shade.0[0]), value.min(255), "{x},{y}");
    }
}

#[test]
fn no_more_pixels_are_read_than_a_tile_needs() {
    let source = Synthetic::new(&[("y", 8192), ("x", 8192)]).with_levels(6);
    made(
        &source,
        &view(vec![white(0, [0.0, 4000.0])]),
        &wanted([1024, 1024, 512, 512], 512, 512),
    );
    assert_eq!(source.samples_read(), 512 * 512);
    made(
        &source,
        &view(vec![white(0, [0.0, 4000.0])]),
        &wanted([0, 0, 8192, 8192], 256, 256),
    );
    assert_eq!(
        source.samples_read(),
        512 * 512 + 256 * 256,
        "the smallest level, whole"
    );
}

#[test]
fn one_channel_each_of_red_green_and_blue_in_any_order_is_the_same_as_adding_them() {
    let source = Synthetic::new(&[("c", 3), ("y", 700), ("x", 5000)]);
    let part = |index, colour| ChannelView {
        index,
        window: [0.0, 3000.0],
        gamma: 1.0,
        colour,
    };
    let (red, green, blue) = (
        part(2, [255, 0, 0]),
        part(0, [0, 255, 0]),
        part(1, [0, 0, 255]),
    );
    // across several blocks, which differ in size
    let region = wanted([1500, 3, 3000, 600], 3000, 600);
    let beside = made(&source, &view(vec![blue, red, green]), &region);
    // a fourth channel in black adds nothing, but takes the way of addition
    let added = vec![blue, red, green, part(0, [0, 0, 0])];
    assert_eq!(beside, made(&source, &view(added), &region));
    let picture = beside.to_rgb8();
    for (x, y) in [(0, 0), (547, 599), (548, 0), (2999, 599)] {
        let shade = |channel: u64| {
            let place = (u64::from(x) + 1500, u64::from(y) + 3);
            let value = f64::from(Synthetic::value(&Plane(vec![channel]), place.0, place.1));
            (value / 3000.0 * 255.0).round().min(255.0) as u8
        };
        let expected = [2, 0, 1].map(shade);
        let found = picture.get_pixel(x, y).0;
        let apart = found.into_iter().zip(expected);
        assert!(
            apart
                .into_iter()
                .all(|(one, other)| one.abs_diff(other) <= 1),
            "{found:?} {expected:?}"
        );
    }
}

#[test]
fn channels_are_added_in_their_colours() {
    let source = Synthetic::new(&[("c", 2), ("y", 4), ("x", 4)]);
    let channel = |index, colour| ChannelView {
        index,
        window: [0.0, 2000.0],
        gamma: 1.0,
        colour,
    };
    let both = view(vec![channel(0, [255, 0, 0]), channel(1, [0, 128, 255])]);
    let DynamicImage::ImageRgb8(picture) = made(&source, &both, &wanted([0, 0, 4, 4], 4, 4)) else {
        panic!("coloured");
    };
    let shade = |channel: u64| {
        let value = f64::from(Synthetic::value(&Plane(vec![channel]), 3, 2));
        (value / 2000.0 * 255.0).round()
    };
    let expected = [shade(0), (shade(1) * 128.0 / 255.0).round(), shade(1)];
    for (found, expected) in picture.get_pixel(3, 2).0.into_iter().zip(expected) {
        assert!(
            (f64::from(found) - expected).abs() <= 1.0,
            "{found} {expected}"
        );
    }
    // what is too bright stays bright
    let thrice = view(vec![white(1, [0.0, 1.0]), white(1, [0.0, 1.0])]);
    assert_eq!(
        made(&source, &thrice, &wanted([0, 0, 4, 4], 4, 4))
            .to_luma8()
            .get_pixel(0, 0)
            .0,
        [255]
    );
}

#[test]
fn the_projection_has_the_greatest_of_the_planes_asked_for() {
    let source = Synthetic::new(&[("z", 6), ("y", 4), ("x", 4)]);
    let mut some = view(vec![white(0, [0.0, 10_000.0])]);
    some.depth = Depth::Maximum { first: 1, last: 4 };
    let projected = made(&source, &some, &wanted([0, 0, 4, 4], 4, 4));
    assert_eq!(source.samples_read(), 4 * 16);
    some.depth = Depth::Plane(4);
    assert_eq!(projected, made(&source, &some, &wanted([0, 0, 4, 4], 4, 4)));
}

#[test]
fn what_costs_too_much_is_refused_before_anything_is_read() {
    let source = Synthetic::new(&[("z", 5000), ("y", 4096), ("x", 4096)]);
    let mut all = view(vec![white(0, [0.0, 1.0])]);
    all.depth = Depth::Maximum {
        first: 0,
        last: 4999,
    };
    let refused = render(
        &source,
        &all,
        &wanted([0, 0, 4096, 4096], 64, 64),
        &Bounds::default(),
    );
    assert!(
        matches!(refused, Err(RenderError::TooMuch { .. })),
        "{refused:?}"
    );
    assert_eq!(source.samples_read(), 0);
}

#[test]
fn scaled_pictures_keep_the_mean_and_show_no_seams() {
    let source = Synthetic::new(&[("y", 600), ("x", 900)]);
    let grey = view(vec![white(0, [0.0, 2700.0])]);
    let whole = made(&source, &grey, &wanted([0, 0, 900, 600], 300, 200)).to_luma8();
    let parts = [[0, 0, 450, 600], [450, 0, 450, 600]]
        .map(|region| made(&source, &grey, &wanted(region, 150, 200)).to_luma8());
    for y in 0..200 {
        for x in 0..300 {
            let part = parts[(x / 150) as usize].get_pixel(x % 150, y).0[0];
            assert!(whole.get_pixel(x, y).0[0].abs_diff(part) <= 1, "{x},{y}");
            let value = Synthetic::value(
                &Plane::default(),
                u64::from(x) * 3 + 1,
                u64::from(y) * 3 + 1,
            );
            let expected = f64::from(value) / 2700.0 * 255.0;
            assert!(
                (f64::from(part) - expected).abs() < 3.0,
                "{x},{y}: {part} {expected}"
            );
        }
    }
    let small = made(&source, &grey, &wanted([0, 0, 900, 600], 9, 6)).to_luma8();
    let expected = f64::from(Synthetic::value(&Plane::default(), 450, 350)) / 2700.0 * 255.0;
    assert!((f64::from(small.get_pixel(4, 3).0[0]) - expected).abs() < 4.0);
}

#[test]
fn enlarging_and_single_pixels_work_at_every_edge() {
    let source = Synthetic::new(&[("y", 33), ("x", 17)]).with_levels(3);
    let grey = view(vec![white(0, [0.0, 200.0])]);
    for region in [[0, 0, 17, 33], [16, 32, 1, 1], [0, 0, 1, 33], [3, 5, 2, 2]] {
        for (width, height) in [(1, 1), (64, 3), (3, 64), (200, 200)] {
            let picture = made(&source, &grey, &wanted(region, width, height));
            assert_eq!((picture.width(), picture.height()), (width, height));
        }
    }
}

#[test]
fn labels_keep_their_colours_at_every_scale() {
    let source = Synthetic::new(&[("y", 400), ("x", 400)]);
    let mut labels = view(vec![white(0, [0.0, 1.0])]);
    labels.style = Style::Labels;
    let known: std::collections::HashSet<_> = (0..4000).map(label_colour).collect();
    for size in [10, 37, 400, 500] {
        let picture = made(&source, &labels, &wanted([0, 0, 400, 400], size, size)).to_rgb8();
        assert!(
            picture.pixels().all(|pixel| known.contains(&pixel.0)),
            "{size}: a mixed colour"
        );
        assert_eq!(picture.get_pixel(0, 0).0, [0, 0, 0]);
    }
}

#[test]
fn the_default_view_is_the_middle_plane_in_the_files_colours_and_windows() {
    let mut source = Synthetic::new(&[("t", 3), ("c", 2), ("z", 9), ("y", 64), ("x", 64)]);
    source.description.channels = vec![
        Channel {
            colour: Some([0, 0, 255]),
            window: Some([100.0, 900.0]),
            ..Channel::default()
        },
        Channel {
            colour: Some([255, 255, 0]),
            window: Some([0.0, 65_535.0]),
            ..Channel::default()
        },
    ];
    let view = default_view(&source).unwrap();
    assert_eq!((view.depth, view.time), (Depth::Plane(4), 0));
    let [first, second] = &view.channels[..] else {
        panic!("two channels");
    };
    assert_eq!((first.window, first.colour), ([100.0, 900.0], [0, 0, 255]));
    assert_eq!(second.colour, [255, 255, 0]);
    assert!(
        second.window[1] < 65_535.0,
        "all values of a type say nothing: {:?}",
        second.window
    );
    view.check(source.description()).unwrap();
}

#[test]
fn where_the_file_says_nothing_colours_can_be_told_apart_and_one_channel_is_white() {
    let several = default_view(&Synthetic::new(&[("c", 9), ("y", 8), ("x", 8)])).unwrap();
    let colours: Vec<_> = several
        .channels
        .iter()
        .map(|channel| channel.colour)
        .collect();
    assert_eq!(colours, COLOURS[..6]);
    let one = default_view(&Synthetic::new(&[("y", 8), ("x", 8)])).unwrap();
    assert_eq!(one.channels[0].colour, [255; 3]);
    let mut white = Synthetic::new(&[("c", 2), ("y", 8), ("x", 8)]);
    for channel in &mut white.description.channels {
        channel.colour = Some([255; 3]);
    }
    assert_eq!(default_view(&white).unwrap().channels[0].colour, COLOURS[0]);
    white.description.channels[1].contrast = Some("Brightfield".to_owned());
    assert_eq!(default_view(&white).unwrap().channels.len(), 1);
}

#[test]
fn a_colour_picture_is_shown_as_it_is() {
    let mut source = Synthetic::new(&[("c", 3), ("y", 20), ("x", 20)]);
    source.description.is_colour = true;
    source.description.pixel_type = PixelType::Uint8;
    let view = default_view(&source).unwrap();
    let picture = made(&source, &view, &wanted([0, 0, 20, 20], 20, 20)).to_rgb8();
    for (x, y, pixel) in picture.enumerate_pixels() {
        let value =
            |channel| Synthetic::value(&Plane(vec![channel]), u64::from(x), u64::from(y)) as u8;
        assert_eq!(pixel.0, [value(0), value(1), value(2)], "{x},{y}");
    }
}

#[test]
fn a_view_of_what_is_not_there_says_what_there_is() {
    let source = Synthetic::new(&[("phase", 2), ("z", 3), ("y", 8), ("x", 8)]);
    let mut view = default_view(&source).unwrap();
    view.depth = Depth::Plane(3);
    let said = |view: &View| view.check(source.description()).unwrap_err().to_string();
    assert_eq!(
        said(&view),
        "there is no focal plane 3 in this image, which has 3, counted from 0"
    );
    view.depth = Depth::Maximum { first: 2, last: 1 };
    assert!(said(&view).contains("end before they begin"));
    view.depth = Depth::Plane(0);
    view.others = vec![2];
    assert!(said(&view).contains("no phase 2"));
    view.others = vec![1];
    view.channels[0].index = 1;
    assert!(said(&view).contains("no channel 1"));
}
