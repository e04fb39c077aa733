//! Every real and every malformed image at hand: sizes as an independent reader has them, and no panic, whatever comes.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::read;
use crate::deposit::media_type;
use crate::study::Pixels;

const IMAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/images");

struct Listed {
    path: PathBuf,
    name: String,
    dimensions: String,
    sample: String,
}

/// The rows of the manifest; none where the data are not at hand, which is a failure where everything must run.
fn manifest() -> Vec<Listed> {
    let manifest = Path::new(IMAGES).join("manifest.tsv");
    let Ok(table) = std::fs::read_to_string(&manifest) else {
        assert!(
            std::env::var_os("CI").is_none(),
            "{} is absent",
            manifest.display()
        );
        eprintln!("SKIPPED: {} is absent", manifest.display());
        return Vec::new();
    };
    table
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            Listed {
                path: Path::new(IMAGES).join(cells[0]),
                name: cells[0].to_owned(),
                dimensions: cells[3].to_owned(),
                sample: cells[4].to_owned(),
            }
        })
        .collect()
}

/// `X` of `Z=31,Y=61,X=57`.
fn extent(dimensions: &str, axis: &str) -> Option<u64> {
    dimensions
        .split(',')
        .filter_map(|part| part.split_once('='))
        .find(|(name, _)| *name == axis)?
        .1
        .parse()
        .ok()
}

/// The manifest has the type of an array that holds the samples, which is the next larger one of `uint12`, or a
/// picture mode such as `RGB` that says nothing of them.
fn agrees(pixels: &Pixels, listed: &str) -> bool {
    let widened = match pixels.pixel_type.as_deref() {
        Some("bit") => "bool",
        Some("uint2" | "uint3" | "uint4" | "uint5" | "uint6" | "uint7") => "uint8",
        Some("uint10" | "uint12" | "uint14") => "uint16",
        Some("uint24") => "uint32",
        Some(other) => other,
        None => "unknown",
    };
    let is_array_type = ["uint", "int", "float", "bool"]
        .iter()
        .any(|kind| listed.starts_with(kind));
    !is_array_type || widened == listed
}

#[test]
fn sizes_and_types_are_those_that_another_reader_found() {
    let (mut compared, mut different) = (0, Vec::new());
    for listed in manifest()
        .iter()
        .filter(|listed| !listed.name.starts_with("malformed/"))
    {
        let (Some(x), Some(y)) = (
            extent(&listed.dimensions, "X"),
            extent(&listed.dimensions, "Y"),
        ) else {
            continue;
        };
        let media_type = media_type::of_path(&listed.path).unwrap();
        if !["image/tiff", "image/png", "image/jpeg"].contains(&media_type) {
            continue;
        }
        compared += 1;
        match read(&listed.path, media_type) {
            Ok(pixels)
                if (pixels.size_x, pixels.size_y) == (x, y) && agrees(&pixels, &listed.sample) => {}
            Ok(pixels) => different.push(format!(
                "{}: {pixels:?}, listed {} {}",
                listed.name, listed.dimensions, listed.sample
            )),
            Err(error) => different.push(format!("{}: {error}", listed.name)),
        }
    }
    eprintln!("{compared} images compared");
    assert!(
        different.is_empty(),
        "{} of {compared}:\n{}",
        different.len(),
        different.join("\n")
    );
}

#[test]
fn nothing_panics_or_takes_long() {
    for listed in manifest() {
        for media_type in ["image/tiff", "image/png", "image/jpeg"] {
            let start = Instant::now();
            let outcome = read(&listed.path, media_type);
            // a header is a few kilobytes: ten seconds are never a slow machine, but a loop
            assert!(
                start.elapsed() < Duration::from_secs(10),
                "{} as {media_type}: {outcome:?}",
                listed.name
            );
        }
    }
}
