//! One image of a set of TIFF files.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::set::{Place, Set};
use super::shape::Shape;
use crate::image::{Area, Description, ImageError, Level, PixelSource, Plane};

/// An image in TIFF files.
pub(super) struct TiffImage {
    pub(super) set: Arc<Set>,
    pub(super) description: Description,
    pub(super) levels: Vec<Level>,
    /// Lengths of all axes before y and x, those of 1 with them.
    pub(super) sizes: Vec<u64>,
    /// Which of these the description has.
    pub(super) kept: Vec<usize>,
    pub(super) places: Vec<Option<Place>>,
}

impl TiffImage {
    /// The numbers of the files that its planes are in, in order.
    pub(super) fn members(&self) -> Vec<usize> {
        let members = self
            .places
            .iter()
            .flatten()
            .map(|place| place.member as usize);
        let members: BTreeSet<usize> = members.collect();
        members.into_iter().collect()
    }

    /// The number of a plane among the places.
    fn index(&self, plane: &Plane) -> usize {
        assert_eq!(
            plane.0.len(),
            self.kept.len(),
            "a plane has an index for each axis"
        );
        let mut indices = vec![0; self.sizes.len()];
        for (index, axis) in plane.0.iter().zip(&self.kept) {
            assert!(
                *index < self.sizes[*axis],
                "the index of a plane is on its axis"
            );
            indices[*axis] = *index;
        }
        indices
            .iter()
            .zip(&self.sizes)
            .fold(0, |number, (index, size)| number * size + index) as usize
    }

    /// Copies what a chunk has of an area.
    fn copy(
        &self,
        (place, page): (Place, (&Shape, u64)),
        (column, row): (u64, u64),
        area: Area,
        buffer: &mut [u8],
    ) -> Result<(), ImageError> {
        let (shape, _) = page;
        let chunk = self.set.chunk(place, page, (column, row))?;
        let size = shape.pixel_type().bytes() as u64;
        let (columns, rows) = (shape.chunk_columns(), shape.rows_of_chunk(row));
        let sample = if shape.reads_samples_apart() {
            0
        } else {
            u64::from(place.sample)
        };
        let (left, top) = (column * columns, row * shape.chunk_rows());
        let from_column = area.x.max(left);
        let to_column = (area.x + area.width).min(left + columns);
        let length = ((to_column - from_column) * size) as usize;
        for line in area.y.max(top)..(area.y + area.height).min(top + rows) {
            let pixel = (sample * rows + line - top) * columns + from_column - left;
            let from = (pixel * size) as usize;
            let to = (((line - area.y) * area.width + from_column - area.x) * size) as usize;
            buffer[to..to + length].copy_from_slice(&chunk[from..from + length]);
        }
        Ok(())
    }
}

impl PixelSource for TiffImage {
    fn description(&self) -> &Description {
        &self.description
    }

    fn levels(&self) -> &[Level] {
        &self.levels
    }

    fn read(
        &self,
        level: usize,
        plane: &Plane,
        area: Area,
        buffer: &mut [u8],
    ) -> Result<(), ImageError> {
        let Level { width, height, .. } = self.levels[level];
        assert!(
            area.x + area.width <= width && area.y + area.height <= height,
            "the area is inside the level"
        );
        let bytes = area.width * area.height * self.description.pixel_type.bytes() as u64;
        assert_eq!(
            buffer.len() as u64,
            bytes,
            "the buffer has the bytes of the area"
        );
        let place = self.places[self.index(plane)];
        let page = place.and_then(|place| {
            let page = self.set.page(place.member, place.page)?;
            Some((place, page.level(level)?))
        });
        let Some((place, (shape, directory))) = page else {
            buffer.fill(0);
            return Ok(());
        };
        let (columns, rows) = (shape.chunk_columns(), shape.chunk_rows());
        for row in area.y / rows..(area.y + area.height).div_ceil(rows) {
            for column in area.x / columns..(area.x + area.width).div_ceil(columns) {
                let page = (place, (&**shape, directory));
                self.copy(page, (column, row), area, buffer)?;
            }
        }
        Ok(())
    }
}
