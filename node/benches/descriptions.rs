//! How fast images are opened and described: `cargo bench -p node --bench descriptions -- [FOLDER] [ROUNDS]` (default: the
//! real images beside the workspace, 5).
//!
//! Each file is opened as a deposit would have it opened, by what it is and not by its name; an OME-Zarr counts once. What is
//! refused counts too, because saying why is work as well. On one core; the best of the rounds counts. Files that are named
//! as TIFF are timed by themselves, to stand beside another reader of them (tests/benches/descriptions.py).

use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use node::image::{ByFormat, Folder, ImageFiles, Images, zarr_folder};
use protocol::relative_path::RelPath;
use walkdir::WalkDir;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench");
    let folder = arguments.next().map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/images"),
        PathBuf::from,
    );
    let rounds = arguments.next().map_or(Ok(5), |number| number.parse())?;
    if !folder.is_dir() {
        eprintln!("skipped: there are no images at {}", folder.display());
        return Ok(());
    }
    let images = images(&folder)?;
    let (tiffs, others): (Vec<_>, Vec<_>) = images.iter().cloned().partition(is_tiff);
    timed("all", &images, rounds);
    timed("TIFF", &tiffs, rounds);
    timed("others", &others, rounds);
    Ok(())
}

/// Every file below a folder as an image of its own, and every OME-Zarr as one.
fn images(folder: &Path) -> Outcome<Vec<ImageFiles>> {
    let files = Arc::new(Folder(folder.to_owned()));
    let mut images = Vec::new();
    let mut last_zarr = None;
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if !entry.file_type().is_file() {
            continue;
        }
        let path = entry.path().strip_prefix(folder)?;
        let path = RelPath::parse(&path.to_string_lossy())?;
        let zarr = zarr_folder(&path);
        if zarr.is_some() && zarr == last_zarr {
            continue;
        }
        last_zarr = zarr;
        images.push(ImageFiles {
            files: files.clone(),
            paths: vec![path],
            number: 0,
            inside: None,
            counted: Vec::new(),
        });
    }
    Ok(images)
}

fn is_tiff(image: &ImageFiles) -> bool {
    let path = &image.paths[0];
    let name = path.file_name().to_lowercase();
    zarr_folder(path).is_none() && (name.ends_with(".tif") || name.ends_with(".tiff"))
}

fn timed(name: &str, images: &[ImageFiles], rounds: u32) {
    let mut best = Duration::MAX;
    let mut described = 0;
    for _ in 0..rounds {
        described = 0;
        let before = Instant::now();
        for image in images {
            if let Ok(source) = ByFormat::default().open(image) {
                black_box(source.description());
                described += 1;
            }
        }
        best = best.min(before.elapsed());
    }
    println!(
        "{name}: {} files, {} refused, {:.0} files/s",
        images.len(),
        images.len() - described,
        images.len() as f64 / best.as_secs_f64()
    );
}
