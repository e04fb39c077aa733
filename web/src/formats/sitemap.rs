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

/// Which part of a site stands in one sitemap: the home page is the first address of the first, and all studies follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SitemapPart {
    /// Whether the home page stands in it.
    pub has_home: bool,
    /// How many studies stand in the sitemaps before it.
    pub before: u64,
    /// How many studies stand in it at most.
    pub most: u64,
}

impl SitemapPart {
    /// The sitemap with this number, from 1, of a site with so many studies; none where there is no such one.
    pub fn of(number: u64, studies: u64) -> Option<SitemapPart> {
        if !(1..=sitemaps_for(studies.saturating_add(1))).contains(&number) {
            return None;
        }
        let most = MOST_ADDRESSES as u64;
        Some(match number {
            1 => SitemapPart {
                has_home: true,
                before: 0,
                most: most - 1,
            },
            _ => SitemapPart {
                has_home: false,
                before: (number - 1) * most - 1,
                most,
            },
        })
    }
}

/// The index of the sitemaps of a site with so many studies: `<home>sitemap-1.xml` … They stand beside the home page, since
/// a sitemap speaks only of addresses below the folder that it is in.
///
/// # Errors
/// More sitemaps than an index may have: it has room for 2,500 million studies.
pub fn index_of_sitemaps(home: &str, studies: u64) -> Result<String, SitemapError> {
    sitemap_index(
        (1..=sitemaps_for(studies.saturating_add(1))).map(|number| Located {
            address: format!("{home}sitemap-{number}.xml"),
            modified: None,
        }),
    )
}

/// `robots.txt`: what crawlers are kept from, by paths below the base path, and where the sitemap is.
pub fn robots(base_path: &str, home: &str, kept_from: &[&str]) -> String {
    let mut text = "User-agent: *\n".to_owned();
    for path in kept_from {
        text.push_str(&format!("Disallow: {base_path}{path}\n"));
    }
    text.push_str(&format!("\nSitemap: {}sitemap.xml\n", ascii(home)));
    text
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

#[cfg(test)]
mod tests {
    use super::{MOST_ADDRESSES, SitemapPart, index_of_sitemaps, robots};

    /// How many studies stand in all sitemaps of a site, and how many sitemaps there are.
    fn listed(studies: u64) -> (u64, u64) {
        let (mut listed, mut number) = (0, 0);
        while let Some(part) = SitemapPart::of(number + 1, studies) {
            number += 1;
            assert_eq!(part.before, listed, "nothing is skipped or said twice");
            let here = part.most.min(studies - part.before);
            assert!(here + u64::from(part.has_home) <= MOST_ADDRESSES as u64);
            listed += here;
        }
        (listed, number)
    }

    #[test]
    fn every_study_stands_in_one_sitemap() {
        for (studies, sitemaps) in [
            (0, 1),
            (1, 1),
            (49_999, 1),
            (50_000, 2),
            (99_999, 2),
            (100_000, 3),
        ] {
            assert_eq!(listed(studies), (studies, sitemaps));
            let index = index_of_sitemaps("https://x.example/", studies).expect("an index");
            assert_eq!(index.matches("<loc>").count() as u64, sitemaps);
        }
        assert_eq!(SitemapPart::of(0, 10), None);
    }

    #[test]
    fn crawlers_are_told_where_to_look() {
        let text = robots("/a/", "https://x.example/a/", &["log/tile/", "search"]);
        assert_eq!(
            text,
            "User-agent: *\nDisallow: /a/log/tile/\nDisallow: /a/search\n\nSitemap: https://x.example/a/sitemap.xml\n"
        );
    }
}
