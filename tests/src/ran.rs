//! What a command of the program came to.

use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Output};

/// A command that has ended.
#[derive(Debug, Clone)]
pub struct Ran {
    status: ExitStatus,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Ran {
    /// What a process left.
    pub fn new(output: Output) -> Ran {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        let ran = Ran {
            status: output.status,
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        };
        // a panic is no message to anybody, whatever became of the command
        assert!(!ran.stderr.contains("panicked at"), "{ran:?}");
        ran
    }

    /// It did what it was told: exit code 0.
    pub fn done(self) -> Ran {
        assert_eq!(self.status.code(), Some(0), "{self:?}");
        self
    }

    /// It ran, and something was refused: exit code 2.
    pub fn refused(self) -> Ran {
        assert_eq!(self.status.code(), Some(2), "{self:?}");
        self
    }

    /// It could not run: exit code 1, and one line on standard error that says why.
    pub fn could_not(self) -> Ran {
        assert_eq!(self.status.code(), Some(1), "{self:?}");
        assert_eq!(self.complaints().count(), 1, "{self:?}");
        self
    }

    /// Whether it did what it was told.
    pub fn is_done(&self) -> bool {
        self.status.success()
    }

    /// Whether it could not run.
    pub fn is_stopped(&self) -> bool {
        self.status.code() == Some(1)
    }

    /// The signal that killed it.
    pub fn killed_by(&self) -> Option<i32> {
        self.status.signal()
    }

    /// It says this, to whoever reads either stream.
    #[track_caller]
    pub fn says(self, words: &str) -> Ran {
        assert!(
            self.stdout.contains(words) || self.stderr.contains(words),
            "it does not say {words:?}: {self:?}"
        );
        self
    }

    /// It says one of these.
    #[track_caller]
    pub fn says_one_of(self, all: &[&str]) -> Ran {
        let is_said = |words: &&str| self.stdout.contains(words) || self.stderr.contains(words);
        assert!(all.iter().any(is_said), "it says none of {all:?}: {self:?}");
        self
    }

    /// It says this nowhere.
    #[track_caller]
    pub fn says_nothing_of(self, words: &str) -> Ran {
        assert!(
            !self.stdout.contains(words) && !self.stderr.contains(words),
            "it says {words:?}: {self:?}"
        );
        self
    }

    /// The lines by which the program says that it gives up.
    pub fn complaints(&self) -> impl Iterator<Item = &str> {
        let by_program = |line| -> Option<&str> {
            let programs = ["omma-node: ", "omma-harvester: "];
            programs
                .into_iter()
                .find_map(|program| str::strip_prefix(line, program))
        };
        self.stderr.lines().filter_map(by_program)
    }
}
