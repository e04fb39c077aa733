//! What is in a study's folder: its files by path, and what cannot be one.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::deposit::IDENTIFIER_FILE;
use crate::finding::Finding;
use crate::relative_path::RelPath;

/// A regular file below the folder.
#[derive(Debug)]
pub(super) struct ListedFile {
    pub path: RelPath,
    pub bytes: u64,
}

/// A folder as it was when it was listed. Links are not followed, so it is finite and wholly inside.
#[derive(Debug)]
pub(super) struct Listing {
    pub root: PathBuf,
    /// By the bytes of their paths.
    pub files: Vec<ListedFile>,
    /// What can be no file of a study, by its path as far as that can be written down, and why.
    pub unusable: HashMap<String, String>,
    /// What the disk would not tell: there may be files that a glob should have found.
    pub errors: Vec<Finding>,
    /// Outermost folders whose name ends in `.zarr`: each holds one image or several, and not many files.
    pub zarrs: HashSet<String>,
    folders: HashSet<String>,
    by_lower_case: OnceCell<HashMap<String, usize>>,
}

impl Listing {
    /// Lists a folder with everything below it.
    pub fn of(root: &Path) -> Listing {
        let mut listing = Listing {
            root: root.to_owned(),
            files: Vec::new(),
            unusable: HashMap::new(),
            errors: Vec::new(),
            zarrs: HashSet::new(),
            folders: HashSet::new(),
            by_lower_case: OnceCell::new(),
        };
        for entry in WalkDir::new(root).min_depth(1) {
            match entry {
                Ok(entry) => listing.add(&entry),
                Err(error) => listing.unreadable(error.path().unwrap_or(root), &error),
            }
        }
        listing
            .files
            .sort_unstable_by(|left, right| left.path.cmp(&right.path));
        listing
    }

    fn add(&mut self, entry: &DirEntry) {
        let path = entry
            .path()
            .strip_prefix(&self.root)
            .unwrap_or(entry.path());
        if path == Path::new(IDENTIFIER_FILE) {
            return;
        }
        let lossy = path.to_string_lossy().into_owned();
        let kind = entry.file_type();
        if kind.is_symlink() {
            self.unusable.insert(
                lossy,
                "it is a symbolic link, and links are not followed".to_owned(),
            );
        } else if kind.is_dir() {
            self.add_folder(lossy);
        } else if path.to_str().is_none() {
            self.unusable
                .insert(lossy, "its name is not UTF-8; rename it".to_owned());
        } else if !kind.is_file() {
            self.unusable
                .insert(lossy, "it is not a regular file".to_owned());
        } else {
            self.add_file(lossy, entry);
        }
    }

    fn add_folder(&mut self, path: String) {
        if path.to_ascii_lowercase().ends_with(".zarr") && self.zarr_around(&path).is_none() {
            self.zarrs.insert(path.clone());
        }
        self.folders.insert(path);
    }

    fn add_file(&mut self, path: String, entry: &DirEntry) {
        match (RelPath::parse(&path), entry.metadata()) {
            (Ok(path), Ok(metadata)) => self.files.push(ListedFile {
                path,
                bytes: metadata.len(),
            }),
            (Err(error), _) => drop(self.unusable.insert(path, error.to_string())),
            (_, Err(error)) => self.unreadable(entry.path(), &error),
        }
    }

    fn unreadable(&mut self, path: &Path, error: &walkdir::Error) {
        let path = path.strip_prefix(&self.root).unwrap_or(path).display();
        // the system's words, without the path, which is told already
        let reason = error
            .io_error()
            .map_or_else(|| error.to_string(), std::string::ToString::to_string);
        self.errors.push(Finding::error(
            "",
            format!("`{path}` in the study's folder cannot be read: {reason}"),
        ));
    }

    /// The place of a file in `files`.
    pub fn file(&self, path: &str) -> Option<usize> {
        self.files
            .binary_search_by(|file| file.path.as_str().cmp(path))
            .ok()
    }

    /// The places of all files whose path begins with this.
    pub fn beginning_with(&self, prefix: &str) -> std::ops::Range<usize> {
        let start = self
            .files
            .partition_point(|file| file.path.as_str() < prefix);
        let length =
            self.files[start..].partition_point(|file| file.path.as_str().starts_with(prefix));
        start..start + length
    }

    /// Whether there is such a folder.
    pub fn is_folder(&self, path: &str) -> bool {
        self.folders.contains(path)
    }

    /// The OME-Zarr folder that a path is in.
    pub fn zarr_around(&self, path: &str) -> Option<&str> {
        if self.zarrs.is_empty() {
            return None;
        }
        let ends = path.match_indices('/').map(|(end, _)| end);
        ends.into_iter()
            .find_map(|end| self.zarrs.get(&path[..end]))
            .map(String::as_str)
    }

    /// Why a path cannot be a file of the study: itself, or a folder that it is in.
    pub fn why_unusable(&self, path: &str) -> Option<(&str, &str)> {
        let ends = path
            .match_indices('/')
            .map(|(end, _)| end)
            .chain([path.len()]);
        ends.into_iter().find_map(|end| {
            self.unusable
                .get_key_value(&path[..end])
                .map(|(path, reason)| (path.as_str(), reason.as_str()))
        })
    }

    /// A file whose path differs in capitals alone.
    pub fn in_other_capitals(&self, path: &str) -> Option<&RelPath> {
        let by_lower_case = self.by_lower_case.get_or_init(|| {
            self.files
                .iter()
                .enumerate()
                .map(|(place, file)| (file.path.as_str().to_lowercase(), place))
                .collect()
        });
        by_lower_case
            .get(&path.to_lowercase())
            .map(|place| &self.files[*place].path)
    }
}
