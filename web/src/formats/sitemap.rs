//! Sitemaps (sitemaps.org protocol 0.9): what crawlers read to find every page.

use super::uri::ascii;
use super::xml::Xml;
use crate::view::Date;

const NAMESPACE: &str = "http://www.sitemaps.org/schemas/sitemap/0.9";

/// The most addresses in one sitemap, and sitemaps in one index.
pub const MOST_ADDRESSES: usize = 50_000;

/// The largest sitemap, in bytes: 50 MiB.
pub const LARGEST_SITEMAP: usize = 50 * 1024 * 1024;

/// An address, and when what is there last changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The address, on the host that serves the sitemap.
    pub address: String,
    /// Date or moment of the last change, RFC 3339 or ISO 8601; one that cannot be read is left out.
    pub modified: Option<String>,
}

/// More than one sitemap can say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SitemapError {
    /// More than [`MOST_ADDRESSES`].
    #[error("a sitemap has room for {MOST_ADDRESSES} addresses; write several and an index")]
    TooMany,
    /// More than [`LARGEST_SITEMAP`].
    #[error("the sitemap has more than {LARGEST_SITEMAP} bytes; put fewer addresses into each")]
    TooLarge,
}

/// How many sitemaps a number of pages needs: at least one.
pub fn sitemaps_for(pages: u64) -> u64 {
    pages.div_ceil(MOST_ADDRESSES as u64).max(1)
}

/// A sitemap of pages.
///
/// # Errors
/// More addresses or bytes than a sitemap may have.
pub fn sitemap(pages: impl IntoIterator<Item = Located>) -> Result<String, SitemapError> {
    written("urlset", "url", pages)
}

/// The index of sitemaps.
///
/// # Errors
/// More sitemaps or bytes than an index may have.
pub fn sitemap_index(sitemaps: impl IntoIterator<Item = Located>) -> Result<String, SitemapError> {
    written("sitemapindex", "sitemap", sitemaps)
}

fn written(
    root: &str,
    element: &str,
    all: impl IntoIterator<Item = Located>,
) -> Result<String, SitemapError> {
    let mut xml = Xml::document();
    xml.open(root, &[("xmlns", NAMESPACE)]);
    for (index, located) in all.into_iter().enumerate() {
        if index == MOST_ADDRESSES {
            return Err(SitemapError::TooMany);
        }
        xml.open(element, &[]);
        xml.text("loc", &[], &ascii(&located.address));
        let is_date = |text: &&str| Date::parse(text).is_some();
        if let Some(modified) = located.modified.as_deref().filter(is_date) {
            xml.text("lastmod", &[], modified);
        }
        xml.close(element);
        if xml.len() > LARGEST_SITEMAP {
            return Err(SitemapError::TooLarge);
        }
    }
    xml.close(root);
    let text = xml.finish();
    match text.len() > LARGEST_SITEMAP {
        true => Err(SitemapError::TooLarge),
        false => Ok(text),
    }
}
