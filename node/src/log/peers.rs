//! Before the first signature: does anybody know a larger checkpoint of ours?
//!
//! A node that was restored from an old backup would sign a second history without knowing it. So it asks its own
//! public checkpoint and every peer in the configuration (mirrors, witnesses' copies) for the largest one that it
//! signed. One that is larger than its own tree, or does not fit it, stops it (docs/PROTOCOL.md section 3,
//! "Appending").

use std::io::Read;
use std::time::Duration;

use protocol::merkle;

use super::{LogError, SignedHead};
use crate::archive::Archive;

/// The longest note that a reader has to take (PROTOCOL.md section 10).
const LARGEST_NOTE: u64 = 128 * 1024;
const TIMEOUT: Duration = Duration::from_secs(5);

/// Why nothing may be signed.
#[derive(Debug, thiserror::Error)]
pub enum PeerError {
    /// A peer knows more than this node.
    #[error(
        "{peer} has a checkpoint of this log with {theirs} entries, signed by this node's key, and the log here has {ours}: this is probably a restored backup; nothing was signed. Bring the missing part back from a newer copy of DATA/log and DATA/ocfl"
    )]
    Behind {
        /// The peer's log prefix.
        peer: String,
        /// The size that it knows.
        theirs: u64,
        /// The size here.
        ours: u64,
    },
    /// A peer knows another history.
    #[error(
        "{peer} has a checkpoint of this log with {size} entries and root {theirs}, signed by this node's key, and the tree here has root {ours} at that size: the log has two histories; nothing was signed. Keep both copies and tell the federation"
    )]
    Forked {
        /// The peer's log prefix.
        peer: String,
        /// The size.
        size: u64,
        /// The root that it knows.
        theirs: String,
        /// The root here.
        ours: String,
    },
    /// No peer answered.
    #[error(
        "none of the peers in config.toml answered with a checkpoint of this log ({0}); nothing was signed, because a restored backup could not be told from the truth"
    )]
    Silent(String),
    /// The log here cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// There is no HTTP client.
    #[error("no HTTP client can be made to ask the peers: {0}")]
    Client(String),
}

/// Asks the node's own public checkpoint and its peers; returns when signing is safe as far as they know.
///
/// # Errors
/// See [`PeerError`].
pub fn check(archive: &Archive) -> Result<(), PeerError> {
    let client = client()?;
    let public = format!("{}log/", archive.config().base);
    // not an obstacle when it does not answer: it may not serve yet
    if let Ok(theirs) = ask(archive, &client, &public) {
        compare(archive, &public, &theirs)?;
    }
    let mut silent = Vec::new();
    for peer in &archive.config().peers {
        match ask(archive, &client, peer) {
            Ok(theirs) => compare(archive, peer, &theirs)?,
            Err(reason) => silent.push(format!("{peer}: {reason}")),
        }
    }
    if archive.config().peers.is_empty() {
        tracing::debug!("no peers in config.toml: relying on the state of this disk alone");
    } else if silent.len() == archive.config().peers.len() {
        return Err(PeerError::Silent(silent.join("; ")));
    }
    for reason in silent {
        tracing::warn!("a peer did not answer: {reason}");
    }
    Ok(())
}

fn client() -> Result<reqwest::blocking::Client, PeerError> {
    // reqwest brings no cryptography of its own, and panics where none was chosen; a second choice changes nothing
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::blocking::Client::builder()
        .timeout(TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| PeerError::Client(error.to_string()))
}

/// The checkpoint that a log prefix serves, if it is one of this log under this key.
fn ask(
    archive: &Archive,
    client: &reqwest::blocking::Client,
    prefix: &str,
) -> Result<SignedHead, String> {
    let response = client
        .get(format!("{prefix}checkpoint"))
        .send()
        .map_err(|error| root_cause(&error))?;
    if !response.status().is_success() {
        return Err(format!("it answered {}", response.status()));
    }
    let mut note = Vec::new();
    response
        .take(LARGEST_NOTE)
        .read_to_end(&mut note)
        .map_err(|error| error.to_string())?;
    archive
        .log()
        .open_checkpoint(note)
        .map_err(|error| error.to_string())
}

fn compare(archive: &Archive, peer: &str, theirs: &SignedHead) -> Result<(), PeerError> {
    // read after the peer was asked: another process may have appended meanwhile, which the peer then knows
    let ours = archive.log().head()?.tree_head();
    let size = theirs.checkpoint.size();
    if size > ours.size {
        return Err(PeerError::Behind {
            peer: peer.to_owned(),
            theirs: size,
            ours: ours.size,
        });
    }
    let root = archive.log().root_at(size, &ours)?;
    if root == *theirs.checkpoint.root() {
        return Ok(());
    }
    Err(PeerError::Forked {
        peer: peer.to_owned(),
        size,
        theirs: merkle::to_base64(theirs.checkpoint.root()),
        ours: merkle::to_base64(&root),
    })
}

/// reqwest's own words stop at "error sending request"; what a person needs is at the end of the chain.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
