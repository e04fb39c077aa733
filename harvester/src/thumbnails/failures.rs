//! What could not be had, for a while: neither a picture that is none nor a server that is down is asked for again by every reader.
//!
//! In memory alone: after a restart all is tried once more.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use url::Url;

use super::{Key, ThumbnailError};
use crate::fetch::FetchError;

/// For what the server served and cannot become a picture: the address names one version, so that time mends little.
const FOR_WHAT_IS_WRONG: Duration = Duration::from_secs(6 * 3600);
/// For one answer that may be better the next time.
const FOR_AN_ANSWER: Duration = Duration::from_secs(120);
/// For a server that does not answer.
const FOR_A_SERVER: Duration = Duration::from_secs(60);
/// Entries of each kind; beyond that the oldest half is forgotten.
const MOST: usize = 10_000;

/// Until when something is not asked for.
#[derive(Debug)]
struct Until<K>(Mutex<HashMap<K, Instant>>);

/// Pictures and servers that are not asked for at present.
#[derive(Debug, Default)]
pub struct Failures {
    pictures: Until<Key>,
    servers: Until<String>,
}

impl Failures {
    /// Whether this picture could not be had lately.
    pub fn of_picture(&self, key: &Key) -> bool {
        self.pictures.holds(key)
    }

    /// Whether the server of this address did not answer lately.
    pub fn of_server(&self, url: &Url) -> bool {
        self.servers.holds(&server(url))
    }

    /// Notes why a picture could not be had.
    pub fn note(&self, key: &Key, url: &Url, error: &ThumbnailError) {
        let (of_picture, of_server) = lasts(error);
        self.pictures.note(key.clone(), of_picture);
        if let Some(time) = of_server {
            self.servers.note(server(url), time);
        }
    }
}

/// How long a picture is not asked for, and its server.
fn lasts(error: &ThumbnailError) -> (Duration, Option<Duration>) {
    let ThumbnailError::Fetch(error) = error else {
        let is_ours = matches!(error, ThumbnailError::Ours(_));
        return (
            if is_ours {
                FOR_AN_ANSWER
            } else {
                FOR_WHAT_IS_WRONG
            },
            None,
        );
    };
    match error {
        FetchError::Backoff { after, .. } => (*after, Some(*after)),
        FetchError::Resolve { .. }
        | FetchError::Connect { .. }
        | FetchError::Tls { .. }
        | FetchError::Timeout { .. }
        | FetchError::Protocol { .. } => (FOR_A_SERVER, Some(FOR_A_SERVER)),
        FetchError::Status { status, .. } if *status >= 500 => (FOR_AN_ANSWER, None),
        FetchError::Truncated { .. } | FetchError::Client { .. } => (FOR_AN_ANSWER, None),
        _ => (FOR_WHAT_IS_WRONG, None),
    }
}

fn server(url: &Url) -> String {
    format!(
        "{}:{}",
        url.host_str().unwrap_or_default(),
        url.port_or_known_default().unwrap_or_default()
    )
}

impl<K> Default for Until<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash> Until<K> {
    fn holds(&self, key: &K) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match all.get(key) {
            Some(until) if *until > Instant::now() => true,
            Some(_) => {
                all.remove(key);
                false
            }
            None => false,
        }
    }

    fn note(&self, key: K, time: Duration) {
        let (mut all, now) = (
            self.0.lock().unwrap_or_else(PoisonError::into_inner),
            Instant::now(),
        );
        if all.len() >= MOST {
            all.retain(|_, until| *until > now);
        }
        if all.len() >= MOST {
            let mut ends: Vec<Instant> = all.values().copied().collect();
            let (_, middle, _) = ends.select_nth_unstable(MOST / 2);
            let middle = *middle;
            all.retain(|_, until| *until > middle);
        }
        all.insert(key, now + time);
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn what_failed_is_remembered_for_its_time_and_no_more_than_there_is_room_for() {
        let until = Until::default();
        until.note("past", Duration::ZERO);
        until.note("ahead", Duration::from_secs(60));
        assert!(!until.holds(&"past") && until.holds(&"ahead") && !until.holds(&"never"));

        let many = Until::default();
        for number in 0..3 * MOST {
            many.note(number, Duration::from_secs(3600));
        }
        let kept = many.0.lock().unwrap().len();
        assert!((MOST / 2..=MOST).contains(&kept), "{kept}");
        assert!(many.holds(&(3 * MOST - 1)));
    }

    #[test]
    fn only_a_server_that_does_not_answer_is_left_alone_as_a_whole() {
        let url = || "https://images.example.org/x.png".to_owned();
        for (error, leaves_server) in [
            (
                FetchError::Connect {
                    url: url(),
                    cause: "refused".to_owned(),
                },
                true,
            ),
            (
                FetchError::Status {
                    url: url(),
                    status: 500,
                },
                false,
            ),
            (
                FetchError::TooLarge {
                    url: url(),
                    most: 1,
                },
                false,
            ),
        ] {
            let (picture, server) = lasts(&ThumbnailError::Fetch(error.clone()));
            assert!(picture >= FOR_A_SERVER, "{error}");
            assert_eq!(server.is_some(), leaves_server, "{error}");
        }
    }
}
