//! Reads the images of the plan, without their pixels, and finds out which of their files belong together.
//!
//! A file of a set (OME-TIFF over several files) names the others, and opening it opens all of them. So each set is read
//! once, by the first of its files in the order of the plan, and the others are parts of what that gave.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::deposit::Means;
use crate::deposit::imaging::{self, Imaged, ImagedOne, NoImage};
use crate::deposit::regular_file::RegularFiles;
use crate::image::{Files, ImageError};
use crate::relative_path::RelPath;
use crate::study::{CountedAxis, Pixels};

use super::inspect::side_by_side;
use super::plan::{Plan, PlannedImage};

/// What came of an image of the plan.
#[derive(Debug)]
pub(super) enum Outcome {
    /// What its files say.
    Read(Imaged),
    /// Its files do not make one image; what those say that can be read.
    InParts(Box<InParts>),
    /// Its file is in the image of another, which is named.
    PartOf(RelPath),
    /// A file that it needs is another image already.
    Contested(RelPath),
    /// Nothing.
    Not(NoImage),
}

/// Files by pattern that do not make one image.
#[derive(Debug)]
pub(super) struct InParts {
    /// Those that can be read, in order; at least one.
    pub readable: Vec<RelPath>,
    /// What the first of these says of itself.
    pub first: Pixels,
    /// Those that are otherwise than the first.
    pub different: Vec<RelPath>,
    /// Those that cannot be read, and why.
    pub unreadable: Vec<(RelPath, NoImage)>,
    /// Why they do not make one image.
    pub why: String,
}

/// An image to be read.
struct Job {
    entry: usize,
    image: usize,
    paths: Vec<RelPath>,
    counted: Vec<CountedAxis>,
}

/// Reads all images of the plan: for each entry and each of its images, what came of it. Files that belong to them and that
/// nobody named are deposited with them.
pub(super) fn read_images(plan: &mut Plan<'_>, means: Means<'_>) -> Vec<Vec<Outcome>> {
    let files: Arc<dyn Files> = Arc::new(RegularFiles(plan.listing.root.clone()));
    let jobs = jobs(plan);
    let parts: Mutex<HashSet<RelPath>> = Mutex::default();
    let is_part = |path: &RelPath| {
        let parts = parts.lock().unwrap_or_else(PoisonError::into_inner);
        parts.contains(path)
    };
    let again = |job: &Job| read(&files, job, means);
    let read = |number: usize| {
        let job = &jobs[number];
        if job.paths.iter().all(is_part) {
            return None;
        }
        let outcome = read(&files, job, means);
        let others = others(job, &outcome);
        if !others.is_empty() {
            let mut parts = parts.lock().unwrap_or_else(PoisonError::into_inner);
            parts.extend(others.into_iter().cloned());
        }
        Some(outcome)
    };
    let outcomes = side_by_side(jobs.len(), read);
    settle(plan, jobs, outcomes, &again)
}

/// Documents of sets come first: of the files that they name each may be an image by itself.
fn jobs(plan: &Plan<'_>) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (entry, planned) in plan.entries.iter().enumerate() {
        for (image, planned) in planned.images.iter().enumerate() {
            jobs.push(Job {
                entry,
                image,
                paths: paths(plan, planned),
                counted: planned.counted.clone(),
            });
        }
    }
    let is_document = |path: &RelPath| path.as_str().to_ascii_lowercase().ends_with(".ome");
    jobs.sort_by_key(|job| !job.paths.first().is_some_and(is_document));
    jobs
}

fn paths(plan: &Plan<'_>, image: &PlannedImage) -> Vec<RelPath> {
    let path = |file: &usize| plan.listing.files[*file].path.clone();
    match image.is_zarr {
        true => image.files.first().map(path).into_iter().collect(),
        false => image.files.iter().map(path).collect(),
    }
}

fn read(files: &Arc<dyn Files>, job: &Job, means: Means<'_>) -> Outcome {
    if job.paths.is_empty() {
        let why = ImageError::broken("OME-Zarr", "it has no metadata at its root");
        return Outcome::Not(NoImage::Unreadable(why));
    }
    match imaging::read(Arc::clone(files), job.paths.clone(), &job.counted, means) {
        Ok(imaged) => Outcome::Read(imaged),
        Err(why) if job.paths.len() > 1 => in_parts(files, job, why),
        Err(why) => Outcome::Not(why),
    }
}

/// Reads the files of an image one by one, where together they make none.
fn in_parts(files: &Arc<dyn Files>, job: &Job, why: NoImage) -> Outcome {
    let mut found: Option<InParts> = None;
    let mut unreadable = Vec::new();
    for path in &job.paths {
        let read = imaging::read_here(Arc::clone(files), vec![path.clone()], &[]);
        let pixels = read.map(|imaged| imaged.images.into_iter().next().map(|one| one.pixels));
        match (pixels, &mut found) {
            (Err(why), _) => unreadable.push((path.clone(), why)),
            (Ok(None), _) => {}
            (Ok(Some(pixels)), Some(found)) => {
                if !is_alike(&found.first, &pixels) {
                    found.different.push(path.clone());
                }
                found.readable.push(path.clone());
            }
            (Ok(Some(pixels)), None) => {
                found = Some(InParts {
                    readable: vec![path.clone()],
                    first: pixels,
                    different: Vec::new(),
                    unreadable: Vec::new(),
                    why: match &why {
                        NoImage::Unreadable(error) => error.to_string(),
                        _ => "one of them has another format".to_owned(),
                    },
                });
            }
        }
    }
    match found {
        Some(found) => Outcome::InParts(Box::new(InParts {
            unreadable,
            ..found
        })),
        None => Outcome::Not(why),
    }
}

fn is_alike(one: &Pixels, other: &Pixels) -> bool {
    (one.size_x, one.size_y, &one.pixel_type) == (other.size_x, other.size_y, &other.pixel_type)
}

/// The files that an outcome needs beside those that were asked for.
fn others<'o>(job: &Job, outcome: &'o Outcome) -> Vec<&'o RelPath> {
    let Outcome::Read(imaged) = outcome else {
        return Vec::new();
    };
    let own: HashSet<&RelPath> = job.paths.iter().collect();
    let all = imaged
        .images
        .iter()
        .flat_map(|ImagedOne { files, .. }| files);
    let mut seen = HashSet::new();
    all.filter(|path| !own.contains(path) && seen.insert(*path))
        .collect()
}

/// Goes through all in order: what is part of an image before is none of its own, and every image has its files.
fn settle(
    plan: &mut Plan<'_>,
    jobs: Vec<Job>,
    outcomes: Vec<Option<Outcome>>,
    read: &dyn Fn(&Job) -> Outcome,
) -> Vec<Vec<Outcome>> {
    let mut owners: HashMap<RelPath, RelPath> = HashMap::new();
    let mut settled: Vec<(usize, usize, Outcome)> = Vec::with_capacity(jobs.len());
    for (job, outcome) in jobs.into_iter().zip(outcomes) {
        let owner = job.paths.iter().find_map(|path| owners.get(path));
        let outcome = match (owner, outcome) {
            (Some(owner), _) => Outcome::PartOf(owner.clone()),
            (None, Some(outcome)) => outcome,
            // it was part of an image that is itself part of another
            (None, None) => read(&job),
        };
        let others: Vec<RelPath> = others(&job, &outcome).into_iter().cloned().collect();
        let contested = others.iter().find(|path| owners.contains_key(path));
        let outcome = match contested {
            Some(path) => Outcome::Contested(path.clone()),
            None => {
                if let (Outcome::Read(_), Some(first)) = (&outcome, job.paths.first()) {
                    for path in others.iter().chain(&job.paths) {
                        owners.insert(path.clone(), first.clone());
                    }
                    plan.take_along(&others, job.entry);
                }
                outcome
            }
        };
        settled.push((job.entry, job.image, outcome));
    }
    settled.sort_by_key(|(entry, image, _)| (*entry, *image));
    let mut by_entry: Vec<Vec<Outcome>> = plan.entries.iter().map(|_| Vec::new()).collect();
    for (entry, _, outcome) in settled {
        by_entry[entry].push(outcome);
    }
    by_entry
}
