//! Reads what is shown, block by block, and lays the channels over each other.

use super::colours::{WHITE, label_colour};
use super::level::Reading;
use super::window::{Window, each_label, keep_greatest};
use super::{RenderError, Style, View};
use crate::image::{Area, Level, PixelSource};

/// Pixels of a block where chunks are smaller: enough that little is read twice, and some megabytes at most.
const BLOCK_PIXELS: u64 = 1 << 21;

/// Most pixels of a block, where a chunk alone has more: a block is in memory several times over, beside its decoded chunk, which
/// its reader keeps until the next block.
const MOST_BLOCK_PIXELS: u64 = 1 << 24;

/// Pixels in rows: one byte each where nothing has a colour, else three.
pub(super) struct Raster {
    pub width: u64,
    pub height: u64,
    pub parts: usize,
    pub bytes: Vec<u8>,
}

/// Whether a view is shades of grey and nothing else.
fn is_grey(view: &View) -> bool {
    view.style == Style::Composite && view.channels.iter().all(|one| one.colour == WHITE)
}

/// Reads what a reading names and makes one picture of all channels, shrunk by the mean.
pub(super) fn read(
    source: &dyn PixelSource,
    view: &View,
    reading: &Reading,
) -> Result<Raster, RenderError> {
    let [width, height] = reading.shrunk();
    let parts = if is_grey(view) { 1 } else { 3 };
    let mut layers = Layers::new(source, view, parts);
    let mut blocks = blocks(&source.levels()[reading.level], reading.area).peekable();
    let is_one = blocks.peek() == Some(&reading.area);
    if is_one && reading.shrink == 1 {
        layers.of(reading.level, reading.area)?;
        return Ok(Raster {
            width,
            height,
            parts,
            bytes: layers.picture,
        });
    }
    let mut sheet = Sheet::new(reading, parts, view.style);
    for block in blocks {
        sheet.lay(block, layers.of(reading.level, block)?);
    }
    Ok(Raster {
        width,
        height,
        parts,
        bytes: sheet.finish(),
    })
}

/// Cuts an area along the chunks of its level.
fn blocks(level: &Level, area: Area) -> impl Iterator<Item = Area> {
    let chunk_width = level.chunk_width.max(1);
    let chunk_height = level.chunk_height.max(1);
    let across = (2048 / chunk_width).max(1) * chunk_width;
    let seen = across.min(area.width);
    let down = (BLOCK_PIXELS / seen / chunk_height).max(1) * chunk_height;
    let down = down.min((MOST_BLOCK_PIXELS / seen).max(1));
    let cuts = |start: u64, length: u64, step: u64| {
        let first = start / step;
        let last = (start + length - 1) / step;
        (first..=last).map(move |number| {
            let from = (number * step).max(start);
            let to = ((number + 1) * step).min(start + length);
            (from, to - from)
        })
    };
    cuts(area.y, area.height, down).flat_map(move |(y, height)| {
        cuts(area.x, area.width, across).map(move |(x, width)| Area {
            x,
            y,
            width,
            height,
        })
    })
}

/// Makes pictures of blocks.
struct Layers<'a> {
    source: &'a dyn PixelSource,
    view: &'a View,
    parts: usize,
    windows: Vec<Window>,
    /// Where three channels are one red, one green and one blue: which is which.
    beside: Option<[usize; 3]>,
    // kept from one block to the next
    samples: Vec<u8>,
    further: Vec<u8>,
    shades: Vec<u8>,
    colours: [Vec<u8>; 3],
    picture: Vec<u8>,
}

impl<'a> Layers<'a> {
    fn new(source: &'a dyn PixelSource, view: &'a View, parts: usize) -> Self {
        let windows = view.channels.iter();
        Self {
            source,
            view,
            parts,
            windows: windows
                .map(|one| Window::new(one.window, one.gamma))
                .collect(),
            beside: beside(view),
            samples: Vec::new(),
            further: Vec::new(),
            shades: Vec::new(),
            colours: [const { Vec::new() }; 3],
            picture: Vec::new(),
        }
    }

    /// The picture of a block.
    fn of(&mut self, level: usize, block: Area) -> Result<&[u8], RenderError> {
        let pixels = (block.width * block.height) as usize;
        let pixel_type = self.source.description().pixel_type;
        if let Some(channels) = self.beside {
            return self.three_beside(level, block, channels);
        }
        self.picture.clear();
        self.picture.resize(pixels * self.parts, 0);
        for (number, channel) in self.view.channels.iter().enumerate() {
            self.gather(level, channel.index, block)?;
            if self.view.style == Style::Labels {
                let mut places = self.picture.chunks_exact_mut(3);
                each_label(pixel_type, &self.samples, |label| {
                    if let Some(place) = places.next() {
                        place.copy_from_slice(&label_colour(label));
                    }
                });
                break;
            }
            self.shades.resize(pixels, 0);
            self.windows[number].apply(pixel_type, &self.samples, &mut self.shades);
            if self.parts == 1 {
                for (place, shade) in self.picture.iter_mut().zip(&self.shades) {
                    *place = place.saturating_add(*shade);
                }
            } else {
                add_coloured(&mut self.picture, &self.shades, channel.colour);
            }
        }
        Ok(&self.picture)
    }

    /// The picture of a block whose three channels only come to lie beside each other, as a colour camera's do.
    fn three_beside(
        &mut self,
        level: usize,
        block: Area,
        channels: [usize; 3],
    ) -> Result<&[u8], RenderError> {
        let pixels = (block.width * block.height) as usize;
        let pixel_type = self.source.description().pixel_type;
        for (part, number) in channels.into_iter().enumerate() {
            self.gather(level, self.view.channels[number].index, block)?;
            self.colours[part].resize(pixels, 0);
            self.windows[number].apply(pixel_type, &self.samples, &mut self.colours[part]);
        }
        self.picture.resize(pixels * 3, 0);
        let [reds, greens, blues] = &self.colours;
        let colours = reds.iter().zip(greens).zip(blues);
        let (places, _) = self.picture.as_chunks_mut::<3>();
        for (place, ((red, green), blue)) in places.iter_mut().zip(colours) {
            *place = [*red, *green, *blue];
        }
        Ok(&self.picture)
    }

    /// The samples of a channel: of the plane, or the greatest of several planes.
    fn gather(&mut self, level: usize, channel: u64, block: Area) -> Result<(), RenderError> {
        let description = self.source.description();
        let pixel_type = description.pixel_type;
        let bytes = (block.width * block.height) as usize * pixel_type.bytes();
        let (first, last) = self.view.depth.range();
        self.samples.resize(bytes, 0);
        let plane = self.view.plane(description, channel, first);
        self.source.read(level, &plane, block, &mut self.samples)?;
        for z in first + 1..=last {
            self.further.resize(bytes, 0);
            let plane = self.view.plane(description, channel, z);
            self.source.read(level, &plane, block, &mut self.further)?;
            keep_greatest(pixel_type, &mut self.samples, &self.further);
        }
        Ok(())
    }
}

/// Which channels are the red, the green and the blue one, where a view has one of each and no other.
fn beside(view: &View) -> Option<[usize; 3]> {
    if view.style != Style::Composite || view.channels.len() != 3 {
        return None;
    }
    let of = |colour| view.channels.iter().position(|one| one.colour == colour);
    Some([of([255, 0, 0])?, of([0, 255, 0])?, of([0, 0, 255])?])
}

/// Adds the shades of a channel in its colour. Of most colours some part is nothing or all, which takes no arithmetic.
fn add_coloured(picture: &mut [u8], shades: &[u8], colour: [u8; 3]) {
    let (pixels, _) = picture.as_chunks_mut::<3>();
    for (part, strength) in colour.into_iter().enumerate() {
        let places = pixels.iter_mut().map(|pixel| &mut pixel[part]).zip(shades);
        match strength {
            0 => {}
            255 => places.for_each(|(place, shade)| *place = place.saturating_add(*shade)),
            _ => {
                let table = shades_of(strength);
                places.for_each(|(place, shade)| {
                    *place = place.saturating_add(table[usize::from(*shade)]);
                });
            }
        }
    }
}

/// What each shade of a channel adds to a part of the colour.
fn shades_of(strength: u8) -> [u8; 256] {
    let mut table = [0; 256];
    for (shade, place) in table.iter_mut().enumerate() {
        *place = ((shade * usize::from(strength) + 127) / 255) as u8;
    }
    table
}

/// What blocks are laid on, shrunk by their mean.
struct Sheet {
    origin: [u64; 2],
    width: usize,
    shrink: u64,
    parts: usize,
    style: Style,
    bytes: Vec<u8>,
    sums: Vec<u32>,
    counts: Vec<u32>,
}

impl Sheet {
    fn new(reading: &Reading, parts: usize, style: Style) -> Self {
        let [width, height] = reading.shrunk();
        let pixels = (width * height) as usize;
        let has_means = reading.shrink > 1 && style == Style::Composite;
        let (summed, counted) = if has_means {
            (pixels * parts, pixels)
        } else {
            (0, 0)
        };
        Self {
            origin: [reading.area.x, reading.area.y],
            width: width as usize,
            shrink: reading.shrink,
            parts,
            style,
            bytes: vec![0; pixels * parts],
            sums: vec![0; summed],
            counts: vec![0; counted],
        }
    }

    fn lay(&mut self, block: Area, picture: &[u8]) {
        let row_bytes = block.width as usize * self.parts;
        for (row, pixels) in (block.y..).zip(picture.chunks_exact(row_bytes)) {
            let down = row - self.origin[1];
            let start = (down / self.shrink) as usize * self.width;
            let left = block.x - self.origin[0];
            if self.shrink == 1 {
                let place = (start + left as usize) * self.parts;
                self.bytes[place..place + row_bytes].copy_from_slice(pixels);
            } else if self.style == Style::Labels {
                // numbers of objects have no mean: the first stands for all
                if down.is_multiple_of(self.shrink) {
                    self.pick(start, left, pixels);
                }
            } else {
                self.sum(start, left, pixels);
            }
        }
    }

    fn pick(&mut self, start: usize, left: u64, pixels: &[u8]) {
        for (across, pixel) in (left..).zip(pixels.chunks_exact(self.parts)) {
            if across.is_multiple_of(self.shrink) {
                let place = (start + (across / self.shrink) as usize) * self.parts;
                self.bytes[place..place + self.parts].copy_from_slice(pixel);
            }
        }
    }

    fn sum(&mut self, start: usize, left: u64, pixels: &[u8]) {
        for (across, pixel) in (left..).zip(pixels.chunks_exact(self.parts)) {
            let place = start + (across / self.shrink) as usize;
            self.counts[place] += 1;
            let sums = &mut self.sums[place * self.parts..][..self.parts];
            for (sum, part) in sums.iter_mut().zip(pixel) {
                *sum += u32::from(*part);
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        let sums = self.sums.chunks_exact(self.parts);
        let pixels = self.bytes.chunks_exact_mut(self.parts);
        for ((pixel, sums), count) in pixels.zip(sums).zip(&self.counts) {
            for (part, sum) in pixel.iter_mut().zip(sums) {
                *part = ((sum + count / 2) / (*count).max(1)) as u8;
            }
        }
        self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::add_coloured;

    #[test]
    fn a_colour_takes_its_part_of_each_shade_and_what_is_too_bright_stays_bright() {
        let shades: Vec<u8> = (0..=255).collect();
        for colour in [[255, 0, 0], [0, 255, 128], [255, 255, 255], [1, 2, 254]] {
            let mut picture = vec![100; shades.len() * 3];
            add_coloured(&mut picture, &shades, colour);
            for (pixel, shade) in picture.chunks_exact(3).zip(&shades) {
                let expected = colour.map(|strength| {
                    let added = f64::from(*shade) * f64::from(strength) / 255.0;
                    (100.0 + added.round()).min(255.0) as u8
                });
                assert_eq!(pixel, expected, "{shade} in {colour:?}");
            }
        }
    }
}
