//! The rows of a manifest: every file, and the image that it belongs to.

use std::collections::HashMap;

use protocol::identifier::Accession;

use crate::relative_path::RelPath;
use crate::store::manifest::ManifestRow;
use crate::store::ocfl::StoredFile;
use crate::study::Study;
use crate::validate::Validated;

pub(super) fn manifest_rows(
    validated: &Validated,
    files: &[StoredFile],
    images: &[Accession],
) -> Vec<ManifestRow> {
    let image_of = FilesOfImages::new(validated.study(), images);
    validated
        .files()
        .iter()
        .zip(files)
        .map(|(deposited, stored)| ManifestRow {
            path: deposited.path.clone(),
            bytes: stored.bytes,
            sha256: stored.sha256,
            media_type: deposited.media_type.clone(),
            image: image_of.images(&deposited.path),
            columns: deposited
                .columns
                .iter()
                .map(|(name, value)| (name.as_str().into(), value.clone()))
                .collect(),
        })
        .collect()
}

/// Which images a file holds, or is a part of: a `.zarr` image is a folder whose primary files are a few of many.
struct FilesOfImages<'a> {
    by_file: HashMap<&'a str, Vec<&'a Accession>>,
    by_key: HashMap<&'a str, &'a Accession>,
}

impl<'a> FilesOfImages<'a> {
    fn new(study: &'a Study, ids: &'a [Accession]) -> FilesOfImages<'a> {
        let images = || study.images.iter().zip(ids);
        let mut by_file: HashMap<&str, Vec<&Accession>> = HashMap::new();
        for (image, id) in images() {
            for path in &image.files {
                by_file.entry(path.as_str()).or_default().push(id);
            }
        }
        FilesOfImages {
            by_file,
            by_key: images()
                .map(|(image, id)| (image.key.as_str(), id))
                .collect(),
        }
    }

    fn images(&self, path: &'a RelPath) -> Option<String> {
        let path = path.as_str();
        let of_folder = || {
            path.match_indices('/')
                .find_map(|(end, _)| self.by_key.get(&path[..end]))
        };
        match self.by_file.get(path) {
            Some(ids) => {
                let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
                Some(ids.join(" "))
            }
            None => of_folder().map(ToString::to_string),
        }
    }
}
