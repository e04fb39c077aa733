//! Reads a body: no more bytes, and no longer, than was agreed.

use std::time::Duration;

use reqwest::Response;
use tokio::time::{Instant, timeout};
use url::Url;

use super::cause;
use super::error::{FetchError, Waited, shown};
use super::inflate::{Uninflated, inflate, most_of_gzip};
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

/// Reads a body to its end, and undoes gzip where it came in that.
///
/// The limit is on what comes and on what comes out of it: a body that inflates to gigabytes is left as soon as it has given one byte
/// too many.
pub(super) async fn read(
    url: &Url,
    response: Response,
    is_gzip: bool,
    most: u64,
    watch: &Watch<'_>,
) -> Result<Vec<u8>, FetchError> {
    if !is_gzip {
        return receive(url, response, (most, most), watch).await;
    }
    let gzip = receive(url, response, (most_of_gzip(most), most), watch).await?;
    let bytes = gzip.len() as u64;
    let inflated = tokio::task::spawn_blocking(move || inflate(&gzip, most)).await;
    match inflated {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(Uninflated::TooLarge)) => Err(too_large(url, most)),
        Ok(Err(Uninflated::Coding(error))) => Err(cause::of_inflating(url, &error, bytes)),
        Err(panicked) => Err(FetchError::Client {
            cause: panicked.to_string(),
        }),
    }
}

fn too_large(url: &Url, most: u64) -> FetchError {
    FetchError::TooLarge {
        url: shown(url),
        most,
    }
}

/// The bytes as they come; of more than the first number it is told that they are more than the second.
async fn receive(
    url: &Url,
    mut response: Response,
    (most, asked): (u64, u64),
    watch: &Watch<'_>,
) -> Result<Vec<u8>, FetchError> {
    let too_long = |waited| FetchError::Timeout {
        url: shown(url),
        waited,
    };
    let declared = response.content_length().unwrap_or(0);
    if declared > most {
        return Err(too_large(url, asked));
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
            return Err(too_large(url, asked));
        }
        body.extend_from_slice(&piece);
        if limits.is_too_slow(body.len() as u64, begun.elapsed()) {
            return Err(too_long(Waited::Slow(limits.slowest)));
        }
    }
}
