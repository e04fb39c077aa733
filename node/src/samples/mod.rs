//! Sample studies: three example institutions with what depositors would hand in, so that a federation can be looked at
//! before anybody has entrusted it with anything.
//!
//! All pictures are computed, and every study says so. What is said of them is in the study files beside this one
//! (`catalogue`); how they are painted in `scenes`, with what `optics` knows of light and cameras; `files` writes them.
//!
//! The same seed gives the same bytes. A study's `study.yaml` is written last: where it stands the study is whole, and
//! a later run leaves it alone.

mod catalogue;
mod easel;
mod files;
mod optics;
mod random;
mod scenes;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread;

use catalogue::{INSTITUTIONS, Sample};
use easel::{Easel, write_whole};
use random::Random;

/// The seed of whoever names none.
pub const SEED: u64 = 2026;

/// How large the pictures are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Size {
    /// As a depositor would have them: about 80 MB in all
    #[default]
    Full,
    /// A quarter of the width, height and number of planes: for trying things out
    Small,
}

/// Why samples could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SamplesError {
    /// A folder or file cannot be written.
    #[error("{path} cannot be written: {source}")]
    Unwritable {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A picture cannot be encoded.
    #[error("{path} cannot be made: {source}")]
    Unmade {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// What became of a study.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Written {
    /// Its folder or file.
    pub path: PathBuf,
    /// Whether it was written now; false where it was there.
    pub is_new: bool,
}

/// Writes the samples below `folder`: a folder for each institution, in it one for each study. Tells of each as soon as it
/// is whole, since all together take a while; gives all studies in the order of their paths.
///
/// # Errors
/// When something cannot be written; studies that are whole by then stay.
pub fn write(
    folder: &Path,
    seed: u64,
    size: Size,
    tell: &(dyn Fn(&Written) + Sync),
) -> Result<Vec<Written>, SamplesError> {
    let samples = INSTITUTIONS.iter().flat_map(|institution| {
        let place = move |sample| (folder.join(institution.folder), sample);
        institution.samples.iter().map(place)
    });
    let waiting = Mutex::new(samples);
    let next = || {
        waiting
            .lock()
            .unwrap_or_else(|held| held.into_inner())
            .next()
    };
    let painter = || {
        let mut written = Vec::new();
        while let Some((folder, sample)) = next() {
            let study = sample.write(&folder, seed, size)?;
            tell(&study);
            written.push(study);
        }
        Ok(written)
    };
    let painters = thread::available_parallelism().map_or(1, usize::from);
    let mut written = Vec::new();
    thread::scope(|scope| {
        let started: Vec<_> = (0..painters).map(|_| scope.spawn(painter)).collect();
        for painter in started {
            let studies = painter
                .join()
                // a panic in a thread is a bug here: it goes on upwards
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            written.extend(studies);
        }
        Ok(())
    })?;
    written.sort();
    Ok(written)
}

impl Sample {
    /// Writes the study below its institution's folder, unless it is there.
    fn write(&self, institution: &Path, seed: u64, size: Size) -> Result<Written, SamplesError> {
        let folder = institution.join(self.name);
        let (path, description) = match self.paint {
            Some(_) => (folder.clone(), folder.join("study.yaml")),
            None => (folder.clone(), folder),
        };
        if description.exists() {
            return Ok(Written {
                path,
                is_new: false,
            });
        }
        if let Some(paint) = self.paint {
            let name = format!(
                "{} {}",
                institution.file_name().unwrap_or_default().display(),
                self.name
            );
            paint(&Easel {
                folder: path.clone(),
                seed: Random::of(seed, &name).next(),
                size,
            })?;
        }
        write_whole(&description, self.description.as_bytes())?;
        Ok(Written { path, is_new: true })
    }
}
