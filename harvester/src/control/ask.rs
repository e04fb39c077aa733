//! The side of the command that asks whoever has the stores.

use std::io::{self, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, anyhow, bail};

use super::frames::{Frame, FrameError, MOST_REQUEST};
use super::{Asker, Request, place};

/// What became of asking.
#[derive(Debug, PartialEq, Eq)]
pub enum Asked {
    /// The command was done, with this exit code.
    Done(u8),
    /// Nobody took it: it had no effect and can be given again.
    NotTaken,
}

/// Gives a command to whoever listens at this path, and hands on what comes of it.
///
/// # Errors
/// Why it could not run, as the other says it; or that the other ended, or took nothing for `patience`, or that what came cannot be
/// written.
pub fn ask(
    path: &Path,
    request: &Request,
    asker: &dyn Asker,
    patience: Duration,
) -> anyhow::Result<Asked> {
    let message = encoded(request)?;
    let Some(mut stream) = place::connect(path)
        .with_context(|| format!("{} cannot be connected to", path.display()))?
    else {
        return Ok(Asked::NotTaken);
    };
    stream.set_write_timeout(Some(patience))?;
    stream.set_read_timeout(Some(patience))?;
    // a server that refuses does not read to the end: why it does is in what it sends
    let sent = stream.write_all(&message);
    match first(&mut stream, patience)? {
        Some(Frame::Begun) => sent.context("the command could not be sent")?,
        Some(Frame::Failed(sentence)) => bail!("{sentence}"),
        Some(_) => return Err(FrameError::Content.into()),
        None => return Ok(Asked::NotTaken),
    }
    if request.command.goes_on_alone() {
        asker.tell("the server does it; Ctrl-C ends the waiting, not the work");
    }
    // from here on it may take as long as the work does
    stream.set_read_timeout(None)?;
    follow(&mut stream, asker).map(Asked::Done)
}

fn encoded(request: &Request) -> anyhow::Result<Vec<u8>> {
    let json = serde_json::to_vec(request).context("the command cannot be sent to the server")?;
    if json.len() > MOST_REQUEST {
        bail!(
            "the command has {} bytes and a server takes at most {MOST_REQUEST}; ask in parts",
            json.len()
        );
    }
    Ok(Frame::Request(json).encode())
}

/// The first message; none where the other ended before it took the command.
fn first(stream: &mut UnixStream, patience: Duration) -> anyhow::Result<Option<Frame>> {
    match Frame::read(stream) {
        Err(FrameError::Broken(error)) => match error.kind() {
            io::ErrorKind::ConnectionReset
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof => Ok(None),
            io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => bail!(
                "the process that has DATA took no command for {} seconds; look whether it is stopped or overloaded",
                patience.as_secs()
            ),
            _ => Err(error.into()),
        },
        read => Ok(read?),
    }
}

fn follow(stream: &mut UnixStream, asker: &dyn Asker) -> anyhow::Result<u8> {
    loop {
        match Frame::read(stream) {
            Ok(Some(Frame::Progress(line))) => asker.tell(&line),
            Ok(Some(Frame::Output(bytes))) => asker.print(&bytes)?,
            Ok(Some(Frame::Ended(exit))) => return Ok(exit),
            Ok(Some(Frame::Failed(sentence))) => return Err(anyhow!(sentence)),
            Ok(Some(Frame::Begun | Frame::Request(_))) => return Err(FrameError::Content.into()),
            Ok(None) | Err(FrameError::Broken(_)) => bail!(
                "the server ended before the command did; start it again, or give the command without it"
            ),
            Err(error) => return Err(error.into()),
        }
    }
}
