//! Who does a command: this process, where it gets DATA's lock, else the one that has it.

use std::thread;
use std::time::{Duration, Instant};

use anyhow::bail;

use super::ask::{Asked, ask};
use super::{Asker, Operate, Request, place};
use crate::data_folder::{DataFolder, Guard, InUse};

/// How long a command waits for another one to end, or for a server to start.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// How often it looks. Neither a lock nor a socket's file tells when it comes.
const LOOK: Duration = Duration::from_millis(50);

/// Has a command done: with the stores that `open` opens under DATA's lock, or by the server that has them.
///
/// # Errors
/// Why it could not run; that DATA is in use and nobody takes commands for `patience`.
pub fn perform<O: Operate>(
    folder: &DataFolder,
    request: &Request,
    asker: &dyn Asker,
    patience: Duration,
    open: impl FnOnce(Guard) -> anyhow::Result<O>,
) -> anyhow::Result<u8> {
    let begun = Instant::now();
    loop {
        let holder = match folder.lock()? {
            Ok(guard) => return open(guard)?.operate(request, asker),
            Err(holder) => holder,
        };
        if let Asked::Done(exit) = ask(&folder.socket(), request, asker, patience)? {
            return Ok(exit);
        }
        wait(&holder, begun, patience)?;
    }
}

/// DATA's lock for a server. Waits for a command to end, but not for another server.
///
/// # Errors
/// Who has DATA.
pub fn lock_to_serve(folder: &DataFolder, patience: Duration) -> anyhow::Result<Guard> {
    let begun = Instant::now();
    loop {
        let holder = match folder.lock()? {
            Ok(guard) => return Ok(guard),
            Err(holder) => holder,
        };
        if place::connect(&folder.socket())?.is_some() {
            bail!("{holder}, which serves it already; stop that one first");
        }
        wait(&holder, begun, patience)?;
    }
}

fn wait(holder: &InUse, begun: Instant, patience: Duration) -> anyhow::Result<()> {
    if begun.elapsed() >= patience {
        bail!(
            "{holder}, which takes no commands: it is another command, or a server that is starting or ending; wait until it has ended, \
             and look at it when it does not"
        );
    }
    thread::sleep(LOOK);
    Ok(())
}
