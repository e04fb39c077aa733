//! Reads a body: no more bytes, and no longer, than was agreed.

use std::time::Duration;

use reqwest::Response;
use tokio::time::{Instant, timeout};
use url::Url;

use super::cause;
use super::error::{FetchError, Waited, shown};
use super::limits::Limits;

/// Room that is made before anything came. Not what the server declares: that is only a claim.
const FIRST_ROOM: u64 = 64 * 1024;

/// The time that one request has, from its first sending to its last byte.
pub(super) struct Watch<'a> {
    pub(super) limits: &'a Limits,
    begun: Instant,
    whole: Duration,
}

impl<'a> Watch<'a> {
    /// Begins to count.
    pub(super) fn begin(limits: &'a Limits, most: u64) -> Self {
        Self {
            limits,
            begun: Instant::now(),
            whole: limits.whole_for(most),
        }
    }

    /// Does something within this time and the whole, or says which of the two ended it.
    pub(super) async fn within<T>(
        &self,
        time: Duration,
        waited: Waited,
        what: impl Future<Output = T>,
    ) -> Result<T, Waited> {
        let left = self.whole.saturating_sub(self.begun.elapsed());
        // asked before: what is always ready is never interrupted
        if left.is_zero() {
            return Err(Waited::Whole(self.whole));
        }
        timeout(time.min(left), what).await.map_err(|_| {
            if time <= left {
                waited
            } else {
                Waited::Whole(self.whole)
            }
        })
    }
}

/// Reads a body to its end.
///
/// The limit is on what comes out of the content coding, and what does come out is taken piece by piece: a body that
/// inflates to gigabytes is left as soon as it has given one piece too many.
///
/// Of gzip with several members (RFC 1952 section 2.2) the HTTP client gives the first and passes over the others without
/// a word, where they came in one piece; whoever verifies no digest of what is fetched has to see whether it is whole.
pub(super) async fn read(
    url: &Url,
    mut response: Response,
    most: u64,
    watch: &Watch<'_>,
) -> Result<Vec<u8>, FetchError> {
    let too_large = || FetchError::TooLarge {
        url: shown(url),
        most,
    };
    let too_long = |waited| FetchError::Timeout {
        url: shown(url),
        waited,
    };
    // what is declared before content coding does not stand here any more where there is one
    let declared = response.content_length().unwrap_or(0);
    if declared > most {
        return Err(too_large());
    }
    let limits = watch.limits;
    let begun = Instant::now();
    let mut body = Vec::with_capacity(usize::try_from(declared.min(FIRST_ROOM)).unwrap_or(0));
    loop {
        let piece = watch
            .within(limits.idle, Waited::Idle(limits.idle), response.chunk())
            .await
            .map_err(too_long)?
            .map_err(|error| cause::of_reading(url, &error, body.len() as u64))?;
        let Some(piece) = piece else {
            return Ok(body);
        };
        if (body.len() + piece.len()) as u64 > most {
            return Err(too_large());
        }
        body.extend_from_slice(&piece);
        if limits.is_too_slow(body.len() as u64, begun.elapsed()) {
            return Err(too_long(Waited::Slow(limits.slowest)));
        }
    }
}
