//! The files in the folder of a crate, apart from those that describe it.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::deposit::imaging::{self, Imaged, NoImage};
use crate::deposit::regular_file::RegularFiles;
use crate::deposit::{DepositedFile, IDENTIFIER_FILE, Means, media_type, open_regular};
use crate::finding::Finding;
use crate::relative_path::RelPath;

/// Files of RO-Crate itself. They name people's addresses, so they are read and never published.
const ABOUT_THE_CRATE: &[&str] = &[
    "ro-crate-metadata.json",
    "ro-crate-metadata.jsonld",
    "ro-crate-preview.html",
    "ro-crate-preview_files",
    IDENTIFIER_FILE,
];

/// What Zarr calls its metadata (version 2): hidden, and the better part of an OME-Zarr.
const OF_ZARR: &[&str] = &[".zarray", ".zattrs", ".zgroup", ".zmetadata"];

/// A crate's folder.
#[derive(Debug)]
pub(super) struct Payload<'m> {
    root: PathBuf,
    means: Means<'m>,
    /// Regular files by path, with their sizes.
    files: BTreeMap<RelPath, u64>,
    /// Those that were taken out of the list.
    taken: HashSet<RelPath>,
}

/// A file, looked into.
#[derive(Debug)]
pub(super) struct LookedAt {
    /// The file; its media type is that of its bytes, else the one stated, else that of its name.
    pub file: DepositedFile,
    /// Whether it may be an image.
    pub may_be_image: bool,
}

impl<'m> Payload<'m> {
    /// Lists a folder without following symbolic links; what cannot be kept is an error.
    pub fn list(root: &Path, means: Means<'m>, findings: &mut Vec<Finding>) -> Payload<'m> {
        let mut payload = Payload {
            root: root.to_owned(),
            means,
            files: BTreeMap::new(),
            taken: HashSet::new(),
        };
        let mut hidden = 0_usize;
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            match payload.list_folder(&folder, findings) {
                Ok((inner, skipped)) => {
                    folders.extend(inner);
                    hidden += skipped;
                }
                Err(error) => findings.push(Finding::error(
                    folder,
                    format!("the folder cannot be read: {error}"),
                )),
            }
        }
        if hidden > 0 {
            findings.push(Finding::warning(
                "",
                format!(
                    "{hidden} hidden files or folders, whose names begin with a dot, were left out"
                ),
            ));
        }
        payload
    }

    /// Adds the files of a folder; returns the folders in it and how much of it is hidden.
    fn list_folder(
        &mut self,
        folder: &str,
        findings: &mut Vec<Finding>,
    ) -> io::Result<(Vec<String>, usize)> {
        let (mut folders, mut hidden) = (Vec::new(), 0);
        for entry in fs::read_dir(self.root.join(folder))? {
            let entry = entry?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                findings.push(Finding::error(
                    entry.path().to_string_lossy(),
                    "its name is not UTF-8; rename it",
                ));
                continue;
            };
            if folder.is_empty() && ABOUT_THE_CRATE.contains(&name) {
                continue;
            }
            if name.starts_with('.') && !OF_ZARR.contains(&name) {
                hidden += 1;
                continue;
            }
            let path = if folder.is_empty() {
                name.to_owned()
            } else {
                format!("{folder}/{name}")
            };
            let metadata = entry.metadata()?;
            if metadata.is_dir() {
                folders.push(path);
            } else if metadata.is_symlink() {
                findings.push(Finding::error(path, "it is a symbolic link, and links are not followed; put the file itself in its place or remove it"));
            } else if !metadata.is_file() {
                findings.push(Finding::error(
                    path,
                    "it is neither a file nor a folder; remove it",
                ));
            } else {
                match RelPath::parse(&path) {
                    Ok(path) => drop(self.files.insert(path, metadata.len())),
                    Err(error) => findings.push(Finding::error(path, error.to_string())),
                }
            }
        }
        Ok((folders, hidden))
    }

    /// Takes a file out of the list, if it is there.
    pub fn take(&mut self, path: &RelPath) -> Option<u64> {
        let bytes = self.files.remove(path)?;
        self.taken.insert(path.clone());
        Some(bytes)
    }

    /// Whether a file was there and has been taken.
    pub fn has_taken(&self, path: &RelPath) -> bool {
        self.taken.contains(path)
    }

    /// Takes the files below a folder that nobody has taken.
    pub fn take_below(&mut self, folder: &RelPath) -> Vec<(RelPath, u64)> {
        let prefix = format!("{folder}/");
        // names between the folder's own and those below it, such as `folder-2`, are stepped over
        let from = self
            .files
            .range(folder.clone()..)
            .skip_while(|(path, _)| path.as_str() < prefix.as_str());
        let below: Vec<RelPath> = from
            .map(|(path, _)| path.clone())
            .take_while(|path| path.as_str().starts_with(&prefix))
            .collect();
        self.taken.extend(below.iter().cloned());
        below
            .into_iter()
            .filter_map(|path| self.files.remove_entry(&path))
            .collect()
    }

    /// Takes all that is left.
    pub fn take_rest(&mut self) -> Vec<(RelPath, u64)> {
        std::mem::take(&mut self.files).into_iter().collect()
    }

    /// Whether a file was ever in the list.
    pub fn has(&self, path: &RelPath) -> bool {
        self.taken.contains(path) || self.files.contains_key(path)
    }

    /// What a file says as an image, or the OME-Zarr that it is in.
    ///
    /// # Errors
    /// [`NoImage`].
    pub fn imaged(&self, path: &RelPath) -> Result<Imaged, NoImage> {
        let files = Arc::new(RegularFiles(self.root.clone()));
        imaging::read(files, vec![path.clone()], &[], self.means)
    }

    /// Opens a file and says what kind it is. `stated` is the media type that the crate gives it.
    ///
    /// # Errors
    /// When it cannot be opened or read.
    pub fn look_at(&self, path: RelPath, bytes: u64, stated: Option<&str>) -> io::Result<LookedAt> {
        let open = open_regular(&self.root, &path)?;
        let by_bytes = media_type::of_file(path.as_str(), &open)?;
        let usable = stated.filter(|stated| !stated.ends_with("/*"));
        let media_type = if by_bytes == media_type::UNKNOWN {
            usable.unwrap_or(by_bytes)
        } else {
            by_bytes
        };
        let may_be_image = is_image(path.as_str(), stated, media_type);
        let location = path.below(&self.root);
        Ok(LookedAt {
            file: DepositedFile {
                path,
                location,
                bytes,
                media_type: media_type.to_owned(),
                columns: Vec::new(),
            },
            may_be_image,
        })
    }
}

/// What the crate says decides; where it says nothing, bytes and name do. A drawing in SVG is no image of a microscope.
fn is_image(path: &str, stated: Option<&str>, media_type: &str) -> bool {
    let says_image = |kind: &str| kind.starts_with("image/") && kind != "image/svg+xml";
    match stated {
        Some(stated) if stated.contains('/') => says_image(stated),
        _ => says_image(media_type) || media_type::is_microscopy(path),
    }
}
