//! Which files are deposited, and which of them are to be which image: decided before any of them is opened.

use std::collections::{HashMap, HashSet};

use crate::deposit::regular_file::open_regular;
use crate::deposit::study_file::{ComponentFiles, Grouping, ImageEntry, Named};
use crate::finding::Finding;
use crate::relative_path::RelPath;
use crate::study::{CountedAxis, Property};

use super::file_list::{FileList, Row};
use super::filename_pattern::FilenamePattern;
use super::listing::Listing;
use super::rows::{Place, Rows};
use super::selection::{Chosen, Looking, exactly, select, why_missing, why_no_row};

/// Columns of file lists that are a file's.
pub(super) type Columns = Vec<(String, String)>;

/// The images that one entry of the study file, or one file list, asks for.
pub(super) struct Planned {
    pub component: usize,
    pub entry: ImageEntry,
    /// A file list only names files; an entry of `images` claims that they are images.
    pub from_list: bool,
    pub images: Vec<PlannedImage>,
}

/// Files that are to be one image.
pub(super) struct PlannedImage {
    /// Places of its files in the listing; of a `.zarr` folder those at its root.
    pub files: Vec<usize>,
    /// The path by which it is known again: of its first file, or of the folder.
    pub key: String,
    /// What its files' names or its row say of it.
    pub values: Vec<Property>,
    /// The axes along which its files are counted.
    pub counted: Vec<CountedAxis>,
    pub is_zarr: bool,
}

/// The plan for a folder.
pub(super) struct Plan<'a> {
    pub listing: &'a Listing,
    pub entries: Vec<Planned>,
    /// By place in the listing: the entry whose image the file is to be.
    image_of: Vec<Option<usize>>,
    /// By place in the listing.
    deposited: Vec<bool>,
    pub columns: HashMap<usize, Columns>,
    /// What file lists say of the images of an OME-Zarr, by its path.
    pub rows: HashMap<String, Rows>,
    /// The file lists that were read.
    pub lists: Vec<Named>,
    pub findings: Vec<Finding>,
}

impl<'a> Plan<'a> {
    pub fn new(listing: &'a Listing) -> Plan<'a> {
        let many = listing.files.len();
        Plan {
            listing,
            entries: Vec::new(),
            image_of: vec![None; many],
            deposited: vec![false; many],
            columns: HashMap::new(),
            rows: HashMap::new(),
            lists: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// Whether a file was asked for as an image.
    pub fn is_asked_for_as_image(&self, file: usize) -> bool {
        self.image_of[file].is_some()
    }

    /// Places of all files that are deposited, in the order of their paths.
    pub fn deposited(&self) -> impl Iterator<Item = usize> {
        self.deposited
            .iter()
            .enumerate()
            .filter(|(_, deposited)| **deposited)
            .map(|(file, _)| file)
    }

    /// Places of those that nobody asked for.
    pub fn left_out(&self) -> impl Iterator<Item = usize> {
        self.deposited
            .iter()
            .enumerate()
            .filter(|(_, deposited)| !**deposited)
            .map(|(file, _)| file)
    }

    /// Everything that the components name: their images first, for a file list adds to them.
    pub fn components(&mut self, components: Vec<ComponentFiles>) {
        let mut lists = Vec::new();
        for (component, files) in components.into_iter().enumerate() {
            for entry in files.images {
                self.entry(component, entry);
            }
            for named in &files.files {
                self.files(named);
            }
            lists.extend(files.file_lists.into_iter().map(|list| (component, list)));
        }
        for (component, list) in lists {
            self.file_list(&list, Some(component));
        }
    }

    /// Files that are no images; a glob that finds images as well leaves them what they are.
    pub fn files(&mut self, named: &Named) -> Vec<usize> {
        let chosen = select(self.listing, named, Looking::ForFiles, &mut self.findings);
        let files: Vec<usize> = chosen
            .into_iter()
            .filter_map(|chosen| match chosen {
                Chosen::File(file) => Some(file),
                Chosen::Zarr(_) => None,
            })
            .collect();
        for file in &files {
            self.deposited[*file] = true;
        }
        files
    }

    /// Has a file deposited that is no image of the study.
    pub fn deposit(&mut self, file: usize) {
        self.deposited[file] = true;
    }

    /// An entry of `images`.
    fn entry(&mut self, component: usize, entry: ImageEntry) {
        let images = match entry.grouping {
            Grouping::Pattern => self.by_pattern(&entry.files),
            Grouping::Single | Grouping::AllSeries => {
                let chosen = select(
                    self.listing,
                    &entry.files,
                    Looking::ForImages,
                    &mut self.findings,
                );
                chosen
                    .into_iter()
                    .map(|chosen| self.single(chosen))
                    .collect()
            }
        };
        if entry.title.is_some() && images.len() > 1 {
            let message = format!(
                "`title` names one image, and here are {}; leave it out or name one file",
                images.len()
            );
            self.findings.push(entry.files.error(message));
        }
        let place = self.entries.len();
        let images = self.claim(images, place, &entry.files);
        self.entries.push(Planned {
            component,
            entry,
            from_list: false,
            images,
        });
    }

    /// A file or a `.zarr` folder as an image.
    fn single(&self, chosen: Chosen) -> PlannedImage {
        let (files, key, is_zarr) = match chosen {
            Chosen::File(file) => (
                vec![file],
                self.listing.files[file].path.as_str().to_owned(),
                false,
            ),
            Chosen::Zarr(folder) => {
                let inside = format!("{folder}/");
                let is_at_root = |file: &usize| {
                    !self.listing.files[*file].path.as_str()[inside.len()..].contains('/')
                };
                (
                    self.listing
                        .beginning_with(&inside)
                        .filter(is_at_root)
                        .collect(),
                    folder,
                    true,
                )
            }
        };
        PlannedImage {
            files,
            key,
            values: Vec::new(),
            counted: Vec::new(),
            is_zarr,
        }
    }

    fn by_pattern(&mut self, named: &Named) -> Vec<PlannedImage> {
        let pattern = match RelPath::parse(&named.name).map_err(|error| error.to_string()) {
            Ok(path) => FilenamePattern::parse(path.as_str()),
            Err(error) => Err(error),
        };
        let pattern = match pattern {
            Ok(pattern) => pattern,
            Err(error) => {
                self.findings
                    .push(named.error(format!("`{}` is not a pattern: {error}", named.name)));
                return Vec::new();
            }
        };
        let files = self.listing.beginning_with(&pattern.prefix);
        let groups =
            pattern.group(files.map(|file| (file, self.listing.files[file].path.as_str())));
        if groups.is_empty() {
            self.findings.push(named.error(format!(
                "no file of the study's folder fits `{}`",
                named.name
            )));
        }
        let mut images = Vec::with_capacity(groups.len());
        let mut odd = Vec::new();
        for group in groups {
            let key = self.listing.files[group.files[0]].path.as_str().to_owned();
            odd.extend(
                group
                    .odd
                    .map(|odd| format!("the image of `{key}` may not be whole: {odd}")),
            );
            let values = group
                .values
                .into_iter()
                .map(|(name, value)| Property { name, value })
                .collect();
            images.push(PlannedImage {
                files: group.files,
                key,
                values,
                counted: group.counted,
                is_zarr: false,
            });
        }
        self.findings
            .extend(at_most(odd, |message| named.warning(message)));
        images
    }

    /// Gives images their files, and drops those whose files are another entry's already.
    fn claim(
        &mut self,
        images: Vec<PlannedImage>,
        entry: usize,
        named: &Named,
    ) -> Vec<PlannedImage> {
        let mut claimed = Vec::with_capacity(images.len());
        let mut taken: Vec<(usize, usize)> = Vec::new();
        for image in images {
            let files = self.files_of(&image);
            let before = files
                .iter()
                .find_map(|file| self.image_of[*file].map(|other| (*file, other)));
            if let Some(before) = before {
                taken.push(before);
                continue;
            }
            for file in files {
                self.image_of[file] = Some(entry);
                self.deposited[file] = true;
            }
            claimed.push(image);
        }
        if let [(file, other), more @ ..] = &taken[..] {
            let others = if more.is_empty() {
                String::new()
            } else {
                format!(" (and {} more likewise)", more.len())
            };
            let other = self
                .entries
                .get(*other)
                .map_or(named.place.as_str(), |other| &other.entry.files.place);
            let file = &self.listing.files[*file].path;
            self.findings.push(named.error(format!(
                "`{file}` is an image by {other} already{others}; a file is in one image"
            )));
        }
        claimed
    }

    /// All files of an image: of a `.zarr` folder everything in it.
    fn files_of(&self, image: &PlannedImage) -> Vec<usize> {
        if image.is_zarr {
            self.listing
                .beginning_with(&format!("{}/", image.key))
                .collect()
        } else {
            image.files.clone()
        }
    }

    /// Deposits files that an image of an entry needs and that nobody named.
    pub fn take_along(&mut self, paths: &[RelPath], entry: usize) {
        for path in paths {
            if let Some(file) = self.listing.file(path.as_str()) {
                self.image_of[file].get_or_insert(entry);
                self.deposited[file] = true;
            }
        }
    }

    /// A file list: its columns go to its files, and those that no entry of `images` has become images of the
    /// component if they can be read as such; files of a list without a component are files.
    pub fn file_list(&mut self, named: &Named, component: Option<usize>) {
        let Some(list) = self.read_list(named) else {
            return;
        };
        let mut images: Vec<PlannedImage> = Vec::new();
        let mut problems = Vec::new();
        let mut planned = HashSet::new();
        self.lists.push(named.clone());
        for row in list.rows {
            let line = row.line;
            match self.row(row, &list.columns) {
                // an OME-Zarr may have a row for each of its wells
                Ok(Some(image)) if planned.insert(image.key.clone()) => images.push(image),
                Ok(_) => {}
                Err(message) => problems.push(format!("row in line {line}: {message}")),
            }
        }
        self.findings
            .extend(at_most(problems, |message| named.error(message)));
        if let Some(component) = component {
            let images = self.claim(images, self.entries.len(), named);
            let entry = ImageEntry::plain(named.clone(), Grouping::Single);
            self.entries.push(Planned {
                component,
                entry,
                from_list: true,
                images,
            });
        }
    }

    fn read_list(&mut self, named: &Named) -> Option<FileList> {
        let looked_up = RelPath::parse(&named.name)
            .map_err(|error| error.to_string())
            .and_then(|path| {
                self.listing.file(path.as_str()).ok_or_else(|| {
                    match self.listing.why_unusable(path.as_str()) {
                        Some((part, reason)) => format!("`{part}` cannot be deposited: {reason}"),
                        None => why_missing(self.listing, path.as_str()),
                    }
                })
            });
        let read = looked_up.and_then(|file| {
            self.deposited[file] = true;
            let opened = open_regular(&self.listing.root, &self.listing.files[file].path);
            FileList::read(opened.map_err(|error| format!("it cannot be opened: {error}"))?)
                .map_err(|message| format!("file list `{}`: {message}", named.name))
        });
        read.map_err(|message| self.findings.push(named.error(message)))
            .ok()
    }

    /// A row's file gets its columns; it is an image to be, unless it is one already. A row about images in an OME-Zarr waits
    /// until those are read, and the whole of it is to be images.
    fn row(&mut self, row: Row, columns: &[String]) -> Result<Option<PlannedImage>, String> {
        let path = RelPath::parse(&row.path).map_err(|error| error.to_string())?;
        let path = path.as_str();
        let said: Columns = columns
            .iter()
            .cloned()
            .zip(row.cells)
            .filter(|(_, cell)| !cell.is_empty())
            .collect();
        let place = Place::of(self.listing, path);
        let whole = place.as_ref().map_or(path, |place| place.whole.as_str());
        let chosen = exactly(self.listing, whole, Looking::ForImages);
        let chosen = chosen.ok_or_else(|| match self.listing.why_unusable(path) {
            Some((part, reason)) => format!("`{part}` cannot be deposited: {reason}"),
            None => why_no_row(self.listing, path),
        })?;
        let image = self.single(chosen);
        let Some(first) = image.files.first().copied() else {
            return Err(format!("`{whole}` has nothing at its root"));
        };
        let named = match &place {
            None => Some(first),
            Some(place) => {
                let rows = self.rows.entry(place.whole.clone()).or_default();
                let is_about_all = rows.add(place, said.clone(), self.lists.len() - 1, row.line)?;
                match place.is_metadata {
                    true => self.listing.file(path),
                    false => is_about_all.then_some(first),
                }
            }
        };
        if let Some(named) = named
            && self.columns.insert(named, said).is_some()
            && place.is_none()
        {
            return Err(format!("`{path}` is in a file list already"));
        }
        for file in self.files_of(&image) {
            self.deposited[file] = true;
        }
        let is_part = place.is_none() && self.listing.zarr_around(path).is_some();
        let is_new = self.image_of[first].is_none() && !is_part;
        Ok(is_new.then_some(image))
    }
}

/// A reason for each file; a place with more problems than anybody mends one by one tells how many more there are.
pub(super) fn at_most(
    mut messages: Vec<String>,
    finding: impl Fn(String) -> Finding,
) -> Vec<Finding> {
    const MOST: usize = 100_000;
    let more = messages.len().saturating_sub(MOST);
    messages.truncate(MOST);
    if more > 0 {
        messages.push(format!("and {more} more of this kind"));
    }
    messages.into_iter().map(finding).collect()
}
