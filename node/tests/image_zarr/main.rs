//! OME-Zarr, pictures and MRC as others wrote and read them: every sample that we decode is the one that they do.
//!
//! `written_by_others.zip` and `decoded.tsv` come from `make_fixtures.py`.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod hostile;
mod pyramids;
mod sequences;
mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use node::image::{AxisKind, Files, Folder, Limits, PixelSource, picture, zarr};
use node::relative_path::RelPath;

use support::{TABLE, digest, open_any, real_images, shape, values, written_by_others};

#[test]
fn every_sample_is_the_one_that_others_decode_of_what_they_wrote() {
    let files = written_by_others();
    let rows: Vec<_> = TABLE
        .lines()
        .filter(|row| row.starts_with("written\t"))
        .collect();
    assert!(rows.len() > 60, "the table has {} rows", rows.len());
    for row in rows {
        compare(&files, row);
    }
}

#[test]
fn every_sample_of_real_images_is_the_one_that_others_decode() {
    let Some(folder) = real_images() else { return };
    let files: Arc<dyn Files> = Arc::new(Folder(folder));
    for row in TABLE.lines().filter(|row| row.starts_with("real\t")) {
        compare(&files, row);
    }
}

fn compare(files: &Arc<dyn Files>, row: &str) {
    let cells: Vec<&str> = row.split('\t').collect();
    let [_, path, level, pixel_type, sizes, expected] = cells[..] else {
        panic!("{row}");
    };
    let image = open_any(files, path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let description = image.description();
    assert_eq!(description.pixel_type.name(), pixel_type, "{path}");
    if level == "mean" {
        compare_means(image.as_ref(), path, sizes, expected);
        return;
    }
    let level = level.parse().unwrap();
    assert_eq!(shape(image.as_ref(), level), sizes, "{path}");
    assert_eq!(
        digest(image.as_ref(), level),
        expected,
        "{path} level {level}"
    );
}

/// The mean of each quarter of each channel, within one step.
fn compare_means(image: &dyn PixelSource, path: &str, sizes: &str, expected: &str) {
    assert_eq!(shape(image, 0), sizes, "{path}");
    let level = image.levels()[0];
    let expected: Vec<f64> = expected
        .split(' ')
        .map(|mean| mean.parse().unwrap())
        .collect();
    let samples = values(image, 0);
    let (width, height) = (level.width as usize, level.height as usize);
    let mut means = Vec::new();
    for channel in samples.chunks_exact(width * height) {
        for rows in [0..height / 2, height / 2..height] {
            for columns in [0..width / 2, width / 2..width] {
                let count = rows.len() * columns.len();
                let sum: f64 = rows
                    .clone()
                    .flat_map(|row| channel[row * width..][columns.clone()].iter())
                    .sum();
                means.push(sum / count as f64);
            }
        }
    }
    assert_eq!(means.len(), expected.len(), "{path}");
    for (mean, expected) in means.iter().zip(expected) {
        assert!(
            (mean - expected).abs() < 1.0,
            "{path}: {mean} is not {expected}"
        );
    }
}

#[test]
fn every_real_store_is_in_the_table_or_refused_with_a_sentence() {
    let Some(folder) = real_images() else { return };
    let mut refused = BTreeSet::new();
    for entry in walkdir::WalkDir::new(folder.join("ome-zarr")).max_depth(4) {
        let entry = entry.unwrap();
        let is_store = ["zarr.json", ".zattrs", ".zgroup"]
            .iter()
            .any(|name| entry.path().join(name).exists());
        let nested = entry.path().parent().unwrap();
        let is_nested = nested.join(".zgroup").exists() || nested.join("zarr.json").exists();
        if !is_store || is_nested || entry.path().join(".zarray").exists() {
            continue;
        }
        let relative = entry.path().strip_prefix(&folder).unwrap();
        let root = RelPath::parse(relative.to_str().unwrap()).unwrap();
        let files: Arc<dyn Files> = Arc::new(Folder(folder.clone()));
        let images = zarr::contents(Arc::clone(&files), Some(root.clone()), Limits::default());
        let outcome = images.and_then(|contents| {
            for path in contents.images {
                zarr::open(
                    Arc::clone(&files),
                    Some(root.clone()),
                    &path,
                    Limits::default(),
                )?;
                let key = format!("{root}/{path}").trim_end_matches('/').to_owned();
                let row = format!("real\t{key}\t0\t");
                assert!(TABLE.lines().any(|line| line.starts_with(&row)), "{key}");
            }
            Ok(())
        });
        if let Err(error) = outcome {
            refused.insert(format!("{}: {error}", relative.display()));
        }
    }
    // there are others, which are not checked against: those that are refused are known
    for sentence in &refused {
        assert!(
            sentence.contains("is missing") || sentence.contains("without the metadata"),
            "{sentence}"
        );
    }
}

#[test]
fn what_the_metadata_say_is_described() {
    let Some(folder) = real_images() else { return };
    let files: Arc<dyn Files> = Arc::new(Folder(folder));
    let path = "ome-zarr/ngio/v05/images/test_image_tcyx.zarr";
    let image = support::open_zarr(&files, path).unwrap();
    let description = image.description();
    assert_eq!(description.format, "OME-Zarr 0.5");
    assert_eq!(description.warnings, Vec::<String>::new());
    let kinds: Vec<_> = description
        .axes
        .iter()
        .map(|axis| axis.kind.clone())
        .collect();
    assert_eq!(kinds, [AxisKind::T, AxisKind::C, AxisKind::Y, AxisKind::X]);
    let steps: Vec<_> = description
        .axes
        .iter()
        .map(|axis| {
            axis.step
                .as_ref()
                .map(|step| (step.value, step.unit.clone().unwrap()))
        })
        .collect();
    let micrometre = Some((0.5, "micrometer".to_owned()));
    assert_eq!(
        steps,
        [
            Some((1.0, "second".to_owned())),
            None,
            micrometre.clone(),
            micrometre
        ]
    );
    let names: Vec<_> = description
        .channels
        .iter()
        .map(|channel| channel.name.clone().unwrap())
        .collect();
    assert_eq!(names, ["channel_0", "channel_1", "channel_2"]);
    assert_eq!(description.channels[1].colour, Some([255, 0, 255]));
    assert_eq!(description.channels[1].window, Some([0.0, 65_535.0]));
    assert_eq!(image.labels(), ["labels/label"]);
    assert!(!image.is_label());
    let label = support::open_zarr(&files, &format!("{path}/labels/label")).unwrap();
    assert!(label.is_label());
}

#[test]
fn a_plate_has_its_wells_and_their_fields() {
    let root = RelPath::parse("plate.zarr").unwrap();
    let contents = zarr::contents(written_by_others(), Some(root), Limits::default()).unwrap();
    assert_eq!(contents.images, ["A/1/0", "A/1/1", "B/2/0"]);
    let plate = contents.plate.unwrap();
    assert_eq!((plate.rows.len(), plate.columns.len()), (2, 2));
    assert_eq!(plate.name.as_deref(), Some("test plate"));
    assert_eq!(plate.warnings, Vec::<String>::new());
    let places: Vec<_> = plate
        .wells
        .iter()
        .map(|well| (well.row, well.column, well.fields.len()))
        .collect();
    assert_eq!(places, [(0, 0, 2), (1, 1, 1)]);
    assert_eq!(plate.wells[0].fields[1].acquisition, Some(0));
}

#[test]
fn transparency_is_dropped_and_told_only_where_there_is_some() {
    let files = written_by_others();
    let open = |name: &str| {
        let bytes = files.open(&RelPath::parse(name).unwrap()).unwrap().unwrap();
        picture::open_png(bytes, Limits::default()).unwrap()
    };
    assert_eq!(
        open("opaque.png").description().warnings,
        Vec::<String>::new()
    );
    assert_eq!(
        open("transparent.png").description().warnings,
        ["it is transparent in places, which is not shown"]
    );
    assert!(open("palette.png").description().is_colour);
    assert_eq!(open("bits.png").description().significant_bits, 1);
}

#[test]
fn a_picture_whose_palette_is_grey_is_one_channel() {
    let data = tempfile::tempdir().unwrap();
    let write = |name: &str, palette: &[u8]| {
        let file = std::fs::File::create(data.path().join(name)).unwrap();
        let mut encoder = png::Encoder::new(file, 3, 1);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_palette(palette.to_vec());
        let mut writer = encoder.write_header().unwrap();
        writer.write_image_data(&[2, 0, 1]).unwrap();
    };
    write("grey.png", &[5, 5, 5, 40, 40, 40, 90, 90, 90]);
    write("red.png", &[5, 0, 0, 40, 0, 0, 90, 0, 0]);
    let files: Arc<dyn Files> = Arc::new(Folder(data.path().to_owned()));
    let grey = open_any(&files, "grey.png").unwrap();
    assert!(!grey.description().is_colour);
    assert_eq!(grey.description().channels.len(), 1);
    assert_eq!(support::samples(grey.as_ref(), 0), [90, 5, 40]);
    let red = open_any(&files, "red.png").unwrap();
    assert_eq!(red.description().channels.len(), 3);
}

#[test]
fn a_photograph_that_is_to_be_turned_says_so() {
    let data = tempfile::tempdir().unwrap();
    let mut encoded = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_pixel(16, 8, image::Rgb([200, 100, 50]))
        .write_to(&mut encoded, image::ImageFormat::Jpeg)
        .unwrap();
    let encoded = encoded.into_inner();
    for (orientation, expected) in [(1, 0), (6, 1)] {
        let exif = [
            b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".as_slice(),
            &[orientation, 0, 0, 0, 0, 0, 0, 0],
        ]
        .concat();
        let segment = [&[0xff, 0xe1, 0, exif.len() as u8 + 2], exif.as_slice()].concat();
        let whole = [&encoded[..2], &segment, &encoded[2..]].concat();
        std::fs::write(data.path().join("one.jpg"), whole).unwrap();
        let files: Arc<dyn Files> = Arc::new(Folder(data.path().to_owned()));
        let opened = open_any(&files, "one.jpg").unwrap();
        let warnings = &opened.description().warnings;
        let said = warnings
            .iter()
            .filter(|one| one.contains("turned or mirrored"));
        assert_eq!(said.count(), expected, "{orientation}: {warnings:?}");
    }
}

#[test]
fn mrc_says_what_its_sections_are_and_how_large_its_pixels() {
    let files = written_by_others();
    let axes = |name: &str| -> Vec<(AxisKind, u64, Option<f64>)> {
        let image = open_any(&files, name).unwrap();
        let axes = image.description().axes.iter();
        axes.map(|axis| {
            (
                axis.kind.clone(),
                axis.size,
                axis.step.as_ref().map(|step| step.value),
            )
        })
        .collect()
    };
    assert_eq!(
        axes("mode2-big.mrc"),
        [
            (AxisKind::Z, 3, Some(2.25)),
            (AxisKind::Y, 10, Some(1.5)),
            (AxisKind::X, 14, Some(1.5))
        ]
    );
    assert_eq!(axes("stack.mrc")[0].0, AxisKind::Other("image".to_owned()));
    let volumes = axes("volumes.mrc");
    assert_eq!(
        (volumes[0].clone(), volumes[1].1),
        ((AxisKind::Other("volume".to_owned()), 2, None), 3)
    );
    assert_eq!(axes("extended.mrc").len(), 2);
}
