//! Looks through what a program wrote, before anything of it is opened.

use std::fs;
use std::io;
use std::path::Path;

use crate::config::Writes;
use crate::relative_path::RelPath;

/// Files and folders of a conversion.
const MOST_ENTRIES: usize = 8 << 20;

/// The file by which it is opened; else what is wrong, in words that continue the program's name.
pub(super) fn look_through(
    folder: &Path,
    written: &str,
    writes: Writes,
) -> Result<RelPath, String> {
    let unreadable = |error: io::Error| format!("wrote what cannot be read: {error}");
    let target = folder.join(written);
    let (is_there, what) = match (fs::symlink_metadata(&target), writes) {
        (Ok(metadata), Writes::OmeZarr) => (metadata.is_dir(), "no folder {output}"),
        (Ok(metadata), Writes::OmeTiff) => (metadata.is_file(), "no file {output}"),
        (Err(error), _) if error.kind() == io::ErrorKind::NotFound => {
            (false, "nothing to {output}")
        }
        (Err(error), _) => return Err(unreadable(error)),
    };
    if !is_there {
        return Err(format!(
            "ended well and wrote {what} (images.converter.command, images.converter.writes)"
        ));
    }
    only_files(folder)?;
    // any file in an OME-Zarr stands for the folder
    let path = match writes {
        Writes::OmeZarr => format!("{written}/zarr.json"),
        Writes::OmeTiff => written.to_owned(),
    };
    RelPath::parse(&path).map_err(|error| error.to_string())
}

/// Links lead out of the folder, and pipes would be waited for.
fn only_files(folder: &Path) -> Result<(), String> {
    let unreadable = |error: io::Error| format!("wrote what cannot be read: {error}");
    let mut folders = vec![folder.to_owned()];
    let mut entries = 0;
    while let Some(inner) = folders.pop() {
        for entry in fs::read_dir(&inner).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            entries += 1;
            if entries > MOST_ENTRIES {
                return Err(format!("wrote more than {MOST_ENTRIES} files"));
            }
            let kind = entry.file_type().map_err(unreadable)?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_symlink() {
                return Err("wrote a symbolic link, which is not followed".to_owned());
            } else if !kind.is_file() {
                return Err("wrote something that is neither a file nor a folder".to_owned());
            }
        }
    }
    Ok(())
}
