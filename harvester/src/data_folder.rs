//! DATA: the folder that a harvester owns, and the lock that says who has it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use rustix::fs::{FlockOperation, flock};

/// The number of this folder's form.
pub const FORMAT: u32 = 1;

/// How the folders of checks begin.
const CHECKING: &str = "checking-";

/// The folder of one harvester.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataFolder {
    path: PathBuf,
}

/// Whoever has it owns every store in the folder.
#[derive(Debug)]
pub struct Guard {
    // the lock goes with the file
    _file: File,
}

/// Somebody else has the folder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{folder} is in use by process {pid}")]
pub struct InUse {
    /// the folder
    pub folder: String,
    /// whoever has it, as far as it said
    pub pid: String,
}

impl DataFolder {
    /// Makes the folder of a new harvester, which is there in whole or not at all.
    ///
    /// One that is there already and empty is filled where it is, and keeps its permissions: a mount point cannot be replaced, nor a
    /// folder of a service's user in one of the system's. A crash leaves it without `format` then, which no command takes for a harvester.
    ///
    /// # Errors
    /// When there is something already, or it cannot be written.
    pub fn create(
        path: &Path,
        fill: impl FnOnce(&Self) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        let made = match fs::read_dir(path).map(|mut files| files.next().is_none()) {
            Ok(true) => Self::fill_in_place(path, fill),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Self::fill_beside(path, fill),
            _ => bail!(
                "{} is there already; give a folder that is empty or does not exist yet",
                path.display()
            ),
        };
        made.with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Self {
            path: path.to_owned(),
        })
    }

    fn fill_beside(
        path: &Path,
        fill: impl FnOnce(&Self) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent)
            .with_context(|| format!("{} cannot be made", parent.display()))?;
        let name = path
            .file_name()
            .context("it has no name")?
            .to_string_lossy();
        let beside = parent.join(format!(".{name}.{}.new", std::process::id()));
        DirBuilder::new().mode(0o700).create(&beside)?;
        let folder = Self {
            path: beside.clone(),
        };
        let made = folder.fill(fill).and_then(|()| {
            fs::rename(&beside, path)?;
            Ok(File::open(parent)?.sync_all()?)
        });
        if made.is_err() {
            // what is half made is of no use; the error that is reported is the one that made it so
            let _ = fs::remove_dir_all(&beside);
        }
        made
    }

    fn fill_in_place(
        path: &Path,
        fill: impl FnOnce(&Self) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let folder = Self {
            path: path.to_owned(),
        };
        // whoever has the lock may take away what is in the folder; everybody else found it empty too early
        let _guard = folder.lock()??;
        let is_lock = |file: &fs::DirEntry| file.file_name() == "lock";
        let files = || fs::read_dir(path)?.collect::<io::Result<Vec<_>>>();
        ensure!(
            files()?.iter().all(is_lock),
            "somebody else is filling it at this moment"
        );
        let made = folder.fill(fill);
        if made.is_err() {
            for file in files()? {
                // as above
                let _ = match file.file_type() {
                    Ok(kind) if kind.is_dir() => fs::remove_dir_all(file.path()),
                    _ => fs::remove_file(file.path()),
                };
            }
        }
        made
    }

    /// The number of the form is written last: a folder that has it is whole.
    fn fill(&self, fill: impl FnOnce(&Self) -> anyhow::Result<()>) -> anyhow::Result<()> {
        for place in [self.keys(), self.rosters(), self.mirror(), self.evidence()] {
            DirBuilder::new().mode(0o700).create(place)?;
        }
        fill(self)?;
        write_durably(&self.path.join("format"), format!("{FORMAT}\n").as_bytes())
    }

    /// Opens a folder that `init` made.
    ///
    /// # Errors
    /// When it is none, or was made by a newer version.
    pub fn open(path: &Path) -> anyhow::Result<Self> {
        let format = path.join("format");
        let text = fs::read_to_string(&format).with_context(|| {
            format!(
                "{} is no harvester's DATA (it has no file `format`); `omma-harvester init` makes one",
                path.display()
            )
        })?;
        match text.trim().parse::<u32>() {
            Ok(FORMAT) => Ok(Self {
                path: path.to_owned(),
            }),
            Ok(newer) if newer > FORMAT => bail!(
                "{} has format {newer} and this version knows {FORMAT}; run the newer version",
                path.display()
            ),
            _ => bail!(
                "{} says {:?}, which is no format",
                format.display(),
                text.trim()
            ),
        }
    }

    /// A folder for what a check compares with, which goes with its value. What a killed check left goes by [`DataFolder::sweep`].
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn room_for_check(&self) -> anyhow::Result<tempfile::TempDir> {
        tempfile::Builder::new()
            .prefix(CHECKING)
            .tempdir_in(&self.path)
            .with_context(|| {
                format!(
                    "check needs room in {} for a second ledger, graph and text index",
                    self.path.display()
                )
            })
    }

    /// Removes what processes that were killed left behind. Only whoever has the lock may do so, before anything of its own is begun: then
    /// nobody uses any of it.
    ///
    /// # Errors
    /// Names the folder that cannot be removed.
    pub fn sweep(&self) -> anyhow::Result<()> {
        let unreadable = || format!("{} cannot be read", self.path.display());
        for file in fs::read_dir(&self.path).with_context(unreadable)? {
            let file = file.with_context(unreadable)?;
            let is_folder = file.file_type().with_context(unreadable)?.is_dir();
            if is_folder && file.file_name().to_string_lossy().starts_with(CHECKING) {
                let path = file.path();
                fs::remove_dir_all(&path).with_context(|| {
                    format!(
                        "{}, which a killed check left, cannot be removed",
                        path.display()
                    )
                })?;
            }
        }
        Ok(())
    }

    /// Takes the lock.
    ///
    /// # Errors
    /// Outside, when the file cannot be used; inside, who has it.
    pub fn lock(&self) -> anyhow::Result<Result<Guard, InUse>> {
        let path = self.path.join("lock");
        let unusable = || format!("{} cannot be used", path.display());
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .with_context(unusable)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let mut pid = String::new();
                Read::by_ref(&mut file)
                    .take(20)
                    .read_to_string(&mut pid)
                    .with_context(unusable)?;
                return Ok(Err(InUse {
                    folder: self.path.display().to_string(),
                    pid: pid.trim().to_owned(),
                }));
            }
            Err(error) => return Err(error).with_context(unusable),
        }
        file.set_len(0).with_context(unusable)?;
        file.rewind().with_context(unusable)?;
        writeln!(file, "{}", std::process::id()).with_context(unusable)?;
        Ok(Ok(Guard { _file: file }))
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The settings.
    pub fn config(&self) -> PathBuf {
        self.path.join("config.toml")
    }

    /// Key files.
    pub fn keys(&self) -> PathBuf {
        self.path.join("keys")
    }

    /// The roster that holds.
    pub fn roster(&self) -> PathBuf {
        self.path.join("roster.note")
    }

    /// Small pictures, which can be deleted and are made again.
    pub fn thumbnails(&self) -> PathBuf {
        self.path.join("thumbnails")
    }

    /// Every version of it that was seen.
    pub fn rosters(&self) -> PathBuf {
        self.path.join("rosters")
    }

    /// The ledger.
    pub fn state(&self) -> PathBuf {
        self.path.join("state.sqlite")
    }

    /// The mirrors.
    pub fn mirror(&self) -> PathBuf {
        self.path.join("mirror")
    }

    /// Generations of the graph.
    pub fn graph(&self) -> PathBuf {
        self.path.join("graph")
    }

    /// Generations of the text index.
    pub fn text(&self) -> PathBuf {
        self.path.join("text")
    }

    /// What the operator loaded.
    pub fn ontologies(&self) -> PathBuf {
        self.path.join("ontologies")
    }

    /// Where commands reach the running server.
    pub fn socket(&self) -> PathBuf {
        self.path.join("control.sock")
    }

    /// Evidence of forks and of rosters that contradict each other.
    pub fn evidence(&self) -> PathBuf {
        self.path.join("evidence")
    }
}

/// Writes a file so that it is whole or not there, and durable when this returns.
///
/// # Errors
/// Names the file.
pub fn write_durably(place: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let folder = place.parent().context("a file has no folder")?;
    let mut name = place.file_name().context("a file has no name")?.to_owned();
    name.push(".new");
    let beside = folder.join(name);
    let act = || -> io::Result<()> {
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, place)?;
        File::open(folder)?.sync_all()
    };
    act().with_context(|| format!("{} cannot be written", place.display()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::os::unix::fs::{MetadataExt, symlink};

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_folder_is_its_owners_alone_and_opens() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("deep/data");
        assert!(DataFolder::open(&path).is_err());
        let made = DataFolder::create(&path, |_| Ok(())).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o700);
        assert_eq!(DataFolder::open(&path).unwrap(), made);
        let again = DataFolder::create(&path, |_| Ok(())).unwrap_err();
        assert!(again.to_string().contains("is there already"), "{again}");
    }

    #[test]
    fn an_empty_folder_that_is_there_is_filled_where_it_is() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("volume");
        fs::create_dir(&path).unwrap();
        let number = fs::metadata(&path).unwrap().ino();
        symlink(&path, place.path().join("link")).unwrap();
        DataFolder::create(&place.path().join("link"), |_| Ok(())).unwrap();
        // the very folder: a mount point or one in a stranger's folder cannot be replaced
        assert_eq!(fs::metadata(&path).unwrap().ino(), number);
        DataFolder::open(&path).unwrap();
        for inner in ["keys", "rosters", "mirror", "evidence"] {
            let mode = fs::metadata(path.join(inner)).unwrap().mode();
            assert_eq!(mode & 0o777, 0o700, "{inner}");
        }
    }

    #[test]
    fn what_cannot_be_filled_is_taken_away_again() {
        let place = tempfile::tempdir().unwrap();
        fs::create_dir(place.path().join("empty")).unwrap();
        for name in ["absent", "empty"] {
            let failed = DataFolder::create(&place.path().join(name), |folder| {
                write_durably(&folder.config(), b"half")?;
                bail!("no roster")
            });
            assert!(format!("{:#}", failed.unwrap_err()).contains("no roster"));
        }
        assert_eq!(names(place.path()), ["empty"]);
        assert!(names(&place.path().join("empty")).is_empty());
    }

    #[test]
    fn two_who_fill_one_folder_do_not_take_each_others_files_away() {
        let place = tempfile::tempdir().unwrap();
        DataFolder::create(place.path(), |folder| {
            let second = DataFolder::create(folder.path(), |_| Ok(()));
            assert!(second.is_err());
            write_durably(&folder.config(), b"whole")
        })
        .unwrap();
        let folder = DataFolder::open(place.path()).unwrap();
        assert_eq!(fs::read(folder.config()).unwrap(), b"whole");
    }

    #[test]
    fn a_folder_of_a_newer_version_or_of_none_is_refused() {
        let place = tempfile::tempdir().unwrap();
        for (format, expected) in [("2", "run the newer version"), ("x", "no format")] {
            fs::write(place.path().join("format"), format).unwrap();
            let error = DataFolder::open(place.path()).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn one_has_the_folder_and_the_next_is_told_who() {
        let place = tempfile::tempdir().unwrap();
        let folder = DataFolder::create(&place.path().join("data"), |_| Ok(())).unwrap();
        let guard = folder.lock().unwrap().unwrap();
        let in_use = folder.lock().unwrap().unwrap_err();
        assert_eq!(in_use.pid, std::process::id().to_string());
        drop(guard);
        assert!(folder.lock().unwrap().is_ok());
    }
}
