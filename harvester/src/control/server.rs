//! The server's end of the socket in DATA.

use std::collections::HashMap;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::Context;
use tokio::net::UnixListener;
use tokio::sync::watch;

use super::conversation::converse;
use super::line::Line;
use super::{Operate, frames, socket};

/// Askers at once. Each has two threads and one frame of memory here.
const MOST_ASKERS: usize = 16;

/// How long commands may take to come to an end when the server is told to.
const GRACE: Duration = Duration::from_secs(10);

/// How long no connection is taken after one could not be: mostly there is no file descriptor left.
const BREATH: Duration = Duration::from_millis(200);

/// Takes commands at a socket until it is closed or dropped. Whoever has one holds DATA's lock for longer.
#[derive(Debug)]
pub struct ControlServer {
    path: PathBuf,
    stop: watch::Sender<bool>,
    acceptor: Option<JoinHandle<()>>,
    askers: Arc<Askers>,
    grace: Duration,
}

/// Those whose commands are under way.
#[derive(Debug, Default)]
struct Askers {
    lines: Mutex<HashMap<u64, Arc<Line>>>,
    one_has_left: Condvar,
}

impl Askers {
    fn lines(&self) -> MutexGuard<'_, HashMap<u64, Arc<Line>>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes an asker off the list, however its thread ends.
struct Place {
    askers: Arc<Askers>,
    number: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.askers.lines().remove(&self.number);
        self.askers.one_has_left.notify_all();
    }
}

impl ControlServer {
    /// Listens at this path, which is in the DATA whose lock the caller holds, and has `operate` carry out what is asked.
    ///
    /// # Errors
    /// When the socket cannot be made, or no thread can be had.
    pub fn start(path: &Path, operate: Arc<dyn Operate>) -> anyhow::Result<ControlServer> {
        let cannot = || format!("the socket {} cannot be made", path.display());
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .with_context(cannot)?;
        let listener = socket::listen(path).with_context(cannot)?;
        listener.set_nonblocking(true).with_context(cannot)?;
        let listener = {
            let _inside = runtime.enter();
            UnixListener::from_std(listener).with_context(cannot)?
        };
        let askers = Arc::new(Askers::default());
        let (stop, stopped) = watch::channel(false);
        let accepted = Arc::clone(&askers);
        let acceptor = thread::Builder::new()
            .name("control".to_owned())
            .spawn(move || runtime.block_on(accept(listener, &accepted, &operate, stopped)))
            .with_context(cannot)?;
        Ok(ControlServer {
            path: path.to_owned(),
            stop,
            acceptor: Some(acceptor),
            askers,
            grace: GRACE,
        })
    }

    /// Gives commands under way another time to come to an end than ten seconds.
    #[must_use]
    pub fn with_grace(mut self, grace: Duration) -> ControlServer {
        self.grace = grace;
        self
    }

    /// Takes no more commands, and waits some seconds for those under way. Those that have not ended then are told so;
    /// their threads may still work on the stores until the process ends, so that the lock must not be given back before
    /// that. True when there are none.
    #[must_use = "the lock may be given back only when nothing works on the stores any more"]
    pub fn close(mut self) -> bool {
        self.end()
    }

    fn end(&mut self) -> bool {
        let Some(acceptor) = self.acceptor.take() else {
            return true;
        };
        self.stop.send_replace(true);
        if acceptor.join().is_err() {
            tracing::error!("the thread of the control socket had panicked");
        }
        // the next to have the lock would replace it; until then commands need not try it
        if let Err(error) = socket::remove(&self.path) {
            tracing::warn!("{} was left behind: {error}", self.path.display());
        }
        let lines = self.askers.lines();
        for line in lines.values() {
            line.announce_closing();
        }
        let (left, _) = self
            .askers
            .one_has_left
            .wait_timeout_while(lines, self.grace, |lines| !lines.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        if !left.is_empty() {
            tracing::warn!("{} commands had not ended when the server did", left.len());
        }
        for line in left.values() {
            line.cut_off();
        }
        left.is_empty()
    }
}

impl Drop for ControlServer {
    fn drop(&mut self) {
        self.end();
    }
}

async fn accept(
    listener: UnixListener,
    askers: &Arc<Askers>,
    operate: &Arc<dyn Operate>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut number = 0;
    loop {
        let accepted = tokio::select! {
            biased;
            _ = stopped.wait_for(|stop| *stop) => return,
            accepted = listener.accept() => accepted,
        };
        let received = accepted.and_then(|(stream, _)| {
            let stream = stream.into_std()?;
            stream.set_nonblocking(false)?;
            number += 1;
            receive(stream, number, askers, operate)
        });
        if let Err(error) = received {
            tracing::error!("a command could not be taken at the control socket: {error}");
            tokio::time::sleep(BREATH).await;
        }
    }
}

/// Gives the asker a thread, or says that there is no place.
fn receive(
    mut stream: UnixStream,
    number: u64,
    askers: &Arc<Askers>,
    operate: &Arc<dyn Operate>,
) -> std::io::Result<()> {
    let mut lines = askers.lines();
    if lines.len() >= MOST_ASKERS {
        drop(lines);
        let why = format!(
            "the server works on {MOST_ASKERS} commands already; run the command again when one of them has ended"
        );
        // it fits into what the connection holds, so that nobody waits for this asker
        return frames::write_failure(&mut stream, &why);
    }
    let line = Arc::new(Line::new(stream));
    lines.insert(number, Arc::clone(&line));
    drop(lines);
    let place = Place {
        askers: Arc::clone(askers),
        number,
    };
    let operate = Arc::clone(operate);
    thread::Builder::new()
        .name("control-work".to_owned())
        .spawn(move || {
            let _place = place;
            converse(&line, &*operate);
            // its stores are not ours any more when the place is given back
            drop(operate);
        })?;
    Ok(())
}
