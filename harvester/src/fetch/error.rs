//! Why nothing was fetched.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use url::Url;

/// The longest text of a URL or of a cause in a message, in characters.
const LONGEST_SHOWN: usize = 300;

/// Why nothing was fetched. Each is a sentence that names the URL; what stands in it of the server's is bounded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// Another scheme than http and https.
    #[error(
        "{url} has the scheme {scheme:?}, and a harvester fetches by http and https only; correct the address"
    )]
    Scheme {
        /// What was asked for.
        url: String,
        /// Its scheme.
        scheme: String,
    },
    /// A URL that no request is made of.
    #[error("{url} cannot be fetched: {why}; correct the address")]
    Unfit {
        /// What was asked for, without user and password.
        url: String,
        /// What is wrong with it.
        why: String,
    },
    /// The server is where no stranger may send a harvester.
    #[error(
        "{url} is at {address}, {why}: a harvester does not connect to such addresses; if it is right there, allow its range with --allow {address}"
    )]
    Address {
        /// What was asked for.
        url: String,
        /// Where it is; where a name has several addresses and all are refused, the first of them.
        address: IpAddr,
        /// What addresses these are.
        why: &'static str,
    },
    /// The name has no address.
    #[error(
        "the host of {url} was not found: {cause}; check the name, and that name resolution works here"
    )]
    Resolve {
        /// What was asked for.
        url: String,
        /// What the resolver said.
        cause: String,
    },
    /// Nobody answers there.
    #[error(
        "no connection to {url}: {cause}; check that the server runs and can be reached from here"
    )]
    Connect {
        /// What was asked for.
        url: String,
        /// What the system said.
        cause: String,
    },
    /// There is a server, but it could not prove who it is.
    #[error(
        "no safe connection to {url}: {cause}; its operator has to mend the certificate or the address"
    )]
    Tls {
        /// What was asked for.
        url: String,
        /// What TLS said.
        cause: String,
    },
    /// It took too long.
    #[error("{url} took too long: {waited}; the server is overloaded, or the way to it is")]
    Timeout {
        /// What was asked for.
        url: String,
        /// What for.
        waited: Waited,
    },
    /// What answers there does not speak HTTP, or closed the connection instead of answering.
    #[error("{url} did not answer as a web server: {cause}; check the address and the server")]
    Protocol {
        /// What was asked for.
        url: String,
        /// What was wrong.
        cause: String,
    },
    /// It pointed elsewhere.
    #[error(
        "{url} redirects to {to}, which is not followed: {why}; if it moved, the roster has to say so"
    )]
    Redirect {
        /// What was asked for.
        url: String,
        /// Where it pointed.
        to: String,
        /// Why that was not followed.
        why: &'static str,
    },
    /// It answered, but with neither a body nor its absence.
    #[error(
        "{url} answered with HTTP status {status}, where 200, 404 or 410 is expected; ask its operator"
    )]
    Status {
        /// What was asked for.
        url: String,
        /// The status.
        status: u16,
    },
    /// It is busy, and said for how long.
    #[error("{url} answered with HTTP status {status} and asks to be left alone for {} s", after.as_secs())]
    Backoff {
        /// What was asked for.
        url: String,
        /// 429 or 503.
        status: u16,
        /// For how long; an hour at most.
        after: Duration,
    },
    /// More than was asked for.
    #[error("{url} is larger than {most} bytes, the most that is taken of it")]
    TooLarge {
        /// What was asked for.
        url: String,
        /// [`super::Request::most`].
        most: u64,
    },
    /// The connection ended before the body did.
    #[error("{url} broke off after {bytes} bytes: {cause}; it will be asked again")]
    Truncated {
        /// What was asked for.
        url: String,
        /// How many bytes came.
        bytes: u64,
        /// What ended it.
        cause: String,
    },
    /// The body is not in the coding that its headers say.
    #[error(
        "the body of {url} cannot be decoded: {cause}; the server or a proxy before it is faulty"
    )]
    Coding {
        /// What was asked for.
        url: String,
        /// What was wrong.
        cause: String,
    },
    /// There is nothing to fetch with.
    #[error("no HTTP client can be made: {cause}")]
    Client {
        /// What is missing.
        cause: String,
    },
}

impl FetchError {
    /// Whether the server could not be reached or did not give an answer, so that its member is `unreachable`
    /// (PROTOCOL.md section 6); otherwise it was reached, and what it served is wrong.
    ///
    /// A redirect that is not followed and a refusal (401, 403) count as not reached: nothing was served that could be
    /// held against the member. So does a body that broke off: it is fetched again.
    pub fn is_about_reaching(&self) -> bool {
        match self {
            Self::TooLarge { .. } | Self::Coding { .. } => false,
            Self::Status { status, .. } => *status >= 300,
            _ => true,
        }
    }

    /// One word for it, the same for ever: what counts are kept under.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Scheme { .. } => "scheme",
            Self::Unfit { .. } => "unfit",
            Self::Address { .. } => "address",
            Self::Resolve { .. } => "resolve",
            Self::Connect { .. } => "connect",
            Self::Tls { .. } => "tls",
            Self::Timeout { .. } => "timeout",
            Self::Protocol { .. } => "protocol",
            Self::Redirect { .. } => "redirect",
            Self::Status { .. } => "status",
            Self::Backoff { .. } => "backoff",
            Self::TooLarge { .. } => "too-large",
            Self::Truncated { .. } => "truncated",
            Self::Coding { .. } => "coding",
            Self::Client { .. } => "client",
        }
    }

    /// How long the server asked to be left alone; an hour at most.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Backoff { after, .. } => Some(*after),
            _ => None,
        }
    }
}

/// What a server took too long for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// No connection within this time ([`super::Limits::connect`]).
    Connect(Duration),
    /// No headers within this time ([`super::Limits::answer`]).
    Answer(Duration),
    /// No byte within this time ([`super::Limits::idle`]).
    Idle(Duration),
    /// Fewer bytes a second than this ([`super::Limits::slowest`]).
    Slow(u64),
    /// Not done within this time ([`super::Limits::whole_for`]).
    Whole(Duration),
}

impl fmt::Display for Waited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connect(time) => write!(f, "no connection within {time:?}"),
            Self::Answer(time) => write!(f, "no answer within {time:?}"),
            Self::Idle(time) => write!(f, "no byte within {time:?}"),
            Self::Slow(speed) => write!(f, "fewer than {speed} bytes a second"),
            Self::Whole(time) => write!(f, "not complete after {time:?}"),
        }
    }
}

/// A URL as it may stand in a message and a log: without user and password, and not without end.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    // both fail only where a URL can have neither
    let _ = url.set_username("");
    let _ = url.set_password(None);
    bounded(url.as_str())
}

/// A text of a stranger's, cut where it is too long to show.
pub(super) fn bounded(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_shows_no_password_and_no_endless_url() {
        #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
        let url = Url::parse("https://ada:secret@images.example.org/log/").unwrap();
        assert_eq!(shown(&url), "https://images.example.org/log/");
        let url = Url::parse(&format!("https://images.example.org/{}", "é".repeat(9000))).unwrap();
        assert_eq!(shown(&url).chars().count(), LONGEST_SHOWN + 1);
    }
}
