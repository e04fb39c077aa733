//! From the plan and what was seen in the files to the study's images.

use std::collections::HashMap;
use std::io;

use crate::deposit::media_type::is_microscopy;
use crate::deposit::study_file::{Grouping, ImageEntry};
use crate::finding::Finding;
use crate::relative_path::RelPath;
use crate::study::{Image, Pixels, Property};

use super::inspect::Inspected;
use super::listing::Listing;
use super::plan::{Columns, Plan, Planned, PlannedImage, at_most};

/// What to say of an entry's images once, however many there are.
#[derive(Default)]
struct Remarks {
    /// Files that are no images, and why.
    no_images: Vec<String>,
    /// Images of formats whose headers are not read.
    no_header: Vec<String>,
    /// Images whose files differ.
    different: Vec<String>,
}

/// The study's images, in the order of the study file, and what is odd about them.
pub(super) fn images(
    plan: &Plan<'_>,
    inspected: &[Option<io::Result<Inspected>>],
) -> (Vec<Image>, Vec<Finding>) {
    let mut images = Vec::new();
    let mut findings = Vec::new();
    for planned in &plan.entries {
        let mut remarks = Remarks::default();
        let maker = Maker {
            listing: plan.listing,
            columns: &plan.columns,
            inspected,
            planned,
        };
        images.extend(
            planned
                .images
                .iter()
                .filter_map(|image| maker.image(image, &mut remarks)),
        );
        findings.extend(remarks.findings(&planned.entry));
    }
    (images, findings)
}

struct Maker<'a> {
    listing: &'a Listing,
    columns: &'a HashMap<usize, Columns>,
    inspected: &'a [Option<io::Result<Inspected>>],
    planned: &'a Planned,
}

impl Maker<'_> {
    /// The image, unless none of its files is one.
    fn image(&self, image: &PlannedImage, remarks: &mut Remarks) -> Option<Image> {
        let (files, pixels) = match image.is_zarr {
            true => (self.zarr(image, remarks)?, None),
            false => self.readable(image, remarks)?,
        };
        let entry = &self.planned.entry;
        Some(Image {
            key: image.key.clone(),
            title: entry.title.clone().unwrap_or_else(|| title(image)),
            component: self.planned.component,
            files: files.iter().map(|file| self.path(*file).clone()).collect(),
            biosamples: entry.biosamples.clone(),
            specimens: entry.specimens.clone(),
            acquisitions: entry.acquisitions.clone(),
            channels: entry.channels.clone(),
            counted: image.counted.clone(),
            pixels,
            additional: self.additional(image),
        })
    }

    /// The files at the root of a `.zarr` folder, which say what the others are.
    fn zarr(&self, image: &PlannedImage, remarks: &mut Remarks) -> Option<Vec<usize>> {
        if image.files.is_empty() {
            let message = "is kept as files and not as an image: it has no metadata at its root";
            remarks.no_images.push(format!("`{}` {message}", image.key));
            return None;
        }
        remarks.no_header.push(image.key.clone());
        Some(image.files.clone())
    }

    /// Those of the files that are images, and what the first of them says; none when no file is one.
    fn readable(
        &self,
        image: &PlannedImage,
        remarks: &mut Remarks,
    ) -> Option<(Vec<usize>, Option<Pixels>)> {
        let mut files = Vec::with_capacity(image.files.len());
        let mut pixels: Option<Pixels> = None;
        for file in &image.files {
            // a file that could not be opened is an error that is told elsewhere
            let Some(Ok(seen)) = &self.inspected[*file] else {
                continue;
            };
            let path = self.path(*file);
            match seen.pixels.as_ref() {
                Some(Ok(read)) => {
                    if pixels.as_ref().is_some_and(|first| first != read) {
                        remarks.different.push(format!(
                            "`{path}` has other pixels than the image's first file"
                        ));
                    }
                    pixels.get_or_insert_with(|| read.clone());
                    files.push(*file);
                }
                _ if self.planned.entry.grouping == Grouping::AllSeries
                    || is_microscopy(path.as_str()) =>
                {
                    remarks.no_header.push(path.as_str().to_owned());
                    files.push(*file);
                }
                Some(Err(_)) if self.planned.from_list && !looks_like_image(path) => {}
                Some(Err(error)) => remarks.no_images.push(format!(
                    "`{path}` is kept as a file and not as an image: {error}"
                )),
                None => {}
            }
        }
        (!files.is_empty()).then_some((files, pixels))
    }

    fn path(&self, file: usize) -> &RelPath {
        &self.listing.files[file].path
    }

    /// What is said of the entry, of the files' names, and in file lists where all its files agree.
    fn additional(&self, image: &PlannedImage) -> Vec<Property> {
        let mut additional = self.planned.entry.additional.clone();
        additional.extend(image.values.iter().cloned());
        let columns = |file: &usize| {
            self.columns
                .get(file)
                .map(Vec::as_slice)
                .unwrap_or_default()
        };
        let Some((first, others)) = image.files.split_first() else {
            return additional;
        };
        let agreed = columns(first)
            .iter()
            .filter(|said| others.iter().all(|other| columns(other).contains(said)));
        additional.extend(agreed.map(|(name, value)| Property {
            name: name.clone(),
            value: value.clone(),
        }));
        additional
    }
}

/// What an image is called that has no title: by what tells it from the others of its pattern, else by its file.
fn title(image: &PlannedImage) -> String {
    if image.values.is_empty() {
        return image.key.rsplit('/').next().unwrap_or_default().to_owned();
    }
    image
        .values
        .iter()
        .map(|value| format!("{} {}", value.name, value.value))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A file list also names tables and texts; only what calls itself an image is told when it is none.
fn looks_like_image(path: &RelPath) -> bool {
    crate::deposit::media_type::by_name(path.as_str())
        .is_some_and(|promised| promised.starts_with("image/"))
}

impl Remarks {
    fn findings(self, entry: &ImageEntry) -> Vec<Finding> {
        let warning = |message: String| entry.files.warning(message);
        let mut findings = at_most(self.no_images, warning);
        findings.extend(at_most(self.different, warning));
        if let Some((first, more)) = self.no_header.split_first() {
            let others = if more.is_empty() {
                String::new()
            } else {
                format!(" and {} more", more.len())
            };
            let series = if entry.grouping == Grouping::AllSeries {
                "is one image: the series in it are not told apart yet, nor are their sizes read"
            } else {
                "is an image whose sizes are not known: its format is not read yet"
            };
            findings.push(warning(format!("`{first}`{others} {series}")));
        }
        findings
    }
}
