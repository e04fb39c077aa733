//! Small pictures of studies and images, in a cache of the harvester's own (docs/PROTOCOL.md section 9, docs/design/0005-thumbnails.md).
//!
//! A record names a picture; whoever looks at a page asks for it here, and never at a member's server. It is fetched once, then or
//! after a harvest ([`ahead`])
//! ([`crate::fetch`]: addresses, redirects, time and size are bounded there), read by a decoder within limits and written
//! anew ([`picture`]), so that no byte of a stranger's is served as it came, and kept ([`cache`]). What came to nothing is
//! remembered for a while ([`failures`]), so that a server that is down or lies is not asked again by every reader.
//!
//! Nobody waits long: whoever asks first waits [`PATIENCE`], and then is told that there is nothing yet, while the fetch goes on.

pub mod ahead;
pub mod cache;
pub mod failures;
pub mod picture;
mod under_way;

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::Context;
use protocol::digest::Digest;
use protocol::identifier::VersionedId;
use protocol::thumbnail::MOST_BYTES;
use tokio::sync::{Semaphore, watch};
use tokio::task::spawn_blocking;
use url::Url;

use crate::fetch::{Fetch, FetchError, Outcome, Request, ServerSlots};
use cache::Cache;
use failures::Failures;
use picture::PictureError;
use under_way::UnderWay;

/// How long whoever asks first is kept waiting for a picture that is being fetched.
pub const PATIENCE: Duration = Duration::from_millis(1500);

/// Pictures that are fetched at the same time, of all servers: each has up to [`MOST_BYTES`] in memory.
const AT_ONCE: usize = 16;
/// Of these, from one server.
const AT_ONCE_OF_ONE: usize = 4;
/// Pictures that are waited for at all; beyond that nothing is begun.
const MOST_UNDER_WAY: usize = 512;
/// Pictures that are decoded at the same time: each may take [`picture::MOST_MEMORY`] and a processor.
const DECODED_AT_ONCE: usize = 1;

/// What is asked for, beside the size: the picture of one version of a record.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    /// Whose.
    pub of: VersionedId,
    /// SHA-256 of the record: a log that was closed and goes on elsewhere may give another record the same number.
    pub record: Digest,
}

/// How large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Size {
    /// At most 128 pixels a side: for lists.
    Small,
    /// At most 256 pixels a side: for lists on fine screens, and pages.
    Large,
}

impl Size {
    /// Both, the smaller first.
    pub const ALL: [Self; 2] = [Self::Small, Self::Large];

    /// The most pixels of the longer side.
    pub fn side(self) -> u32 {
        match self {
            Self::Small => 128,
            Self::Large => 256,
        }
    }
}

/// What there is of a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Got {
    /// A JPEG of our own making.
    Picture(Vec<u8>),
    /// It is being fetched.
    NotYet,
    /// It could not be had, lately.
    Nothing,
}

/// Why a picture could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ThumbnailError {
    /// The server did not give it.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// There is none, or none any more.
    #[error("there is nothing at {0}")]
    Absent(Url),
    /// What came is no picture that is shown.
    #[error("what is at {url} is not shown as a picture: {reason}")]
    Picture {
        /// where it came from
        url: Url,
        /// what is wrong with it
        reason: PictureError,
    },
    /// A fault of ours.
    #[error("a thumbnail cannot be kept: {0}")]
    Ours(String),
}

/// Fetches, makes and keeps thumbnails.
pub struct Thumbnails {
    cache: Cache,
    fetch: Arc<dyn Fetch>,
    failures: Failures,
    under_way: Arc<Mutex<UnderWay>>,
    slots: ServerSlots,
    at_once: Semaphore,
    decoded: Semaphore,
    ahead: ahead::Counts,
}

impl Thumbnails {
    /// Thumbnails that are kept in this folder, at most so many bytes of them.
    ///
    /// # Errors
    /// When the folder cannot be made or read.
    pub fn open(folder: &Path, most: u64, fetch: Arc<dyn Fetch>) -> anyhow::Result<Arc<Self>> {
        let cache = Cache::open(folder, most)
            .with_context(|| format!("the thumbnails in {} cannot be kept", folder.display()))?;
        Ok(Arc::new(Self {
            cache,
            fetch,
            failures: Failures::default(),
            under_way: Arc::default(),
            slots: ServerSlots::new(AT_ONCE_OF_ONE),
            at_once: Semaphore::new(AT_ONCE),
            decoded: Semaphore::new(DECODED_AT_ONCE),
            ahead: ahead::Counts::default(),
        }))
    }

    /// The cache.
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// The picture as it is kept; none where it is not.
    pub fn kept(&self, key: &Key, size: Size) -> Option<Vec<u8>> {
        self.cache.get(key, size)
    }

    /// The picture: kept, or fetched from this address now, as far as that can be waited for.
    pub async fn picture(self: &Arc<Self>, key: &Key, size: Size, url: &Url) -> Got {
        if self.failures.of_picture(key) || self.failures.of_server(url) {
            return Got::Nothing;
        }
        let Some(mut done) = self.begin(key, url) else {
            return Got::NotYet;
        };
        // the sender says nothing and is dropped when all is done
        let is_done = tokio::time::timeout(PATIENCE, done.changed()).await.is_ok();
        let (own, key) = (Arc::clone(self), key.clone());
        match spawn_blocking(move || own.kept(&key, size)).await {
            Ok(Some(bytes)) => Got::Picture(bytes),
            _ if is_done => Got::Nothing,
            _ => Got::NotYet,
        }
    }

    /// Takes part in the fetch that is under way, or begins one; none where too many are under way.
    fn begin(self: &Arc<Self>, key: &Key, url: &Url) -> Option<watch::Receiver<()>> {
        let (turn, done) = under_way::join(&self.under_way, key, MOST_UNDER_WAY)?;
        if let Some(turn) = turn {
            let (own, key, url) = (Arc::clone(self), key.clone(), url.clone());
            tokio::spawn(async move {
                let brought = own.bring(&key, &url).await;
                if let Err(error) = &brought {
                    tracing::info!(id = %key.of, "no thumbnail: {error}");
                    own.failures.note(&key, &url, error);
                }
                // whoever waits goes on now
                drop(turn);
            });
        }
        Some(done)
    }

    /// Fetches, makes and keeps all sizes.
    async fn bring(&self, key: &Key, url: &Url) -> Result<(), ThumbnailError> {
        let ours = |error: &dyn std::fmt::Display| ThumbnailError::Ours(error.to_string());
        // first the server's own turn: those that wait for a slow one keep nobody else waiting
        let _turn = self.slots.take(url).await.map_err(|error| ours(&error))?;
        let _one = self.at_once.acquire().await.map_err(|error| ours(&error))?;
        if self.failures.of_server(url) {
            return Err(ThumbnailError::Absent(url.clone()));
        }
        let request = Request::new(url, MOST_BYTES).accepting("image/webp,image/png,image/jpeg");
        let fetched = match self.fetch.fetch(request).await? {
            Outcome::Body(fetched) => fetched.body,
            Outcome::Absent | Outcome::NotModified => {
                return Err(ThumbnailError::Absent(url.clone()));
            }
        };
        let _alone = self.decoded.acquire().await.map_err(|error| ours(&error))?;
        let made = spawn_blocking(move || picture::made_small(fetched, Size::ALL.map(Size::side)));
        let made = made.await.map_err(|error| ours(&error))?;
        let [small, large] = made.map_err(|reason| ThumbnailError::Picture {
            url: url.clone(),
            reason,
        })?;
        for (size, bytes) in [(Size::Small, small), (Size::Large, large)] {
            self.cache
                .put(key, size, &bytes)
                .map_err(|error| ours(&error))?;
        }
        Ok(())
    }
}
