//! Counts what came of fetching, for the metrics.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::error::FetchError;
use super::request::{Fetch, Outcome, Request};

/// How often fetching came to what, since the start. Cheap to clone; all clones count together.
#[derive(Debug, Clone, Default)]
pub struct FetchCounts(Arc<Mutex<BTreeMap<&'static str, u64>>>);

impl FetchCounts {
    /// The counts by what it came to: `body`, `not-modified`, `absent`, or the word of the error ([`FetchError::word`]).
    pub fn get(&self) -> BTreeMap<&'static str, u64> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn add(&self, word: &'static str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(word).or_default() += 1;
    }
}

/// Another [`Fetch`], whose results are counted.
pub struct CountedFetch {
    inner: Arc<dyn Fetch>,
    counts: FetchCounts,
}

impl CountedFetch {
    /// Counts what comes of this one.
    pub fn new(inner: Arc<dyn Fetch>, counts: FetchCounts) -> Self {
        Self { inner, counts }
    }
}

impl Fetch for CountedFetch {
    fn fetch<'a>(&'a self, request: Request<'a>) -> BoxFuture<'a, Result<Outcome, FetchError>> {
        async move {
            let came = self.inner.fetch(request).await;
            self.counts.add(match &came {
                Ok(Outcome::Body(_)) => "body",
                Ok(Outcome::NotModified) => "not-modified",
                Ok(Outcome::Absent) => "absent",
                Err(error) => error.word(),
            });
            came
        }
        .boxed()
    }
}
