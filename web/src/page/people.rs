//! Who made a study, who paid, what came of it, and what one may do with it.

use super::{Linked, web_link};
use crate::view::{Article, Grant, Organisation, Person};
use crate::words;

/// An author, and where to find more of the person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The name.
    pub name: String,
    /// The address of the ORCID record.
    pub orcid: Option<String>,
    /// Where the person worked.
    pub affiliations: Vec<Linked>,
    /// What the person did, in one line.
    pub roles: String,
}

/// An article.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Publication {
    /// The title; empty where none is known.
    pub title: String,
    /// DOI, PubMed, page.
    pub links: Vec<Linked>,
    /// When, in words.
    pub date: Option<String>,
}

/// A licence by the name that people use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Licence {
    /// `CC BY 4.0`, with its address; else what the record has.
    pub name: Linked,
    /// What it allows, in a few words; none where that is not known.
    pub meaning: Option<&'static str>,
}

/// An author as a page names one.
pub fn author(person: &Person) -> Author {
    Author {
        name: person
            .display_name()
            .unwrap_or_else(|| "an author without a name".to_owned()),
        orcid: person
            .orcid
            .as_deref()
            .and_then(web_link)
            .map(str::to_owned),
        affiliations: person.affiliations.iter().map(organisation).collect(),
        roles: person.roles.join(", "),
    }
}

/// An organisation by its name, linked to its ROR or page.
pub fn organisation(organisation: &Organisation) -> Linked {
    let address = organisation.ror.as_deref().or(organisation.url.as_deref());
    let name = organisation.display_name();
    Linked::out(name.unwrap_or("an organisation without a name"), address)
}

/// Who paid, and under which award; none where neither is known.
pub fn funded(grant: &Grant) -> Option<Linked> {
    match (grant.funder.as_ref().map(organisation), &grant.award) {
        (Some(funder), Some(award)) => Some(Linked {
            text: format!("{}, award {award}", funder.text),
            href: funder.href,
        }),
        (Some(funder), None) => Some(funder),
        (None, Some(award)) => Some(Linked::text(format!("Award {award}"))),
        (None, None) => None,
    }
}

/// An article with its addresses.
pub fn publication(article: &Article) -> Publication {
    let doi = article.doi.as_deref().map(|doi| {
        Linked::out(
            format!("doi:{}", doi.trim_start_matches("https://doi.org/")),
            Some(doi),
        )
    });
    let pubmed = article.pubmed_address().map(|address| {
        let number = article.pmid.as_deref().unwrap_or_default();
        Linked::to(format!("PubMed {number}"), address)
    });
    let url = article
        .url
        .as_deref()
        .filter(|url| Some(*url) != article.doi.as_deref())
        .map(|url| Linked::out(url, Some(url)));
    let others = article
        .others
        .iter()
        .map(|other| Linked::out(other.as_str(), Some(other)));
    Publication {
        title: article.title.clone().unwrap_or_default(),
        links: [doi, pubmed, url]
            .into_iter()
            .flatten()
            .chain(others)
            .collect(),
        date: article.date.as_deref().map(words::date),
    }
}

/// A licence by its address.
pub fn licence(address: &str) -> Licence {
    let path = address
        .split_once("creativecommons.org/")
        .map(|(_, path)| path);
    let mut parts = path.unwrap_or_default().split('/');
    let parts = [parts.next(), parts.next(), parts.next()].map(Option::unwrap_or_default);
    let (name, meaning) = match parts {
        ["licenses", code, version] if !code.is_empty() => (
            format!("CC {} {version}", code.to_ascii_uppercase()),
            meaning(code),
        ),
        ["publicdomain", "zero", version] => (
            format!("CC0 {version}"),
            Some("may be used by anybody for anything"),
        ),
        ["publicdomain", "mark", _] => (
            "Public domain".to_owned(),
            Some("free of any known copyright"),
        ),
        _ => (address.to_owned(), None),
    };
    Licence {
        name: Linked::out(name.trim_end(), Some(address)),
        meaning,
    }
}

fn meaning(code: &str) -> Option<&'static str> {
    Some(match code {
        "by" => "may be used for anything if the authors are credited",
        "by-sa" => {
            "may be used for anything if the authors are credited and what is made of it has the same licence"
        }
        "by-nc" => "may be used if the authors are credited, but not commercially",
        "by-nc-sa" => {
            "may be used if the authors are credited, but not commercially; what is made of it has the same licence"
        }
        "by-nd" => "may be passed on as it is if the authors are credited, but not changed",
        "by-nc-nd" => {
            "may be passed on as it is if the authors are credited, but neither changed nor used commercially"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{funded, licence};
    use crate::view::{Grant, Organisation};

    #[test]
    fn a_licence_has_the_name_that_people_use() {
        let by = licence("https://creativecommons.org/licenses/by/4.0/");
        assert_eq!(by.name.text, "CC BY 4.0");
        assert!(
            by.meaning
                .is_some_and(|meaning| meaning.contains("credited"))
        );
        let zero = licence("http://creativecommons.org/publicdomain/zero/1.0/legalcode");
        assert_eq!(zero.name.text, "CC0 1.0");
        let own = licence("ask the department");
        assert_eq!(
            (own.name.text.as_str(), own.name.href, own.meaning),
            ("ask the department", None, None)
        );
    }

    #[test]
    fn a_grant_says_who_paid_and_for_what() {
        let grant = |name: Option<&str>, award: Option<&str>| Grant {
            funder: name.map(|name| Organisation {
                name: Some(name.to_owned()),
                ..Organisation::default()
            }),
            award: award.map(str::to_owned),
            node: String::new(),
        };
        let said = |grant| funded(&grant).map(|linked| linked.text);
        assert_eq!(
            said(grant(Some("A fund"), Some("12"))).as_deref(),
            Some("A fund, award 12")
        );
        assert_eq!(said(grant(None, Some("12"))).as_deref(), Some("Award 12"));
        assert_eq!(said(grant(None, None)), None);
    }
}
