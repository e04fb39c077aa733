//! Who publishes a study, and where whoever answers shows it.

use protocol::identifier::Accession;

use crate::http::Format;
use crate::view::StudyView;

/// The member that publishes a study, as whoever answers knows it. A harvester names the member, and its own addresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    /// The name of the institution's archive.
    pub name: String,
    /// `https://ror.org/…` of the institution.
    pub ror: Option<String>,
    /// The home page of whoever answers, with a slash at its end: `https://images.example.org/`.
    pub home: String,
}

impl Archive {
    /// The address of the page of a resource.
    pub fn page(&self, id: &Accession) -> String {
        format!("{}id/{id}", self.home)
    }

    /// The address of a study version in a form; that of the page of the version for [`Format::Html`].
    pub fn form(&self, study: &StudyView, format: Format) -> String {
        let versioned = study.versioned();
        match format.suffix() {
            "" => format!("{}id/{versioned}", self.home),
            suffix => format!("{}id/{versioned}.{suffix}", self.home),
        }
    }

    /// Who a citation names as publisher: of data that are elsewhere the publisher there, else this archive.
    pub(crate) fn publisher<'a>(&'a self, study: &'a StudyView) -> (&'a str, Option<&'a str>) {
        let elsewhere = study.publisher.as_ref().filter(|_| !study.is_held());
        let named = elsewhere.and_then(|publisher| publisher.name.as_deref().zip(Some(publisher)));
        match named {
            Some((name, publisher)) => (name, publisher.ror.as_deref()),
            None => (&self.name, self.ror.as_deref()),
        }
    }
}

/// A text as an address that a link may lead to: an absolute IRI with scheme http or https.
pub(crate) fn web_address(text: &str) -> Option<&str> {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    (is_web && is_iri(text)).then_some(text)
}

/// Whether a text is an absolute IRI (RFC 3987).
pub(crate) fn is_iri(text: &str) -> bool {
    oxrdf::NamedNode::new(text).is_ok()
}

/// Licences that have a name which people use, by their address.
pub(crate) fn licence_name(licence: &str) -> String {
    let path = licence
        .split_once("creativecommons.org/")
        .map(|(_, path)| path.trim_end_matches('/'));
    let mut parts = path.unwrap_or_default().split('/');
    let name = match (parts.next(), parts.next(), parts.next()) {
        (Some("licenses"), Some(code), version) => format!(
            "CC {} {}",
            code.to_ascii_uppercase(),
            version.unwrap_or_default()
        ),
        (Some("publicdomain"), Some("zero"), version) => {
            format!("CC0 {}", version.unwrap_or_default())
        }
        (Some("publicdomain"), Some("mark"), _) => "Public domain".to_owned(),
        _ => licence.to_owned(),
    };
    name.trim_end().to_owned()
}
