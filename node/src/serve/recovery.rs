//! Completes what a killed process left behind, while the server runs.
//!
//! An act that is in the journal has been decided and must be completed by whoever can (PROTOCOL.md section 3,
//! "Appending"). The server looks every few seconds: where there is one and nobody holds the lease, it does what the next
//! `import` would do. So a log is never behind its journal for long, and the database never behind its log.
//!
//! An act that was begun and not decided never happened. It holds the time of OAI-PMH answers back (`serve::oai`) for as long
//! as it might still be decided; whoever holds the lease knows that nobody is making one, and clears it away.

use std::sync::PoisonError;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use actix_web::web;

use super::state::{Recovered, State};
use crate::archive::Archive;
use crate::database::position::{self, Position};
use crate::log::lease::Lease;
use crate::log::{append, journal, peers};

const EVERY: Duration = Duration::from_secs(2);

/// The thread that looks; it ends when this is dropped.
pub(super) struct Recovery {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Recovery {
    /// Begins to look, at once and then every few seconds.
    pub fn start(state: web::Data<State>) -> Recovery {
        let (stop, stopped) = channel();
        let thread = std::thread::spawn(move || run(&state, &stopped));
        Recovery {
            stop: Some(stop),
            thread: Some(thread),
        }
    }
}

impl Drop for Recovery {
    fn drop(&mut self) {
        // the thread waits for a word that cannot come any more, and ends
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!(
                "the thread that completes interrupted acts broke; its panic is in the log"
            );
        }
    }
}

fn run(state: &State, stopped: &Receiver<()>) {
    loop {
        let outcome = match look(&state.archive) {
            Ok(()) => Recovered::Done,
            Err(error) => Recovered::Failed(format!("{error:#}")),
        };
        let mut last = state
            .recovery
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if *last != outcome {
            match &outcome {
                // said when it begins and not every two seconds
                Recovered::Failed(why) => {
                    tracing::error!("the log could not be brought up to date: {why}")
                }
                _ if *last != Recovered::NotYet => tracing::info!("the log is up to date again"),
                _ => {}
            }
            *last = outcome;
        }
        drop(last);
        match stopped.recv_timeout(EVERY) {
            Err(RecvTimeoutError::Timeout) => {}
            Ok(()) | Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn look(archive: &Archive) -> anyhow::Result<()> {
    if !is_anything_left(archive)? && is_up_to_date(archive)? {
        return Ok(());
    }
    // where another process holds the lease it is at work itself
    let Some(mut lease) = Lease::try_take(&archive.folder().lease())? else {
        return Ok(());
    };
    // asked under the lease: what was being made a moment ago may have been decided since
    if journal::read(archive.store())?.is_some() {
        // completing signs, and nothing is signed before the peers were asked
        peers::check(archive)?;
    }
    append::recover(archive, &mut lease)?;
    journal::clear_undecided(archive.store())?;
    Ok(())
}

/// Whether somebody is making an act, or left one behind, decided or not.
fn is_anything_left(archive: &Archive) -> anyhow::Result<bool> {
    let store = archive.store();
    Ok(journal::begun(store)?.is_some() || journal::read(store)?.is_some())
}

/// Whether the database has everything that the log has.
pub(super) fn is_up_to_date(archive: &Archive) -> anyhow::Result<bool> {
    let head = archive.log().head()?.tree_head();
    let position = position::current(&mut *archive.database().connection()?)?;
    Ok(position
        == Some(Position {
            size: head.size,
            root: head.root,
        }))
}
