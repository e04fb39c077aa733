//! The files of one log, from the mirror and from whoever serves them.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use protocol::bundle;
use protocol::tile::{EntryBundleAddress, TileAddress, WIDTH};
use url::Url;

use super::stop::Refusal;
use crate::fetch::{Fetch, Outcome, Request};
use crate::mirror::LogMirror;
use crate::tree::TilePlaces;

/// The longest entry in a bundle: 65,535 bytes behind two bytes of length. A bundle with entries above the limit of 4 KiB is not refused as a
/// whole: they are invalid, and the others stand.
const MOST_ENTRY: u64 = 65_535 + 2;

/// Where the files of one log are: first the mirror, then the member, then mirrors of others. None is trusted.
#[derive(Clone)]
pub struct LogFiles {
    mirror: LogMirror,
    fetch: Arc<dyn Fetch>,
    prefixes: Vec<Url>,
}

impl std::fmt::Debug for LogFiles {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("LogFiles")
            .field("mirror", &self.mirror)
            .field("prefixes", &self.prefixes)
            .finish_non_exhaustive()
    }
}

impl LogFiles {
    /// The files of a log with this mirror, and these log prefixes to ask, the best first. With none, the mirror alone is read.
    pub fn new(mirror: LogMirror, fetch: Arc<dyn Fetch>, prefixes: Vec<Url>) -> Self {
        Self {
            mirror,
            fetch,
            prefixes,
        }
    }

    /// The mirror.
    pub fn mirror(&self) -> &LogMirror {
        &self.mirror
    }

    /// Who asks the network.
    pub fn fetcher(&self) -> &dyn Fetch {
        &*self.fetch
    }

    /// The prefixes that are asked over the network.
    pub fn prefixes(&self) -> &[Url] {
        &self.prefixes
    }

    /// The file at a path, from the first place whose bytes fit. The second half of the answer is whether they came over the network.
    ///
    /// # Errors
    /// What tells most of the places' refusals.
    pub async fn first_fitting<T>(
        &self,
        path: &str,
        most: u64,
        fits: impl Fn(Vec<u8>) -> Result<T, String>,
    ) -> Result<(T, bool), Refusal> {
        let mut refusal = Refusal::Absent(path.to_owned());
        for place in 0..self.places() {
            let failed = match self.read(place, path, most).await {
                Ok(None) => continue,
                Err(failed) => failed,
                Ok(Some(bytes)) => match fits(bytes) {
                    Ok(found) => return Ok((found, place > 0)),
                    Err(sentence) => Refusal::Wrong(sentence),
                },
            };
            refusal = refusal.or_worse(failed);
        }
        Err(refusal)
    }

    /// The bytes that a place has at a path. What is damaged in the mirror is as good as absent: it is fetched again.
    ///
    /// # Errors
    /// When the place cannot be asked.
    pub async fn read(
        &self,
        place: usize,
        path: &str,
        most: u64,
    ) -> Result<Option<Vec<u8>>, Refusal> {
        let Some(prefix) = place
            .checked_sub(1)
            .and_then(|network| self.prefixes.get(network))
        else {
            let (mirror, path) = (self.mirror.clone(), path.to_owned());
            return Ok(tokio::task::spawn_blocking(move || mirror.read(&path))
                .await
                .map_err(|error| Refusal::Ours(error.into()))??);
        };
        let url = prefix
            .join(path)
            .map_err(|error| Refusal::Wrong(format!("{prefix}{path} is no address: {error}")))?;
        match self.fetch.fetch(Request::new(&url, most)).await {
            Ok(Outcome::Body(found)) => Ok(Some(found.body)),
            Ok(Outcome::Absent | Outcome::NotModified) => Ok(None),
            Err(error) => Err(Refusal::Unasked(error)),
        }
    }

    /// A bundle of entries, as wide as it is in the proven tree, or cut out of the wider one that took its place.
    ///
    /// # Errors
    /// When no place has one that fits.
    pub async fn entry_bundle<T>(
        &self,
        address: EntryBundleAddress,
        fits: impl Fn(&[u8]) -> Result<T, String>,
    ) -> Result<(T, bool), Refusal> {
        let most = MOST_ENTRY * u64::from(address.width());
        let own = self
            .first_fitting(&address.path(), most, |bytes| fits(&bytes))
            .await;
        let (Err(Refusal::Absent(_)), false) = (&own, address.is_full()) else {
            return own;
        };
        let Some(full) = EntryBundleAddress::new(address.index(), WIDTH as u16) else {
            return own;
        };
        self.first_fitting(&full.path(), MOST_ENTRY * WIDTH, |bytes| {
            let entries = bundle::decode_entries(&bytes, WIDTH as u16)
                .map_err(|error| format!("the entry bundle {}: {error}", full.path()))?;
            let cut = bundle::encode_entries(&entries[..usize::from(address.width())])
                .map_err(|error| format!("the entry bundle {}: {error}", full.path()))?;
            fits(&cut)
        })
        .await
    }
}

impl TilePlaces for LogFiles {
    type Error = Refusal;

    fn places(&self) -> usize {
        1 + self.prefixes.len()
    }

    /// A partial tile that was outgrown is cut out of the full one.
    fn tile(
        &self,
        place: usize,
        address: TileAddress,
    ) -> BoxFuture<'_, Result<Option<Vec<u8>>, Refusal>> {
        async move {
            let most = WIDTH * 32;
            let own = self.read(place, &address.path(), most).await?;
            if own.is_some() || address.is_full() {
                return Ok(own);
            }
            let Some(full) = TileAddress::new(address.level(), address.index(), WIDTH as u16)
            else {
                return Ok(None);
            };
            let full = self.read(place, &full.path(), most).await?;
            Ok(full.map(|mut bytes| {
                bytes.truncate(usize::from(address.width()) * 32);
                bytes
            }))
        }
        .boxed()
    }
}
