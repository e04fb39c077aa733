//! Which URLs a request is made of at all, before anything is sent.

use url::Url;

use super::address::{self, AddressRules};
use super::error::{FetchError, shown};

/// The longest URL that is asked for, in bytes: what web servers commonly take.
const LONGEST_URL: usize = 8 * 1024;

/// Refuses what is no plain http(s) URL.
pub(super) fn check_form(url: &Url) -> Result<(), FetchError> {
    let unfit = |why: &str| FetchError::Unfit {
        url: shown(url),
        why: why.to_owned(),
    };
    if !matches!(url.scheme(), "http" | "https") {
        return Err(FetchError::Scheme {
            url: shown(url),
            scheme: super::error::bounded(url.scheme()),
        });
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(unfit(
            "it has a user or password in it, which a roster and a record tell everybody",
        ));
    }
    if url.as_str().len() > LONGEST_URL {
        return Err(unfit("it is longer than 8 KiB"));
    }
    // "http:///x" is no URL with these schemes, so that there always is a host; an empty one would go to the resolver
    match url.host_str() {
        Some(host) if !host.is_empty() => Ok(()),
        _ => Err(unfit("it names no host")),
    }
}

/// Refuses an address that stands in the URL itself, where no name is looked up.
pub(super) fn check_literal(url: &Url, rules: &AddressRules) -> Result<(), FetchError> {
    match url.host().and_then(address::literal) {
        None => Ok(()),
        Some(address) => rules.check(address).map_err(|refused| FetchError::Address {
            url: shown(url),
            address: refused.address,
            why: refused.why,
        }),
    }
}
