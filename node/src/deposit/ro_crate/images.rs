//! The files of a crate as images: one for each image in a file, and one for the files of a set together.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::payload::Payload;
use crate::deposit::DepositedFile;
use crate::deposit::imaging::{Imaged, ImagedOne, NoImage};
use crate::finding::Finding;
use crate::relative_path::RelPath;
use crate::study::{Image, Property, Series};

/// What a crate says of a file.
#[derive(Debug, Default)]
pub(super) struct Stated {
    pub title: Option<String>,
    pub biosamples: Vec<String>,
    pub acquisitions: Vec<String>,
    pub additional: Vec<Property>,
}

/// Which images there are so far, and what will be some.
#[derive(Debug, Default)]
pub(super) struct ImagesOfFiles {
    /// Files that have become images.
    images: HashSet<RelPath>,
    /// Files of sets, with the file of the set that was read first.
    parts: HashMap<RelPath, RelPath>,
    /// OME-Zarrs in folders.
    zarrs: BTreeMap<RelPath, Zarr>,
}

#[derive(Debug, Default)]
struct Zarr {
    files: Vec<RelPath>,
    component: Option<usize>,
}

impl ImagesOfFiles {
    /// A file that is in an OME-Zarr.
    pub fn note_zarr(&mut self, root: RelPath, file: &RelPath, component: Option<usize>) {
        let zarr = self.zarrs.entry(root).or_default();
        zarr.files.push(file.clone());
        zarr.component = zarr.component.or(component);
    }

    /// The images in a file; none where it is kept as a file, which is told unless it is a part of an image.
    pub fn of_file(
        &mut self,
        payload: &Payload<'_>,
        file: &DepositedFile,
        said: &Stated,
        findings: &mut Vec<Finding>,
    ) -> Vec<Image> {
        let path = &file.path;
        if self.parts.contains_key(path) {
            return Vec::new();
        }
        let imaged = match payload.imaged(path) {
            Ok(imaged) => imaged,
            Err(NoImage::Unreadable(error)) => {
                let message =
                    format!("it cannot be read as an image and is kept as a file: {error}");
                findings.push(Finding::warning(path.as_str(), message));
                return Vec::new();
            }
            // published now, the study would lose what could be read of it
            Err(why @ NoImage::NotNow(_)) => {
                let further = why.further().unwrap_or_default();
                let message = format!("its format is not read here, {further}");
                findings.push(Finding::error(path.as_str(), message));
                return Vec::new();
            }
            // a kind that is not read here may well be an image
            Err(why) => {
                let message = match why.further() {
                    Some(further) => format!(
                        "it is kept as an image of unknown size: its format is not read here, {further}"
                    ),
                    None => format!(
                        "{} is a kind of image that is not read here; kept as an image of unknown size",
                        file.media_type
                    ),
                };
                findings.push(Finding::warning(path.as_str(), message));
                return vec![said.of(Image::of(path.clone()))];
            }
        };
        if let Err(message) = self.claim(payload, path, &imaged) {
            findings.push(Finding::warning(path.as_str(), message));
            return Vec::new();
        }
        tell(path, &imaged, findings);
        let count = imaged.images.len();
        let images = imaged.images.into_iter().enumerate();
        let made = images.map(|(index, one)| {
            let mut image = said.of(Image::of(path.clone()));
            image.files.clone_from(&one.files);
            filled(image, one, (index, count))
        });
        made.collect()
    }

    /// Takes the files of an image; a sentence where that cannot be.
    fn claim(
        &mut self,
        payload: &Payload<'_>,
        path: &RelPath,
        imaged: &Imaged,
    ) -> Result<(), String> {
        let all: HashSet<&RelPath> = imaged.images.iter().flat_map(|one| &one.files).collect();
        let others = || all.iter().copied().filter(|other| *other != path);
        let taken = |other: &&RelPath| {
            self.images.contains(*other) || self.parts.contains_key(*other) || !payload.has(other)
        };
        if let Some(other) = others().min_by_key(|other| (!taken(other), *other))
            && taken(&other)
        {
            return Err(format!(
                "it is kept as a file: as an image it needs {other}, which is no part of the crate or in another image already"
            ));
        }
        let others: Vec<RelPath> = others().cloned().collect();
        for other in others {
            self.parts.insert(other, path.clone());
        }
        self.images.insert(path.clone());
        Ok(())
    }

    /// The images in the OME-Zarrs that are folders, with the component that each is in.
    pub fn of_zarrs(
        &mut self,
        payload: &Payload<'_>,
        findings: &mut Vec<Finding>,
    ) -> Vec<(Vec<Image>, Option<usize>)> {
        let mut made = Vec::new();
        for (root, mut zarr) in std::mem::take(&mut self.zarrs) {
            zarr.files.sort();
            let Some(first) = zarr.files.first() else {
                continue;
            };
            match payload.imaged(first) {
                Ok(imaged) => {
                    tell(&root, &imaged, findings);
                    made.push((images_of_zarr(&root, &zarr.files, imaged), zarr.component));
                }
                Err(why) => {
                    let why = match why {
                        NoImage::Unreadable(error) => error.to_string(),
                        _ => "it has another format".to_owned(),
                    };
                    let message = format!(
                        "it cannot be read as an image and is kept as {} files: {why}",
                        zarr.files.len()
                    );
                    findings.push(Finding::warning(root.as_str(), message));
                }
            }
        }
        made
    }
}

/// What is odd about files, each thing once.
fn tell(path: &RelPath, imaged: &Imaged, findings: &mut Vec<Finding>) {
    let warnings = imaged.warnings.iter();
    findings.extend(warnings.map(|warning| Finding::warning(path.as_str(), warning)));
}

fn images_of_zarr(root: &RelPath, files: &[RelPath], imaged: Imaged) -> Vec<Image> {
    let count = imaged.images.len();
    let images = imaged.images.into_iter().enumerate().map(|(index, one)| {
        let inside = one
            .series
            .as_ref()
            .and_then(|series| series.path.as_deref());
        let below = match inside {
            Some(inside) if !inside.is_empty() => format!("{root}/{inside}/"),
            _ => format!("{root}/"),
        };
        let start = files.partition_point(|path| path.as_str() < below.as_str());
        let all = files[start..].iter();
        let all = all.take_while(|path| path.as_str().starts_with(&below));
        let is_at_root = |path: &&RelPath| !path.as_str()[below.len()..].contains('/');
        let mut image = Image::of(root.clone());
        image.file_count = Some(all.clone().count() as u64);
        image.files = all.filter(is_at_root).cloned().collect();
        filled(image, one, (index, count))
    });
    images.collect()
}

/// An image with what its file says.
fn filled(image: Image, one: ImagedOne, (index, count): (usize, usize)) -> Image {
    let mut additional = image.additional;
    one.say_place(&mut additional);
    let key = |series: &Series| series.key(&image.key);
    Image {
        key: one.series.as_ref().map_or(image.key.clone(), key),
        title: match count {
            0 | 1 => image.title,
            _ => one.title(&image.title, index + 1),
        },
        series: one.series,
        pixels: Some(one.pixels),
        scale: one.scale,
        channels: one.channels,
        additional,
        ..image
    }
}

impl Stated {
    fn of(&self, image: Image) -> Image {
        Image {
            title: self.title.clone().unwrap_or(image.title),
            biosamples: self.biosamples.clone(),
            acquisitions: self.acquisitions.clone(),
            additional: self.additional.clone(),
            ..image
        }
    }
}
