//! Bytes out of a store, streamed: files of studies, tiles, record bundles. Never in memory whole.

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
use sha2::{Digest as _, Sha256};

use super::conditional::{self, Keep, REPR_DIGEST};
use super::range::{self, Wanted};

/// How much is read at a time: few turns to the threads that may block, little memory for ten thousand slow readers.
const CHUNK: u64 = 128 * 1024;

/// No byte of the range that was asked for exists, or the range cannot be understood: 416, with
/// `Content-Range: bytes */<size>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the file has {size} bytes and the range that was asked for is not in it; ask for bytes=FIRST-LAST, counted from 0"
)]
pub struct RangeError {
    /// The size of the whole in bytes.
    pub size: u64,
}

/// An object of a store as an answer; `R` reads it.
#[derive(Debug)]
pub struct Stored<R> {
    reader: R,
    size: u64,
    tag: EntityTag,
    digest: Option<Digest>,
    media_type: HeaderValue,
    keep: Keep,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl<R: Read + Seek + Send + 'static> Stored<R> {
    /// An object with a known digest: a strong tag and `Repr-Digest`.
    pub fn new(
        reader: R,
        size: u64,
        digest: Digest,
        media_type: HeaderValue,
        keep: Keep,
    ) -> Stored<R> {
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

    /// An object whose bytes are told from others by a strong tag, and whose digest nobody knows.
    pub fn tagged(
        reader: R,
        size: u64,
        tag: EntityTag,
        media_type: HeaderValue,
        keep: Keep,
    ) -> Stored<R> {
        Stored {
            reader,
            size,
            tag,
            digest: None,
            media_type,
            keep,
            headers: Vec::new(),
        }
    }

    /// Adds a header.
    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Stored<R> {
        self.headers.push((name, value));
        self
    }

    /// The answer: all bytes, a part of them, or 304 where the client has them.
    ///
    /// # Errors
    /// The range that was asked for is not in the object.
    pub fn respond(self, request: &HttpRequest) -> Result<HttpResponse, RangeError> {
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
            Wanted::Nothing => return Err(RangeError { size: self.size }),
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
struct Reading<R> {
    reader: R,
    /// Where to begin; taken by the first read.
    start: Option<u64>,
    left: u64,
}

impl<R: Read + Seek> Reading<R> {
    fn next(mut self) -> io::Result<(Bytes, Reading<R>)> {
        if let Some(start) = self.start.take() {
            self.reader.seek(SeekFrom::Start(start))?;
        }
        let length = self.left.min(CHUNK);
        let mut chunk = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        (&mut self.reader).take(length).read_to_end(&mut chunk)?;
        if (chunk.len() as u64) < length {
            return Err(io::Error::new(
                io::ErrorKind::UnexpectedEof,
                "a stored file is shorter than it was when it was opened; run the command check",
            ));
        }
        self.left -= length;
        Ok((Bytes::from(chunk), self))
    }
}

fn chunks<R: Read + Seek + Send + 'static>(
    reader: R,
    first: u64,
    length: u64,
) -> impl Stream<Item = io::Result<Bytes>> {
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
///
/// # Errors
/// When it cannot be read.
pub fn digest_of(reader: &mut (impl Read + Seek)) -> io::Result<Digest> {
    let mut hash = Sha256::new();
    let mut chunk = vec![0; CHUNK as usize];
    loop {
        match reader.read(&mut chunk)? {
            0 => break,
            length => hash.update(&chunk[..length]),
        }
    }
    reader.seek(SeekFrom::Start(0))?;
    Ok(Digest::from_bytes(hash.finalize().into()))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use actix_web::body::to_bytes;
    use actix_web::http::StatusCode;
    use actix_web::http::header::{CONTENT_RANGE, HeaderValue, RANGE};
    use actix_web::test::TestRequest;
    use protocol::digest::Digest;

    use super::{CHUNK, Keep, RangeError, Stored, digest_of};

    fn stored(bytes: &[u8], said: u64) -> Stored<Cursor<Vec<u8>>> {
        let media_type = HeaderValue::from_static("application/octet-stream");
        let reader = Cursor::new(bytes.to_vec());
        Stored::new(reader, said, Digest::of(bytes), media_type, Keep::Briefly)
    }

    #[actix_web::test]
    async fn a_part_of_several_chunks_is_sent_exactly() {
        let bytes: Vec<u8> = (0..3 * CHUNK).map(|place| (place % 251) as u8).collect();
        let last = 2 * CHUNK + 7;
        let request = TestRequest::get()
            .insert_header((RANGE, format!("bytes=5-{last}")))
            .to_http_request();
        let response = stored(&bytes, bytes.len() as u64).respond(&request);
        let response = response.expect("the range is in it");
        assert_eq!(response.status(), StatusCode::PARTIAL_CONTENT);
        let range = format!("bytes 5-{last}/{}", bytes.len());
        assert_eq!(
            response.headers().get(CONTENT_RANGE),
            Some(&HeaderValue::from_str(&range).expect("a header value"))
        );
        let body = to_bytes(response.into_body()).await.expect("a body");
        assert!(body[..] == bytes[5..=last as usize]);
    }

    #[actix_web::test]
    async fn a_file_that_became_shorter_breaks_the_answer_off() {
        let response = stored(b"short", 9).respond(&TestRequest::get().to_http_request());
        let body = to_bytes(response.expect("the whole").into_body()).await;
        assert!(body.is_err_and(|error| error.to_string().contains("shorter than it was")));
    }

    #[test]
    fn a_range_outside_says_the_size() {
        let request = TestRequest::get()
            .insert_header((RANGE, "bytes=9-"))
            .to_http_request();
        assert_eq!(
            stored(b"12345", 5).respond(&request).err(),
            Some(RangeError { size: 5 })
        );
    }

    #[test]
    fn a_digest_is_of_the_whole_and_leaves_the_reader_at_its_beginning() {
        let mut reader = Cursor::new(b"record".to_vec());
        for _ in 0..2 {
            assert_eq!(digest_of(&mut reader).ok(), Some(Digest::of(b"record")));
        }
    }
}
