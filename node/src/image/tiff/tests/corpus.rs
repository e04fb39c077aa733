//! Every real TIFF file beside the workspace is read as another program reads it, or refused in a sentence.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::reading::{axes, open_on_disk, read_all};
use crate::image::PixelSource;

/// The images beside the workspace.
const IMAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/images");
/// What tifffile makes of them: made by tests/images/planes_of_tiff.py, which says what the columns are.
const PLANES: &str = include_str!("planes.tsv");

/// Files that are refused, and of what the reason has to speak.
const REFUSED: &[(&str, &str)] = &[
    ("tests__libtiffpic__off_l16.tif", "LogLuv"),
    ("tests__libtiffpic__off_luv24.tif", "LogLuv"),
    ("hopper.Lab.tif", "L*a*b*"),
    ("hopper_lzma.tif", "LZMA"),
    ("lab-red.tif", "L*a*b*"),
    ("libtiff_segfault.tif", "65535"),
    (
        "old-style-jpeg-compression.tif",
        "JPEG in the manner of 1992",
    ),
];

/// The files of a folder; none where the data are not at hand, which is a failure where everything must run.
fn files(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(IMAGES).join(folder);
    if !folder.is_dir() {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is absent",
            folder.display()
        );
        eprintln!("SKIPPED: {} is absent", folder.display());
        return Vec::new();
    }
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.into_path())
        .collect();
    files.sort();
    files
}

fn name(path: &Path) -> String {
    path.strip_prefix(IMAGES).unwrap().display().to_string()
}

struct Expected<'a> {
    pixel_type: &'a str,
    samples: u64,
    result: &'a str,
}

/// The table by file and image.
fn expected() -> HashMap<(&'static str, usize), Expected<'static>> {
    PLANES
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let expected = Expected {
                pixel_type: cells[2],
                samples: cells[3].parse().unwrap(),
                result: cells[4],
            };
            ((cells[0], cells[1].parse().unwrap()), expected)
        })
        .collect()
}

/// The digest of all pixels of the full size, or the means of channels, as the table has it.
fn result(image: &dyn PixelSource, like: &str) -> String {
    if let Some(said) = like.strip_prefix("mean ") {
        let mut all = Vec::new();
        read_all(image, 0, |band| all.extend_from_slice(band)).unwrap();
        let channels = image.description().channels.len();
        let means: Vec<f64> = all
            .chunks_exact(all.len() / channels)
            .map(|channel| {
                channel.iter().map(|byte| f64::from(*byte)).sum::<f64>() / channel.len() as f64
            })
            .collect();
        let said: Vec<f64> = said.split(',').map(|mean| mean.parse().unwrap()).collect();
        let near = said.len() == means.len()
            && said
                .iter()
                .zip(&means)
                .all(|(one, other)| (one - other).abs() < 1.0);
        return if near {
            like.to_owned()
        } else {
            format!("mean {means:?}")
        };
    }
    let mut digest = Sha256::new();
    read_all(image, 0, |band| digest.update(band)).unwrap();
    let mut text = String::new();
    for byte in digest.finalize() {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}

#[test]
fn real_files_have_the_pixels_that_another_program_finds() {
    let expected = expected();
    let (mut read, mut compared) = (0, 0);
    let mut differences = Vec::new();
    for file in [files("tiff"), files("ome-tiff")].concat() {
        let name = name(&file);
        let refused = REFUSED.iter().find(|(refused, _)| name.ends_with(refused));
        let opened = match (open_on_disk(&file), refused) {
            (Ok(_), Some(_)) => panic!("{name} is read now: take it off the list"),
            (Err(error), Some((_, reason))) => {
                assert!(error.to_string().contains(reason), "{name}: {error}");
                continue;
            }
            (Err(error), None) => panic!("{name}: {error}"),
            (Ok(opened), None) => opened,
        };
        for (index, image) in opened.images.iter().enumerate() {
            read += 1;
            let Some(expected) = expected.get(&(name.as_str(), index)) else {
                read_all(&**image, 0, |_| {}).unwrap_or_else(|error| panic!("{name}: {error}"));
                continue;
            };
            compared += 1;
            let description = image.description();
            let samples: u64 = description.axes.iter().map(|axis| axis.size).product();
            let found = (
                description.pixel_type.name(),
                samples,
                result(&**image, expected.result),
            );
            let wanted = (
                expected.pixel_type,
                expected.samples,
                expected.result.to_owned(),
            );
            if found != wanted {
                let axes = axes(&**image);
                differences.push(format!(
                    "{name} image {index}, {axes}: {found:?}, not {wanted:?}"
                ));
            }
        }
    }
    assert!(differences.is_empty(), "{differences:#?}");
    if read > 0 {
        assert!(
            compared * 100 / read > 90,
            "{compared} of {read} are compared"
        );
    }
}

#[test]
fn malformed_files_are_read_or_refused_and_never_worse() {
    let mut refused = 0;
    let files = files("malformed/tiff");
    for file in &files {
        let name = name(file);
        match open_on_disk(file) {
            Err(error) => {
                refused += 1;
                let said = error.to_string();
                assert!(said.len() > 20 && !said.ends_with('.'), "{name}: {said}");
            }
            Ok(opened) => {
                for image in opened.images {
                    for level in 0..image.levels().len() {
                        // what cannot be decoded says why, and what can is of the right size
                        if let Err(error) = read_all(&*image, level, |_| {}) {
                            assert!(error.to_string().len() > 20, "{name}: {error}");
                        }
                    }
                }
            }
        }
    }
    assert!(files.is_empty() || refused > files.len() / 2);
}

#[test]
fn a_pyramid_of_real_pixels_has_its_levels() {
    let pyramid = "ome-tiff/derived/fly_pos002_pyramid_subifd_zstd.ome.tiff";
    for file in files("ome-tiff") {
        if name(&file) != pyramid {
            continue;
        }
        let opened = open_on_disk(&file).unwrap();
        let image = &opened.images[0];
        let sizes: Vec<(u64, u64)> = image
            .levels()
            .iter()
            .map(|level| (level.width, level.height))
            .collect();
        assert_eq!(sizes, [(1000, 1006), (500, 503), (250, 252)]);
        for level in 0..3 {
            let mut sum = 0.0;
            let mut count = 0.0;
            read_all(&**image, level, |band| {
                sum += band.iter().map(|byte| f64::from(*byte)).sum::<f64>();
                count += band.len() as f64;
            })
            .unwrap();
            // a smaller size of a picture is as bright as the picture
            let mean = sum / count;
            assert!((mean - 9.1).abs() < 0.05, "level {level}: {mean}");
        }
    }
}

#[test]
fn what_files_say_is_read_quickly() {
    let files = [files("tiff"), files("ome-tiff")].concat();
    let start = std::time::Instant::now();
    let images: usize = files
        .iter()
        .map(|file| open_on_disk(file).map_or(0, |opened| opened.images.len()))
        .sum();
    let seconds = start.elapsed().as_secs_f64();
    eprintln!(
        "{images} images of {} files: {:.0} files/s",
        files.len(),
        files.len() as f64 / seconds
    );
    // without optimisation, on a machine that has other things to do
    assert!(
        files.is_empty() || files.len() as f64 / seconds > 20.0,
        "{seconds} s"
    );
}
