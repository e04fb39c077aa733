//! The pixels of an image under another description than its files give.

use std::sync::Arc;

use super::{Area, Description, ImageError, Level, PixelSource, Plane};

/// An image of which something else is said than by its files: its samples are theirs.
pub struct Redescribed {
    source: Arc<dyn PixelSource>,
    description: Description,
}

impl Redescribed {
    /// The source, of which this is said from now on: sizes and pixel type have to stay.
    pub fn of(source: Arc<dyn PixelSource>, description: Description) -> Arc<dyn PixelSource> {
        Arc::new(Self {
            source,
            description,
        })
    }
}

impl PixelSource for Redescribed {
    fn description(&self) -> &Description {
        &self.description
    }

    fn levels(&self) -> &[Level] {
        self.source.levels()
    }

    fn read(
        &self,
        level: usize,
        plane: &Plane,
        area: Area,
        buffer: &mut [u8],
    ) -> Result<(), ImageError> {
        self.source.read(level, plane, area, buffer)
    }
}
