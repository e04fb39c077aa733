//! Runs a program within bounds, and ends all of its processes however it ends.

use std::collections::VecDeque;
use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Resource, Rlimit, WaitId, WaitIdOptions, prlimit, waitid};

use super::family::Family;
use super::work::Work;

/// How often is looked at least, and at most, at what a program takes. Looking through what it wrote may take long itself, and
/// then is done more seldom.
const OFTEN: Duration = Duration::from_millis(100);
const SELDOM: Duration = Duration::from_secs(5);

/// Bytes that are kept of what a program says.
const MOST_SAID: usize = 8 << 10;

/// How long is waited for the last of it.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// What a program may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub time: Duration,
    /// Bytes, of all its processes.
    pub memory: u64,
    /// Bytes of what it writes.
    pub disk: u64,
}

/// How a program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Well,
    Code(i32),
    Signal(i32),
    TooLong,
    TooMuchMemory,
    TooMuchDisk,
    /// What it wrote cannot be counted.
    Closed,
    Stopped,
}

/// What came of running a program.
#[derive(Debug)]
pub(super) struct Ran {
    pub ended: Ended,
    /// The last that it said.
    pub said: String,
}

/// Runs a program that works in a folder.
///
/// # Errors
/// When it cannot be started, or its processes not be watched or ended.
pub(super) fn run(
    command: &mut Command,
    work: &Work,
    bounds: &Bounds,
    is_to_stop: &dyn Fn() -> bool,
) -> io::Result<Ran> {
    let began = Instant::now();
    let mut child = command
        .process_group(0)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let process = pid_of(&child)?;
    let family = Family::of(Some(process), work.path());
    let ears = Ears::listen(&mut child);
    // its number stays its own until it is waited for below, and with it the group
    let ended = exit_of(process);
    let bounded = bound(process, bounds);
    let watched = bounded.and_then(|()| watch(&family, work, bounds, began, is_to_stop, &ended));
    // whatever it left running ends here, before it is waited for
    let all_ended = family.end();
    let status = child.wait()?;
    all_ended?;
    Ok(Ran {
        ended: watched?.unwrap_or_else(|| of_status(status)),
        said: ears.said(),
    })
}

fn pid_of(child: &Child) -> io::Result<Pid> {
    let raw = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    raw.ok_or_else(|| io::Error::other("the system gave it no number"))
}

/// Tells of the end of a process without taking its number away.
fn exit_of(process: Pid) -> Receiver<()> {
    let (ending, ended) = channel();
    thread::spawn(move || {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while matches!(
            waitid(WaitId::Pid(process), options),
            Err(rustix::io::Errno::INTR)
        ) {}
        drop(ending);
    });
    ended
}

/// What the system itself holds to: no file larger than all may be, and no image of memory when it crashes.
fn bound(process: Pid, bounds: &Bounds) -> io::Result<()> {
    for (resource, most) in [(Resource::Fsize, bounds.disk), (Resource::Core, 0)] {
        let limit = Rlimit {
            current: Some(most),
            maximum: Some(most),
        };
        match prlimit(Some(process), resource, limit) {
            // it has ended already
            Ok(_) | Err(rustix::io::Errno::SRCH) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Waits for the end; says which bound was passed before.
fn watch(
    family: &Family,
    work: &Work,
    bounds: &Bounds,
    began: Instant,
    is_to_stop: &dyn Fn() -> bool,
    ended: &Receiver<()>,
) -> io::Result<Option<Ended>> {
    let mut pause = OFTEN;
    loop {
        let left = bounds.time.saturating_sub(began.elapsed());
        let has_ended = ended.recv_timeout(pause.min(left)) != Err(RecvTimeoutError::Timeout);
        let looked = Instant::now();
        let counted = used(work.output()).and_then(|bytes| Ok(bytes + used(work.scratch())?));
        let bytes = match counted {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                return Ok(Some(Ended::Closed));
            }
            counted => counted?,
        };
        if bytes > bounds.disk {
            return Ok(Some(Ended::TooMuchDisk));
        }
        if has_ended {
            return Ok(None);
        }
        if began.elapsed() >= bounds.time {
            return Ok(Some(Ended::TooLong));
        }
        if is_to_stop() {
            return Ok(Some(Ended::Stopped));
        }
        if family.memory()? > bounds.memory {
            return Ok(Some(Ended::TooMuchMemory));
        }
        pause = (looked.elapsed() * 10).clamp(OFTEN, SELDOM);
    }
}

/// Bytes that a folder takes on disk. What goes while it is looked at counts nothing.
fn used(folder: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Some(entries) = if_there(fs::read_dir(&folder))? else {
            continue;
        };
        for entry in entries {
            let Some(entry) = if_there(entry)? else {
                continue;
            };
            // of a link its own
            let Some(metadata) = if_there(entry.metadata())? else {
                continue;
            };
            bytes += metadata.blocks() * 512;
            if metadata.is_dir() {
                folders.push(entry.path());
            }
        }
    }
    Ok(bytes)
}

fn if_there<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Err(error)
            if matches!(
                error.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
            ) =>
        {
            Ok(None)
        }
        outcome => outcome.map(Some),
    }
}

fn of_status(status: ExitStatus) -> Ended {
    match (status.code(), status.signal()) {
        (Some(0), _) => Ended::Well,
        (Some(code), _) => Ended::Code(code),
        (None, signal) => Ended::Signal(signal.unwrap_or_default()),
    }
}

/// What listens to a program: it may say any amount, of which the end is kept.
struct Ears {
    kept: Arc<Mutex<VecDeque<u8>>>,
    /// Nothing comes any more when both its outputs are closed.
    closed: Receiver<()>,
}

impl Ears {
    fn listen(child: &mut Child) -> Ears {
        let kept = Arc::new(Mutex::new(VecDeque::new()));
        let (closing, closed) = channel();
        let outputs: [Option<Box<dyn Read + Send>>; 2] = [
            child.stdout.take().map(|output| Box::new(output) as _),
            child.stderr.take().map(|output| Box::new(output) as _),
        ];
        for mut output in outputs.into_iter().flatten() {
            let (kept, closing) = (Arc::clone(&kept), closing.clone());
            thread::spawn(move || {
                listen_to(output.as_mut(), &kept);
                drop(closing);
            });
        }
        Ears { kept, closed }
    }

    /// The last that was said, once both outputs are closed: at once, since no process is left that has them.
    fn said(&self) -> String {
        let _ = self.closed.recv_timeout(LAST_WORDS);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(kept.make_contiguous()).into_owned()
    }
}

fn listen_to(output: &mut dyn Read, kept: &Mutex<VecDeque<u8>>) {
    let mut buffer = vec![0; 64 << 10];
    // an output that cannot be read any more has said all that it will
    while let Ok(length @ 1..) = output.read(&mut buffer) {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        let new = &buffer[length.saturating_sub(MOST_SAID)..length];
        kept.extend(new);
        let too_many = kept.len().saturating_sub(MOST_SAID);
        kept.drain(..too_many);
    }
}
