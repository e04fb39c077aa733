//! Every real TIFF file beside the workspace is read as another program reads it, or refused in a sentence.

#![expect(
    clippy::unwrap_used,
    reason = "a test that panics says where it failed"
)]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::image::{Area, Folder, ImageError, Limits, Opened, PixelSource, Plane, tiff};
use crate::relative_path::RelPath;

/// The images beside the workspace.
const IMAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/images");

/// Opens a file of the folder.
fn open(path: &Path) -> Result<Opened, ImageError> {
    let folder = Folder(path.parent().unwrap().to_owned());
    let name = path.file_name().unwrap().to_str().unwrap();
    tiff::open(
        Arc::new(folder),
        &RelPath::parse(name).unwrap(),
        &Limits::default(),
    )
}

/// Every plane of an image, the axes in the order of its description.
fn planes(image: &dyn PixelSource) -> Vec<Plane> {
    let axes = &image.description().axes;
    let mut planes = vec![Vec::new()];
    for axis in &axes[..axes.len() - 2] {
        planes = planes
            .iter()
            .flat_map(|plane: &Vec<u64>| {
                (0..axis.size).map(|index| [&plane[..], &[index]].concat())
            })
            .collect();
    }
    planes.into_iter().map(Plane).collect()
}

/// The digest of all pixels of the full size, least byte first.
fn digest(image: &dyn PixelSource) -> Result<String, ImageError> {
    let mut digest = Sha256::new();
    let level = image.levels()[0];
    let size = image.description().pixel_type.bytes();
    // bands that do not begin where chunks do
    let rows = (1 << 20) / level.width.max(1) / size as u64 + 1;
    for plane in planes(image) {
        let mut y = 0;
        while y < level.height {
            let height = rows.min(level.height - y);
            let mut buffer = vec![0xcd; (level.width * height) as usize * size];
            let area = Area {
                x: 0,
                y,
                width: level.width,
                height,
            };
            image.read(0, &plane, area, &mut buffer)?;
            digest.update(&buffer);
            y += height;
        }
    }
    let mut text = String::new();
    for byte in digest.finalize() {
        write!(text, "{byte:02x}").unwrap();
    }
    Ok(text)
}

fn files(folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(Path::new(IMAGES).join(folder))
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.into_path())
        .collect();
    files.sort();
    files
}

/// One line for each image of a file: axes, type, digest.
fn lines(path: &Path) -> Vec<String> {
    let opened = match open(path) {
        Ok(opened) => opened,
        Err(error) => return vec![format!("refused: {error}")],
    };
    opened
        .images
        .iter()
        .map(|image| {
            let description = image.description();
            let axes: Vec<String> = description
                .axes
                .iter()
                .map(|axis| format!("{:?}={}", axis.kind, axis.size))
                .collect();
            let digest = digest(&**image).unwrap_or_else(|error| format!("unreadable: {error}"));
            format!(
                "{} {} {digest} {:?}",
                axes.join(","),
                description.pixel_type,
                description.warnings
            )
        })
        .collect()
}

#[test]
fn dump() {
    let mut out = String::new();
    for folder in ["tiff", "ome-tiff", "malformed/tiff"] {
        for file in files(folder) {
            let name = file.strip_prefix(IMAGES).unwrap().display().to_string();
            let start = std::time::Instant::now();
            eprintln!("{name}");
            for (index, line) in lines(&file).into_iter().enumerate() {
                writeln!(
                    out,
                    "{name}\t{index}\t{}\t{line}",
                    start.elapsed().as_millis()
                )
                .unwrap();
            }
        }
    }
    std::fs::write("/tmp/tiff_dump.tsv", out).unwrap();
    let _ = BTreeMap::<u8, u8>::new();
}
