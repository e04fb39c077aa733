//! One command at a time changes a roster.

use std::fs::File;
use std::path::Path;

use anyhow::{Context, bail};
use rustix::fs::{FlockOperation, flock};

use super::file::absolute;

/// Nobody else changes a roster in this folder until it goes.
#[derive(Debug)]
pub(super) struct Turn {
    // the lock goes with the file
    _folder: File,
}

/// Takes the turn to change the roster in a file. It is the folder that is locked: FILE is replaced, and a lock would go with it.
pub(super) fn take_turn(path: &Path) -> anyhow::Result<Turn> {
    let path = absolute(path)?;
    let folder = path.parent().context("a roster's file has no folder")?;
    let unusable = || format!("the folder {} cannot be used", folder.display());
    let file = File::open(folder).with_context(unusable)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Turn { _folder: file }),
        Err(rustix::io::Errno::WOULDBLOCK) => bail!(
            "another command is changing a roster in {}; try again when it is done",
            folder.display()
        ),
        Err(error) => Err(error).with_context(unusable),
    }
}
