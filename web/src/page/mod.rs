//! What stands on pages of studies and images, made from the reading of a record ([`crate::view`]): words, links, and lists
//! a page at a time. The template `study_parts.html` shows these values.
//!
//! Everything here is text until a template escapes it, and leads somewhere only where [`web_link`] says that it may.

mod annotations;
mod cards;
mod downloads;
mod image;
mod people;
mod reason;
mod remains;
mod study;
mod terms;
mod title;
mod viewer;
mod wraps;

pub use annotations::{AnnotationsOfImage, may_mark};
pub use cards::{Card, Cards, cards_of_image, cards_of_study};
pub use downloads::{Download, downloads, downloads_of_image, quoted};
pub use image::{
    Channel, FileLine, ImageBody, bytes_of_all, component_of, form, kinds_in_words, size_in_pixels,
};
pub use people::{
    Author, Licence, Publication, author, funded, licence, organisation, publication,
};
pub use reason::{ReasonInWords, reason_in_words};
pub use remains::Remains;
pub use study::{StudyBody, amount, data_elsewhere, facts_of_study};
pub use terms::{ShownTerm, Terms, by_role, shown};
pub use title::{Title, cut};
pub use viewer::{Opening, Viewer};
use wraps::without_hard_wraps;

use crate::view::Property;

/// A text, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Linked {
    /// The words.
    pub text: String,
    /// The target; none where it is no link.
    pub href: Option<String>,
}

impl Linked {
    /// Words alone.
    pub fn text(text: impl Into<String>) -> Linked {
        Linked {
            text: text.into(),
            href: None,
        }
    }

    /// Words that lead to a place of this server.
    pub fn to(text: impl Into<String>, href: impl Into<String>) -> Linked {
        Linked {
            text: text.into(),
            href: Some(href.into()),
        }
    }

    /// Words that lead to an address from a record, where that may be a link.
    pub fn out(text: impl Into<String>, address: Option<&str>) -> Linked {
        Linked {
            text: text.into(),
            href: address.and_then(web_link).map(str::to_owned),
        }
    }
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Linked,
}

impl Pair {
    /// A name and a value that is words.
    pub fn new(name: &str, value: impl Into<String>) -> Pair {
        Pair::linked(name, Linked::text(value))
    }

    /// A name and a value that leads somewhere.
    pub fn linked(name: &str, value: Linked) -> Pair {
        Pair {
            name: name.to_owned(),
            value,
        }
    }
}

/// A sentence that a reader should see first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The class of its look: `warn`, `gone`, `elsewhere`.
    pub look: &'static str,
    /// The sentence.
    pub text: String,
    /// Where it leads.
    pub link: Option<Linked>,
}

/// Free names and values of a record; an address among them is a link.
pub fn pairs(properties: &[Property]) -> Vec<Pair> {
    let pair = |property: &Property| {
        Pair::linked(
            &property.name,
            Linked::out(property.value.clone(), Some(&property.value)),
        )
    };
    properties.iter().map(pair).collect()
}

/// An address out of a record as the target of a link: http and https alone, so that no `javascript:` ever is one.
pub fn web_link(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let is_clean = !rest.is_empty()
        && !address
            .chars()
            .any(|character| character.is_control() || character.is_whitespace());
    (is_web && is_clean).then_some(address)
}

/// A description as paragraphs: what an empty line parts.
pub fn paragraphs(text: Option<&str>) -> Vec<String> {
    let text = text.unwrap_or_default().replace("\r\n", "\n");
    text.split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .map(without_hard_wraps)
        .collect()
}

/// A page of a long list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// How many there are in all.
    pub total: u64,
    /// The page, from 1.
    pub page: u64,
    /// How many pages.
    pub pages: u64,
    /// How many stand before this page.
    pub before: u64,
    /// The address of the page before.
    pub previous: Option<String>,
    /// The address of the page after.
    pub next: Option<String>,
    /// The address of the first page, where it is not the one before.
    pub first: Option<String>,
    /// The address of the last page, where it is not the one after.
    pub last: Option<String>,
}

impl Paging {
    /// A page of a list; `href` gives the address of another page. None for a page that the list does not have.
    pub fn new(total: u64, size: u64, page: u64, href: impl Fn(u64) -> String) -> Option<Paging> {
        let pages = total.div_ceil(size).max(1);
        (1..=pages).contains(&page).then(|| Paging {
            total,
            page,
            pages,
            before: (page - 1) * size,
            previous: (page > 1).then(|| href(page - 1)),
            next: (page < pages).then(|| href(page + 1)),
            first: (page > 2).then(|| href(1)),
            last: (page + 1 < pages).then(|| href(pages)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Paging, paragraphs, web_link};

    #[test]
    fn only_the_web_is_linked_to() {
        for address in ["https://example.org/", "HTTP://example.org/x?y#z"] {
            assert_eq!(web_link(address), Some(address));
        }
        for address in [
            "javascript:alert(1)",
            "javascript://example.org/%0aalert(1)",
            "data:text/html,x",
            "//example.org",
            "example.org",
            "https://",
            "https://example.org/ x",
            "https://example.org/\n",
            "ftp://example.org/",
            "",
        ] {
            assert_eq!(web_link(address), None, "{address}");
        }
    }

    #[test]
    fn an_empty_line_parts_paragraphs() {
        assert_eq!(paragraphs(Some("a\r\nb\r\n\r\n\r\nc\n\n ")), ["a\nb", "c"]);
        assert!(paragraphs(None).is_empty());
    }

    #[test]
    fn a_list_has_the_pages_that_it_has() {
        let page = |total, page| Paging::new(total, 10, page, |page| format!("?page={page}"));
        let second = page(21, 2);
        let said = second.map(|second| (second.pages, second.before, second.previous, second.next));
        let address = |page| Some(format!("?page={page}"));
        assert_eq!(said, Some((3, 10, address(1), address(3))));
        let ends = page(51, 3).map(|third| (third.first, third.last));
        assert_eq!(ends, Some((address(1), address(6))));
        let ends = page(21, 2).map(|second| (second.first, second.last));
        assert_eq!(ends, Some((None, None)));
        assert_eq!(page(0, 1).map(|only| only.pages), Some(1));
        assert!(page(21, 4).is_none() && page(21, 0).is_none() && page(0, 2).is_none());
    }
}
