//! The asking side of the socket.

use std::io::{self, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;

use super::frames::{self, Frame, FrameError, LONGEST_FRAME, Request};
use super::{Console, one_line, socket};

/// Why there is no complete answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// The socket could not be used.
    #[error(
        "the running server cannot be reached at {path}: {source}; run the command as the user who runs the server"
    )]
    Unreachable {
        /// The socket.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The command cannot be sent.
    #[error("the command cannot be handed to the running server: {0}")]
    Unsendable(FrameError),
    /// The server went away, or says what makes no sense.
    #[error(
        "the running server ended before its answer was complete ({0}); look at its log, and run the command again"
    )]
    Incomplete(String),
    /// The server's own sentence, as the command would have said it here.
    #[error("{0}")]
    Failed(String),
    /// Our own output.
    #[error("the result cannot be written: {0}")]
    Output(#[source] io::Error),
}

/// Connects to the server whose socket this is; none when nobody listens there.
///
/// # Errors
/// When the socket cannot be used.
pub fn connect(path: &Path) -> Result<Option<UnixStream>, AskError> {
    socket::connect(path).map_err(|source| AskError::Unreachable {
        path: path.display().to_string(),
        source,
    })
}

/// Hands a command to the server, passes its output and progress on as they come, and gives the exit code.
///
/// # Errors
/// When there is no complete answer: what was passed on until then is not the whole result.
pub fn ask(
    stream: UnixStream,
    request: &Request,
    console: &mut dyn Console,
) -> Result<u8, AskError> {
    let bytes = frames::encode_request(request).map_err(AskError::Unsendable)?;
    // a server that refuses reads no further, and has said why
    let sent = (&stream).write_all(&bytes);
    let mut stream = BufReader::with_capacity(LONGEST_FRAME, stream);
    loop {
        match frames::read_frame(&mut stream) {
            Ok(Some(Frame::Output(bytes))) => {
                // the server has collected what came together; it is shown as it comes
                let out = console.out();
                out.write_all(&bytes)
                    .and_then(|()| out.flush())
                    .map_err(AskError::Output)?;
            }
            Ok(Some(Frame::Progress(line))) => console.progress(&line),
            Ok(Some(Frame::End(outcome))) => return Ok(outcome.exit),
            Ok(Some(Frame::Failure(why))) => return Err(AskError::Failed(one_line(&why))),
            Ok(None) => {
                let why = sent
                    .err()
                    .map_or("the connection was closed".to_owned(), |error| {
                        error.to_string()
                    });
                return Err(AskError::Incomplete(why));
            }
            Err(error) => return Err(AskError::Incomplete(error.to_string())),
        }
    }
}
