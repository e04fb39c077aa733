//! Going over an image once, and writing all levels.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use zstd::bulk::Compressor;

use super::axes::Ordered;
use super::downsample::halve;
use super::folder::{failed, write_file};
use super::plan::{LevelPlan, Plan};
use super::sample::Sample;
use super::shard::{self, ZSTD_LEVEL};
use super::{Options, PyramidError, ZarrForm};
use crate::image::{Area, AxisKind};

/// Rows that are read or made at once by one core, at least.
const ROWS_OF_A_PIECE: u64 = 128;

/// The least and the greatest value of a channel; none where it has no numbers.
pub(super) type Range = Option<(f64, f64)>;

/// The planes of one shard, at all levels, on their way through memory.
pub(super) struct Bands<'a, T> {
    source: &'a Ordered<'a>,
    plan: &'a Plan,
    folder: &'a Path,
    is_label: bool,
    form: ZarrForm,
    /// The planes, by their indexes along the axes before y and x.
    planes: Vec<Vec<u64>>,
    /// Where each is in the shard, among as many planes as a whole shard has.
    places: Vec<usize>,
    /// For each level, the band that is being gathered.
    bands: Vec<Band<T>>,
}

/// Some rows of a level, of each plane.
struct Band<T> {
    /// All rows of a plane, then those of the next.
    samples: Vec<T>,
    /// Rows that there is room for.
    room: usize,
    /// Rows that there are.
    rows: usize,
    /// The first one's place in the level.
    start: usize,
    width: usize,
}

impl<T: Sample> Bands<'_, T> {
    /// Writes the chunks of all levels, and gives the range of each channel.
    pub fn write(
        source: &Ordered<'_>,
        plan: &Plan,
        folder: &Path,
        options: &Options<'_>,
    ) -> Result<Vec<Range>, PyramidError> {
        let axes = &source.description().axes;
        let channel_axis = axes.iter().position(|axis| axis.kind == AxisKind::C);
        let mut ranges = vec![None; source.description().channels.len().max(1)];
        let mut shard = vec![0; plan.outer.len()];
        let mut bands = empty_bands::<T>(plan);
        loop {
            let planes = planes(plan, &shard);
            let places = planes.iter().map(|plane| place(plan, plane)).collect();
            let mut unit = Bands {
                source,
                plan,
                folder,
                is_label: options.is_label,
                form: options.form,
                planes,
                places,
                bands,
            };
            unit.convert(options, |plane, range| {
                let channel = channel_axis.map_or(0, |axis| plane[axis]);
                let channel = usize::try_from(channel).unwrap_or(0);
                ranges[channel] = join(ranges[channel], range);
            })?;
            bands = unit.bands;
            if !advance(plan, &mut shard) {
                return Ok(ranges);
            }
        }
    }

    /// Converts the planes; tells the range of each, band by band.
    fn convert(
        &mut self,
        options: &Options<'_>,
        mut tell: impl FnMut(&[u64], Range),
    ) -> Result<(), PyramidError> {
        let height = self.plan.levels[0].height;
        let mut y = 0;
        while y < height {
            if (options.is_to_stop)() {
                return Err(PyramidError::Stopped);
            }
            let rows = self.plan.band.min(height - y);
            self.read(y, rows)?;
            let first = &self.bands[0];
            let used = first.rows * first.width;
            let ranges: Vec<Range> = first
                .samples
                .par_chunks(first.room * first.width)
                .take(self.planes.len())
                .map(|samples| range(&samples[..used]))
                .collect();
            for (plane, range) in self.planes.iter().zip(ranges) {
                tell(plane, range);
            }
            y += rows;
            self.push(0, y == height)?;
        }
        Ok(())
    }

    /// Reads rows of all planes into the first level's band.
    fn read(&mut self, y: u64, rows: u64) -> Result<(), PyramidError> {
        let level = self.source.level();
        let piece = level.chunk_height.max(1);
        let piece = piece * ROWS_OF_A_PIECE.div_ceil(piece);
        let band = &mut self.bands[0];
        (band.start, band.rows) = (index(y), index(rows));
        let mut pieces: Vec<(&[u64], u64, u64, &mut [T])> = Vec::new();
        let planes = band.samples.chunks_mut(band.room * band.width);
        for (plane, samples) in self.planes.iter().zip(planes) {
            let mut rest = &mut samples[..band.rows * band.width];
            let mut from = y;
            while from < y + rows {
                // up to the next multiple of what the source decodes at once
                let to = ((from / piece + 1) * piece).min(y + rows);
                let (these, others) = rest.split_at_mut(index(to - from) * band.width);
                pieces.push((plane, from, to - from, these));
                (rest, from) = (others, to);
            }
        }
        pieces
            .into_par_iter()
            .try_for_each(|(plane, y, height, samples)| {
                let area = Area {
                    x: 0,
                    y,
                    width: level.width,
                    height,
                };
                let bytes = bytemuck::cast_slice_mut(samples);
                self.source.read(plane, area, bytes)
            })?;
        Ok(())
    }

    /// Writes the band of a level and makes it half as large; goes on with the next level where its band is full.
    fn push(&mut self, level: usize, is_last: bool) -> Result<(), PyramidError> {
        self.write_shards(level)?;
        if level + 1 < self.bands.len() {
            self.halve_into_next(level);
            let next = &self.bands[level + 1];
            if is_last || next.rows == next.room {
                self.push(level + 1, is_last)?;
            }
        }
        let band = &mut self.bands[level];
        band.start += band.rows;
        band.rows = 0;
        if is_last {
            band.start = 0;
        }
        Ok(())
    }

    fn halve_into_next(&mut self, level: usize) {
        let is_label = self.is_label;
        let (upper, lower) = self.bands.split_at_mut(level + 1);
        let (from, into) = (&upper[level], &mut lower[0]);
        let new = from.rows.div_ceil(2);
        let (width, before) = (into.width, into.rows);
        let planes = self.planes.len();
        let from_planes = from.samples.par_chunks(from.room * from.width);
        let into_planes = into.samples.par_chunks_mut(into.room * into.width);
        into_planes
            .zip(from_planes)
            .take(planes)
            .for_each(|(into, samples)| {
                let into = &mut into[before * width..(before + new) * width];
                let rows = into.par_chunks_mut(width).enumerate();
                rows.with_min_len(16).for_each(|(row, into)| {
                    let at = |row: usize| &samples[row * from.width..(row + 1) * from.width];
                    let lower = (2 * row + 1 < from.rows).then(|| at(2 * row + 1));
                    halve(at(2 * row), lower, is_label, into);
                });
            });
        into.rows += new;
    }

    /// Writes the shards that a level's band is: one beside the other.
    fn write_shards(&self, level: usize) -> Result<(), PyramidError> {
        let plan = &self.plan.levels[level];
        let shards = plan.width.div_ceil(plan.shard_width);
        (0..index(shards)).into_par_iter().try_for_each(|column| {
            let path = self.path(level, column);
            let chunks = self
                .chunks(level, column)
                .map_err(|error| failed(&path, error))?;
            let file = match self.form {
                // the only one
                ZarrForm::Two => chunks.into_iter().flatten().next(),
                ZarrForm::Three => shard::assemble(chunks),
            };
            match file {
                Some(shard) => write_file(&path, &shard),
                None => Ok(()),
            }
        })
    }

    /// Where a shard's file is: its number along each axis.
    fn path(&self, level: usize, column: usize) -> PathBuf {
        let mut path = self.folder.join(level.to_string());
        if self.form == ZarrForm::Three {
            path.push("c");
        }
        let plane = &self.planes[0];
        for (at, planes) in plane.iter().zip(&self.plan.planes) {
            path.push((at / planes).to_string());
        }
        let row = self.bands[level].start / index(self.plan.levels[level].shard_height);
        path.push(row.to_string());
        path.push(column.to_string());
        path
    }

    /// The compressed chunks of a shard in their order: planes, rows, columns.
    fn chunks(&self, level: usize, column: usize) -> std::io::Result<Vec<Option<Vec<u8>>>> {
        let plan = &self.plan.levels[level];
        let rows = index(plan.shard_height / plan.chunk_height);
        let columns = index(plan.shard_width / plan.chunk_width);
        let of_plane = rows * columns;
        let planes: usize = self
            .plan
            .planes
            .iter()
            .map(|planes| index(*planes))
            .product();
        (0..planes * of_plane)
            .into_par_iter()
            .map_init(Buffers::<T>::default, |buffers, number| {
                let (place, chunk) = (number / of_plane, number % of_plane);
                let Some(plane) = self.places.iter().position(|other| *other == place) else {
                    return Ok(None);
                };
                let x =
                    column * index(plan.shard_width) + chunk % columns * index(plan.chunk_width);
                let y = chunk / columns * index(plan.chunk_height);
                let chunk = buffers.chunk(&self.bands[level], plan, plane, x, y);
                chunk.map_or(Ok(None), |()| buffers.encode(self.form))
            })
            .collect()
    }
}

/// What a core keeps from chunk to chunk.
struct Buffers<T> {
    chunk: Vec<T>,
    compressor: Option<Compressor<'static>>,
}

impl<T> Default for Buffers<T> {
    fn default() -> Self {
        Buffers {
            chunk: Vec::new(),
            compressor: None,
        }
    }
}

impl<T: Sample> Buffers<T> {
    /// Takes the chunk that begins at a column and at a row of the band; beyond the image it is 0. None where all of it is beyond.
    fn chunk(
        &mut self,
        band: &Band<T>,
        plan: &LevelPlan,
        plane: usize,
        x: usize,
        y: usize,
    ) -> Option<()> {
        if x >= band.width || y >= band.rows {
            return None;
        }
        let (width, height) = (index(plan.chunk_width), index(plan.chunk_height));
        self.chunk.clear();
        self.chunk.resize(width * height, T::zeroed());
        let columns = width.min(band.width - x);
        let rows = self.chunk.chunks_exact_mut(width);
        for (row, into) in (y..band.rows).zip(rows) {
            let from = (plane * band.room + row) * band.width + x;
            into[..columns].copy_from_slice(&band.samples[from..from + columns]);
        }
        Some(())
    }

    fn encode(&mut self, form: ZarrForm) -> std::io::Result<Option<Vec<u8>>> {
        let compressor = match &mut self.compressor {
            Some(compressor) => compressor,
            none => none.insert(Compressor::new(ZSTD_LEVEL)?),
        };
        shard::encode(compressor, &self.chunk, form)
    }
}

fn empty_bands<T: Sample>(plan: &Plan) -> Vec<Band<T>> {
    let planes: u64 = plan.planes.iter().product();
    plan.levels
        .iter()
        .map(|level| {
            let (width, room) = (index(level.width), index(plan.band.min(level.height)));
            Band {
                samples: vec![T::zeroed(); index(planes) * width * room],
                room,
                rows: 0,
                start: 0,
                width,
            }
        })
        .collect()
}

/// The planes of a shard, given by its number along each axis before y and x; fewer at the end of an axis.
fn planes(plan: &Plan, shard: &[u64]) -> Vec<Vec<u64>> {
    let mut planes = vec![Vec::new()];
    for ((number, length), outer) in shard.iter().zip(&plan.planes).zip(&plan.outer) {
        let along = number * length..((number + 1) * length).min(*outer);
        planes = planes
            .into_iter()
            .flat_map(|plane: Vec<u64>| {
                along.clone().map(move |at| {
                    let mut plane = plane.clone();
                    plane.push(at);
                    plane
                })
            })
            .collect();
    }
    planes
}

/// Where a plane is in its shard.
fn place(plan: &Plan, plane: &[u64]) -> usize {
    let places = plane.iter().zip(&plan.planes);
    index(places.fold(0, |place, (at, planes)| place * planes + at % planes))
}

/// Goes to the next shard, the last axis fastest; false after the last.
fn advance(plan: &Plan, shard: &mut [u64]) -> bool {
    for axis in (0..shard.len()).rev() {
        shard[axis] += 1;
        if shard[axis] * plan.planes[axis] < plan.outer[axis] {
            return true;
        }
        shard[axis] = 0;
    }
    false
}

/// The least and the greatest number.
fn range<T: Sample>(samples: &[T]) -> Range {
    let mut numbers = samples.iter().filter(|sample| sample.is_finite_number());
    let first = *numbers.next()?;
    let (least, greatest) = numbers.fold((first, first), |(least, greatest), sample| {
        (
            if *sample < least { *sample } else { least },
            if *sample > greatest {
                *sample
            } else {
                greatest
            },
        )
    });
    Some((least.number(), greatest.number()))
}

fn join(one: Range, other: Range) -> Range {
    match (one, other) {
        (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
        (range, None) | (None, range) => range,
    }
}

/// A number that the plan keeps within memory.
fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
