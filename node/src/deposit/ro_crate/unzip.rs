//! Unpacks a zip of a stranger: every name is checked before anything is written, and every byte is counted as it
//! comes out, whatever the archive says of itself.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read};
use std::path::Path;

use tempfile::TempDir;
use zip::ZipArchive;
use zip::result::ZipError;

use crate::relative_path::RelPath;

/// What an archive may become.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Entries.
    pub entries: usize,
    /// Bytes after unpacking, whatever the archive's size: 1 TiB.
    pub bytes: u64,
    /// Bytes after unpacking for each byte of the archive. Label images reach 200; a bomb 1,000 and more.
    pub ratio: u64,
    /// Bytes that are let pass in any case, so that a small archive of text is none the worse: 64 MiB.
    pub floor: u64,
}

impl Default for Bounds {
    fn default() -> Bounds {
        Bounds {
            entries: 200_000,
            bytes: 1 << 40,
            ratio: 250,
            floor: 64 << 20,
        }
    }
}

impl Bounds {
    /// The bytes that an archive of this size may become.
    fn allowed(&self, archive: u64) -> u64 {
        self.bytes
            .min(self.floor.max(archive.saturating_mul(self.ratio)))
    }
}

/// Why a zip is not unpacked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UnzipError {
    /// Reading or writing failed.
    #[error("the zip cannot be unpacked: {0}")]
    Io(#[from] io::Error),
    /// Not a zip, or one that is damaged or of a kind that is not read.
    #[error(
        "not a zip that can be read: {0}; pack it again with ordinary settings (stored or deflated)"
    )]
    Zip(#[from] ZipError),
    /// An entry that must not be written.
    #[error("the zip holds {name:?}: {reason}")]
    Entry {
        /// The entry's name.
        name: String,
        /// What is wrong with it, and what to do.
        reason: String,
    },
    /// Too much.
    #[error("the zip {0}")]
    TooMuch(String),
}

/// An entry that passed every check.
struct Entry {
    index: usize,
    path: RelPath,
}

/// Unpacks into a new folder under `scratch`, which is removed when the value is dropped.
///
/// # Errors
/// Names the entry and says what is wrong; nothing stays on disk.
pub(crate) fn unzip(path: &Path, scratch: &Path, bounds: Bounds) -> Result<TempDir, UnzipError> {
    let file = File::open(path)?;
    let allowed = bounds.allowed(file.metadata()?.len());
    let mut archive = ZipArchive::new(BufReader::new(file))?;
    if archive.len() > bounds.entries {
        return Err(UnzipError::TooMuch(format!(
            "has {} entries, more than the {} that are unpacked",
            archive.len(),
            bounds.entries
        )));
    }
    if archive.has_duplicate_names() {
        return Err(UnzipError::TooMuch(
            "holds two entries with one name; pack it again".to_owned(),
        ));
    }
    let entries = check(&archive, allowed)?;
    if archive.has_overlapping_entries()? {
        return Err(UnzipError::TooMuch(
            "has entries that lie over each other; pack it again".to_owned(),
        ));
    }
    let folder = tempfile::Builder::new()
        .prefix("zip-")
        .tempdir_in(scratch)?;
    let mut left = allowed;
    for entry in entries {
        left -= unpack(&mut archive, &entry, folder.path(), left)?;
    }
    Ok(folder)
}

/// Looks at every entry before the first is written.
fn check<R>(archive: &ZipArchive<R>, allowed: u64) -> Result<Vec<Entry>, UnzipError>
where
    R: Read + io::Seek,
{
    let mut entries = Vec::new();
    let mut names = HashSet::new();
    let mut stated = 0_u64;
    for index in 0..archive.len() {
        let entry = archive.by_index_data(index)?;
        let refuse = |reason: &str| UnzipError::Entry {
            name: String::from_utf8_lossy(entry.name_raw()).into_owned(),
            reason: reason.to_owned(),
        };
        let name = std::str::from_utf8(entry.name_raw())
            .map_err(|_| refuse("its name is not UTF-8; rename it and pack again"))?;
        let is_folder = entry.is_dir();
        let path = RelPath::parse(if is_folder {
            name.trim_end_matches('/')
        } else {
            name
        })
        .map_err(|error| refuse(&error.to_string()))?;
        // "." parts apart, two spellings of one path are the same file
        if !names.insert(path.clone()) {
            return Err(refuse("another entry has the same path; pack it again"));
        }
        let kind = entry.unix_mode().map_or(0, |mode| mode & 0o170_000);
        if entry.is_symlink() || !matches!(kind, 0 | 0o100_000 | 0o040_000) {
            return Err(refuse(
                "it is a link or a device and not a file; pack the file itself",
            ));
        }
        if entry.encrypted() {
            return Err(refuse("it is encrypted; pack it without a password"));
        }
        stated = stated.saturating_add(entry.size());
        if stated > allowed {
            return Err(bomb(allowed));
        }
        if !is_folder {
            entries.push(Entry { index, path });
        }
    }
    Ok(entries)
}

/// Writes one file; returns its size, which is at most `left`.
fn unpack<R: Read + io::Seek>(
    archive: &mut ZipArchive<R>,
    entry: &Entry,
    folder: &Path,
    left: u64,
) -> Result<u64, UnzipError> {
    let target = entry.path.below(folder);
    let named = |error: io::Error| UnzipError::Entry {
        name: entry.path.to_string(),
        reason: format!("it cannot be unpacked: {error}"),
    };
    if let Some(parent) = target.parent() {
        fs::create_dir_all(parent).map_err(named)?;
    }
    let mut output = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&target)
        .map_err(named)?;
    let input = archive.by_index(entry.index)?;
    let written = io::copy(&mut input.take(left.saturating_add(1)), &mut output).map_err(named)?;
    if written > left {
        Err(bomb(left))
    } else {
        Ok(written)
    }
}

fn bomb(allowed: u64) -> UnzipError {
    UnzipError::TooMuch(format!(
        "becomes more than the {allowed} bytes that an archive of its size may become; give the folder itself"
    ))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn archive(folder: &Path, write: impl FnOnce(&mut ZipWriter<File>)) -> std::path::PathBuf {
        let path = folder.join("crate.zip");
        let mut writer = ZipWriter::new(File::create(&path).unwrap());
        write(&mut writer);
        writer.finish().unwrap();
        path
    }

    fn refused(write: impl FnOnce(&mut ZipWriter<File>)) -> String {
        let folder = tempfile::tempdir().unwrap();
        let scratch = tempfile::tempdir().unwrap();
        let message = unzip(
            &archive(folder.path(), write),
            scratch.path(),
            Bounds::default(),
        )
        .unwrap_err()
        .to_string();
        assert_eq!(
            fs::read_dir(scratch.path()).unwrap().count(),
            0,
            "nothing stays"
        );
        message
    }

    fn file(writer: &mut ZipWriter<File>, name: &str, bytes: &[u8]) {
        writer
            .start_file(name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }

    #[test]
    fn an_ordinary_zip_is_unpacked() {
        let folder = tempfile::tempdir().unwrap();
        let path = archive(folder.path(), |writer| {
            writer
                .add_directory("crate/", SimpleFileOptions::default())
                .unwrap();
            file(writer, "crate/a.txt", b"here");
            file(writer, "crate/deep/b.txt", b"too");
        });
        let unpacked = unzip(&path, folder.path(), Bounds::default()).unwrap();
        assert_eq!(
            fs::read(unpacked.path().join("crate/deep/b.txt")).unwrap(),
            b"too"
        );
    }

    #[test]
    fn a_name_that_leaves_the_folder_is_refused() {
        for name in [
            "../evil",
            "a/../../evil",
            "/etc/passwd",
            "C:/evil",
            "a\\..\\evil",
            "a//b",
        ] {
            let message = refused(|writer| {
                file(writer, "good", b"");
                file(writer, name, b"");
            });
            assert!(
                message.contains("cannot be a file of a study"),
                "{name}: {message}"
            );
        }
    }

    #[test]
    fn links_and_second_spellings_are_refused() {
        let message = refused(|writer| {
            writer
                .add_symlink("link", "/etc/passwd", SimpleFileOptions::default())
                .unwrap()
        });
        assert!(message.contains("link or a device"), "{message}");
        let message = refused(|writer| {
            file(writer, "a", b"1");
            file(writer, "./a", b"2");
        });
        assert!(message.contains("same path"), "{message}");
        assert!(
            refused(|writer| {
                file(writer, "a", b"1");
                file(writer, "a/b", b"2");
            })
            .contains("a/b")
        );
    }

    #[test]
    fn two_entries_with_one_name_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = archive(folder.path(), |writer| {
            file(writer, "aaaa", b"1");
            file(writer, "bbbb", b"2");
        });
        let bytes = fs::read(&path).unwrap();
        let text: Vec<u8> =
            bytes
                .windows(4)
                .enumerate()
                .fold(bytes.clone(), |mut out, (at, window)| {
                    if window == b"bbbb" {
                        out[at..at + 4].copy_from_slice(b"aaaa");
                    }
                    out
                });
        fs::write(&path, text).unwrap();
        let message = unzip(&path, folder.path(), Bounds::default())
            .unwrap_err()
            .to_string();
        assert!(message.contains("one name"), "{message}");
    }

    #[test]
    fn a_name_that_is_not_utf8_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = archive(folder.path(), |writer| file(writer, "name", b"1"));
        let bytes: Vec<u8> = fs::read(&path).unwrap();
        let mut changed = bytes.clone();
        for at in 0..bytes.len() - 4 {
            if &bytes[at..at + 4] == b"name" {
                changed[at] = 0xff;
            }
        }
        fs::write(&path, changed).unwrap();
        let message = unzip(&path, folder.path(), Bounds::default())
            .unwrap_err()
            .to_string();
        assert!(message.contains("not UTF-8"), "{message}");
    }

    #[test]
    fn a_bomb_is_refused_by_what_it_says_and_by_what_comes_out() {
        let zeros = vec![0; 1 << 20];
        let bomb = |writer: &mut ZipWriter<File>| {
            writer
                .start_file("zeros", SimpleFileOptions::default())
                .unwrap();
            for _ in 0..80 {
                writer.write_all(&zeros).unwrap();
            }
        };
        assert!(refused(bomb).contains("may become"));
        // the same, with a lie about the size: in the local header and in the directory
        let folder = tempfile::tempdir().unwrap();
        let path = archive(folder.path(), bomb);
        let mut bytes = fs::read(&path).unwrap();
        let size = (80_u32 << 20).to_le_bytes();
        let mut lies = 0;
        for at in 0..bytes.len() - 4 {
            if bytes[at..at + 4] == size {
                bytes[at..at + 4].copy_from_slice(&10_u32.to_le_bytes());
                lies += 1;
            }
        }
        assert!(lies >= 2);
        fs::write(&path, bytes).unwrap();
        let scratch = tempfile::tempdir().unwrap();
        assert!(unzip(&path, scratch.path(), Bounds::default()).is_err());
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 0);
    }

    #[test]
    fn too_many_entries_and_damaged_archives_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = archive(folder.path(), |writer| {
            (0..4).for_each(|number| file(writer, &number.to_string(), b""))
        });
        let few = Bounds {
            entries: 3,
            ..Bounds::default()
        };
        assert!(
            unzip(&path, folder.path(), few)
                .unwrap_err()
                .to_string()
                .contains("4 entries")
        );
        fs::write(&path, b"PK\x03\x04 but nothing more").unwrap();
        assert!(
            unzip(&path, folder.path(), Bounds::default())
                .unwrap_err()
                .to_string()
                .contains("not a zip")
        );
    }
}
