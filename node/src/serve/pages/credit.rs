//! Who made a study, who paid, what came of it, and under which licence.

use ::web::words;

use super::parts::{Linked, web_link};
use crate::study::{Article, Organisation, Person};

/// An author, and where to find more of the person.
#[derive(Debug)]
pub(super) struct Author {
    pub name: String,
    pub orcid: Option<String>,
    /// Where the person worked and what the person did.
    pub more: String,
}

/// An article.
#[derive(Debug)]
pub(super) struct Publication {
    pub title: String,
    pub links: Vec<Linked>,
    pub date: Option<String>,
}

/// An author as a page names one.
pub(super) fn author(person: &Person) -> Author {
    let affiliations = person
        .affiliations
        .iter()
        .map(organisation)
        .map(|linked| linked.text);
    let more: Vec<String> = affiliations.chain(person.roles.iter().cloned()).collect();
    Author {
        name: name_of(person),
        orcid: person
            .orcid
            .as_deref()
            .and_then(web_link)
            .map(str::to_owned),
        more: more.join("; "),
    }
}

fn name_of(person: &Person) -> String {
    let parts = [person.given_name.as_deref(), person.family_name.as_deref()];
    let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(" ");
    match (&person.name, joined.is_empty(), &person.orcid) {
        (Some(name), ..) => name.clone(),
        (None, false, _) => joined,
        (None, true, Some(orcid)) => orcid.trim_start_matches("https://orcid.org/").to_owned(),
        (None, true, None) => "an author without a name".to_owned(),
    }
}

/// An organisation by its name, linked to its ROR or page.
pub(super) fn organisation(organisation: &Organisation) -> Linked {
    let address = organisation.ror.as_deref().or(organisation.url.as_deref());
    let name = organisation
        .name
        .as_deref()
        .or(address)
        .unwrap_or("an organisation without a name");
    Linked::out(name, address)
}

/// Who paid, and under which award.
pub(super) fn funded(funder: &Organisation, award: Option<&str>) -> Linked {
    let funder = organisation(funder);
    match award {
        Some(award) => Linked {
            text: format!("{}, award {award}", funder.text),
            href: funder.href,
        },
        None => funder,
    }
}

/// An article with its addresses.
pub(super) fn publication(article: &Article) -> Publication {
    let doi = article
        .doi
        .as_deref()
        .map(|doi| Linked::out(doi.trim_start_matches("https://doi.org/"), Some(doi)));
    let is_number = |pmid: &&String| pmid.bytes().all(|byte| byte.is_ascii_digit());
    let pmid = article.pmid.as_ref().filter(is_number).map(|pmid| {
        Linked::to(
            format!("PubMed {pmid}"),
            format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/"),
        )
    });
    let url = article
        .url
        .as_deref()
        .filter(|url| Some(*url) != article.doi.as_deref())
        .map(|url| Linked::out(url, Some(url)));
    Publication {
        title: article.title.clone().unwrap_or_default(),
        links: [doi, pmid, url].into_iter().flatten().collect(),
        date: article.date.as_deref().map(words::date),
    }
}

/// Creative Commons licences by the names that people use; any other by its address.
pub(super) fn licence_name(licence: &str) -> String {
    let path = licence
        .split_once("creativecommons.org/")
        .map(|(_, path)| path.trim_end_matches('/'));
    let mut parts = path.unwrap_or_default().split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some("licenses"), Some(code), version) => format!(
            "CC {} {}",
            code.to_ascii_uppercase(),
            version.unwrap_or_default()
        )
        .trim_end()
        .to_owned(),
        (Some("publicdomain"), Some("zero"), version) => {
            format!("CC0 {}", version.unwrap_or_default())
                .trim_end()
                .to_owned()
        }
        (Some("publicdomain"), Some("mark"), _) => "Public domain".to_owned(),
        _ => licence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{licence_name, name_of};
    use crate::study::Person;

    #[test]
    fn licences_have_the_names_that_people_use() {
        for (iri, name) in [
            ("https://creativecommons.org/licenses/by/4.0/", "CC BY 4.0"),
            (
                "http://creativecommons.org/licenses/by-nc-sa/3.0",
                "CC BY-NC-SA 3.0",
            ),
            (
                "https://creativecommons.org/publicdomain/zero/1.0/",
                "CC0 1.0",
            ),
            (
                "https://opensource.org/license/mit",
                "https://opensource.org/license/mit",
            ),
        ] {
            assert_eq!(licence_name(iri), name);
        }
    }

    #[test]
    fn an_author_is_called_by_what_is_known() {
        let person = |name: Option<&str>, family: Option<&str>, orcid: Option<&str>| Person {
            name: name.map(str::to_owned),
            family_name: family.map(str::to_owned),
            orcid: orcid.map(str::to_owned),
            ..Person::default()
        };
        assert_eq!(
            name_of(&person(Some("A. Author"), Some("Author"), None)),
            "A. Author"
        );
        assert_eq!(name_of(&person(None, Some("Author"), None)), "Author");
        assert_eq!(
            name_of(&person(
                None,
                None,
                Some("https://orcid.org/0000-0002-1825-0097")
            )),
            "0000-0002-1825-0097"
        );
        assert_eq!(
            name_of(&person(None, None, None)),
            "an author without a name"
        );
    }
}
