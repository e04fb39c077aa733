//! Planes that follow each other as a program says: one to a page, or all of them behind the first, where there is only
//! one directory.

use std::sync::Arc;

use super::broken;
use super::chain::Chain;
use super::found::Found;
use super::set::{Place, Set};
use crate::image::{AxisKind, Channel, Files, ImageError, Length, Limits, Opened};
use crate::relative_path::RelPath;

/// A stack, as the program that wrote it says.
pub(super) struct Stack {
    pub(super) format: &'static str,
    /// The axes before y and x in the order of the file, the slowest first.
    pub(super) axes: Vec<(AxisKind, u64)>,
    pub(super) steps: Vec<(AxisKind, Length)>,
    pub(super) channels: Vec<Channel>,
    pub(super) warnings: Vec<String>,
}

impl Stack {
    fn planes(&self) -> Option<u64> {
        self.axes
            .iter()
            .try_fold(1_u64, |product, (_, size)| product.checked_mul(*size))
    }

    /// Makes the image.
    pub(super) fn open(
        mut self,
        files: Arc<dyn Files>,
        path: &RelPath,
        mut chain: Chain,
        limits: &Limits,
    ) -> Result<Opened, ImageError> {
        self.warnings.append(&mut chain.warnings);
        let mut set = Set::of(files, *limits);
        let member = set.add(path.clone(), chain);
        let planes = self.planes().unwrap_or(u64::MAX);
        limits.check_planes(planes)?;
        let in_file = self.in_file(&set, member, planes)?;
        let found = self.arrange(&in_file);
        let set = Arc::new(set);
        let image = found.into_image(&set)?;
        Ok(Opened {
            images: vec![Arc::new(image)],
            files: set.paths(),
            files_of: vec![set.paths()],
            regions: vec![None],
        })
    }

    /// A place for each plane, in the order of the file, and for each channel of its pages.
    fn in_file(
        &mut self,
        set: &Set,
        member: u32,
        planes: u64,
    ) -> Result<Vec<Vec<Option<Place>>>, ImageError> {
        let first = set
            .page(member, 0)
            .ok_or_else(|| broken("its first page cannot be read"))?;
        let pages = set.pages(member).len() as u64;
        let shape = &first.shape;
        let samples = shape.channels() as u32;
        set.limits()
            .check_planes(planes.saturating_mul(u64::from(samples)))?;
        // bytes from one plane to the next, where there are more planes than directories
        let distance = (pages < planes && shape.rows_stand_alone()).then(|| {
            let planes = if shape.planar { shape.samples } else { 1 };
            shape.row_bytes(shape.width) * shape.height * planes
        });
        let mut missing = 0;
        let mut in_file = Vec::with_capacity(planes as usize);
        for plane in 0..planes {
            let (page, shift) = match distance {
                Some(distance) => (0, plane.saturating_mul(distance)),
                None => (plane, 0),
            };
            let is_there = page < pages;
            missing += u64::from(!is_there);
            let place = |sample| {
                is_there.then_some(Place {
                    member,
                    page: page as u32,
                    sample,
                    shift,
                })
            };
            in_file.push((0..samples).map(place).collect());
        }
        if missing > 0 {
            self.warnings.push(format!(
                "{missing} of its {planes} planes are not in the file; they are given as black"
            ));
        }
        Ok(in_file)
    }

    /// Brings the axes into the order of descriptions: others, time, channels, depth. Samples of a page are channels beside
    /// those of the stack.
    fn arrange(self, in_file: &[Vec<Option<Place>>]) -> Found {
        let samples = in_file.first().map_or(1, Vec::len) as u64;
        let mut axes: Vec<(AxisKind, u64, u64)> = Vec::new();
        let mut stride = 1;
        for (kind, size) in self.axes.iter().rev() {
            axes.push((kind.clone(), *size, stride));
            stride *= size;
        }
        axes.reverse();
        if samples > 1 || !axes.iter().any(|(kind, ..)| *kind == AxisKind::C) {
            // a stride of 0 stands for the samples of a page
            axes.push((AxisKind::C, samples, 0));
        }
        axes.sort_by_key(|(kind, ..)| match kind {
            AxisKind::Other(_) => 0,
            AxisKind::T => 1,
            AxisKind::C => 2,
            _ => 3,
        });
        let mut places = vec![(0, 0)];
        for (_, size, stride) in &axes {
            places = places
                .iter()
                .flat_map(|(plane, sample)| {
                    (0..*size).map(move |index| match stride {
                        0 => (*plane, *sample + index),
                        stride => (*plane + index * stride, *sample),
                    })
                })
                .collect();
        }
        Found {
            name: None,
            format: self.format,
            leading: merge(axes),
            places: places
                .into_iter()
                .map(|(plane, sample)| in_file[plane as usize][sample as usize])
                .collect(),
            steps: self.steps,
            channels: self.channels,
            warnings: self.warnings,
        }
    }
}

/// Channels of a stack whose pages have channels as well are one axis.
fn merge(axes: Vec<(AxisKind, u64, u64)>) -> Vec<(AxisKind, u64)> {
    let mut merged: Vec<(AxisKind, u64)> = Vec::new();
    for (kind, size, _) in axes {
        match merged.last_mut() {
            Some((AxisKind::C, channels)) if kind == AxisKind::C => *channels *= size,
            _ => merged.push((kind, size)),
        }
    }
    merged
}
