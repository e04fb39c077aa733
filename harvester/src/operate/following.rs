//! A newer roster, from where the configuration says.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use protocol::roster::MAX_BYTES;
use url::Url;

use crate::fetch::{Fetch, Outcome, Request};
use crate::roster::{HeldRoster, Offered};

/// A roster's text and its signatures.
const MOST_ROSTER: u64 = MAX_BYTES as u64 + (160 << 10);

/// The most versions that are walked through in one go.
const MOST_STEPS: usize = 1_000;

/// Where rosters come from: the newest, and each older one by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RosterSource {
    /// A file; version 3 of it is beside it as `FILE.3`.
    File(PathBuf),
    /// An address; version 3 is at `<address>/3`.
    Address(Url),
}

impl RosterSource {
    /// Reads what an operator wrote: an http(s) address, or else a file.
    pub fn parse(text: &str) -> Self {
        match Url::parse(text) {
            Ok(url) if matches!(url.scheme(), "http" | "https") => Self::Address(url),
            _ => Self::File(PathBuf::from(text)),
        }
    }

    /// The newest roster, or one version of it. `fetch` may reach any address: an operator named it.
    ///
    /// # Errors
    /// When it cannot be had.
    pub async fn read(&self, version: Option<u64>, fetch: &dyn Fetch) -> anyhow::Result<Vec<u8>> {
        match self {
            Self::File(path) => read_file(path, version),
            Self::Address(url) => {
                let mut url = url.clone();
                if let Some(version) = version {
                    let path = format!("{}/{version}", url.path().trim_end_matches('/'));
                    url.set_path(&path);
                }
                match fetch.fetch(Request::new(&url, MOST_ROSTER)).await? {
                    Outcome::Body(found) => Ok(found.body),
                    _ => bail!("{url} does not exist"),
                }
            }
        }
    }

    /// Brings the held roster up to the newest version, through every version between where roots changed.
    ///
    /// # Errors
    /// When one cannot be had or is refused; what was accepted before stays.
    pub async fn follow(&self, held: &mut HeldRoster, fetch: &dyn Fetch) -> anyhow::Result<bool> {
        let before = held.document().version;
        let newest = self.read(None, fetch).await?;
        for _ in 0..MOST_STEPS {
            match held.offer(&newest)? {
                Offered::Same | Offered::Newer => return Ok(held.document().version > before),
                Offered::Needs(version) => {
                    let step = self.read(Some(version), fetch).await.with_context(|| {
                        format!("the roots changed, and version {version} of the roster is needed to follow")
                    })?;
                    if held.offer(&step)? != Offered::Newer {
                        bail!(
                            "what is served as version {version} of the roster is another version"
                        );
                    }
                }
            }
        }
        bail!("the roster is more than {MOST_STEPS} versions ahead; the next run goes on")
    }
}

fn read_file(path: &Path, version: Option<u64>) -> anyhow::Result<Vec<u8>> {
    use std::io::Read;
    let path = match version {
        None => path.to_owned(),
        Some(version) => {
            let mut name = path.as_os_str().to_owned();
            name.push(format!(".{version}"));
            PathBuf::from(name)
        }
    };
    let mut bytes = Vec::new();
    std::fs::File::open(&path)
        .and_then(|file| file.take(MOST_ROSTER + 1).read_to_end(&mut bytes))
        .with_context(|| format!("the roster {} cannot be read", path.display()))?;
    if bytes.len() as u64 > MOST_ROSTER {
        bail!("{} is larger than a roster can be", path.display());
    }
    Ok(bytes)
}
