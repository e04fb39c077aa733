//! One asker at the server's end of the socket.

use std::io::{self, Read, Write};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;

use super::frames::{self, FrameError, LONGEST_FRAME, Request};
use super::line::{Line, STOPPING};
use super::{Asker, Console, Operate, Outcome, Standing, one_line};
use crate::cli::causes;

/// How long an asker may take to say what it wants.
const ASKING: Duration = Duration::from_secs(10);

/// How long an asker of something that changes stores may not read: others wait for it to end.
const UNREAD: Duration = Duration::from_secs(10);

/// How long an asker of something that only reads may not read: it may lie before a person, in a pager.
const UNREAD_IN_A_PAGER: Duration = Duration::from_secs(600);

/// Listens to what an asker wants, has it carried out, and tells it. Ends with the connection closed.
pub fn converse(line: &Arc<Line>, operate: &dyn Operate) {
    let told = match hear(line) {
        Ok(request) => work(line, request, operate),
        Err(FrameError::Broken(error)) => {
            tracing::debug!("somebody connected and asked for nothing: {error}");
            line.say(|stream| frames::write_failure(stream, "no command came within ten seconds"))
        }
        Err(error) => {
            tracing::warn!("a command on the control socket was refused: {error}");
            line.say(|stream| frames::write_failure(stream, &error.to_string()))
        }
    };
    if let Err(error) = told {
        tracing::debug!("an asker went away before its answer: {error}");
    }
    line.hang_up();
}

fn hear(line: &Line) -> Result<Request, FrameError> {
    let mut stream = Patient::new(line.stream(), ASKING);
    line.stream().set_write_timeout(Some(UNREAD))?;
    let request = frames::read_request(&mut stream)?;
    line.stream().set_read_timeout(None)?;
    Ok(request)
}

/// Reads until a point in time, however the bytes trickle.
struct Patient<'s> {
    stream: &'s UnixStream,
    until: Instant,
}

impl<'s> Patient<'s> {
    fn new(stream: &'s UnixStream, time: Duration) -> Self {
        Self {
            stream,
            until: Instant::now() + time,
        }
    }
}

impl Read for Patient<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.set_read_timeout(Some(left))?;
        self.stream.read(bytes)
    }
}

/// The inner error: the asker did not take the answer.
fn work(line: &Arc<Line>, request: Request, operate: &dyn Operate) -> io::Result<()> {
    let goes_on = request.command.goes_on_alone();
    let name = request.command.name();
    let patience = if goes_on { UNREAD } else { UNREAD_IN_A_PAGER };
    line.stream().set_write_timeout(Some(patience))?;
    let watched = Arc::clone(line);
    let watching = thread::Builder::new()
        .name("control-watch".to_owned())
        .spawn(move || watched.watch());
    if let Err(error) = watching {
        let why =
            format!("the server has no thread for {name}: {error}; run the command again later");
        return line.say(|stream| frames::write_failure(stream, &why));
    }

    let mut console = SocketConsole::new(line, goes_on);
    // a panic is one command's; the server and the other askers go on
    let ended = catch_unwind(AssertUnwindSafe(|| {
        let outcome = operate.operate(request.command, request.json, &mut console)?;
        console.flush().context("the result cannot be passed on")?;
        Ok(outcome)
    }));
    let ended = ended.unwrap_or_else(|_| {
        Err(anyhow::anyhow!(
            "the server failed in the middle of {name}, which is a fault of the program; its log says where"
        ))
    });
    tell(line, name, ended)
}

fn tell(line: &Line, name: &str, ended: anyhow::Result<Outcome>) -> io::Result<()> {
    let standing = *line.standing().borrow();
    match (ended, standing) {
        (Ok(outcome), _) => {
            if standing == Standing::Gone {
                tracing::info!(
                    exit = outcome.exit,
                    "{name} has ended, after its asker went away"
                );
            }
            line.say(|stream| frames::write_end(stream, outcome))
        }
        (Err(error), Standing::Waiting) => {
            line.say(|stream| frames::write_failure(stream, &causes(&error)))
        }
        (Err(error), Standing::Closing) => {
            tracing::warn!(
                "{name} was given up, since the server stops: {}",
                causes(&error)
            );
            line.say(|stream| frames::write_failure(stream, STOPPING))
        }
        (Err(error), Standing::Gone) => {
            tracing::info!("{name} ended after its asker went away: {}", causes(&error));
            Ok(())
        }
    }
}

/// Writes into frames. At most one frame is held here, so that a slow asker slows the command down.
struct SocketConsole<'l> {
    line: &'l Line,
    asker: Asker,
    goes_on: bool,
    collected: Vec<u8>,
}

impl<'l> SocketConsole<'l> {
    fn new(line: &'l Line, goes_on: bool) -> Self {
        Self {
            line,
            asker: Asker::new(line.standing()),
            goes_on,
            collected: Vec::with_capacity(LONGEST_FRAME),
        }
    }

    /// What cannot be sent means that the asker is gone. That is an error only where the command ends with it.
    fn sent(&self, sent: io::Result<()>) -> io::Result<()> {
        let Err(error) = sent else { return Ok(()) };
        self.line.is_gone_now();
        // after a part of a frame nothing more can be said
        self.line.hang_up();
        if self.goes_on {
            return Ok(());
        }
        Err(error)
    }

    fn has_nobody(&self) -> bool {
        self.goes_on && self.asker.standing() == Standing::Gone
    }
}

impl Write for SocketConsole<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = LONGEST_FRAME - self.collected.len();
        let taken = bytes.len().min(room);
        self.collected.extend_from_slice(&bytes[..taken]);
        if self.collected.len() == LONGEST_FRAME {
            self.flush()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        let sent = if self.collected.is_empty() || self.has_nobody() {
            Ok(())
        } else {
            self.line
                .say(|stream| frames::write_output(stream, &self.collected))
        };
        self.collected.clear();
        self.sent(sent)
    }
}

impl Console for SocketConsole<'_> {
    fn out(&mut self) -> &mut dyn Write {
        self
    }

    fn progress(&mut self, line: &str) {
        if self.asker.standing() == Standing::Gone {
            return;
        }
        // in the order in which it was written; that the asker is gone is seen at the next write
        let sent = self.flush().and_then(|()| {
            self.line
                .say(|stream| frames::write_progress(stream, &one_line(line)))
        });
        if let Err(error) = self.sent(sent) {
            tracing::debug!("a line of progress reached nobody: {error}");
        }
    }

    fn asker(&self) -> &Asker {
        &self.asker
    }
}
