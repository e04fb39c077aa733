use super::IdentifierError;
use crate::text_form::text_form;

use super::{Accession, VersionedId};

/// A member's accession prefix: two to six capital letters, allotted in the roster, never reused (section 2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix(String);

impl Prefix {
    /// Reads a prefix.
    ///
    /// # Errors
    /// [`IdentifierError::Prefix`] for anything but two to six ASCII capital letters.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let well_formed =
            (2..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdentifierError::Prefix(text.to_owned()))
        }
    }

    /// The letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_form!(Prefix, IdentifierError);

/// The IRI that every resource of a federation begins with; ends in `/id/` (section 2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Namespace(String);

impl Namespace {
    /// Reads a namespace.
    ///
    /// # Errors
    /// [`IdentifierError::Namespace`] unless it is an absolute http or https IRI (RFC 3987) with an authority, ending in `/id/`,
    /// without query and fragment.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let refuse = || IdentifierError::Namespace(text.to_owned());
        let iri = oxiri::Iri::parse(text).map_err(|_| refuse())?;
        let well_formed = matches!(iri.scheme(), "http" | "https")
            && iri
                .authority()
                .is_some_and(|authority| !authority.is_empty())
            && iri.query().is_none()
            && iri.fragment().is_none()
            && iri.path().ends_with("/id/");
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(refuse())
        }
    }

    /// The IRI as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The IRI of a resource: the namespace followed by the id.
    pub fn iri(&self, id: &Accession) -> String {
        format!("{}{id}", self.0)
    }

    /// The IRI of one version of a resource: the namespace, the id, a full stop, the version.
    pub fn iri_of_version(&self, id: &Accession, version: u64) -> String {
        format!("{}{id}.{version}", self.0)
    }

    /// The IRI of a versioned id; the same text as [`Namespace::iri_of_version`].
    pub fn iri_of_versioned(&self, id: &VersionedId) -> String {
        format!("{}{id}", self.0)
    }
}

text_form!(Namespace, IdentifierError);

/// The name of a log: first line of its checkpoints and key name of its keys (section 3; C2SP tlog-checkpoint and signed-note).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

impl Origin {
    /// Reads an origin.
    ///
    /// # Errors
    /// [`IdentifierError::Origin`] for an empty text, more than 255 bytes, a scheme (`://`), Unicode white space, a plus sign, or
    /// a control character: none of these can be the key name of a signed note, and 255 bytes is what later signature types carry.
    pub fn parse(text: &str) -> Result<Self, IdentifierError> {
        let well_formed = (1..=255).contains(&text.len())
            && !text.contains("://")
            && !text
                .chars()
                .any(|c| c.is_whitespace() || c.is_control() || c == '+');
        if well_formed {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdentifierError::Origin(text.to_owned()))
        }
    }

    /// The origin as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_form!(Origin, IdentifierError);
