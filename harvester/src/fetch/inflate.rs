//! Undoes gzip.
//!
//! The HTTP client could do so too, but of gzip with several members (RFC 1952 section 2.2) it gives the first and passes over the
//! others without a word.

use std::io::{self, Read};

use flate2::bufread::MultiGzDecoder;

/// Why there is no body.
#[derive(Debug)]
pub(super) enum Uninflated {
    /// It is more than was asked for.
    TooLarge,
    /// It is no gzip, or ends in the middle of it.
    Coding(io::Error),
}

/// The most bytes of gzip that so many bytes can be: what does not get shorter gets five bytes longer for each 64 KiB, and has a head
/// and a sum. Members of nothing, without end, are more.
pub(super) fn most_of_gzip(most: u64) -> u64 {
    most.saturating_add(most >> 6).saturating_add(1024)
}

/// What is in gzip, all its members, and no more bytes than this: what inflates to gigabytes is left as soon as it has given one too
/// many. A body of no bytes at all is one of nothing.
pub(super) fn inflate(gzip: &[u8], most: u64) -> Result<Vec<u8>, Uninflated> {
    if gzip.is_empty() {
        return Ok(Vec::new());
    }
    let mut body = Vec::new();
    MultiGzDecoder::new(gzip)
        .take(most.saturating_add(1))
        .read_to_end(&mut body)
        .map_err(Uninflated::Coding)?;
    if body.len() as u64 > most {
        return Err(Uninflated::TooLarge);
    }
    Ok(body)
}
