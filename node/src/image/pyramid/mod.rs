//! Pyramids: an image as an OME-Zarr 0.5 with smaller and smaller levels, from which it is shown.
//!
//! [`write()`] goes over the pixels once. The image is read in bands of rows, all columns at a time; a band is cut into shards
//! (files) of chunks, compressed and written, and made half as large; what is half as large is gathered until it is a band
//! of the next level, and so on. What is in memory is a band of each level, twice the first one at most, however large the
//! image is. All that takes time in a band is done on all cores.
//!
//! A label image for an OME-Zarr 0.4 is written as such (Zarr 2, a file for each chunk): readers expect one form in all of it.
//!
//! Everything is written into a folder beside the target, which gets its name in one step when it is whole (`folder.rs`).

mod axes;
mod bands;
mod downsample;
mod folder;
mod histogram;
mod metadata;
mod metadata_of_two;
mod plan;
mod sample;
mod shard;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Folder, ImageError, Limits, PixelSource, PixelType, zarr};
use axes::Ordered;
use bands::{Bands, Range};
use folder::Writing;
use plan::Plan;

pub use folder::remove_leftovers;

/// How a pyramid is made.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Most bytes of memory that it takes, but for what the image's reader takes itself.
    pub memory_bytes: u64,
    /// Cores that work on it.
    pub threads: usize,
    /// Whether the pixels name objects: then levels take one of four pixels and not their mean, and there is no window.
    pub is_label: bool,
    /// In which form of Zarr.
    pub form: ZarrForm,
    /// Asked between bands: whether to give up.
    pub is_to_stop: &'a (dyn Fn() -> bool + Sync),
}

/// A form of Zarr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ZarrForm {
    /// Zarr 2, in which OME-Zarr is 0.4: a file for each chunk.
    Two,
    /// Zarr 3, in which OME-Zarr is 0.5: in shards.
    Three,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self {
            memory_bytes: 256 << 20,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            is_label: false,
            form: ZarrForm::Three,
            is_to_stop: &|| false,
        }
    }
}

/// What came of writing a pyramid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was written.
    Written {
        /// Levels, the full one among them.
        levels: usize,
        /// Bytes of its files.
        bytes: u64,
    },
    /// It was there already, or another wrote it meanwhile.
    AlreadyThere,
}

/// Why a pyramid was not written.
#[derive(Debug, thiserror::Error)]
pub enum PyramidError {
    /// The image cannot be read.
    #[error("the image cannot be read: {0}")]
    Image(#[from] ImageError),
    /// There is no room left.
    #[error("the disk of {} is full: make room, and the pyramid will be made", .0.display())]
    Full(PathBuf),
    /// A file cannot be written.
    #[error("{} cannot be written: {source}", .path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A row of pixels is too long for the memory.
    #[error(
        "an image {width} pixels wide needs {needed} bytes of memory to be converted, and {allowed} are allowed: allow more"
    )]
    TooWide {
        /// Its width.
        width: u64,
        /// Bytes for the smallest bands.
        needed: u64,
        /// [`Options::memory_bytes`].
        allowed: u64,
    },
    /// No threads can be started.
    #[error("no threads can be started: {0}")]
    Threads(String),
    /// It was told to stop.
    #[error("it was told to stop")]
    Stopped,
}

/// Writes the pyramid of an image as the folder `target`, an OME-Zarr 0.5, or 0.4 where [`Options::form`] says so.
///
/// Where axes of the image have no place in OME-Zarr beside its channels, they are counted with them (see `axes.rs`).
///
/// # Errors
/// [`PyramidError`]; nothing is left of what was written then.
pub fn write(
    source: &dyn PixelSource,
    target: &Path,
    options: &Options<'_>,
) -> Result<Outcome, PyramidError> {
    if target.exists() {
        return Ok(Outcome::AlreadyThere);
    }
    let source = Ordered::new(source)?;
    let plan = Plan::new(&source, options)?;
    let writing = Writing::beside(target)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(options.threads.max(1))
        .thread_name(|number| format!("pyramid-{number}"))
        .build()
        .map_err(|error| PyramidError::Threads(error.to_string()))?;
    let written = pool.install(|| {
        let ranges = write_pixels(&source, &plan, writing.path(), options)?;
        write_metadata(&source, &plan, writing.path(), &ranges, options)
    });
    let bytes = match written {
        Ok(()) => writing.bytes()?,
        Err(error) => return Err(error),
    };
    if writing.commit(target)? {
        Ok(Outcome::Written {
            levels: plan.levels.len(),
            bytes,
        })
    } else {
        Ok(Outcome::AlreadyThere)
    }
}

/// Writes the chunks of all levels, and gives the least and greatest value of each channel.
fn write_pixels(
    source: &Ordered<'_>,
    plan: &Plan,
    folder: &Path,
    options: &Options<'_>,
) -> Result<Vec<Range>, PyramidError> {
    match source.description().pixel_type {
        PixelType::Uint8 => Bands::<u8>::write(source, plan, folder, options),
        PixelType::Uint16 => Bands::<u16>::write(source, plan, folder, options),
        PixelType::Uint32 => Bands::<u32>::write(source, plan, folder, options),
        PixelType::Uint64 => Bands::<u64>::write(source, plan, folder, options),
        PixelType::Int8 => Bands::<i8>::write(source, plan, folder, options),
        PixelType::Int16 => Bands::<i16>::write(source, plan, folder, options),
        PixelType::Int32 => Bands::<i32>::write(source, plan, folder, options),
        PixelType::Int64 => Bands::<i64>::write(source, plan, folder, options),
        PixelType::Float32 => Bands::<f32>::write(source, plan, folder, options),
        PixelType::Float64 => Bands::<f64>::write(source, plan, folder, options),
    }
}

/// Writes the documents, the group's last: first without, then with what is known of the channels once levels can be read.
fn write_metadata(
    source: &Ordered<'_>,
    plan: &Plan,
    folder: &Path,
    ranges: &[Range],
    options: &Options<'_>,
) -> Result<(), PyramidError> {
    let description = source.description();
    for (number, level) in plan.levels.iter().enumerate() {
        let (name, document) = match options.form {
            ZarrForm::Two => (".zarray", metadata_of_two::array(description, plan, level)),
            ZarrForm::Three => ("zarr.json", metadata::array(description, plan, level)),
        };
        let path = folder.join(number.to_string()).join(name);
        folder::write_file(&path, document.to_string().as_bytes())?;
    }
    let of_form = |group: serde_json::Value| match options.form {
        ZarrForm::Two => metadata_of_two::attributes(group),
        ZarrForm::Three => group,
    };
    let group = match options.form {
        ZarrForm::Two => {
            folder::write_file(&folder.join(".zgroup"), metadata_of_two::GROUP.as_bytes())?;
            folder.join(".zattrs")
        }
        ZarrForm::Three => folder.join("zarr.json"),
    };
    let bare = of_form(metadata::group(description, plan, &[], options.is_label));
    folder::write_file(&group, bare.to_string().as_bytes())?;
    let files = Arc::new(Folder(folder.to_owned()));
    let levels = zarr::open(files, None, "", Limits::default())?;
    let shown = histogram::of_channels(&levels, ranges)?;
    let document = of_form(metadata::group(description, plan, &shown, options.is_label));
    folder::write_file(&group, document.to_string().as_bytes())
}
