//! How far a download is, for a person: a bar on a terminal, else a line now and then.

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use ::web::words;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a line is written where there is no terminal.
const EVERY: Duration = Duration::from_secs(10);

/// Counts bytes that are there and verified or on their way.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
    /// when the last line was written; none on a terminal
    said: Option<Mutex<Instant>>,
}

impl Progress {
    /// Of so many bytes, on standard error.
    pub fn of(bytes: u64) -> Self {
        let is_terminal = io::stderr().is_terminal();
        let target = match is_terminal {
            true => ProgressDrawTarget::stderr(),
            false => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(Some(bytes), target);
        // the decimal units of every sentence of ours
        let template = "{bar:30} {decimal_bytes} of {decimal_total_bytes}, {decimal_bytes_per_sec}, {eta} left";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self {
            bar,
            said: (!is_terminal).then(|| Mutex::new(Instant::now())),
        }
    }

    /// So many bytes more.
    pub fn add(&self, bytes: u64) {
        self.bar.inc(bytes);
        if let Some(said) = &self.said
            && let Ok(mut said) = said.try_lock()
            && said.elapsed() >= EVERY
        {
            *said = Instant::now();
            let all = self.bar.length().unwrap_or_default();
            let (there, all) = (words::bytes(self.bar.position()), words::bytes(all));
            // a standard error that is closed keeps no download from its work
            let _ = writeln!(io::stderr(), "{there} of {all}");
        }
    }

    /// These have to come again.
    pub fn take_back(&self, bytes: u64) {
        self.bar.dec(bytes);
    }

    /// Leaves the terminal as it was.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
