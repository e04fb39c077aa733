//! The folder of a conversion: the copy that is read, what is written, and where the program is at home.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::ConversionError;
use super::family::MARK;
use crate::image::Files;
use crate::relative_path::RelPath;

/// How the names of such folders begin.
const PREFIX: &str = "convert-";

/// Bytes that are copied at a time.
const PIECE: usize = 1 << 20;

/// What of this program's environment a converter needs: to be found, and to find its Java.
const HANDED_ON: &[&str] = &["PATH", "JAVA_HOME", "JAVA_OPTS", "LD_LIBRARY_PATH"];

/// The folder of a conversion, which goes with this value.
#[derive(Debug)]
pub(super) struct Work {
    path: PathBuf,
    input: PathBuf,
    output: PathBuf,
    scratch: PathBuf,
    _folder: TempDir,
}

impl Work {
    /// Makes a folder below another.
    pub fn begin(below: &Path) -> Result<Work, ConversionError> {
        let failed = |source| ConversionError::Disk {
            path: below.to_owned(),
            source,
        };
        // the program is started elsewhere, so a path that depends on where this one was would lead nowhere
        let below = fs::canonicalize(below).map_err(failed)?;
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(&below)
            .map_err(failed)?;
        let path = folder.path().to_owned();
        let [input, output, scratch] = ["input", "output", "scratch"].map(|name| path.join(name));
        for part in [&input, &output, &scratch] {
            fs::create_dir(part).map_err(failed)?;
        }
        Ok(Work {
            path,
            input,
            output,
            scratch,
            _folder: folder,
        })
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Where the copy is: under its own name, by the end of which it is known.
    pub fn input(&self, path: &RelPath) -> PathBuf {
        self.input.join(path.file_name())
    }

    /// Where the program writes.
    pub fn output(&self) -> &Path {
        &self.output
    }

    /// Where it is started, is at home, and has its temporary files.
    pub fn scratch(&self) -> &Path {
        &self.scratch
    }

    /// All of the program's environment.
    pub fn environment(&self) -> Vec<(&'static str, OsString)> {
        let handed_on = HANDED_ON
            .iter()
            .filter_map(|name| Some((*name, std::env::var_os(name)?)));
        let scratch = self.scratch.as_os_str();
        // Java looks at no variable for where its temporary files go
        let mut java = OsString::from("-XX:-UsePerfData \"-Djava.io.tmpdir=");
        java.push(scratch);
        java.push("\"");
        let own = [
            ("LANG", OsString::from("C.UTF-8")),
            ("HOME", scratch.to_owned()),
            ("TMPDIR", scratch.to_owned()),
            ("JAVA_TOOL_OPTIONS", java),
            (MARK, self.path.as_os_str().to_owned()),
        ];
        handed_on.chain(own).collect()
    }

    /// Copies the file that is to be read.
    pub fn copy(
        &self,
        files: &dyn Files,
        path: &RelPath,
        is_to_stop: &dyn Fn() -> bool,
    ) -> Result<(), ConversionError> {
        let bytes = files.open(path).map_err(ConversionError::Input)?;
        let bytes = bytes.ok_or_else(|| ConversionError::Input(io::ErrorKind::NotFound.into()))?;
        let target = self.input(path);
        let failed = |source| ConversionError::Disk {
            path: target.clone(),
            source,
        };
        let mut copy = File::create_new(&target).map_err(failed)?;
        let mut buffer = vec![0; PIECE];
        let mut done = 0;
        while done < bytes.size() {
            if is_to_stop() {
                return Err(ConversionError::Stopped);
            }
            let length = (bytes.size() - done).min(PIECE as u64) as usize;
            let piece = &mut buffer[..length];
            bytes.read_at(done, piece).map_err(ConversionError::Input)?;
            copy.write_all(piece).map_err(failed)?;
            done += length as u64;
        }
        Ok(())
    }

    /// Gives back the room that the copy takes.
    pub fn remove_input(&self) -> Result<(), ConversionError> {
        let removed =
            fs::remove_dir_all(&self.input).and_then(|()| fs::remove_dir_all(&self.scratch));
        removed.map_err(|source| ConversionError::Disk {
            path: self.path.clone(),
            source,
        })
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if fs::remove_dir_all(&self.path).is_err() {
            // it is tried once more by the folder's own end, and then by whoever clears the staging
            let _ = open_up(&self.path);
        }
    }
}

/// Makes the folders of conversions below one removable, whatever a program made of its own folders.
pub(super) fn open_up_those_below(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with(PREFIX) {
            open_up(&entry.path())?;
        }
    }
    Ok(())
}

fn open_up(folder: &Path) -> io::Result<()> {
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        // before it is read
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700))?;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            // of a link its own
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    Ok(())
}
