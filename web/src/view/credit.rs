//! People, institutions, articles, funding.

use ontologies::schema::schema_org;

use super::facts::Node;
use super::{Date, Property};

/// Where ORCID names people.
const ORCID: &str = "https://orcid.org/";

/// A person, or a group that stands in a person's place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// The name as the source writes it, or put together from its parts.
    pub name: Option<String>,
    /// Given name, where it is told apart.
    pub given_name: Option<String>,
    /// Family name, where it is told apart.
    pub family_name: Option<String>,
    /// `https://orcid.org/0000-…`.
    pub orcid: Option<String>,
    /// Other IRIs of the person, and what should have been one.
    pub same_as: Vec<String>,
    /// Where the person worked.
    pub affiliations: Vec<Organisation>,
    /// What the person did.
    pub roles: Vec<String>,
    /// Further names and values.
    pub properties: Vec<Property>,
    /// The hash of the node: `author-1`.
    pub node: String,
}

impl Person {
    /// What to call the person: the name, else the number of the ORCID, else nothing.
    pub fn display_name(&self) -> Option<String> {
        let parts = [self.given_name.as_deref(), self.family_name.as_deref()];
        let joined: Vec<&str> = parts.into_iter().flatten().collect();
        self.name
            .clone()
            .or_else(|| (!joined.is_empty()).then(|| joined.join(" ")))
            .or_else(|| self.orcid_number().map(str::to_owned))
    }

    /// Family and given name, where both are known.
    pub fn parted_name(&self) -> Option<(&str, &str)> {
        self.family_name.as_deref().zip(self.given_name.as_deref())
    }

    /// `Family, Given` where both are known, else as [`Person::display_name`].
    pub fn sorting_name(&self) -> Option<String> {
        match self.parted_name() {
            Some((family, given)) => Some(format!("{family}, {given}")),
            None => self.display_name(),
        }
    }

    /// The ORCID without its address: `0000-0002-1825-0097`.
    pub fn orcid_number(&self) -> Option<&str> {
        self.orcid.as_deref()?.strip_prefix(ORCID)
    }

    /// Whether the source says that this is an institution and no person.
    pub fn is_organisation(&self) -> bool {
        self.properties
            .iter()
            .any(|property| property.name == "@type" && property.value == "Organization")
    }

    pub(super) fn read(node: &Node<'_, '_>) -> Person {
        let (mut orcids, same_as): (Vec<String>, Vec<String>) = node
            .texts(schema_org::SAME_AS)
            .into_iter()
            .partition(|iri| iri.starts_with(ORCID));
        let orcid = (!orcids.is_empty()).then(|| orcids.remove(0));
        Person {
            name: node.text(schema_org::NAME),
            given_name: node.text(schema_org::GIVEN_NAME),
            family_name: node.text(schema_org::FAMILY_NAME),
            orcid,
            same_as: orcids.into_iter().chain(same_as).collect(),
            affiliations: node
                .nodes(schema_org::AFFILIATION)
                .iter()
                .map(Organisation::read)
                .collect(),
            roles: node.texts(schema_org::ROLE_NAME),
            properties: node.properties(),
            node: node.fragment(),
        }
    }
}

/// An institution.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Organisation {
    /// Its name.
    pub name: Option<String>,
    /// `https://ror.org/…`.
    pub ror: Option<String>,
    /// Its page.
    pub url: Option<String>,
    /// Other IRIs of it, and what should have been one.
    pub same_as: Vec<String>,
    /// The hash of the node: `organisation-1`.
    pub node: String,
}

impl Organisation {
    /// What to call it: its name, else an address of it.
    pub fn display_name(&self) -> Option<&str> {
        [&self.name, &self.ror, &self.url]
            .into_iter()
            .find_map(Option::as_deref)
    }

    pub(super) fn read(node: &Node<'_, '_>) -> Organisation {
        let (mut rors, same_as): (Vec<String>, Vec<String>) = node
            .texts(schema_org::SAME_AS)
            .into_iter()
            .partition(|iri| iri.starts_with("https://ror.org/"));
        let ror = (!rors.is_empty()).then(|| rors.remove(0));
        Organisation {
            name: node.text(schema_org::NAME),
            ror,
            url: node.text(schema_org::URL),
            same_as: rors.into_iter().chain(same_as).collect(),
            node: node.fragment(),
        }
    }
}

/// An article that a study belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Article {
    /// The title.
    pub title: Option<String>,
    /// The date, as the source gives it.
    pub date: Option<String>,
    /// The DOI as an IRI, `https://doi.org/10.…`.
    pub doi: Option<String>,
    /// PubMed's number.
    pub pmid: Option<String>,
    /// A page of it.
    pub url: Option<String>,
    /// Other IRIs and identifiers.
    pub others: Vec<String>,
    /// The hash of the node: `article-1`.
    pub node: String,
}

impl Article {
    /// The date as far as it can be read.
    pub fn day(&self) -> Option<Date> {
        self.date.as_deref().and_then(Date::parse)
    }

    /// The address by which to find it: DOI, else page, else PubMed's.
    pub fn address(&self) -> Option<String> {
        self.doi
            .clone()
            .or_else(|| self.url.clone())
            .or_else(|| self.pubmed_address())
    }

    /// Where PubMed shows it.
    pub fn pubmed_address(&self) -> Option<String> {
        let pmid = self.pmid.as_deref()?;
        let is_number = !pmid.is_empty() && pmid.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/"))
    }

    pub(super) fn read(node: &Node<'_, '_>) -> Article {
        let mut article = Article {
            title: node.text(schema_org::NAME),
            date: node.text(schema_org::DATE_PUBLISHED),
            url: node.text(schema_org::URL),
            node: node.fragment(),
            ..Article::default()
        };
        for identifier in node.texts(schema_org::IDENTIFIER) {
            match identifier.strip_prefix("PMID:") {
                Some(number) if article.pmid.is_none() => article.pmid = Some(number.to_owned()),
                _ => article.others.push(identifier),
            }
        }
        let pubmed = article.pubmed_address();
        for iri in node.texts(schema_org::SAME_AS) {
            if is_doi(&iri) && article.doi.is_none() {
                article.doi = Some(iri);
            } else if Some(&iri) != pubmed.as_ref() {
                article.others.push(iri);
            }
        }
        article
    }
}

/// Money given for the work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Grant {
    /// Who gave it.
    pub funder: Option<Organisation>,
    /// The number or name of the award.
    pub award: Option<String>,
    /// The hash of the node: `grant-1`.
    pub node: String,
}

impl Grant {
    pub(super) fn read(node: &Node<'_, '_>) -> Grant {
        Grant {
            funder: node
                .nodes(schema_org::FUNDER)
                .first()
                .map(Organisation::read),
            award: node.text(schema_org::IDENTIFIER),
            node: node.fragment(),
        }
    }
}

/// Whether an IRI is that of a DOI, in the one form that records write.
pub(crate) fn is_doi(iri: &str) -> bool {
    iri.starts_with("https://doi.org/10.")
        && !iri.contains(|character: char| character.is_whitespace() || character.is_control())
}
