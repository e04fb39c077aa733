//! From pages that belong together to an image.

use std::sync::Arc;

use super::broken;
use super::page::Page;
use super::set::{Place, Set};
use super::shape::Shape;
use super::source::TiffImage;
use crate::image::{Axis, AxisKind, Channel, Description, ImageError, Length, Level, orientation};

/// What a reader of pages found out about an image, before it is one.
pub(super) struct Found {
    pub(super) name: Option<String>,
    pub(super) format: &'static str,
    /// The axes before y and x, the slowest first, with how long each is.
    pub(super) leading: Vec<(AxisKind, u64)>,
    /// A place for each plane, in the order of these axes; none where the files leave one out.
    pub(super) places: Vec<Option<Place>>,
    /// The steps of axes.
    pub(super) steps: Vec<(AxisKind, Length)>,
    pub(super) channels: Vec<Channel>,
    pub(super) warnings: Vec<String>,
}

impl Found {
    /// An image of pages whose samples are its channels: `pages` follow each other along one axis.
    pub(super) fn of_pages(
        set: &Set,
        member: u32,
        pages: &[u32],
        format: &'static str,
        axis: AxisKind,
    ) -> Result<Self, ImageError> {
        let channels = pages
            .first()
            .and_then(|page| set.page(member, *page))
            .map_or(1, |page| page.shape.channels());
        let planes = channels.saturating_mul(pages.len() as u64);
        set.limits().check_planes(planes)?;
        let mut places = Vec::with_capacity(planes as usize);
        // channels stand before depths, but behind all else
        let outer_channels = axis == AxisKind::Z;
        let place = |page: u32, sample: u64| {
            Some(Place {
                member,
                page,
                sample: sample as u32,
                shift: 0,
            })
        };
        let mut leading = vec![(AxisKind::C, channels), (axis, pages.len() as u64)];
        if outer_channels {
            for sample in 0..channels {
                places.extend(pages.iter().map(|page| place(*page, sample)));
            }
        } else {
            leading.swap(0, 1);
            for page in pages {
                places.extend((0..channels).map(|sample| place(*page, sample)));
            }
        }
        Ok(Self {
            name: None,
            format,
            leading,
            places,
            steps: Vec::new(),
            channels: Vec::new(),
            warnings: Vec::new(),
        })
    }

    /// Makes an image of it: its type, size and resolutions are those of its first page, and pages that are otherwise are
    /// left out with a warning.
    pub(super) fn into_image(mut self, set: &Arc<Set>) -> Result<TiffImage, ImageError> {
        let first = self
            .first_page(set)
            .ok_or_else(|| broken("none of the pages of one of its images is in the file"))?;
        let first = first.clone();
        self.leave_out_others(set, &first.shape);
        self.check_places(set)?;
        let levels = self.levels(set, &first);
        let is_colour = first.shape.colours.is_colour() && self.leading.contains(&(AxisKind::C, 3));
        self.warnings
            .extend(first.shape.colours.warning(first.shape.samples));
        if orientation::is_turned(first.shape.orientation) {
            self.warnings.push(orientation::AS_STORED.to_owned());
        }
        let sizes = self.leading.iter().map(|(_, size)| *size).collect();
        let kept: Vec<usize> = (0..self.leading.len())
            .filter(|axis| self.leading[*axis].1 > 1)
            .collect();
        let description = self.describe(&first.shape, &kept, is_colour);
        Ok(TiffImage {
            set: Arc::clone(set),
            levels: levels.iter().map(|shape| level(shape)).collect(),
            description,
            sizes,
            kept,
            places: self.places,
        })
    }

    fn first_page<'a>(&self, set: &'a Set) -> Option<&'a Page> {
        let place = self.places.iter().flatten().next()?;
        set.page(place.member, place.page)
    }

    /// Planes whose pages are of another size or type than the first are none of this image.
    fn leave_out_others(&mut self, set: &Set, shape: &Arc<Shape>) {
        let mut left_out = 0;
        for place in &mut self.places {
            let fits = place.is_none_or(|place| {
                set.page(place.member, place.page).is_some_and(|page| {
                    Arc::ptr_eq(&page.shape, shape) || page.shape.is_plane_beside(shape)
                })
            });
            if !fits {
                *place = None;
                left_out += 1;
            }
        }
        if left_out > 0 {
            self.warnings.push(format!(
                "{left_out} of its {} planes are of another size or type than the first, or damaged; they are given as black",
                self.places.len()
            ));
        }
    }

    /// The first plane and the last: what was cut off at its end, or says that it has pixels where there are none, is
    /// found before anybody publishes it.
    fn check_places(&self, set: &Set) -> Result<(), ImageError> {
        for place in [
            self.places.iter().flatten().next(),
            self.places.iter().flatten().next_back(),
        ] {
            place.map_or(Ok(()), |place| set.check(*place))?;
        }
        Ok(())
    }

    /// The sizes that all pages have.
    fn levels(&self, set: &Set, first: &Page) -> Vec<Arc<Shape>> {
        let mut count = first.levels();
        for place in self.places.iter().flatten() {
            let Some(page) = set.page(place.member, place.page) else {
                continue;
            };
            let same = (0..count)
                .take_while(|level| match (page.level(*level), first.level(*level)) {
                    (Some((one, _)), Some((other, _))) => {
                        Arc::ptr_eq(one, other) || one.is_plane_beside(other)
                    }
                    _ => false,
                })
                .count();
            count = count.min(same.max(1));
        }
        (0..count)
            .filter_map(|level| first.level(level))
            .map(|(shape, _)| Arc::clone(shape))
            .collect()
    }

    fn describe(&mut self, shape: &Shape, kept: &[usize], is_colour: bool) -> Description {
        let step = |kind: &AxisKind| {
            self.steps
                .iter()
                .find(|(other, _)| other == kind)
                .map(|(_, step)| step.clone())
        };
        let axis = |kind: AxisKind, size: u64| Axis {
            step: step(&kind),
            kind,
            size,
        };
        let mut axes: Vec<Axis> = kept
            .iter()
            .map(|index| &self.leading[*index])
            .map(|(kind, size)| axis(kind.clone(), *size))
            .collect();
        axes.push(axis(AxisKind::Y, shape.height));
        axes.push(axis(AxisKind::X, shape.width));
        let count = self
            .leading
            .iter()
            .find(|(kind, _)| *kind == AxisKind::C)
            .map_or(1, |(_, size)| *size);
        let mut channels = std::mem::take(&mut self.channels);
        channels.resize(count as usize, Channel::default());
        if is_colour {
            for (index, channel) in channels.iter_mut().enumerate() {
                let mut colour = [0; 3];
                colour[index] = 255;
                channel.colour = Some(colour);
            }
        }
        Description {
            name: self.name.take(),
            format: self.format,
            axes,
            pixel_type: shape.pixel_type(),
            significant_bits: shape.significant_bits(),
            is_colour,
            channels,
            acquired: None,
            instrument: None,
            objective: None,
            warnings: std::mem::take(&mut self.warnings),
        }
    }
}

fn level(shape: &Shape) -> Level {
    Level {
        width: shape.width,
        height: shape.height,
        chunk_width: shape.chunk_columns().min(shape.width),
        chunk_height: shape.chunk_rows().min(shape.height),
    }
}
