//! An image that is computed: what its pixels are is known, and which of them were read is counted.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::image::{
    Area, Axis, AxisKind, Channel, Description, ImageError, Level, PixelSource, PixelType, Plane,
};

/// An image of 16 bit whose value at a place is a sum of what its indices say.
pub(crate) struct Synthetic {
    pub description: Description,
    pub levels: Vec<Level>,
    read: AtomicU64,
}

impl Synthetic {
    /// An image with axes of these lengths, the slowest first, in one level.
    pub fn new(axes: &[(&str, u64)]) -> Self {
        let kind = |name: &str| match name {
            "x" => AxisKind::X,
            "y" => AxisKind::Y,
            "z" => AxisKind::Z,
            "c" => AxisKind::C,
            "t" => AxisKind::T,
            other => AxisKind::Other(other.to_owned()),
        };
        let length = |name: &str| {
            axes.iter()
                .find(|axis| axis.0 == name)
                .map_or(1, |axis| axis.1)
        };
        Self {
            description: Description {
                name: None,
                format: "synthetic",
                axes: axes
                    .iter()
                    .map(|(name, size)| Axis {
                        kind: kind(name),
                        size: *size,
                        step: None,
                    })
                    .collect(),
                pixel_type: PixelType::Uint16,
                significant_bits: 16,
                is_colour: false,
                channels: vec![Channel::default(); length("c") as usize],
                acquired: None,
                instrument: None,
                objective: None,
                warnings: Vec::new(),
            },
            levels: vec![Level {
                width: length("x"),
                height: length("y"),
                chunk_width: 64,
                chunk_height: 64,
            }],
            read: AtomicU64::new(0),
        }
    }

    /// With a level of half the size for each further one.
    pub fn with_levels(mut self, count: usize) -> Self {
        while self.levels.len() < count {
            let last = self.levels[self.levels.len() - 1];
            self.levels.push(Level {
                width: last.width.div_ceil(2),
                height: last.height.div_ceil(2),
                ..last
            });
        }
        self
    }

    /// How many samples were read.
    pub fn samples_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// The value at a place of the full image.
    pub fn value(plane: &Plane, x: u64, y: u64) -> u16 {
        let of_plane: u64 = plane
            .0
            .iter()
            .zip([1000, 5000, 300, 70])
            .map(|(index, step)| index * step)
            .sum();
        (of_plane + x % 977 + 3 * (y % 613)) as u16
    }
}

impl PixelSource for Synthetic {
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
        let size = self.levels[level];
        assert_eq!(plane.0.len() + 2, self.description.axes.len());
        assert!(
            plane
                .0
                .iter()
                .zip(&self.description.axes)
                .all(|(index, axis)| *index < axis.size)
        );
        assert!(area.x + area.width <= size.width && area.y + area.height <= size.height);
        let bytes = self.description.pixel_type.bytes();
        assert_eq!(buffer.len() as u64, area.width * area.height * bytes as u64);
        self.read
            .fetch_add(area.width * area.height, Ordering::Relaxed);
        let mut places = buffer.chunks_exact_mut(bytes);
        for y in area.y..area.y + area.height {
            for x in area.x..area.x + area.width {
                let value = Self::value(plane, x << level, y << level);
                let place = places.next().expect("as many places as pixels");
                match self.description.pixel_type {
                    PixelType::Uint8 => place.copy_from_slice(&[value as u8]),
                    PixelType::Float32 => place.copy_from_slice(&f32::from(value).to_ne_bytes()),
                    _ => place.copy_from_slice(&value.to_ne_bytes()),
                }
            }
        }
        Ok(())
    }
}
