//! A web in memory, for tests: what is at each URL, and what is wrong with it, can be changed while it is in use.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use sha2::{Digest, Sha256};
use url::Url;

use super::address::AddressRules;
use super::admission;
use super::error::{FetchError, Waited, shown};
use super::limits::Limits;
use super::request::{Fetch, Fetched, Outcome, Request};

/// What is wrong with a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Its name has no address.
    Unknown,
    /// It refuses connections.
    Down,
    /// It cannot prove who it is.
    Untrusted,
    /// It is at 127.0.0.1, which no rule allows.
    Loopback,
    /// It takes a request and never answers.
    Silent,
    /// It answers with this status.
    Status(u16),
    /// It answers with 503, and how long it wants to be left alone.
    Busy(Duration),
    /// It points to another server.
    Moved(Url),
    /// It closes the connection after half of the body, and serves what has none as ever.
    BreaksOff,
}

/// Answers out of a map. A request is answered at once and whole; there is no time in here.
#[derive(Debug, Default)]
pub struct MemoryFetch {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    bodies: BTreeMap<String, Fetched>,
    /// By the beginning of the URLs that they are for.
    faults: BTreeMap<String, Fault>,
    asked: BTreeMap<String, u64>,
}

impl MemoryFetch {
    /// A web with nothing in it: everything is [`Outcome::Absent`].
    pub fn new() -> Self {
        Self::default()
    }

    /// Serves these bytes there from now on, as `application/octet-stream`, with a tag that follows from them.
    pub fn put(&self, url: &Url, body: impl Into<Vec<u8>>) {
        self.put_as(url, body, "application/octet-stream");
    }

    /// As [`Self::put`], with another content type.
    pub fn put_as(&self, url: &Url, body: impl Into<Vec<u8>>, content_type: &str) {
        let body = body.into();
        let digest = Sha256::digest(&body);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        let fetched = Fetched {
            body,
            etag: Some(format!("\"{hex}\"")),
            content_type: Some(content_type.to_owned()),
        };
        self.held().bodies.insert(key(url), fetched);
    }

    /// Serves nothing there any more.
    pub fn remove(&self, url: &Url) {
        self.held().bodies.remove(&key(url));
    }

    /// From now on this is wrong with everything whose URL begins like that: a server, a log, a single file. Where
    /// several apply, the longest beginning counts.
    pub fn fail(&self, beginning: &Url, fault: Fault) {
        self.held().faults.insert(key(beginning), fault);
    }

    /// Takes away what [`Self::fail`] did with the same beginning.
    pub fn mend(&self, beginning: &Url) {
        self.held().faults.remove(&key(beginning));
    }

    /// How often this URL was asked for, whatever came of it.
    pub fn asked(&self, url: &Url) -> u64 {
        self.held().asked.get(&key(url)).copied().unwrap_or(0)
    }

    /// How often anything was asked for.
    pub fn asked_in_all(&self) -> u64 {
        self.held().asked.values().sum()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, request: Request<'_>) -> Result<Outcome, FetchError> {
        admission::check_form(request.url)?;
        let key = key(request.url);
        let mut held = self.held();
        *held.asked.entry(key.clone()).or_default() += 1;
        let found = held.bodies.get(&key);
        match held.fault_of(&key) {
            Some(Fault::Status(404 | 410)) => return Ok(Outcome::Absent),
            Some(fault) => {
                if let Some(error) = fault.error(request.url, found) {
                    return Err(error);
                }
            }
            None => {}
        }
        match found {
            None => Ok(Outcome::Absent),
            Some(found) if request.etag.is_some() && request.etag == found.etag.as_deref() => {
                Ok(Outcome::NotModified)
            }
            Some(found) if found.body.len() as u64 > request.most => Err(FetchError::TooLarge {
                url: shown(request.url),
                most: request.most,
            }),
            Some(found) => Ok(Outcome::Body(found.clone())),
        }
    }
}

impl Held {
    fn fault_of(&self, key: &str) -> Option<&Fault> {
        self.faults
            .iter()
            .filter(|(beginning, _)| key.starts_with(beginning.as_str()))
            .max_by_key(|(beginning, _)| beginning.len())
            .map(|(_, fault)| fault)
    }
}

impl Fault {
    /// What a request comes to; `None` where this fault does not touch it.
    fn error(&self, asked: &Url, found: Option<&Fetched>) -> Option<FetchError> {
        let url = shown(asked);
        let cause = |words: &str| words.to_owned();
        Some(match self {
            Self::Unknown => FetchError::Resolve {
                url,
                cause: cause("the name has no address"),
            },
            Self::Down => FetchError::Connect {
                url,
                cause: cause("connection refused"),
            },
            Self::Untrusted => FetchError::Tls {
                url,
                cause: cause("invalid peer certificate: unknown issuer"),
            },
            Self::Loopback => refused_loopback(url)?,
            Self::Silent => FetchError::Timeout {
                url,
                waited: Waited::Answer(Limits::default().answer),
            },
            Self::Status(status) => FetchError::Status {
                url,
                status: *status,
            },
            Self::Busy(after) => FetchError::Backoff {
                url,
                status: 503,
                after: *after,
            },
            Self::Moved(to) => FetchError::Redirect {
                url,
                to: shown(to),
                why: "it is on another host",
            },
            Self::BreaksOff => FetchError::Truncated {
                url,
                bytes: found?.body.len() as u64 / 2,
                cause: cause("end of file before message length reached"),
            },
        })
    }
}

fn refused_loopback(url: String) -> Option<FetchError> {
    let refused = AddressRules::default().check(IpAddr::V4(Ipv4Addr::LOCALHOST));
    refused.err().map(|refused| FetchError::Address {
        url,
        address: refused.address,
        why: refused.why,
    })
}

impl Fetch for MemoryFetch {
    fn fetch<'a>(&'a self, request: Request<'a>) -> BoxFuture<'a, Result<Outcome, FetchError>> {
        Box::pin(async move { self.answer(request) })
    }
}

/// What is sent to a server of a URL: all but the fragment.
fn key(url: &Url) -> String {
    let mut url = url.clone();
    url.set_fragment(None);
    url.into()
}
