//! Which page is which plane of an image of OME-XML.

use std::sync::Arc;

use super::broken;
use super::found::Found;
use super::page::Page;
use super::set::{Place, Set};
use super::source::TiffImage;
use crate::image::ome_xml::{OmeImage, PlaneBlock};
use crate::image::{AxisKind, Channel, ImageError, PixelType};

/// Makes an image. `own` is the file that has the document, `members` are the files that it names; `used` counts the planes
/// of all images of the document, which together may be as many as those of one.
pub(super) fn image(
    set: &Arc<Set>,
    own: Option<u32>,
    members: &[Option<u32>],
    ome: &OmeImage,
    used: &mut u64,
) -> Result<TiffImage, ImageError> {
    let blocks = Blocks {
        set,
        own,
        members,
        ome,
    };
    let first = blocks
        .first_page()
        .ok_or_else(|| broken("none of the pages of one of its images is in its files"))?;
    let mut warnings = contradictions(first, ome);
    let counts = Counts::of(first, ome, &mut warnings);
    let places = blocks.places(&counts, used)?;
    let missing = places.iter().filter(|place| place.is_none()).count();
    if missing > 0 {
        warnings.push(format!(
            "{missing} of its {} planes are not in its files; they are given as black",
            places.len()
        ));
    }
    let found = Found {
        name: ome.name.clone(),
        format: "OME-TIFF",
        leading: vec![
            (AxisKind::T, counts.times),
            (AxisKind::C, counts.channels()),
            (AxisKind::Z, counts.depths),
        ],
        places,
        steps: steps(ome),
        channels: channels(ome, counts.channels()),
        warnings,
    };
    let mut image = found.into_image(set)?;
    let description = &mut image.description;
    description.acquired.clone_from(&ome.acquired);
    description.instrument.clone_from(&ome.instrument);
    description.objective.clone_from(&ome.objective);
    if let Some(bits) = ome.significant_bits.filter(|bits| *bits > 0) {
        description.significant_bits = description.significant_bits.min(bits);
    }
    Ok(image)
}

/// How long the axes are, in pages and in channels.
struct Counts {
    depths: u64,
    times: u64,
    /// Pages side by side.
    pages: u64,
    /// Channels in each of them.
    samples: u64,
}

impl Counts {
    fn of(first: &Page, ome: &OmeImage, warnings: &mut Vec<String>) -> Self {
        let [_, _, depths, channels, times] = ome.sizes;
        let (stored, given) = (first.shape.samples, first.shape.channels());
        let pages = if channels.is_multiple_of(stored) {
            channels / stored
        } else if channels.is_multiple_of(given) {
            channels / given
        } else {
            warnings.push(format!(
                "its OME-XML says {channels} channels, and its pages hold {stored} samples a pixel"
            ));
            channels.div_ceil(stored)
        };
        Self {
            depths,
            times,
            pages,
            samples: given,
        }
    }

    fn channels(&self) -> u64 {
        self.pages * self.samples
    }
}

/// Where an image says that its planes are.
struct Blocks<'a> {
    set: &'a Set,
    own: Option<u32>,
    members: &'a [Option<u32>],
    ome: &'a OmeImage,
}

impl Blocks<'_> {
    fn member(&self, block: &PlaneBlock) -> Option<u32> {
        match block.file {
            Some(file) => self.members.get(file as usize).copied().flatten(),
            None => self.own,
        }
    }

    /// The blocks; a document that gives none means all pages, from the first on.
    fn blocks(&self) -> &[PlaneBlock] {
        const ALL: &[PlaneBlock] = &[PlaneBlock {
            directory: None,
            first: [0; 3],
            count: None,
            file: None,
        }];
        if self.ome.planes.is_empty() {
            ALL
        } else {
            &self.ome.planes
        }
    }

    fn first_page(&self) -> Option<&Page> {
        self.blocks().iter().find_map(|block| {
            let page = u32::try_from(block.directory.unwrap_or(0)).ok()?;
            self.set.page(self.member(block)?, page)
        })
    }

    /// A place for each plane, time points before channels before depths.
    fn places(&self, counts: &Counts, used: &mut u64) -> Result<Vec<Option<Place>>, ImageError> {
        let limit = self.set.limits().planes;
        let planes = [counts.depths, counts.times, counts.pages, counts.samples]
            .iter()
            .try_fold(1_u64, |product, count| product.checked_mul(*count))
            .unwrap_or(u64::MAX);
        let together = used.saturating_add(planes);
        self.set.limits().check_planes(together)?;
        *used = together;
        let mut places = vec![None; planes as usize];
        let mut steps = 0;
        for block in self.blocks() {
            let Some(member) = self.member(block) else {
                continue;
            };
            steps += self.place(block, member, counts, &mut places);
            // blocks that name the same planes again and again would go on for days
            if steps > limit.saturating_mul(4) {
                return Err(broken("its OME-XML places the same planes again and again"));
            }
        }
        Ok(places)
    }

    /// Places the planes of a block; gives how many there were.
    fn place(
        &self,
        block: &PlaneBlock,
        member: u32,
        counts: &Counts,
        places: &mut [Option<Place>],
    ) -> u64 {
        let pages = self.set.pages(member).len() as u64;
        let directory = block.directory.unwrap_or(0);
        let planes = counts.depths * counts.pages * counts.times;
        let start = self.position(block.first, counts);
        let count = match (block.count, block.directory) {
            (Some(count), _) => count,
            (None, Some(_)) => 1,
            (None, None) => planes,
        };
        let count = count
            .min(pages.saturating_sub(directory))
            .min(planes.saturating_sub(start));
        for step in 0..count {
            let [depth, page_of_channels, time] = self.coordinates(start + step, counts);
            for sample in 0..counts.samples {
                let channel = page_of_channels * counts.samples + sample;
                let index = (time * counts.channels() + channel) * counts.depths + depth;
                places[index as usize] = Some(Place {
                    member,
                    page: (directory + step) as u32,
                    sample: sample as u32,
                    shift: 0,
                });
            }
        }
        count + 1
    }

    fn length(kind: &AxisKind, counts: &Counts) -> u64 {
        match kind {
            AxisKind::Z => counts.depths,
            AxisKind::C => counts.pages,
            _ => counts.times,
        }
    }

    /// The number of a plane in the order of the document; beyond all of them where it is on none.
    fn position(&self, [depth, channel, time]: [u64; 3], counts: &Counts) -> u64 {
        let mut position = 0_u64;
        for kind in self.ome.order.iter().rev() {
            let at = match kind {
                AxisKind::Z => depth,
                // some programs count every sample as a channel
                AxisKind::C if channel >= counts.pages => channel / counts.samples,
                AxisKind::C => channel,
                _ => time,
            };
            let length = Self::length(kind, counts);
            if at >= length {
                return u64::MAX;
            }
            position = position * length + at;
        }
        position
    }

    /// Depth, page and time of a plane by its number.
    fn coordinates(&self, mut position: u64, counts: &Counts) -> [u64; 3] {
        let mut coordinates = [0; 3];
        for kind in &self.ome.order {
            let length = Self::length(kind, counts);
            let place = match kind {
                AxisKind::Z => 0,
                AxisKind::C => 1,
                _ => 2,
            };
            coordinates[place] = position % length;
            position /= length;
        }
        coordinates
    }
}

/// Where OME-XML and the pages say different things; the pages are right.
fn contradictions(first: &Page, ome: &OmeImage) -> Vec<String> {
    let mut warnings = ome.warnings.clone();
    let shape = &first.shape;
    let [width, height, ..] = ome.sizes;
    if (width, height) != (shape.width, shape.height) {
        warnings.push(format!(
            "its OME-XML says {width} × {height} pixels, and its pages have {} × {}",
            shape.width, shape.height
        ));
    }
    let said = ome.pixel_type.to_ascii_lowercase();
    let same = match said.as_str() {
        "float" => shape.pixel_type() == PixelType::Float32,
        "double" => shape.pixel_type() == PixelType::Float64,
        "bit" => shape.pixel_type() == PixelType::Uint8,
        "" => true,
        name => shape.pixel_type().name() == name,
    };
    if !same {
        warnings.push(format!(
            "its OME-XML says that its pixels are {said:?}, and they are {}",
            shape.pixel_type()
        ));
    }
    warnings
}

fn steps(ome: &OmeImage) -> Vec<(AxisKind, crate::image::Length)> {
    let axes = [AxisKind::X, AxisKind::Y, AxisKind::Z];
    let sizes = axes.into_iter().zip(&ome.physical_sizes);
    let time = (AxisKind::T, &ome.time_increment);
    sizes
        .chain([time])
        .filter_map(|(kind, step)| Some((kind, step.clone()?)))
        .collect()
}

/// What is said of a channel holds for each of its samples.
fn channels(ome: &OmeImage, count: u64) -> Vec<Channel> {
    ome.channels
        .iter()
        .flat_map(|channel| {
            let samples = channel.samples.min(count) as usize;
            std::iter::repeat_n(channel.channel.clone(), samples)
        })
        .take(count as usize)
        .collect()
}
