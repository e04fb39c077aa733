//! Opening what the table names, and looking at samples.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use node::image::{
    Area, Files, Folder, ImageError, Limits, PixelSource, PixelType, Plane, mrc, picture, zarr,
};
use node::relative_path::RelPath;
use sha2::{Digest, Sha256};

/// What others decoded.
pub const TABLE: &str = include_str!("decoded.tsv");

/// The files that others wrote.
pub fn written_by_others() -> Arc<dyn Files> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/image_zarr");
    let zip = RelPath::parse("written_by_others.zip").unwrap();
    let bytes = Folder(here).open(&zip).unwrap().unwrap();
    Arc::new(zarr::ZipFiles::open(bytes, Limits::default()).unwrap())
}

/// The folder of real images; none, loudly, where there is none.
pub fn real_images() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/images");
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is missing, and CI is set",
        folder.display()
    );
    eprintln!("SKIPPED: {} is missing", folder.display());
    None
}

pub fn open_zarr(files: &Arc<dyn Files>, path: &str) -> Result<zarr::ZarrImage, ImageError> {
    let root = RelPath::parse(path).unwrap();
    zarr::open(Arc::clone(files), Some(root), "", Limits::default())
}

/// Opens an image by what its name ends with.
pub fn open_any(files: &Arc<dyn Files>, path: &str) -> Result<Box<dyn PixelSource>, ImageError> {
    let bytes = || files.open(&RelPath::parse(path).unwrap()).unwrap().unwrap();
    let limits = Limits::default();
    let extension = path.rsplit('.').next().unwrap().to_lowercase();
    Ok(match extension.as_str() {
        "png" => Box::new(picture::open_png(bytes(), limits)?),
        "jpg" | "jpeg" => Box::new(picture::open_jpeg(bytes(), limits)?),
        "mrc" => Box::new(mrc::open(bytes(), limits)?),
        _ => Box::new(open_zarr(files, path)?),
    })
}

/// All samples of a level: plane after plane, native.
pub fn samples(image: &dyn PixelSource, level: usize) -> Vec<u8> {
    let axes = &image.description().axes;
    let lengths: Vec<u64> = axes[..axes.len() - 2]
        .iter()
        .map(|axis| axis.size)
        .collect();
    let size = image.levels()[level];
    let bytes = image.description().pixel_type.bytes();
    let mut samples = Vec::new();
    let mut buffer = vec![0; usize::try_from(size.width * size.height).unwrap() * bytes];
    for number in 0..lengths.iter().product() {
        let mut rest: u64 = number;
        let mut plane = vec![0; lengths.len()];
        for (at, length) in plane.iter_mut().zip(&lengths).rev() {
            *at = rest % length;
            rest /= length;
        }
        let area = Area {
            x: 0,
            y: 0,
            width: size.width,
            height: size.height,
        };
        buffer.fill(0xa5);
        image.read(level, &Plane(plane), area, &mut buffer).unwrap();
        samples.extend_from_slice(&buffer);
    }
    samples
}

/// The same as numbers.
pub fn values(image: &dyn PixelSource, level: usize) -> Vec<f64> {
    let samples = samples(image, level);
    macro_rules! numbers {
        ($sample:ty) => {
            samples
                .chunks_exact(size_of::<$sample>())
                .map(|bytes| <$sample>::from_ne_bytes(bytes.try_into().unwrap()) as f64)
                .collect()
        };
    }
    match image.description().pixel_type {
        PixelType::Uint8 => numbers!(u8),
        PixelType::Uint16 => numbers!(u16),
        PixelType::Uint32 => numbers!(u32),
        PixelType::Uint64 => numbers!(u64),
        PixelType::Int8 => numbers!(i8),
        PixelType::Int16 => numbers!(i16),
        PixelType::Int32 => numbers!(i32),
        PixelType::Int64 => numbers!(i64),
        PixelType::Float32 => numbers!(f32),
        PixelType::Float64 => numbers!(f64),
    }
}

/// SHA-256 of all samples of a level, little endian.
pub fn digest(image: &dyn PixelSource, level: usize) -> String {
    let mut samples = samples(image, level);
    if cfg!(target_endian = "big") {
        let bytes = image.description().pixel_type.bytes();
        samples.chunks_exact_mut(bytes).for_each(<[u8]>::reverse);
    }
    Sha256::digest(&samples)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// The lengths of a level: `3x64x64`.
pub fn shape(image: &dyn PixelSource, level: usize) -> String {
    let size = image.levels()[level];
    let axes = &image.description().axes;
    let outer = axes[..axes.len() - 2].iter().map(|axis| axis.size);
    let lengths: Vec<String> = outer
        .chain([size.height, size.width])
        .map(|length| length.to_string())
        .collect();
    lengths.join("x")
}
