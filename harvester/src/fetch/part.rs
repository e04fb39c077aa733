//! A body, or a part of it, piece by piece: for files that are larger than memory.

use std::ops::Range;

use actix_web::web::Bytes;
use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_RANGE, ETAG, HeaderMap, HeaderValue, IF_RANGE, LOCATION, RANGE,
};
use reqwest::{RequestBuilder, Response};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;
use url::Url;

use super::body::Watch;
use super::cause;
use super::error::{FetchError, Waited, shown};
use super::http::{HttpFetch, is_gzip, kept, unexpected};
use super::redirect;

/// Some bytes of something whose size is known.
#[derive(Debug, Clone)]
pub struct PartRequest<'a> {
    /// Of what.
    pub url: &'a Url,
    /// Which bytes: the first, and the one behind the last. All of them are asked for without a range.
    pub range: Range<u64>,
    /// The size of the whole.
    pub size: u64,
    /// The strong entity tag of what the other bytes came from.
    pub tag: Option<&'a str>,
}

/// What a server that works says.
pub enum Part<'a> {
    /// The bytes that were asked for.
    Bytes(PartBody<'a>),
    /// The whole from its first byte, as this server knows no ranges, or all was asked for. It may be shorter or longer than was thought.
    Whole(PartBody<'a>),
    /// What is there is no longer what had the tag, or has another size.
    Other,
    /// There is nothing there (404), or nothing any more (410).
    Absent(u16),
}

/// Bytes as they come; the turn at the server ends with it.
pub struct PartBody<'a> {
    url: Url,
    response: Response,
    watch: Watch<'a>,
    begun: Instant,
    came: u64,
    tag: Option<String>,
    _turn: OwnedSemaphorePermit,
}

impl HttpFetch {
    /// Asks for a part, and gives its bytes as they come.
    ///
    /// # Errors
    /// As [`super::Fetch::fetch`].
    pub async fn part(&self, request: &PartRequest<'_>) -> Result<Part<'_>, FetchError> {
        let turn = self.turn(request.url).await?;
        let is_whole = request.range == (0..request.size);
        let watch = Watch::begin(&self.limits, request.range.end - request.range.start);
        let mut url = request.url.clone();
        let mut followed = 0;
        let response = loop {
            self.admit(&url)?;
            let sending = asked(self.client.get(url.clone()), request, is_whole);
            let response = self.answered(&url, sending, &watch).await?;
            if !redirect::is_redirect(response.status().as_u16()) {
                break response;
            }
            let location = response.headers().get(LOCATION);
            url = redirect::next(&url, location.map(HeaderValue::as_bytes), followed)?;
            followed += 1;
        };
        let status = response.status().as_u16();
        match status {
            200 | 206 => {}
            404 | 410 => return Ok(Part::Absent(status)),
            416 => return Ok(Part::Other),
            _ => return Err(unexpected(&url, &response, status)),
        }
        if is_gzip(&url, &response)? {
            return Err(FetchError::Coding {
                url: shown(&url),
                cause: "it came in gzip, which was not asked for".to_owned(),
            });
        }
        let tag = strong_tag(&response);
        if request.tag.is_some() && tag.as_deref() != request.tag {
            return Ok(Part::Other);
        }
        let is_part = status == 206;
        if is_part && !is_range(response.headers(), request) {
            return Ok(Part::Other);
        }
        let body = PartBody {
            url,
            response,
            watch,
            begun: Instant::now(),
            came: 0,
            tag,
            _turn: turn,
        };
        Ok(if is_part {
            Part::Bytes(body)
        } else {
            Part::Whole(body)
        })
    }
}

impl PartBody<'_> {
    /// The strong entity tag of the whole; a weak one, or one that is longer than 255 bytes, is left out.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The next bytes; none at the end.
    ///
    /// # Errors
    /// [`FetchError::Timeout`] and [`FetchError::Truncated`]; the bytes before are good.
    pub async fn next(&mut self) -> Result<Option<Bytes>, FetchError> {
        let limits = self.watch.limits;
        let too_long = |waited| FetchError::Timeout {
            url: shown(&self.url),
            waited,
        };
        let piece = self
            .watch
            .within(
                limits.idle,
                Waited::Idle(limits.idle),
                self.response.chunk(),
            )
            .await
            .map_err(too_long)?
            .map_err(|error| cause::of_reading(&self.url, &error, self.came))?;
        let Some(piece) = piece else {
            return Ok(None);
        };
        self.came += piece.len() as u64;
        if limits.is_too_slow(self.came, self.begun.elapsed()) {
            return Err(too_long(Waited::Slow(limits.slowest)));
        }
        Ok(Some(piece))
    }
}

fn asked(sending: RequestBuilder, request: &PartRequest<'_>, is_whole: bool) -> RequestBuilder {
    // as it is stored: a range of what was compressed on the way is a range of something else
    let sending = sending.header(ACCEPT_ENCODING, "identity");
    if is_whole {
        return sending;
    }
    let Range { start, end } = request.range;
    let sending = sending.header(RANGE, format!("bytes={start}-{}", end.saturating_sub(1)));
    match request.tag.map(HeaderValue::from_str) {
        Some(Ok(tag)) => sending.header(IF_RANGE, tag),
        _ => sending,
    }
}

fn strong_tag(response: &Response) -> Option<String> {
    kept(response, ETAG).filter(|tag| tag.starts_with('"'))
}

/// Whether `Content-Range` (RFC 9110 section 14.4) says what was asked for.
fn is_range(headers: &HeaderMap, request: &PartRequest<'_>) -> bool {
    let said = headers
        .get(CONTENT_RANGE)
        .and_then(|value| value.to_str().ok());
    let Range { start, end } = request.range;
    said == Some(&format!(
        "bytes {start}-{}/{}",
        end.saturating_sub(1),
        request.size
    ))
}
