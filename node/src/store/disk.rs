//! What a folder of a disk is asked for, where the standard library has no word for it.

use std::fs::{self, DirBuilder, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// How often a folder is made anew that others prune: far more often than two can meet by chance, and few enough that
/// what is missing for another reason, as the source of a renaming, is told at once.
const TURNS: u32 = 200;

/// Runs a step that makes a name, and makes the folder of the name where that is what was missing. Another thread or
/// process may prune that folder, or one above it, while it is empty: hence the turns.
pub(super) fn in_folder<T>(path: &Path, mut step: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    for _ in 0..TURNS {
        match (step(), path.parent()) {
            (Err(error), Some(folder)) if error.kind() == ErrorKind::NotFound => {
                match DirBuilder::new().recursive(true).mode(0o755).create(folder) {
                    Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                    // made, or one above it was pruned while this one was being made
                    _ => {}
                }
            }
            (outcome, _) => return outcome,
        }
    }
    step()
}

/// Renames without replacing.
pub(super) fn rename_to_free(from: &Path, to: &Path) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        use rustix::io::Errno;
        match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => {}
            outcome => return Ok(outcome?),
        }
    }
    rename_after_a_look(from, to)
}

/// The same for file systems that cannot do it in one step: a file is linked to its new name, which does not replace
/// either, and a folder is renamed after a look, since folders are moved by one process at a time.
fn rename_after_a_look(from: &Path, to: &Path) -> io::Result<()> {
    if fs::symlink_metadata(from)?.is_dir() {
        return match fs::symlink_metadata(to) {
            Err(error) if error.kind() == ErrorKind::NotFound => fs::rename(from, to),
            Err(error) => Err(error),
            Ok(_) => Err(ErrorKind::AlreadyExists.into()),
        };
    }
    fs::hard_link(from, to)?;
    fs::remove_file(from)
}

/// Makes all of the file system durable that holds this folder.
#[cfg(target_os = "linux")]
pub(super) fn synchronise_disk(folder: &File) -> io::Result<()> {
    Ok(rustix::fs::syncfs(folder)?)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn synchronise_disk(_folder: &File) -> io::Result<()> {
    rustix::fs::sync();
    Ok(())
}

/// No such name, or a file where the key has a folder, or a folder where the key has a file: there is no such object.
pub(super) fn is_absence(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory
    )
}

/// `None` for what is not there.
pub(super) fn absent_as_none<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if is_absence(&error) => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::fs;
    use std::io::ErrorKind;

    use super::{in_folder, rename_after_a_look, rename_to_free};

    #[test]
    fn neither_way_of_renaming_replaces_anything() {
        for rename in [rename_to_free, rename_after_a_look] {
            let data = tempfile::tempdir().unwrap();
            let at = |name: &str| data.path().join(name);
            for file in ["a", "taken"] {
                fs::write(at(file), file).unwrap();
            }
            for folder in ["folder", "taken folder"] {
                fs::create_dir(at(folder)).unwrap();
                fs::write(at(folder).join("x"), folder).unwrap();
            }
            for (from, to) in [
                ("a", "taken"),
                ("folder", "taken folder"),
                ("folder", "taken"),
            ] {
                let error = rename(&at(from), &at(to)).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::AlreadyExists, "{from} to {to}");
            }
            assert_eq!(fs::read(at("taken")).unwrap(), b"taken");
            rename(&at("a"), &at("b")).unwrap();
            rename(&at("folder"), &at("other folder")).unwrap();
            assert_eq!(fs::read(at("b")).unwrap(), b"a");
            assert_eq!(fs::read(at("other folder/x")).unwrap(), b"folder");
            assert!(!at("a").exists() && !at("folder").exists());
            let error = rename(&at("a"), &at("c")).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::NotFound);
        }
    }

    #[test]
    fn a_folder_is_made_where_it_is_missing_and_nothing_else_is_tried_again() {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join("x/y/z");
        in_folder(&path, || fs::write(&path, "z")).unwrap();
        let mut tries = 0;
        let outcome = in_folder(&path, || {
            tries += 1;
            fs::create_dir(&path)
        });
        assert_eq!(
            (outcome.unwrap_err().kind(), tries),
            (ErrorKind::AlreadyExists, 1)
        );
    }
}
