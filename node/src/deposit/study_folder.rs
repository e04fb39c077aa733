//! Reads a folder with `study.yaml`: the study, its files, and what is odd about either.
//!
//! list the folder → read the study file → plan which files are what → read the images → put the study together.
//! A file is deposited when the study file names it; `study.yaml` itself always is, so that the submission stays
//! whole. What nobody names is left out, and told.

mod listing;
mod selection;

mod file_list;
mod filename_pattern;

mod plan;
mod rows;

mod inspect;
mod reading;

mod images;
mod stated;

mod annotations;
mod pairs;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};
use std::io::{self, Read};
use std::path::Path;

use crate::finding::Finding;
use crate::relative_path::RelPath;
use crate::study::{Figure, Image, Study};

use super::identifier_file::{fresh_identifier, remembered_identifier};
use super::regular_file::open_regular;
use super::study_file::{self, FigureEntry, Named, StudyFile};
use super::walk::STUDY_FILE;
use super::{Deposit, DepositedFile, Found, IDENTIFIER_FILE, Means};

use inspect::media_types;
use listing::Listing;
use plan::{Columns, Plan, at_most};
use reading::read_images;
use rows::Rows;
use selection::{Chosen, Looking, select};

/// Reads the study of a folder. Everything that is wrong with it is among the findings.
pub fn read(folder: &Path, means: Means<'_>) -> Found {
    match read_study_file(folder) {
        Ok(study_file) => Found::Deposit(Box::new(deposit(folder, study_file, means))),
        Err(findings) => Found::Unreadable {
            source: folder.to_owned(),
            findings,
        },
    }
}

fn read_study_file(folder: &Path) -> Result<StudyFile, Vec<Finding>> {
    let error = |path: &str, message: String| vec![Finding::error(path, message)];
    let text = study_text(folder).map_err(|message| error(STUDY_FILE, message))?;
    let unnamed = remembered_identifier(folder)
        .and_then(|remembered| remembered.map_or_else(fresh_identifier, Ok))
        .map_err(|reason| {
            error(
                IDENTIFIER_FILE,
                format!("the study's identifier cannot be read: {reason}"),
            )
        })?;
    study_file::read(&text, unnamed)
}

fn study_text(folder: &Path) -> Result<String, String> {
    let path = RelPath::parse(STUDY_FILE).map_err(|error| error.to_string())?;
    let file =
        open_regular(folder, &path).map_err(|error| format!("it cannot be opened: {error}"))?;
    let mut bytes = Vec::new();
    file.take(study_file::MOST_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| format!("it cannot be read: {error}"))?;
    if bytes.len() > study_file::MOST_BYTES {
        let most = study_file::MOST_BYTES >> 20;
        return Err(format!(
            "it has more than {most} MiB; name many files by a glob or a file list"
        ));
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8; save it as UTF-8".to_owned())
}

fn deposit(folder: &Path, read: StudyFile, means: Means<'_>) -> Deposit {
    let mut listing = Listing::of(folder);
    let mut findings = read.findings;
    findings.append(&mut listing.errors);
    let mut plan = Plan::new(&listing);
    plan.files(&Named {
        place: STUDY_FILE.to_owned(),
        line: 1,
        name: STUDY_FILE.to_owned(),
    });
    let single_component = (read.components.len() == 1).then_some(0);
    plan.components(read.components);
    for named in &read.files {
        plan.files(named);
    }
    for named in &read.file_lists {
        plan.file_list(named, single_component);
    }
    let thumbnail = read
        .thumbnail
        .and_then(|named| thumbnail(&named, &mut plan));
    let annotated: Vec<_> = read
        .annotations
        .into_iter()
        .map(|entry| annotations::planned(entry, &mut plan))
        .collect();
    let outcomes = read_images(&mut plan, means);
    let made = images::images(&plan, outcomes);
    let images = made.images;
    let media_types = media_types(&plan);

    findings.append(&mut plan.findings);
    findings.extend(made.findings);
    let files = deposited_files(&plan, &made.of_files, &media_types, &mut findings);
    let names = ImageFiles {
        listing: &listing,
        plan: &plan,
        is_image: image_files(&images),
    };
    let annotations = annotated
        .into_iter()
        .map(|set| names.annotation(set, &mut findings))
        .collect();
    let supports = read
        .figures
        .into_iter()
        .map(|figure| names.figure(figure, &mut findings))
        .collect();
    findings.extend(left_out(&plan));
    let study = Study {
        images,
        annotations,
        supports,
        thumbnail,
        ..read.study
    };
    Deposit {
        source: folder.to_owned(),
        study,
        files,
        findings,
        unpacked: None,
    }
}

/// The one file that a name stands for; that it is deposited needs no second mention in `files`.
fn thumbnail(named: &Named, plan: &mut Plan<'_>) -> Option<RelPath> {
    let files = plan.files(named);
    match files[..] {
        [file] => Some(plan.listing.files[file].path.clone()),
        // why there is none has been told
        [] => None,
        _ => {
            plan.findings.push(named.error(format!(
                "`{}` fits {} files, and one is shown for the study; name that one",
                named.name,
                files.len()
            )));
            None
        }
    }
}

/// The files of the deposit by path; what cannot be opened is an error.
fn deposited_files(
    plan: &Plan<'_>,
    of_images: &HashMap<RelPath, Columns>,
    media_types: &[Option<io::Result<&'static str>>],
    findings: &mut Vec<Finding>,
) -> Vec<DepositedFile> {
    let mut files = Vec::new();
    let mut closed = Vec::new();
    let columns = |place: usize, path: &RelPath| {
        let of_file = plan.columns.get(&place);
        let of_zip = || plan.rows.get(path.as_str()).and_then(Rows::only);
        of_file
            .or_else(|| of_images.get(path))
            .or_else(of_zip)
            .cloned()
            .unwrap_or_default()
    };
    for place in plan.deposited() {
        let listed = &plan.listing.files[place];
        match &media_types[place] {
            Some(Ok(media_type)) => files.push(DepositedFile {
                path: listed.path.clone(),
                location: listed.path.below(&plan.listing.root),
                bytes: listed.bytes,
                media_type: (*media_type).to_owned(),
                columns: columns(place, &listed.path),
            }),
            Some(Err(error)) => closed.push(format!("`{}` cannot be read: {error}", listed.path)),
            None => {}
        }
    }
    findings.extend(at_most(closed, |message| Finding::error("", message)));
    files
}

fn image_files(images: &[Image]) -> HashSet<&RelPath> {
    images.iter().flat_map(|image| &image.files).collect()
}

/// Names of files that must be images.
struct ImageFiles<'a> {
    listing: &'a Listing,
    plan: &'a Plan<'a>,
    is_image: HashSet<&'a RelPath>,
}

impl ImageFiles<'_> {
    fn figure(&self, entry: FigureEntry, findings: &mut Vec<Finding>) -> Figure {
        let mut images: Vec<RelPath> = Vec::new();
        let mut seen = HashSet::new();
        for named in &entry.images {
            let chosen = self.chosen(named, findings);
            images.extend(chosen.into_iter().filter(|path| seen.insert(path.clone())));
        }
        Figure {
            figure: entry.figure,
            images,
        }
    }

    /// Files of images by name or glob. One that was asked for as an image and is none was told already.
    fn chosen(&self, named: &Named, findings: &mut Vec<Finding>) -> Vec<RelPath> {
        let chosen = select(self.listing, named, Looking::ForImages, findings);
        let files = chosen.iter().flat_map(|chosen| match chosen {
            Chosen::File(file) => *file..*file + 1,
            Chosen::Zarr(folder) => self.listing.beginning_with(&format!("{folder}/")),
        });
        let files: Vec<usize> = files.collect();
        let path = |file: &usize| &self.listing.files[*file].path;
        let images: Vec<RelPath> = files
            .iter()
            .map(path)
            .filter(|path| self.is_image.contains(path))
            .cloned()
            .collect();
        let excused = files
            .iter()
            .any(|file| self.plan.is_asked_for_as_image(*file));
        if images.is_empty() && !files.is_empty() && !excused {
            findings.push(named.error(format!(
                "`{}` is not among the images of any component",
                named.name
            )));
        }
        images
    }
}

/// One warning for everything in the folder that is not deposited.
fn left_out(plan: &Plan<'_>) -> Vec<Finding> {
    let files = plan
        .left_out()
        .map(|file| plan.listing.files[file].path.as_str().to_owned());
    let mut unusable: Vec<String> = plan
        .listing
        .unusable
        .iter()
        .map(|(path, reason)| format!("{path} ({reason})"))
        .collect();
    unusable.sort();
    let left_out: Vec<String> = unusable.into_iter().chain(files).collect();
    if left_out.is_empty() {
        return Vec::new();
    }
    let first: Vec<&str> = left_out.iter().take(5).map(String::as_str).collect();
    let more = if left_out.len() > first.len() {
        ", …"
    } else {
        ""
    };
    let message = format!(
        "{} of the folder's files are named nowhere and not deposited: {}{more}",
        left_out.len(),
        first.join(", ")
    );
    vec![Finding::warning("", message)]
}
