//! Who made a study, who paid, and what came of it.

use serde::{Deserialize, Serialize};

use super::Property;

/// An institution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Organisation {
    /// Its name, when one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// `https://ror.org/…`, when one is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ror: Option<String>,
    /// Another absolute http(s) IRI of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// An author. No address of any kind: e-mail, telephone and postal address are never read into this value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Person {
    /// The name as the source writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Given name, where the source tells it apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
    /// Family name, where the source tells it apart.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    /// `https://orcid.org/0000-…`, checked by its check digit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub orcid: Option<String>,
    /// Where the person worked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub affiliations: Vec<Organisation>,
    /// What the person did (CRediT or free).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
    /// Further names and values.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub additional: Vec<Property>,
}

/// An article that the study belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Article {
    /// The DOI as an IRI, `https://doi.org/10.…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doi: Option<String>,
    /// PubMed's number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pmid: Option<String>,
    /// Another absolute http(s) IRI.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Date or year as given: `2006`, `2006-05`, `2006-05-01`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
}

/// Who paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Funding {
    /// The funder.
    #[serde(default)]
    pub funder: Organisation,
    /// The number or name of the award.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub award: Option<String>,
}
