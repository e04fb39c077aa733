//! Where files go, and what stands beside them while they are on their way.
//!
//! ```text
//! DIR/<path>                          a file, complete and as it was signed
//! DIR/<path>.part                     one that is on its way
//! DIR/<path>.rejected                 what was there, or came, and is not what was signed
//! DIR/.ommatidia/lock                 held by the download that is under way
//! DIR/.ommatidia/parts/<digest>       which bytes of a .part are there
//! DIR/.ommatidia/<study>.<version>/   record, proof, roster and list of files
//! ```

use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use protocol::digest::Digest;
use protocol::identifier::{Accession, VersionedId};
use protocol::manifest::ManifestRow;
use protocol::relative_path::RelPath;
use rustix::fs::{FlockOperation, flock, statvfs};

/// What is kept beside the files.
const NOTES: &str = ".ommatidia";
/// The longest name of a file, in bytes, on the file systems that there are.
const LONGEST_NAME: usize = 255;
/// So many rejected files of one name are kept; the last makes way for one more.
const MOST_REJECTED: u32 = 9;

/// The folder of a download; nobody else downloads into it.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    /// Makes the folder where it is absent, and takes it for a study.
    ///
    /// # Errors
    /// When it cannot be used, another download has it, or it holds files of another study; then nothing in it was touched.
    pub fn take(path: &Path, study: &Accession) -> anyhow::Result<Self> {
        let notes = path.join(NOTES);
        if let Some(other) = other_study(&notes, study)
            .with_context(|| format!("{} cannot be read", notes.display()))?
        {
            bail!(
                "{} holds files of {other}, and those of {study} may have the same names; give another folder",
                path.display()
            );
        }
        fs::create_dir_all(notes.join("parts"))
            .with_context(|| format!("{} cannot be made or used", path.display()))?;
        let lock = notes.join("lock");
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock)
            .with_context(|| format!("{} cannot be used", lock.display()))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: file,
            }),
            Err(rustix::io::Errno::WOULDBLOCK) => bail!(
                "another download into {} is under way; wait for its end, or give another folder",
                path.display()
            ),
            Err(error) => {
                Err(error).with_context(|| format!("{} cannot be locked", lock.display()))
            }
        }
    }

    /// Bytes that are free for this user; none where the system does not say.
    pub fn free(&self) -> Option<u64> {
        let said = statvfs(&self.path).ok()?;
        said.f_bavail.checked_mul(said.f_frsize)
    }

    /// Whether `a` and `A` are one file here.
    fn ignores_case(&self) -> bool {
        self.path.join(NOTES.to_uppercase()).exists()
    }

    /// Keeps what proves the files.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep(&self, stem: &str, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let folder = self.path.join(NOTES).join(stem);
        let path = folder.join(name);
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&path, bytes))
            .with_context(|| format!("{} cannot be written", path.display()))
    }

    /// Where the files of a study go. These are all that its list names, also those that are not wanted now: they may be there already,
    /// and what stands beside a file that is on its way must not take their names.
    pub fn places<'a>(&self, rows: &'a [ManifestRow]) -> Places<'a> {
        let mut folded = HashMap::new();
        if self.ignores_case() {
            for row in rows {
                folded
                    .entry(row.path.as_str().to_lowercase())
                    .or_insert(&row.path);
            }
        }
        Places {
            folder: self.path.clone(),
            listed: rows.iter().map(|row| row.path.as_str()).collect(),
            folded,
        }
    }
}

/// Another study than this one of which the folder holds what proves its files.
fn other_study(notes: &Path, study: &Accession) -> io::Result<Option<Accession>> {
    let entries = match fs::read_dir(notes) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        entries => entries?,
    };
    for entry in entries {
        let name = entry?.file_name();
        let held = name.to_str().and_then(|name| VersionedId::parse(name).ok());
        if let Some(held) = held.filter(|held| held.id() != study) {
            return Ok(Some(held.id().clone()));
        }
    }
    Ok(None)
}

/// Where the files of a study go.
#[derive(Debug)]
pub(super) struct Places<'a> {
    folder: PathBuf,
    listed: HashSet<&'a str>,
    /// the first of those that differ in case alone, where that is no difference
    folded: HashMap<String, &'a RelPath>,
}

/// Where a file goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// the complete file
    pub target: PathBuf,
    /// while it is on its way
    pub part: PathBuf,
    /// which bytes of it are there
    pub journal: PathBuf,
    /// the first name of what is not what was signed
    rejected: PathBuf,
}

impl Places<'_> {
    /// Where this file goes.
    ///
    /// # Errors
    /// A sentence on why it can go nowhere.
    pub fn of(&self, path: &RelPath) -> Result<Place, String> {
        let first = path.as_str().split('/').next().unwrap_or_default();
        if first.eq_ignore_ascii_case(NOTES) {
            return Err(format!(
                "its path begins with {NOTES}, where downloads keep what belongs to themselves; fetch this one with another program"
            ));
        }
        let folded = self.folded.get(&path.as_str().to_lowercase());
        if let Some(other) = folded.filter(|other| **other != path) {
            return Err(format!(
                "this folder cannot hold it beside {other}, as it does not tell capital letters from small ones; download into another file system"
            ));
        }
        Ok(Place {
            target: path.below(&self.folder),
            part: self.beside(path, ".part"),
            journal: self
                .folder
                .join(NOTES)
                .join("parts")
                .join(Digest::of(path.as_str().as_bytes()).to_string()),
            rejected: self.beside(path, ".rejected"),
        })
    }

    /// Whether a file of the study has this name, or one that is the same in this folder.
    fn is_listed(&self, path: &str) -> bool {
        self.listed.contains(path)
            || (!self.folded.is_empty() && self.folded.contains_key(&path.to_lowercase()))
    }

    /// A name in the same folder that no file of the study has, and that is short enough.
    fn beside(&self, path: &RelPath, suffix: &str) -> PathBuf {
        let target = path.below(&self.folder);
        // a rejected file may have a number behind it
        let numbers = (2..=MOST_REJECTED).map(|number| format!(".{number}"));
        let is_listed = std::iter::once(String::new())
            .chain(numbers)
            .any(|number| self.is_listed(&format!("{path}{suffix}{number}")));
        // room for a number behind it
        let is_long = path.file_name().len() + suffix.len() + 2 > LONGEST_NAME;
        let stem = if is_listed || is_long {
            format!(
                ".{}",
                &Digest::of(path.as_str().as_bytes()).to_string()[..32]
            )
        } else {
            path.file_name().to_owned()
        };
        target.with_file_name(format!("{stem}{suffix}"))
    }
}

impl Place {
    /// Makes the folder in which it goes.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn make_room(&self) -> std::io::Result<()> {
        self.target.parent().map_or(Ok(()), fs::create_dir_all)
    }

    /// The name for what is not what was signed.
    pub fn rejected(&self) -> PathBuf {
        let numbered = |number: u32| {
            let name = self
                .rejected
                .file_name()
                .unwrap_or_default()
                .to_string_lossy();
            self.rejected.with_file_name(format!("{name}.{number}"))
        };
        let mut names =
            std::iter::once(self.rejected.clone()).chain((2..MOST_REJECTED).map(numbered));
        names
            .find(|name| fs::symlink_metadata(name).is_err())
            .unwrap_or_else(|| numbered(MOST_REJECTED))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    fn take(folder: &Path) -> anyhow::Result<Folder> {
        Folder::take(folder, &Accession::parse("DND-S1").unwrap())
    }

    #[test]
    fn a_folder_of_one_study_takes_no_other_and_stays_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let taken = take(folder.path()).unwrap();
        taken.keep("DND-S1.2", "record.nq", b"signed").unwrap();
        drop(taken);
        // another version of the same study goes on in it
        drop(take(folder.path()).unwrap());
        let lock = folder.path().join(NOTES).join("lock");
        fs::remove_file(&lock).unwrap();
        let other = Accession::parse("DND-S12").unwrap();
        let said = Folder::take(folder.path(), &other).unwrap_err().to_string();
        assert!(
            said.contains("holds files of DND-S1,") && said.contains("another folder"),
            "{said}"
        );
        assert!(!lock.exists());
    }

    fn rows(paths: &[&str]) -> Vec<ManifestRow> {
        let row = |path: &&str| ManifestRow {
            path: RelPath::parse(path).unwrap(),
            bytes: 1,
            sha256: Digest::of(b"x"),
            media_type: String::new(),
            image: None,
            columns: Vec::new(),
        };
        paths.iter().map(row).collect()
    }

    #[test]
    fn only_one_download_works_in_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let first = take(folder.path()).unwrap();
        let said = take(folder.path()).unwrap_err().to_string();
        assert!(said.contains("another download"), "{said}");
        drop(first);
        assert!(take(folder.path()).is_ok());
    }

    #[test]
    fn what_stands_beside_a_file_has_no_name_of_another() {
        let folder = tempfile::tempdir().unwrap();
        let long = "x".repeat(255);
        let rows = rows(&["a/b.tif", "c", "c.part", ".ommatidia/lock", &long]);
        let taken = take(folder.path()).unwrap();
        let places = taken.places(&rows);
        let place = places.of(&rows[0].path).unwrap();
        assert_eq!(place.part, folder.path().join("a/b.tif.part"));
        let part = places.of(&rows[1].path).unwrap().part;
        assert!(part.file_name().unwrap().to_str().unwrap().starts_with('.'));
        // the last of the rejected files makes way for one more, and must be none that was signed
        let numbered = self::rows(&["d", "d.rejected.9"]);
        let rejected = taken.places(&numbered).of(&numbered[0].path).unwrap();
        let rejected = rejected.rejected().file_name().unwrap().to_owned();
        assert!(rejected.to_str().unwrap().starts_with('.'));
        assert!(
            places
                .of(&rows[3].path)
                .unwrap_err()
                .contains("begins with")
        );
        for name in [
            places.of(&rows[4].path).unwrap().part,
            places.of(&rows[4].path).unwrap().rejected(),
        ] {
            fs::write(name, b"short enough").unwrap();
        }
    }

    #[test]
    fn where_case_is_no_difference_the_second_of_two_files_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let rows = rows(&["A.tif", "a.tif", "b.tif"]);
        let taken = take(folder.path()).unwrap();
        assert!(taken.places(&rows).of(&rows[1].path).is_ok());
        // as such a file system would have it
        fs::create_dir(folder.path().join(".OMMATIDIA")).unwrap();
        let places = taken.places(&rows);
        assert!(
            places
                .of(&rows[1].path)
                .unwrap_err()
                .contains("beside A.tif")
        );
        assert!(places.of(&rows[0].path).is_ok() && places.of(&rows[2].path).is_ok());
    }

    #[test]
    fn where_case_is_no_difference_what_stands_beside_a_file_has_no_name_of_another_in_any_case() {
        let folder = tempfile::tempdir().unwrap();
        let rows = rows(&["a.tif", "A.TIF.PART"]);
        let taken = take(folder.path()).unwrap();
        let part = || taken.places(&rows).of(&rows[0].path).unwrap().part;
        assert_eq!(part(), folder.path().join("a.tif.part"));
        fs::create_dir(folder.path().join(".OMMATIDIA")).unwrap();
        assert!(
            part()
                .file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with('.')
        );
    }

    #[test]
    fn rejected_files_do_not_take_each_others_place_and_are_not_without_number() {
        let folder = tempfile::tempdir().unwrap();
        let rows = rows(&["a"]);
        let place = take(folder.path())
            .unwrap()
            .places(&rows)
            .of(&rows[0].path)
            .unwrap();
        for _ in 0..20 {
            fs::write(place.rejected(), b"x").unwrap();
        }
        let mut names: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != NOTES)
            .collect();
        names.sort();
        assert_eq!(names.len(), MOST_REJECTED as usize);
        assert_eq!(&names[..2], ["a.rejected", "a.rejected.2"]);
    }
}
