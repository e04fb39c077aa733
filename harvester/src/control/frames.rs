//! What is said on the socket.
//!
//! The asker says one thing: `OMC1`, the length of a JSON document as 4 bytes (big-endian), and the document, a [`Request`].
//! After that it says nothing; that it closes the connection means that it went away.
//!
//! The server answers in frames: a byte that says what it is, the length of what follows as 4 bytes (big-endian), and at most
//! [`LONGEST_FRAME`] bytes. The last one is an end or a failure; without one of them the answer is not complete.

use std::io::{self, Read, Write};

use serde::{Deserialize, Serialize};

use super::{Command, Outcome};

/// The form of what is said. Another form gets another number.
const FORM: &[u8; 4] = b"OMC1";

/// Bytes of a request. A command line holds 2 MiB (Linux: a quarter of the stack's 8 MiB), JSON writes a control character as six.
pub const LONGEST_REQUEST: usize = 16 << 20;

/// Bytes in one frame.
pub const LONGEST_FRAME: usize = 64 << 10;

/// What an asker wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The command.
    pub command: Command,
    /// Whether the result is to be JSON.
    pub json: bool,
}

/// One frame of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// Bytes of the result.
    Output(Vec<u8>),
    /// A line for a person.
    Progress(String),
    /// The command has ended.
    End(Outcome),
    /// The command could not run, or was given up: why.
    Failure(String),
}

/// Why what was said makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The connection broke.
    #[error(transparent)]
    Broken(#[from] io::Error),
    /// It is not what this version says.
    #[error(
        "what came is no command of this version; where the server was updated, restart it, or use the version that it runs"
    )]
    OtherForm,
    /// It is longer than anything that can be meant.
    #[error("a command of {length} bytes is not taken; at most {LONGEST_REQUEST} are")]
    TooLong {
        /// As announced.
        length: usize,
    },
    /// The document is no request.
    #[error("the command was not understood: {0}")]
    NotUnderstood(String),
}

/// A request as it is sent.
///
/// # Errors
/// When a path in it is not UTF-8, or it is too long.
pub fn encode_request(request: &Request) -> Result<Vec<u8>, FrameError> {
    let document = serde_json::to_vec(request)
        .map_err(|error| FrameError::NotUnderstood(error.to_string()))?;
    let length = document.len();
    let too_long = || FrameError::TooLong { length };
    if length > LONGEST_REQUEST {
        return Err(too_long());
    }
    let announced = u32::try_from(length).map_err(|_| too_long())?;
    let mut bytes = Vec::with_capacity(FORM.len() + 4 + length);
    bytes.extend_from_slice(FORM);
    bytes.extend_from_slice(&announced.to_be_bytes());
    bytes.extend_from_slice(&document);
    Ok(bytes)
}

/// Reads a request; what it takes of memory follows what came, not what was announced.
///
/// # Errors
/// When it is none.
pub fn read_request(stream: &mut impl Read) -> Result<Request, FrameError> {
    let mut form = [0; 4];
    stream.read_exact(&mut form)?;
    if &form != FORM {
        return Err(FrameError::OtherForm);
    }
    let length = read_length(stream)?;
    if length > LONGEST_REQUEST {
        return Err(FrameError::TooLong { length });
    }
    let mut document = Vec::new();
    stream.take(length as u64).read_to_end(&mut document)?;
    if document.len() < length {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    serde_json::from_slice(&document).map_err(|error| FrameError::NotUnderstood(error.to_string()))
}

fn read_length(stream: &mut impl Read) -> io::Result<usize> {
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    usize::try_from(u32::from_be_bytes(length)).map_err(io::Error::other)
}

fn write(stream: &mut impl Write, kind: u8, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len())
        .ok()
        .filter(|_| bytes.len() <= LONGEST_FRAME)
        .ok_or_else(|| io::Error::other("a frame is longer than a frame may be"))?;
    let mut head = [kind; 5];
    head[1..].copy_from_slice(&length.to_be_bytes());
    stream.write_all(&head)?;
    stream.write_all(bytes)
}

/// Writes bytes of the result, in as many frames as it takes.
///
/// # Errors
/// When the connection does not take them.
pub fn write_output(stream: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    bytes
        .chunks(LONGEST_FRAME)
        .try_for_each(|chunk| write(stream, b'o', chunk))
}

/// Writes a line for a person; one that no person would read is cut.
///
/// # Errors
/// When the connection does not take it.
pub fn write_progress(stream: &mut impl Write, line: &str) -> io::Result<()> {
    write(stream, b'p', cut(line).as_bytes())
}

/// Writes how the command has ended.
///
/// # Errors
/// When the connection does not take it.
pub fn write_end(stream: &mut impl Write, outcome: Outcome) -> io::Result<()> {
    write(stream, b'e', &[outcome.exit])
}

/// Writes why there is no result.
///
/// # Errors
/// When the connection does not take it.
pub fn write_failure(stream: &mut impl Write, why: &str) -> io::Result<()> {
    write(stream, b'x', cut(why).as_bytes())
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_FRAME)]
}

/// Reads the next frame. None: the connection was closed where a frame would have begun.
///
/// # Errors
/// When the connection breaks, or what comes is no frame.
pub fn read_frame(stream: &mut impl Read) -> Result<Option<Frame>, FrameError> {
    let mut kind = [0];
    match stream.read_exact(&mut kind) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    let length = read_length(stream)?;
    if length > LONGEST_FRAME {
        return Err(FrameError::OtherForm);
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes)?;
    let text = |bytes| String::from_utf8(bytes).map_err(|_| FrameError::OtherForm);
    Ok(Some(match (kind[0], bytes.as_slice()) {
        (b'o', _) => Frame::Output(bytes),
        (b'p', _) => Frame::Progress(text(bytes)?),
        (b'x', _) => Frame::Failure(text(bytes)?),
        (b'e', &[exit]) => Frame::End(Outcome { exit }),
        _ => return Err(FrameError::OtherForm),
    }))
}
