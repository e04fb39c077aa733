//! Those who make derivations in the background of a server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::DeriveError;
use super::settings::Settings;
use super::sweep::{Swept, sweep};
use super::turn::Maker;
use crate::archive::Archive;

/// How often an idle worker looks whether another process has published something.
const EVERY: Duration = Duration::from_secs(2);

/// How long a server that ends waits for them: they stop between two bands of pixels. What they leave is a crash like any other.
const PATIENCE: Duration = Duration::from_secs(5);

/// The threads; they end when this is dropped.
pub struct Workers {
    is_ending: Arc<AtomicBool>,
    /// Wakes those that wait.
    stops: Vec<Sender<()>>,
    threads: Vec<JoinHandle<()>>,
    /// Nothing comes any more when all have ended.
    ended: Receiver<()>,
}

impl Workers {
    /// Begins: one of them sweeps first.
    pub fn start(archive: &Arc<Archive>, settings: &Settings) -> Workers {
        let is_ending = Arc::new(AtomicBool::new(false));
        let (last, ended) = channel();
        let mut workers = Workers {
            is_ending: Arc::clone(&is_ending),
            stops: Vec::new(),
            threads: Vec::new(),
            ended,
        };
        for number in 0..settings.workers {
            let (stop, stopped) = channel();
            let last = last.clone();
            let mut worker = Worker {
                archive: Arc::clone(archive),
                settings: settings.clone(),
                is_ending: Arc::clone(&is_ending),
                is_to_sweep: number == 0,
                maker: None,
            };
            workers.stops.push(stop);
            workers.threads.push(thread::spawn(move || {
                worker.run(&stopped);
                // its lock goes before it counts as ended
                drop(worker);
                drop(last);
            }));
        }
        workers
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.is_ending.store(true, Ordering::Relaxed);
        self.stops.clear();
        let over = self.ended.recv_timeout(PATIENCE);
        if over == Err(RecvTimeoutError::Timeout) {
            tracing::info!(
                "an image that is being made ready to be looked at is left to the next start"
            );
            return;
        }
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread that makes pictures broke; its panic is in the log");
            }
        }
    }
}

/// One of the threads.
struct Worker {
    archive: Arc<Archive>,
    settings: Settings,
    is_ending: Arc<AtomicBool>,
    /// Whether it has to sweep before it makes anything.
    is_to_sweep: bool,
    /// Begun at its first step: the disk may be read-only until then.
    maker: Option<Maker>,
}

impl Worker {
    fn run(&mut self, stopped: &Receiver<()>) {
        let mut was_well = true;
        while !self.is_ending.load(Ordering::Relaxed) {
            match self.step() {
                Ok(true) => {
                    was_well = true;
                    continue;
                }
                Ok(false) => was_well = true,
                // said when it begins and not every two seconds
                Err(error) if was_well => {
                    was_well = false;
                    tracing::error!("images are not made ready to be looked at: {error}");
                }
                Err(_) => {}
            }
            match stopped.recv_timeout(EVERY) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Makes what is next; false where nothing waits.
    fn step(&mut self) -> Result<bool, DeriveError> {
        if self.is_to_sweep
            && let Some(swept) = sweep(&self.archive)?
        {
            self.is_to_sweep = false;
            say(swept);
        }
        if self.maker.is_none() {
            let maker = Maker::new(Arc::clone(&self.archive), self.settings.clone())?;
            self.maker = Some(maker);
        }
        let Some(maker) = &mut self.maker else {
            return Ok(false);
        };
        Ok(maker.turn(None, &self.is_ending)?.is_some())
    }
}

fn say(swept: Swept) {
    if swept.missing > 0 {
        tracing::info!(
            "{} images whose pictures are missing are made ready again",
            swept.missing
        );
    }
    if swept.removed > 0 {
        tracing::info!(
            "pictures of {} images that may not be seen any more were removed",
            swept.removed
        );
    }
}
