//! The portal that an operator named.

use anyhow::{Context, bail};
use serde::de::DeserializeOwned;
use url::Url;

use super::patience::Patience;
use crate::fetch::{Fetch, Outcome, Request};

/// A portal, or a node: whoever answers below a base.
pub(super) struct Asked<'a> {
    pub fetch: &'a dyn Fetch,
    pub base: &'a Url,
    /// attempts beside the first
    pub retries: u32,
}

impl Asked<'_> {
    /// The address of something below the base.
    pub fn at(&self, path: &str) -> anyhow::Result<Url> {
        self.base
            .join(path)
            .with_context(|| format!("{path} cannot be asked for at {}", self.base))
    }

    /// The bytes at a path below the base; none where there is nothing.
    ///
    /// # Errors
    /// When it does not answer although it was asked again and again.
    pub async fn bytes(&self, path: &str, most: u64) -> anyhow::Result<Option<Vec<u8>>> {
        let url = self.at(path)?;
        let mut patience = Patience::of(self.retries);
        loop {
            match self.fetch.fetch(Request::new(&url, most)).await {
                Ok(Outcome::Body(fetched)) => return Ok(Some(fetched.body)),
                Ok(Outcome::Absent) => return Ok(None),
                Ok(Outcome::NotModified) => {
                    bail!("{url} answered 304 although nothing was at hand")
                }
                Err(error) => patience.after(error).await?,
            }
        }
    }

    /// As [`Self::bytes`], where there has to be something.
    ///
    /// # Errors
    /// As [`Self::bytes`], and when there is nothing.
    pub async fn needed(&self, path: &str, most: u64) -> anyhow::Result<Vec<u8>> {
        self.bytes(path, most)
            .await?
            .with_context(|| format!("{}{path} does not exist", self.base))
    }

    /// As [`Self::bytes`], read as JSON.
    ///
    /// # Errors
    /// As [`Self::bytes`], and when it is other JSON.
    pub async fn json<T: DeserializeOwned>(
        &self,
        path: &str,
        most: u64,
    ) -> anyhow::Result<Option<T>> {
        let Some(bytes) = self.bytes(path, most).await? else {
            return Ok(None);
        };
        let value = serde_json::from_slice(&bytes).with_context(|| {
            format!(
                "what {}{path} answers is not what a portal answers",
                self.base
            )
        })?;
        Ok(Some(value))
    }
}
