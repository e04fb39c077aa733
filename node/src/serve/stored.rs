//! Bytes out of the store, streamed: files of studies and record bundles. Never in memory whole.

use std::io::{self, Read, Seek, SeekFrom};

use actix_web::body::SizedStream;
use actix_web::http::Method;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_RANGE, CONTENT_TYPE, ETAG, EntityTag, HeaderName,
    HeaderValue,
};
use actix_web::web::{self, Bytes};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream::{self, Stream};
use protocol::digest::Digest;

use super::conditional::{self, Keep};
use super::error::ServeError;
use super::headers::REPR_DIGEST;
use super::range::{self, Wanted};
use crate::store::Reader;

/// How much is read at a time: few turns to the threads that may block, little memory for ten thousand slow readers.
const CHUNK: u64 = 128 * 1024;

/// An object of the store as an answer.
pub(super) struct Stored {
    reader: Reader,
    size: u64,
    tag: EntityTag,
    digest: Option<Digest>,
    media_type: HeaderValue,
    keep: Keep,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Stored {
    /// An object with a known digest: a strong tag and `Repr-Digest`.
    pub fn new(
        reader: Reader,
        size: u64,
        digest: Digest,
        media_type: HeaderValue,
        keep: Keep,
    ) -> Stored {
        let tag = conditional::strong(&digest);
        Stored {
            reader,
            size,
            tag,
            digest: Some(digest),
            media_type,
            keep,
            headers: Vec::new(),
        }
    }

    /// Adds a header.
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Stored {
        self.headers.push((name, value));
        self
    }

    /// The answer: all bytes, a part of them, or 304 where the client has them.
    ///
    /// # Errors
    /// [`ServeError::Range`].
    pub fn respond(self, request: &HttpRequest) -> Result<HttpResponse, ServeError> {
        let is_known = conditional::is_known(request, &self.tag);
        // a range is defined for GET alone, and a precondition is looked at before it
        let is_range_asked = !is_known
            && *request.method() == Method::GET
            && conditional::range_applies(request, &self.tag);
        let wanted = if is_range_asked {
            range::wanted(request.headers(), self.size)
        } else {
            Wanted::Whole
        };
        let (status, first, length) = match wanted {
            _ if is_known => (StatusCode::NOT_MODIFIED, 0, 0),
            Wanted::Whole => (StatusCode::OK, 0, self.size),
            Wanted::Part { first, length } => (StatusCode::PARTIAL_CONTENT, first, length),
            Wanted::Nothing => return Err(ServeError::Range { size: self.size }),
        };
        let mut response = HttpResponse::build(status);
        response.insert_header((CACHE_CONTROL, self.keep.cache_control()));
        response.insert_header((ETAG, self.tag.to_string()));
        response.insert_header((ACCEPT_RANGES, "bytes"));
        if let Some(digest) = &self.digest {
            response.insert_header((REPR_DIGEST, conditional::repr_digest(digest)));
        }
        for header in self.headers {
            response.append_header(header);
        }
        if is_known {
            return Ok(response.finish());
        }
        response.insert_header((CONTENT_TYPE, self.media_type));
        if status == StatusCode::PARTIAL_CONTENT {
            let range = format!("bytes {first}-{}/{}", first + length - 1, self.size);
            response.insert_header((CONTENT_RANGE, range));
        }
        Ok(response.body(SizedStream::new(length, chunks(self.reader, first, length))))
    }
}

/// What is still to be read of an object.
struct Reading {
    reader: Reader,
    /// Where to begin; taken by the first read.
    start: Option<u64>,
    left: u64,
}

impl Reading {
    fn next(mut self) -> io::Result<(Bytes, Reading)> {
        if let Some(start) = self.start.take() {
            self.reader.seek(SeekFrom::Start(start))?;
        }
        let length = self.left.min(CHUNK);
        let mut chunk = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        (&mut self.reader).take(length).read_to_end(&mut chunk)?;
        if (chunk.len() as u64) < length {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "a stored file is shorter than it was when it was opened; run omma-node check",
            ));
        }
        self.left -= length;
        Ok((Bytes::from(chunk), self))
    }
}

fn chunks(reader: Reader, first: u64, length: u64) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(
        Reading {
            reader,
            start: Some(first),
            left: length,
        },
        |reading| async move {
            if reading.left == 0 {
                return Ok(None);
            }
            let read = web::block(move || reading.next())
                .await
                .map_err(io::Error::other)
                .flatten();
            // the head is sent already: the connection is cut, which a client sees, and the cause is said here
            read.map(Some)
                .inspect_err(|error| tracing::error!(error = %error, "a download broke off"))
        },
    )
}

/// SHA-256 of an object, read once through; the reader is then at its beginning again.
pub(super) fn digest_of(reader: &mut Reader) -> Result<Digest, ServeError> {
    use sha2::{Digest as _, Sha256};
    let unreadable =
        |error: io::Error| ServeError::Broken(format!("a stored object cannot be read: {error}"));
    let mut hash = Sha256::new();
    let mut chunk = vec![0; CHUNK as usize];
    loop {
        match reader.read(&mut chunk).map_err(unreadable)? {
            0 => break,
            length => hash.update(&chunk[..length]),
        }
    }
    reader.seek(SeekFrom::Start(0)).map_err(unreadable)?;
    Ok(Digest::from_bytes(hash.finalize().into()))
}
