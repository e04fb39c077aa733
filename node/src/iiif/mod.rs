//! The IIIF Image API 3.0, level 2, and Presentation API 3.0: addresses, and what they ask of an image.
//!
//! An [`Address`] is parsed once, from the percent-encoded path below `/iiif/3/`: an [`Identifier`] (an accession, and after
//! `~` which planes and channels are shown and how, see docs/design/0006-iiif.md), and an [`ImageRequest`] or `info.json`. A
//! [`Resolved`] request knows the image's size and says exactly which pixels the answer has and what its canonical address
//! is; [`Resolved::answer`] makes the file. Nothing here knows of HTTP, of studies or of the store.

mod address;
mod identifier;
mod info;
mod manifest;
mod number;
mod refusal;
mod region;
mod rendering;
mod request;
mod rotation;
mod size;
mod transform;

#[cfg(test)]
mod tests;

pub use address::{Address, Asked};
pub use identifier::Identifier;
pub use info::{Info, TILE};
pub use manifest::{Canvas, MOST_CANVASES, Manifest};
pub use refusal::{Refusal, RefusalKind};
pub use region::Region;
pub use rendering::{AskedChannel, AskedDepth, Rendering};
pub use request::{ImageRequest, Quality, Resolved};
pub use rotation::Rotation;
pub use size::{Limits, MOST_SIDE, Size};
