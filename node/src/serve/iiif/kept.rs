//! What was opened and made lately, within a number of bytes.

use std::sync::{Arc, Mutex, PoisonError};

use actix_web::web::Bytes;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{OptionsBuilder, Weighter};

use super::gate::Gate;
use crate::config::ImagesConfig;
use crate::iiif::{Limits, MOST_SIDE, Refusal};
use crate::image::render::{Bounds, RenderError, View, default_view};
use crate::image::zarr::Chunks;
use crate::image::{ImageError, Images, PixelSource};

/// What keeping a picture costs beside its bytes and its name.
const OVERHEAD: u64 = 200;
/// What keeping an image open costs beside the pixels that its reader keeps.
const OPEN_OVERHEAD: u64 = 1 << 20;
/// Bytes of decoded chunks that readers keep.
const READER_KEEPS: u64 = 64 << 20;

/// What the server has for pictures.
pub(crate) struct Pictures {
    /// What opens images.
    pub(super) images: Arc<dyn Images>,
    /// How large answers may be.
    pub(super) limits: Limits,
    /// What is spent on one at most.
    pub(super) bounds: Bounds,
    /// How many are made at once.
    pub(super) gate: Gate,
    /// Images that were opened, by the digest of their record.
    pub(super) opened: Cache<String, Opened, ByBytes>,
    /// Decoded chunks of all pyramids that are open.
    pub(super) chunks: Arc<Chunks>,
    /// Pictures that were made, by the digest of the record and the canonical address.
    pub(super) made: Cache<String, Bytes, ByBytes>,
}

/// An image that was opened, or why it cannot be: that is kept too, so that a broken file is not read again for each tile.
#[derive(Clone)]
pub(super) enum Opened {
    /// Its pixels can be read.
    Readable(Arc<OpenImage>),
    /// They cannot.
    Refused(Refusal),
}

/// An image whose pixels can be read.
pub(super) struct OpenImage {
    pub(super) source: Arc<dyn PixelSource>,
    /// Whether its reader keeps pixels by itself, and not among those of all pyramids.
    keeps_pixels: bool,
    default: Mutex<Option<Arc<View>>>,
}

impl OpenImage {
    /// A pyramid that was just opened.
    pub(super) fn of_pyramid(source: Arc<dyn PixelSource>) -> OpenImage {
        OpenImage {
            source,
            keeps_pixels: false,
            default: Mutex::new(None),
        }
    }

    /// An image as it was deposited, just opened.
    pub(super) fn of_deposit(source: Arc<dyn PixelSource>) -> OpenImage {
        OpenImage {
            keeps_pixels: true,
            ..OpenImage::of_pyramid(source)
        }
    }

    /// Its default view, which is made at the first time. Whoever comes meanwhile waits.
    ///
    /// # Errors
    /// Where the pixels cannot be read.
    pub(super) fn default_view(&self) -> Result<Arc<View>, Refusal> {
        let mut kept = self.default.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(view) = kept.as_ref() {
            return Ok(Arc::clone(view));
        }
        let view = Arc::new(default_view(self.source.as_ref()).map_err(RenderError::from)?);
        *kept = Some(Arc::clone(&view));
        Ok(view)
    }

    fn bytes(&self) -> u64 {
        if !self.keeps_pixels {
            return OPEN_OVERHEAD;
        }
        let description = self.source.description();
        let full = self.source.levels()[0];
        let channels = if description.is_colour { 3 } else { 1 };
        let chunk = full
            .chunk_width
            .saturating_mul(full.chunk_height)
            .saturating_mul(description.pixel_type.bytes() as u64 * channels);
        let image = full
            .width
            .saturating_mul(full.height)
            .saturating_mul(description.pixel_type.bytes() as u64 * channels);
        // at least a chunk is kept, at most all of them
        OPEN_OVERHEAD + chunk.max(READER_KEEPS).min(image)
    }
}

/// Weighs by bytes.
#[derive(Clone)]
pub(super) struct ByBytes;

impl Weighter<String, Bytes> for ByBytes {
    fn weight(&self, name: &String, picture: &Bytes) -> u64 {
        (name.len() + picture.len()) as u64 + OVERHEAD
    }
}

impl Weighter<String, Opened> for ByBytes {
    fn weight(&self, _: &String, opened: &Opened) -> u64 {
        match opened {
            Opened::Readable(image) => image.bytes(),
            Opened::Refused(_) => OVERHEAD,
        }
    }
}

impl Pictures {
    /// Nothing kept yet.
    ///
    /// # Errors
    /// When a cache cannot be made of these sizes.
    pub(crate) fn new(images: Arc<dyn Images>, config: &ImagesConfig) -> anyhow::Result<Pictures> {
        let at_once = match config.at_once {
            0 => std::thread::available_parallelism().map_or(2, usize::from),
            number => number,
        };
        Ok(Pictures {
            images,
            limits: Limits {
                side: MOST_SIDE,
                pixels: config.max_pixels,
            },
            bounds: Bounds {
                samples: config.max_samples,
            },
            gate: Gate::new(at_once, config.waiting),
            // in one part, of which a single image may take a quarter
            opened: cache(config.open_mib << 19, 256, 1)?,
            chunks: Arc::new(Chunks::of(config.open_mib << 19)),
            // a tile has some 50 KiB
            made: cache(config.cache_mib << 20, (config.cache_mib << 20) / 50_000, 4)?,
        })
    }
}

/// A cache of so many bytes, in parts that are locked by themselves.
fn cache<T: Clone>(
    bytes: u64,
    items: u64,
    parts: usize,
) -> anyhow::Result<Cache<String, T, ByBytes>>
where
    ByBytes: Weighter<String, T>,
{
    let options = OptionsBuilder::new()
        // what is larger than a part is not kept at all
        .shards(parts)
        .weight_capacity(bytes)
        .estimated_items_capacity(usize::try_from(items.max(16)).unwrap_or(usize::MAX))
        .build()
        .map_err(|error| anyhow::anyhow!("no cache of {bytes} bytes can be made: {error}"))?;
    let hasher = quick_cache::DefaultHashBuilder::default();
    Ok(Cache::with_options(
        options,
        ByBytes,
        hasher,
        DefaultLifecycle::default(),
    ))
}

/// Whether opening an image again would end the same: its bytes never change, but a disk may be well again.
pub(super) fn refusal_of(error: ImageError) -> Result<Refusal, ImageError> {
    match error {
        ImageError::Read(_) => Err(error),
        ImageError::Broken { .. } | ImageError::Unsupported(_) | ImageError::TooLarge { .. } => {
            Ok(refused(&error.to_string()))
        }
    }
}

/// What is said of an image of which there can be no picture.
pub(super) fn refused(reason: &str) -> Refusal {
    Refusal::not_implemented(format!(
        "there is no picture of this image: {reason}; its files can be downloaded as they are"
    ))
}
