//! From recorded counts to files as depositors hand them in.

mod ome_xml;
mod preview;
mod tiff_file;

pub(super) use ome_xml::{Channel, Ome, Optics};
pub(super) use preview::{Preview, brightest};
pub(super) use tiff_file::{Stack, colour};
