//! What is asked of a server, and what comes back.

use futures_util::future::BoxFuture;
use url::Url;

use super::error::FetchError;

/// One `GET`.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// Of what.
    pub url: &'a Url,
    /// The largest body that is taken, in bytes after content coding is undone. A body of exactly this size is taken.
    pub most: u64,
    /// What the copy at hand was served with; the same one is then not sent again ([`Outcome::NotModified`]).
    pub etag: Option<&'a str>,
    /// The value of `Accept`: `*/*`, or the media types that are wanted.
    pub accept: &'a str,
}

impl<'a> Request<'a> {
    /// Asks for whatever is at this URL, of at most so many bytes.
    pub fn new(url: &'a Url, most: u64) -> Self {
        Self {
            url,
            most,
            etag: None,
            accept: "*/*",
        }
    }

    /// Only if it is no longer what was served with this entity tag.
    pub fn unless(self, etag: Option<&'a str>) -> Self {
        Self { etag, ..self }
    }

    /// In one of these media types, as a value of `Accept`.
    pub fn accepting(self, accept: &'a str) -> Self {
        Self { accept, ..self }
    }
}

/// A body, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Its bytes, content coding undone.
    pub body: Vec<u8>,
    /// The entity tag to ask with the next time. One that is longer than 255 bytes is left out.
    pub etag: Option<String>,
    /// What the server says that it is. A value that is longer than 255 bytes or not ASCII is left out.
    pub content_type: Option<String>,
}

/// What a server that works says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Here it is.
    Body(Fetched),
    /// It is what it was (304); only where [`Request::etag`] was given.
    NotModified,
    /// There is nothing there (404), or nothing any more (410).
    Absent,
}

/// Brings what is at a URL. All methods may be called from many tasks at once.
pub trait Fetch: Send + Sync {
    /// Fetches once; it is for the caller to try again, and when.
    ///
    /// # Errors
    /// See [`FetchError`]; [`FetchError::is_about_reaching`] tells whose fault it was.
    fn fetch<'a>(&'a self, request: Request<'a>) -> BoxFuture<'a, Result<Outcome, FetchError>>;
}
