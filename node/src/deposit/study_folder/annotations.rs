//! Annotations: their files, and the images that these were made from.

use crate::deposit::study_file::{AnnotationEntry, AnnotationFiles, Named};
use crate::finding::Finding;
use crate::relative_path::RelPath;
use crate::study::{AnnotationFile, AnnotationSet};

use super::ImageFiles;
use super::listing::Listing;
use super::pairs::{Pairing, pairs};
use super::plan::{Plan, at_most};
use super::selection::{Chosen, Looking, select};

/// A set of annotations whose files are found, and whose images are not looked for yet.
pub(super) struct PlannedSet {
    set: AnnotationSet,
    files: Vec<PlannedFiles>,
}

/// What an entry of `files` named.
struct PlannedFiles {
    found: Vec<Found>,
    entry: AnnotationFiles,
}

/// A file, or an OME-Zarr.
struct Found {
    /// By what it is paired: its path, or that of the folder.
    name: String,
    /// The file that stands for it: itself, or the metadata at the root of the folder.
    file: RelPath,
}

/// Finds the files of a set and has them deposited. A folder `….zarr` is one file of it.
pub(super) fn planned(entry: AnnotationEntry, plan: &mut Plan<'_>) -> PlannedSet {
    let mut files = Vec::with_capacity(entry.files.len());
    for entry in entry.files {
        let chosen = select(
            plan.listing,
            &entry.files,
            Looking::ForImages,
            &mut plan.findings,
        );
        for chosen in &chosen {
            for file in places(plan.listing, chosen) {
                plan.deposit(file);
            }
        }
        let found = chosen
            .iter()
            .filter_map(|chosen| found(plan.listing, chosen));
        files.push(PlannedFiles {
            found: found.collect(),
            entry,
        });
    }
    PlannedSet {
        set: entry.set,
        files,
    }
}

fn places(listing: &Listing, chosen: &Chosen) -> std::ops::Range<usize> {
    match chosen {
        Chosen::File(file) => *file..*file + 1,
        Chosen::Zarr(folder) => listing.beginning_with(&format!("{folder}/")),
    }
}

fn found(listing: &Listing, chosen: &Chosen) -> Option<Found> {
    let path = |file: usize| listing.files[file].path.clone();
    let (name, file) = match chosen {
        Chosen::File(file) => (path(*file).as_str().to_owned(), path(*file)),
        Chosen::Zarr(folder) => {
            let is_at_root = |file: &usize| {
                !listing.files[*file].path.as_str()[folder.len() + 1..].contains('/')
            };
            let first = places(listing, chosen).find(is_at_root)?;
            (folder.clone(), path(first))
        }
    };
    Some(Found { name, file })
}

impl ImageFiles<'_> {
    /// The set with its files, and the image that each was made from.
    pub(super) fn annotation(&self, set: PlannedSet, findings: &mut Vec<Finding>) -> AnnotationSet {
        let mut files = Vec::new();
        // a name that finds no file has an error of its own, and asks for no image
        let named = set
            .files
            .into_iter()
            .filter(|files| !files.found.is_empty());
        for PlannedFiles { found, entry } in named {
            match entry.source {
                Some(source) if entry.is_paired => {
                    files.extend(self.paired(found, &entry.files, &source, findings));
                }
                source => {
                    let source =
                        source.and_then(|source| self.chosen(&source, findings).into_iter().next());
                    files.extend(found.into_iter().map(|found| AnnotationFile {
                        file: found.file,
                        source: source.clone(),
                        image: None,
                    }));
                }
            }
        }
        AnnotationSet { files, ..set.set }
    }

    /// Each file with the image that has the same name where the two names differ from file to file.
    fn paired(
        &self,
        found: Vec<Found>,
        files: &Named,
        source: &Named,
        findings: &mut Vec<Finding>,
    ) -> Vec<AnnotationFile> {
        let sources = self.sources(source, findings);
        let names = |list: &[Found]| -> Vec<String> {
            list.iter().map(|found| found.name.clone()).collect()
        };
        let pairing = Pairing {
            files: &files.name,
            sources: &source.name,
        };
        let pairs = match pairs(&pairing, &names(&found), &names(&sources)) {
            Ok(pairs) => pairs,
            Err(message) => {
                findings.push(files.error(message));
                vec![None; found.len()]
            }
        };
        let mut is_used = vec![false; sources.len()];
        let mut alone = Vec::new();
        let mut made = Vec::with_capacity(found.len());
        for (found, pair) in found.into_iter().zip(pairs) {
            match pair {
                Some(place) => is_used[place] = true,
                None => alone.push(format!(
                    "`{}` has no image among `{}`: where the names have a *, an image must have the same text, or the text with which the file's begins before _, -, a dot or a space",
                    found.name, source.name
                )),
            }
            made.push(AnnotationFile {
                file: found.file,
                source: pair.map(|place| sources[place].file.clone()),
                image: None,
            });
        }
        let without = sources
            .iter()
            .zip(&is_used)
            .filter(|(_, is_used)| !**is_used);
        let without: Vec<String> = without
            .map(|(image, _)| format!("no file of `{}` is made from `{}`", files.name, image.name))
            .collect();
        findings.extend(at_most(alone, |message| files.error(message)));
        findings.extend(at_most(without, |message| source.warning(message)));
        made
    }

    /// The images that a name or glob fits.
    fn sources(&self, named: &Named, findings: &mut Vec<Finding>) -> Vec<Found> {
        let chosen = select(self.listing, named, Looking::ForImages, findings);
        let found: Vec<Found> = chosen
            .iter()
            .filter_map(|chosen| found(self.listing, chosen))
            .filter(|found| self.is_image.contains(&found.file))
            .collect();
        if found.is_empty() && !chosen.is_empty() {
            findings.push(named.error(format!(
                "`{}` is not among the images of any component",
                named.name
            )));
        }
        found
    }
}
