//! What an error of the HTTP client was about.
//!
//! Its own words stop at "error sending request"; what happened stands further down in the chain of causes.

use std::error::Error;
use std::io;

use url::Url;

use super::address::RefusedAddress;
use super::error::{FetchError, Waited, bounded, shown};
use super::limits::Limits;
use super::names::UnknownName;

/// Why no headers came.
pub(super) fn of_sending(url: &Url, error: &reqwest::Error, limits: &Limits) -> FetchError {
    let url = shown(url);
    if let Some(refused) = find::<RefusedAddress>(error) {
        return FetchError::Address {
            url,
            address: refused.address,
            why: refused.why,
        };
    }
    let cause = root_cause(error);
    if find::<UnknownName>(error).is_some() {
        FetchError::Resolve { url, cause }
    } else if find::<rustls::Error>(error).is_some() {
        FetchError::Tls { url, cause }
    } else if error.is_connect() && error.is_timeout() {
        let waited = Waited::Connect(limits.connect);
        FetchError::Timeout { url, waited }
    } else if error.is_connect() {
        FetchError::Connect { url, cause }
    } else if error.is_builder() {
        FetchError::Unfit { url, why: cause }
    } else {
        FetchError::Protocol { url, cause }
    }
}

/// Why the body went no further.
pub(super) fn of_reading(url: &Url, error: &reqwest::Error, bytes: u64) -> FetchError {
    let url = shown(url);
    let cause = root_cause(error);
    // wrong chunks are the same to an operator as wrong gzip
    let is_malformed = find::<io::Error>(error).is_some_and(|error| {
        matches!(
            error.kind(),
            io::ErrorKind::InvalidData | io::ErrorKind::InvalidInput
        )
    });
    if is_malformed {
        FetchError::Coding { url, cause }
    } else {
        FetchError::Truncated { url, bytes, cause }
    }
}

/// Why a body that came is none. What ends in the middle of gzip broke off somewhere behind the server.
pub(super) fn of_inflating(url: &Url, error: &io::Error, bytes: u64) -> FetchError {
    let url = shown(url);
    let cause = bounded(&format!("its gzip: {error}"));
    match error.kind() {
        io::ErrorKind::UnexpectedEof => FetchError::Truncated { url, bytes, cause },
        _ => FetchError::Coding { url, cause },
    }
}

/// What is at the end of the chain.
pub(super) fn root_cause(error: &(dyn Error + 'static)) -> String {
    let deepest = chain(error).last().map(ToString::to_string);
    bounded(&deepest.unwrap_or_default())
}

/// The last cause of this type.
fn find<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).filter_map(|cause| cause.downcast_ref()).last()
}

/// An error and all its causes. Nobody makes a chain of more than a few; the bound is for one that bites its tail.
fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| cause_of(*error)).take(64)
}

/// An I/O error says as its cause what is the cause of what it holds, and so passes over that.
fn cause_of<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref)
    {
        Some(held) => Some(held),
        None => error.source(),
    }
}
