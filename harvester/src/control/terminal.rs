//! Whoever typed the command: standard output for the result, standard error for all else.

use std::io::{self, Write};

use tokio::sync::watch;

use super::{Asker, Interest};

/// The streams of this process.
#[derive(Debug)]
pub struct Terminal {
    interest: watch::Sender<Interest>,
}

impl Terminal {
    /// The streams of this process. It is always interested: Ctrl-C ends the process.
    pub fn new() -> Self {
        Self {
            interest: watch::Sender::new(Interest::Waiting),
        }
    }
}

impl Default for Terminal {
    fn default() -> Self {
        Self::new()
    }
}

impl Asker for Terminal {
    fn print(&self, bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(bytes)?;
        out.flush()
    }

    fn tell(&self, line: &str) {
        // who closed standard error does not want to know
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    fn interest(&self) -> watch::Receiver<Interest> {
        self.interest.subscribe()
    }
}
