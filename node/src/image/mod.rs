//! Images: what they are and their pixels, whatever file they came in.
//!
//! A file, or several that belong together, is opened once ([`ByFormat`]) and gives the images that are in it. Each has a
//! [`Description`] (axes, type of the pixels, channels, physical sizes, what the file says of its making) and gives its
//! pixels as areas of planes ([`PixelSource::read`]), at the resolutions that the file holds.
//!
//! Nothing here knows of studies, of the store or of HTTP: bytes come through [`Files`]. Every reader meets strangers'
//! bytes: what it reads, allocates and follows is bounded by [`Limits`], never by a number that a file gives.

mod by_format;
mod bytes;
mod cache;
mod contents;
mod description;
mod error;
mod images;
mod label_fit;
mod limits;
pub mod mrc;
pub mod ome_xml;
mod opened;
mod orientation;
pub mod perceptual_hash;
pub mod picture;
mod pixel_type;
pub mod pyramid;
mod redescribed;
pub mod sequence;
mod slide_pictures;
mod source;
mod stream;
pub mod tiff;
pub mod zarr;

pub mod render;
pub mod thumbnail;

pub use by_format::{ByFormat, is_zarr_zip, zarr_folder};
pub use bytes::{Bytes, Files, Folder, of_open_file};
pub use contents::{FieldOfPlate, Held};
pub use description::{
    Axis, AxisKind, Channel, Description, Instrument, Length, Objective, WELL_KNOWN_LENGTHS,
};
pub use error::ImageError;
pub use images::{ImageFiles, Images};
pub use label_fit::{Sizes, label_misfits};
pub use limits::Limits;
pub use opened::{Opened, RegionsOf};
pub use pixel_type::PixelType;
pub use redescribed::Redescribed;
pub use source::{Area, Level, PixelSource, Plane};
