//! Pieces that several pages have.

use ontologies::{Terms, curie};

use crate::relative_path::RelPath;
use crate::serve::error::ServeError;
use crate::study::{Property, TermUse};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986 and the slash between folders.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'/');

/// A text, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Linked {
    /// The words.
    pub text: String,
    /// The target; nothing where it is no link.
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

    /// Words that lead to an address from a study, where that may be a link.
    pub fn out(text: impl Into<String>, address: Option<&str>) -> Linked {
        Linked {
            text: text.into(),
            href: address.and_then(web_link).map(str::to_owned),
        }
    }
}

/// An address out of a study as the target of a link: http and https alone, so that no `javascript:` ever is one.
pub(super) fn web_link(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let is_web = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let is_clean = !rest.is_empty()
        && !address
            .chars()
            .any(|character| character.is_control() || character.is_whitespace());
    (is_web && is_clean).then_some(address)
}

/// A term as a page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    /// What it is called: as submitted, else as its ontology says.
    pub label: String,
    /// Its ontology's own label, where that is another.
    pub known_as: Option<String>,
    /// Its short name, such as `FBbi:00000251`, and the page of its IRI.
    pub curie: Option<Linked>,
}

impl Term {
    /// A term of a study.
    pub fn of(used: &TermUse) -> Term {
        let known = used
            .iri
            .as_deref()
            .and_then(|iri| Terms::builtin().by_iri(iri))
            .map(|term| term.label.as_str())
            .filter(|label| !label.is_empty());
        let label = used
            .label
            .as_deref()
            .or(known)
            .unwrap_or(&used.given)
            .to_owned();
        let known_as = known
            .filter(|known| !known.eq_ignore_ascii_case(&label))
            .map(str::to_owned);
        let curie = used.iri.as_deref().map(|iri| {
            let short = curie::compact(iri).map_or_else(
                || last_part(iri),
                |(prefix, local)| format!("{prefix}:{local}"),
            );
            Linked::out(short, Some(iri))
        });
        Term {
            label,
            known_as,
            curie,
        }
    }
}

fn last_part(iri: &str) -> String {
    iri.trim_end_matches('/')
        .rsplit(['/', '#'])
        .next()
        .unwrap_or(iri)
        .to_owned()
}

/// Terms without repetitions.
pub(super) fn terms<'a>(uses: impl IntoIterator<Item = &'a TermUse>) -> Vec<Term> {
    let mut terms: Vec<Term> = Vec::new();
    for term in uses.into_iter().map(Term::of) {
        if !terms.contains(&term) {
            terms.push(term);
        }
    }
    terms
}

/// A name and its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Linked,
}

impl Pair {
    /// A name and a value that is words.
    pub fn new(name: &str, value: impl Into<String>) -> Pair {
        Pair {
            name: name.to_owned(),
            value: Linked::text(value),
        }
    }

    /// A name and a value that leads somewhere.
    pub fn linked(name: &str, value: Linked) -> Pair {
        Pair {
            name: name.to_owned(),
            value,
        }
    }
}

/// Free names and values of a study; an address among them is a link.
pub(super) fn pairs(properties: &[Property]) -> Vec<Pair> {
    properties
        .iter()
        .map(|property| Pair {
            name: property.name.clone(),
            value: Linked::out(property.value.clone(), Some(&property.value)),
        })
        .collect()
}

/// A description as paragraphs: what an empty line parts.
pub(super) fn paragraphs(text: Option<&str>) -> Vec<String> {
    let text = text.unwrap_or_default().replace("\r\n", "\n");
    text.split("\n\n")
        .map(str::trim)
        .filter(|paragraph| !paragraph.is_empty())
        .map(str::to_owned)
        .collect()
}

/// A path of a study in an address.
pub(super) fn in_address(path: &RelPath) -> String {
    utf8_percent_encode(path.as_str(), IN_PATH).to_string()
}

/// A page of a long list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Paging {
    /// How many there are in all.
    pub total: u64,
    /// The page, from 1.
    pub page: u64,
    /// How many pages.
    pub pages: u64,
    /// How many stand before this page.
    pub before: u64,
    /// The page before.
    pub previous: Option<String>,
    /// The page after.
    pub next: Option<String>,
    /// The first page, where it is not the one before.
    pub first: Option<String>,
    /// The last page, where it is not the one after.
    pub last: Option<String>,
}

impl Paging {
    /// A page of a list; `href` gives the address of another page.
    ///
    /// # Errors
    /// [`ServeError::NotFound`] for a page that the list does not have.
    pub fn new(
        total: u64,
        size: u64,
        page: Option<u64>,
        href: impl Fn(u64) -> String,
    ) -> Result<Paging, ServeError> {
        let pages = total.div_ceil(size).max(1);
        let page = page.unwrap_or(1);
        if page < 1 || page > pages {
            return Err(ServeError::NotFound(format!(
                "there is no page {page} of this list; it has {pages}"
            )));
        }
        Ok(Paging {
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
    use super::{Paging, Term, paragraphs, web_link};
    use crate::study::{TermRole, TermUse};

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
    fn a_term_has_its_own_name_and_its_ontology_s() {
        let mut used = TermUse::new(TermRole::Organism, "NCBITaxon:9606", Some("man".to_owned()));
        used.iri = Some("http://purl.obolibrary.org/obo/NCBITaxon_9606".to_owned());
        let term = Term::of(&used);
        assert_eq!(
            (term.label.as_str(), term.known_as.as_deref()),
            ("man", Some("Homo sapiens"))
        );
        assert_eq!(
            term.curie.map(|curie| curie.text).as_deref(),
            Some("NCBITaxon:9606")
        );
        let text = Term::of(&TermUse::new(TermRole::Organism, "a kind of moss", None));
        assert_eq!((text.label.as_str(), text.curie), ("a kind of moss", None));
    }

    #[test]
    fn an_empty_line_parts_paragraphs() {
        assert_eq!(
            paragraphs(Some("a\r\nb\r\n\r\n\r\nc\n\n ")),
            ["a\r\nb".replace("\r\n", "\n"), "c".to_owned()]
        );
        assert!(paragraphs(None).is_empty());
    }

    #[test]
    fn a_list_has_the_pages_that_it_has() {
        let page = |total, page| Paging::new(total, 10, page, |page| format!("?page={page}"));
        let second = page(21, Some(2)).expect("a page");
        assert_eq!((second.pages, second.before), (3, 10));
        assert_eq!(
            (second.previous.as_deref(), second.next.as_deref()),
            (Some("?page=1"), Some("?page=3"))
        );
        assert_eq!(page(0, None).expect("a page").pages, 1);
        assert!(
            page(21, Some(4)).is_err() && page(21, Some(0)).is_err() && page(0, Some(2)).is_err()
        );
    }
}
