//! Label images within the OME-Zarr of an image are annotations of it, though nobody lists them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use super::deposited_files::DepositedFiles;
use crate::deposit::DepositedFile;
use crate::image::{ByFormat, zarr, zarr_folder};
use crate::relative_path::RelPath;
use crate::study::{AnnotationFile, AnnotationSet, Image, SEGMENTATION_MASK, Study};

/// Adds a set of masks for each name that label images have, unless the study speaks of their files itself.
pub(super) fn add(study: &mut Study, files: &[DepositedFile]) {
    let deposited = DepositedFiles::of(files);
    let named: HashSet<String> = study
        .annotations
        .iter()
        .flat_map(|set| &set.files)
        .filter_map(|file| folder_of(&file.file))
        .collect();
    let mut sets: BTreeMap<String, Vec<AnnotationFile>> = BTreeMap::new();
    for image in &study.images {
        for (name, file) in labels(image, &deposited) {
            if folder_of(&file.file).is_some_and(|folder| !named.contains(&folder)) {
                sets.entry(name).or_default().push(file);
            }
        }
    }
    let sets = sets.into_iter().map(|(name, files)| AnnotationSet {
        title: format!("Labels “{name}” in the OME-Zarr"),
        annotation_type: Some(SEGMENTATION_MASK.to_owned()),
        method: None,
        files,
    });
    study.annotations.extend(sets);
}

fn folder_of(file: &RelPath) -> Option<String> {
    let (folder, _) = file.as_str().rsplit_once('/')?;
    Some(folder.to_owned())
}

/// The label images of an image by name, each with the file that describes it. What cannot be read is told where images are.
fn labels(image: &Image, deposited: &Arc<DepositedFiles>) -> Vec<(String, AnnotationFile)> {
    let Some(first) = image.files.first() else {
        return Vec::new();
    };
    let Some(root) = zarr_folder(first) else {
        return Vec::new();
    };
    let limits = ByFormat::default().limits;
    let files = Arc::clone(deposited);
    let inside = first.as_str()[root.as_str().len()..].trim_start_matches('/');
    let inside = inside.rsplit_once('/').map_or("", |(folder, _)| folder);
    let Ok(opened) = zarr::open(files, Some(root.clone()), inside, limits) else {
        return Vec::new();
    };
    let described = |label: &String| {
        let name = label.rsplit('/').next()?.to_owned();
        let metadata = ["zarr.json", ".zattrs", ".zgroup"].into_iter();
        let file = metadata
            .filter_map(|file| RelPath::parse(&format!("{root}/{label}/{file}")).ok())
            .find(|file| deposited.find(file).is_some())?;
        let source = Some(first.clone());
        let image = None;
        Some((
            name,
            AnnotationFile {
                file,
                source,
                image,
            },
        ))
    };
    opened.labels().iter().filter_map(described).collect()
}
