//! All processes of a conversion: those of its group, and those that left it but still carry its mark in their environment,
//! which every process hands on to those that it starts.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::time::Duration;

use super::work::open_up_those_below;

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

/// The variable that says of which conversion a process is: the folder.
pub(super) const MARK: &str = "OMMATIDIA_CONVERSION";

/// How often processes are looked for that were started while others were ended, and the pause between.
const MOST_ROUNDS: usize = 500;
const PAUSE: Duration = Duration::from_millis(10);

/// The processes of one conversion, or of all below a folder.
#[derive(Debug, Clone)]
pub(super) struct Family {
    /// The process group, which is the conversion's as long as its first process was not waited for.
    pub group: Option<Pid>,
    /// How the mark begins, with its name.
    mark: Vec<u8>,
}

impl Family {
    /// Of the conversion in a folder.
    pub fn of(group: Option<Pid>, folder: &Path) -> Family {
        let mut mark = format!("{MARK}=").into_bytes();
        mark.extend_from_slice(folder.as_os_str().as_bytes());
        Family { group, mark }
    }

    /// Bytes of memory that its processes have for themselves: not what is mapped of files, which the system takes back.
    pub fn memory(&self) -> io::Result<u64> {
        Ok(self.members()?.into_iter().map(memory).sum())
    }

    /// How many there are.
    #[cfg(test)]
    pub fn number(&self) -> io::Result<usize> {
        Ok(self.members()?.len())
    }

    /// Ends all of them. Some are started while others end, so it is repeated until there are none.
    pub fn end(&self) -> io::Result<()> {
        for _ in 0..MOST_ROUNDS {
            let members = self.members()?;
            if members.is_empty() {
                return Ok(());
            }
            for member in members {
                self.end_one(member);
            }
            std::thread::sleep(PAUSE);
        }
        Err(io::Error::other("its processes do not end"))
    }

    fn end_one(&self, member: Pid) {
        // the number may be another process's by now: what is ended is what was looked at
        let Ok(process) = pidfd_open(member, PidfdFlags::empty()) else {
            return;
        };
        if self.has(member) {
            // one that has ended meanwhile is what was wanted
            let _ = pidfd_send_signal(&process, Signal::KILL);
        }
    }

    fn members(&self) -> io::Result<Vec<Pid>> {
        let mut members = Vec::new();
        for entry in fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let number = name.to_str().and_then(|name| name.parse().ok());
            if let Some(process) = number.and_then(Pid::from_raw)
                && self.has(process)
            {
                members.push(process);
            }
        }
        Ok(members)
    }

    /// Whether a process is one of them and has not ended.
    fn has(&self, process: Pid) -> bool {
        let Some((state, group)) = state_and_group(process) else {
            return false;
        };
        if matches!(state, b'Z' | b'X') {
            return false;
        }
        if self
            .group
            .is_some_and(|own| own.as_raw_nonzero().get() == group)
        {
            return true;
        }
        let number = process.as_raw_nonzero();
        let Ok(environment) = fs::read(format!("/proc/{number}/environ")) else {
            // somebody else's, or ended just now
            return false;
        };
        environment
            .split(|byte| *byte == 0)
            .any(|variable| self.is_mark(variable))
    }

    fn is_mark(&self, variable: &[u8]) -> bool {
        let behind = variable.strip_prefix(&self.mark[..]);
        behind.is_some_and(|behind| behind.is_empty() || behind.starts_with(b"/"))
    }
}

/// Ends the processes of conversions whose folders are below one that belonged to a process that died, and lets these folders
/// be removed.
///
/// # Errors
/// When the processes of this machine cannot be listed, or do not end.
pub fn end_survivors(folder: &Path) -> io::Result<()> {
    let folder = match fs::canonicalize(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        folder => folder?,
    };
    Family::of(None, &folder).end()?;
    open_up_those_below(&folder)
}

/// The state and the group of a process, as `/proc/<pid>/stat` has them behind the name, which may have anything in it.
fn state_and_group(process: Pid) -> Option<(u8, i32)> {
    let number = process.as_raw_nonzero();
    let line = fs::read(format!("/proc/{number}/stat")).ok()?;
    let end = line.iter().rposition(|byte| *byte == b')')?;
    let behind = std::str::from_utf8(&line[end + 1..]).ok()?;
    let mut fields = behind.split_ascii_whitespace();
    let state = *fields.next()?.as_bytes().first()?;
    let group = fields.nth(1)?.parse().ok()?;
    Some((state, group))
}

/// Bytes of memory of a process; nothing of one that has ended.
fn memory(process: Pid) -> u64 {
    let number = process.as_raw_nonzero();
    let status = fs::read_to_string(format!("/proc/{number}/status")).unwrap_or_default();
    let kib = |line: &str| {
        let (name, value) = line.split_once(':')?;
        let counts = ["RssAnon", "RssShmem", "VmSwap"].contains(&name);
        let value = value.trim().strip_suffix("kB")?.trim();
        counts.then(|| value.parse::<u64>().ok())?
    };
    status.lines().filter_map(kib).sum::<u64>() << 10
}
