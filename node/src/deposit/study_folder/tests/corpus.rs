//! Every real and every malformed image at hand, deposited: each is an image, or a file with a reason.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use super::{component, deposit, study, told};
use crate::image::zarr_folder;
use crate::relative_path::RelPath;

const IMAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/images");

/// Copies the images into a study's folder; gives their paths, of an OME-Zarr in a folder that of the folder.
fn put_all(root: &Path) -> Vec<String> {
    let mut paths = Vec::new();
    for entry in WalkDir::new(IMAGES).into_iter().map(Result::unwrap) {
        let path = entry.path().strip_prefix(IMAGES).unwrap();
        if !entry.file_type().is_file() || path == Path::new("manifest.tsv") {
            continue;
        }
        let place = root.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, fs::read(entry.path()).unwrap()).unwrap();
        let path = RelPath::parse(path.to_str().unwrap()).unwrap();
        paths.push(zarr_folder(&path).unwrap_or(path).to_string());
    }
    paths.sort();
    paths.dedup();
    paths
}

/// The most memory that this process ever had, in bytes.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    let kilobytes = line.split_whitespace().nth(1).unwrap();
    kilobytes.parse::<u64>().unwrap() << 10
}

#[test]
fn every_image_at_hand_is_an_image_or_a_file_with_a_reason() {
    if !Path::new(IMAGES).is_dir() {
        assert!(std::env::var_os("CI").is_none(), "{IMAGES} is absent");
        eprintln!("SKIPPED: {IMAGES} is absent");
        return;
    }
    let folder = study(&[], "");
    let paths = put_all(folder.path());
    let listed: String = paths
        .iter()
        .map(|path| format!("  - {{file: {}}}\n", serde_json::to_string(path).unwrap()))
        .collect();
    let text = component(&format!("images:\n{listed}"));
    fs::write(folder.path().join("study.yaml"), text).unwrap();
    let deposit = deposit(folder.path());
    let mut of_path: BTreeMap<&str, usize> = BTreeMap::new();
    for image in &deposit.study.images {
        assert!(
            image.files.len() <= 1000 && image.channels.len() <= 200,
            "{}",
            image.key
        );
        let path = paths.iter().find(|path| {
            let rest = image.key.strip_prefix(path.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        *of_path.entry(path.unwrap()).or_default() += 1;
        for file in &image.files {
            of_path.entry(file.as_str()).or_default();
        }
    }
    let told = told(&deposit);
    let mut kept = 0;
    for path in &paths {
        if of_path.contains_key(path.as_str()) {
            continue;
        }
        kept += 1;
        let reason = format!("`{path}` is kept as a file and not as an image: ");
        let why = told.iter().find(|told| told.contains(&reason));
        assert!(
            why.is_some_and(|why| why.len() > reason.len() + 20),
            "{path}: {told:#?}"
        );
        let malformed_or_known = path.starts_with("malformed/") || is_known_to_be_refused(path);
        assert!(malformed_or_known, "{path}: {why:?}");
    }
    let with_sizes = deposit
        .study
        .images
        .iter()
        .filter(|image| image.pixels.is_some());
    eprintln!(
        "{} files and folders ({} files): {} images, {} with sizes; {kept} kept as files",
        paths.len(),
        deposit.files.len(),
        deposit.study.images.len(),
        with_sizes.count(),
    );
    assert!(most_memory() < 1 << 30, "{} bytes", most_memory());
}

/// Sound files that are none that is read, and files of OME-Zarrs whose folders are not called so.
fn is_known_to_be_refused(path: &str) -> bool {
    [
        "ome-zarr/ome-zarr-py/v",
        "ome-zarr/viv/ome-zarr/README.md",
        "off_l16.tif",
        "off_luv24.tif",
        "hopper.Lab.tif",
        "hopper_lzma.tif",
        "lab-red.tif",
        "libtiff_segfault.tif",
        "old-style-jpeg-compression.tif",
    ]
    .iter()
    .any(|part| path.contains(part))
}

/// A TIFF of 8 bit and so many pixels a side, in one strip of PackBits whose every pixel is the same.
fn one_strip(side: u32) -> Vec<u8> {
    // 128 times the byte behind
    let strip = [129, 7].repeat((side * side / 128) as usize);
    let mut bytes = b"II\x2a\0\x08\0\0\0\x08\0".to_vec();
    let behind = 8 + 2 + 8 * 12 + 4;
    for (tag, value) in [
        (256_u16, side),
        (257, side),
        (258, 8),
        (259, 32_773),
        (262, 1),
        (273, behind),
        (278, side),
        (279, strip.len() as u32),
    ] {
        bytes.extend(tag.to_le_bytes());
        bytes.extend([4, 0, 1, 0, 0, 0]);
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend([0; 4]);
    bytes.extend(strip);
    bytes
}

#[test]
fn what_is_decoded_at_once_is_not_in_memory_many_times_over() {
    let side: u32 = 8192;
    let folder = study(&[], &component("images: [a.tif]"));
    fs::write(folder.path().join("a.tif"), one_strip(side)).unwrap();
    let before = most_memory();
    let deposit = deposit(folder.path());
    assert_eq!(told(&deposit), [""; 0]);
    let pixels = deposit.study.images[0].pixels.as_ref().unwrap();
    assert_eq!(pixels.size_x, u64::from(side));
    // the strip as it was stored and as it is given, and what of it is looked at
    let strip = u64::from(side) * u64::from(side);
    let grown = most_memory() - before;
    assert!(grown > strip, "it was not looked at: {grown}");
    assert!(grown < 3 * strip, "{grown} bytes for a strip of {strip}");
}
