//! What goes over the socket: a tag, a length, and so many bytes.
//!
//! ```text
//! asker    C <request as JSON>
//! server   B                     the command begins: from here on it may have effects
//!          P <line>   O <bytes>  progress and result, in any number
//!          E <exit code>         or   F <sentence>: it could not run
//! ```
//!
//! A connection that ends without E or F has broken. One that ends before B had no effect, so that the command can be given again.

use std::io::{self, Read};

use tokio::io::{AsyncRead, AsyncReadExt};

/// The longest request. The arguments of a process are at most two mebibytes on Linux; JSON escapes make them longer.
pub const MOST_REQUEST: usize = 8 << 20;

/// The most bytes of a result in one frame.
pub const MOST_OUTPUT: usize = 64 << 10;

/// The longest line of progress, and the longest sentence.
const MOST_SENTENCE: usize = 64 << 10;

/// Tag and length.
const HEADER: usize = 5;

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Frame {
    /// A request as JSON.
    Request(Vec<u8>),
    /// The command begins.
    Begun,
    /// How it goes, a line.
    Progress(String),
    /// Bytes of the result.
    Output(Vec<u8>),
    /// It has ended with this exit code.
    Ended(u8),
    /// It could not run, and why.
    Failed(String),
}

/// What comes is no message.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The connection broke.
    #[error("the connection broke: {0}")]
    Broken(#[from] io::Error),
    /// It is none of ours.
    #[error("what came over the socket begins with byte {0}, which is no message of this version")]
    Unknown(u8),
    /// It is too long.
    #[error("a message of {length} bytes came over the socket, where {most} are the most")]
    TooLong {
        /// Its length.
        length: usize,
        /// The limit.
        most: usize,
    },
    /// Its content is not what its tag says.
    #[error("a message came over the socket that cannot be read")]
    Content,
}

impl Frame {
    /// The bytes. What is too long of a sentence is cut off.
    pub fn encode(&self) -> Vec<u8> {
        let code;
        let (tag, content) = match self {
            Self::Request(bytes) => (b'C', &bytes[..]),
            Self::Begun => (b'B', &[][..]),
            Self::Progress(line) => (b'P', cut(line).as_bytes()),
            Self::Output(bytes) => (b'O', &bytes[..]),
            Self::Ended(exit) => {
                code = [*exit];
                (b'E', &code[..])
            }
            Self::Failed(sentence) => (b'F', cut(sentence).as_bytes()),
        };
        let length = u32::try_from(content.len()).unwrap_or(u32::MAX);
        let mut bytes = Vec::with_capacity(HEADER + content.len());
        bytes.push(tag);
        bytes.extend(length.to_be_bytes());
        bytes.extend(content);
        bytes
    }

    /// The tag and the length of what follows, which is bounded.
    fn header(header: [u8; HEADER]) -> Result<(u8, usize), FrameError> {
        let [tag, length @ ..] = header;
        let most = match tag {
            b'C' => MOST_REQUEST,
            b'B' => 0,
            b'P' | b'F' => MOST_SENTENCE,
            b'O' => MOST_OUTPUT,
            b'E' => 1,
            other => return Err(FrameError::Unknown(other)),
        };
        let length = u32::from_be_bytes(length) as usize;
        if length > most {
            return Err(FrameError::TooLong { length, most });
        }
        Ok((tag, length))
    }

    fn decode(tag: u8, content: Vec<u8>) -> Result<Self, FrameError> {
        let text = |content| String::from_utf8(content).map_err(|_| FrameError::Content);
        Ok(match tag {
            b'C' => Self::Request(content),
            b'B' => Self::Begun,
            b'P' => Self::Progress(text(content)?),
            b'O' => Self::Output(content),
            b'E' => match content[..] {
                [exit] => Self::Ended(exit),
                _ => return Err(FrameError::Content),
            },
            b'F' => Self::Failed(text(content)?),
            other => return Err(FrameError::Unknown(other)),
        })
    }

    /// Reads the next message; none at the end of the connection.
    pub fn read(stream: &mut impl Read) -> Result<Option<Self>, FrameError> {
        let mut header = [0; HEADER];
        let first = loop {
            match stream.read(&mut header[..1]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read?,
            }
        };
        if first == 0 {
            return Ok(None);
        }
        stream.read_exact(&mut header[1..])?;
        let (tag, length) = Self::header(header)?;
        let mut content = vec![0; length];
        stream.read_exact(&mut content)?;
        Self::decode(tag, content).map(Some)
    }

    /// Reads the next message in async code.
    pub async fn read_async(stream: &mut (impl AsyncRead + Unpin)) -> Result<Self, FrameError> {
        let mut header = [0; HEADER];
        stream.read_exact(&mut header[..1]).await?;
        // garbage is told from its first byte, without waiting for more of it
        Self::header([header[0], 0, 0, 0, 0])?;
        stream.read_exact(&mut header[1..]).await?;
        let (tag, length) = Self::header(header)?;
        // grows with what comes, not with what is announced
        let mut content = Vec::new();
        (&mut *stream)
            .take(length as u64)
            .read_to_end(&mut content)
            .await?;
        if content.len() < length {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Self::decode(tag, content)
    }
}

fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST_SENTENCE)]
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn every_message_comes_out_as_it_went_in() {
        let all = [
            Frame::Request(b"{}".to_vec()),
            Frame::Begun,
            Frame::Progress("a line".to_owned()),
            Frame::Output(vec![0; MOST_OUTPUT]),
            Frame::Ended(2),
            Frame::Failed("a sentence".to_owned()),
        ];
        let bytes: Vec<u8> = all.iter().flat_map(Frame::encode).collect();
        let mut rest = &bytes[..];
        for frame in &all {
            assert_eq!(Frame::read(&mut rest).unwrap().as_ref(), Some(frame));
        }
        assert_eq!(Frame::read(&mut rest).unwrap(), None);
    }

    #[test]
    fn a_sentence_that_is_too_long_is_cut_between_characters() {
        let long = Frame::Failed("ä".repeat(MOST_SENTENCE));
        let read = Frame::read(&mut &long.encode()[..]).unwrap();
        assert_eq!(read, Some(Frame::Failed("ä".repeat(MOST_SENTENCE / 2))));
    }

    #[test]
    fn what_is_no_message_is_refused_before_it_is_read() {
        for (bytes, expected) in [
            (&b"GET / HTTP/1.1"[..], "begins with byte 71"),
            (b"O\xff\xff\xff\xff", "4294967295 bytes"),
            (b"E\0\0\0\0", "cannot be read"),
            (b"P\0\0\0\x01\xff", "cannot be read"),
            (b"O\0\0\0\x05abc", "the connection broke"),
        ] {
            let refused = Frame::read(&mut &bytes[..]).unwrap_err().to_string();
            assert!(refused.contains(expected), "{refused}");
        }
    }
}
