//! Goes through what an operator names for `import` and finds the packages in it.
//!
//! A folder with `study.yaml` or `ro-crate-metadata.json` is one study, with everything below it. Elsewhere `*.zip` and
//! `*.json` are tried as crates, and whatever is left is reported, a finding each: nothing that an operator handed over
//! is passed by in silence. Symbolic links below the named path are not followed, so that no folder can hold itself.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::finding::Finding;

use super::IDENTIFIER_FILE;

/// Marks the folder of a study written by hand.
pub const STUDY_FILE: &str = "study.yaml";
/// Marks the folder of an RO-Crate (RO-Crate 1.2, "RO-Crate Metadata Document").
pub const CRATE_FILE: &str = "ro-crate-metadata.json";

/// Something that may be a study, not yet read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Candidate {
    /// A folder with `study.yaml`.
    StudyFolder(PathBuf),
    /// A folder with `ro-crate-metadata.json`.
    CrateFolder(PathBuf),
    /// A zip, to be tried as a crate.
    CrateZip(PathBuf),
    /// A JSON file, to be tried as a detached crate.
    CrateJson(PathBuf),
    /// What cannot be a study.
    Unreadable {
        /// Its path.
        source: PathBuf,
        /// Why, and what to do.
        findings: Vec<Finding>,
    },
}

impl Candidate {
    /// The file or folder as the operator named or would name it.
    pub fn source(&self) -> &Path {
        match self {
            Candidate::StudyFolder(path) | Candidate::CrateFolder(path) => path,
            Candidate::CrateZip(path) | Candidate::CrateJson(path) => path,
            Candidate::Unreadable { source, .. } => source,
        }
    }

    fn unreadable(source: &Path, message: impl Into<String>) -> Candidate {
        Candidate::Unreadable {
            source: source.to_owned(),
            findings: vec![Finding::error("", message)],
        }
    }
}

/// All candidates at `path`, sorted by the bytes of their paths within each folder. `path` itself may be a link.
pub fn candidates(path: &Path) -> Vec<Candidate> {
    let mut found = Vec::new();
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            found.push(Candidate::unreadable(
                path,
                "there is no file or folder of this name",
            ));
        }
        Err(error) => found.push(Candidate::unreadable(
            path,
            format!("it cannot be read: {error}"),
        )),
        Ok(metadata) if metadata.is_dir() => {
            in_folder(path, &mut found);
            if found.is_empty() {
                let message = format!(
                    "it holds no study: no {STUDY_FILE}, no {CRATE_FILE}, no crate as zip or JSON"
                );
                found.push(Candidate::unreadable(path, message));
            }
        }
        Ok(metadata) if metadata.is_file() => found.push(named_file(path)),
        Ok(_) => found.push(Candidate::unreadable(
            path,
            "it is neither a file nor a folder",
        )),
    }
    found
}

/// A file that the operator names: the two that mark a folder stand for it.
fn named_file(path: &Path) -> Candidate {
    let folder = || match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    match path.file_name().and_then(OsStr::to_str) {
        Some(STUDY_FILE) => Candidate::StudyFolder(folder()),
        Some(CRATE_FILE) => Candidate::CrateFolder(folder()),
        _ => file(path),
    }
}

/// A folder: one study, or what is in it.
fn in_folder(folder: &Path, found: &mut Vec<Candidate>) {
    let is_file = |name: &str| {
        fs::symlink_metadata(folder.join(name)).is_ok_and(|metadata| metadata.is_file())
    };
    match (is_file(STUDY_FILE), is_file(CRATE_FILE)) {
        (true, true) => {
            let message = format!(
                "the folder has both {STUDY_FILE} and {CRATE_FILE}: remove {CRATE_FILE} if the study file holds what \
                 is to be published, else {STUDY_FILE}"
            );
            found.push(Candidate::unreadable(folder, message));
        }
        (true, false) => found.push(Candidate::StudyFolder(folder.to_owned())),
        (false, true) => found.push(Candidate::CrateFolder(folder.to_owned())),
        (false, false) => match entries(folder) {
            Ok(entries) => between_studies(&entries, found),
            Err(error) => found.push(Candidate::unreadable(
                folder,
                format!("the folder cannot be read: {error}"),
            )),
        },
    }
}

fn entries(folder: &Path) -> io::Result<Vec<fs::DirEntry>> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    Ok(entries)
}

/// What stands in a folder that is not itself a study.
fn between_studies(entries: &[fs::DirEntry], found: &mut Vec<Candidate>) {
    let idr: Vec<String> = entries
        .iter()
        .filter_map(|entry| idr_study(&entry.file_name()))
        .collect();
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            found.push(Candidate::unreadable(
                &path,
                "its name is not UTF-8; rename it",
            ));
            continue;
        };
        match entry.file_type() {
            Err(error) => found.push(Candidate::unreadable(
                &path,
                format!("it cannot be read: {error}"),
            )),
            Ok(kind) if kind.is_symlink() => {
                let message = "it is a symbolic link, and links are not followed; name its target for import instead";
                found.push(Candidate::unreadable(&path, message));
            }
            Ok(kind) if kind.is_dir() && name.starts_with('.') => {
                found.push(Candidate::unreadable(
                    &path,
                    "it is a hidden folder and was not looked into",
                ));
            }
            Ok(kind) if kind.is_dir() => in_folder(&path, found),
            // tables of an IDR study are reported with it
            Ok(_)
                if idr.iter().any(|study| name.starts_with(study.as_str()))
                    && idr_study(&entry.file_name()).is_none() => {}
            // what import itself wrote beside a package that is one file
            Ok(_)
                if name.strip_suffix(IDENTIFIER_FILE).is_some_and(|package| {
                    entries.iter().any(|entry| entry.file_name() == package)
                }) => {}
            Ok(kind) if kind.is_file() => found.push(file(&path)),
            Ok(_) => found.push(Candidate::unreadable(
                &path,
                "it is neither a file nor a folder",
            )),
        }
    }
}

/// `idr0001-` of `idr0001-study.txt`: the study file of the Image Data Resource, and how its tables' names begin.
fn idr_study(name: &OsStr) -> Option<String> {
    let number = name
        .to_str()?
        .strip_prefix("idr")?
        .strip_suffix("-study.txt")?;
    (number.len() == 4 && number.bytes().all(|digit| digit.is_ascii_digit()))
        .then(|| format!("idr{number}-"))
}

/// A file that marks no folder.
fn file(path: &Path) -> Candidate {
    let name = path.file_name().unwrap_or_default();
    let ending = path
        .extension()
        .and_then(OsStr::to_str)
        .map(str::to_ascii_lowercase);
    match ending.as_deref() {
        Some("zip") => Candidate::CrateZip(path.to_owned()),
        Some("json" | "jsonld") => Candidate::CrateJson(path.to_owned()),
        _ if idr_study(name).is_some() => Candidate::unreadable(
            path,
            "it is an IDR study file, and those cannot be read yet",
        ),
        Some("yaml" | "yml") => Candidate::unreadable(
            path,
            format!("a study file is called {STUDY_FILE}; rename it if it is one"),
        ),
        _ => Candidate::unreadable(
            path,
            "it belongs to no study and is not a crate; move it into a study's folder or away",
        ),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::ffi::OsStr;
    use std::fs;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::{Candidate, candidates};

    /// Each candidate in a line: its kind, its path below the folder, and why it is none.
    fn lines(root: &Path) -> Vec<String> {
        let below = |path: &Path| {
            path.strip_prefix(root)
                .unwrap_or(path)
                .to_string_lossy()
                .into_owned()
        };
        candidates(root)
            .iter()
            .map(|candidate| match candidate {
                Candidate::StudyFolder(path) => format!("study {}", below(path)),
                Candidate::CrateFolder(path) => format!("crate {}", below(path)),
                Candidate::CrateZip(path) => format!("zip {}", below(path)),
                Candidate::CrateJson(path) => format!("json {}", below(path)),
                Candidate::Unreadable { source, findings } => {
                    format!("{}: {}", below(source), findings[0].message)
                }
            })
            .collect()
    }

    fn touch(root: &Path, path: &str) {
        fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
        fs::write(root.join(path), "").unwrap();
    }

    #[test]
    fn a_folder_of_packages_is_walked_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        for path in [
            "b/study.yaml",
            "b/ro/ro-crate-metadata.json",
            "b/x.json",
            "a/deep/ro-crate-metadata.json",
            "c.zip",
            "d.json",
            "e/README.md",
            "idr/idr0001-study.txt",
            "idr/idr0001-screenA-processed.txt",
            "idr/idr0002-processed.txt",
            ".git/HEAD",
            "f/study.yml",
            "both/study.yaml",
            "both/ro-crate-metadata.json",
        ] {
            touch(root, path);
        }
        assert_eq!(
            lines(root),
            [
                ".git: it is a hidden folder and was not looked into",
                "crate a/deep",
                "study b",
                "both: the folder has both study.yaml and ro-crate-metadata.json: remove ro-crate-metadata.json if the study file \
             holds what is to be published, else study.yaml",
                "zip c.zip",
                "json d.json",
                "e/README.md: it belongs to no study and is not a crate; move it into a study's folder or away",
                "f/study.yml: a study file is called study.yaml; rename it if it is one",
                "idr/idr0001-study.txt: it is an IDR study file, and those cannot be read yet",
                "idr/idr0002-processed.txt: it belongs to no study and is not a crate; move it into a study's folder or away",
            ]
        );
    }

    #[test]
    fn links_are_not_followed_and_so_no_folder_holds_itself() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        touch(outside.path(), "study/study.yaml");
        touch(folder.path(), "in/study.yaml");
        symlink(folder.path(), folder.path().join("loop")).unwrap();
        symlink(outside.path().join("study"), folder.path().join("out")).unwrap();
        let message =
            "it is a symbolic link, and links are not followed; name its target for import instead";
        assert_eq!(
            lines(folder.path()),
            [
                "study in".to_owned(),
                format!("loop: {message}"),
                format!("out: {message}")
            ]
        );
        // the operator may name a link
        assert_eq!(
            candidates(&folder.path().join("out")),
            [Candidate::StudyFolder(folder.path().join("out"))]
        );
    }

    #[test]
    fn a_name_that_is_not_utf_8_is_reported() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join(OsStr::from_bytes(b"b\xe9b\xe9.json")),
            "{}",
        )
        .unwrap();
        let found = candidates(folder.path());
        assert!(
            matches!(&found[..], [Candidate::Unreadable { findings, .. }] if findings[0].message.contains("UTF-8"))
        );
    }

    #[test]
    fn what_is_named_itself_is_taken_for_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        assert!(lines(root)[0].contains("it holds no study"));
        assert!(lines(&root.join("absent"))[0].contains("there is no file or folder of this name"));
        touch(root, "a/study.yaml");
        touch(root, "B.JSON");
        assert_eq!(
            candidates(&root.join("a/study.yaml")),
            [Candidate::StudyFolder(root.join("a"))]
        );
        assert_eq!(
            candidates(&root.join("B.JSON")),
            [Candidate::CrateJson(root.join("B.JSON"))]
        );
    }
}
