//! What a reader makes of a file.

use std::sync::Arc;

use super::PixelSource;
use crate::relative_path::RelPath;

/// The images of a file, or of several files that belong together.
pub struct Opened {
    /// The images, in the order of the file; at least one.
    pub images: Vec<Arc<dyn PixelSource>>,
    /// Every file that they are read from, the opened one first: the parts of a multi-file set belong together, and opening
    /// another of them gives the same again.
    pub files: Vec<RelPath>,
    /// For each image those of them that it needs: the opened one first, then those that its pixels are in.
    pub files_of: Vec<Vec<RelPath>>,
    /// For each image where its regions of interest are described; none where none are said to be its own.
    pub regions: Vec<Option<RegionsOf>>,
}

/// Where the regions of interest of an image are described.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionsOf {
    /// The file with the OME-XML: one of the image's.
    pub file: RelPath,
    /// The place of the image among those of the OME-XML, from 0.
    pub place: u64,
}
