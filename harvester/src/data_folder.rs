//! DATA: the folder that a harvester owns, and the lock that says who has it.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use rustix::fs::{FlockOperation, flock};

/// The number of this folder's form.
pub const FORMAT: u32 = 1;

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
    /// # Errors
    /// When there is something already, or it cannot be written.
    pub fn create(
        path: &Path,
        fill: impl FnOnce(&Self) -> anyhow::Result<()>,
    ) -> anyhow::Result<Self> {
        if path.exists() && fs::read_dir(path).map_or(true, |mut files| files.next().is_some()) {
            bail!(
                "{} is there already; give a folder that is empty or does not exist yet",
                path.display()
            );
        }
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent)
            .with_context(|| format!("{} cannot be made", parent.display()))?;
        let name = path
            .file_name()
            .context("DATA has no name")?
            .to_string_lossy();
        let beside = parent.join(format!(".{name}.{}.new", std::process::id()));
        let made = (|| {
            DirBuilder::new().mode(0o700).create(&beside)?;
            let folder = Self {
                path: beside.clone(),
            };
            for place in [
                folder.keys(),
                folder.rosters(),
                folder.mirror(),
                folder.evidence(),
            ] {
                DirBuilder::new().mode(0o700).create(place)?;
            }
            fill(&folder)?;
            write_durably(
                &folder.path.join("format"),
                format!("{FORMAT}\n").as_bytes(),
            )?;
            File::open(&beside)?.sync_all()?;
            fs::rename(&beside, path)?;
            File::open(parent)?.sync_all()?;
            Ok(())
        })();
        if made.is_err() {
            // what is half made is of no use; the error that is reported is the one that made it so
            let _ = fs::remove_dir_all(&beside);
        }
        made.map(|()| Self {
            path: path.to_owned(),
        })
        .map_err(|error: anyhow::Error| error.context(format!("{} cannot be made", path.display())))
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
    let act = || -> std::io::Result<()> {
        let mut file = File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&beside, place)?;
        File::open(folder)?.sync_all()
    };
    act().with_context(|| format!("{} cannot be written", place.display()))
}
