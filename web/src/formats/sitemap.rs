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

/// Which studies of a site stand in one sitemap: those whose number is in a range. A study has its number for ever and a range
/// never moves, so that a study that goes while somebody reads the sitemaps takes no other with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SitemapPart {
    /// The number of the sitemap, from 1. The home page is the first address of the first.
    pub number: u64,
    /// The first number of a study in it; the first number of all is 1.
    pub first: u64,
    /// The first number of a study behind it.
    pub behind: u64,
}

impl SitemapPart {
    /// Numbers that fall to one sitemap: one address is left for the home page.
    pub const NUMBERS: u64 = MOST_ADDRESSES as u64 - 1;

    /// The sitemap with this number; none where no study could stand in it.
    pub fn of(number: u64) -> Option<SitemapPart> {
        let before = number.checked_sub(1)?.checked_mul(Self::NUMBERS)?;
        Some(SitemapPart {
            number,
            first: before.checked_add(1)?,
            behind: before.checked_add(1 + Self::NUMBERS)?,
        })
    }

    /// The number of the sitemap in which a study stands.
    pub fn with(study: u64) -> u64 {
        study.div_ceil(Self::NUMBERS).max(1)
    }

    /// Whether the home page stands in it.
    pub fn has_home(&self) -> bool {
        self.number == 1
    }
}

/// The index of the sitemaps of a site: of the first, and of those `others` in which a study stands, in order. They are at
/// `<home>sitemap-1.xml` … beside the home page, since a sitemap speaks only of addresses below the folder that it is in.
///
/// # Errors
/// More sitemaps than an index may have: it has room for 2,500 million numbers.
pub fn index_of_sitemaps(
    home: &str,
    others: impl IntoIterator<Item = u64>,
) -> Result<String, SitemapError> {
    let others = others.into_iter().filter(|number| *number > 1);
    sitemap_index(std::iter::once(1).chain(others).map(|number| Located {
        address: format!("{home}sitemap-{number}.xml"),
        modified: None,
    }))
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

    #[test]
    fn every_number_falls_to_one_sitemap() {
        let mut next = 1;
        for number in 1..=5 {
            let part = SitemapPart::of(number).expect("a sitemap");
            assert_eq!(part.first, next, "nothing is skipped or said twice");
            for study in [part.first, part.first + 1, part.behind - 1] {
                assert_eq!(SitemapPart::with(study), number, "{study}");
            }
            let addresses = part.behind - part.first + u64::from(part.has_home());
            assert!(addresses <= MOST_ADDRESSES as u64);
            next = part.behind;
        }
        assert_eq!(
            (SitemapPart::of(0), SitemapPart::of(u64::MAX)),
            (None, None)
        );
    }

    #[test]
    fn the_index_names_the_first_and_those_that_have_something() {
        let addresses = |others: &[u64]| {
            let index = index_of_sitemaps("https://x.example/", others.iter().copied());
            let index = index.expect("an index");
            let parts = index.split("<loc>https://x.example/sitemap-").skip(1);
            let numbers = parts.map(|part| part.split('.').next().unwrap_or_default().to_owned());
            numbers.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(addresses(&[]), "1");
        assert_eq!(addresses(&[1]), "1");
        assert_eq!(addresses(&[1, 2, 7]), "1 2 7");
        assert_eq!(addresses(&[3]), "1 3");
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
