//! Pyramids: every level is what it should be, whatever the image; and nothing half made is left.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use node::image::pyramid::{self, Options, Outcome, PyramidError};
use node::image::render::default_view;
use node::image::{
    Area, Axis, AxisKind, Channel, Description, Files, Folder, ImageError, Length, Level, Limits,
    PixelSource, PixelType, Plane, zarr,
};
use proptest::prelude::*;
use serde_json::Value;

use crate::support::{TABLE, open_any, real_images, samples, shape, values, written_by_others};

/// An image of computed pixels.
struct Computed {
    description: Description,
    level: [Level; 1],
    /// Areas that were read.
    read: AtomicUsize,
    /// After so many the file cannot be read any more.
    broken_after: usize,
}

impl Computed {
    fn new(pixel_type: PixelType, outer: &[(AxisKind, u64)], height: u64, width: u64) -> Computed {
        let axis = |(kind, size): (AxisKind, u64)| Axis {
            kind,
            size,
            step: None,
        };
        let mut axes: Vec<Axis> = outer.iter().cloned().map(axis).collect();
        axes.push(axis((AxisKind::Y, height)));
        axes.push(axis((AxisKind::X, width)));
        let channels = outer
            .iter()
            .find(|(kind, _)| *kind == AxisKind::C)
            .map_or(1, |(_, size)| *size);
        Computed {
            description: Description {
                name: Some("computed".to_owned()),
                format: "none",
                axes,
                pixel_type,
                significant_bits: u8::try_from(pixel_type.bytes() * 8).unwrap(),
                is_colour: false,
                channels: vec![Channel::default(); usize::try_from(channels).unwrap()],
                acquired: None,
                instrument: None,
                objective: None,
                warnings: Vec::new(),
            },
            level: [Level {
                width,
                height,
                chunk_width: width,
                chunk_height: 7,
            }],
            read: AtomicUsize::new(0),
            broken_after: usize::MAX,
        }
    }

    /// A number from 0 to 199 that tells planes, rows and columns apart.
    fn value(plane: &Plane, y: u64, x: u64) -> u64 {
        let plane = plane.0.iter().fold(0, |number, at| number * 13 + at);
        (plane * 31 + y * 7 + x * 3 + y * x / 5) % 200
    }
}

impl PixelSource for Computed {
    fn description(&self) -> &Description {
        &self.description
    }

    fn levels(&self) -> &[Level] {
        &self.level
    }

    fn read(
        &self,
        _: usize,
        plane: &Plane,
        area: Area,
        buffer: &mut [u8],
    ) -> Result<(), ImageError> {
        if self.read.fetch_add(1, Ordering::SeqCst) >= self.broken_after {
            return Err(ImageError::broken("computed", "it was cut off"));
        }
        let pixel_type = self.description.pixel_type;
        let places = buffer.chunks_exact_mut(pixel_type.bytes());
        let pixels = (area.y..area.y + area.height)
            .flat_map(|y| (area.x..area.x + area.width).map(move |x| (y, x)));
        for (place, (y, x)) in places.zip(pixels) {
            let value = Computed::value(plane, y, x);
            match pixel_type {
                PixelType::Uint8 => place[0] = value as u8,
                PixelType::Int8 => place[0] = (value as i16 - 100) as u8,
                PixelType::Uint16 => place.copy_from_slice(&(value as u16 * 300).to_ne_bytes()),
                PixelType::Int16 => {
                    place.copy_from_slice(&((value as i32 * 300 - 30_000) as i16).to_ne_bytes())
                }
                PixelType::Uint32 => {
                    place.copy_from_slice(&(value as u32 * 20_000_000).to_ne_bytes())
                }
                PixelType::Int32 => {
                    place.copy_from_slice(&((value as i32 - 100) * 20_000_000).to_ne_bytes())
                }
                PixelType::Uint64 => place.copy_from_slice(&(value << 40).to_ne_bytes()),
                PixelType::Int64 => {
                    place.copy_from_slice(&((value as i64 - 100) << 40).to_ne_bytes())
                }
                PixelType::Float32 => {
                    place.copy_from_slice(&(value as f32 / 8.0 - 5.0).to_ne_bytes())
                }
                PixelType::Float64 => {
                    place.copy_from_slice(&(value as f64 / 8.0 - 5.0).to_ne_bytes())
                }
            }
        }
        Ok(())
    }
}

fn open(pyramid: &Path) -> zarr::ZarrImage {
    let files: Arc<dyn Files> = Arc::new(Folder(pyramid.to_owned()));
    zarr::open(files, None, "", Limits::default()).unwrap()
}

/// Half as large, the plain way: the mean of those that there are of four.
fn halved(
    values: &[f64],
    height: usize,
    width: usize,
    is_integer: bool,
    is_label: bool,
) -> Vec<f64> {
    let mut all = Vec::new();
    for plane in values.chunks_exact(height * width) {
        for y in (0..height).step_by(2) {
            for x in (0..width).step_by(2) {
                let four = [(y, x), (y, x + 1), (y + 1, x), (y + 1, x + 1)];
                let there: Vec<f64> = four
                    .into_iter()
                    .filter(|(y, x)| *y < height && *x < width)
                    .map(|(y, x)| plane[y * width + x])
                    .collect();
                let mean = there.iter().sum::<f64>() / there.len() as f64;
                all.push(match (is_label, is_integer) {
                    (true, _) => there[0],
                    (false, true) => (mean + 0.5).floor(),
                    (false, false) => mean,
                });
            }
        }
    }
    all
}

fn check(source: &dyn PixelSource, options: &Options<'_>) {
    let data = tempfile::tempdir().unwrap();
    let target = data.path().join("pyramid");
    let Outcome::Written { levels, bytes } = pyramid::write(source, &target, options).unwrap()
    else {
        panic!("there was none");
    };
    assert!(bytes > 0);
    let image = open(&target);
    assert_eq!(image.description().warnings, Vec::<String>::new());
    assert_eq!(image.levels().len(), levels);
    assert_eq!(samples(&image, 0), samples(source, 0));
    assert_eq!(
        image.description().pixel_type,
        source.description().pixel_type
    );
    let is_integer = !matches!(
        image.description().pixel_type,
        PixelType::Float32 | PixelType::Float64
    );
    for level in 1..levels {
        let before = image.levels()[level - 1];
        let (height, width) = (before.height as usize, before.width as usize);
        let expected = halved(
            &values(&image, level - 1),
            height,
            width,
            is_integer,
            options.is_label,
        );
        assert_eq!(
            values(&image, level),
            expected,
            "level {level} of {}",
            shape(source, 0)
        );
    }
    let last = image.levels()[levels - 1];
    assert!(last.width <= 256 && last.height <= 256);
    let names: Vec<_> = fs::read_dir(data.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["pyramid"]);
}

const TYPES: [PixelType; 10] = [
    PixelType::Uint8,
    PixelType::Uint16,
    PixelType::Uint32,
    PixelType::Uint64,
    PixelType::Int8,
    PixelType::Int16,
    PixelType::Int32,
    PixelType::Int64,
    PixelType::Float32,
    PixelType::Float64,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn any_image_is_written_and_read_back(
        pixel_type in proptest::sample::select(TYPES.to_vec()),
        (t, c, z) in (1u64..3, 1u64..4, 1u64..4),
        (height, width) in prop_oneof![(1u64..40, 1u64..900), (1u64..900, 1u64..40), (250u64..300, 250u64..300)],
        is_label in any::<bool>(),
        memory_bytes in prop_oneof![Just(8u64 << 20), Just(256 << 20)],
    ) {
        let outer = [(AxisKind::T, t), (AxisKind::C, c), (AxisKind::Z, z)];
        let source = Computed::new(pixel_type, &outer, height, width);
        check(&source, &Options { memory_bytes, threads: 2, is_label, ..Options::default() });
    }
}

#[test]
fn an_image_of_several_bands_and_shards_is_written_and_read_back() {
    let source = Computed::new(PixelType::Uint8, &[], 700, 1100);
    // so little memory that bands have 256 rows
    check(
        &source,
        &Options {
            memory_bytes: 1 << 20,
            threads: 3,
            ..Options::default()
        },
    );
    let one = Computed::new(PixelType::Float32, &[(AxisKind::Z, 3)], 1, 3000);
    check(&one, &Options::default());
}

#[test]
fn little_memory_is_enough_or_the_image_is_too_wide() {
    let data = tempfile::tempdir().unwrap();
    let source = Computed::new(PixelType::Uint8, &[], 10_000, 100_000);
    let options = Options {
        memory_bytes: 1 << 20,
        ..Options::default()
    };
    let error = pyramid::write(&source, &data.path().join("x"), &options).unwrap_err();
    assert_eq!(
        error.to_string(),
        "an image 100000 pixels wide needs 51462144 bytes of memory to be converted, and 1048576 are allowed: allow more"
    );
    assert_eq!(source.read.load(Ordering::SeqCst), 0);
}

#[test]
fn channels_get_windows_colours_and_histograms() {
    let data = tempfile::tempdir().unwrap();
    let target = data.path().join("pyramid");
    let mut source = Computed::new(PixelType::Uint16, &[(AxisKind::C, 3)], 300, 400);
    source.description.channels[0].name = Some("DAPI".to_owned());
    source.description.channels[0].emission_nm = Some(460.0);
    source.description.channels[1].window = Some([10.0, 20_000.0]);
    source.description.channels[2].window = Some([0.0, 65_535.0]);
    for axis in &mut source.description.axes[1..] {
        axis.step = Some(Length {
            value: 0.25,
            unit: Some("micrometer".to_owned()),
        });
    }
    pyramid::write(&source, &target, &Options::default()).unwrap();
    let document: Value =
        serde_json::from_slice(&fs::read(target.join("zarr.json")).unwrap()).unwrap();
    let channels = &document["attributes"]["ome"]["omero"]["channels"];
    assert_eq!(
        (&channels[0]["label"], &channels[0]["color"]),
        (&"DAPI".into(), &"0000FF".into())
    );
    assert_eq!(
        (
            &channels[1]["window"]["start"],
            &channels[1]["window"]["end"]
        ),
        (&10.0.into(), &20_000.0.into())
    );
    // the whole range of the type says nothing: percentiles
    let end = channels[2]["window"]["end"].as_f64().unwrap();
    assert!((50_000.0..=59_700.0).contains(&end), "{end}");
    let histograms = document["attributes"]["ommatidia"]["histograms"]
        .as_array()
        .unwrap();
    assert_eq!(histograms.len(), 3);
    for histogram in histograms {
        assert_eq!(
            (&histogram["minimum"], &histogram["maximum"]),
            (&0.0.into(), &59_700.0.into())
        );
        let counts = histogram["counts"].as_array().unwrap();
        assert_eq!(counts.len(), 256);
        assert_eq!(
            counts
                .iter()
                .map(|count| count.as_u64().unwrap())
                .sum::<u64>(),
            300 * 400
        );
    }
    let second = &document["attributes"]["ome"]["multiscales"][0]["datasets"][1]["coordinateTransformations"];
    assert_eq!(second[0]["scale"], serde_json::json!([1.0, 0.5, 0.5]));
    assert_eq!(
        second[1]["translation"],
        serde_json::json!([0.0, 0.125, 0.125])
    );
}

#[test]
fn what_is_not_a_number_does_not_count() {
    let files = written_by_others();
    let source = open_any(&files, "v3-nan.zarr").unwrap();
    let data = tempfile::tempdir().unwrap();
    let target = data.path().join("pyramid");
    pyramid::write(source.as_ref(), &target, &Options::default()).unwrap();
    assert_eq!(samples(&open(&target), 0), samples(source.as_ref(), 0));
    let text = fs::read_to_string(target.join("zarr.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    let histogram = &document["attributes"]["ommatidia"]["histograms"][0];
    let counts = histogram["counts"].as_array().unwrap().iter();
    assert_eq!(
        counts.map(|count| count.as_u64().unwrap()).sum::<u64>(),
        100
    );
    assert!(!text.contains("null"), "{text}");
}

#[test]
fn axes_that_ome_zarr_has_no_place_for_are_counted_as_channels() {
    let angle = AxisKind::Other("angle".to_owned());
    let mut source = Computed::new(
        PixelType::Uint8,
        &[
            (angle.clone(), 2),
            (AxisKind::T, 2),
            (AxisKind::C, 3),
            (AxisKind::Z, 2),
        ],
        9,
        11,
    );
    source.description.channels[1].name = Some("GFP".to_owned());
    let data = tempfile::tempdir().unwrap();
    let target = data.path().join("pyramid");
    pyramid::write(&source, &target, &Options::default()).unwrap();
    let image = open(&target);
    assert_eq!(shape(&image, 0), "2x6x2x9x11");
    let names: Vec<_> = image
        .description()
        .channels
        .iter()
        .map(|channel| channel.name.clone().unwrap())
        .collect();
    assert_eq!(names[4], "angle 2, GFP");
    // angle 2, time 1, channel 2, plane 2 of the source
    let (mut expected, mut found) = (vec![0; 99], vec![0; 99]);
    let area = Area {
        x: 0,
        y: 0,
        width: 11,
        height: 9,
    };
    source
        .read(0, &Plane(vec![1, 0, 1, 1]), area, &mut expected)
        .unwrap();
    image
        .read(0, &Plane(vec![0, 4, 1]), area, &mut found)
        .unwrap();
    assert_eq!(found, expected);
    // alone it keeps its name
    let alone = Computed::new(
        PixelType::Uint8,
        &[(angle.clone(), 2), (AxisKind::T, 3)],
        9,
        11,
    );
    let target = data.path().join("alone");
    pyramid::write(&alone, &target, &Options::default()).unwrap();
    let image = open(&target);
    assert_eq!(image.description().axes[0].kind, angle);
    assert_eq!(samples(&image, 0), samples(&alone, 0));
}

#[test]
fn an_image_that_breaks_half_way_leaves_nothing() {
    let data = tempfile::tempdir().unwrap();
    let mut source = Computed::new(PixelType::Uint8, &[(AxisKind::T, 50)], 600, 600);
    source.broken_after = 20;
    let error = pyramid::write(&source, &data.path().join("x"), &Options::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the image cannot be read: it is not a whole computed file: it was cut off"
    );
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
    let options = Options {
        is_to_stop: &|| true,
        ..Options::default()
    };
    let source = Computed::new(PixelType::Uint8, &[], 60, 60);
    let error = pyramid::write(&source, &data.path().join("x"), &options).unwrap_err();
    assert!(matches!(error, PyramidError::Stopped));
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 0);
}

#[test]
fn of_two_conversions_at_once_one_is_kept_and_both_are_well() {
    let data = tempfile::tempdir().unwrap();
    let target = data.path().join("pyramid");
    let write = || {
        let source = Computed::new(PixelType::Uint16, &[(AxisKind::Z, 3)], 300, 300);
        pyramid::write(
            &source,
            &target,
            &Options {
                threads: 1,
                ..Options::default()
            },
        )
        .unwrap()
    };
    let outcomes: Vec<Outcome> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(write)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let written = outcomes
        .iter()
        .filter(|outcome| **outcome != Outcome::AlreadyThere)
        .count();
    assert_eq!(written, 1);
    assert_eq!(write(), Outcome::AlreadyThere);
    let source = Computed::new(PixelType::Uint16, &[(AxisKind::Z, 3)], 300, 300);
    assert_eq!(samples(&open(&target), 0), samples(&source, 0));
    assert_eq!(fs::read_dir(data.path()).unwrap().count(), 1);
}

#[test]
fn what_a_killed_conversion_left_is_removed_and_a_living_one_is_let_be() {
    let data = tempfile::tempdir().unwrap();
    fs::create_dir_all(data.path().join(".writing-dead/0/c")).unwrap();
    fs::write(data.path().join(".writing-dead/0/c/0"), "half").unwrap();
    fs::write(data.path().join(".writing-dead.lock"), "").unwrap();
    fs::create_dir(data.path().join("pyramid of another")).unwrap();
    let folder = data.path().to_owned();
    let removed = AtomicUsize::new(0);
    let sweep = || {
        removed.fetch_add(
            pyramid::remove_leftovers(&folder).unwrap(),
            Ordering::SeqCst,
        );
        false
    };
    // in the middle of a conversion
    let options = Options {
        is_to_stop: &sweep,
        ..Options::default()
    };
    let source = Computed::new(PixelType::Uint8, &[(AxisKind::T, 3)], 30, 30);
    pyramid::write(&source, &data.path().join("x"), &options).unwrap();
    assert_eq!(removed.load(Ordering::SeqCst), 1);
    let mut names: Vec<_> = fs::read_dir(data.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["pyramid of another", "x"]);
}

#[test]
fn a_full_disk_is_told() {
    // a file system of 64 KiB, where the test may mount one
    let data = tempfile::tempdir().unwrap();
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"])
        .arg(data.path())
        .output();
    if !mounted.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no file system can be mounted here");
        return;
    }
    let source = Computed::new(PixelType::Uint16, &[(AxisKind::Z, 20)], 300, 300);
    let outcome = pyramid::write(&source, &data.path().join("x"), &Options::default());
    let left = fs::read_dir(data.path()).unwrap().count();
    assert!(
        Command::new("umount")
            .arg(data.path())
            .status()
            .unwrap()
            .success()
    );
    let error = outcome.unwrap_err();
    assert!(matches!(error, PyramidError::Full(_)), "{error}");
    assert!(
        error
            .to_string()
            .ends_with("is full: make room, and the pyramid will be made")
    );
    assert_eq!(left, 0);
}

#[test]
fn validators_and_readers_of_others_accept_every_pyramid() {
    let data = tempfile::tempdir().unwrap();
    let mut expected = Vec::new();
    let outer = [
        vec![],
        vec![(AxisKind::C, 2)],
        vec![(AxisKind::T, 2), (AxisKind::C, 2), (AxisKind::Z, 3)],
        vec![(AxisKind::Other("angle".to_owned()), 2), (AxisKind::T, 2)],
        vec![(AxisKind::Other("angle".to_owned()), 2), (AxisKind::C, 3)],
    ];
    for (number, pixel_type) in TYPES.iter().enumerate() {
        let mut source = Computed::new(*pixel_type, &outer[number % outer.len()], 270, 600);
        source.description.axes.last_mut().unwrap().step = Some(Length {
            value: 1.5,
            unit: Some("angstrom".to_owned()),
        });
        let name = format!("{number}-{pixel_type}");
        let is_label = *pixel_type == PixelType::Uint32;
        let options = Options {
            is_label,
            ..Options::default()
        };
        pyramid::write(&source, &data.path().join(&name), &options).unwrap();
        let image = open(&data.path().join(&name));
        for level in 0..image.levels().len() {
            let values = values(&image, level);
            let sum: f64 = values.iter().sum();
            expected.push(format!(
                "{name}/{level} {} {pixel_type} {sum:.6e}",
                shape(&image, level)
            ));
        }
    }
    let Some(found) = validated(data.path()) else {
        return;
    };
    let found: Vec<&str> = found.lines().collect();
    expected.sort();
    assert_eq!(found, expected);
}

/// What is said of each pyramid in a folder is valid by the rules of `ome_zarr_metadata`, where that is there.
fn is_well_described(folder: &Path) {
    let program = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../target/tools/bin/ome_zarr_metadata_validate"
    );
    if !Path::new(program).exists() {
        let advice = "run scripts/bootstrap";
        assert!(
            std::env::var_os("CI").is_none(),
            "there is no {program}: {advice}"
        );
        eprintln!("SKIPPED: there is no {program}: {advice}");
        return;
    }
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(path.join("zarr.json")).unwrap();
        let group: serde_json::Value = serde_json::from_str(&text).unwrap();
        let output = Command::new(program)
            .args(["--ome-zarr-version", "0.5"])
            .arg(group["attributes"].to_string())
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(
            output.status.success() && said.contains("\"valid\":true"),
            "{}: {said} {output:?}\n{text}",
            path.display()
        );
    }
}

/// What Python finds in the pyramids of a folder, each of which it validates; none, loudly, where it lacks what it needs.
fn validated(folder: &Path) -> Option<String> {
    is_well_described(folder);
    let python = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../target/tools/python/bin/python"
    );
    let has_them = Command::new(python)
        .args(["-c", "import ome_zarr_models"])
        .output();
    if !has_them.is_ok_and(|output| output.status.success()) {
        let advice = "run scripts/bootstrap, with Python 3.11 to 3.13";
        assert!(
            std::env::var_os("CI").is_none(),
            "there is no ome-zarr-models: {advice}"
        );
        eprintln!("SKIPPED: there is no ome-zarr-models: {advice}");
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/image_zarr/validate.py");
    let output = Command::new(python)
        .args(["-W", "ignore", script])
        .arg(folder)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn every_real_image_becomes_a_pyramid_that_validators_accept() {
    let Some(folder) = real_images() else { return };
    let files: Arc<dyn Files> = Arc::new(Folder(folder));
    let data = tempfile::tempdir().unwrap();
    let rows = TABLE.lines().filter(|row| row.starts_with("real\t"));
    let firsts = rows.filter(|row| !["1", "2"].contains(&row.split('\t').nth(2).unwrap()));
    let mut levels = 0;
    for (number, row) in firsts.enumerate() {
        let path = row.split('\t').nth(1).unwrap();
        let source = open_any(&files, path).unwrap();
        let target = data.path().join(number.to_string());
        pyramid::write(source.as_ref(), &target, &Options::default()).unwrap();
        let image = open(&target);
        assert_eq!(samples(&image, 0), samples(source.as_ref(), 0), "{path}");
        levels += image.levels().len();
    }
    if let Some(found) = validated(data.path()) {
        assert_eq!(found.lines().count(), levels);
    }
}

/// How an image is shown where nobody says how: channels with their colours and windows.
fn shown(source: &dyn PixelSource) -> Vec<(u64, [u8; 3], [f64; 2])> {
    let view = default_view(source).unwrap();
    let channels = view.channels.iter();
    channels
        .map(|channel| (channel.index, channel.colour, channel.window))
        .collect()
}

/// The pyramid of an image, and the folder that it is in.
fn written(source: &Computed) -> (zarr::ZarrImage, tempfile::TempDir) {
    let data = tempfile::tempdir().unwrap();
    let target = data.path().join("pyramid");
    pyramid::write(source, &target, &Options::default()).unwrap();
    (open(&target), data)
}

#[test]
fn a_picture_is_shown_in_the_same_colours_before_and_after_its_pyramid_was_made() {
    let names: [&[&str]; 5] = [
        &["", "", ""],
        &["G", "R"],
        &["DAPI", "GFP", "GFP", "Brightfield"],
        &["Cy5"],
        &["", "", "", "", "", "", "", ""],
    ];
    for names in names {
        let count = names.len() as u64;
        let mut source = Computed::new(PixelType::Uint16, &[(AxisKind::C, count)], 40, 50);
        for (channel, name) in source.description.channels.iter_mut().zip(names) {
            channel.name = Some((*name).to_owned()).filter(|name| !name.is_empty());
        }
        let places = |source: &dyn PixelSource| -> Vec<(u64, [u8; 3])> {
            let shown = shown(source).into_iter();
            shown.map(|(index, colour, _)| (index, colour)).collect()
        };
        assert_eq!(places(&written(&source).0), places(&source), "{names:?}");
    }
}

#[test]
fn a_colour_picture_of_more_than_a_byte_is_neither_black_nor_white() {
    // values to 59 700, and from -5 to 19.875
    for (pixel_type, brightest) in [(PixelType::Uint16, 59_700.0), (PixelType::Float32, 19.875)] {
        let mut source = Computed::new(pixel_type, &[(AxisKind::C, 3)], 300, 400);
        source.description.is_colour = true;
        let (made, _data) = written(&source);
        for channel in &made.description().channels {
            let [start, end] = channel.window.unwrap();
            assert_eq!(start, 0.0);
            assert!((brightest * 0.98..=brightest).contains(&end), "{end}");
        }
        let windows: Vec<_> = shown(&made).iter().map(|one| one.2).collect();
        assert_eq!(Some(windows[0]), made.description().channels[0].window);
        assert_eq!(windows, [windows[0]; 3]);
    }
}

#[test]
fn of_an_axis_that_is_counted_with_the_channels_the_first_place_is_shown() {
    let angle = AxisKind::Other("angle".to_owned());
    let source = Computed::new(PixelType::Uint8, &[(angle, 3), (AxisKind::C, 2)], 20, 30);
    let before = shown(&source);
    let (made, _data) = written(&source);
    let channels = &made.description().channels;
    assert_eq!(channels.len(), 6);
    assert_eq!(channels[3].name.as_deref(), Some("angle 2, channel 2"));
    let hidden: Vec<bool> = channels.iter().map(|channel| channel.is_hidden).collect();
    assert_eq!(hidden, [false, false, true, true, true, true]);
    assert_eq!(channels[3].colour, channels[1].colour);
    let places = |shown: Vec<(u64, [u8; 3], [f64; 2])>| -> Vec<(u64, [u8; 3])> {
        shown
            .into_iter()
            .map(|(index, colour, _)| (index, colour))
            .collect()
    };
    assert_eq!(places(shown(&made)), places(before));
}
