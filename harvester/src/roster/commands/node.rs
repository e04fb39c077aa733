//! What a node says about itself, at `/.well-known/ommatidia.json`. It is asked once, by the one who adds it, who compares the key with
//! what its operator told by another way; from then on the roster's word counts.

use anyhow::{Context, bail, ensure};
use protocol::identifier::{Namespace, Origin, Prefix};
use protocol::note::VerifierKey;
use serde::Deserialize;
use url::Url;

use super::console::{is_visible, shown, wait};
use crate::fetch::{Fetch, Outcome, Request};

/// The largest answer that is taken, bytes; a node's has less than one KiB.
const MOST_BYTES: u64 = 64 << 10;

/// The protocol that this program speaks.
const PROTOCOL: u64 = 1;

/// Who a node says it is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(super) struct Described {
    pub(super) name: String,
    pub(super) prefix: Prefix,
    pub(super) origin: Origin,
    pub(super) vkey: VerifierKey,
    pub(super) base: String,
    pub(super) namespace: Namespace,
    protocol: u64,
}

/// Asks a node who it is.
///
/// # Errors
/// When it does not answer, or the answer is none.
pub(super) fn ask(base: &Url, fetch: &dyn Fetch) -> anyhow::Result<Described> {
    let url = base
        .join(".well-known/ommatidia.json")
        .context("the base is no address")?;
    let outcome = wait(async { Ok(fetch.fetch(Request::new(&url, MOST_BYTES)).await?) })
        .context("the node cannot be asked who it is; it has to be serving when it is added")?;
    let Outcome::Body(found) = outcome else {
        bail!(
            "{url} does not exist; give the base that the node was set up with, and let it serve"
        );
    };
    read(&found.body).with_context(|| format!("what {url} answers is not usable"))
}

fn read(body: &[u8]) -> anyhow::Result<Described> {
    let described: Described = serde_json::from_slice(body)
        .map_err(|error| anyhow::anyhow!("{}", shown(&error.to_string())))
        .context("it is not a node's description of itself")?;
    ensure!(
        described.protocol == PROTOCOL,
        "the node speaks version {} of the protocol and this program version {PROTOCOL}; update the older one",
        described.protocol
    );
    ensure!(
        described.vkey.name() == described.origin.as_str(),
        "its key has the name {} and its log the origin {}, which have to be the same",
        shown(described.vkey.name()),
        described.origin
    );
    let readable = (1..=200).contains(&described.name.chars().count())
        && described.name.chars().all(is_visible);
    ensure!(
        readable,
        "its name {:?} is not 1 to 200 visible characters",
        shown(&described.name)
    );
    Ok(described)
}

/// A base as an operator types it, with or without its last `/`.
///
/// # Errors
/// When it is no http or https address, or has a user, query or fragment.
pub(super) fn parse_base(text: &str) -> anyhow::Result<Url> {
    let mut url = Url::parse(text).with_context(|| format!("the base {text:?} is no address"))?;
    ensure!(
        matches!(url.scheme(), "http" | "https")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none(),
        "the base {text:?} is not an http or https address without user, query and fragment, such as https://images.example.org/"
    );
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}
