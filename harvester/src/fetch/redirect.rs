//! Where a server may send a harvester on to: to itself.
//!
//! The HTTP client follows none by itself: what it would check and what it would then connect to are two readings of one
//! text by two parsers. Here there is one.

use url::Url;

use super::error::{FetchError, bounded, shown};

/// The most redirects of one request that are followed.
pub(super) const MOST_REDIRECTS: usize = 5;

/// Whether this status points elsewhere (RFC 9110 section 15.4); 300 and 304 to 306 do not.
pub(super) fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// The URL to go on with, after so many redirects were followed.
///
/// # Errors
/// [`FetchError::Redirect`] where that is no URL, or of another scheme, host or port (PROTOCOL.md section 6), or one too many.
pub(super) fn next(url: &Url, location: Option<&[u8]>, followed: usize) -> Result<Url, FetchError> {
    let refused = |to: String, why: &'static str| FetchError::Redirect {
        url: shown(url),
        to,
        why,
    };
    let Some(location) = location else {
        return Err(refused("nowhere".to_owned(), "it does not say where to"));
    };
    let Some(next) = std::str::from_utf8(location)
        .ok()
        .and_then(|location| url.join(location).ok())
    else {
        let text = String::from_utf8_lossy(location);
        return Err(refused(bounded(&format!("{text:?}")), "that is no URL"));
    };
    if next.scheme() != url.scheme() {
        Err(refused(shown(&next), "it has another scheme"))
    } else if next.host() != url.host() {
        Err(refused(shown(&next), "it is on another host"))
    } else if next.port_or_known_default() != url.port_or_known_default() {
        Err(refused(shown(&next), "it is on another port"))
    } else if followed >= MOST_REDIRECTS {
        Err(refused(shown(&next), "it is the sixth in a row"))
    } else {
        Ok(next)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    fn after(location: &str) -> Result<String, FetchError> {
        let url = Url::parse("https://images.example.org/log/checkpoint").unwrap();
        next(&url, Some(location.as_bytes()), 0).map(String::from)
    }

    #[test]
    fn a_server_may_point_to_itself() {
        for (location, whole) in [
            ("tile", "https://images.example.org/log/tile"),
            ("/a?b", "https://images.example.org/a?b"),
            ("//images.example.org/a", "https://images.example.org/a"),
            (
                "https://IMAGES.example.org:443/a",
                "https://images.example.org/a",
            ),
        ] {
            assert_eq!(after(location).unwrap(), whole);
        }
    }

    #[test]
    fn a_server_may_point_nowhere_else_in_whatever_spelling() {
        for (location, words) in [
            ("http://images.example.org/", "scheme"),
            ("file:///etc/passwd", "scheme"),
            ("https://images.example.org:8443/", "port"),
            ("https://127.0.0.1/", "host"),
            ("//2130706433/", "host"),
            ("/\\169.254.169.254/", "host"),
            ("https:\\\\169.254.169.254/", "host"),
            ("https://images.example.org@127.0.0.1/", "host"),
            ("https://127.0.0.1\\@images.example.org/", "host"),
            ("https://images.example.org./", "host"),
            ("https://[::1]/", "host"),
            ("https://exa mple/", "no URL"),
        ] {
            let error = after(location).unwrap_err();
            assert!(
                matches!(error, FetchError::Redirect { why, .. } if why.contains(words)),
                "{location}: {error}"
            );
        }
    }
}
