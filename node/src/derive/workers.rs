//! Those who make derivations in the background of a server.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::DeriveError;
use super::settings::Settings;
use super::sweep::sweep;
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
            let (archive, settings) = (Arc::clone(archive), settings.clone());
            let (is_ending, last) = (Arc::clone(&is_ending), last.clone());
            workers.stops.push(stop);
            workers.threads.push(thread::spawn(move || {
                if number == 0 {
                    tell(sweep_and_say(&archive));
                }
                work(&archive, &settings, &is_ending, &stopped);
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
        if over == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
            tracing::info!("an image that is being made ready to be looked at is left to the next start");
            return;
        }
        for thread in self.threads.drain(..) {
            if thread.join().is_err() {
                tracing::error!("a thread that makes pictures broke; its panic is in the log");
            }
        }
    }
}

fn sweep_and_say(archive: &Archive) -> Result<(), DeriveError> {
    let swept = sweep(archive)?;
    if swept.missing > 0 {
        tracing::info!("{} images whose pictures are missing are made ready again", swept.missing);
    }
    if swept.removed > 0 {
        tracing::info!("pictures of {} images that may not be seen any more were removed", swept.removed);
    }
    Ok(())
}

fn work(
    archive: &Arc<Archive>,
    settings: &Settings,
    is_ending: &AtomicBool,
    stopped: &Receiver<()>,
) {
    let mut maker = match Maker::new(Arc::clone(archive), settings.clone()) {
        Ok(maker) => maker,
        Err(error) => return tell(Err(error)),
    };
    let mut was_well = true;
    while !is_ending.load(Ordering::Relaxed) {
        match maker.turn(None, is_ending) {
            Ok(Some(_)) => {
                was_well = true;
                continue;
            }
            Ok(None) => was_well = true,
            // said when it begins and not every two seconds
            Err(error) if was_well => {
                was_well = false;
                tell(Err(error));
            }
            Err(_) => {}
        }
        match stopped.recv_timeout(EVERY) {
            Err(std::sync::mpsc::RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn tell(outcome: Result<(), DeriveError>) {
    if let Err(error) = outcome {
        tracing::error!("images are not made ready to be looked at: {error}");
    }
}
