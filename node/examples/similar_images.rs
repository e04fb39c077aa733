//! Measures perceptual hashes over folders of images: how far copies are from what they were made of, and how far images are
//! from others. `cargo run -p node --example similar_images -- FOLDER…`; what came of it is in
//! `docs/design/0008-similar-images.md`.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use node::image::perceptual_hash::hash_and_structure;
use node::image::render::{Bounds, Hues, PictureFormat, Wanted, default_view, encode, render};
use node::image::thumbnail::fit;
use node::image::{
    Area, ByFormat, Bytes, Folder, ImageFiles, Images as _, Limits, PixelSource, picture,
    zarr_folder,
};
use node::relative_path::RelPath;
use protocol::perceptual_hash::{PerceptualHash, Sought};

/// A kind of copy: its name, and what makes it.
type Kind = (&'static str, fn(&DynamicImage) -> DynamicImage);

/// Copies as people make them for slides and papers: their names, and what makes them.
const COPIES: [Kind; 9] = [
    ("jpeg75", jpeg),
    ("half", |picture| {
        picture.resize(
            picture.width() / 2,
            picture.height() / 2,
            FilterType::Triangle,
        )
    }),
    ("gamma", |picture| {
        map(picture, |value| (value / 255.0).powf(0.6) * 255.0)
    }),
    ("contrast", |picture| {
        map(picture, |value| (value - 128.0).mul_add(1.6, 140.0))
    }),
    ("turned", DynamicImage::rotate90),
    ("mirrored", DynamicImage::fliph),
    ("crop2", |picture| crop(picture, 50)),
    ("crop5", |picture| crop(picture, 20)),
    ("crop10", |picture| crop(picture, 10)),
];

struct InMemory(Vec<u8>);

impl Bytes for InMemory {
    fn size(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).map_err(io::Error::other)?;
        let found = self.0.get(start..start + buffer.len());
        buffer.copy_from_slice(found.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

fn jpeg(picture: &DynamicImage) -> DynamicImage {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, 75);
    let encoded = picture.to_rgb8().write_with_encoder(encoder);
    let decoded = encoded
        .ok()
        .and_then(|()| image::load_from_memory(&bytes).ok());
    decoded.unwrap_or_default()
}

fn map(picture: &DynamicImage, change: impl Fn(f32) -> f32) -> DynamicImage {
    let mut rgb = picture.to_rgb8();
    for pixel in rgb.pixels_mut() {
        pixel.0 = pixel
            .0
            .map(|value| change(f32::from(value)).clamp(0.0, 255.0) as u8);
    }
    rgb.into()
}

/// Without one part of so many of each side, off the middle.
fn crop(picture: &DynamicImage, part: u32) -> DynamicImage {
    let (width, height) = (picture.width(), picture.height());
    picture.crop_imm(
        width / part / 3,
        height / part / 2,
        width - width / part,
        height - height / part,
    )
}

fn hash(picture: &DynamicImage) -> anyhow::Result<PerceptualHash> {
    let bytes = InMemory(encode(picture, PictureFormat::Png, Hues::OfEachPixel)?);
    let source = picture::open_png(Arc::new(bytes), Limits::default())?;
    Ok(hash_and_structure(&source, &Bounds::default())?.0)
}

/// The picture that people see, at most 1024 pixels wide.
fn seen(source: &dyn PixelSource) -> anyhow::Result<DynamicImage> {
    let full = source.levels()[0];
    let (width, height) = fit(full.width, full.height, 1024);
    let region = Area {
        x: 0,
        y: 0,
        width: full.width,
        height: full.height,
    };
    let wanted = Wanted {
        region,
        width,
        height,
    };
    Ok(render(
        source,
        &default_view(source)?,
        &wanted,
        &Bounds::default(),
    )?)
}

fn images(root: &PathBuf) -> anyhow::Result<Vec<(String, Arc<dyn PixelSource>)>> {
    let files = Arc::new(Folder(root.clone()));
    let mut images: Vec<(String, Arc<dyn PixelSource>)> = Vec::new();
    let mut last_zarr = None;
    for entry in walkdir::WalkDir::new(root).sort_by_file_name() {
        let entry = entry?;
        let below = entry
            .path()
            .strip_prefix(root)?
            .to_str()
            .context("a path")?;
        let (true, Ok(path)) = (entry.file_type().is_file(), RelPath::parse(below)) else {
            continue;
        };
        // each of the files of an OME-Zarr gives the same image
        let zarr = zarr_folder(&path);
        if zarr.is_some() && zarr == last_zarr {
            continue;
        }
        last_zarr = zarr;
        let of_image = ImageFiles {
            files: files.clone(),
            paths: vec![path],
            number: 0,
            inside: None,
            counted: Vec::new(),
        };
        if let Ok(source) = ByFormat::default().open(&of_image) {
            images.push((below.to_owned(), source));
        }
    }
    Ok(images)
}

fn main() -> anyhow::Result<()> {
    let names: Vec<&str> = COPIES.iter().map(|copy| copy.0).collect();
    println!(
        "image\tms\tdeviation\tlow\tfrequencies\thash\t{}",
        names.join("\t")
    );
    let mut all = Vec::new();
    for root in std::env::args_os().skip(1) {
        for (name, source) in images(&PathBuf::from(root))? {
            let full = source.levels()[0];
            if full.width.min(full.height) < 32 {
                continue;
            }
            let start = Instant::now();
            let Ok((of_image, structure)) = hash_and_structure(source.as_ref(), &Bounds::default())
            else {
                continue;
            };
            let took = start.elapsed().as_millis();
            let picture = seen(source.as_ref())?;
            let mut distances = Vec::new();
            for (_, copy) in COPIES {
                let of_copy = hash(&copy(&picture))?;
                distances.push(Sought::new(of_image).nearest(of_copy).0.to_string());
            }
            println!(
                "{name}\t{took}\t{:.2}\t{:.3}\t{:.1}\t{of_image}\t{}",
                structure.deviation,
                structure.low,
                structure.frequencies,
                distances.join("\t")
            );
            all.push(of_image);
        }
    }
    eprintln!("{} images", all.len());
    Ok(())
}
