//! Files in formats that are not read here, converted by a program of somebody else that the operator chose.
//!
//! A conversion is one file in and one OME-Zarr or OME-TIFF out, in a folder of its own that vanishes with it. The program is
//! given a copy: some write beside what they read, and nothing of the archive or of a depositor is theirs to write to. It runs
//! without a shell, in a process group of its own, with little in its environment, and within bounds of time, memory and disk
//! (`run.rs`), which are watched from outside, since limits of address space break Java. All of its processes end with it, also
//! those that left its group (`family.rs`), and with a command that is told to end (`running.rs`).
//!
//! What it wrote is a stranger's: it is looked through (`output.rs`) and then opened by the readers of this program, within
//! their limits. Nothing here knows of studies or of HTTP. See `docs/design/0010-converters.md`.

mod error;
mod family;
mod output;
mod program;
mod run;
mod running;
mod turns;
mod work;

#[cfg(test)]
mod tests;

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub use error::ConversionError;
pub use family::end_survivors;
pub use running::end_all;

use crate::config::{ConverterConfig, INPUT, OUTPUT, Writes, ending_of};
use crate::image::{Files, Folder};
use crate::relative_path::RelPath;
use run::{Bounds, Ended, run};
use running::Running;
use turns::Turns;
use work::Work;

/// A program that converts.
#[derive(Debug)]
pub struct Converter {
    config: ConverterConfig,
    turns: Turns,
    name: OnceLock<String>,
}

/// What came of a file; it is there as long as this lives.
#[derive(Debug)]
pub struct Converted {
    work: Work,
    /// By which it is opened.
    path: RelPath,
}

impl Converter {
    /// The one that the operator chose.
    pub fn new(config: &ConverterConfig) -> Converter {
        Converter {
            turns: Turns::of(config.at_once),
            config: config.clone(),
            name: OnceLock::new(),
        }
    }

    /// Whether it is to be given a file of this name.
    pub fn takes(&self, path: &RelPath) -> bool {
        ending_of(path.as_str()).is_some_and(|ending| self.config.formats.contains(&ending))
    }

    /// Makes sure that the program is there.
    ///
    /// # Errors
    /// [`ConversionError::Unavailable`], which says what to do.
    pub fn find(&self) -> Result<(), ConversionError> {
        self.program().map(drop)
    }

    /// What it is called in records: `bioformats2raw 0.9.4`. The program is asked for its version once, unless the operator
    /// gave a name.
    pub fn name(&self) -> &str {
        self.name.get_or_init(|| match &self.config.name {
            Some(name) => name.clone(),
            None => self.name_as_it_says(),
        })
    }

    fn program(&self) -> Result<std::path::PathBuf, ConversionError> {
        let program = self.config.command.first().map_or("", String::as_str);
        program::find(program).ok_or_else(|| {
            ConversionError::Unavailable(format!(
                "the converter {program:?} is not found; install it, or give its whole path (images.converter.command)"
            ))
        })
    }

    fn name_as_it_says(&self) -> String {
        let program = self.config.command.first().map_or("", String::as_str);
        let file = program.rsplit('/').next().unwrap_or(program).to_owned();
        let version = self.program().ok().and_then(|path| program::version(&path));
        version.map_or_else(|| file.clone(), |version| format!("{file} {version}"))
    }

    /// Converts a file, in a new folder below `scratch`. Waits where others convert already, and asks some times a second
    /// whether it is to stop.
    ///
    /// # Errors
    /// [`ConversionError`].
    pub fn convert(
        &self,
        files: &dyn Files,
        path: &RelPath,
        scratch: &Path,
        is_to_stop: &dyn Fn() -> bool,
    ) -> Result<Converted, ConversionError> {
        let program = self.program()?;
        let running = Running::begin().ok_or(ConversionError::Stopped)?;
        let is_to_stop = &|| is_to_stop() || running.is_to_end();
        let _turn = self
            .turns
            .take(is_to_stop)
            .ok_or(ConversionError::Stopped)?;
        let work = Work::begin(scratch)?;
        work.copy(files, path, is_to_stop)?;
        let written = match self.config.writes {
            Writes::OmeZarr => "converted.ome.zarr",
            Writes::OmeTiff => "converted.ome.tiff",
        };
        let mut command = Command::new(program);
        let (input, output) = (work.input(path), work.output().join(written));
        let arguments = self.config.command.iter().skip(1);
        command
            .args(arguments.map(|argument| filled(argument, &input, &output)))
            .current_dir(work.scratch())
            .env_clear()
            .envs(work.environment())
            .stdin(Stdio::null());
        let bounds = Bounds {
            time: Duration::from_secs(self.config.seconds),
            memory: self.config.memory_mib << 20,
            disk: self.config.disk_mib << 20,
        };
        let ran = run(&mut command, &work, &bounds, is_to_stop).map_err(|error| {
            ConversionError::Unavailable(format!("{} cannot be run: {error}", self.name()))
        })?;
        if let Err(sentence) = self.judge(&ran.ended)? {
            let said = ran
                .said
                .replace(&*work.path().to_string_lossy(), "\u{2026}");
            return Err(ConversionError::failed(sentence, &said));
        }
        work.remove_input()?;
        let path = output::look_through(work.output(), written, self.config.writes)
            .map_err(|what| ConversionError::failed(format!("{} {what}", self.name()), ""))?;
        Ok(Converted { work, path })
    }

    /// Why an end is none of success, in a sentence.
    fn judge(&self, ended: &Ended) -> Result<Result<(), String>, ConversionError> {
        let (name, config) = (self.name(), &self.config);
        let sentence = match ended {
            Ended::Well => return Ok(Ok(())),
            Ended::Stopped => return Err(ConversionError::Stopped),
            Ended::Code(code) => format!("{name} ended with the exit code {code}"),
            Ended::Signal(signal) => format!("{name} was ended by the signal {signal}"),
            Ended::TooLong => format!(
                "{name} took longer than {} seconds (images.converter.seconds)",
                config.seconds
            ),
            Ended::TooMuchMemory => format!(
                "{name} took more than {} MiB of memory (images.converter.memory_mib)",
                config.memory_mib
            ),
            Ended::Closed => {
                format!("{name} closed a folder that it wrote, so that nobody can look into it")
            }
            Ended::TooMuchDisk => format!(
                "{name} wrote more than {} MiB (images.converter.disk_mib)",
                config.disk_mib
            ),
        };
        Ok(Err(sentence))
    }
}

impl Converted {
    /// What was written.
    pub fn files(&self) -> Arc<dyn Files> {
        Arc::new(Folder(self.work.output().to_owned()))
    }

    /// The file by which it is opened.
    pub fn path(&self) -> &RelPath {
        &self.path
    }
}

/// An argument with the paths in it. What stands in a path is not looked at again.
fn filled(argument: &str, input: &Path, output: &Path) -> std::ffi::OsString {
    let mut filled = std::ffi::OsString::new();
    let mut rest = argument;
    while let Some(start) = rest.find('{') {
        filled.push(&rest[..start]);
        rest = &rest[start..];
        if let Some(behind) = rest.strip_prefix(INPUT) {
            filled.push(input);
            rest = behind;
        } else if let Some(behind) = rest.strip_prefix(OUTPUT) {
            filled.push(output);
            rest = behind;
        } else {
            filled.push("{");
            rest = &rest[1..];
        }
    }
    filled.push(rest);
    filled
}
