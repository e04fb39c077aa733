//! Fetching pictures before anybody asks for them, so that they are here when their member does not answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::task::spawn_blocking;
use url::Url;

use super::{Key, Thumbnails};

/// What became of a picture that nobody had asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ahead {
    /// It is kept now.
    Fetched,
    /// It could not be had, now or lately.
    Nothing,
    /// Its server does not answer.
    Silent,
}

/// How many pictures were fetched ahead since the start, and how many could not be had.
#[derive(Debug, Default)]
pub(super) struct Counts {
    fetched: AtomicU64,
    failed: AtomicU64,
}

impl Thumbnails {
    /// Fetches a picture that is not kept, unless it or its server failed lately. Readers who ask for it meanwhile share the fetch.
    pub async fn ahead(self: &Arc<Self>, key: &Key, url: &Url) -> Ahead {
        if self.failures.of_server(url) {
            return Ahead::Silent;
        }
        if self.failures.of_picture(key) {
            return Ahead::Nothing;
        }
        let Some(mut done) = self.begin(key, url) else {
            // readers have all places; the next walk comes by again
            return Ahead::Nothing;
        };
        // the sender says nothing and is dropped when all is done
        let _ = done.changed().await;
        let (own, named) = (Arc::clone(self), key.clone());
        let held = spawn_blocking(move || own.cache.hold(&named)).await;
        if matches!(held, Ok(Some(_))) {
            self.ahead.fetched.fetch_add(1, Ordering::Relaxed);
            return Ahead::Fetched;
        }
        self.ahead.failed.fetch_add(1, Ordering::Relaxed);
        match self.failures.of_server(url) {
            true => Ahead::Silent,
            false => Ahead::Nothing,
        }
    }

    /// How many were fetched ahead since the start, and how many were asked for in vain.
    pub fn fetched_ahead(&self) -> (u64, u64) {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        (read(&self.ahead.fetched), read(&self.ahead.failed))
    }
}
