//! Regions of interest that OME-XML describes in an image's own files are annotations of the image, though nobody lists them.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::deposited_files::DepositedFiles;
use super::plates::told;
use super::report::Report;
use crate::deposit::DepositedFile;
use crate::image::{ImageError, tiff};
use crate::marks::ome_xml::{Extent, Found, look_through};
use crate::marks::{MOST_BYTES, MarksError};
use crate::relative_path::RelPath;
use crate::study::{AnnotationFile, AnnotationSet, GEOMETRICAL_ANNOTATIONS, Image, Study};

/// What the set is called.
const TITLE: &str = "Regions of interest in the image files";

/// Adds a set of them, unless the study speaks of their files itself: a set that names such a file is then made from its images.
pub(super) fn add(study: &mut Study, files: &[DepositedFile], report: &mut Report) {
    let deposited = DepositedFiles::of(files);
    let mut remarks = Vec::new();
    let mut by_file: BTreeMap<RelPath, Vec<AnnotationFile>> = BTreeMap::new();
    for (file, images) in images_with_regions(study) {
        let read = tiff::ome_xml(deposited.as_ref(), file, MOST_BYTES);
        let looked = Looked::of(read, &images);
        looked.tell(file, &images, &mut remarks);
        let made = images.iter().filter(|image| looked.is_any_of(image));
        by_file.insert(
            file.clone(),
            made.map(|image| made_from(image, file)).collect(),
        );
    }
    told(remarks, |message| report.warning("annotations", message));
    let stated = complete_stated(&mut study.annotations, &by_file);
    by_file.retain(|file, _| !stated.contains(file));
    let files: Vec<AnnotationFile> = by_file.into_values().flatten().collect();
    if !files.is_empty() {
        study.annotations.push(AnnotationSet {
            title: TITLE.to_owned(),
            annotation_type: Some(GEOMETRICAL_ANNOTATIONS.to_owned()),
            method: None,
            files,
        });
    }
}

/// The images of which regions are described, by the file that does.
fn images_with_regions(study: &Study) -> BTreeMap<&RelPath, Vec<&Image>> {
    let mut by_file: BTreeMap<&RelPath, Vec<&Image>> = BTreeMap::new();
    for image in &study.images {
        if let Some(regions) = image.pixels.as_ref().and_then(|one| one.regions.as_ref()) {
            by_file.entry(&regions.file).or_default().push(image);
        }
    }
    by_file
}

fn made_from(image: &Image, file: &RelPath) -> AnnotationFile {
    AnnotationFile {
        file: file.clone(),
        source: image.files.first().cloned(),
        image: Some(image.number_in_files()).filter(|number| *number > 0),
    }
}

/// What came of looking at the regions of a file.
enum Looked {
    Found(HashMap<u64, Found>),
    /// They cannot be read; they are there nevertheless.
    NotRead(String),
}

impl Looked {
    fn of(read: Result<Option<String>, ImageError>, images: &[&Image]) -> Looked {
        let found = match read {
            Ok(Some(text)) => look_through(&text, &extents(images)),
            Ok(None) => Err(MarksError::NotUnderstood("it has no OME-XML".to_owned())),
            Err(error) => Err(MarksError::NotUnderstood(error.to_string())),
        };
        match found {
            Ok(found) => Looked::Found(found),
            Err(error) => Looked::NotRead(error.to_string()),
        }
    }

    /// Whether an image has any.
    fn is_any_of(&self, image: &Image) -> bool {
        match self {
            Looked::NotRead(_) => true,
            Looked::Found(found) => found
                .get(&place_of(image))
                .is_some_and(|found| found.marks > 0),
        }
    }

    fn tell(&self, file: &RelPath, images: &[&Image], remarks: &mut Vec<String>) {
        let found = match self {
            Looked::NotRead(error) => {
                return remarks.push(format!(
                    "the regions of interest in {file} are not shown: {error}"
                ));
            }
            Looked::Found(found) => found,
        };
        for image in images {
            let Some(found) = found.get(&place_of(image)) else {
                continue;
            };
            let all = found.marks + found.left_out;
            if let Some(why) = &found.why {
                remarks.push(format!(
                    "{} of the {all} regions of interest in {file} are not understood and not shown ({}): {why}",
                    found.left_out, image.title
                ));
            }
            if found.outside > 0 {
                remarks.push(format!(
                    "{} of the {all} regions of interest in {file} lie outside of their image ({}), of which nobody will see them",
                    found.outside, image.title
                ));
            }
        }
    }
}

fn place_of(image: &Image) -> u64 {
    let pixels = image.pixels.as_ref();
    let regions = pixels.and_then(|pixels| pixels.regions.as_ref());
    regions.map_or(0, |regions| regions.place)
}

fn extents(images: &[&Image]) -> HashMap<u64, Extent> {
    let extent = |image: &&Image| {
        let pixels = image.pixels.as_ref()?;
        let (planes, times) = (pixels.size_z.unwrap_or(1), pixels.size_t.unwrap_or(1));
        let extent = [pixels.size_x, pixels.size_y, planes, times];
        Some((place_of(image), extent))
    };
    images.iter().filter_map(extent).collect()
}

/// Where a set names such a file and no other image that it is made from, it is made from all that the file describes regions of.
/// Gives the files that sets name.
fn complete_stated(
    sets: &mut [AnnotationSet],
    by_file: &BTreeMap<RelPath, Vec<AnnotationFile>>,
) -> HashSet<RelPath> {
    let mut stated = HashSet::new();
    for set in sets {
        let mut files = Vec::with_capacity(set.files.len());
        for file in std::mem::take(&mut set.files) {
            let own = by_file.get(&file.file).map_or(&[][..], Vec::as_slice);
            let is_own = file.source.is_none()
                || file.source.as_ref() == Some(&file.file)
                || own.iter().any(|own| own.source == file.source);
            if !own.is_empty() && is_own {
                files.extend(own.iter().cloned());
            } else {
                files.push(file.clone());
            }
            stated.insert(file.file);
        }
        set.files = files;
    }
    stated
}
